{#
    Names the schema of a resource: exactly the one it is configured with (staging, core or marts), without the prefix
    that dbt puts before it by default. Not here: which resource goes into which schema; that is in dbt_project.yml.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
