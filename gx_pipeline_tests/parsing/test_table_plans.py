"""Tables of one shape are laid out once: what is read after a plan is what is read from the ground up, whatever the figures."""

from __future__ import annotations

import random

import pytest

from gx_pipeline.parsing import tables as tables_module
from gx_pipeline.parsing.tables import MAX_PLANS, read_tables
from gx_pipeline.parsing.tokens import tokenize

LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])
COUNTS = ("0", "0", "0", "5", "12", "", "/", "—", "5①", "1 2", "0 0", "3.5", "-3", "７", "十二", "5件", "1,204", "见附件")
AMOUNTS = ("0", "3.5", "35000元", "3.5万元", "", "/", "35000", "5件", "-3")


@pytest.fixture(autouse=True)
def no_plans_yet(monkeypatch):
    """Each test begins without plans and leaves none behind."""
    monkeypatch.setattr(tables_module, "_plans", {})
    monkeypatch.setattr(tables_module, "_codes_of_shape", {})


def read(stream, year, **how):
    found = read_tables(stream, year, **how)
    return found.forms, found.cells, found.findings, found.lines, found.found


@pytest.fixture
def reads_the_same(read_document):
    """Whether documents, read one after the other and again, read as each does by itself."""

    def check(*texts: str, year: int = 2024) -> bool:
        streams = [tokenize(read_document(text)) for text in texts]
        alone = [read(stream, year, planned=False) for stream in streams]
        return all(read(stream, year) == expected for _ in range(2) for stream, expected in zip(streams, alone, strict=True))

    return check


def fill(report, some):
    """Figures by chance in every cell."""
    for table in (report.proactive, report.requests):
        for row in table:
            if row[0] in report.labels.values():
                amounts = "收费" in row[0] or "采购" in row[0]
                row[1:] = [some.choice(AMOUNTS if amounts else COUNTS) for _ in row[1:]]
    report.disputes[3] = [some.choice(COUNTS) for _ in report.disputes[3]]
    return report


@LAYOUTS
@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("seed", range(2))
def test_whatever_stands_in_the_cells_a_plan_makes_no_difference(write_report, reads_the_same, layout, form, seed):
    some = random.Random(seed)
    year = 2024 if form == "2021" else 2020
    reports = [fill(write_report(form=form, year=year), some) for _ in range(8)]
    assert reads_the_same(*(getattr(report, layout)() for report in reports), year=year)


@LAYOUTS
@pytest.mark.parametrize("first", ["5", "", "/", "5①", "见附件"])
@pytest.mark.parametrize("table", ["proactive", "requests", "disputes"])
def test_a_plan_made_of_one_kind_of_cells_serves_another(write_report, reads_the_same, layout, first, table):
    """A whole table of the same thing, then the plain report, one with a row of blanks, and the first again."""

    def full_of(text):
        report = write_report()
        for row in getattr(report, table):
            if row[0] in report.labels.values() or row is report.disputes[3]:
                start = 0 if table == "disputes" else 1
                row[start:] = [text] * len(row[start:])
        return getattr(report, layout)()

    plain = write_report()
    emptied = write_report()
    emptied.row("granted")[1:] = [""] * 7
    emptied.row("regulations")[1:] = [""] * 3
    assert reads_the_same(full_of(first), getattr(plain, layout)(), getattr(emptied, layout)(), full_of("7"), full_of(""))


@LAYOUTS
def test_a_table_of_blanks_only_makes_no_plan_for_one_with_figures(write_report, reads_the_same, layout):
    empty = write_report()
    for row in (*empty.proactive, *empty.requests):
        if row[0] in empty.labels.values():
            row[1:] = [""] * len(row[1:])
    empty.disputes[3] = [""] * 15
    full = write_report({"requests": {"granted": [1, 2, 3, 4, 5, 6, 21]}})
    texts = [getattr(report, layout)() for report in (empty, full)]
    assert reads_the_same(*texts)
    assert reads_the_same(*reversed(texts))


@LAYOUTS
def test_an_amount_in_yuan_with_and_without_its_unit(write_report, reads_the_same, layout):
    texts = []
    for printed in ("35000", "35000元", "3.5万元", "0", "", "3.5万元①"):
        report = write_report(form="2019", year=2020)
        report.row("government_procurement")[1:] = ["7", printed]
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts, year=2020)


