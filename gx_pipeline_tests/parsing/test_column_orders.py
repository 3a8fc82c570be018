"""Headings in another order, repeated, lost or over the wrong columns: figures go where the headings say, or are told."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import load_forms
from gx_pipeline.quality import check_report

APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
CODES = [column.code for column in load_forms()["2021"].tables["requests"].columns]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
RESULT_CODES = ["upheld", "corrected", "other_result", "pending", "total"]
WHOLE = {
    "new_received": [20, 6, 1, 4, 3, 2, 36],
    "granted": [15, 4, 1, 3, 3, 0, 26],
    "denied_other_law": [5, 2, 0, 1, 0, 2, 10],
    "total_handled": [20, 6, 1, 4, 3, 2, 36],
}
# A single applicant of the last kind: with 总计 in front, its first and its last figure are alike.
LONE = {row: [0, 0, 0, 0, 0, 1, 1] for row in ("new_received", "granted", "total_handled")}
LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])


def row_of(report, row):
    return [cell.value for cell in report.cells if cell.key.row == row]


def told_rows(report):
    return {(key.table, key.row) for finding in check_report(report) if finding.severity != "info" for key in finding.cells}


def wrong_in_silence(report, figures, table="requests"):
    """Rows that are neither as written nor told."""
    told = told_rows(report)
    rows = {cell.key.row for cell in report.cells if cell.key.table == table}
    size = 7 if table == "requests" else 5
    return {
        row: row_of(report, row)
        for row in rows
        if (table, row) not in told and row_of(report, row) != figures.get(row, [0] * size)
    }


def reorder(report, order, *, headings=True):
    """Section 三 with its columns in another order."""
    for at, row in enumerate(report.requests):
        if len(row) == 8 and (at or headings):
            row[1:] = [row[1 + place] for place in order]


@LAYOUTS
@pytest.mark.parametrize(
    "order",
    [
        pytest.param([6, 0, 1, 2, 3, 4, 5], id="total first"),
        pytest.param([1, 2, 3, 4, 5, 0, 6], id="natural persons behind"),
        pytest.param([5, 4, 3, 2, 1, 0, 6], id="backwards"),
        pytest.param([0, 2, 1, 3, 4, 5, 6], id="two exchanged"),
    ],
)
@pytest.mark.parametrize("figures", [WHOLE, LONE], ids=["whole", "lone"])
@pytest.mark.parametrize("corner", ["项目", "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", ""])
def test_figures_follow_their_headings_in_whatever_order(write_report, parse_text, layout, order, figures, corner):
    report = write_report({"requests": figures})
    report.requests[0][0] = corner
    reorder(report, order)
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, figures) == {}


@pytest.mark.parametrize("layout", ["piped", "html"])
@pytest.mark.parametrize("order", [[6, 0, 1, 2, 3, 4, 5], [0, 2, 1, 3, 4, 5, 6]], ids=["total first", "two exchanged"])
def test_whole_headings_in_another_order_are_read(write_report, parse_text, layout, order):
    report = write_report({"requests": WHOLE})
    reorder(report, order)
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "granted") == WHOLE["granted"]
    assert row_of(parsed, "denied_other_law") == WHOLE["denied_other_law"]


@pytest.mark.parametrize("figures", [WHOLE, LONE], ids=["whole", "lone"])
def test_the_total_in_the_second_place_of_a_grid_is_read_there(write_report, parse_text, figures):
    report = write_report({"requests": figures})
    reorder(report, [0, 6, 1, 2, 3, 4, 5])
    assert row_of(parse_text(report.html()), "granted") == figures["granted"]


@LAYOUTS
def test_headings_repeated_on_a_new_page_in_the_same_order_change_nothing(write_report, parse_text, layout):
    report = write_report({"requests": WHOLE})
    reorder(report, [6, 0, 1, 2, 3, 4, 5])
    report.requests.insert(report.requests.index(report.row("denied_other_law")), list(report.requests[0]))
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, WHOLE) == {}


@LAYOUTS
def test_headings_repeated_in_another_order_move_no_figure_in_silence(write_report, parse_text, layout):
    """总计 first on the second page only."""
    report = write_report({"requests": WHOLE})
    at = report.requests.index(report.row("denied_other_law"))
    headings = [report.requests[0][0], "总计", *APPLICANTS[:6]]
    for row in report.requests[at:]:
        if len(row) == 8:
            row[1:] = [row[7], *row[1:7]]
    report.requests.insert(at, headings)
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, WHOLE) == {}


@LAYOUTS
@pytest.mark.parametrize("lost", range(7))
def test_a_heading_lost_moves_no_figure(write_report, parse_text, layout, lost):
    report = write_report({"requests": WHOLE})
    report.requests[0][1 + lost] = ""
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "granted") == WHOLE["granted"]
    assert wrong_in_silence(parsed, WHOLE) == {}


@LAYOUTS
@pytest.mark.parametrize("lost", range(7))
def test_a_heading_dropped_so_that_others_move_up_moves_no_figure(write_report, parse_text, layout, lost):
    """The headings behind the lost one stand over other columns."""
    report = write_report({"requests": WHOLE})
    del report.requests[0][1 + lost]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, WHOLE) == {}


@LAYOUTS
def test_no_headings_at_all_leave_the_order_of_the_form(write_report, parse_text, layout):
    report = write_report({"requests": WHOLE})
    del report.requests[0]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, WHOLE) == {}
    assert row_of(parsed, "granted") in (WHOLE["granted"], [None] * 7)


@LAYOUTS
@pytest.mark.parametrize("shift", [1, -1])
def test_headings_one_column_aside_move_no_figure_in_silence(write_report, parse_text, layout, shift):
    report = write_report({"requests": WHOLE})
    names = report.requests[0][1:]
    report.requests[0][1:] = ["", *names[:-1]] if shift > 0 else [*names[1:], ""]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, WHOLE) == {}


# -- section 二 ----------------------------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("order", [[1, 0, 2], [2, 1, 0], [2, 0, 1], [0, 2, 1]])
def test_measures_in_another_order_follow_their_headings_or_are_told(write_report, parse_text, layout, order):
    """No sum binds them: only the headings tell 制发 from 废止."""
    figures = {"made": 4, "repealed": 1, "in_force": 9}
    report = write_report({"proactive_disclosure": {"regulations": figures, "normative_documents": figures}})
    heads = report.proactive[1]
    for row in (heads, report.row("regulations"), report.row("normative_documents")):
        row[1:] = [row[1 + place] for place in order]
    parsed = parse_text(getattr(report, layout)())
    for row in ("regulations", "normative_documents"):
        assert row_of(parsed, row) in ([4, 1, 9], [None] * 3)
        assert row_of(parsed, row) == [4, 1, 9] or ("proactive_disclosure", row) in told_rows(parsed)


# -- section 四 ----------------------------------------------------------------------------------------------------------

DISPUTES = {
    "reconsideration": [1, 2, 0, 1, 4],
    "litigation_direct": [3, 0, 0, 2, 5],
    "litigation_after_reconsideration": [0, 1, 1, 0, 2],
}


@LAYOUTS
@pytest.mark.parametrize("order", [[4, 0, 1, 2, 3], [1, 0, 2, 3, 4], [3, 2, 1, 0, 4]], ids=["total first", "two", "backwards"])
def test_results_in_another_order_follow_their_headings_or_are_told(write_report, parse_text, layout, order):
    report = write_report({"reconsideration_litigation": DISPUTES})
    names = [RESULTS[place] for place in order]
    report.disputes[1][:5] = names
    report.disputes[2] = names * 2
    figures = report.disputes[3]
    report.disputes[3] = [figures[start + place] for start in (0, 5, 10) for place in order]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, DISPUTES, "reconsideration_litigation") == {}


@LAYOUTS
def test_results_in_another_order_for_one_procedure_only_are_told(write_report, parse_text, layout):
    report = write_report({"reconsideration_litigation": DISPUTES})
    report.disputes[1][:2] = [RESULTS[1], RESULTS[0]]
    figures = report.disputes[3]
    figures[0], figures[1] = figures[1], figures[0]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, DISPUTES, "reconsideration_litigation") == {}


@LAYOUTS
def test_procedures_as_rows_are_not_read_as_one_row(write_report, parse_text, layout):
    """Three rows of five figures below the results: another table than the form's."""
    report = write_report({"reconsideration_litigation": DISPUTES})
    report.disputes = [
        ["", *RESULTS],
        *(
            [name, *map(str, DISPUTES[code])]
            for name, code in zip(("行政复议", "未经复议直接起诉", "复议后起诉"), DISPUTES, strict=True)
        ),
    ]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, DISPUTES, "reconsideration_litigation") == {}
