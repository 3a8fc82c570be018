"""Figures in print: digits that stand apart, several in one cell, units in headings, marks of notes."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import load_forms
from gx_pipeline.parsing.numbers import join_digits, kind_of, read_cell
from gx_pipeline.quality import check_report

COUNT = load_forms()["2021"].tables["requests"].column_by_code["total"]
FEES = load_forms()["2021"].tables["proactive_disclosure"].column_by_code["amount_10k_yuan"]
PROCUREMENT = load_forms()["2019"].tables["proactive_disclosure"].column_by_code["amount"]
LARGE = [1204, 36, 0, 0, 0, 0, 1240]
LARGE_ROWS = ("new_received", "granted", "total_handled")
LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])


def row_of(report, row):
    return [cell.value for cell in report.cells if cell.key.row == row]


def told_rows(report):
    return {key.row for finding in check_report(report) if finding.severity != "info" for key in finding.cells}


@pytest.fixture
def large(write_report):
    """A report of a large office."""
    return write_report({"requests": dict.fromkeys(LARGE_ROWS, LARGE)})


# -- one cell ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "joined"),
    [
        ("1 204", "1204"),
        ("12 04", "1204"),
        ("1 2 0 4", "1204"),
        ("1,2 04", "1,204"),
        ("12 .5", "12.5"),
        ("0 0", None),
        ("0 5", None),
        ("0 0 0", None),
        ("1204", None),
        ("1 -2", None),
        ("1 件", None),
        ("", None),
    ],
)
def test_digits_with_spaces_between_are_one_figure_only_where_they_can_be(printed, joined):
    assert join_digits(printed) == joined


@pytest.mark.parametrize("printed", ["1 204", "12 04"])
def test_a_figure_with_spaces_says_that_it_was_put_together(printed):
    assert read_cell(printed, COUNT) == ("reported", 1204, "apart")


@pytest.mark.parametrize("printed", ["0 0", "0 5", "1 2/3", "1.5", "-3", "+3", "3-5", "(3)", "3(5)", "3/5", "≈3", "3余"])
def test_what_is_no_single_count_is_not_read(printed):
    assert read_cell(printed, COUNT).value is None


@pytest.mark.parametrize(
    "mark", ["①", "⑳", "²", "¹²", "[1]", "〔2〕", "[注1]", "(注)", "(注1)", "(见注2)", "注", "注3", "*", "**", "※", "#"]
)
def test_the_mark_of_a_note_leaves_the_figure_and_is_told(mark):
    assert read_cell(f"17{mark}", COUNT) == ("reported", 17, "note")
    assert kind_of(f"17{mark}") == "number"


@pytest.mark.parametrize("printed", ["17①8", "①17", "注17", "17注18件", "17①②③", "17[100]"])
def test_what_may_be_more_than_the_mark_of_a_note_is_not_read(printed):
    assert read_cell(printed, COUNT).value is None


@pytest.mark.parametrize(
    ("printed", "heading", "value"),
    [
        ("3.5", None, 3.5),
        ("35000", "元", 3.5),
        ("35000元", None, 3.5),
        ("3.5万元", "元", 3.5),
        ("0.00035亿元", None, 3.5),
        ("3.5", "万元", 3.5),
        ("1,234,500", "元", 123.45),
        ("3.5件", None, None),
    ],
)
def test_fees_come_in_ten_thousand_yuan_whatever_unit_is_printed(printed, heading, value):
    assert read_cell(printed, FEES, heading).value == value


@pytest.mark.parametrize(
    ("printed", "heading", "value"),
    [("3.5", "万元", 35000), ("35000", None, 35000), ("35000", "元", 35000), ("3.5万元", "元", 35000)],
)
def test_procurement_comes_in_yuan_whatever_unit_is_printed(printed, heading, value):
    assert read_cell(printed, PROCUREMENT, heading).value == value


# -- in a report ---------------------------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("printed", ["1 204", "1 2 0 4", "12 04"])
def test_digits_apart_in_a_cell_are_one_figure_where_the_row_tallies_so(large, parse_text, by_rule, layout, printed):
    large.row("granted")[1] = printed
    parsed = parse_text(getattr(large, layout)())
    assert row_of(parsed, "granted") == LARGE
    (finding,) = by_rule(parsed, "digits_joined")
    assert {key.row for key in finding.cells} == {"granted"}
    cell = next(cell for cell in parsed.cells if (cell.key.row, cell.key.column) == ("granted", "natural_person"))
    assert cell.raw == printed or " " in cell.raw


@LAYOUTS
@pytest.mark.parametrize("printed", ["1 304", "12 4", "1204 1"])
def test_digits_apart_that_do_not_tally_are_not_put_together_in_silence(large, parse_text, layout, printed):
    large.row("granted")[1] = printed
    parsed = parse_text(getattr(large, layout)())
    assert row_of(parsed, "granted")[0] is None
    assert "granted" in told_rows(parsed)
    assert row_of(parsed, "new_received") == row_of(parsed, "total_handled") == LARGE


@pytest.mark.parametrize("printed", ["1\n204", "12\n04"])
def test_digits_broken_over_lines_are_one_figure_where_only_that_tallies(large, parse_text, printed):
    large.row("granted")[1] = printed
    parsed = parse_text(large.text().replace(" |", ""))
    assert row_of(parsed, "granted") in (LARGE, [None] * 7)
    assert row_of(parsed, "granted") == LARGE or "granted" in told_rows(parsed)
    assert row_of(parsed, "new_received") == LARGE


@pytest.mark.parametrize("layout", ["text", "piped"])
def test_two_zeros_in_one_cell_are_two_figures(large, parse_text, layout):
    row = large.row("granted")
    row[3:5] = ["0 0"]
    parsed = parse_text(getattr(large, layout)())
    assert row_of(parsed, "granted") == LARGE


@LAYOUTS
def test_two_zeros_in_the_cell_of_one_are_no_zero(large, parse_text, layout):
    large.row("granted")[3] = "0 0"
    parsed = parse_text(getattr(large, layout)())
    assert row_of(parsed, "granted")[2] is None
    assert "granted" in told_rows(parsed)


@pytest.mark.parametrize("layout", ["text", "piped"])
@pytest.mark.parametrize("cells", [(1, 3), (2, 5), (4, 8), (1, 8)])
def test_several_figures_in_one_cell_are_parted_where_the_row_tallies_so(large, parse_text, layout, cells):
    row = large.row("granted")
    start, stop = cells
    row[start:stop] = [" ".join(row[start:stop])]
    parsed = parse_text(getattr(large, layout)())
    assert row_of(parsed, "granted") in (LARGE, [None] * 7)
    assert row_of(parsed, "granted") == LARGE or "granted" in told_rows(parsed)


def test_several_figures_in_one_cell_of_a_grid_are_not_spread_over_its_neighbours(large, parse_text):
    row = large.row("granted")
    row[1:3] = ["1204 36"]
    parsed = parse_text(large.html())
    assert row_of(parsed, "granted") in (LARGE, [None] * 7)
    assert row_of(parsed, "granted") == LARGE or "granted" in told_rows(parsed)


@pytest.mark.parametrize("layout", ["text", "piped", "html"])
def test_digits_apart_where_no_sum_can_tell_are_two_figures_or_told(write_report, parse_text, layout):
    """规章 has no sum: 1 2 may be twelve, or a cell that is lost."""
    report = write_report()
    report.row("regulations")[1:] = ["1 2", "3", "15"]
    parsed = parse_text(getattr(report, layout)())
    found = row_of(parsed, "regulations")
    told = {key.row for finding in parsed.findings for key in finding.cells}
    assert found in ([12, 3, 15], [None, 3, 15], [None] * 3)
    assert "regulations" in told


@LAYOUTS
@pytest.mark.parametrize(("unit", "printed"), [("元", "35000"), ("万元", "3.5"), ("亿元", "0.00035")])
def test_the_unit_of_a_heading_is_that_of_its_figures(write_report, parse_text, layout, unit, printed):
    report = write_report()
    heading = next(row for row in report.proactive if "收费金额" in row[-1])
    heading[-1] = f"本年收费金额（单位：{unit}）"
    report.row("administrative_fees")[1] = printed
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "administrative_fees") == [3.5]


@LAYOUTS
def test_an_amount_without_any_unit_is_told_in_the_form_of_2019(write_report, parse_text, by_rule, layout):
    report = write_report(form="2019", year=2019)
    report.row("government_procurement")[1:] = ["7", "35000"]
    parsed = parse_text(getattr(report, layout)())
    (finding,) = by_rule(parsed, "unit_not_printed")
    assert [key.row for key in finding.cells] == ["government_procurement"]
    assert row_of(parsed, "government_procurement") == [7, 35000]


@LAYOUTS
@pytest.mark.parametrize("printed", ["35000元", "3.5万元"])
def test_an_amount_with_its_unit_is_not(write_report, parse_text, by_rule, layout, printed):
    report = write_report(form="2019", year=2019)
    report.row("government_procurement")[1:] = ["7", printed]
    parsed = parse_text(getattr(report, layout)())
    assert by_rule(parsed, "unit_not_printed") == []
    assert row_of(parsed, "government_procurement") == [7, 35000]
