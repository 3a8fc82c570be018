"""Rows whose label is lost: named where the form's order leaves one name and the sums hold, told always, guessed never."""

from __future__ import annotations

import pytest

ROWS = {
    "new_received": [9, 3, 0, 1, 0, 0, 13],
    "granted": [4, 1, 0, 0, 0, 0, 5],
    "denied_third_party_rights": [2, 1, 0, 1, 0, 0, 4],
    "denied_internal_affairs": [1, 1, 0, 0, 0, 0, 2],
    "denied_deliberative_process": [1, 0, 0, 0, 0, 0, 1],
    "total_handled": [8, 3, 0, 1, 0, 0, 12],
    "carried_out": [1, 0, 0, 0, 0, 0, 1],
}
LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])


def row_of(report, row):
    return [cell.value for cell in report.cells if cell.key.row == row]


def told_rows(report):
    return {key.row for finding in report.findings if finding.severity != "info" for key in finding.cells}


def nothing_is_wrong_in_silence(report, but=()):
    """Every row of section 三 is as written or told."""
    told = told_rows(report)
    wrong = {
        cell.key.row: row_of(report, cell.key.row)
        for cell in report.cells
        if cell.key.table == "requests" and cell.key.row not in told and cell.key.row not in but
        if row_of(report, cell.key.row) != ROWS.get(cell.key.row, [0] * 7)
    }
    return wrong == {}


def drop_labels(report, *codes):
    for code in codes:
        report.row(code)[0] = ""
        report.labels.pop(code)


@LAYOUTS
@pytest.mark.parametrize("code", ["denied_third_party_rights", "denied_internal_affairs", "granted", "total_handled"])
def test_a_row_without_its_label_is_named_by_its_place_and_told_as_lost(write_report, parse_text, by_rule, layout, code):
    report = write_report({"requests": ROWS})
    drop_labels(report, code)
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, code) == ROWS[code]
    (finding,) = by_rule(parsed, "row_label_lost")
    assert finding.severity == "warn"
    assert {key.row for key in finding.cells} == {code}
    assert len(finding.cells) == 7
    assert str(ROWS[code][-1]) in finding.message
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_two_rows_in_a_row_without_labels_are_named_in_order(write_report, parse_text, by_rule, layout):
    report = write_report({"requests": ROWS})
    drop_labels(report, "denied_third_party_rights", "denied_internal_affairs")
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "denied_third_party_rights") == ROWS["denied_third_party_rights"]
    assert row_of(parsed, "denied_internal_affairs") == ROWS["denied_internal_affairs"]
    assert {key.row for finding in by_rule(parsed, "row_label_lost") for key in finding.cells} == {
        "denied_third_party_rights",
        "denied_internal_affairs",
    }
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_the_first_row_without_its_label_is_read_or_told(write_report, parse_text, layout):
    report = write_report({"requests": ROWS})
    drop_labels(report, "new_received")
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "new_received") in (ROWS["new_received"], [None] * 7)
    assert "new_received" in told_rows(parsed)
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_the_last_row_without_its_label_is_read_or_told(write_report, parse_text, layout):
    report = write_report({"requests": ROWS})
    drop_labels(report, "carried_out")
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "carried_out") in (ROWS["carried_out"], [None] * 7)
    assert "carried_out" in told_rows(parsed)
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_a_row_without_a_label_is_not_named_where_the_form_has_two_in_its_place(write_report, parse_text, by_rule, layout):
    """One row is gone, the next has lost its label: either may be it."""
    report = write_report({"requests": ROWS})
    drop_labels(report, "denied_internal_affairs")
    report.requests.remove(report.row("denied_third_party_rights"))
    parsed = parse_text(getattr(report, layout)())
    assert by_rule(parsed, "row_label_lost") == []
    assert row_of(parsed, "denied_third_party_rights") == row_of(parsed, "denied_internal_affairs") == [None] * 7
    assert {"denied_third_party_rights", "denied_internal_affairs"} <= told_rows(parsed)
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_a_row_without_a_label_is_not_named_where_its_sums_do_not_hold(write_report, parse_text, by_rule, layout):
    report = write_report({"requests": ROWS})
    report.row("denied_internal_affairs")[7] = "3"
    drop_labels(report, "denied_internal_affairs")
    parsed = parse_text(getattr(report, layout)())
    assert by_rule(parsed, "row_label_lost") == []
    assert row_of(parsed, "denied_internal_affairs") == [None] * 7
    assert "denied_internal_affairs" in told_rows(parsed)
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_a_row_without_a_label_takes_no_name_from_a_row_that_is_there(write_report, parse_text, by_rule, layout):
    """A further row of figures, where every row of the form has its label and its cells."""
    report = write_report({"requests": ROWS})
    report.requests.insert(report.requests.index(report.row("denied_internal_affairs")), ["", *"5000005"])
    text = getattr(report, layout)()
    parsed = parse_text(text)
    assert by_rule(parsed, "row_label_lost") == []
    assert any("'5'" in finding.message for finding in parsed.findings if finding.severity != "info")
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_a_foreign_row_beside_one_without_a_label_lends_it_no_figure(write_report, parse_text, layout):
    report = write_report({"requests": ROWS})
    at = report.requests.index(report.row("denied_internal_affairs"))
    report.requests.insert(at, ["其中：网上申请", *"6000006"])
    drop_labels(report, "denied_internal_affairs")
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "denied_internal_affairs") in (ROWS["denied_internal_affairs"], [None] * 7)
    assert "denied_internal_affairs" in told_rows(parsed)
    assert any("'6'" in finding.message for finding in parsed.findings if finding.severity != "info")
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
@pytest.mark.parametrize("label", ["？？", "5", "略", "/"])
def test_a_label_that_says_nothing_names_no_row_in_silence(write_report, parse_text, layout, label):
    report = write_report({"requests": ROWS})
    report.row("denied_internal_affairs")[0] = label
    report.labels.pop("denied_internal_affairs")
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "denied_internal_affairs") in (ROWS["denied_internal_affairs"], [None] * 7)
    assert "denied_internal_affairs" in told_rows(parsed)
    assert nothing_is_wrong_in_silence(parsed)


@LAYOUTS
def test_a_row_of_section_two_without_sums_is_not_wrong_in_silence(write_report, parse_text, layout):
    """规章 and 行政规范性文件 have no sum to prove a name by."""
    report = write_report({"proactive_disclosure": {"regulations": {"made": 1, "repealed": 2, "in_force": 3}}})
    drop_labels(report, "regulations")
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "regulations") in ([1, 2, 3], [None] * 3)
    assert "regulations" in told_rows(parsed)


@LAYOUTS
def test_a_row_without_a_label_is_not_named_where_one_of_its_cells_cannot_be_read(write_report, parse_text, by_rule, layout):
    """The sum holds without the cell, which is no proof."""
    report = write_report({"requests": ROWS})
    report.row("denied_internal_affairs")[1:] = ["2", "-3", "0", "0", "0", "0", "2"]
    drop_labels(report, "denied_internal_affairs")
    parsed = parse_text(getattr(report, layout)())
    assert by_rule(parsed, "row_label_lost") == []
    assert "denied_internal_affairs" in told_rows(parsed)
    assert nothing_is_wrong_in_silence(parsed)
