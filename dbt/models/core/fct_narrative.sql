-- One row a figure that the narrative states, the figure of the tables beside it. Not here: a judgement; where both speak of
-- the same and differ there is a finding (fct_findings, rule narrative_mismatch).
with facts as (
    select * from {{ ref('stg_narrative_facts') }}
),

-- The cells whose sum a fact should be, with what is printed there.
printed as (
    select
        facts.year,
        facts.agency_id,
        facts.fact_id,
        {{ complete_sum_of('cells.value') }} as table_value
    from facts
    cross join {{ json_array_elements('facts.cells', 'listed') }}
    left join {{ ref('int_cells') }} as cells
        on
            facts.year = cells.year
            and facts.agency_id = cells.agency_id
            and listed.element ->> 0 = cells.table_code
            and listed.element ->> 1 = cells.row_code
            and listed.element ->> 2 = cells.column_code
    group by facts.year, facts.agency_id, facts.fact_id
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
