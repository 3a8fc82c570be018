-- One row a place and year: the reports of its own agencies added up, each counted once, and apart from them what its
-- government's report gives for the whole region. A sum is null unless every report in it has the figure; agencies
-- whose report is not at hand are counted beside it. Not here: places below it.
{% set figures = [
    'requests_new_received', 'requests_carried_in', 'requests_granted', 'requests_partially_granted', 'requests_denied',
    'requests_unavailable', 'requests_not_processed', 'requests_other', 'requests_total_handled',
    'requests_carried_out', 'reconsideration_total', 'reconsideration_corrected', 'litigation_total', 'litigation_corrected'
] %}
with reports as (
    select
        reports.*,
        reports.kind = 'government' and reports.scope = 'region_aggregate' as is_regions,
    {% for figure in figures -%}
    figures.{{ figure }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_reports') }} as reports
    inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
    where reports.place_code is not null
),

sums as (
    select
        year,
        place_code,
        count(*) filter (where is_additive) as reports_added,
        count(*) filter (where is_regions) as reports_of_region,
        count(*) filter (where not is_additive and not is_regions) as reports_left_out,
        {% for figure in figures -%}
        case
            when
                count(*) filter (where is_additive) > 0
                and count(*) filter (where is_additive) = count({{ figure }}) filter (where is_additive)
                then cast(sum({{ figure }}) filter (where is_additive) as bigint)
        end as {{ figure }},
        {% endfor -%}
        case
            when count(*) filter (where is_regions) = 1
                then max(requests_new_received) filter (where is_regions)
        end as region_new_received,
        case
            when count(*) filter (where is_regions) = 1
                then max(requests_total_handled) filter (where is_regions)
        end as region_total_handled
    from reports
    group by year, place_code
),

missing as (
    select
        year,
        place_code,
        count(*) as reports_missing
    from {{ ref('coverage') }}
    where is_expected and status <> 'report'
    group by year, place_code
)

select
    {{ natural_key('sums.year', 'sums.place_code') }} as place_year_key,
    sums.year,
    sums.place_code,
    places.place,
    places.province,
    places.level,
    sums.reports_added,
    sums.reports_of_region,
    sums.reports_left_out,
    coalesce(missing.reports_missing, 0) as reports_missing,
    {% for figure in figures -%}
    sums.{{ figure }},
    {% endfor -%}
    sums.region_new_received,
    sums.region_total_handled
from sums
left join {{ ref('dim_place') }} as places on sums.place_code = places.place_code
left join missing on sums.year = missing.year and sums.place_code = missing.place_code
