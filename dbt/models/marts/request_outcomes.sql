-- One row a report and outcome of the requests table, over all applicants: how many, and which share of those
-- handled. 其他处理 stands as one outcome, since the forms compare only so. Not here: who asked; see applicant_mix and
-- comparable_figures.
with outcomes as (
    select
        *,
        -- The first level below 办理结果: a group of rows, or a row that belongs to none.
        case when group_code = 'handled' then row_code else group_code end as outcome_group
    from {{ ref('int_unified_cells') }}
    where table_code = 'requests' and column_code = 'total' and role = 'outcome'
),

groups as (
    select distinct
        group_code,
        -- As the single rows: without the number on the form.
        regexp_replace(group_label, '^[(（][^)）]*[)）]', '') as group_label
    from {{ ref('dim_form_row') }}
    where table_code = 'requests' and group_code is not null
),

positions as (
    select
        case when group_code = 'other' then 'other' else row_code end as row_code,
        min(position) as position
    from {{ ref('dim_form_row') }}
    where form = '2021' and table_code = 'requests'
    group by case when group_code = 'other' then 'other' else row_code end
)

select
    {{ natural_key('reports.year', 'reports.agency_id', 'outcomes.row_code') }} as request_outcome_key,
    {{ report_columns('reports') }},
    outcomes.row_code as outcome,
    outcomes.row_label as outcome_label,
    outcomes.row_label_en as outcome_label_en,
    outcomes.outcome_group,
    coalesce(groups.group_label, outcomes.row_label) as outcome_group_label,
    positions.position,
    cast(outcomes.value as bigint) as requests,
    figures.requests_total_handled,
    {{ rate('outcomes.value', 'figures.requests_total_handled') }} as share,
    {{ is_small('figures.requests_total_handled') }} as is_small
from outcomes
inner join {{ ref('int_reports') }} as reports
    on outcomes.year = reports.year and outcomes.agency_id = reports.agency_id
inner join {{ ref('int_report_figures') }} as figures on reports.agency_year_key = figures.agency_year_key
left join positions on outcomes.row_code = positions.row_code
left join groups on outcomes.outcome_group = groups.group_code
