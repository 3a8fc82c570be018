-- The figures that the narrative states as loaded, typed, their cells still one JSON text.
-- Not here: the figures of the tables beside them; see fct_narrative.
select
    cast(year as integer) as year,
    cast(agency_id as varchar) as agency_id,
    cast(fact_id as varchar) as fact_id,
    cast(measure as varchar) as measure,
    cast(value as double precision) as value,
    cast(unit as varchar) as unit,
    cast(subject as varchar) as subject,
    cast(period as varchar) as period,
    cast(negated as boolean) as negated,
    cast(section as varchar) as section,
    cast(words as varchar) as words,
    cast(sentence as varchar) as sentence,
    cast(cells as varchar) as cells,
    cast(sha256 as varchar) as sha256
from {{ source('staging', 'narrative_facts') }}
