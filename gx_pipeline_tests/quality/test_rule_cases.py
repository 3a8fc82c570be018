"""Every rule of the registry finds the case that must fail and leaves the one that must pass alone."""

from __future__ import annotations

import pytest

from gx_pipeline.quality.registry import load_rules

CASES = [rule for rule in load_rules().values() if rule.cases]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.code)
def test_the_case_that_must_fail_fails(rule, findings_of_case):
    found = [finding for finding in findings_of_case(rule.cases.fails) if finding.rule == rule.code]
    assert found
    assert {finding.severity for finding in found} <= {rule.severity, *rule.severities}


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.code)
def test_the_case_that_must_pass_raises_nothing_of_the_rule(rule, findings_of_case):
    assert [finding.message for finding in findings_of_case(rule.cases.passes) if finding.rule == rule.code] == []


def test_every_rule_has_its_cases():
    assert [rule.code for rule in load_rules().values() if rule.cases is None] == []
