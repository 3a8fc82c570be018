-- One row a report: what was carried out of the year before against what was carried in, and the balance of the year
-- itself. A successor is held against the sum of its predecessors. Not here: the chain applicant by applicant; see
-- fct_identity_results.
with previous as (
    select
        links.agency_year_key,
        string_agg(links.previous_agency_id, ';' order by links.previous_agency_id) as previous_agencies,
        bool_or(links.is_succession) as is_succession,
        bool_and(links.previous_agency_year_key is not null) as is_comparable,
        bool_or(later.scope <> earlier.scope and 'unknown' not in (later.scope, earlier.scope)) as is_other_scope,
        cast({{ complete_sum_of('figures.requests_carried_out') }} as bigint) as previous_carried_out
    from {{ ref('int_previous_reports') }} as links
    inner join {{ ref('int_reports') }} as later on links.agency_year_key = later.agency_year_key
    left join {{ ref('int_reports') }} as earlier on links.previous_agency_year_key = earlier.agency_year_key
    left join {{ ref('int_report_figures') }} as figures on links.previous_agency_year_key = figures.agency_year_key
    group by links.agency_year_key
)

select
    {{ report_columns('reports') }},
    previous.previous_agencies,
    coalesce(previous.is_succession, false) as is_succession,
    previous.previous_carried_out,
    figures.requests_carried_in,
    figures.requests_carried_in - previous.previous_carried_out as difference,
    case
        when previous.agency_year_key is null then 'no_report_before'
        when not previous.is_comparable then 'succession_not_comparable'
        when previous.previous_carried_out is null or figures.requests_carried_in is null then 'not_reported'
        when figures.requests_carried_in = previous.previous_carried_out then 'holds'
        when previous.is_other_scope then 'scope_changed'
        else 'differs'
    end as link,
    figures.requests_new_received,
    figures.requests_total_handled,
    figures.requests_carried_out,
    figures.requests_carried_in + figures.requests_new_received
    - figures.requests_total_handled - figures.requests_carried_out as balance_difference
from {{ ref('int_reports') }} as reports
inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
left join previous on reports.agency_year_key = previous.agency_year_key
