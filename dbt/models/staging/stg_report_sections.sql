-- The text of the sections of every report as loaded, typed. Not here: the tables that stand in them.
select
    cast(year as integer) as year,
    cast(agency_id as varchar) as agency_id,
    cast(section as varchar) as section,
    cast(position as integer) as position,
    cast(heading as varchar) as heading,
    cast(text as varchar) as text,
    cast(sha256 as varchar) as sha256
from {{ source('staging', 'report_sections') }}
