{#
    Unfolds a text column that holds a JSON array, for use after `cross join`: one row an element, the element being the
    column `element` of the given alias. The one place where the databases differ in their JSON functions.
    Not here: reading a value out of an element; `element ->> 0` means the same in DuckDB and PostgreSQL.
#}
{% macro json_array_elements(column, alias) -%}
    {{ return(adapter.dispatch('json_array_elements')(column, alias)) }}
{%- endmacro %}

{% macro duckdb__json_array_elements(column, alias) -%}
    unnest(from_json({{ column }}, '["json"]')) as {{ alias }} (element)
{%- endmacro %}

{% macro postgres__json_array_elements(column, alias) -%}
    json_array_elements(cast({{ column }} as json)) as {{ alias }} (element)
{%- endmacro %}
