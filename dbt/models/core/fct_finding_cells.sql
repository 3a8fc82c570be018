-- One row a cell that a finding points at. Not here: what the finding says; see fct_findings.
with cells as (
    -- distinct: a finding that lists a cell twice points at it once
    select distinct
        findings.year,
        findings.agency_id,
        findings.finding_id,
        findings.rule,
        listed.element ->> 0 as table_code,
        listed.element ->> 1 as row_code,
        listed.element ->> 2 as column_code
    from {{ ref('stg_findings') }} as findings
    cross join {{ json_array_elements('findings.cells', 'listed') }}
),

-- The form of a table, which need not be that of the whole report.
table_forms as (
    select distinct
        year,
        agency_id,
        table_code,
        form
    from {{ ref('int_cells') }}
)

select
    {{ natural_key(
        'cells.year', 'cells.agency_id', 'cells.finding_id', 'cells.table_code', 'cells.row_code', 'cells.column_code'
    ) }} as finding_cell_key,
    {{ natural_key('cells.year', 'cells.agency_id', 'cells.finding_id') }} as finding_key,
    cells.year,
    cells.agency_id,
    cells.finding_id,
    cells.rule,
    cells.table_code,
    cells.row_code,
    cells.column_code,
    {{ natural_key('table_forms.form', 'cells.table_code', 'cells.row_code') }} as form_row_key
from cells
left join table_forms
    on
        cells.year = table_forms.year
        and cells.agency_id = table_forms.agency_id
        and cells.table_code = table_forms.table_code
