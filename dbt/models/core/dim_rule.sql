-- The rules that findings are made of. Not here: what was found; see fct_findings.
select
    rule,
    family,
    severity,
    label,
    label_en,
    explanation,
    explanation_en,
    advice,
    advice_en,
    source,
    checks,
    expected_is,
    expected_is_en
from {{ ref('rules') }}
