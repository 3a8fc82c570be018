-- One row a report with its agency and place: the columns that every mart begins with.
-- Not here: provenance; see fct_report.

select
    reports.agency_year_key,
    reports.year,
    reports.agency_id,
    reports.agency_name,
    agencies.place_code,
    agencies.place,
    agencies.province,
    agencies.level,
    agencies.kind,
    agencies.function,
    reports.form,
    reports.scope,
    reports.is_additive,
    reports.not_additive_reason,
    reports.deadline,
    reports.published_on,
    reports.days_late
from {{ ref('fct_report') }} as reports
left join {{ ref('dim_agency') }} as agencies on reports.agency_id = agencies.agency_id
