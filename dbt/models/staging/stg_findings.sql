-- The findings as loaded, typed, their cells still one JSON text.
-- Not here: the cells one by one; see fct_finding_cells.
select
    cast(year as integer) as year,
    cast(agency_id as varchar) as agency_id,
    cast(finding_id as varchar) as finding_id,
    cast(rule as varchar) as rule,
    cast(severity as varchar) as severity,
    cast(cause as varchar) as cause,
    cast(status as varchar) as status,
    cast(message as varchar) as message,
    cast(cells as varchar) as cells,
    cast(suspect as varchar) as suspect,
    cast(expected as double precision) as expected,
    cast(found as double precision) as found,
    cast(locator as varchar) as locator,
    cast(sha256 as varchar) as sha256
from {{ source('staging', 'findings') }}
