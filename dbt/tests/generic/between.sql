{#
    Fails for every row whose figure is below `low` or above `high`; a bound that is not given does not hold.
    Not here: nulls.
#}
{% test between(model, column_name, low=none, high=none) %}

select *
from {{ model }}
where
    {% if low is not none %}{{ column_name }} < {{ low }}{% else %}false{% endif %}
    or {% if high is not none %}{{ column_name }} > {{ high }}{% else %}false{% endif %}

{% endtest %}
