-- The metrics as declared in the project file: formula, labels, what to beware of. Not here: their values; see
-- agency_metrics.
{% for metric in var('metrics') -%}
select
    '{{ metric.code }}' as metric,
    {{ loop.index }} as position,
    '{{ metric.label }}' as label,
    '{{ metric.label_en }}' as label_en,
    '{{ metric.numerator }}' as numerator,
    '{{ metric.numerator_label }}' as numerator_label,
    '{{ metric.denominator }}' as denominator,
    '{{ metric.denominator_label }}' as denominator_label,
    '{{ metric.unit }}' as unit,
    {{ var('small_denominator') }} as small_denominator,
    '{{ metric.note }}' as note,
    '{{ metric.note_en }}' as note_en
{%- if not loop.last %}
union all
{% endif -%}
{%- endfor %}
