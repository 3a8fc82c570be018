-- Fails for every place and year whose sum is not that of the reports which may be added, a region's aggregate or a
-- joint report among them for none. Not here: which reports may be added; fct_report says so.
with added as (
    select
        reports.year,
        agencies.place_code,
        count(*) as reports_added,
        count(figures.requests_new_received) as reports_with_figure,
        sum(figures.requests_new_received) as requests_new_received
    from {{ ref('fct_report') }} as reports
    inner join {{ ref('dim_agency') }} as agencies on reports.agency_id = agencies.agency_id
    inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
    where
        reports.is_additive
        and reports.scope not in ('region_aggregate', 'joint_body')
        and not (reports.scope = 'unknown' and agencies.kind = 'government')
    group by reports.year, agencies.place_code
)

select
    places.year,
    places.place_code,
    places.reports_added,
    places.requests_new_received,
    added.requests_new_received as sum_of_reports
from {{ ref('place_year') }} as places
left join added on places.year = added.year and places.place_code = added.place_code
where
    places.reports_added is distinct from coalesce(added.reports_added, 0)
    or places.requests_new_received is distinct from case
        when added.reports_with_figure = added.reports_added then added.requests_new_received
    end
