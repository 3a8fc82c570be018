"""Workbooks as shown: merged cells spread out, hidden things left out, numbers without noise, narrative apart from the grid."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from gx_pipeline.documents import Document, describe, read_bytes
from gx_pipeline.documents.kinds import XLS, XLSX
from gx_pipeline.documents.sheets import printed
from gx_pipeline.errors import Refusal


def xlsx(fill: Callable[[Any], None], patch: Callable[[str, bytes], bytes] = lambda name, content: content) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = "表"
    fill(workbook.active)
    file, patched = io.BytesIO(), io.BytesIO()
    workbook.save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(patched, "w") as new:
        for name in old.namelist():
            new.writestr(name, patch(name, old.read(name)))
    return patched.getvalue()


def xls(fill: Callable[[Any], None]) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    fill(workbook.add_sheet("表"))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def read(data: bytes) -> Document:
    return read_bytes(data, describe(data, "report"))


def outcome(data: bytes) -> str:
    """The code with which a workbook is refused, or `read`."""
    try:
        read(data)
    except Refusal as refusal:
        return refusal.code
    return "read"


def put(rows: list[list[Any]], *merged: str, at: tuple[int, int] = (1, 1)) -> Callable[[Any], None]:
    def fill(sheet: Any) -> None:
        for down, values in enumerate(rows):
            for right, value in enumerate(values):
                sheet.cell(at[0] + down, at[1] + right).value = value
        for area in merged:
            sheet.merge_cells(area)

    return fill


def lines(document: Document) -> list[tuple[str, list[str]]]:
    """Place and cells of each line; of narrative the cells are one text."""
    return [
        (
            line.at.removeprefix("sheet 表 "),
            [found.text if found.kind == "text" else f"[{found.kind}]" for found in line.cells] if line.table else line.text,
        )
        for line in document.lines
    ]


TABLE = [["信息内容", "本年制发件数"], ["规章", 1], ["规范性文件", None]]


def test_merged_cells_cover_their_neighbours():
    document = read(xlsx(put([["甲", "乙", None], [None, 1, 2], ["丙", 3, 4]], "A1:A2", "B1:C1")))
    assert lines(document) == [
        ("row 1", ["甲", "乙", "[covered]"]),
        ("row 2", ["[covered]", "1", "2"]),
        ("row 3", ["丙", "3", "4"]),
    ]


def test_merged_cells_of_old_workbooks_cover_their_neighbours():
    def fill(sheet: Any) -> None:
        sheet.write_merge(0, 1, 0, 0, "甲")
        sheet.write_merge(0, 0, 1, 2, "乙")
        sheet.write(1, 1, 1)
        sheet.write(1, 2, 2.5)

    data = xls(fill)
    assert describe(data, "x").media_type == XLS
    assert lines(read(data)) == [("row 1", ["甲", "乙", "[covered]"]), ("row 2", ["[covered]", "1", "2.5"])]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (12, "12"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (10.8, "10.8"),
        (1e16, "10000000000000000"),
        (1234567.25, "1234567.25"),
        (float("nan"), "nan"),
        (True, "TRUE"),
        ("012", "012"),
    ],
)
def test_numbers_are_printed_without_noise(value, text):
    assert printed(value) == text


def test_values_of_every_kind_are_text():
    rows = [["甲", 5, "7", True, dt.date(2025, 1, 15), "一\n二"]]
    (line,) = read(xlsx(put(rows))).lines
    assert [cell.text for cell in line.cells] == ["甲", "5", "7", "TRUE", "2025-01-15", "一 二"]


def test_an_error_is_text_and_not_an_empty_cell():
    def fill(sheet: Any) -> None:
        put([["甲", "#REF!", 1]])(sheet)
        sheet["B1"].data_type = "e"

    assert lines(read(xlsx(fill))) == [("row 1", ["甲", "#REF!", "1"])]


def test_an_error_of_an_old_workbook_is_text_and_not_an_empty_cell():
    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "甲")
        sheet.row(0).set_cell_error(1, "#DIV/0!")
        sheet.write(0, 2, 1)

    assert lines(read(xls(fill))) == [("row 1", ["甲", "#DIV/0!", "1"])]


def test_a_raised_digit_joins_no_figure():
    raised = CellRichText("5", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    assert lines(read(xlsx(put([["甲", raised]])))) == [("row 1", ["甲", "5¹"])]


def test_a_raised_digit_in_a_shared_text_joins_no_figure():
    raised = b'<si><r><t>5</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si>'
    shared = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + raised + b"</sst>"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"

    def patch(name: str, content: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return re.sub(rb'<c r="B1"[^>]*>.*?</c>', b'<c r="B1" t="s"><v>0</v></c>', content)
        if name == "xl/_rels/workbook.xml.rels":
            relation = f'<Relationship Id="rId77" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
            return content.replace(b"</Relationships>", relation.encode())
        return content

    data = xlsx(put([["甲", 9]]), patch)
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", shared)
    assert lines(read(file.getvalue())) == [("row 1", ["甲", "5¹"])]


def test_a_formula_that_was_never_calculated_is_refused():
    with pytest.raises(Refusal) as refused:
        read(xlsx(put([["甲", "=1+1"]])))
    assert refused.value.code == "unreadable"
    assert "sheet 表 row 1" in refused.value.message


def test_hidden_sheets_rows_and_columns_are_not_read():
    def fill(sheet: Any) -> None:
        put([["甲", "旧", "乙"], ["丙", 9, 1], ["草稿", 9, 9], ["丁", 9, 2]])(sheet)
        sheet.column_dimensions["B"].hidden = True
        sheet.row_dimensions[3].hidden = True
        draft = sheet.parent.create_sheet("底稿")
        put([["甲", 9]])(draft)
        draft.sheet_state = "veryHidden"

    assert lines(read(xlsx(fill))) == [
        ("row 1", ["甲", "[covered]", "乙"]),
        ("row 2", ["丙", "[covered]", "1"]),
        ("row 4", ["丁", "[covered]", "2"]),
    ]


def test_hidden_rows_and_columns_of_an_old_workbook_are_not_read():
    def fill(sheet: Any) -> None:
        for row, values in enumerate((["甲", "旧", "乙"], ["草稿", 9, 9], ["丁", 9, 2])):
            for column, value in enumerate(values):
                sheet.write(row, column, value)
        sheet.col(1).hidden = True
        sheet.row(1).hidden = True

    assert lines(read(xls(fill))) == [("row 1", ["甲", "[covered]", "乙"]), ("row 3", ["丁", "[covered]", "2"])]


def test_a_merged_cell_shows_its_text_though_it_begins_in_a_hidden_column():
    def fill(sheet: Any) -> None:
        put([["甲", None, "乙"], [9, "丙", 1]], "A1:B1")(sheet)
        sheet.column_dimensions["A"].hidden = True

    assert lines(read(xlsx(fill))) == [("row 1", ["[covered]", "甲", "乙"]), ("row 2", ["[covered]", "丙", "1"])]


def test_a_table_away_from_the_corner_keeps_its_rows_and_its_cells_together():
    document = read(xlsx(put(TABLE, at=(4, 3))))
    assert lines(document) == [
        ("row 4", ["[gap]", "[gap]", "信息内容", "本年制发件数"]),
        ("row 5", ["[gap]", "[gap]", "规章", "1"]),
        ("row 6", ["[gap]", "[gap]", "规范性文件", "[blank]"]),
    ]
    assert document.lines[1].locator(3) == "sheet 表 row 5 cell 4"


def test_an_empty_row_parts_tables_and_is_no_row():
    document = read(xlsx(put([*TABLE, [None, None], *TABLE])))
    assert [(line.at, line.table) for line in document.lines] == [
        *((f"sheet 表 row {row}", 1) for row in (1, 2, 3)),
        *((f"sheet 表 row {row}", 2) for row in (5, 6, 7)),
    ]


def test_a_grid_ends_with_its_own_columns_and_not_with_those_of_the_sheet():
    document = read(xlsx(put([["甲", 1, 2, 3, 4], ["乙", 5, 6, 7, 8], [None], *TABLE])))
    assert [len(line.cells) for line in document.lines] == [5, 5, 2, 2, 2]


def test_words_across_the_table_and_above_it_are_narrative():
    rows = [
        ["某局2024年政府信息公开工作年度报告", None],
        ["一、总体情况", None],
        ["甲。\n乙。", None],
        *TABLE,
        ["二、其他", None],
        ["说明。" * 30, None],
    ]
    assert [text for _, text in lines(read(xlsx(put(rows, "A2:B2", "A3:B3", "A7:B7")))) if isinstance(text, str)] == [
        "某局2024年政府信息公开工作年度报告",
        "一、总体情况",
        "甲。",
        "乙。",
        "二、其他",
        "说明。" * 30,
    ]


def test_a_label_whose_cells_are_all_blank_is_a_row_of_the_grid():
    rows = [["信息内容", "本年制发件数"], ["规章", None], ["规范性文件", 2], ["行政许可", None]]
    assert [cells for _, cells in lines(read(xlsx(put(rows))))] == [
        ["信息内容", "本年制发件数"],
        ["规章", "[blank]"],
        ["规范性文件", "2"],
        ["行政许可", "[blank]"],
    ]


def test_a_single_text_beside_a_merged_label_is_a_row_of_the_grid():
    document = read(xlsx(put([["甲", "乙", 1], [None, "这一行没有数。", None]], "A1:A2")))
    assert lines(document)[1] == ("row 2", ["[covered]", "这一行没有数。", "[blank]"])


def test_a_note_beside_the_table_is_no_cell_of_it():
    rows = [["信息内容", "本年制发件数", None, None], ["规章", 1, None, "注：已核对"]]
    assert lines(read(xlsx(put(rows)))) == [
        ("row 1", ["信息内容", "本年制发件数"]),
        ("row 2", ["规章", "1"]),
        ("row 2 cell 4", "注:已核对"),
    ]


def test_figures_beside_an_empty_column_stay_with_their_labels():
    rows = [["信息内容", None, "本年制发件数"], ["规章", None, 1]]
    assert lines(read(xlsx(put(rows)))) == [("row 1", ["信息内容", "[gap]", "本年制发件数"]), ("row 2", ["规章", "[gap]", "1"])]


def test_sheets_are_read_in_their_order_and_their_tables_numbered_through():
    def fill(sheet: Any) -> None:
        put(TABLE)(sheet)
        put(TABLE)(sheet.parent.create_sheet("申请"))

    document = read(xlsx(fill))
    assert document.source.media_type == XLSX
    assert [(line.at, line.table) for line in document.lines][2:4] == [("sheet 表 row 3", 1), ("sheet 申请 row 1", 2)]


@pytest.mark.parametrize(
    "fill",
    [
        pytest.param(put([["甲", 1]], at=(1_000_000, 16_000)), id="a cell in the far corner"),
        pytest.param(put([["甲", 1]] * 4001), id="too many rows"),
        pytest.param(put([[1] * 300]), id="too many columns"),
    ],
)
def test_a_sheet_out_of_bounds_is_refused(fill):
    with pytest.raises(Refusal) as refused:
        read(xlsx(lambda sheet: (put([["甲", 1]])(sheet), fill(sheet))))
    assert refused.value.code == "too_large"


def test_a_sheet_that_claims_to_be_vast_does_not_end_the_process():
    def claim(name: str, content: bytes) -> bytes:
        return re.sub(rb'<c r="B1"', b'<c r="XFD1048576"', content) if name.endswith("sheet1.xml") else content

    with pytest.raises(Refusal) as refused:
        read(xlsx(put([["甲", 1]]), claim))
    assert refused.value.code in ("too_large", "unreadable")


def test_an_old_workbook_that_claims_to_be_vast_does_not_end_the_process():
    data = xls(lambda sheet: [sheet.write(row, 0, row) for row in range(200)])
    at = data.index(b"\x00\x02\x0e\x00")
    vast = data[: at + 8] + b"\xff\xff\xff\x7f" + data[at + 12 :]
    assert outcome(vast) in ("read", "too_large", "unreadable")


def test_a_workbook_without_text_is_refused():
    assert outcome(xlsx(lambda sheet: None)) == "unreadable"
