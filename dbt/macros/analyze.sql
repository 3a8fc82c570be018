{#
    Lets PostgreSQL count a table that was just made: without statistics it joins the next model's tables row by row, which takes
    minutes where seconds do. DuckDB knows its tables by itself, and nothing is counted in a view.
#}
{% macro analyze() -%}
    {%- if target.type == 'postgres' and model.config.materialized in ('table', 'seed') -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}
