-- The cells that count the same on both forms, brought to one row code: 其他处理 of the 2021 form is the sum of its
-- three rows, null unless all of them have a figure. Leaf cells and printed totals alike. Not here: what does not
-- compare; see dim_form_cell.
with cells as (
    select
        year,
        agency_id,
        form,
        'proactive_disclosure' as table_code,
        row_code,
        measure as column_code,
        used_value
    from {{ ref('fct_proactive_disclosure') }}
    union all
    select
        year,
        agency_id,
        form,
        'requests' as table_code,
        row_code,
        applicant_type as column_code,
        cast(used_value as double precision) as used_value
    from {{ ref('fct_requests') }}
    union all
    select
        year,
        agency_id,
        form,
        'requests' as table_code,
        row_code,
        applicant_type as column_code,
        cast(used_value as double precision) as used_value
    from {{ ref('fct_requests_totals') }}
    union all
    select
        year,
        agency_id,
        form,
        'reconsideration_litigation' as table_code,
        procedure as row_code,
        result as column_code,
        cast(used_value as double precision) as used_value
    from {{ ref('fct_reconsideration_litigation') }}
    union all
    select
        year,
        agency_id,
        form,
        'reconsideration_litigation' as table_code,
        procedure as row_code,
        result as column_code,
        cast(used_value as double precision) as used_value
    from {{ ref('fct_reconsideration_litigation_totals') }}
),

labels as (
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
)

select
    {{ natural_key(
        'cells.year', 'cells.agency_id', 'cells.table_code', 'form_cells.unified_row_code', 'cells.column_code'
    ) }} as unified_cell_key,
    cells.year,
    cells.agency_id,
    cells.form,
    cells.table_code,
    form_cells.unified_row_code as row_code,
    labels.short_label as row_label,
    labels.label_en as row_label_en,
    labels.path as row_path,
    labels.role,
    labels.group_code,
    cells.column_code,
    min(form_cells.column_label) as column_label,
    min(form_cells.column_label_en) as column_label_en,
    min(form_cells.unit) as unit,
    bool_or(form_cells.is_total) as is_total,
    {{ complete_sum_of('cells.used_value') }} as value,
    count(*) as cells,
    count(cells.used_value) as cells_with_value
from cells
inner join {{ ref('dim_form_cell') }} as form_cells
    on
        cells.form = form_cells.form
        and cells.table_code = form_cells.table_code
        and cells.row_code = form_cells.row_code
        and cells.column_code = form_cells.column_code
inner join labels
    on
        cells.table_code = labels.table_code
        and form_cells.unified_row_code = labels.row_code
        and labels.age = 1
where form_cells.comparability in ('full', 'group')
group by
    cells.year,
    cells.agency_id,
    cells.form,
    cells.table_code,
    form_cells.unified_row_code,
    labels.short_label,
    labels.label_en,
    labels.path,
    labels.role,
    labels.group_code,
    cells.column_code
