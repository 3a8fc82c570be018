{#
    The cells that compare across the forms with their report: the columns of comparable_figures and comparable_totals, which
    differ in nothing but the condition. Not here: which cells compare; see int_unified_cells.
#}
{% macro unified_cells(condition) -%}
    select
        cells.unified_cell_key as figure_key,
        {{ report_columns('reports') }},
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
    where {{ condition }}
{%- endmacro %}
