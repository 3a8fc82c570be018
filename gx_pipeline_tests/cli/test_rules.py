"""`gx-pipeline rules`: the registry at the terminal."""

from gx_pipeline.quality.registry import load_rules
from gx_pipeline_tests.terminal import call


def test_every_rule_is_listed_with_severity_and_label():
    lines = call("rules").output.splitlines()
    for code, rule in load_rules().items():
        line = next(line for line in lines if f" {code} " in line)
        assert rule.severity in line
        assert rule.label in line


def test_a_rule_is_explained_by_its_code():
    output = call("rules", "balance").output
    rule = load_rules()["balance"]
    for text in (rule.explanation, rule.explanation_en, rule.advice, rule.advice_en, rule.source, "Q01"):
        assert text in output


def test_an_unknown_code_is_answered_with_those_like_it():
    result = call("rules", "balanse")
    assert result.exit_code == 1
    assert "did you mean balance" in result.stderr
