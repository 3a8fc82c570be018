{#
    Fails for every cell whose corrected value stands without an override, or is missing from one, and for every cell that
    has a correction without a reason, or a reason without a correction. Not here: whether the correction is right.
#}
{% test corrected_value_iff_override(model) %}

select *
from {{ model }}
where
    (corrected_value is not null) is distinct from (coalesce(correction, '') = 'override')
    or (correction is null) is distinct from (correction_reason is null)

{% endtest %}
