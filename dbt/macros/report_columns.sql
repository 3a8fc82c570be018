{#
    The columns that every mart of reports begins with, from an alias of int_reports. Not here: what a mart is about.
#}
{% macro report_columns(alias) -%}
    {{ alias }}.agency_year_key,
    {{ alias }}.year,
    {{ alias }}.agency_id,
    {{ alias }}.agency_name,
    {{ alias }}.place_code,
    {{ alias }}.place,
    {{ alias }}.province,
    {{ alias }}.level,
    {{ alias }}.kind,
    {{ alias }}.function,
    {{ alias }}.scope,
    {{ alias }}.is_additive
{%- endmacro %}
