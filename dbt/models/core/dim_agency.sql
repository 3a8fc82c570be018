-- Who reports. Not here: the spellings by which a document is matched to an agency.
select
    agency_id,
    name,
    place,
    place_code,
    level,
    kind,
    function,
    valid_from,
    valid_to,
    predecessors
from {{ ref('stg_agencies') }}
