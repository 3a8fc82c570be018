-- One row a report and type of applicant: new requests of the year and their share. Not here: the printed total as a
-- type of its own; it stands beside as the denominator.
with cells as (
    select
        year,
        agency_id,
        applicant_type,
        max(used_value) filter (where row_code = 'new_received') as new_received,
        max(used_value) filter (where row_code = 'carried_in') as carried_in,
        max(used_value) filter (where row_code = 'carried_out') as carried_out
    from {{ ref('fct_requests') }}
    group by year, agency_id, applicant_type
)

select
    {{ natural_key('reports.year', 'reports.agency_id', 'cells.applicant_type') }} as applicant_mix_key,
    {{ report_columns('reports') }},
    cells.applicant_type,
    applicants.label as applicant_label,
    applicants.label_en as applicant_label_en,
    applicants.position,
    applicants.is_legal_person,
    cast(cells.new_received as bigint) as new_received,
    figures.requests_new_received,
    {{ rate('cells.new_received', 'figures.requests_new_received') }} as share,
    {{ is_small('figures.requests_new_received') }} as is_small,
    cast(cells.carried_in as bigint) as carried_in,
    cast(cells.carried_out as bigint) as carried_out
from cells
inner join {{ ref('int_reports') }} as reports on cells.year = reports.year and cells.agency_id = reports.agency_id
inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
inner join {{ ref('dim_applicant_type') }} as applicants on cells.applicant_type = applicants.applicant_type
