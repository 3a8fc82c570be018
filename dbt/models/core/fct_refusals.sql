-- One row a file that was refused, with the reason. Not here: reports that were read, however bad.
select
    {{ natural_key('source_path', 'code') }} as refusal_key,
    year,
    agency_id,
    source_path,
    code,
    message
from {{ ref('stg_refusals') }}
