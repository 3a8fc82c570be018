"""Tables laid out by a hostile page or a lazy clerk: a figure in the wrong place is never wrong in silence."""

from __future__ import annotations

import pytest

from gx_pipeline.quality import check_report

LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])
TEXTS = pytest.mark.parametrize("layout", ["text", "piped"])
APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
PROCEDURES = {
    "reconsideration": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_reconsideration": "复议后起诉",
}
FIGURES = {
    "proactive_disclosure": {
        "regulations": {"made": 2, "repealed": 1, "in_force": 30},
        "normative_documents": {"made": 5, "repealed": 0, "in_force": 12},
        "administrative_licenses": {"decisions": 408},
        "administrative_penalties": {"decisions": 17},
        "administrative_fees": {"amount_10k_yuan": 3.5},
    },
    "requests": {
        "new_received": [9, 3, 0, 1, 0, 0, 13],
        "carried_in": [0, 0, 0, 0, 0, 1, 1],
        "granted": [4, 1, 0, 0, 0, 1, 6],
        "denied_third_party_rights": [2, 1, 0, 1, 0, 0, 4],
        "denied_deliberative_process": [1, 0, 0, 0, 0, 0, 1],
        "other_unpaid": [1, 1, 0, 0, 0, 0, 2],
        "total_handled": [8, 3, 0, 1, 0, 1, 13],
        "carried_out": [1, 0, 0, 0, 0, 0, 1],
    },
    "reconsideration_litigation": {
        "reconsideration": [1, 2, 0, 1, 4],
        "litigation_direct": [3, 0, 0, 2, 5],
        "litigation_after_reconsideration": [0, 1, 1, 0, 2],
    },
}


def written(figures=FIGURES):
    """The figures as a parsed report gives them, by table and row."""
    return {
        (table, row): list(values.values()) if isinstance(values, dict) else values
        for table, rows in figures.items()
        for row, values in rows.items()
    }


def row_of(report, row):
    return [cell.value for cell in report.cells if cell.key.row == row]


def told_rows(report):
    return {(key.table, key.row) for finding in check_report(report) if finding.severity != "info" for key in finding.cells}


def wrong_in_silence(report, expected=None):
    """Rows that are neither as written (0 where nothing is) nor told."""
    expected = written() if expected is None else expected
    told = told_rows(report)
    found = {}
    for cell in report.cells:
        found.setdefault((cell.key.table, cell.key.row), []).append(cell.value)
    return {at: values for at, values in found.items() if at not in told and values != expected.get(at, [0] * len(values))}


def is_row(report, row):
    return row[0] in report.labels.values() and len(row) > 1


@pytest.fixture
def report(write_report):
    return write_report(FIGURES)


@LAYOUTS
def test_the_report_is_read_before_anything_is_done_to_it(report, parse_text, layout):
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed) == {}
    assert row_of(parsed, "granted") == FIGURES["requests"]["granted"]


# -- columns that the form does not have ---------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("table", ["proactive", "requests"])
@pytest.mark.parametrize("place", [0, 1, None], ids=["before the labels", "before the figures", "behind"])
@pytest.mark.parametrize("name", ["序号", "行次", ""])
def test_numbers_of_rows_are_no_figures(report, parse_text, layout, table, place, name):
    number = 0
    rows = getattr(report, table)
    for row in rows:
        at = len(row) if place is None else place
        if is_row(report, row):
            number += 1
            row.insert(at, str(number))
        elif len(row) > 1:
            row.insert(at, name)
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed) == {}


