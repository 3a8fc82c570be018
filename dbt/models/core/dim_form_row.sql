-- The rows of the statutory tables, form by form. Not here: the columns of the tables.
select
    {{ natural_key('form', 'table_code', 'row_code') }} as form_row_key,
    form,
    table_code,
    row_code,
    position,
    label,
    label_en,
    group_label,
    item,
    role
from {{ ref('form_rows') }}
