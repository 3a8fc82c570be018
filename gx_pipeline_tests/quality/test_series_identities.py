"""A report against the one of the year before: what was carried over, what is still in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.quality import figures_of, series_evaluations, series_findings

GOLDEN = Path(__file__).parents[1] / "golden"
APPLICANTS = [column.code for column in load_forms()["2021"].tables["requests"].columns]


@pytest.fixture
def figures(write_report, parse_text):
    """State and value of every cell of a written report."""
    return lambda golden=None, **how: figures_of(parse_text(write_report(golden, **how).text()))


def test_the_second_sample_continues_the_first(parse_text, read_sample):
    first, second = (figures_of(parse_text(read_sample(f"999900-sjj-{year}"))) for year in (2022, 2023))
    assert len(series_evaluations("2021", second, first)) == 7 + 2
    assert series_findings("2021", second, first) == []


def test_what_the_third_sample_carries_in_is_not_what_the_second_carried_out(parse_text, read_sample):
    golden = {year: json.loads((GOLDEN / f"999900-sjj-{year}.json").read_text("utf-8"))["requests"] for year in (2023, 2024)}
    pairs = zip(APPLICANTS, golden[2024]["carried_in"], golden[2023]["carried_out"], strict=True)
    breaks = [code for code, carried_in, carried_out in pairs if carried_in != carried_out]
    second, third = (figures_of(parse_text(read_sample(f"999900-sjj-{year}"))) for year in (2023, 2024))
    findings = series_findings("2021", third, second)
    assert {finding.rule for finding in findings} == {"carry_over"}
    assert {finding.severity for finding in findings} == {"warn"}
    assert [finding.cells for finding in findings] == [(CellKey("requests", "carried_in", code),) for code in breaks]


@pytest.mark.parametrize(("in_force", "rules"), [(23, []), (25, ["stock_flow"])])
def test_documents_in_force_follow_from_the_year_before(figures, in_force, rules):
    before = figures({"proactive_disclosure": {"normative_documents": {"in_force": 22}}}, year=2023)
    entry = {"made": 6, "repealed": 5, "in_force": in_force}
    now = figures({"proactive_disclosure": {"normative_documents": entry}})
    findings = series_findings("2021", now, before)
    assert [finding.rule for finding in findings] == rules
    for finding in findings:
        assert finding.severity == "warn"
        assert set(finding.cells) == {CellKey("proactive_disclosure", "normative_documents", code) for code in entry}
        assert "last year" in finding.message


def test_across_the_change_of_form_only_the_requests_can_be_compared(figures):
    """Stocks of the 2019 form are documents made public, not documents in force."""
    before = figures({"requests": {"carried_out": [3, 0, 0, 0, 0, 0, 3]}}, form="2019", year=2020)
    now = figures({"requests": {"carried_in": [2, 0, 0, 0, 0, 0, 2]}}, year=2021)
    assert {found.instance.identity.code for found in series_evaluations("2021", now, before)} == {"carry_over"}
    assert [finding.cells[0].column for finding in series_findings("2021", now, before)] == ["natural_person", "total"]


def test_a_blank_of_the_year_before_is_not_held_against_the_report(parse_text, read_sample, write_report):
    before = figures_of(parse_text(read_sample("350505-kjj-2020")))
    carried_in = {"requests": {"carried_in": [2, 0, 0, 0, 0, 0, 0]}}
    now = figures_of(parse_text(write_report(carried_in, year=2021).text()))
    findings = series_findings("2021", now, before)
    assert "carry_over" not in {finding.rule for finding in findings}
