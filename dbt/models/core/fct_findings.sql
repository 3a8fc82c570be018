-- One row a finding. Not here: the cells it points at; see fct_finding_cells.
select
    {{ natural_key('year', 'agency_id', 'finding_id') }} as finding_key,
    year,
    agency_id,
    finding_id,
    rule,
    severity,
    status,
    message,
    sha256
from {{ ref('stg_findings') }}