@LAYOUTS
@pytest.mark.parametrize("table", ["proactive", "requests"])
@pytest.mark.parametrize("unit", ["件", "项", "个"])
def test_a_column_of_units_is_none_of_figures(report, parse_text, layout, table, unit):
    for row in getattr(report, table):
        if is_row(report, row):
            row.insert(1, unit)
        elif len(row) > 1:
            row.insert(1, "单位")
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize("table", ["proactive", "requests"])
@pytest.mark.parametrize("first", [True, False], ids=["last year first", "last year behind"])
@pytest.mark.parametrize("named", [True, False], ids=["years named", ""])
def test_last_years_figures_beside_this_years_are_not_taken_for_them(report, parse_text, layout, table, first, named):
    rows = getattr(report, table)
    for row in rows:
        if is_row(report, row):
            row[1:] = [text for now in row[1:] for text in (("7", now) if first else (now, "7"))]
        elif len(row) > 1:
            row[1:] = [
                f"{text}{year}"
                for text in row[1:]
                for year in (("2023年", "2024年")[:: 1 if first else -1] if named else ("", ""))
            ]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize("table", ["proactive", "requests", "disputes"])
def test_last_years_table_beside_this_years_is_not_taken_for_it(report, write_report, parse_text, layout, table):
    old = write_report({"requests": {"granted": [7] * 7}, "proactive_disclosure": {"regulations": {"made": 7}}})
    setattr(report, table, [*getattr(old, table), ["本年数据"], *getattr(report, table)])
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@TEXTS
def test_a_row_that_is_empty_this_year_does_not_take_last_years_figures(report, write_report, parse_text, layout):
    old = write_report({"proactive_disclosure": {"regulations": {"made": 1, "repealed": 9, "in_force": 4}}})
    report.row("regulations")[1:] = [""] * 3
    report.proactive = [*old.proactive, ["本年数据"], *report.proactive]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, written() | {("proactive_disclosure", "regulations"): [None] * 3}) == {}


@LAYOUTS
@pytest.mark.parametrize("at", range(7))
def test_a_column_printed_twice_moves_no_figure_in_silence(report, parse_text, layout, at):
    for row in report.requests:
        if len(row) == 8:
            row.insert(1 + at, row[1 + at])
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@TEXTS
def test_an_empty_figure_and_a_column_too_many_do_not_make_a_whole_row(report, parse_text, layout):
    for row in report.proactive:
        if row[0] == "信息内容":
            row.append("备注")
    report.row("regulations")[1:] = ["0", "", "5", "3"]
    report.row("administrative_licenses")[1:] = ["", "3"]
    parsed = parse_text(getattr(report, layout)())
    empty = {("proactive_disclosure", "regulations"): [0, None, 5], ("proactive_disclosure", "administrative_licenses"): [None]}
    assert wrong_in_silence(parsed, written() | empty) == {}


@TEXTS
def test_a_number_of_a_row_before_an_empty_figure_is_not_the_figure(report, parse_text, layout):
    number = 0
    for row in report.proactive:
        if row[0] == "信息内容":
            row.insert(1, "序号")
        elif len(row) > 1:
            number += 1
            row.insert(1, str(number))
    report.row("administrative_licenses")[2:] = [""]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, written() | {("proactive_disclosure", "administrative_licenses"): [None]}) == {}


# -- order of columns ----------------------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("corner", ["项目", "申请人", "统计指标", ""])
def test_totals_before_the_others_are_read_there_whatever_stands_in_the_corner(report, parse_text, layout, corner):
    for row in report.requests:
        if len(row) == 8:
            row[1:] = [row[7], *row[1:7]]
    report.requests[0][0] = corner
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
def test_a_lone_applicant_of_the_last_kind_is_not_turned_around(write_report, parse_text, layout):
    """总计 first, and every row reads the same from both ends: the sums hold either way."""
    figures = {row: [0, 0, 0, 0, 0, 1, 1] for row in ("new_received", "granted", "total_handled")}
    report = write_report({"requests": figures})
    report.requests[0] = ["项目", "总计", *APPLICANTS[:6]]
    for row in report.requests[1:]:
        if len(row) == 8:
            row[1:] = [row[7], *row[1:7]]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, {("requests", row): values for row, values in figures.items()}) == {}


