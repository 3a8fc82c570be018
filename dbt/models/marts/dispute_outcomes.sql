-- One row a report and procedure: reviews, suits without and suits after a review, how they ended, and how often the
-- agency was corrected. Not here: the two kinds of suits as one; agency_metrics has litigation_correction_rate.
with results as (
    select
        year,
        agency_id,
        procedure,
        max(used_value) filter (where result = 'upheld') as upheld,
        max(used_value) filter (where result = 'corrected') as corrected,
        max(used_value) filter (where result = 'other_result') as other_result,
        max(used_value) filter (where result = 'pending') as pending
    from {{ ref('fct_reconsideration_litigation') }}
    group by year, agency_id, procedure
),

judged as (
    select
        results.*,
        totals.used_value as total,
        totals.used_value - results.pending as decided
    from results
    left join {{ ref('fct_reconsideration_litigation_totals') }} as totals
        on
            results.year = totals.year
            and results.agency_id = totals.agency_id
            and results.procedure = totals.procedure
),

procedures as (
    select
        procedure,
        procedure_label,
        procedure_label_en
    from {{ ref('dim_procedure_result') }}
    where is_total
)

select
    {{ natural_key('reports.year', 'reports.agency_id', 'judged.procedure') }} as dispute_outcome_key,
    {{ report_columns('reports') }},
    judged.procedure,
    procedures.procedure_label,
    procedures.procedure_label_en,
    cast(judged.total as bigint) as total,
    cast(judged.upheld as bigint) as upheld,
    cast(judged.corrected as bigint) as corrected,
    cast(judged.other_result as bigint) as other_result,
    cast(judged.pending as bigint) as pending,
    cast(judged.decided as bigint) as decided,
    {{ rate('judged.corrected', 'judged.decided') }} as correction_rate,
    {{ is_small('judged.decided') }} as is_small
from judged
inner join {{ ref('int_reports') }} as reports on judged.year = reports.year and judged.agency_id = reports.agency_id
inner join procedures on judged.procedure = procedures.procedure
