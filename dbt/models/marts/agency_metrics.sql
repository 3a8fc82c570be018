-- One row a report and metric: numerator, denominator, rate. Not here: what a metric means; see metrics.
with valued as (
    {% for metric in var('metrics') -%}
    select
        agency_year_key,
        '{{ metric.code }}' as metric,
        {{ metric_numerator(metric.code) }} as numerator,
        {{ metric_denominator(metric.code) }} as denominator,
        {{ metric_rate(metric.code) }} as rate
    from {{ ref('int_report_figures') }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
)

select
    {{ natural_key('reports.year', 'reports.agency_id', 'valued.metric') }} as agency_metric_key,
    {{ report_columns('reports') }},
    valued.metric,
    metrics.label,
    metrics.label_en,
    valued.numerator,
    valued.denominator,
    valued.rate,
    {{ is_small('valued.denominator') }} as is_small
from valued
inner join {{ ref('int_reports') }} as reports on valued.agency_year_key = reports.agency_year_key
inner join {{ ref('metrics') }} as metrics on valued.metric = metrics.metric
