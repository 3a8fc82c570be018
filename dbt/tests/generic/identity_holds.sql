{#
    Fails for every place at which a report violates the identity. Results that could not be decided do not fail:
    they can be counted in the model itself. Not here: whether the violation was told; violations_have_findings asks that.
#}
{% test identity_holds(model, identity) %}

select
    year,
    agency_id,
    at_code,
    left_sum,
    right_sum,
    difference
from {{ model }}
where identity = '{{ identity }}' and status = 'violated'
order by year, agency_id, at_code

{% endtest %}
