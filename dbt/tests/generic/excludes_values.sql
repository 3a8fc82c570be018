{#
    Fails for every row in which the column holds one of the given values: the reverse of dbt's `accepted_values`.
    Not here: nulls; `not_null` serves them.
#}
{% test excludes_values(model, column_name, values) %}

select *
from {{ model }}
where {{ column_name }} in ('{{ values | join("', '") }}')

{% endtest %}
