-- The files that were refused, as loaded, typed. Not here: findings about reports that were read.
select
    cast(year as integer) as year,
    cast(agency_id as varchar) as agency_id,
    cast(source_path as varchar) as source_path,
    cast(code as varchar) as code,
    cast(message as varchar) as message
from {{ source('staging', 'refusals') }}