# -- rows that the form does not have ------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize(
    "label", ["（三）不予公开", "（三）不予公开小计", "小计", "合计", "其中：网上申请", "占比", "上年", "同比增减"]
)
def test_rows_of_sums_and_shares_are_none_of_the_forms(report, parse_text, layout, label):
    at = report.requests.index(report.row("denied_state_secret"))
    report.requests.insert(at, [label, "3", "1", "0", "1", "0", "0", "5"])
    report.requests.insert(at + 9, [label, "3", "1", "0", "1", "0", "0", "5"])
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize(
    "note", ["注：1.以上数据截至12月31日", "（续表）", "第 2 页", "备注 3", "2024", "单位：件", "说明：含上年3件"]
)
def test_notes_among_the_rows_are_no_figures(report, parse_text, layout, note):
    for code in ("denied_state_secret", "regulations", "other_unpaid"):
        table = next(table for table in (report.proactive, report.requests) if report.row(code) in table)
        table.insert(table.index(report.row(code)), [note])
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize("code", ["regulations", "granted", "denied_third_party_rights"])
@pytest.mark.parametrize("words", ["见附件", "详见正文"])
def test_a_row_that_stands_twice_with_nothing_but_words_is_told(report, parse_text, layout, code, words):
    table = next(table for table in (report.proactive, report.requests) if report.row(code) in table)
    at = table.index(report.row(code))
    table[at : at + 1] = [[report.labels[code], f"{words}一"], [report.labels[code], f"{words}二"]]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed) == {}
    assert set(row_of(parsed, code)) == {None}


@LAYOUTS
def test_rows_in_another_order_keep_their_figures(report, parse_text, layout):
    first, second = (report.requests.index(report.row(code)) for code in ("denied_third_party_rights", "other_unpaid"))
    report.requests[first], report.requests[second] = report.requests[second], report.requests[first]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed) == {}
    assert row_of(parsed, "other_unpaid") == FIGURES["requests"]["other_unpaid"]


@LAYOUTS
def test_rows_of_a_group_as_one_row_of_their_sum_are_told_as_missing(report, parse_text, layout):
    report.requests = [
        row for row in report.requests if row[0] not in {report.labels[code] for code in report.labels if "denied_" in code}
    ]
    at = report.requests.index(["（三）不予公开"])
    report.requests[at] = ["（三）不予公开", "3", "1", "0", "1", "0", "0", "5"]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


# -- other tables than the form's ----------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("others", ["法人或其他组织", "法人", "其他"])
def test_a_table_of_three_columns_is_not_spread_over_seven(report, parse_text, layout, others):
    for row in report.requests:
        if is_row(report, row):
            row[1:] = [row[1], str(sum(map(int, row[2:7]))), row[7]]
    report.requests[0] = ["申请事项", "自然人", others, "总计"]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
def test_applicants_as_rows_are_not_read_as_columns(report, parse_text, layout):
    rows = [row for row in report.requests if is_row(report, row)]
    report.requests = [
        ["", *(row[0] for row in rows)],
        *([name, *(row[1 + at] for row in rows)] for at, name in enumerate(APPLICANTS)),
    ]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize("way", ["procedures as rows", "results as rows"])
def test_disputes_in_rows_are_not_read_as_one_row(report, parse_text, layout, way):
    figures = FIGURES["reconsideration_litigation"]
    if way == "procedures as rows":
        report.disputes = [["", *RESULTS], *([name, *map(str, figures[code])] for code, name in PROCEDURES.items())]
    else:
        report.disputes = [
            ["", *PROCEDURES.values()],
            *([name, *(str(figures[code][at]) for code in PROCEDURES)] for at, name in enumerate(RESULTS)),
        ]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
