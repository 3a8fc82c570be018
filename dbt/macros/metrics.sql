{#
    The metrics of the project file (vars: metrics), the one place of their formulas, as SQL over the columns of
    int_report_figures. A rate is null where its denominator is 0, below 0 or not known.
    Not here: labels and notes; the model `metrics` shows them.
#}
{% macro metric(code) -%}
    {%- set found = var('metrics') | selectattr('code', 'equalto', code) | list -%}
    {%- if not found -%}
        {{ exceptions.raise_compiler_error("dbt_project.yml declares no metric " ~ code) }}
    {%- endif -%}
    {{ return(found[0]) }}
{%- endmacro %}

{% macro metric_numerator(code) -%}
    cast({{ metric(code).numerator }} as double precision)
{%- endmacro %}

{% macro metric_denominator(code) -%}
    cast({{ metric(code).denominator }} as double precision)
{%- endmacro %}

{% macro metric_rate(code) -%}
    {{ rate('(' ~ metric(code).numerator ~ ')', '(' ~ metric(code).denominator ~ ')') }}
{%- endmacro %}

{#
    One quantity over another; null where the denominator is 0, below 0 or not known.
#}
{% macro rate(numerator, denominator) -%}
    case when {{ denominator }} > 0 then cast({{ numerator }} as double precision) / {{ denominator }} end
{%- endmacro %}

{#
    Whether a denominator is so small that a share of it says little: below the variable `small_denominator`.
#}
{% macro is_small(denominator) -%}
    {{ denominator }} < {{ var('small_denominator') }}
{%- endmacro %}
