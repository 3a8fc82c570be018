"""Sums within a report that do not tally, tally only with blanks as zeros, or cannot be told: each with its cells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.quality import check_report, evaluations, identity_findings, with_ids
from gx_pipeline.quality.registry import rule

APPLICANTS = [column.code for column in load_forms()["2021"].tables["requests"].columns]
OUTCOMES = {row.code for row in load_forms()["2021"].tables["requests"].rows if row.role == "outcome"}
HANDLED = [7, 0, 0, 0, 0, 0, 7]
WHOLE = {
    "requests": {"new_received": HANDLED, "granted": HANDLED, "total_handled": HANDLED},
    "reconsideration_litigation": {"reconsideration": [2, 0, 0, 1, 3]},
}


@pytest.fixture
def judged(write_report, parse_text):
    """The findings on sums in a report of which all tally, after a change to a row. Which cell is to blame: test_diagnosis.py."""

    def judge(row: str | None = None, cells: list[object] | None = None):
        report = write_report(WHOLE)
        if row == "reconsideration":
            report.disputes[3][:5] = map(str, cells or [])
        elif row:
            report.row(row)[1:] = map(str, cells or [])
        return [finding for finding in identity_findings(parse_text(report.text())) if finding.rule != "suspect_cell"]

    return judge


def rows(finding):
    return {key.row for key in finding.cells}


def test_a_report_whose_sums_tally_raises_nothing(judged):
    assert judged() == []


@pytest.mark.parametrize(
    ("row", "cells", "expected"),
    [
        pytest.param(
            "carried_in",
            [1, 0, 0, 0, 0, 0, 1],
            [
                ("balance", {"new_received", "carried_in", "total_handled", "carried_out"}, {"natural_person"}),
                ("balance", {"new_received", "carried_in", "total_handled", "carried_out"}, {"total"}),
            ],
            id="received and handled differ",
        ),
        pytest.param(
            "other_other",
            [0, 0, 1, 0, 0, 0, 1],
            [
                ("outcomes_total", {"total_handled", *OUTCOMES}, {"research_institution"}),
                ("outcomes_total", {"total_handled", *OUTCOMES}, {"total"}),
            ],
            id="an outcome more than the total",
        ),
        pytest.param(
            "denied_other_law",
            [1, 0, 0, 0, 0, 0, 0],
            [
                ("outcomes_total", {"total_handled", *OUTCOMES}, {"natural_person"}),
                ("applicants_total", {"denied_other_law"}, set(APPLICANTS)),
            ],
            id="an applicant that the total does not count",
        ),
        pytest.param(
            "reconsideration",
            [2, 0, 0, 0, 3],
            [("results_total", {"reconsideration"}, {"upheld", "corrected", "other_result", "pending", "total"})],
            id="results that do not make the total",
        ),
    ],
)
def test_a_violated_identity_points_at_its_cells(judged, row, cells, expected):
    findings = judged(row, cells)
    found = [(finding.rule, rows(finding), {key.column for key in finding.cells}) for finding in findings]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert {finding.severity for finding in findings} == {"error"}


def test_the_message_of_a_violation_gives_both_sums(judged):
    (finding,) = judged("reconsideration", [2, 0, 0, 0, 3])
    assert "= 3" in finding.message
    assert "= 2" in finding.message


def test_a_violation_that_no_cell_explains_carries_what_is_found_on_the_left_and_expected_from_the_right(judged):
    (total,) = judged("reconsideration", [2, 0, 0, 0, 3])
    assert (total.found, total.expected, total.about) == (3, 2, "reconsideration")
    balance = {finding.about: (finding.found, finding.expected) for finding in judged("carried_in", [1, 0, 0, 0, 0, 0, 1])}
    assert balance == {"natural_person": (8, 7), "total": (8, 7)}


def test_a_violation_keeps_its_id_however_it_is_worded(judged):
    findings = judged("carried_in", [1, 0, 0, 0, 0, 0, 1])
    ids = [name for name, _ in with_ids(findings, 2024, "999900-sjj")]
    reworded = [replace(finding, message="worded anew") for finding in findings]
    assert [name for name, _ in with_ids(reworded, 2024, "999900-sjj")] == ids
    assert len(set(ids)) == 2


def test_the_registry_and_the_forms_agree_on_every_identity_within_the_year():
    declared = {
        (identity.code, identity.severity)
        for form in load_forms().values()
        for identity in form.identities
        if not identity.spans_years
    }
    assert declared == {
        (code, rule(code).severity) for code in ("balance", "outcomes_total", "applicants_total", "results_total")
    }


def test_blanks_that_must_be_zeros_are_said_to_be_assumed(judged):
    (finding,) = [found for found in judged("granted", [7, *["\u3000"] * 5, 7]) if "applicants" in found.message]
    assert (finding.rule, finding.severity) == ("assumed_zero", "info")
    assert set(finding.cells) == {CellKey("requests", "granted", code) for code in APPLICANTS[1:-1]}


def test_a_blank_total_leaves_the_sum_open(judged):
    findings = judged("granted", [7, 0, 0, 0, 0, 0, "\u3000"])
    assert {finding.rule for finding in findings} == {"not_evaluable"}
    assert {finding.severity for finding in findings} == {"warn"}
    assert {key for finding in findings for key in finding.cells} == {CellKey("requests", "granted", "total")}


def test_an_unreadable_cell_is_neither_zero_nor_a_violation(judged):
    findings = judged("granted", [7, "-1", 0, 0, 0, 0, 7])
    assert {finding.rule for finding in findings} == {"not_evaluable"}
    assert {key for finding in findings for key in finding.cells} == {CellKey("requests", "granted", "commercial_enterprise")}


def test_every_identity_within_the_year_is_judged_and_none_passes_in_silence(parse_text, read_sample):
    report = parse_text(read_sample("350505-kjj-2020"))
    judged = evaluations(report)
    assert len(judged) == 7 + 7 + 23 + 3
    assert {evaluation.outcome for evaluation in judged} == {"holds", "assumed_zero", "not_evaluable"}
    told = {key for finding in identity_findings(report) for key in finding.cells}
    assert told == {cell.key for cell in report.cells if cell.state == "blank"}


def test_a_mixed_report_is_judged_by_the_form_of_each_table(write_report, parse_text):
    figures = {"requests": {"new_received": HANDLED, "other": HANDLED, "total_handled": HANDLED}}
    report = parse_text(write_report(figures, requests_form="2019", year=2023).text())
    assert identity_findings(report) == []
    assert [finding.rule for finding in check_report(report)] == ["mixed_forms"]


def test_a_published_figure_is_never_changed(write_report, parse_text):
    report = parse_text(write_report({"requests": {"granted": [1, 0, 0, 0, 0, 0, 5]}}).text())
    before = report.cells
    assert [finding.rule for finding in check_report(report)]
    assert report.cells == before
    assert report.value("requests", "granted", "total") == 5
