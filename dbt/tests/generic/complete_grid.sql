{#
    Fails for every cell that a report lacks in a table of its form, and for every cell that its form does not know. A
    report without a single row of the table fails as well. Not here: what stands in the cells.
#}
{% test complete_grid(model, table_code, row_column, column_column) %}

with cells as (
    select
        year,
        agency_id,
        form,
        {{ row_column }} as row_code,
        {{ column_column }} as column_code
    from {{ model }}
),

table_forms as (
    select distinct
        year,
        agency_id,
        form
    from cells
),

expected as (
    select
        reports.year,
        reports.agency_id,
        table_forms.form,
        form_cells.row_code,
        form_cells.column_code
    from {{ ref('stg_reports') }} as reports
    left join table_forms on reports.year = table_forms.year and reports.agency_id = table_forms.agency_id
    left join {{ ref('form_cells') }} as form_cells
        on table_forms.form = form_cells.form and form_cells.table_code = '{{ table_code }}'
)

select
    coalesce(expected.year, cells.year) as year,
    coalesce(expected.agency_id, cells.agency_id) as agency_id,
    coalesce(expected.row_code, cells.row_code) as row_code,
    coalesce(expected.column_code, cells.column_code) as column_code,
    case when cells.year is null then 'not in the data' else 'not on the form' end as problem
from expected
full outer join cells
    on
        expected.year = cells.year
        and expected.agency_id = cells.agency_id
        and expected.form = cells.form
        and expected.row_code = cells.row_code
        and expected.column_code = cells.column_code
where expected.row_code is null or cells.row_code is null

{% endtest %}
