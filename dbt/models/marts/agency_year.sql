-- One row a report: its headline figures as published or corrected, headline rates with what they are made of,
-- lateness and what the checks found. Not here: sums over agencies; see place_year, and column is_additive.
{% set headline = [
    'strict_disclosure_rate', 'disclosure_rate', 'denial_rate', 'unavailable_rate', 'completion_rate', 'carry_out_rate',
    'natural_person_share', 'reconsideration_correction_rate', 'litigation_correction_rate'
] %}
with findings as (
    select
        year,
        agency_id,
        count(*) filter (where severity = 'error' and status = 'open') as findings_error,
        count(*) filter (where severity = 'warn' and status = 'open') as findings_warn,
        count(*) filter (where severity = 'info' and status = 'open') as findings_info,
        count(*) filter (where status = 'confirmed') as findings_confirmed
    from {{ ref('fct_findings') }}
    group by year, agency_id
),

corrections as (
    select
        year,
        agency_id,
        count(*) filter (where correction in ('override', 'set_null')) as cells_corrected
    from {{ ref('int_cells') }}
    group by year, agency_id
)

select
    {{ report_columns('reports') }},
    reports.not_additive_reason,
    reports.form,
    reports.published_on,
    reports.days_late,
    figures.requests_new_received,
    figures.requests_carried_in,
    figures.requests_granted,
    figures.requests_partially_granted,
    figures.requests_denied,
    figures.requests_unavailable,
    figures.requests_not_processed,
    figures.requests_other,
    figures.requests_total_handled,
    figures.requests_carried_out,
    figures.natural_person_new_received,
    figures.reconsideration_total,
    figures.reconsideration_corrected,
    figures.reconsideration_pending,
    figures.litigation_total,
    figures.litigation_corrected,
    figures.litigation_pending,
    figures.normative_documents_in_force,
    figures.normative_documents_made,
    figures.licenses_decisions,
    figures.penalties_decisions,
    figures.coercion_decisions,
    figures.fees_amount_10k_yuan,
    {% for code in headline -%}
    {{ metric_numerator(code) }} as {{ code }}_numerator,
    {{ metric_denominator(code) }} as {{ code }}_denominator,
    {{ metric_rate(code) }} as {{ code }},
    {% endfor -%}
    coalesce(findings.findings_error, 0) as findings_error,
    coalesce(findings.findings_warn, 0) as findings_warn,
    coalesce(findings.findings_info, 0) as findings_info,
    coalesce(findings.findings_confirmed, 0) as findings_confirmed,
    coalesce(corrections.cells_corrected, 0) as cells_corrected,
    origins.cells_missing,
    origins.cells_blank,
    origins.cells_unparsed,
    origins.source_url,
    origins.source_path,
    origins.sha256
from {{ ref('int_reports') }} as reports
inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
inner join {{ ref('fct_report') }} as origins on reports.agency_year_key = origins.agency_year_key
left join findings on reports.year = findings.year and reports.agency_id = findings.agency_id
left join corrections on reports.year = corrections.year and reports.agency_id = corrections.agency_id
