-- Who asks: the columns of the requests table, the printed total among them. Not here: measures and results.
with columns_by_age as (
    select
        column_code,
        label,
        label_en,
        group_label,
        role,
        position,
        row_number() over (partition by column_code order by form desc) as age
    from {{ ref('form_columns') }}
    where table_code = 'requests'
)

select
    column_code as applicant_type,
    label,
    label_en,
    -- The form puts every type but natural persons under one heading for legal persons and other organisations.
    role = 'leaf' and group_label is not null as is_legal_person,
    role = 'total' as is_total,
    position
from columns_by_age
where age = 1
