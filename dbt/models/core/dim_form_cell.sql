-- The cells of the statutory tables, form by form: labels, unit, and whether the cell counts the same on both forms,
-- with the reason where it does not. Not here: what a report prints in a cell.
select
    {{ natural_key('cells.form', 'cells.table_code', 'cells.row_code', 'cells.column_code') }} as form_cell_key,
    {{ natural_key('cells.form', 'cells.table_code', 'cells.row_code') }} as form_row_key,
    cells.form,
    cells.table_code,
    cells.row_code,
    cells.column_code,
    cells.position,
    form_rows.label as row_label,
    form_rows.label_en as row_label_en,
    form_columns.label as column_label,
    form_columns.label_en as column_label_en,
    form_columns.unit,
    form_columns.number,
    form_rows.role = 'total' or form_columns.role = 'total' as is_total,
    cells.unified_row_code,
    cells.comparability,
    cells.reason,
    cells.reason_en
from {{ ref('form_cells') }} as cells
inner join {{ ref('form_rows') }} as form_rows
    on
        cells.form = form_rows.form
        and cells.table_code = form_rows.table_code
        and cells.row_code = form_rows.row_code
inner join {{ ref('form_columns') }} as form_columns
    on
        cells.form = form_columns.form
        and cells.table_code = form_columns.table_code
        and cells.column_code = form_columns.column_code
