-- Every cell of the two forms side by side: whether it counts the same, and why not. Not here: figures.
with labelled as (
    select
        *,
        row_label || ' / ' || column_label as label
    from {{ ref('dim_form_cell') }}
),

cells as (
    select
        table_code,
        unified_row_code as row_code,
        column_code,
        string_agg(label, '; ' order by position) filter (where form = '2019') as label_2019,
        string_agg(label, '; ' order by position) filter (where form = '2021') as label_2021,
        min(comparability) as comparability,
        min(reason) as reason,
        min(reason_en) as reason_en
    from labelled
    group by table_code, unified_row_code, column_code
)

select
    {{ natural_key('table_code', 'row_code', 'column_code') }} as comparability_key,
    table_code,
    row_code,
    column_code,
    label_2019,
    label_2021,
    comparability,
    reason,
    reason_en
from cells
