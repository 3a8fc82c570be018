{#
    Builds the readable key of a row from the columns of its natural key: 2024|350100-kjj|granted|total.
    A null column makes the key null, so that the not_null test on the key sees it.
    Not here: keys that hide what they stand for.
#}
{% macro natural_key() -%}
    {%- for column in varargs -%}
        cast({{ column }} as varchar){% if not loop.last %} || '|' || {% endif %}
    {%- endfor -%}
{%- endmacro %}
