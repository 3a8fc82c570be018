-- One row a report: its headline figures to count with, published or corrected. Printed totals are taken as printed;
-- a group that no form prints is the sum of its rows, null unless all of them have a figure. Not here: rates; the
-- metrics are made of these.
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
        cast(used_value as bigint) as natural_person_new_received
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
        {{ complete_sum("procedure = 'reconsideration' and result = 'pending'") }} as reconsideration_pending,
        {{ complete_sum("procedure like 'litigation%' and result = 'total'") }} as litigation_total,
        {{ complete_sum("procedure like 'litigation%' and result = 'corrected'") }} as litigation_corrected,
        {{ complete_sum("procedure like 'litigation%' and result = 'pending'") }} as litigation_pending
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
)

select
    reports.agency_year_key,
    reports.year,
    reports.agency_id,
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
    natural_persons.natural_person_new_received,
    cases.reconsideration_total,
    cases.reconsideration_corrected,
    cases.reconsideration_pending,
    cases.litigation_total,
    cases.litigation_corrected,
    cases.litigation_pending,
    disclosure.normative_documents_in_force,
    disclosure.normative_documents_made,
    disclosure.licenses_decisions,
    disclosure.penalties_decisions,
    disclosure.coercion_decisions,
    disclosure.fees_amount_10k_yuan
from {{ ref('fct_report') }} as reports
left join requests on reports.year = requests.year and reports.agency_id = requests.agency_id
left join natural_persons
    on reports.year = natural_persons.year and reports.agency_id = natural_persons.agency_id
left join cases on reports.year = cases.year and reports.agency_id = cases.agency_id
left join disclosure on reports.year = disclosure.year and reports.agency_id = disclosure.agency_id
