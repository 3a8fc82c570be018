-- One row an agency and report year: whether its report is at hand. Years from the first to the last of which any
-- report is. Not here: why a report is missing; that a file is not in data/raw does not say that nothing was
-- published.
with span as (
    select
        min(year) as first_year,
        max(year) as last_year
    from {{ ref('fct_report') }}
),

years as (
    select years.*
    from {{ ref('dim_year') }} as years
    inner join span on years.year between span.first_year and span.last_year
),

expected as (
    select
        years.year,
        agencies.agency_id,
        agencies.name as agency_name,
        agencies.place_code,
        agencies.place,
        agencies.province,
        agencies.level,
        agencies.kind,
        agencies.function,
        -- The agency that exists when the year ends reports on it.
        agencies.valid_from <= make_date(years.year, 12, 31)
        and coalesce(agencies.valid_to >= make_date(years.year, 12, 31), true) as is_expected,
        case
            when agencies.kind = 'government' then years.government_deadline
            else years.department_deadline
        end as deadline
    from years
    cross join {{ ref('dim_agency') }} as agencies
),

refused as (
    select
        year,
        agency_id,
        min(code) as refusal_code,
        min(message) as refusal
    from {{ ref('fct_refusals') }}
    where year is not null and agency_id is not null
    group by year, agency_id
)

select
    {{ natural_key('expected.year', 'expected.agency_id') }} as agency_year_key,
    expected.year,
    expected.agency_id,
    expected.agency_name,
    expected.place_code,
    expected.place,
    expected.province,
    expected.level,
    expected.kind,
    expected.function,
    expected.is_expected,
    case
        when reports.agency_year_key is not null then 'report'
        when refused.agency_id is not null then 'refused'
        else 'no_file'
    end as status,
    expected.deadline,
    reports.published_on,
    reports.days_late,
    refused.refusal_code,
    refused.refusal,
    reports.source_url
from expected
left join {{ ref('fct_report') }} as reports
    on expected.year = reports.year and expected.agency_id = reports.agency_id
left join refused on expected.year = refused.year and expected.agency_id = refused.agency_id
where expected.is_expected or reports.agency_year_key is not null or refused.agency_id is not null
