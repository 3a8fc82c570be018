{#
    Fails for every combination of the given columns that stands in more than one row.
    Not here: keys of one column; dbt's own `unique` serves them.
#}
{% test unique_combination(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
