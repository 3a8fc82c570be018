-- Every cell of section four as loaded, typed, printed totals included. Not here: what is a total; that is core.
select
    cast(year as integer) as year,
    cast(agency_id as varchar) as agency_id,
    cast(form as varchar) as form,
    cast(procedure as varchar) as procedure,
    cast(result as varchar) as result,
    cast(value as bigint) as value,
    cast(state as varchar) as state,
    cast(raw as varchar) as raw,
    cast(placement as varchar) as placement,
    cast(locator as varchar) as locator,
    cast(corrected_value as bigint) as corrected_value,
    cast(correction as varchar) as correction,
    cast(correction_reason as varchar) as correction_reason,
    cast({{ used_value() }} as bigint) as used_value,
    cast(sha256 as varchar) as sha256
from {{ source('staging', 'reconsideration_litigation') }}
