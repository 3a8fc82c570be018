-- One row a report and cell of the disclosure table, with its unit and whether it compares across the forms. Figures of
-- different units and of different measures are not to be summed. Not here: requests.
select
    cells.disclosure_key,
    {{ report_columns('reports') }},
    cells.form,
    cells.row_code,
    form_cells.row_label,
    form_cells.row_label_en,
    cells.measure,
    form_cells.column_label as measure_label,
    form_cells.column_label_en as measure_label_en,
    cells.unit,
    cells.value as published_value,
    cells.state,
    cells.used_value as value,
    form_cells.comparability,
    form_cells.reason as comparability_reason,
    form_cells.reason_en as comparability_reason_en,
    cells.locator
from {{ ref('fct_proactive_disclosure') }} as cells
inner join {{ ref('int_reports') }} as reports on cells.year = reports.year and cells.agency_id = reports.agency_id
inner join {{ ref('dim_form_cell') }} as form_cells
    on
        cells.form = form_cells.form
        and form_cells.table_code = 'proactive_disclosure'
        and cells.row_code = form_cells.row_code
        and cells.measure = form_cells.column_code
