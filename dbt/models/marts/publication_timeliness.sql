-- One row a report: when it was due, when it was published, and what that is known from. Not here: agencies without
-- a report; see coverage.
select
    {{ report_columns('reports') }},
    reports.deadline,
    reports.published_on,
    origins.published_on_evidence,
    cast(reports.published_on - reports.deadline as integer) as days_after_deadline,
    reports.days_late,
    case
        when reports.deadline is null then 'no_deadline_known'
        when reports.published_on is null then 'no_date_shown'
        when reports.published_on > reports.deadline then 'late'
        else 'in_time'
    end as timeliness,
    origins.source_url
from {{ ref('int_reports') }} as reports
inner join {{ ref('fct_report') }} as origins on reports.agency_year_key = origins.agency_year_key
