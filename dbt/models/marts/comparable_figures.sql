-- The figures that count the same on both forms, leaf cells only, one row a report, row and column: what a series
-- over the years or a sum over applicants may be made of. Not here: printed totals (comparable_totals), what does
-- not compare (comparability).
select
    cells.unified_cell_key as figure_key,
    {{ report_columns('reports') }},
    reports.is_additive,
    cells.form,
    cells.table_code,
    cells.row_code,
    cells.row_label,
    cells.row_label_en,
    cells.row_path,
    cells.role,
    cells.column_code,
    cells.column_label,
    cells.column_label_en,
    cells.unit,
    cells.value,
    cells.cells,
    cells.cells_with_value
from {{ ref('int_unified_cells') }} as cells
inner join {{ ref('int_reports') }} as reports on cells.year = reports.year and cells.agency_id = reports.agency_id
where not cells.is_total
