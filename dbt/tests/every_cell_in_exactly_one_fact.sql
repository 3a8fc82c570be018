-- Fails for every loaded cell that is in no fact or in more than one, and for every cell of a fact that was not loaded:
-- leaf cells and printed totals share out the tables without rest. Not here: what stands in the cells.
with staged as (
    select
        table_code,
        {{ natural_key('year', 'agency_id', 'row_code', 'column_code') }} as cell_key
    from {{ ref('int_cells') }}
),

facts as (
    select
        'proactive_disclosure' as table_code,
        disclosure_key as cell_key
    from {{ ref('fct_proactive_disclosure') }}
    union all
    select
        'requests' as table_code,
        request_key as cell_key
    from {{ ref('fct_requests') }}
    union all
    select
        'requests' as table_code,
        request_key as cell_key
    from {{ ref('fct_requests_totals') }}
    union all
    select
        'reconsideration_litigation' as table_code,
        case_key as cell_key
    from {{ ref('fct_reconsideration_litigation') }}
    union all
    select
        'reconsideration_litigation' as table_code,
        case_key as cell_key
    from {{ ref('fct_reconsideration_litigation_totals') }}
),

counted as (
    select
        table_code,
        cell_key,
        count(*) as fact_rows
    from facts
    group by table_code, cell_key
)

select
    coalesce(staged.table_code, counted.table_code) as table_code,
    coalesce(staged.cell_key, counted.cell_key) as cell_key,
    coalesce(counted.fact_rows, 0) as fact_rows
from staged
full outer join counted on staged.table_code = counted.table_code and staged.cell_key = counted.cell_key
where staged.cell_key is null or counted.fact_rows is null or counted.fact_rows > 1
