-- The cells of the disclosure table; it has no printed totals. Not here: one unit for all; see column `unit`.
with cells as (
    select
        *,
        {{ natural_key('form', "'proactive_disclosure'", 'row_code') }} as form_row_key
    from {{ ref('stg_proactive_disclosure') }}
)

select
    {{ natural_key('cells.year', 'cells.agency_id', 'cells.row_code', 'cells.measure') }} as disclosure_key,
    cells.year,
    cells.agency_id,
    cells.form,
    cells.form_row_key,
    cells.row_code,
    cells.measure,
    form_columns.unit,
    form_columns.number,
    cells.value,
    cells.state,
    cells.raw,
    cells.placement,
    cells.locator,
    cells.corrected_value,
    cells.correction,
    cells.correction_reason,
    cells.used_value,
    cells.sha256
from cells
left join {{ ref('form_columns') }} as form_columns
    on
        cells.form = form_columns.form
        and form_columns.table_code = 'proactive_disclosure'
        and cells.measure = form_columns.column_code
