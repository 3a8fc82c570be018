-- Fails for every report whose own count of cells by state differs from the cells that were loaded.
-- Not here: whether the grid is complete; complete_grid asks that.
with counted as (
    select
        year,
        agency_id,
        count(*) filter (where state = 'reported') as cells_reported,
        count(*) filter (where state = 'blank') as cells_blank,
        count(*) filter (where state = 'not_applicable') as cells_not_applicable,
        count(*) filter (where state = 'missing') as cells_missing,
        count(*) filter (where state = 'unparsed') as cells_unparsed
    from {{ ref('int_cells') }}
    group by year, agency_id
)

select
    reports.year,
    reports.agency_id,
    counted.cells_reported,
    counted.cells_blank,
    counted.cells_not_applicable,
    counted.cells_missing,
    counted.cells_unparsed
from {{ ref('stg_reports') }} as reports
left join counted on reports.year = counted.year and reports.agency_id = counted.agency_id
where
    reports.cells_reported is distinct from counted.cells_reported
    or reports.cells_blank is distinct from counted.cells_blank
    or reports.cells_not_applicable is distinct from counted.cells_not_applicable
    or reports.cells_missing is distinct from counted.cells_missing
    or reports.cells_unparsed is distinct from counted.cells_unparsed
