-- One row a report: what was judged, what was found, and a score with a published definition.
-- Not here: the findings one by one (core.fct_findings), and figures of the report (agency_year).
with identities as (
    select
        year,
        agency_id,
        count(*) as identities_evaluated,
        count(*) filter (where status = 'holds') as identities_held,
        count(*) filter (where status = 'assumed_zero') as identities_assumed_zero,
        count(*) filter (where status = 'violated') as identities_violated,
        count(*) filter (where status = 'not_evaluable') as identities_not_evaluable
    from {{ ref('fct_identity_results') }}
    group by year, agency_id
),

open_findings as (
    select
        *,
        -- Findings that one cell explains are one matter.
        coalesce(
            {{ natural_key('suspect_table_code', 'suspect_row_code', 'suspect_column_code') }}, finding_id
        ) as matter,
        -- Held against the source: what it prints, not how it was read, nor what text and table do not have in common.
        case
            when family not in ('identities', 'narrative', 'series', 'formal') then 0
            when cause in ('parse_doubt', 'scope_difference') then 0
            when severity = 'error' then 10
            when severity = 'warn' then 4
            else 0
        end as points
    from {{ ref('fct_findings') }}
    where status = 'open'
),

counted as (
    select
        year,
        agency_id,
        count(*) filter (where severity = 'error') as findings_error,
        count(*) filter (where severity = 'warn') as findings_warn,
        count(*) filter (where severity = 'info') as findings_info,
        count(*) filter (where family = 'identities' and severity <> 'info') as findings_identities,
        count(*) filter (where family = 'narrative' and severity <> 'info') as findings_narrative,
        count(*) filter (where family = 'series' and severity <> 'info') as findings_series,
        count(*) filter (where family = 'formal' and severity <> 'info') as findings_formal,
        count(*) filter (where family in ('reading', 'report') and severity <> 'info') as findings_reading,
        count(*) filter (where cause = 'publisher_error') as findings_publisher_error,
        count(*) filter (where cause = 'parse_doubt') as findings_parse_doubt,
        count(distinct matter) filter (where suspect_table_code is not null) as suspect_cells
    from open_findings
    group by year, agency_id
),

matters as (
    select
        year,
        agency_id,
        matter,
        max(points) as points
    from open_findings
    group by year, agency_id, matter
),

deductions as (
    select
        year,
        agency_id,
        cast(sum(points) as integer) as points_deducted
    from matters
    group by year, agency_id
),

sections as (
    select
        year,
        agency_id,
        count(*) as sections_headed
    from {{ ref('stg_report_sections') }}
    group by year, agency_id
),

confirmed as (
    select
        year,
        agency_id,
        count(*) as findings_confirmed
    from {{ ref('fct_findings') }}
    where status = 'confirmed'
    group by year, agency_id
)

select
    marts.agency_year_key,
    marts.year,
    marts.agency_id,
    marts.agency_name,
    marts.place,
    marts.level,
    marts.kind,
    marts.function,
    marts.form,
    marts.scope,
    marts.published_on,
    marts.days_late,
    coalesce(sections.sections_headed, 0) as sections_headed,
    reports.cells_reported,
    reports.cells_blank,
    reports.cells_not_applicable,
    reports.cells_missing,
    reports.cells_unparsed,
    coalesce(identities.identities_evaluated, 0) as identities_evaluated,
    coalesce(identities.identities_held, 0) as identities_held,
    coalesce(identities.identities_assumed_zero, 0) as identities_assumed_zero,
    coalesce(identities.identities_violated, 0) as identities_violated,
    coalesce(identities.identities_not_evaluable, 0) as identities_not_evaluable,
    coalesce(counted.findings_error, 0) as findings_error,
    coalesce(counted.findings_warn, 0) as findings_warn,
    coalesce(counted.findings_info, 0) as findings_info,
    coalesce(counted.findings_identities, 0) as findings_identities,
    coalesce(counted.findings_narrative, 0) as findings_narrative,
    coalesce(counted.findings_series, 0) as findings_series,
    coalesce(counted.findings_formal, 0) as findings_formal,
    coalesce(counted.findings_reading, 0) as findings_reading,
    coalesce(counted.findings_publisher_error, 0) as findings_publisher_error,
    coalesce(counted.findings_parse_doubt, 0) as findings_parse_doubt,
    coalesce(confirmed.findings_confirmed, 0) as findings_confirmed,
    coalesce(counted.suspect_cells, 0) as suspect_cells,
    coalesce(deductions.points_deducted, 0) as points_deducted,
    -- Of a report of blanks nothing is known that could speak for it.
    case
        when identities.identities_held + identities.identities_violated >= identities.identities_evaluated / 2.0
            then greatest(0, 100 - coalesce(deductions.points_deducted, 0))
    end as quality_score,
    marts.source_path,
    marts.sha256
from {{ ref('agency_year') }} as marts
inner join {{ ref('stg_reports') }} as reports on marts.year = reports.year and marts.agency_id = reports.agency_id
left join identities on marts.year = identities.year and marts.agency_id = identities.agency_id
left join counted on marts.year = counted.year and marts.agency_id = counted.agency_id
left join deductions on marts.year = deductions.year and marts.agency_id = deductions.agency_id
left join confirmed on marts.year = confirmed.year and marts.agency_id = confirmed.agency_id
left join sections on marts.year = sections.year and marts.agency_id = sections.agency_id
