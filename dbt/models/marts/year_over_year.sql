-- One row a report and headline figure: the year before beside it, the change, and whether the series breaks there.
-- Across a break no change is given. Not here: figures that only one report has; they stand here without a year
-- before.
with figures as (
    {% for measure in var('year_over_year_measures') -%}
    select
        agency_year_key,
        '{{ measure[0] }}' as measure,
        '{{ measure[2] }}' as measure_label,
        {{ 'true' if measure[1] else 'false' }} as compares_across_forms,
        cast({{ measure[0] }} as double precision) as value
    from {{ ref('int_report_figures') }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
),

-- The form of the disclosure table decides for the measures that do not compare across the forms.
forms as (
    select
        year,
        agency_id,
        min(form) as disclosure_form
    from {{ ref('fct_proactive_disclosure') }}
    group by year, agency_id
),

valued as (
    select
        reports.*,
        forms.disclosure_form,
        figures.measure,
        figures.measure_label,
        figures.compares_across_forms,
        figures.value
    from figures
    inner join {{ ref('int_reports') }} as reports on figures.agency_year_key = reports.agency_year_key
    left join forms on reports.year = forms.year and reports.agency_id = forms.agency_id
),

successions as (
    select distinct agency_year_key
    from {{ ref('int_previous_reports') }}
    where is_succession
),

paired as (
    select
        later.*,
        earlier.value as previous_value,
        case
            when successions.agency_year_key is not null then 'agency_succeeded'
            when earlier.agency_id is null then 'no_report_before'
            -- A department's report counts its own work; a government's of unknown scope may be anybody's.
            when
                later.scope <> earlier.scope
                and (later.kind = 'government' or (later.scope <> 'unknown' and earlier.scope <> 'unknown'))
                then 'scope_changed'
            when not later.compares_across_forms and later.disclosure_form <> earlier.disclosure_form
                then 'form_changed'
            when later.value is null or earlier.value is null then 'not_reported'
        end as break_reason
    from valued as later
    left join valued as earlier
        on later.agency_id = earlier.agency_id and later.year = earlier.year + 1 and later.measure = earlier.measure
    left join successions on later.agency_year_key = successions.agency_year_key
)

select
    {{ natural_key('paired.year', 'paired.agency_id', 'paired.measure') }} as year_over_year_key,
    {{ report_columns('paired') }},
    paired.measure,
    paired.measure_label,
    paired.previous_value,
    paired.value,
    case when paired.break_reason is null then paired.value - paired.previous_value end as change,
    case
        when paired.break_reason is null
            then {{ rate('(paired.value - paired.previous_value)', 'paired.previous_value') }}
    end as change_rate,
    paired.break_reason is not null as is_break,
    paired.break_reason
from paired
