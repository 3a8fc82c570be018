-- The files that were taken in for a report, as loaded, typed. Not here: the report's provenance; see fct_report.
select
    cast(year as integer) as year,
    cast(agency_id as varchar) as agency_id,
    cast(position as integer) as position,
    cast(sha256 as varchar) as sha256
from {{ source('staging', 'report_files') }}
