-- One row a figure that the narrative states, the figure of the tables beside it. Not here: a judgement; where both
-- speak of the same and differ there is a finding (fct_findings, rule narrative_mismatch).
with facts as (
    select * from {{ ref('stg_narrative_facts') }}
),

-- The cells whose sum a fact should be.
addends as (
    select
        facts.year,
        facts.agency_id,
        facts.fact_id,
        listed.element ->> 0 as table_code,
        listed.element ->> 1 as row_code,
        listed.element ->> 2 as column_code
    from facts
    cross join {{ json_array_elements('facts.cells', 'listed') }}
),

printed as (
    select
        addends.year,
        addends.agency_id,
        addends.fact_id,
        {{ complete_sum_of('cells.value') }} as table_value
    from addends
    left join {{ ref('int_cells') }} as cells
        on
            addends.year = cells.year
            and addends.agency_id = cells.agency_id
            and addends.table_code = cells.table_code
            and addends.row_code = cells.row_code
            and addends.column_code = cells.column_code
    group by addends.year, addends.agency_id, addends.fact_id
)

select
    {{ natural_key('facts.year', 'facts.agency_id', 'facts.fact_id') }} as narrative_fact_key,
    facts.year,
    facts.agency_id,
    facts.fact_id,
    facts.measure,
    facts.value,
    facts.unit,
    facts.subject,
    facts.period,
    facts.negated,
    printed.table_value,
    facts.section,
    facts.words,
    facts.sentence,
    facts.sha256
from facts
left join printed
    on
        facts.year = printed.year
        and facts.agency_id = printed.agency_id
        and facts.fact_id = printed.fact_id
