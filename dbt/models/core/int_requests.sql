-- The cells of the requests table with what the form says of their row and column: the one place that tells leaf cells
-- from printed totals. Not here: a choice between the two; fct_requests and fct_requests_totals make it.
{{ config(materialized='ephemeral') }}

with cells as (
    select
        *,
        {{ natural_key('form', "'requests'", 'row_code') }} as form_row_key
    from {{ ref('stg_requests') }}
)

-- Left joins: a code that the form does not know stays in and fails a test instead of vanishing.
select
    {{ natural_key('cells.year', 'cells.agency_id', 'cells.row_code', 'cells.applicant_type') }} as request_key,
    cells.year,
    cells.agency_id,
    cells.form,
    cells.form_row_key,
    cells.row_code,
    form_rows.role,
    cells.applicant_type,
    cells.value,
    cells.state,
    cells.raw,
    cells.placement,
    cells.locator,
    cells.corrected_value,
    cells.correction,
    cells.correction_reason,
    cells.used_value,
    cells.sha256,
    coalesce(form_rows.role = 'total', false) as is_row_total,
    coalesce(applicant_types.is_total, false) as is_applicant_total
from cells
left join {{ ref('dim_form_row') }} as form_rows on cells.form_row_key = form_rows.form_row_key
left join {{ ref('dim_applicant_type') }} as applicant_types on cells.applicant_type = applicant_types.applicant_type
