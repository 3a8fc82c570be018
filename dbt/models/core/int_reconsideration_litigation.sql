-- The cells of the reconsideration and litigation table with what the form says of their column: the one place that
-- tells leaf cells from printed totals. Not here: a choice between the two; the two facts make it.
{{ config(materialized='ephemeral') }}

with cells as (
    select
        *,
        {{ natural_key('form', "'reconsideration_litigation'", 'procedure') }} as form_row_key
    from {{ ref('stg_reconsideration_litigation') }}
)

-- A left join: a code that the form does not know stays in and fails a test instead of vanishing.
select
    {{ natural_key('cells.year', 'cells.agency_id', 'cells.procedure', 'cells.result') }} as case_key,
    cells.year,
    cells.agency_id,
    cells.form,
    cells.form_row_key,
    cells.procedure,
    cells.result,
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
    coalesce(form_columns.role = 'total', false) as is_total
from cells
left join {{ ref('form_columns') }} as form_columns
    on
        cells.form = form_columns.form
        and form_columns.table_code = 'reconsideration_litigation'
        and cells.result = form_columns.column_code
