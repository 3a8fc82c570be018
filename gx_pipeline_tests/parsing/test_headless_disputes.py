"""The table of disputes without a heading: fifteen figures are placed where their sums prove it, and it is told."""

from __future__ import annotations

import pytest

from gx_pipeline.quality import check_report

FIGURES = [1, 2, 0, 1, 4, 3, 0, 0, 2, 5, 0, 1, 1, 0, 2]
ROWS = {"reconsideration": FIGURES[:5], "litigation_direct": FIGURES[5:10], "litigation_after_reconsideration": FIGURES[10:]}
LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])


def disputes_of(report):
    return [cell.value for cell in report.cells if cell.key.table == "reconsideration_litigation"]


def told(report):
    return {
        key.row
        for finding in check_report(report)
        if finding.severity != "info"
        for key in finding.cells
        if key.table == "reconsideration_litigation"
    }


@pytest.fixture
def headless(write_report):
    """A report whose table of disputes is one row of figures; the heading of its section names them."""

    def write(figures=FIGURES, **narrative):
        report = write_report(**narrative)
        report.disputes = [list(map(str, figures))]
        return report

    return write


@LAYOUTS
def test_fifteen_figures_whose_sums_hold_are_placed_and_told(headless, parse_text, by_rule, layout):
    parsed = parse_text(getattr(headless(), layout)())
    assert disputes_of(parsed) == FIGURES
    (finding,) = by_rule(parsed, "headings_lost")
    assert finding.severity == "warn"
    assert len(finding.cells) == 15


@LAYOUTS
def test_fifteen_zeros_are_placed_and_told(headless, parse_text, by_rule, layout):
    parsed = parse_text(getattr(headless([0] * 15), layout)())
    assert disputes_of(parsed) in ([0] * 15, [None] * 15)
    assert told(parsed) == set(ROWS)


@LAYOUTS
@pytest.mark.parametrize("at", range(0, 15, 2))
def test_fifteen_figures_whose_sums_do_not_hold_are_not_placed(headless, parse_text, layout, at):
    figures = list(FIGURES)
    figures[at] += 3
    parsed = parse_text(getattr(headless(figures), layout)())
    assert disputes_of(parsed) == [None] * 15
    assert told(parsed) == set(ROWS)


@LAYOUTS
@pytest.mark.parametrize(
    "figures", [FIGURES[:14], [*FIGURES, 0], FIGURES[1:], [0, *FIGURES]], ids=["14", "16", "14 behind", "16 before"]
)
def test_one_figure_too_few_or_too_many_is_no_such_row(headless, parse_text, layout, figures):
    parsed = parse_text(getattr(headless(figures), layout)())
    assert disputes_of(parsed) == [None] * 15
    assert told(parsed) == set(ROWS)


@LAYOUTS
def test_two_such_rows_are_not_chosen_from(headless, parse_text, layout):
    report = headless()
    report.disputes = [list(map(str, FIGURES)), ["上年"], ["0"] * 15]
    parsed = parse_text(getattr(report, layout)())
    assert disputes_of(parsed) == [None] * 15
    assert told(parsed) == set(ROWS)


@LAYOUTS
def test_two_rows_of_fifteen_right_below_each_other_are_not_chosen_from(headless, parse_text, layout):
    report = headless()
    report.disputes = [list(map(str, FIGURES)), ["0"] * 15]
    parsed = parse_text(getattr(report, layout)())
    assert disputes_of(parsed) == [None] * 15
    assert told(parsed) == set(ROWS)


@LAYOUTS
def test_fifteen_figures_far_from_any_word_of_disputes_are_none(write_report, parse_text, layout):
    """The figures stand in the last section, behind other text."""
    report = write_report()
    report.disputes = []
    report.other = "\n".join(["本年度没有收取信息处理费。"] * 40 + list(map(str, FIGURES)))
    parsed = parse_text(getattr(report, layout)())
    assert disputes_of(parsed) == [None] * 15
    assert told(parsed) == set(ROWS)


@LAYOUTS
def test_cells_too_many_of_a_row_of_requests_are_not_taken_for_disputes(write_report, parse_text, layout):
    """(一)予以公开 bears fifteen figures and the table of disputes is not there."""
    report = write_report()
    report.row("carried_out")[1:] = list(map(str, FIGURES))
    report.disputes = []
    parsed = parse_text(getattr(report, layout)())
    assert disputes_of(parsed) == [None] * 15
    assert told(parsed) == set(ROWS)
    assert [cell.value for cell in parsed.cells if cell.key.row == "carried_out"] == [None] * 7


@LAYOUTS
def test_blanks_among_the_fifteen_prove_nothing_they_do_not_print(headless, parse_text, layout):
    figures = [1, "", "", "", 1, "", "", "", "", 0, "", 2, "", "", 2]
    parsed = parse_text(getattr(headless(figures), layout)())
    printed = [value if value != "" else None for value in figures]
    assert disputes_of(parsed) in (printed, [None] * 15)
    assert told(parsed) == set(ROWS)


@LAYOUTS
def test_a_table_with_its_headings_is_not_called_headless(write_report, parse_text, by_rule, layout):
    parsed = parse_text(getattr(write_report({"reconsideration_litigation": ROWS}), layout)())
    assert disputes_of(parsed) == FIGURES
    assert by_rule(parsed, "headings_lost") == []