@LAYOUTS
def test_units_in_headings(write_report, reads_the_same, layout):
    texts = []
    for unit in ("万元", "元", "亿元", "万元"):
        report = write_report()
        heading = next(row for row in report.proactive if "收费金额" in row[-1])
        heading[-1] = f"本年收费金额（单位：{unit}）"
        report.row("administrative_fees")[1] = "3500"
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_labels_with_different_slips(write_report, reads_the_same, layout):
    """Two slips of one label are of one shape; the finding must quote the one that is printed."""
    texts = []
    for label in ("1.属于国家秘蜜", "1.属于国家密秘", "1.属于国家秘密", "1.厲于国家秘密"):
        report = write_report()
        report.row("denied_state_secret")[0] = label
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_foreign_rows_of_different_names(write_report, reads_the_same, layout):
    texts = []
    for label, figures in (("9.属于工作秘密", "3000003"), ("10.属于商业秘密", "4000004"), ("其中：网上申请", "0000000")):
        report = write_report()
        report.requests.insert(report.requests.index(report.row("denied_administrative_inquiry")) + 1, [label, *figures])
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_rows_that_only_their_sums_place(write_report, reads_the_same, layout):
    """Six cells for seven columns: the figures say which is missing, each time anew."""
    texts = []
    for figures in ([20, 6, 1, 3, 2, 32], [20, 6, 1, 0, 3, 30], [6, 1, 0, 3, 2, 12]):
        whole = {row: [20, 6, 1, 0, 3, 2, 32] for row in ("new_received", "granted", "total_handled")}
        report = write_report({"requests": whole})
        report.row("granted")[1:] = list(map(str, figures))
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_rows_without_labels(write_report, reads_the_same, layout):
    texts = []
    for figures in ([2, 1, 0, 0, 0, 0, 3], [2, 1, 0, 0, 0, 0, 4], [""] * 7):
        report = write_report({"requests": {"denied_internal_affairs": figures}})
        report.row("denied_internal_affairs")[0] = ""
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_columns_in_another_order(write_report, reads_the_same, layout):
    """总计 first: the order is proven by figures, which may fail to prove it the next time."""
    texts = []
    for figures in ([20, 6, 1, 0, 3, 2, 32], [0] * 7, [0, 0, 0, 0, 0, 1, 1], [1, 1, 1, 1, 1, 1, 9]):
        report = write_report({"requests": dict.fromkeys(("new_received", "granted", "total_handled"), figures)})
        for row in report.requests:
            if len(row) == 8:
                row[1:] = [row[7], *row[1:7]]
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_a_table_printed_twice_alike_and_otherwise(write_report, reads_the_same, layout):
    texts = []
    for figures in ([0] * 7, [1, 0, 0, 0, 0, 0, 1], [""] * 7):
        report, other = write_report(), write_report({"requests": {"granted": figures}})
        report.requests += other.requests
        texts.append(getattr(report, layout)())
    assert reads_the_same(*texts)


@LAYOUTS
def test_other_years_and_forms_between(write_report, read_document, layout):
    """The year decides the form where the labels leave it open: a plan of the one form is none of the other."""
    reports = [write_report(form="2019", year=2020), write_report(), write_report(requests_form="2019"), write_report()]
    reports[3].proactive = []
    streams = [tokenize(read_document(getattr(report, layout)())) for report in reports]
    readings = [(stream, year) for stream in streams for year in (2019, 2020, 2021, 2024, None)]
    alone = [read(stream, year, planned=False) for stream, year in readings]
    for _ in range(2):
        assert [read(stream, year) for stream, year in readings] == alone


def test_no_more_plans_are_kept_than_the_bound(write_report, read_document, monkeypatch):
    """Thousands of shapes, as from a crawl of every portal: the oldest plans make room."""
    monkeypatch.setattr(tables_module, "MAX_PLANS", 6)
    some = random.Random(1)
    for _ in range(15):
        report = write_report()
        for row in some.sample(report.requests[2:], 3):
            row.append("0")
        stream = tokenize(read_document(report.piped()))
        assert read(stream, 2024) == read(stream, 2024, planned=False)
        assert len(tables_module._plans) <= 6
        assert len(tables_module._codes_of_shape) <= 6
    assert len(tables_module._plans) == 6


def test_the_bound_is_one_that_memory_bears():
    assert 0 < MAX_PLANS <= 1 << 14


@pytest.mark.parametrize("rest", ["7", "三", "零"])
def test_a_figure_where_a_page_break_left_the_numeral_of_a_group_is_not_lost_to_a_plan(write_report, reads_the_same, rest):
    """Pipes: before a label stand 三 (what is left of 三、本年度办理结果) or a figure, which has to be told."""

    def before_a_label(text):
        report = write_report()
        report.row("granted").insert(0, text)
        return report.piped()

    assert reads_the_same(before_a_label("三"), before_a_label(rest), before_a_label("7"))


def test_a_numeral_that_begins_a_row_of_figures_is_one_of_them(write_report, parse_text, read_document, lost_numbers):
    """A label above its figures, which are written in Chinese."""
    report = write_report({"requests": {row: [3, 0, 0, 0, 0, 0, 3] for row in ("new_received", "granted", "total_handled")}})
    figures = report.row("granted")
    text = report.piped().replace("| " + " | ".join(figures) + " |", f"{figures[0]}\n| 三 | 零 | 零 | 零 | 零 | 零 | 三 |")
    parsed = parse_text(text)
    assert [cell.value for cell in parsed.cells if cell.key.row == "granted"] == [3, 0, 0, 0, 0, 0, 3]
    assert lost_numbers(read_document(text), parsed) == []


@LAYOUTS
@pytest.mark.parametrize(
    "other", ["共12", "另有政策解读稿件12", "2024年公开12件。", "2024年公开政府信息12件。", "另有说明", "说明"]
)
def test_a_text_between_rows_is_told_or_not_whatever_stood_there_before(write_report, reads_the_same, layout, other):
    def between(text):
        report = write_report()
        report.requests.insert(report.requests.index(report.row("granted")) + 1, [text])
        return getattr(report, layout)()

    assert reads_the_same(between("2024年公开政府信息12件。"), between(other), between("另有政策解读稿件若干"), between("说明"))


def test_an_empty_line_below_a_label_is_not_taken_for_its_cells_by_a_plan(write_report, reads_the_same):
    """A grid: the label in one line, its cells in the next."""

    def below(text):
        report = write_report()
        row = report.row("granted")
        report.requests.insert(report.requests.index(row) + 1, ["", *[text] * 7])
        del row[1:]
        return report.html()

    assert reads_the_same(below("0"), below(""), below("0"))
