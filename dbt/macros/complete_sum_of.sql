{#
    Sums a column over all rows of a group, or gives null when one of them has no value. Not here: sums under a condition,
    which are whole numbers; see complete_sum.
#}
{% macro complete_sum_of(column) -%}
    case when count(*) = count({{ column }}) then sum({{ column }}) end
{%- endmacro %}
