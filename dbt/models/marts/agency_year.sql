-- One row a report: its main figures as published or corrected, rates, lateness and what the checks found.
-- Not here: sums over agencies (scopes differ, a government's report may include its departments').
with requests as (
    -- Printed totals over all applicant types.
    select
        year,
        agency_id,
        {{ complete_sum("row_code = 'new_received'") }} as requests_new_received,
        {{ complete_sum("row_code = 'carried_in'") }} as requests_carried_in,
        {{ complete_sum("row_code = 'granted'") }} as requests_granted,
        {{ complete_sum("row_code = 'partially_granted'") }} as requests_partially_granted,
        {{ complete_sum("row_code like 'denied%'") }} as requests_denied,
        {{ complete_sum("row_code like 'unavailable%'") }} as requests_unavailable,
        {{ complete_sum("row_code like 'not_processed%'") }} as requests_not_processed,
        {{ complete_sum("row_code like 'other%'") }} as requests_other,
        {{ complete_sum("row_code = 'total_handled'") }} as requests_total_handled,
        {{ complete_sum("row_code = 'carried_out'") }} as requests_carried_out
    from {{ ref('fct_requests_totals') }}
    where is_applicant_total
    group by year, agency_id
),

natural_persons as (
    select
        year,
        agency_id,
        used_value as natural_person_new_received
    from {{ ref('fct_requests') }}
    where row_code = 'new_received' and applicant_type = 'natural_person'
),

case_cells as (
    select
        year,
        agency_id,
        procedure,
        result,
        used_value
    from {{ ref('fct_reconsideration_litigation') }}
    where result = 'corrected'
    union all
    select
        year,
        agency_id,
        procedure,
        result,
        used_value
    from {{ ref('fct_reconsideration_litigation_totals') }}
),

cases as (
    select
        year,
        agency_id,
        {{ complete_sum("procedure = 'reconsideration' and result = 'total'") }} as reconsideration_total,
        {{ complete_sum("procedure = 'reconsideration' and result = 'corrected'") }} as reconsideration_corrected,
        {{ complete_sum("procedure like 'litigation%' and result = 'total'") }} as litigation_total,
        {{ complete_sum("procedure like 'litigation%' and result = 'corrected'") }} as litigation_corrected
    from case_cells
    group by year, agency_id
),

disclosure as (
    select
        year,
        agency_id,
        {{ complete_sum("row_code = 'normative_documents' and measure = 'in_force'") }} as normative_documents_in_force,
        {{ complete_sum("row_code = 'normative_documents' and measure = 'made'") }} as normative_documents_made,
        {{ complete_sum("row_code = 'administrative_licenses' and measure = 'decisions'") }} as licenses_decisions,
        {{ complete_sum("row_code = 'administrative_penalties' and measure = 'decisions'") }} as penalties_decisions,
        {{ complete_sum("row_code = 'administrative_coercion' and measure = 'decisions'") }} as coercion_decisions,
        -- Only the 2021 form has this measure; the fees row of the 2019 form counts items.
        max(used_value) filter (
            where row_code = 'administrative_fees' and measure = 'amount_10k_yuan'
        ) as fees_amount_10k_yuan
    from {{ ref('fct_proactive_disclosure') }}
    group by year, agency_id
),

findings as (
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
),

reports as (
    select
        reports.*,
        agencies.name,
        agencies.place,
        agencies.level,
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
)

select
    {{ natural_key('reports.year', 'reports.agency_id') }} as agency_year_key,
    reports.year,
    reports.agency_id,
    coalesce(reports.name, reports.agency_name) as agency_name,
    reports.place,
    reports.level,
    reports.kind,
    reports.function,
    reports.form,
    reports.scope,
    reports.published_on,
    -- Not greatest(): it would turn an unknown date into 0.
    case
        when reports.published_on > reports.deadline then cast(reports.published_on - reports.deadline as integer)
        when reports.published_on <= reports.deadline then 0
    end as days_late,
    requests.requests_new_received,
    requests.requests_carried_in,
    requests.requests_granted,
    requests.requests_partially_granted,
    requests.requests_denied,
    requests.requests_unavailable,
    requests.requests_not_processed,
    requests.requests_other,
    requests.requests_total_handled,
    requests.requests_carried_out,
    cast(requests.requests_granted + requests.requests_partially_granted as double precision)
    / nullif(requests.requests_total_handled, 0) as disclosure_rate,
    cast(requests.requests_granted as double precision)
    / nullif(requests.requests_total_handled, 0) as strict_disclosure_rate,
    natural_persons.natural_person_new_received,
    cases.reconsideration_total,
    cases.reconsideration_corrected,
    cases.litigation_total,
    cases.litigation_corrected,
    disclosure.normative_documents_in_force,
    disclosure.normative_documents_made,
    disclosure.licenses_decisions,
    disclosure.penalties_decisions,
    disclosure.coercion_decisions,
    disclosure.fees_amount_10k_yuan,
    coalesce(findings.findings_error, 0) as findings_error,
    coalesce(findings.findings_warn, 0) as findings_warn,
    coalesce(findings.findings_info, 0) as findings_info,
    coalesce(findings.findings_confirmed, 0) as findings_confirmed,
    coalesce(corrections.cells_corrected, 0) as cells_corrected,
    reports.cells_missing,
    reports.cells_blank,
    reports.cells_unparsed,
    reports.source_url,
    reports.source_path,
    reports.sha256
from reports
left join requests on reports.year = requests.year and reports.agency_id = requests.agency_id
left join natural_persons
    on reports.year = natural_persons.year and reports.agency_id = natural_persons.agency_id
left join cases on reports.year = cases.year and reports.agency_id = cases.agency_id
left join disclosure on reports.year = disclosure.year and reports.agency_id = disclosure.agency_id
left join findings on reports.year = findings.year and reports.agency_id = findings.agency_id
left join corrections on reports.year = corrections.year and reports.agency_id = corrections.agency_id
