"""Rows of damaged, odd or doubled tables: a figure is placed for certain or told, never guessed and never lost."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import load_forms
from gx_pipeline.quality import check_report

LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])
APPLICANTS = [column.code for column in load_forms()["2021"].tables["requests"].columns]
GRANTED = {"requests": {row: [20, 6, 1, 0, 3, 2, 32] for row in ("new_received", "granted", "total_handled")}}


def cells_of(report, row):
    return {cell.key.column: cell for cell in report.cells if cell.key.row == row}


def other_rows_are_untouched(report, *rows):
    return all(cell.state == "reported" and cell.value == 0 for cell in report.cells if cell.key.row not in rows)


@LAYOUTS
@pytest.mark.parametrize("form", ["2021", "2019"])
def test_a_written_report_parses_back_to_its_figures(write_report, parse_text, read_document, lost_numbers, layout, form):
    year = {"2021": 2023, "2019": 2020}[form]
    keys = load_forms()[form].cells()
    figures = {key: number for number, key in enumerate(keys, start=1)}
    golden = {"proactive_disclosure": {}, "requests": {}, "reconsideration_litigation": {}}
    for key, number in figures.items():
        row = golden[key.table].setdefault(key.row, {} if key.table == "proactive_disclosure" else [])
        row.append(number) if isinstance(row, list) else row.update({key.column: number})
    text = getattr(write_report(golden, form=form, year=year), layout)()
    report = parse_text(text)
    assert {cell.key: cell.value for cell in report.cells} == figures
    assert (report.form, report.requests_form, report.year) == (form, form, year)
    # The figures are numbered through, so that no sum holds.
    expected = {"unit_not_printed"} if form == "2019" else set()
    assert {finding.rule for finding in report.findings} == expected | ({"row_may_be_shifted"} if layout != "html" else set())
    assert lost_numbers(read_document(text), report) == []


@LAYOUTS
def test_signed_changes_and_amounts_of_the_2019_form(write_report, parse_text, layout):
    report = write_report(form="2019", year=2019)
    report.row("administrative_licenses")[1:] = ["12", "-3", "40"]
    report.row("administrative_fees")[1:] = ["5", "+2"]
    report.row("government_procurement")[1:] = ["7", "3.5万元"]
    parsed = parse_text(getattr(report, layout)())
    assert {code: cell.value for code, cell in cells_of(parsed, "administrative_licenses").items()} == {
        "items_prev_year": 12,
        "items_change": -3,
        "decisions": 40,
    }
    assert cells_of(parsed, "administrative_fees")["items_change"].value == 2
    assert cells_of(parsed, "government_procurement")["amount"].value == 35000


@pytest.mark.parametrize(
    ("name", "code", "row", "damaged"),
    [
        ("350102-rmzf-2024", "granted", "(一)予以公开 |\n7 |\n0 |\n", "(一)予以公开 |\n0 |\n"),
        ("350100-gxj-2025", "new_received", "申请数量 |\n7 |\n0 |\n", "申请数量 |\n7 |\n"),
    ],
)
def test_a_row_that_lost_a_cell_is_not_guessed(
    read_sample, parse_text, read_document, lost_numbers, by_rule, name, code, row, damaged
):
    source = read_sample(name)
    assert source.count(row) == 1
    text = source.replace(row, damaged)
    report = parse_text(text)
    cells = cells_of(report, code)
    assert {(cell.state, cell.value, cell.placement) for cell in cells.values()} == {("unparsed", None, None)}
    (finding,) = by_rule(report, "unplaced_cells")
    assert finding.severity == "error"
    assert set(finding.cells) == {cell.key for cell in cells.values()}
    assert finding.message.count("(line ") == 6
    assert "'7'" in finding.message
    assert lost_numbers(read_document(text), report) == []
    assert by_rule(list(check_report(report)), "balance") == []


@LAYOUTS
def test_a_row_that_lost_a_cell_is_placed_where_the_identities_leave_one_way(write_report, parse_text, layout):
    """Every other row is whole: only with the gap under 社会公益组织 do all seven columns add up to 总计."""
    report = write_report(GRANTED)
    del report.row("granted")[1 + APPLICANTS.index("public_welfare_organization")]
    cells = cells_of(parse_text(getattr(report, layout)()), "granted")
    assert {code: cell.value for code, cell in cells.items()} == dict(zip(APPLICANTS, [20, 6, 1, None, 3, 2, 32], strict=True))
    assert cells["public_welfare_organization"].state == "missing"
    assert {cell.placement for cell in cells.values() if cell.state == "reported"} == {"identity"}


@LAYOUTS
def test_a_cell_too_many_is_not_cut_off(write_report, parse_text, read_document, lost_numbers, by_rule, layout):
    report = write_report()
    report.row("granted").append("5")
    text = getattr(report, layout)()
    parsed = parse_text(text)
    assert {cell.state for cell in cells_of(parsed, "granted").values()} == {"unparsed"}
    assert "'5'" in by_rule(parsed, "unplaced_cells")[0].message
    assert lost_numbers(read_document(text), parsed) == []
    assert other_rows_are_untouched(parsed, "granted")


@LAYOUTS
def test_a_row_that_the_form_has_not_is_told_and_not_squeezed_in(
    write_report, parse_text, read_document, lost_numbers, by_rule, layout
):
    report = write_report()
    report.requests.insert(
        report.requests.index(report.row("denied_administrative_inquiry")) + 1,
        ["9.属于工作秘密", "3", "0", "0", "0", "0", "0", "3"],
    )
    text = getattr(report, layout)()
    parsed = parse_text(text)
    (finding,) = by_rule(parsed, "unknown_row")
    assert "属于工作秘密" in finding.message
    assert finding.message.count("'3'") == 2
    assert other_rows_are_untouched(parsed)
    assert lost_numbers(read_document(text), parsed) == []


@LAYOUTS
def test_a_row_printed_twice_with_other_figures_is_told_and_neither_is_taken(
    write_report, parse_text, read_document, lost_numbers, by_rule, layout
):
    report = write_report()
    row = report.row("granted")
    report.requests.insert(report.requests.index(row) + 1, [row[0], "3", "0", "0", "0", "0", "0", "3"])
    text = getattr(report, layout)()
    parsed = parse_text(text)
    (finding,) = by_rule(parsed, "unplaced_cells")
    assert finding.message.count("'3'") == 2
    assert {cell.state for cell in cells_of(parsed, "granted").values()} == {"unparsed"}
    assert other_rows_are_untouched(parsed, "granted")
    assert lost_numbers(read_document(text), parsed) == []


@LAYOUTS
def test_a_row_printed_twice_with_the_same_figures_counts_once(write_report, parse_text, layout):
    report = write_report()
    row = report.row("granted")
    report.requests.insert(report.requests.index(row) + 1, list(row))
    parsed = parse_text(getattr(report, layout)())
    assert [finding.rule for finding in parsed.findings] == ["printed_twice"]
    assert other_rows_are_untouched(parsed)


@LAYOUTS
def test_a_blank_first_cell_does_not_shift_its_row(write_report, parse_text, layout):
    report = write_report(GRANTED)
    report.row("granted")[1] = "\u3000"
    cells = cells_of(parse_text(getattr(report, layout)()), "granted")
    assert [cells[code].value for code in APPLICANTS] == [None, 6, 1, 0, 3, 2, 32]
    assert cells["natural_person"].state == "blank"


@LAYOUTS
@pytest.mark.parametrize(
    ("printed", "state", "rule"),
    [
        pytest.param("/", "not_applicable", "not_applicable_cells", id="placeholder"),
        pytest.param("-3", "unparsed", "unparsed_cell", id="sign"),
        pytest.param("6-7", "unparsed", "unparsed_cell", id="a span"),
    ],
)
def test_what_is_no_count_keeps_its_place_and_is_told(write_report, parse_text, by_rule, layout, printed, state, rule):
    report = write_report(GRANTED)
    report.row("granted")[2] = printed
    parsed = parse_text(getattr(report, layout)())
    cells = cells_of(parsed, "granted")
    assert [cells[code].value for code in APPLICANTS] == [20, None, 1, 0, 3, 2, 32]
    assert (cells["commercial_enterprise"].state, cells["commercial_enterprise"].raw) == (state, printed)
    (finding,) = by_rule(parsed, rule)
    assert finding.cells == (cells["commercial_enterprise"].key,)


@LAYOUTS
@pytest.mark.parametrize("printed", ["6①", "6²", "6[1]", "6〔2〕", "6（注1）", "6注2", "6*"])
def test_the_mark_of_a_note_is_no_part_of_a_figure_and_is_told(write_report, parse_text, by_rule, layout, printed):
    report = write_report(GRANTED)
    report.row("granted")[2] = printed
    parsed = parse_text(getattr(report, layout)())
    cells = cells_of(parsed, "granted")
    assert [cells[code].value for code in APPLICANTS] == [20, 6, 1, 0, 3, 2, 32]
    assert cells["commercial_enterprise"].raw == printed
    (finding,) = by_rule(parsed, "note_mark")
    assert finding.cells == (cells["commercial_enterprise"].key,)


@LAYOUTS
def test_words_within_a_row_shift_none_of_its_figures(write_report, parse_text, layout):
    report = write_report(GRANTED)
    report.row("granted")[2] = "见附件"
    parsed = parse_text(getattr(report, layout)())
    shown = [cell.value for cell in cells_of(parsed, "granted").values()]
    assert shown in ([None] * 7, [20, None, 1, 0, 3, 2, 32])
    assert any("见附件" in finding.message for finding in parsed.findings)


@LAYOUTS
def test_columns_printed_in_another_order_are_read_by_their_headings_or_not_at_all(write_report, parse_text, layout):
    """科研机构 before 商业企业: every sum still tallies, so nothing but the headings can tell."""
    report = write_report(GRANTED)
    for row in (report.requests[0], report.row("granted")):
        row[2], row[3] = row[3], row[2]
    cells = cells_of(parse_text(getattr(report, layout)()), "granted")
    found = (cells["commercial_enterprise"].value, cells["research_institution"].value)
    assert found in ((6, 1), (None, None))


@pytest.mark.parametrize("layout", ["text", "piped"])
def test_a_row_run_together_into_one_cell_is_told(write_report, parse_text, layout):
    report = write_report(GRANTED)
    row = report.row("granted")
    row[:] = [" ".join(row)]
    parsed = parse_text(getattr(report, layout)())
    shown = [cell.value for cell in cells_of(parsed, "granted").values()]
    told = "\n".join(finding.message for finding in parsed.findings)
    assert shown == [20, 6, 1, 0, 3, 2, 32] or ("20" in told and "32" in told)


def test_a_label_broken_over_lines_is_one_label(write_report, parse_text):
    text = write_report({"requests": {"other_unpaid": [1, 0, 0, 0, 0, 0, 1]}}).text().replace(" |", "")
    broken = text.replace("要求缴纳费用、行政机关", "要求缴纳费用、\n\n行政机关").replace("社会公益组织", "社会公益\n组织")
    assert broken.count("\n") > text.count("\n")
    parsed = parse_text(broken)
    assert [cell.value for cell in cells_of(parsed, "other_unpaid").values()] == [1, 0, 0, 0, 0, 0, 1]
    assert other_rows_are_untouched(parsed, "other_unpaid")


def test_headings_repeated_on_a_new_page_are_no_row(write_report, parse_text):
    report = write_report(GRANTED)
    report.requests.insert(report.requests.index(report.row("denied_state_secret")), list(report.requests[0]))
    parsed = parse_text(report.text())
    assert [cell.value for cell in cells_of(parsed, "granted").values()] == [20, 6, 1, 0, 3, 2, 32]
    assert {cell.state for cell in parsed.cells} == {"reported"}


@LAYOUTS
def test_one_of_fifteen_results_lost_leaves_none_placed(write_report, parse_text, read_document, lost_numbers, by_rule, layout):
    report = write_report({"reconsideration_litigation": {"reconsideration": [1, 1, 0, 1, 3]}})
    del report.disputes[3][2]
    text = getattr(report, layout)()
    parsed = parse_text(text)
    assert {cell.state for cell in parsed.cells if cell.key.table == "reconsideration_litigation"} == {"unparsed"}
    assert len(by_rule(parsed, "unplaced_cells")) == 1
    assert lost_numbers(read_document(text), parsed) == []


@pytest.mark.parametrize("table", ["proactive", "requests", "disputes"])
def test_a_table_that_is_not_there_is_missing_and_an_error(write_report, parse_text, by_rule, table):
    report = write_report()
    setattr(report, table, [])
    parsed = parse_text(report.text())
    (finding,) = by_rule(parsed, "table_missing")
    assert finding.severity == "error"
    assert {cell.key for cell in parsed.cells if cell.state == "missing"} == set(finding.cells)
    assert len(parsed.cells) == 200


def test_headings_that_stand_over_the_wrong_columns_move_no_figure(read_sample, parse_text, by_rule):
    """Without the heading 法人或其他组织 that spans five columns, 总计 stands over 商业企业: whole headings in the wrong place."""
    page = read_sample("999900-sjj-2023")
    at = page.index("法人或其他组织")
    start, end = page.rindex("<td", 0, at), page.index("</td>", at) + len("</td>")
    broken = parse_text(page[:start] + page[end:])
    whole = {cell.key: cell.value for cell in parse_text(page).cells}
    assert {cell.key: cell.value for cell in broken.cells} == whole
    assert len(by_rule(broken, "headings_out_of_order")) == 1


@pytest.mark.parametrize("shown", ["结果维持 |\n3 |\n结果纠正 |", "结果纠正 |\n结果维持 |"])
def test_a_dispute_table_laid_out_otherwise_is_not_placed_and_its_figures_are_told(read_sample, parse_text, by_rule, shown):
    """A figure between the headings, or whole headings in another order: no cell can be told by its position."""
    text = read_sample("652700-kjj-2024")
    head, _, tail = text.rpartition("四、政府信息公开行政复议和行政诉讼情况")
    page = head + "四、政府信息公开行政复议和行政诉讼情况" + tail.replace("结果维持 |\n结果纠正 |", shown, 1)
    report = parse_text(page)
    cells = [cell for cell in report.cells if cell.key.table == "reconsideration_litigation"]
    assert {cell.state for cell in cells} == {"unparsed"}
    assert len(by_rule(report, "unplaced_cells")) == 1