def test_two_halves_of_the_rows_side_by_side_are_read_or_told(report, parse_text, layout):
    rows = [row for row in report.requests if is_row(report, row)]
    half = (len(rows) + 1) // 2
    right = [*rows[half:], [""] * 8]
    report.requests = [["项目", *APPLICANTS] * 2, *(left + other for left, other in zip(rows[:half], right, strict=True))]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


# -- disputes ------------------------------------------------------------------------------------------------------------


def test_a_row_of_results_moved_left_is_told_as_a_whole(write_report, parse_text):
    """The first cell is lost and a blank at the end fills the row up: fifteen figures stand and fall together."""
    report = write_report()
    report.disputes[3] = ["1", "0", "0", "1", "2", "0", "1", "0", "3", "0", "0", "3", "4", "7", ""]
    parsed = parse_text(report.html())
    assert {("reconsideration_litigation", row) for row in PROCEDURES} <= told_rows(parsed)


@TEXTS
def test_sixteen_results_of_which_one_is_empty_are_not_fifteen(write_report, parse_text, layout):
    report = write_report()
    report.disputes[3] = ["2", "0", "0", "0", "0", "2", "0", "1", "0", "3", "4", "2", "0", "", "3", "5"]
    parsed = parse_text(getattr(report, layout)())
    assert {("reconsideration_litigation", row) for row in PROCEDURES} <= told_rows(parsed)


@LAYOUTS
@pytest.mark.parametrize("year", ["2024年", "2024", "本年"])
def test_a_year_before_the_row_of_results_is_no_result(report, parse_text, layout, year):
    report.disputes[3].insert(0, year)
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize("named", [True, False], ids=["years named", ""])
@pytest.mark.parametrize("first", [True, False], ids=["last year first", "last year behind"])
def test_last_years_row_of_results_is_not_taken_for_this_years(report, parse_text, layout, named, first):
    rows = [["2023年", *["0"] * 15], ["2024年", *report.disputes[3]]] if named else [["0"] * 15, report.disputes[3]]
    report.disputes[3:] = rows if first else rows[::-1]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
@pytest.mark.parametrize(
    "form", ["{}(3)", "{}（上年3）", "{}/3", "3/{}", "{}.0", "{} 3", "约{}", ">{}", "{}余", "({})", "{}%", "共{}件", "{}↑"]
)
def test_what_stands_beside_a_figure_in_its_cell_changes_it_not_in_silence(report, parse_text, layout, form):
    for row in (report.row("granted"), report.row("regulations"), report.row("administrative_licenses")):
        row[1] = form.format(row[1])
    report.disputes[3][0] = form.format(report.disputes[3][0])
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


# -- columns and rows told apart by where they stand ---------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("form", ["2021", "2019"])
def test_the_number_of_the_next_row_does_not_fill_a_blank_that_left_no_trace(write_report, parse_text, layout, form):
    """One cell a line: 行政许可, figures, a blank that is gone, 4, the label of the fourth row."""
    report = write_report(form=form, year={"2021": 2024, "2019": 2020}[form])
    row = report.row("administrative_licenses")
    row[-1] = ""
    number = 0
    for other in report.proactive:
        if is_row(report, other):
            number += 1
            other.insert(0, str(number))
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "administrative_licenses")[-1] is None or (
        ("proactive_disclosure", "administrative_licenses") in told_rows(parsed)
    )


@LAYOUTS
@pytest.mark.parametrize("name", ["行次", "序号", "单位"])
def test_a_column_between_measure_and_figure_is_not_the_figure(report, parse_text, layout, name):
    """Section 二 unpivoted: 信息内容, 统计项目, 行次, 数量."""
    rows = [["信息内容", "统计项目", name, "数量"]]
    heads = []
    for row in report.proactive:
        if row[0] == "信息内容":
            heads = row[1:]
        elif is_row(report, row):
            rows += [
                [row[0], head, str(len(rows) + at), text] for at, (head, text) in enumerate(zip(heads, row[1:], strict=True))
            ]
    report.proactive = rows
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@TEXTS
def test_headings_of_two_years_lend_an_empty_row_no_figures_of_last_year(report, parse_text, layout):
    for row in report.requests:
        if len(row) == 8:
            row[1:] = row[1:] * 2
    report.row("granted")[1:] = ["7", "0", "0", "0", "0", "0", "7", *[""] * 7]
    parsed = parse_text(getattr(report, layout)())
    assert wrong_in_silence(parsed, written() | {("requests", "granted"): [None] * 7}) == {}


