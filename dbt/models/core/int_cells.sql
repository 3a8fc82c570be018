-- Every cell of the three tables in one shape, leaf cells and printed totals alike; for checks, not for sums.
-- Not here: anything that only one of the tables has.
{{ config(materialized='ephemeral') }}

select
    year,
    agency_id,
    form,
    'proactive_disclosure' as table_code,
    row_code,
    measure as column_code,
    value,
    state,
    correction,
    used_value
from {{ ref('stg_proactive_disclosure') }}
union all
select
    year,
    agency_id,
    form,
    'requests' as table_code,
    row_code,
    applicant_type as column_code,
    cast(value as double precision) as value,
    state,
    correction,
    cast(used_value as double precision) as used_value
from {{ ref('stg_requests') }}
union all
select
    year,
    agency_id,
    form,
    'reconsideration_litigation' as table_code,
    procedure as row_code,
    result as column_code,
    cast(value as double precision) as value,
    state,
    correction,
    cast(used_value as double precision) as used_value
from {{ ref('stg_reconsideration_litigation') }}
