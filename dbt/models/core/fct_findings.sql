-- One row a finding. Not here: the cells it points at; see fct_finding_cells.
with findings as (
    select
        *,
        cast(suspect as json) as suspect_cell
    from {{ ref('stg_findings') }}
)

select
    {{ natural_key('findings.year', 'findings.agency_id', 'findings.finding_id') }} as finding_key,
    findings.year,
    findings.agency_id,
    findings.finding_id,
    findings.rule,
    rules.family,
    findings.severity,
    findings.cause,
    findings.status,
    findings.message,
    findings.suspect_cell ->> 0 as suspect_table_code,
    findings.suspect_cell ->> 1 as suspect_row_code,
    findings.suspect_cell ->> 2 as suspect_column_code,
    findings.found,
    findings.expected,
    findings.locator,
    reports.source_path,
    findings.sha256
from findings
left join {{ ref('dim_rule') }} as rules on findings.rule = rules.rule
left join {{ ref('stg_reports') }} as reports
    on findings.year = reports.year and findings.agency_id = reports.agency_id
