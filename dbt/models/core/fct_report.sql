-- One row a report: where it comes from, its form, whose figures it holds, when it was published, and whether its
-- figures may be added to those of other agencies of the place. Not here: figures.
with reports as (
    select
        reports.*,
        agencies.name,
        agencies.place_code,
        agencies.kind,
        agencies.function,
        -- Article 49 of the Regulations: departments by 31 January, governments by 31 March.
        case
            when agencies.kind = 'government' then years.government_deadline
            else years.department_deadline
        end as deadline
    from {{ ref('stg_reports') }} as reports
    left join {{ ref('dim_agency') }} as agencies on reports.agency_id = agencies.agency_id
    left join {{ ref('dim_year') }} as years on reports.year = years.year
),

-- Places whose government counts its office in its own report.
with_office as (
    select distinct
        year,
        place_code
    from reports
    where
        scope = 'government_plus_office'
        and kind = 'government'
        -- An office that reports for both is the government's report itself.
        and function is distinct from 'government_office'
),

-- A report whose file was replaced is a revision of the one before.
files as (
    select
        year,
        agency_id,
        position,
        sha256,
        lag(sha256) over (partition by year, agency_id order by position) as previous_sha256,
        row_number() over (partition by year, agency_id order by position desc) as age
    from {{ ref('stg_report_files') }}
),

judged as (
    select
        reports.*,
        files.position as revision,
        files.previous_sha256,
        case
            when reports.scope = 'region_aggregate' then 'region_aggregate'
            when reports.scope = 'joint_body' then 'joint_body'
            when reports.scope = 'unknown' and reports.kind = 'government' then 'unknown_scope'
            when reports.function = 'government_office' and with_office.year is not null then 'within_government_report'
        end as not_additive_reason
    from reports
    left join with_office on reports.year = with_office.year and reports.place_code = with_office.place_code
    left join files on reports.year = files.year and reports.agency_id = files.agency_id and files.age = 1
)

select
    {{ natural_key('year', 'agency_id') }} as agency_year_key,
    year,
    agency_id,
    coalesce(name, agency_name) as agency_name,
    title,
    form,
    scope,
    not_additive_reason is null as is_additive,
    not_additive_reason,
    period_start,
    period_end,
    deadline,
    published_on,
    -- Not greatest(): it would turn an unknown date into 0.
    case
        when published_on > deadline then cast(published_on - deadline as integer)
        when published_on <= deadline then 0
    end as days_late,
    year_evidence,
    agency_evidence,
    scope_evidence,
    published_on_evidence,
    source_url,
    source_path,
    media_type,
    encoding,
    sha256,
    revision,
    previous_sha256,
    size_bytes,
    cells_reported,
    cells_blank,
    cells_not_applicable,
    cells_missing,
    cells_unparsed
from judged
