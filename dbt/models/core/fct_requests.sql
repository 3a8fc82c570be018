-- Leaf cells of the requests table. Not here: any printed total; see fct_requests_totals.
select
    request_key,
    year,
    agency_id,
    form,
    form_row_key,
    row_code,
    role,
    applicant_type,
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
where not is_row_total and not is_applicant_total
