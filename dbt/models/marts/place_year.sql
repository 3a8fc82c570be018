-- One row a place and year: the reports of its agencies added up, each counted once, and apart from them what the
-- government's report gives for the whole region. A sum is null unless every report in it has the figure. Not here:
-- other places below it.
{% set figures = [
    'requests_new_received', 'requests_carried_in', 'requests_granted', 'requests_partially_granted', 'requests_denied',
    'requests_unavailable', 'requests_not_processed', 'requests_other', 'requests_total_handled',
    'requests_carried_out', 'reconsideration_total', 'reconsideration_corrected', 'litigation_total', 'litigation_corrected'
] %}
with reports as (
    select
        reports.*,
    {% for figure in figures -%}
    figures.{{ figure }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_reports') }} as reports
    inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
    where reports.place_code is not null
)

select
    {{ natural_key('year', 'place_code') }} as place_year_key,
    year,
    place_code,
    max(place) as place,
    max(province) as province,
    max(level) as level,
    count(*) filter (where is_additive) as reports_added,
    count(*) filter (where scope = 'region_aggregate') as reports_of_region,
    count(*) filter (where not is_additive and scope <> 'region_aggregate') as reports_left_out,
    {% for figure in figures -%}
    case
        when
            count(*) filter (where is_additive) > 0
            and count(*) filter (where is_additive) = count({{ figure }}) filter (where is_additive)
            then cast(sum({{ figure }}) filter (where is_additive) as bigint)
    end as {{ figure }},
    {% endfor -%}
    case
        when count(*) filter (where scope = 'region_aggregate') = 1
            then max(requests_new_received) filter (where scope = 'region_aggregate')
    end as region_new_received,
    case
        when count(*) filter (where scope = 'region_aggregate') = 1
            then max(requests_total_handled) filter (where scope = 'region_aggregate')
    end as region_total_handled
from reports
group by year, place_code
