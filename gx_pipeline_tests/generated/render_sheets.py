"""Reports in print as workbooks: one sheet or several, figures as numbers or as text, merged cells, notes beside.

Each layout is deterministic in its bytes. Does not belong here: damage to the figures (`noise`).
"""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from gx_pipeline_tests.generated import noise
from gx_pipeline_tests.generated.model import Layout, PrintedReport, PrintedTable

WIDTH = 15
_WHEN = dt.datetime(2025, 1, 15, 9, 0)  # noqa: DTZ001 - workbooks know no time zone
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
NAMES = {"proactive_disclosure": "主动公开", "requests": "依申请公开", "reconsideration_litigation": "复议诉讼"}
Value = str | int | float
Printer = Callable[[str], Value]


def as_number(text: str) -> Value:
    """A plain number as such, anything else as text."""
    if not _NUMBER.fullmatch(text) or (len(text) > 1 and text[0] == "0" and text[1] != "."):
        return text
    return float(text) if "." in text else int(text)


def as_text(text: str) -> Value:
    """Everything as text."""
    return text


def xlsx_bytes(workbook: openpyxl.Workbook) -> bytes:
    """A workbook as a file that is the same every time."""
    workbook.properties.created = workbook.properties.modified = _WHEN
    written, packed = io.BytesIO(), io.BytesIO()
    workbook.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2025-01-15T09:00:00Z", source.read(name))
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _put(sheet: Worksheet, row: int, column: int, value: Value, *, across: int = 1, down: int = 1) -> None:
    cell = sheet.cell(row, column)
    cell.value = value if value != "" else None
    if isinstance(value, str) and value:
        cell.data_type = "s"
    if across > 1 or down > 1:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + down - 1, end_column=column + across - 1)


def _put_table(sheet: Worksheet, printed: PrintedTable, row: int, column: int, printer: Printer) -> int:
    """Write a table; the row after it."""
    for down, right, cell in printed.placed:
        height = min(cell.rowspan, len(printed.rows) - down)
        value = printer(cell.text) if cell.role == "figure" else cell.text
        _put(sheet, row + down, column + right, value, across=cell.colspan, down=height)
    return row + len(printed.rows)


def one_sheet(report: PrintedReport, rng: random.Random) -> bytes:
    """The whole report on one sheet, narrative in rows merged across, figures as text."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    _put(sheet, 1, 1, report.title, across=WIDTH)
    row = 2
    for block in report.blocks:
        if isinstance(block, PrintedTable):
            row = _put_table(sheet, block, row, 1, as_text)
        else:
            _put(sheet, row, 1, block.text, across=WIDTH)
            row += 1
    return xlsx_bytes(workbook)


def sheet_by_table(report: PrintedReport, rng: random.Random) -> bytes:
    """Each table on a sheet of its own under its heading, the rest on the first; figures as numbers; a hidden sheet of drafts."""
    workbook = openpyxl.Workbook()
    first: Any = workbook.active
    first.title = "报告"
    _put(first, 1, 1, report.title)
    row, heading = 3, ""
    for block in report.blocks:
        if isinstance(block, PrintedTable):
            sheet = workbook.create_sheet(NAMES[block.code])
            _put(sheet, 1, 1, heading, across=block.width)
            _put_table(sheet, block, 3, 1, as_number)
            continue
        _put(first, row, 1, block.text)
        row += 1 + (rng.random() < 0.2)
        heading = block.text if block.level == 2 else heading
    drafts = workbook.create_sheet("底稿")
    drafts.sheet_state = "hidden"
    for table in report.tables:
        _put_table(drafts, table, 1 + drafts.max_row, 1, lambda text: rng.randint(1, 99))
    return xlsx_bytes(workbook)


def offset_with_notes(report: PrintedReport, rng: random.Random) -> bytes:
    """Tables away from the corner of the sheet, figures now as numbers, now as text, remarks to the right of them."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    top, left = rng.randint(2, 5), rng.randint(2, 4)
    _put(sheet, top, left, report.title)
    row = top + 2
    for block in report.blocks:
        if isinstance(block, PrintedTable):
            end = _put_table(sheet, block, row + 1, left, lambda text: rng.choice((as_number, as_text))(text))
            note = rng.randint(row + 2, end - 1)
            _put(
                sheet, note, left + block.width + rng.randint(1, 3), rng.choice(("注：此表由各科室核对", "已与系统数据核对一致"))
            )
            row = end + 1
        else:
            _put(sheet, row, left, block.text)
            row += 1
    return xlsx_bytes(workbook)


def unmerged(report: PrintedReport, rng: random.Random) -> bytes:
    """Nothing merged: of what spans several cells only the first is filled; figures as numbers, tables close upon headings."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    _put(sheet, 1, 1, report.title)
    row = 2
    for block in report.blocks:
        if not isinstance(block, PrintedTable):
            _put(sheet, row, 1, block.text)
            row += 1
            continue
        for down, right, cell in block.placed:
            _put(sheet, row + down, 1 + right, as_number(cell.text) if cell.role == "figure" else cell.text)
        row += len(block.rows)
    return xlsx_bytes(workbook)


def old_workbook(report: PrintedReport, rng: random.Random) -> bytes:
    """An XLS file with merged cells, figures as numbers."""
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, WIDTH - 1, report.title)
    row = 1
    for block in report.blocks:
        if not isinstance(block, PrintedTable):
            sheet.write_merge(row, row, 0, WIDTH - 1, block.text)
            row += 1
            continue
        for down, right, cell in block.placed:
            bottom = row + down + min(cell.rowspan, len(block.rows) - down) - 1
            value = as_number(cell.text) if cell.role == "figure" else cell.text
            if value == "":
                value = None
            sheet.write_merge(row + down, bottom, right, right + cell.colspan - 1, value)
        row += len(block.rows)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def disturbed(layout: Layout, *noises: noise.Noise) -> Layout:
    """A layout of a report to which something has happened before."""
    disturb = noise.chain(*noises)
    return lambda report, rng: layout(disturb(report, rng), rng)


LAYOUTS: dict[str, Layout] = {
    "XLSX one sheet": one_sheet,
    "XLSX a sheet for each table": sheet_by_table,
    "XLSX offset, with notes beside": offset_with_notes,
    "XLSX nothing merged": unmerged,
    "XLSX merged cells undone": disturbed(one_sheet, noise.unmerged),
    "XLSX labels cut": disturbed(one_sheet, noise.cut_labels),
    "XLSX blanks as spaces": disturbed(one_sheet, noise.blanks_as("\u3000")),
    "XLSX split, headings again": disturbed(offset_with_notes, noise.split(headings=True, repeat=True)),
    "XLSX headings emptied": disturbed(one_sheet, noise.emptied_headings),
    "XLS": old_workbook,
}
DAMAGED = frozenset(name for name in LAYOUTS if " emptied" in name)