@LAYOUTS
@pytest.mark.parametrize("table", ["proactive", "requests"])
def test_labels_behind_their_figures_take_none_of_the_next_row(report, parse_text, layout, table):
    for row in getattr(report, table):
        if is_row(report, row):
            row[:] = [*row[1:], row[0]]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
def test_two_rows_in_the_cells_of_one_are_not_put_together(report, parse_text, layout):
    """252 and 4, 55 and 0, 307 and 4: as 2524, 550 and 3074 they tally as well."""
    report.row("unavailable_not_held")[1:] = ["252 4", "55 0", "1 0", "1 0", "1 0", "1 0", "311 4"]
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "unavailable_not_held")[0] in (252, None) or ("requests", "unavailable_not_held") in told_rows(parsed)


@pytest.mark.parametrize("layout", ["piped", "html"])
@pytest.mark.parametrize("corner", ["项目", ""])
def test_the_total_in_the_second_place_of_a_line_is_read_there(write_report, parse_text, layout, corner):
    """One cell a line this is how two levels of headings come out, and the total stands last."""
    figures = {row: [0, 0, 0, 0, 0, 1, 1] for row in ("new_received", "granted", "total_handled")}
    report = write_report({"requests": figures})
    report.requests[0][0] = corner
    for row in report.requests:
        if len(row) == 8:
            row[1:] = [row[1], row[7], *row[2:7]]
    expected = {("requests", row): values for row, values in figures.items()}
    assert wrong_in_silence(parse_text(getattr(report, layout)()), expected) == {}


@LAYOUTS
def test_ways_to_court_in_another_order_follow_their_headings_or_are_told(report, parse_text, layout):
    """Every sum holds in whatever order they are read."""
    figures = report.disputes[3]
    report.disputes[1][5:] = ["复议后起诉", "未经复议直接起诉"]
    report.disputes[3] = [*figures[:5], *figures[10:], *figures[5:10]]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


@LAYOUTS
def test_litigation_before_reconsideration_is_not_read_the_other_way_round(report, parse_text, layout):
    """Every sum holds in whatever order the procedures are read."""
    figures = report.disputes[3]
    report.disputes = [
        ["行政诉讼", *[""] * 9, "行政复议", *[""] * 4],
        ["未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 9],
        RESULTS * 3,
        [*figures[5:], *figures[:5]],
    ]
    if layout == "text":
        report.disputes = [[text for text in row if text] for row in report.disputes]
    assert wrong_in_silence(parse_text(getattr(report, layout)())) == {}


def test_an_empty_figure_beside_last_years_takes_none_of_last_year(report, parse_text):
    for row in report.proactive:
        if len(row) == 2 and row[0] != "信息内容":
            row[1:] = ["9", row[1]]
    report.row("administrative_fees")[1:] = ["", "7"]
    parsed = parse_text(report.piped())
    assert row_of(parsed, "administrative_fees") == [None] or ("proactive_disclosure", "administrative_fees") in told_rows(parsed)


def test_headings_in_a_line_with_spaces_behind_a_word_that_is_none_give_their_order(report, parse_text):
    report.requests[0] = ["项目", "总计", *APPLICANTS[:-1]]
    for row in report.requests[1:]:
        if len(row) == 8:
            row[1:] = [row[7], *row[1:7]]
    lines = report.piped().split("\n")
    text = "\n".join(" ".join(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
    assert wrong_in_silence(parse_text(text)) == {}
