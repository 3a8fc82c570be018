-- Printed totals of the requests table. Not here: leaf cells; see fct_requests.
select
    request_key,
    year,
    agency_id,
    form,
    form_row_key,
    row_code,
    role,
    applicant_type,
    is_row_total,
    is_applicant_total,
    value,
    state,
    raw,
    placement,
    locator,
    corrected_value,
    correction,
    correction_reason,
    used_value,
    sha256
from {{ ref('int_requests') }}
where is_row_total or is_applicant_total
