"""Agencies that took over from others: compared with the sum of their predecessors where that can be, and said where not."""

from __future__ import annotations

import datetime as dt

import pytest

from gx_pipeline.quality.series import Origin, judge_series
from gx_pipeline_tests.quality.years import documents, report_of, requests

MERGED = "999900-kjj"
INDUSTRY, SCIENCE = "999900-gyj", "999900-kxj"


def predecessor(agency_id: str, year: int, carried_out: int, **other):
    return report_of(year, requests(new_received=carried_out, carried_out=carried_out), agency_id=agency_id, **other)


def successor(year: int, carried_in: int, **other):
    figures = requests(carried_in=carried_in, granted=carried_in, total_handled=carried_in)
    return report_of(year, figures | other.pop("more", {}), agency_id=MERGED, **other)


def judged(report, *before, predecessors=(INDUSTRY, SCIENCE), began=dt.date(2023, 4, 1), divided=()):
    return [finding for _, finding in judge_series([report], Origin(began, predecessors, before, divided))]


def rules(findings):
    return [(finding.rule, finding.about) for finding in findings]


BREAK = ("series_break", "succession")


def test_a_merged_agency_carries_in_what_both_predecessors_carried_out():
    """3 + 4 = 7."""
    before = predecessor(INDUSTRY, 2022, 3), predecessor(SCIENCE, 2022, 4)
    assert rules(judged(successor(2023, 7), *before)) == [BREAK]
    findings = judged(successor(2023, 4), *before)
    assert rules(findings) == [BREAK, ("carry_over", "natural_person"), ("carry_over", "total")]
    assert {(finding.expected, finding.found) for finding in findings[1:]} == {(7, 4)}
    assert f"the reports of {INDUSTRY} and {SCIENCE} for 2022 have 7 carried out (3 + 4)" in findings[1].message


def test_the_break_names_the_predecessors_and_says_that_they_are_compared():
    (finding,) = judged(successor(2023, 7), predecessor(INDUSTRY, 2022, 3), predecessor(SCIENCE, 2022, 4))
    assert finding.severity == "info"
    assert finding.message == (
        f"{MERGED} took over from {INDUSTRY} and {SCIENCE} on 2023-04-01: it is compared with the reports of 2022"
    )


def test_an_empty_cell_of_one_predecessor_leaves_the_sum_untold():
    empty = report_of(2022, {"requests": {"carried_out": [None, 0, 0, 0, 0, 0, 3]}}, agency_id=SCIENCE)
    findings = judged(successor(2023, 4), predecessor(INDUSTRY, 2022, 1), empty)
    assert rules(findings) == [BREAK, ("series_undecided", "carry_over not_evaluable")]


@pytest.mark.parametrize(
    ("before", "divided", "told"),
    [
        pytest.param([(INDUSTRY, 2022)], (), f"no report of {SCIENCE} for that year", id="one report is missing"),
        pytest.param([], (), f"no report of {INDUSTRY} and {SCIENCE} for that year", id="both are missing"),
        pytest.param([(INDUSTRY, 2021), (SCIENCE, 2021)], (), "no report of", id="they are older"),
        pytest.param(
            [(INDUSTRY, 2022), (SCIENCE, 2022), (SCIENCE, 2023)], (), f"{SCIENCE} also reported for 2023", id="one still reports"
        ),
        pytest.param([(INDUSTRY, 2022), (SCIENCE, 2022)], (SCIENCE,), f"the duties of {SCIENCE} went to other", id="divided"),
    ],
)
def test_what_cannot_be_compared_is_said_and_not_compared(before, divided, told):
    reports = [predecessor(agency_id, year, 3) for agency_id, year in before]
    (finding,) = judged(successor(2023, 1), *reports, divided=divided)
    assert finding.rule == "series_break"
    assert "nothing is compared with 2022" in finding.message
    assert told in finding.message


def test_documents_of_a_renamed_agency_go_on_and_those_of_merged_ones_are_not_added_up():
    """What two agencies issued together each of them has counted."""
    now = successor(2023, 0, more=documents(made=1, in_force=5))
    before = [report_of(2022, documents(in_force=8), agency_id=agency_id) for agency_id in (INDUSTRY, SCIENCE)]
    assert rules(judged(now, *before)) == [BREAK]
    assert rules(judged(now, before[0], predecessors=(INDUSTRY,))) == [BREAK, ("stock_flow", "normative_documents")]


def test_predecessors_of_the_old_form_are_compared_where_the_forms_agree():
    before = predecessor(INDUSTRY, 2020, 3), predecessor(SCIENCE, 2020, 4)
    findings = judged(successor(2021, 5), *before, began=dt.date(2021, 1, 1))
    assert rules(findings)[1:] == [("carry_over", "natural_person"), ("carry_over", "total")]


@pytest.mark.parametrize(("first", "begins"), [(2021, False), (2022, True), (2023, True), (2024, True), (2025, False)])
def test_a_series_begins_with_a_succession_only_around_its_day(first, begins):
    """A new agency may publish the report of the year before it began; one that is at hand years later begins with a gap."""
    reports = predecessor(INDUSTRY, first - 1, 0), predecessor(SCIENCE, first - 1, 0)
    assert rules(judged(successor(first, 0), *reports)) == ([BREAK] if begins else [])


def test_later_years_of_a_successor_are_compared_with_its_own():
    origin = Origin(dt.date(2023, 4, 1), (INDUSTRY, SCIENCE), (predecessor(INDUSTRY, 2022, 3), predecessor(SCIENCE, 2022, 4)))
    first = report_of(2023, requests(carried_in=7, granted=5, total_handled=5, carried_out=2), agency_id=MERGED)
    found = judge_series([first, successor(2024, 2)], origin)
    assert [(year, finding.rule) for year, finding in found] == [(2023, "series_break")]
    found = judge_series([first, successor(2024, 7)], origin)
    assert [(year, finding.rule) for year, finding in found] == [(2023, "series_break"), *[(2024, "carry_over")] * 2]
