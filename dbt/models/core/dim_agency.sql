-- Who reports, from when to when, and who went before and after. Not here: the spellings by which a document is
-- matched to an agency.
with agencies as (
    select * from {{ ref('stg_agencies') }}
),

links as (
    select
        agency_id as successor,
        unnest(string_to_array(predecessors, ';')) as agency_id
    from agencies
    where predecessors is not null
),

followed as (
    select
        agency_id,
        string_agg(successor, ';' order by successor) as successors
    from links
    group by agency_id
)

select
    agencies.agency_id,
    agencies.name,
    agencies.place,
    agencies.place_code,
    places.province,
    agencies.level,
    agencies.kind,
    agencies.function,
    agencies.valid_from,
    agencies.valid_to,
    agencies.predecessors,
    followed.successors
from agencies
left join {{ ref('dim_place') }} as places on agencies.place_code = places.place_code
left join followed on agencies.agency_id = followed.agency_id
