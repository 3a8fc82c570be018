"""A year against the one before: what is carried over, what stays in force, and what tells which figure is wrong."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import CellKey
from gx_pipeline.quality.series import doubted_cells, judge_series
from gx_pipeline_tests.quality.years import documents, persons, report_of, requests


def told(*reports, rule=None):
    """The findings of a series, those of one rule only if it is named."""
    return [(year, finding) for year, finding in judge_series(reports) if rule in (None, finding.rule)]


BEFORE = requests(new_received=7, granted=4, total_handled=4, carried_out=3)


def test_what_is_carried_in_as_it_was_carried_out_raises_nothing():
    now = requests(new_received=2, carried_in=3, granted=5, total_handled=5)
    assert told(report_of(2022, BEFORE), report_of(2023, now)) == []


def test_a_break_is_told_in_each_column_with_what_was_to_be_expected():
    now = requests(new_received=2, carried_in=1, granted=3, total_handled=3)
    findings = told(report_of(2022, BEFORE), report_of(2023, now))
    assert [(year, finding.rule, finding.severity, finding.about) for year, finding in findings] == [
        (2023, "carry_over", "warn", "natural_person"),
        (2023, "carry_over", "warn", "total"),
    ]
    for _, finding in findings:
        assert (finding.expected, finding.found) == (3, 1)
        assert finding.cells == (CellKey("requests", "carried_in", finding.about),)
        # Both columns balance in both years: each report is right by itself, and none of the two figures is suspect.
        assert (finding.cause, finding.suspect) == ("publisher_error", None)
    assert "differs as natural_person do" in findings[1][1].message


def test_a_total_that_breaks_by_itself_is_not_said_to_follow_from_its_parts():
    now = requests(new_received=2, granted=5, total_handled=5)
    now["requests"]["carried_in"] = [3, 0, 0, 0, 0, 0, 4]
    ((_, finding),) = told(report_of(2022, BEFORE), report_of(2023, now))
    assert finding.about == "total"
    assert "differs as" not in finding.message


def test_the_balance_of_the_later_year_makes_its_figure_suspect():
    now = requests(new_received=2, carried_in=1, granted=5, total_handled=5)
    findings = [finding for _, finding in told(report_of(2022, BEFORE), report_of(2023, now))]
    assert [finding.suspect for finding in findings] == [
        CellKey("requests", "carried_in", c) for c in ("natural_person", "total")
    ]
    assert all("with 3 the column of 2023 would balance" in finding.message for finding in findings)
    assert {finding.cause for finding in findings} == {None}


def test_the_balance_of_the_earlier_year_clears_the_later_figure():
    before = requests(new_received=7, granted=4, total_handled=4, carried_out=2)
    now = requests(new_received=2, carried_in=3, granted=5, total_handled=5)
    findings = [finding for _, finding in told(report_of(2022, before), report_of(2023, now))]
    assert [finding.suspect for finding in findings] == [None, None]
    assert all("with 3 the column of 2022 would balance" in finding.message for finding in findings)


@pytest.mark.parametrize(("year", "row"), [(2022, "carried_out"), (2023, "carried_in")])
@pytest.mark.parametrize("column", ["natural_person", "total"])
def test_a_figure_that_may_have_been_misread_is_doubted_before_its_publisher(year, row, column):
    """Either side of the comparison: no figure is named and no publisher blamed where the reading is in doubt."""
    before, now = BEFORE, requests(new_received=2, carried_in=1, granted=5, total_handled=5)
    reports = [report_of(2022, before), report_of(2023, now)]
    doubt = frozenset({CellKey("requests", row, column)})
    reports = [report._replace(doubted=doubt) if report.year == year else report for report in reports]
    found = {finding.about: (finding.cause, finding.suspect) for _, finding in told(*reports, rule="carry_over")}
    sure = {at: (None, CellKey("requests", "carried_in", at)) for at in ("natural_person", "total")}
    assert found == sure | {column: ("parse_doubt", None)}


def test_documents_whose_reading_is_in_doubt_are_nobodys_error():
    reports = [report_of(2022, documents(in_force=10)), report_of(2023, documents(made=2, repealed=1, in_force=12))]
    assert [finding.cause for _, finding in told(*reports, rule="stock_flow")] == [None]
    doubt = frozenset({CellKey("proactive_disclosure", "normative_documents", "in_force")})
    reports[0] = reports[0]._replace(doubted=doubt)
    assert [finding.cause for _, finding in told(*reports, rule="stock_flow")] == ["parse_doubt"]


def test_doubt_comes_from_a_place_given_by_a_sum_and_from_what_the_reader_says():
    cells = [CellKey("requests", "carried_in", column) for column in ("natural_person", "total", "commercial_enterprise")]
    by_sum, unclear, wrong = cells
    placements = [(by_sum, "identity"), (unclear, "header"), (wrong, None)]
    findings = [
        ("digits_joined", "warn", None, [unclear]),
        ("balance", "error", "publisher_error", [wrong]),
    ]
    assert doubted_cells(placements, findings) == {by_sum, unclear}
    assert doubted_cells([], [("balance", "error", "parse_doubt", [wrong])]) == {wrong}


def test_reports_on_different_circles_differ_for_that_reason():
    now = requests(new_received=2, carried_in=1, granted=3, total_handled=3)
    for scopes, cause in (
        (("own_organ", "region_aggregate"), "scope_difference"),
        (("unknown", "region_aggregate"), "publisher_error"),
        (("own_organ", "own_organ"), "publisher_error"),
    ):
        findings = told(report_of(2022, BEFORE, scope=scopes[0]), report_of(2023, now, scope=scopes[1]))
        assert {finding.cause for _, finding in findings} == {cause}, scopes


def test_across_the_change_of_form_requests_are_compared_and_documents_are_not():
    """The 2019 form counts documents made public, the 2021 form those in force."""
    before = {"requests": {"carried_out": persons(3)}, "proactive_disclosure": {"normative_documents": {"total_public": 40}}}
    now = requests(carried_in=2, granted=2, total_handled=2) | documents(made=1, in_force=9)
    assert {finding.rule for _, finding in told(report_of(2020, before), report_of(2021, now))} == {"carry_over"}


def test_a_requests_table_of_the_old_form_is_compared_all_the_same():
    now = requests(new_received=2, carried_in=1, granted=3, total_handled=3)
    findings = told(report_of(2022, BEFORE), report_of(2023, now, requests_form="2019"))
    assert [finding.about for _, finding in findings] == ["natural_person", "total"]


@pytest.mark.parametrize(
    ("carried_out", "carried_in", "severity"),
    [(3, None, "info"), (None, 3, "info"), (None, 0, "info"), (0, None, "info")],
)
def test_an_empty_cell_is_no_break(carried_out, carried_in, severity):
    before = {"requests": {"carried_out": [carried_out, 0, 0, 0, 0, 0, 0]}}
    now = {"requests": {"carried_in": [carried_in, 0, 0, 0, 0, 0, 0]}}
    ((year, finding),) = told(report_of(2022, before), report_of(2023, now))
    assert (year, finding.rule, finding.severity) == (2023, "series_undecided", severity)
    # The earlier report's cell is none of the later report's.
    assert finding.cells == (CellKey("requests", "carried_in", "natural_person"),)
    holds_with_zeros = not carried_out and not carried_in
    assert ("only if cells without a number count as 0" in finding.message) is holds_with_zeros


def test_two_empty_cells_are_nothing_to_compare():
    empty = {"requests": {row: [None] * 7 for row in ("carried_in", "carried_out")}}
    assert told(report_of(2022, empty), report_of(2023, empty)) == []


def test_a_year_that_is_missing_is_said_and_nothing_is_compared_across_it():
    now = requests(new_received=2, carried_in=1, granted=3, total_handled=3)
    findings = told(report_of(2020, {"requests": {"carried_out": persons(3)}}), report_of(2023, now))
    assert [(year, finding.rule, finding.severity) for year, finding in findings] == [(2023, "series_break", "info")]
    assert "2021 to 2022" in findings[0][1].message


# -- documents in force --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("in_force", "breaks"), [(23, False), (25, True)])
def test_documents_in_force_follow_from_the_year_before(in_force, breaks):
    """22 were in force, 6 were made and 5 repealed: 23."""
    findings = told(report_of(2022, documents(in_force=22)), report_of(2023, documents(6, 5, in_force)))
    assert [(year, f.rule, f.severity, f.expected, f.found) for year, f in findings] == (
        [(2023, "stock_flow", "warn", 23, 25)] if breaks else []
    )


def test_a_stock_is_at_least_what_is_known_of_it():
    """40 in force and some made, none repealed: 30 cannot be."""
    findings = told(report_of(2022, documents(in_force=40)), report_of(2023, documents(None, 0, 30)))
    assert [(f.rule, f.expected, f.found) for _, f in findings] == [("stock_flow", None, 30)]
    assert "no number made" in findings[0][1].message


def test_more_cannot_be_repealed_than_was_there():
    """4 were in force and 1 was made: 5 can be repealed, 9 cannot."""
    before = report_of(2022, documents(in_force=4))
    assert told(before, report_of(2023, documents(1, 5, 0))) == []
    findings = told(before, report_of(2023, documents(1, 9, 0)), rule="repealed_exceeds_stock")
    assert [(year, f.severity, f.expected, f.found, f.about) for year, f in findings] == [
        (2023, "warn", 5, 9, "repealed since the year before")
    ]


def test_what_was_made_in_a_year_is_in_force_or_repealed_which_a_report_shows_by_itself():
    assert told(report_of(2023, documents(6, 2, 4))) == []
    ((year, finding),) = told(report_of(2023, documents(6, 2, 3)))
    assert (year, finding.rule, finding.severity, finding.expected, finding.found) == (
        2023,
        "repealed_exceeds_stock",
        "warn",
        5,
        6,
    )
    assert told(report_of(2023, documents(6, None, 3))) == []


def test_a_series_without_reports_or_with_one_raises_nothing():
    assert judge_series([]) == []
    assert told(report_of(2023, BEFORE)) == []


def test_each_finding_has_an_id_of_its_own():
    from gx_pipeline.quality import with_ids

    now = requests(carried_in=1, granted=1, total_handled=1) | documents(9, 9, 2)
    findings = [finding for _, finding in told(report_of(2022, BEFORE | documents(in_force=1)), report_of(2023, now))]
    ids = [name for name, _ in with_ids(findings, 2023, "999900-sjj")]
    assert len(set(ids)) == len(findings) >= 3
    assert not any(name.endswith("-2") for name in ids)
