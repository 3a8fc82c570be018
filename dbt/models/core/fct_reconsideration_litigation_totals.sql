-- Printed totals of reconsideration and litigation. Not here: leaf results; see fct_reconsideration_litigation.
select
    case_key,
    year,
    agency_id,
    form,
    form_row_key,
    procedure,
    result,
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
from {{ ref('int_reconsideration_litigation') }}
where is_total
