"""Labels as hands and pages leave them: with a slip, with a group or a unit beside, numbered otherwise, broken in pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gx_pipeline.documents import normalize
from gx_pipeline.parsing.labels import labels_of, read_label, vocabulary

WORDING = yaml.safe_load((Path(__file__).parents[1] / "forms" / "official_wording.yml").read_text("utf-8"))
NAMED = [
    (table, kind, code, label)
    for tables in WORDING.values()
    for table, wording in tables.items()
    for kind in ("row", "column")
    for code, label in wording[f"{kind}s"].items()
]
GROUPS = sorted({group for tables in WORDING.values() for groups in tables["requests"]["groups"].values() for group in groups})
LABELS = sorted({normalize(label) for *_, label in NAMED} | set(map(normalize, GROUPS)))
LETTERS = sorted(vocabulary().letters)
UNPAID = "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
PUBLICATION = "3.要求提供公开出版物"
FIGURES = [12, 3, 0, 1, 0, 2, 18]


def slips(label: str) -> Iterator[str]:
    """The label with one letter lost, doubled, swapped with the next, wrong or too many."""
    some = random.Random(label)
    for at, letter in enumerate(label):
        yield label[:at] + label[at + 1 :]
        yield label[:at] + letter + label[at:]
        yield label[:at] + label[at + 1 : at + 2] + letter + label[at + 2 :]
        for other in ("好", *some.sample(LETTERS, 8)):
            yield label[:at] + other + label[at + 1 :]
            yield label[:at] + other + label[at:]


def row_of(report, row):
    return [cell.value for cell in report.cells if cell.key.row == row]


def told_rows(report):
    return {key.row for finding in report.findings if finding.severity != "info" for key in finding.cells}


def rows_wrong(report, filled):
    """Rows of section 三, all 0 but one, that hold another figure and are not told."""
    told = told_rows(report) | {filled}
    return {cell.key.row for cell in report.cells if cell.key.table == "requests" and cell.value != 0} - told


# -- slips ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
def test_a_label_with_one_letter_wrong_is_that_label_or_nothing(label):
    own = labels_of(label)
    taken_for_another = [slip for slip in slips(label) if (found := labels_of(slip)) and not found & own]
    assert taken_for_another == []


def test_most_labels_with_one_letter_wrong_are_read():
    """The price of never taking one for another: only the short ones are given up."""
    written = [slip for label in LABELS if len(label) > 7 for slip in slips(label)]
    read = [slip for slip in written if labels_of(slip)]
    assert len(read) / len(written) > 0.95


def test_a_label_read_in_spite_of_a_slip_says_as_what():
    assert read_label("1.属于国家秘蜜").slip == "1属于国家秘密"
    assert read_label("1.属于国家秘密").slip is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("行政处可", id="处罚 or 许可"),
        pytest.param("行政强罚", id="处罚 or 强制"),
        pytest.param("重复申报投诉", id="far from both"),
    ],
)
def test_where_two_labels_are_as_near_there_is_none(text):
    assert labels_of(text) == frozenset()


@pytest.mark.parametrize("text", ["其它", "规长", "自然入", "总汁", "共他", "规"])
def test_a_short_label_is_not_guessed(text):
    assert read_label(text).slip is None


@pytest.mark.parametrize(
    "text",
    [
        "本年新收政府信息公开申请5件",
        "其中予以公开2件",
        "不予公开的3件均属于国家秘密",
        "行政许可和行政处罚均已公示",
        "一、本年新收政府信息公开申请数量较多的是哪些部门",
        "2024年制发行政规范性文件3件",
        "重复申请1件,已答复",
        "四、结转下年度继续办理0件",
        "上年结转政府信息公开申请1件",
        "主动公开行政许可信息",
        "属于行政执法案卷的不予公开",
        "对行政处罚决定进行公示",
        "结果维持2件,结果纠正0件",
        "3.其他工作",
        "总计划",
        "自然人和法人",
    ],
)
def test_a_line_of_the_narrative_is_no_label_of_a_row(text):
    assert {label.kind for label in labels_of(normalize(text))} & {"row", "column"} == set()


@pytest.mark.parametrize("layout", ["text", "piped", "html"])
@pytest.mark.parametrize("code", ["denied_state_secret", "other_unpaid", "carried_in", "normative_documents"])
def test_a_row_whose_label_has_a_slip_keeps_its_figures_and_is_told(write_report, parse_text, by_rule, layout, code):
    report = write_report(
        {"requests": {code: FIGURES}, "proactive_disclosure": {code: {"made": 4, "repealed": 1, "in_force": 9}}}
    )
    row = report.row(code)
    row[0] = row[0][:-2] + "好" + row[0][-1]
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, code) == ([4, 1, 9] if code == "normative_documents" else FIGURES)
    (finding,) = by_rule(parsed, "label_slip")
    assert {key.row for key in finding.cells} == {code}


@pytest.mark.parametrize("layout", ["text", "piped", "html"])
def test_a_slip_does_not_take_the_place_of_the_row_that_is_there(write_report, parse_text, by_rule, layout):
    """Two rows, one with the very label, one with a slip of it: the second is another row."""
    report = write_report({"requests": {"denied_other_law": FIGURES}})
    row = report.row("denied_other_law")
    report.requests.insert(report.requests.index(row) + 1, ["2.其他法律行政法规禁止公升", *"9000009"])
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "denied_other_law") == FIGURES
    assert "公升" in by_rule(parsed, "unknown_row")[0].message


# -- what stands before and behind a label -------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "kind", "code", "label"), NAMED, ids=lambda part: part if isinstance(part, str) else None)
def test_a_unit_behind_a_label_leaves_it_the_label(table, kind, code, label):
    for unit in ("（件）", "（单位：件）", "(件)", "[件]"):
        if "单位" not in label:
            found = read_label(normalize(label + unit))
            assert (table, kind, code) in found.labels
            assert found.unit == "件"


@pytest.mark.parametrize("unit", ["元", "万元", "亿元"])
def test_the_unit_of_an_amount_is_kept_beside_its_label(unit):
    assert read_label(normalize(f"采购总金额（{unit}）")).unit == unit
    assert read_label(normalize(f"本年收费金额（单位：{unit}）")).unit == unit


@pytest.mark.parametrize("numbering", ["①", "(1)", "1、", "1.", "1 ", "⒈", "⑴", "（1）", "1．", ""])
def test_a_row_is_the_same_whatever_its_number_looks_like(numbering):
    assert {label.code for label in labels_of(normalize(f"{numbering}属于国家秘密"))} == {"denied_state_secret"}


@pytest.mark.parametrize("numbering", ["㈠", "(一)", "（一）", "一、", "[一]", "一．", ""])
def test_a_group_or_row_is_the_same_whatever_its_numeral_looks_like(numbering):
    assert {label.code for label in labels_of(normalize(f"{numbering}予以公开"))} == {"granted"}


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("三、本年度办理结果（一）予以公开", "granted"),
        ("三、本年度办理结果（三）不予公开1.属于国家秘密", "denied_state_secret"),
        ("（四）无法提供 1.本机关不掌握相关政府信息", "unavailable_not_held"),
        ("（五）不予处理1.信访举报投诉类申请", "not_processed_petition"),
        ("（六）其他处理3.其他", "other_other"),
        ("三、本年度办理结果（七）总计", "total_handled"),
    ],
)
def test_groups_printed_before_a_label_in_its_cell_are_passed_over(printed, code):
    assert code in {label.code for label in labels_of(normalize(printed)) if label.kind == "row"}


@pytest.mark.parametrize("layout", ["text", "piped", "html"])
def test_rows_that_carry_their_groups_in_their_cell_keep_their_figures(write_report, parse_text, layout):
    report = write_report({"requests": {"denied_state_secret": FIGURES, "not_processed_petition": FIGURES}})
    for code, groups in (
        ("denied_state_secret", "三、本年度办理结果（三）不予公开"),
        ("not_processed_petition", "（五）不予处理"),
    ):
        report.row(code)[0] = groups + report.labels[code]
        report.labels[code] = groups + report.labels[code]
    parsed = parse_text(getattr(report, layout)())
    assert row_of(parsed, "denied_state_secret") == row_of(parsed, "not_processed_petition") == FIGURES


# -- in pieces -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [2, 3, 4])
@pytest.mark.parametrize("code", ["new_received", "partially_granted", "other_unpaid", "not_processed_reconfirmation"])
def test_a_label_broken_over_lines_is_one(write_report, parse_text, code, pieces):
    report = write_report({"requests": {code: FIGURES}})
    row = report.row(code)
    size = -(-len(row[0]) // pieces)
    row[0] = "\n".join(row[0][at : at + size] for at in range(0, len(row[0]), size))
    parsed = parse_text(report.text().replace(" |", ""))
    assert row_of(parsed, code) == FIGURES
    assert rows_wrong(parsed, code) == set()


@pytest.mark.parametrize("cut", range(3, len(UNPAID) - 1, 5))
@pytest.mark.parametrize("beside", ["first", "last"])
def test_a_label_broken_over_rows_of_a_grid_is_one_wherever_its_figures_stand(write_report, parse_text, cut, beside):
    report = write_report({"requests": {"other_unpaid": FIGURES}})
    row = report.row("other_unpaid")
    figures, empty = row[1:], [""] * 7
    at = report.requests.index(row)
    first, last = UNPAID[:cut], UNPAID[cut:]
    pair = [[first, *figures], [last, *empty]] if beside == "first" else [[first, *empty], [last, *figures]]
    report.requests[at : at + 1] = pair
    parsed = parse_text(report.html())
    assert row_of(parsed, "other_unpaid") == FIGURES
    assert rows_wrong(parsed, "other_unpaid") == set()


@pytest.mark.parametrize("between", ["", "<p>— 5 —</p>", "<p>第 5 页</p>"])
@pytest.mark.parametrize("beside", ["first", "last"])
@pytest.mark.parametrize("again", [False, True], ids=["", "headings again"])
def test_a_label_broken_by_a_page_is_one(write_report, parse_text, between, beside, again):
    report = write_report({"requests": {"other_unpaid": FIGURES}})
    row = report.row("other_unpaid")
    at = report.requests.index(row)
    cells = [row[1:], [""] * 7]
    first, last = cells if beside == "first" else reversed(cells)
    report.requests[at : at + 1] = [[UNPAID[:20], *first], *([report.requests[0]] if again else []), [UNPAID[20:], *last]]
    page = report.html()
    place = page.index("</tr>", page.index(UNPAID[:20])) + len("</tr>")
    parsed = parse_text(page[:place] + f"</table>{between}<table>" + page[place:])
    assert row_of(parsed, "other_unpaid") == FIGURES
    assert rows_wrong(parsed, "other_unpaid") == set()


@pytest.mark.parametrize("remnant", ["", "三、", "办理结果", "（六）其他", "理"])
def test_what_a_page_break_leaves_of_the_groups_beside_a_broken_label_is_no_figure(write_report, parse_text, remnant):
    report = write_report({"requests": {"other_unpaid": FIGURES}})
    row = report.row("other_unpaid")
    at = report.requests.index(row)
    rows = [[cells[0], "", *cells[1:]] for cells in report.requests]
    rows[at : at + 1] = [["（六）其他处理", UNPAID[:20], *[""] * 7], [remnant, UNPAID[20:], *row[1:]]]
    rows = [rows[0], *([cells[1], cells[0], *cells[2:]] if len(cells) == 9 and cells[1] == "" else cells for cells in rows[1:])]
    report.requests = rows
    parsed = parse_text(report.html())
    assert row_of(parsed, "other_unpaid") == FIGURES
    assert rows_wrong(parsed, "other_unpaid") == set()


def test_a_label_that_goes_on_under_its_figures_takes_no_figure_of_the_next_row(write_report, parse_text):
    """Pipes: the first piece with the figures, the rest of the label alone on the next line, then the next row."""
    report = write_report({"requests": {"not_processed_publication": FIGURES, "not_processed_excessive": [1, 0, 0, 0, 0, 0, 1]}})
    row = report.row("not_processed_publication")
    at = report.requests.index(row)
    report.requests[at : at + 1] = [[PUBLICATION[:6], *row[1:]], [PUBLICATION[6:], *[""] * 7]]
    parsed = parse_text(report.piped())
    assert row_of(parsed, "not_processed_publication") == FIGURES
    assert row_of(parsed, "not_processed_excessive") == [1, 0, 0, 0, 0, 0, 1]
