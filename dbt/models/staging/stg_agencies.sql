-- The agencies as loaded, typed. Not here: which of them reported; that is in stg_reports.
select
    cast(agency_id as varchar) as agency_id,
    cast(name as varchar) as name,
    nullif(cast(short_names as varchar), '') as short_names,
    nullif(cast(place_code as varchar), '') as place_code,
    cast(place as varchar) as place,
    nullif(cast(place_aliases as varchar), '') as place_aliases,
    cast(level as varchar) as level,
    cast(kind as varchar) as kind,
    nullif(cast(function as varchar), '') as function,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to,
    nullif(cast(predecessors as varchar), '') as predecessors
from {{ source('staging', 'agencies') }}
