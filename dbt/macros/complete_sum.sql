{#
    Sums `used_value` over the cells that meet a condition, or gives null when one of them has none: a sum over a part of
    its cells would look like a figure of the report and is none.
    Not here: sums that take a blank for zero; those are what fct_identity_results is for.
#}
{% macro complete_sum(condition) -%}
    case
        when count(*) filter (where {{ condition }}) = count(used_value) filter (where {{ condition }})
            then cast(sum(used_value) filter (where {{ condition }}) as bigint)
    end
{%- endmacro %}
