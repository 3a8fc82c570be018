-- How cases end: procedure by result, as on the newest form. Not here: how many; see fct_reconsideration_litigation.
with cells as (
    select
        *,
        row_number() over (partition by row_code, column_code order by form desc) as age
    from {{ ref('dim_form_cell') }}
    where table_code = 'reconsideration_litigation'
)

select
    {{ natural_key('cells.row_code', 'cells.column_code') }} as procedure_result_key,
    cells.row_code as procedure,
    form_rows.short_label as procedure_label,
    cells.row_label_en as procedure_label_en,
    form_rows.group_code as procedure_group,
    cells.column_code as result,
    cells.column_label as result_label,
    cells.column_label_en as result_label_en,
    cells.is_total,
    cells.position
from cells
inner join {{ ref('dim_form_row') }} as form_rows on cells.form_row_key = form_rows.form_row_key
where cells.age = 1
