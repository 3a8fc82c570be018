-- Every identity of the form at every place, evaluated for every report. Not here: findings (fct_findings), which say
-- what a person should know about a violation, and any change to a published figure.
with cells as (
    select * from {{ ref('int_cells') }}
),

-- The form of a table, which need not be that of the whole report.
table_forms as (
    select distinct
        year,
        agency_id,
        table_code,
        form
    from cells
),

links as (
    select
        *,
        count(*) over (partition by agency_year_key) as predecessors
    from {{ ref('int_previous_reports') }}
    where previous_agency_year_key is not null
),

looked_back_to as (
    select distinct
        table_code,
        row_code,
        column_code
    from {{ ref('identity_terms') }}
    where previous
),

-- The report of the year before, or those of all predecessors added up. Stocks of documents are not added up: what
-- several agencies issued together each of them has counted.
previous_cells as (
    select
        links.year,
        links.agency_id,
        cells.table_code,
        cells.row_code,
        cells.column_code,
        {{ complete_sum_of('cells.value') }} as value,
        case
            when count(*) = count(*) filter (where cells.state = 'reported') then 'reported'
            when count(*) filter (where cells.state = 'unparsed') > 0 then 'unparsed'
            else 'missing'
        end as state,
        true as previous
    from links
    inner join cells on links.previous_agency_id = cells.agency_id and links.year - 1 = cells.year
    inner join looked_back_to
        on
            cells.table_code = looked_back_to.table_code
            and cells.row_code = looked_back_to.row_code
            and cells.column_code = looked_back_to.column_code
    where links.predecessors = 1 or cells.table_code = 'requests'
    group by
        links.year,
        links.agency_id,
        links.predecessors,
        cells.table_code,
        cells.row_code,
        cells.column_code
    having count(*) = links.predecessors
),

-- What a term can look up: a cell of the report itself, or one of the year before.
looked_up as (
    select
        year,
        agency_id,
        table_code,
        row_code,
        column_code,
        value,
        state,
        false as previous
    from cells
    union all
    select * from previous_cells
),

terms as (
    select
        table_forms.year,
        table_forms.agency_id,
        table_forms.form,
        identity_terms.identity,
        identity_terms.severity,
        identity_terms.table_code,
        identity_terms.at_code,
        identity_terms.side,
        identity_terms.sign,
        -- A cell that is not there at all is as unknown as one that is blank.
        coalesce(looked_up.state, 'missing') as state,
        identity_terms.sign * looked_up.value as signed_value,
        -- Without a report of the year before, or with one whose form lacks the cell, there is nothing to compare with.
        identity_terms.previous and looked_up.state is null as lacks_previous
    from table_forms
    inner join {{ ref('identity_terms') }} as identity_terms
        on
            table_forms.form = identity_terms.form
            and table_forms.table_code = identity_terms.table_code
    left join looked_up
        on
            table_forms.agency_id = looked_up.agency_id
            and table_forms.year = looked_up.year
            and identity_terms.previous = looked_up.previous
            and identity_terms.table_code = looked_up.table_code
            and identity_terms.row_code = looked_up.row_code
            and identity_terms.column_code = looked_up.column_code
),

sums as (
    select
        year,
        agency_id,
        form,
        identity,
        severity,
        table_code,
        at_code,
        sum(signed_value) filter (where side = 'left') as left_sum,
        sum(signed_value) filter (where side = 'right') as right_sum,
        count(*) filter (where state = 'reported') as terms_reported,
        count(*) filter (where state <> 'reported') as terms_unknown,
        count(*) filter (where state = 'unparsed') as terms_unparsed,
        count(*) filter (where side = 'left' and state <> 'reported') as left_unknown,
        count(*) filter (where side = 'right' and state <> 'reported') as right_unknown,
        count(*) filter (where sign < 0 and state <> 'reported') as subtracted_unknown
    from terms
    group by year, agency_id, form, identity, severity, table_code, at_code
    having count(*) filter (where lacks_previous) = 0
),

differences as (
    select
        *,
        coalesce(left_sum, 0) - coalesce(right_sum, 0) as difference
    from sums
)

select
    {{ natural_key('year', 'agency_id', 'identity', 'at_code') }} as identity_result_key,
    year,
    agency_id,
    form,
    identity,
    severity,
    table_code,
    at_code,
    left_sum,
    right_sum,
    difference,
    terms_reported,
    terms_unknown,
    -- 1e-6 is far below the smallest amount that is printed and far above what adding decimals loses.
    case
        when terms_unparsed > 0 or terms_reported = 0 then 'not_evaluable'
        when terms_unknown = 0 and abs(difference) < 1e-6 then 'holds'
        when terms_unknown = 0 then 'violated'
        when abs(difference) < 1e-6 then 'assumed_zero'
        -- Unknown cells can only add to their side: when it is too large without them, no filling mends it.
        when right_unknown = 0 and subtracted_unknown = 0 and difference > 0 then 'violated'
        when left_unknown = 0 and subtracted_unknown = 0 and difference < 0 then 'violated'
        else 'not_evaluable'
    end as status
from differences
