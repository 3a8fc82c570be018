{#
    Fails for every row whose figure is below zero. Counts and amounts cannot be; where a column may be signed, a
    `where` in the test's config leaves it out. Not here: any upper bound.
#}
{% test not_negative(model, column_name) %}

select *
from {{ model }}
where {{ column_name }} < 0

{% endtest %}
