-- Fails for every violated identity that no finding of the same report tells: a finding that has the identity's code as
-- its rule and points at one of the cells of this place. Not here: findings that no violation stands behind.
with told as (
    select distinct
        cells.year,
        cells.agency_id,
        terms.form,
        terms.identity,
        terms.at_code
    from {{ ref('fct_finding_cells') }} as cells
    inner join {{ ref('identity_terms') }} as terms
        on
            cells.rule = terms.identity
            and cells.table_code = terms.table_code
            and cells.row_code = terms.row_code
            and cells.column_code = terms.column_code
    -- A finding points into its own report, so a term of the year before is not one of its cells.
    where not terms.previous
)

select
    results.year,
    results.agency_id,
    results.identity,
    results.at_code,
    results.left_sum,
    results.right_sum
from {{ ref('fct_identity_results') }} as results
left join told
    on
        results.year = told.year
        and results.agency_id = told.agency_id
        and results.form = told.form
        and results.identity = told.identity
        and results.at_code = told.at_code
where results.status = 'violated' and told.year is null
