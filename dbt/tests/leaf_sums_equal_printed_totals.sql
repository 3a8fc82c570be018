-- Proves that a sum over a leaf fact counts nothing twice and leaves nothing out: wherever the form's own identity
-- holds, the sum of the leaf facts equals the printed total. Not here: places where the identity does not hold.
with leaf_sums as (
    -- over applicant types, one sum a row
    select
        year,
        agency_id,
        'applicants_total' as identity,
        row_code as at_code,
        coalesce(sum(value), 0) as leaf_sum
    from {{ ref('fct_requests') }}
    group by year, agency_id, row_code
    union all
    -- over outcomes, one sum an applicant type
    select
        year,
        agency_id,
        'outcomes_total' as identity,
        applicant_type as at_code,
        coalesce(sum(value), 0) as leaf_sum
    from {{ ref('fct_requests') }}
    where role = 'outcome'
    group by year, agency_id, applicant_type
    union all
    -- over results, one sum a procedure
    select
        year,
        agency_id,
        'results_total' as identity,
        procedure as at_code,
        coalesce(sum(value), 0) as leaf_sum
    from {{ ref('fct_reconsideration_litigation') }}
    group by year, agency_id, procedure
),

printed_totals as (
    select
        year,
        agency_id,
        'applicants_total' as identity,
        row_code as at_code,
        coalesce(value, 0) as printed_total
    from {{ ref('fct_requests_totals') }}
    where is_applicant_total and not is_row_total
    union all
    select
        year,
        agency_id,
        'outcomes_total' as identity,
        applicant_type as at_code,
        coalesce(value, 0) as printed_total
    from {{ ref('fct_requests_totals') }}
    where is_row_total and not is_applicant_total
    union all
    select
        year,
        agency_id,
        'results_total' as identity,
        procedure as at_code,
        coalesce(value, 0) as printed_total
    from {{ ref('fct_reconsideration_litigation_totals') }}
)

select
    results.year,
    results.agency_id,
    results.identity,
    results.at_code,
    leaf_sums.leaf_sum,
    printed_totals.printed_total
from {{ ref('fct_identity_results') }} as results
inner join printed_totals
    on
        results.year = printed_totals.year
        and results.agency_id = printed_totals.agency_id
        and results.identity = printed_totals.identity
        and results.at_code = printed_totals.at_code
left join leaf_sums
    on
        results.year = leaf_sums.year
        and results.agency_id = leaf_sums.agency_id
        and results.identity = leaf_sums.identity
        and results.at_code = leaf_sums.at_code
where
    results.status in ('holds', 'assumed_zero')
    and leaf_sums.leaf_sum is distinct from printed_totals.printed_total
