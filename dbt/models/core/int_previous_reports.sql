-- Which reports of the year before a report continues: its agency's own, or at its agency's beginning those of all
-- predecessors. Where a succession cannot be compared (duties divided, a predecessor that still reports or has no
-- report), one row without a previous report says so. Not here: the comparison.
with reports as (
    select
        agency_year_key,
        year,
        agency_id
    from {{ ref('fct_report') }}
),

own as (
    select
        later.agency_year_key,
        later.year,
        later.agency_id,
        earlier.agency_year_key as previous_agency_year_key,
        earlier.agency_id as previous_agency_id,
        false as is_succession
    from reports as later
    inner join reports as earlier on later.agency_id = earlier.agency_id and later.year = earlier.year + 1
),

took_over as (
    select
        agency_id,
        extract(year from valid_from) as began,
        unnest(string_to_array(predecessors, ';')) as predecessor
    from {{ ref('dim_agency') }}
    where predecessors is not null
),

successors as (
    select
        predecessor,
        count(*) as successors
    from took_over
    group by predecessor
),

first_reports as (
    select
        agency_id,
        min(year) as year
    from reports
    group by agency_id
),

-- The first report of a successor, at most a year away from its beginning, with each predecessor.
inherited as (
    select
        later.agency_year_key,
        later.year,
        later.agency_id,
        earlier.agency_year_key as previous_agency_year_key,
        took_over.predecessor as previous_agency_id,
        earlier.agency_year_key is not null
        and beside.agency_year_key is null
        and successors.successors = 1 as is_comparable
    from reports as later
    inner join first_reports on later.agency_id = first_reports.agency_id and later.year = first_reports.year
    inner join took_over on later.agency_id = took_over.agency_id
    inner join successors on took_over.predecessor = successors.predecessor
    left join reports as earlier on took_over.predecessor = earlier.agency_id and later.year = earlier.year + 1
    left join reports as beside on took_over.predecessor = beside.agency_id and later.year = beside.year
    where abs(later.year - took_over.began) <= 1
),

successions as (
    select
        agency_year_key,
        bool_and(is_comparable) as is_comparable
    from inherited
    group by agency_year_key
)

select * from own
union all
select
    inherited.agency_year_key,
    inherited.year,
    inherited.agency_id,
    case when successions.is_comparable then inherited.previous_agency_year_key end as previous_agency_year_key,
    inherited.previous_agency_id,
    true as is_succession
from inherited
inner join successions on inherited.agency_year_key = successions.agency_year_key
