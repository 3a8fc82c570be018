-- The rows of the statutory tables, form by form, with the groups that they belong to and how far they compare
-- across the forms. Not here: the columns of the tables, and single cells; see dim_form_cell.
select
    {{ natural_key('form', 'table_code', 'row_code') }} as form_row_key,
    form,
    table_code,
    row_code,
    position,
    label,
    label_en,
    short_label,
    group_label,
    group_code,
    path,
    path_en,
    depth,
    item,
    role,
    comparability
from {{ ref('form_rows') }}
