"""`gx-pipeline rules` and `agencies`: the registries at the terminal, of any width, and for grep."""

import pytest

from gx_pipeline.agencies import Registry
from gx_pipeline.cli import console
from gx_pipeline.quality.registry import load_rules
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.terminal import call

REGISTRY = Registry.read(CHECKOUT / "data" / "agencies.csv")


@pytest.fixture(params=[40, 80, 200])
def listed(request, monkeypatch):
    """A list as a terminal of some width shows it."""
    monkeypatch.setattr(console.out, "_force_terminal", True)
    return lambda *command: call(*command, width=request.param).output


def test_every_rule_is_on_a_line_of_its_own_for_grep():
    heading, *lines = call("rules", width=80).output.splitlines()
    assert heading.split("\t") == ["family", "code", "severity", "label", "in English"]
    for line, (code, rule) in zip(lines, load_rules().items(), strict=True):
        assert line.split("\t") == [rule.family, code, rule.severity, rule.label, rule.label_en]


def test_every_agency_is_on_a_line_of_its_own_for_grep():
    _, *lines = call("agencies", width=80).output.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        [agency.agency_id, agency.name, agency.place] for agency in REGISTRY.agencies
    ]
    assert not any("泉港区科技局" in line for line in lines)
    named = next(line for line in call("agencies", "--names", width=80).output.splitlines() if line.startswith("350505-kjj"))
    assert "泉港区科技局" in named


def test_no_code_is_cut_in_two_on_a_terminal_of_any_width(listed):
    rules, agencies = listed("rules"), listed("agencies")
    assert [code for code in load_rules() if code not in rules] == []
    assert [agency.agency_id for agency in REGISTRY.agencies if agency.agency_id not in agencies] == []
    assert {agency.function for agency in REGISTRY.agencies if agency.function not in agencies} == set()


def test_an_agency_takes_no_more_than_two_lines_of_eighty_columns(monkeypatch):
    monkeypatch.setattr(console.out, "_force_terminal", True)
    assert len(call("agencies", width=80).output.splitlines()) == 2 * len(REGISTRY.agencies)
    assert len(call("agencies", width=200).output.splitlines()) == 1 + len(REGISTRY.agencies)


def test_a_rule_is_explained_by_its_code():
    output = call("rules", "balance").output
    rule = load_rules()["balance"]
    for text in (rule.explanation, rule.explanation_en, rule.advice, rule.advice_en, rule.source, "Q01"):
        assert text in output


def test_an_unknown_code_is_answered_with_those_like_it():
    result = call("rules", "balanse")
    assert result.exit_code == 1
    assert "did you mean balance" in result.stderr
