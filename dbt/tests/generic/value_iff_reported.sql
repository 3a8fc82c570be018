{#
    Fails for every cell that has a value though its state is not `reported`, or none though it is, and
    for every cell without a state. Not here: whether the value is right.
#}
{% test value_iff_reported(model) %}

select *
from {{ model }}
where (value is not null) is distinct from (state = 'reported')

{% endtest %}
