-- One row a report and metric, or the number of new requests: rank, percentile and median among the reports of its
-- peers, those of the same year, level, function and circle (own figures, or a region's). Shares of small
-- denominators take no part. Not here: whether more is better.
with circles as (
    select
        *,
        case
            when scope = 'region_aggregate' then 'region'
            when scope in ('own_organ', 'government_plus_office') or kind = 'department' then 'own'
        end as circle
    from {{ ref('int_reports') }}
    where scope <> 'joint_body'
),

valued as (
    select
        agency_year_key,
        metric as measure,
        label as measure_label,
        rate as value,
        denominator
    from {{ ref('agency_metrics') }}
    where not is_small and rate is not null
    union all
    select
        agency_year_key,
        'requests_new_received' as measure,
        '本年新收' as measure_label,
        cast(requests_new_received as double precision) as value,
        cast(null as double precision) as denominator
    from {{ ref('int_report_figures') }}
    where requests_new_received is not null
),

compared as (
    select
        circles.*,
        valued.measure,
        valued.measure_label,
        valued.value,
        valued.denominator
    from valued
    inner join circles on valued.agency_year_key = circles.agency_year_key
    where circles.circle is not null and circles.level is not null and circles.function is not null
),

peers as (
    select
        year,
        level,
        function,
        circle,
        measure,
        count(*) as peers,
        min(value) as lowest,
        percentile_cont(0.5) within group (order by value) as median,
        max(value) as highest
    from compared
    group by year, level, function, circle, measure
)

select
    {{ natural_key('compared.year', 'compared.agency_id', 'compared.measure') }} as peer_comparison_key,
    {{ report_columns('compared') }},
    compared.circle,
    compared.measure,
    compared.measure_label,
    compared.value,
    compared.denominator,
    peers.peers,
    rank() over (
        partition by compared.year, compared.level, compared.function, compared.circle, compared.measure
        order by compared.value desc
    ) as rank_from_highest,
    case
        when peers.peers > 1
            then percent_rank() over (
                partition by compared.year, compared.level, compared.function, compared.circle, compared.measure
                order by compared.value
            )
    end as percentile,
    peers.lowest,
    peers.median,
    peers.highest
from compared
inner join peers
    on
        compared.year = peers.year
        and compared.level = peers.level
        and compared.function = peers.function
        and compared.circle = peers.circle
        and compared.measure = peers.measure
