{#
    The figure of a cell to count with: the corrected one where the cell is corrected, none where it is set aside, else the
    published one. Not here: whether a correction holds; one that has expired was never loaded.
#}
{% macro used_value() -%}
    case correction
        when 'override' then corrected_value
        when 'set_null' then null
        else value
    end
{%- endmacro %}
