-- The cells that count the same on both forms, brought to one row code: 其他处理 of the 2021 form is the sum of its
-- three rows, null unless all of them have a figure. Leaf cells and printed totals alike. Not here: what does not
-- compare; see dim_form_cell.
with labels as (
    -- Of a row on both forms the newest label counts.
    select
        table_code,
        row_code,
        short_label,
        label_en,
        role,
        group_code,
        path,
        row_number() over (partition by table_code, row_code order by form desc) as age
    from {{ ref('dim_form_row') }}
),

places as (
    select
        form_cells.form,
        form_cells.table_code,
        form_cells.row_code,
        form_cells.column_code,
        form_cells.unified_row_code,
        form_cells.column_label,
        form_cells.column_label_en,
        form_cells.unit,
        form_cells.is_total,
        labels.short_label,
        labels.label_en,
        labels.path,
        labels.role,
        labels.group_code
    from {{ ref('dim_form_cell') }} as form_cells
    inner join labels
        on form_cells.table_code = labels.table_code and form_cells.unified_row_code = labels.row_code
    where form_cells.comparability in ('full', 'group') and labels.age = 1
)

select
    {{ natural_key(
        'cells.year', 'cells.agency_id', 'cells.table_code', 'places.unified_row_code', 'cells.column_code'
    ) }} as unified_cell_key,
    cells.year,
    cells.agency_id,
    cells.form,
    cells.table_code,
    places.unified_row_code as row_code,
    min(places.short_label) as row_label,
    min(places.label_en) as row_label_en,
    min(places.path) as row_path,
    min(places.role) as role,
    min(places.group_code) as group_code,
    cells.column_code,
    min(places.column_label) as column_label,
    min(places.column_label_en) as column_label_en,
    min(places.unit) as unit,
    bool_or(places.is_total) as is_total,
    {{ complete_sum_of('cells.used_value') }} as value,
    count(*) as cells,
    count(cells.used_value) as cells_with_value
from {{ ref('int_cells') }} as cells
inner join places
    on
        cells.form = places.form
        and cells.table_code = places.table_code
        and cells.row_code = places.row_code
        and cells.column_code = places.column_code
group by cells.year, cells.agency_id, cells.form, cells.table_code, places.unified_row_code, cells.column_code
