"""The Excel workbook: the statutory tables as printed, a flat sheet of every cell, the findings, and what it all means.

In a printed sheet every report is a block of rows, year and agency before it. The figures are the published ones; faulty cells
are coloured, with a comment that says the rule and what it compares with; corrected ones show both figures. Rows are written as they are
read, so that memory does not grow with the number of reports. Does not belong here: what is read (`cells`), how a table is
printed (`printed`), measures of rows and pages (`paper`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gx_pipeline.errors import ExportError
from gx_pipeline.forms import TABLE_CODES, CellKey, Table, TableCode, load_forms, load_sections
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.quality.registry import expected_of
from gx_pipeline.warehouse.export.cells import Agency, Core, FactCell, Head, Noted, NotTakenIn, ReportKey
from gx_pipeline.warehouse.export.datapackage import LICENSE_NOTE_ZH
from gx_pipeline.warehouse.export.paper import (
    A3,
    A4,
    LINE,
    MARGIN,
    MARGIN_BELOW,
    height_of,
    lines_of,
    pages_across,
    scale_of,
    text_width,
)
from gx_pipeline.warehouse.export.printed import Box, PrintedTable, in_print, printed_table
from gx_pipeline.warehouse.export.selection import Selection
from gx_pipeline.warehouse.labels import load_labels

MAX_ROWS = 1_048_576
# Above so many reports labels stand in every row instead of merged cells, of which a spreadsheet opens only so many at ease.
MERGED_UP_TO = 500
_MAX_TEXT = 32_000
_MAX_SHEET_NAME = 31
_MOST_BREAKS = 1_023
# The time that the parts of the zip bear as well: the same facts give the same bytes.
_EPOCH = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FONT = "宋体"

_SUSPECT, _ERROR, _WARN, _CORRECTED, _CONFIRMED = "suspect", "error", "warn", "corrected", "confirmed"
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "align": "left", "valign": "vcenter"},
    "heading": {"bold": True, "bg_color": "#D9E1F2", "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True},
    "label": {"bg_color": "#F7F9FC", "border": 1, "align": "left", "valign": "vcenter", "text_wrap": True},
    "key": {"border": 1, "align": "left", "valign": "vcenter"},
    "text": {"valign": "top", "quote_prefix": True},
    "wrapped": {"valign": "top", "text_wrap": True},
    "number": {"valign": "top", "align": "right"},
    "date": {"valign": "top", "align": "left", "num_format": "yyyy-mm-dd"},
    "reported": {"border": 1, "align": "right", "valign": "vcenter"},
    "blank": {"border": 1, "align": "center", "valign": "vcenter", "bg_color": "#E7E6E6", "font_color": "#7F7F7F", "italic": True},
    "not_applicable": {"border": 1, "align": "center", "valign": "vcenter", "font_color": "#7F7F7F", "quote_prefix": True},
    "missing": {
        "border": 1, "align": "center", "valign": "vcenter", "pattern": 14, "fg_color": "#BFBFBF", "bg_color": "#FFFFFF",
        "font_color": "#595959", "italic": True,
    },
    "unparsed": {"border": 1, "align": "center", "valign": "vcenter", "bg_color": "#E4DFEC", "font_color": "#60497A", "quote_prefix": True},
}  # fmt: skip
_MARKS: dict[str, dict[str, Any]] = {
    _SUSPECT: {"pattern": 1, "bg_color": "#FF7C80", "bold": True},
    _ERROR: {"pattern": 1, "bg_color": "#F8CBAD"},
    _WARN: {"pattern": 1, "bg_color": "#FFE699"},
    _CORRECTED: {"pattern": 1, "bg_color": "#C6E0B4", "bold": True},
    _CONFIRMED: {"pattern": 1, "bg_color": "#BDD7EE"},
}
# A sample of each look and what it means; the sample of a cell without a figure is the name of its state, as in the tables.
_LEGEND = (
    ("12", "reported", None, "公布的数字。0 为原文印出的 0。"),
    (None, "blank", None, "原文有此单元格而未填,不等于 0。"),
    ("/", "not_applicable", None, "原文填的是占位符,如 / 或 -,照原样列出,不等于 0。"),
    (None, "missing", None, "原文没有此单元格或整行,不等于 0。"),
    ("?", "unparsed", None, "原文有内容而未能识别为数字,或无法确定属于哪一栏;详见“问题”表。"),
    ("12", "reported", _SUSPECT, "可疑单元格:仅此一处即可说明问题,多为改此一处则所涉勾稽关系全部成立;批注写明规则和对照数值。"),
    ("12", "reported", _ERROR, "待处理的“错误”级问题涉及的单元格;批注写明规则。"),
    ("12", "reported", _WARN, "待处理的“警告”级问题涉及的单元格;批注写明规则。“提示”级问题只列在“问题”表。"),
    ("25 → 27", "reported", _CORRECTED, "已更正:前为公布值(单元格的值),后为更正值,或者写明不采用数字。理由见批注。"),
    ("11", "reported", _CONFIRMED, "经人工核对,原文确是如此。"),
)
_FLAT_HEADINGS = (
    "年度", "机构代码", "机构", "地区代码", "地区", "口径", "可否相加", "表", "格式", "行", "栏", "是否合计", "单位", "数值", "状态", "原文",
    "更正", "更正值", "计用值", "更正理由", "问题", "原文位置", "行代码", "栏代码",
)  # fmt: skip
_FLAT_WIDTHS = (6, 13, 24, 9, 16, 18, 9, 16, 6, 40, 14, 9, 6, 10, 9, 10, 8, 8, 8, 20, 24, 20, 20, 18)
_FINDING_HEADINGS = (
    "年度", "机构代码", "机构", "级别", "规则", "规则代码", "说明", "所涉单元格", "可疑单元格", "原值", "对照数值", "对照数值是", "原因", "核对",
    "处理建议", "位置", "源文件", "编号",
)  # fmt: skip
_FINDING_WIDTHS = (6, 13, 24, 7, 24, 20, 60, 40, 30, 8, 10, 18, 10, 14, 40, 20, 30, 38)
# The columns of a list that say whose row it is: they stay in sight, and are printed again on every page.
_KEYS = 3


@dataclass
class _Sheet:
    """A sheet that is written from above, and the row that comes next."""

    sheet: Worksheet
    row: int = 0

    def line(self, values: Sequence[object], looks: Sequence[Format], height: float | None = None) -> None:
        """One row of plain values, so many points high."""
        if height is not None:
            self.sheet.set_row(self.row, height)
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            if value is not None and value != "":
                _write(self.sheet, self.row, column, value, look)
        self.row += 1


@dataclass
class _Contents:
    """What the sheets share: looks, names, reports, findings by cell; and what was seen while writing."""

    agencies: Mapping[str, Agency]
    heads: Mapping[ReportKey, Head]
    findings: Mapping[ReportKey, Mapping[CellKey, Sequence[Noted]]]
    look: Callable[..., Format]
    merged: bool
    sources: dict[ReportKey, str] = field(default_factory=dict)
    states: dict[ReportKey, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cells: int = 0

    @property
    def name_width(self) -> int:
        """A column as wide as the longest name, within measure."""
        return min(max((text_width(agency.name) for agency in self.agencies.values()), default=0) + 2, 44)

    def agency(self, agency_id: str) -> Agency:
        return self.agencies.get(agency_id) or Agency(agency_id)

    def head(self, key: ReportKey) -> Head:
        """What a report says of itself.

        Raises:
            ExportError: there are cells of the report, and no row for it as a whole.
        """
        if key not in self.heads:
            raise ExportError(f"{key.agency_id} {key.year}: core.fct_report has no such report; `gx-pipeline run --all`")
        return self.heads[key]


def write_workbook(
    path: Path, core: Core, selection: Selection, begin: Callable[[int], None], done: Callable[[int], None]
) -> int:
    """Write the workbook.

    `refuse_too_many` says beforehand whether there is room.

    Args:
        path: the file; temporary files are made beside it and removed.
        core: what it holds.
        selection: which rows that are, to say so.
        begin: called once with the number of cells to be written.
        done: called with the number of cells of each report written.

    Returns:
        the number of cells, which is the number of rows of the flat sheet.
    """
    by_year = core.cells_by_year()
    findings = core.findings()
    begin(sum(by_year.values()))
    pointed = core.cells_of_findings()
    # Constant memory: a row is on disk before the next one begins. Nothing is a formula, an address or a number by its looks.
    options = {
        "constant_memory": True, "tmpdir": str(path.parent), "strings_to_numbers": False, "strings_to_formulas": False,
        "strings_to_urls": False, "nan_inf_to_errors": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": "政府信息公开工作年度报告数据", "created": _EPOCH})
        look = _looks(workbook)
        contents = _Contents(
            core.agencies(),
            core.heads(),
            _by_cell(findings, pointed),
            look,
            merged=core.number_of_reports() <= MERGED_UP_TO,
        )
        about = _Sheet(workbook.add_worksheet("说明"))
        printed = {code: _printed_sheets(workbook, code, core.forms_of(code), contents) for code in TABLE_CODES}
        listed = _Sheet(workbook.add_worksheet("问题"))
        reported = _Sheet(workbook.add_worksheet("报告"))
        lacking = _Sheet(workbook.add_worksheet("未收录"))
        flat = _Sheet(workbook.add_worksheet("明细"))
        _begin_list(flat, _FLAT_HEADINGS, _FLAT_WIDTHS, contents)
        for code, sheets in printed.items():
            for key, form, cells in core.reports(code):
                sheets[form].add(key, cells)
                _add_flat(flat, key, form, cells, contents)
                contents.cells += len(cells)
                done(len(cells))
        for sheets in printed.values():
            for sheet in sheets.values():
                sheet.end()
        _end_list(flat, len(_FLAT_HEADINGS))
        _write_findings(listed, findings, pointed, contents)
        _write_reports(reported, findings, contents)
        not_taken_in = core.not_taken_in()
        _write_lacking(lacking, not_taken_in, contents)
        _write_about(about, contents, selection, by_year, findings, not_taken_in)
    return contents.cells


def refuse_too_many(core: Core) -> None:
    """Make sure that every sheet has rows enough.

    Raises:
        ExportError: a sheet would need more rows than Excel has.
    """
    by_year = core.cells_by_year()
    many = (
        ("cells", sum(by_year.values())),
        ("findings", core.number_of_findings()),
        ("reports that are not there", len(core.not_taken_in())),
    )
    for what, rows in many:
        if rows >= MAX_ROWS:
            years = ", ".join(f"{year}: {number:,} cells" for year, number in by_year.items())
            raise ExportError(
                f"{rows:,} {what} are more than the {MAX_ROWS - 1:,} rows of an Excel sheet; choose with --year or --place "
                f"({years}), or take parquet or csv, which hold any number"
            )


def _looks(workbook: xlsxwriter.Workbook) -> Callable[..., Format]:
    """Formats by what they show, each made once."""
    made: dict[tuple[object, ...], Format] = {}

    def look(kind: str, mark: str | None = None, *, first: bool = False, shown: str | None = None) -> Format:
        key = (kind, mark, first, shown)
        if key not in made:
            properties = {"font_name": _FONT, "font_size": 10, **_LOOKS[kind], **(_MARKS[mark] if mark else {})}
            if first:
                properties["top"] = 2
            if shown:
                properties["num_format"] = shown
            made[key] = workbook.add_format(properties)
        return made[key]

    return look


def _write(sheet: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    """Write a value by its type: a text is always a text, whatever it begins with."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, look)
    elif (text := _text(str(value))).startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter takes such a text for XML made already and writes it unescaped; of runs it escapes each.
        sheet.write_rich_string(row, column, text[:1], look, text[1:], look)
    else:
        sheet.write_string(row, column, text, look)


@lru_cache(maxsize=8192)
def _text(text: str, limit: int = _MAX_TEXT) -> str:
    """A text that may stand in the XML of a workbook, cut visibly where it is too long."""
    clean = _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if len(clean) <= limit else clean[:limit] + "……(此处截断)"


def _merge(sheet: Worksheet, row: int, column: int, rows: int, columns: int) -> None:
    """Merge cells that are written already.

    `Worksheet.merge_range` writes all cells of the range at once, which rows that are written one after another do not allow; the
    list of ranges is what it keeps them in.
    """
    if rows > 1 or columns > 1:
        sheet.merge.append([row, column, row + rows - 1, column + columns - 1])


class _Printed:
    """A sheet of one statutory table of one form: its heading once, then a block a report."""

    def __init__(self, sheet: Worksheet, title: str, printed: PrintedTable, contents: _Contents) -> None:
        self._at = _Sheet(sheet)
        self._printed = printed
        self._contents = contents
        look = contents.look
        widths = {"requests": (6, 13, 36), "proactive_disclosure": (24,)}.get(_code_of(printed), ())
        self._widths = [
            widths[column] if column < len(widths) else 11 if printed.labels else 8 for column in range(printed.columns)
        ]
        for column, width in enumerate((6, contents.name_width, *self._widths)):
            sheet.set_column(column, column, width)
        _write(sheet, 0, 0, title, look("title"))
        sheet.set_row(0, 24)
        self._at.row = 1
        rows = max(printed.heading_rows, 1)
        heading = printed.heading or (Box(0, 0, 1, printed.columns, printed.title),)
        boxes = [Box(0, 0, rows, 1, "年度"), Box(0, 1, rows, 1, "机构")]
        boxes += [replace(box, column=box.column + 2) for box in heading]
        self._put(boxes, rows, lambda box: (box.text, look("heading"), None))
        sheet.freeze_panes(self._at.row, 2)
        sheet.repeat_rows(0, self._at.row - 1)
        # A block a page; one that is a single row cannot be torn. Excel keeps no page break where pages are fitted to the paper, so
        # that a scale says how much goes on one.
        body = LINE if printed.rows == 1 else sum(self._heights(printed.body, printed.rows))
        _page(sheet, A4, scale_of((6, contents.name_width, *self._widths), 24 + LINE * (rows + 1) + body, A4))
        self._ends: list[int] = []

    def add(self, key: ReportKey, cells: Mapping[CellKey, FactCell]) -> None:
        """The block of a report."""
        look = self._contents.look
        findings = self._contents.findings.get(key, {})
        names: tuple[object, ...] = (key.year, self._contents.agency(key.agency_id).name)

        def content(box: Box) -> tuple[object, Format, str | None]:
            first = box.row == 0
            if box.key is not None:
                return _figure(cells[box.key], findings.get(box.key, ()), look, first=first)
            if box.column < len(names):
                return names[box.column], look("key", first=first), None
            return box.text, look("heading" if box.heading else "label", first=first), None

        before = (Box(row, column) for row in range(self._printed.rows) for column in range(len(names)))
        body = (replace(box, column=box.column + len(names)) for box in self._printed.body)
        self._put([*before, *body], self._printed.rows, content, heights=True)
        self._ends.append(self._at.row)

    def end(self) -> None:
        """Every block on a page of its own, as far as Excel holds page breaks (1,023 of them)."""
        if self._printed.rows > 1:
            self._at.sheet.set_h_pagebreaks(self._ends[:-1][:_MOST_BREAKS])

    def _put(
        self,
        boxes: Iterable[Box],
        rows: int,
        content: Callable[[Box], tuple[object, Format, str | None]],
        *,
        heights: bool = False,
    ) -> None:
        """Write boxes below what is written, row by row."""
        sheet, top = self._at.sheet, self._at.row
        by_row: dict[int, list[tuple[int, Box]]] = defaultdict(list)
        for box in boxes:
            for row in range(box.row, box.row + box.rows):
                by_row[row].append((box.column, box))
        merged = self._contents.merged or not heights
        high = self._heights((box for placed in by_row.values() for _, box in placed), rows, left=2) if heights else ()
        for row in range(rows):
            if heights and high[row] > LINE:
                sheet.set_row(top + row, high[row])
            for column, box in sorted(by_row[row], key=lambda placed: placed[0]):
                value, look, comment = content(box)
                repeated = not merged and box.key is None
                for place in range(column, column + box.columns):
                    if (row == box.row or repeated) and place == column:
                        _write(sheet, top + row, place, value, look)
                    else:
                        sheet.write_blank(top + row, place, None, look)
                if row == box.row:
                    if merged or box.rows == 1:
                        _merge(sheet, top + row, column, box.rows, box.columns)
                    if comment:
                        _comment(sheet, top + row, column, comment)
        self._at.row += rows

    def _heights(self, boxes: Iterable[Box], rows: int, left: int = 0) -> list[float]:
        """The height of each row by its labels, in points; of labels over several rows nothing is asked.

        `left` columns stand before those of the table and hold no label.
        """
        lines = [1] * rows
        for box in boxes:
            if box.text and box.rows == 1 and box.column >= left:
                width = sum(self._widths[box.column - left : box.column - left + box.columns])
                lines[box.row] = max(lines[box.row], -(-text_width(box.text) // max(width - 1, 1)))
        return [LINE * many for many in lines]


def _code_of(printed: PrintedTable) -> TableCode:
    return next(box.key.table for box in printed.body if box.key)


def _printed_sheets(
    workbook: xlsxwriter.Workbook, code: TableCode, forms: Sequence[str], contents: _Contents
) -> dict[str, _Printed]:
    """The sheets of a table by form; forms that print the table alike share one."""
    number = next(section.number for section in load_sections() if section.code == code)
    alike: list[tuple[Table, list[str]]] = []
    for form in forms:
        table = load_forms()[form].tables[code]
        for known, members in alike:
            if known == table:
                members.append(form)
                break
        else:
            alike.append((table, [form]))
    sheets: dict[str, _Printed] = {}
    for table, members in alike:
        printed = printed_table(code, table)
        which = f"({members[0]})" if len(alike) > 1 else ""
        authorities = "、".join(load_forms()[form].authority for form in members)
        title = f"{number}、{printed.title}（{'、'.join(members)} 年格式，{authorities}）"
        name = f"{number}、{table.label}"[: _MAX_SHEET_NAME - len(which)] + which
        sheet = _Printed(workbook.add_worksheet(name), title, printed, contents)
        sheets.update(dict.fromkeys(members, sheet))
    return sheets


def _figure(
    cell: FactCell, findings: Sequence[Noted], look: Callable[..., Format], *, first: bool
) -> tuple[object, Format, str | None]:
    """What stands in a cell, how it looks, and its comment."""
    mark = _mark(cell, findings)
    corrected = {"override": f" → {_number(cell.corrected_value)}", "set_null": f" → {_called('corrections', 'set_null')}"}.get(
        cell.correction or "", ""
    )
    value: object
    shown = None
    if cell.state == "reported":
        value = cell.value
        # The cell holds the published figure; the correction is shown beside it by the format alone.
        plain = "#,##0" if float(cell.value or 0).is_integer() else "General"
        shown = plain + (f'"{corrected}"' if corrected else "")
    else:
        printed = (cell.raw or "").strip() if cell.state in ("not_applicable", "unparsed") else ""
        value = _text(printed or _called("states", cell.state), 200) + corrected
    return value, look(cell.state, mark, first=first, shown=shown), _remark(cell, findings)


def _mark(cell: FactCell, findings: Sequence[Noted]) -> str | None:
    if cell.correction in ("override", "set_null"):
        return _CORRECTED
    still_open = [noted for noted in findings if noted.status == "open"]
    if any(noted.suspect == _key_of(noted, cell) for noted in still_open if noted.suspect):
        return _SUSPECT
    for severity in (_ERROR, _WARN):
        if any(noted.severity == severity for noted in still_open):
            return severity
    return _CONFIRMED if cell.correction == "confirm_as_published" else None


def _key_of(noted: Noted, cell: FactCell) -> CellKey:
    table = noted.suspect.table if noted.suspect else ""
    return CellKey(table, cell.row, cell.column)  # type: ignore[arg-type]


def _remark(cell: FactCell, findings: Sequence[Noted]) -> str | None:
    """The comment on a cell: its correction, then the findings on it that colour it."""
    lines = []
    if cell.correction:
        told = _called("corrections", cell.correction)
        if cell.correction == "override":
            told += f":公布值 {_published(cell)},更正值 {_number(cell.corrected_value)}"
        elif cell.correction == "set_null":
            told += f":公布值 {_published(cell)}"
        lines.append(f"{told}。理由:{cell.correction_reason or '未写明'}")
    for noted in findings:
        suspected = noted.suspect == _key_of(noted, cell)
        if noted.status != "open" or (noted.severity not in (_ERROR, _WARN) and not suspected):
            continue
        # A figure that would fit fits the suspect alone; what another source says stands beside the cell that it speaks of.
        compared = noted.expected is not None and (suspected if noted.suspect else noted.found == cell.value)
        told = f" {_compared_with(noted)}:{_number(noted.expected)}。" if compared else ""
        lines.append(f"【{_called('severities', noted.severity)}】{noted.label}({noted.rule}):{noted.message}{told}")
    return "\n".join(lines) or None


def _compared_with(noted: Noted) -> str:
    """What the figure is that a finding compares with."""
    return expected_of(noted.rule, suspects=noted.suspect is not None).label


def _published(cell: FactCell) -> str:
    return _number(cell.value) if cell.state == "reported" else _called("states", cell.state)


def _number(value: float | None) -> str:
    return "无" if value is None else in_digits(value)


def _called(code_set: str, code: str | None) -> str:
    """What a code is called; a code without a name stays as it is."""
    meaning = load_labels().codes(code_set).get(code or "")
    return meaning.label if meaning else code or ""


def _comment(sheet: Worksheet, row: int, column: int, text: str) -> None:
    clean = _text(text, 2_000)
    lines = sum(1 + text_width(line) // 44 for line in clean.split("\n"))
    size = {"width": 320, "height": min(18 * lines + 12, 400), "font_size": 9, "font_name": _FONT}
    sheet.write_comment(row, column, clean, size)


def _by_cell(
    findings: Iterable[Noted], pointed: Mapping[tuple[ReportKey, str], Sequence[CellKey]]
) -> dict[ReportKey, dict[CellKey, list[Noted]]]:
    """The findings on each cell, the one that a finding suspects included."""
    found: dict[ReportKey, dict[CellKey, list[Noted]]] = defaultdict(lambda: defaultdict(list))
    for noted in findings:
        key = ReportKey(noted.year, noted.agency_id)
        for cell in dict.fromkeys([*pointed.get((key, noted.finding_id), ()), *([noted.suspect] if noted.suspect else [])]):
            found[key][cell].append(noted)
    return found


def _page(sheet: Worksheet, paper: int, scale: int | None = None) -> None:
    """A landscape page of a paper, numbered; the scale in percent, if the pages are not to be fitted."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN_BELOW)
    sheet.set_footer("&C&A  &P / &N", {"margin": 0.3})
    if scale:
        sheet.set_print_scale(scale)


def _begin_list(sheet: _Sheet, headings: Sequence[str], widths: Sequence[int], contents: _Contents) -> None:
    for column, width in enumerate(widths):
        sheet.sheet.set_column(column, column, width)
    sheet.line(headings, [contents.look("heading")] * len(headings), 20)
    sheet.sheet.freeze_panes(1, _KEYS)
    _page(sheet.sheet, A3)
    sheet.sheet.repeat_rows(0)
    sheet.sheet.repeat_columns(0, _KEYS - 1)
    sheet.sheet.print_across()
    sheet.sheet.fit_to_pages(pages_across(widths, _KEYS, A3), 0)


def _end_list(sheet: _Sheet, columns: int) -> None:
    sheet.sheet.autofilter(0, 0, sheet.row - 1, columns - 1)


def _add_flat(sheet: _Sheet, key: ReportKey, form: str, cells: Mapping[CellKey, FactCell], contents: _Contents) -> None:
    """A row a cell, in the order of the form."""
    agency, head = contents.agency(key.agency_id), contents.head(key)
    findings = contents.findings.get(key, {})
    text, number = contents.look("text"), contents.look("number")
    looks = [number if heading in ("年度", "数值", "更正值", "计用值") else text for heading in _FLAT_HEADINGS]
    for at, cell in ((at, cells[at]) for at in load_forms()[form].cells(next(iter(cells)).table)):
        contents.sources[key] = cell.sha256
        contents.states[key][cell.state] += 1
        table, row, column = _in_words(form, at)
        declared = load_forms()[form].tables[at.table]
        unit = declared.column_by_code[at.column].unit
        is_total = "total" in (declared.row_by_code[at.row].role, declared.column_by_code[at.column].role)
        noted = "; ".join(
            dict.fromkeys(
                f"{_called('severities', one.severity)} {one.label}" for one in findings.get(at, ()) if one.status == "open"
            )
        )
        sheet.line(
            (
                key.year, key.agency_id, agency.name, agency.place_code, agency.place, _called("scopes", head.scope),
                _yes_or_no(head.is_additive), table, form, row, column, _yes_or_no(is_total), unit, cell.value,
                _called("states", cell.state), cell.raw, _called("corrections", cell.correction), cell.corrected_value, cell.used_value,
                cell.correction_reason, noted, cell.locator, at.row, at.column,
            ),
            looks,
        )  # fmt: skip


@lru_cache(maxsize=2048)
def _in_words(form: str, key: CellKey) -> tuple[str, str, str]:
    """Table, row (behind the label of its group) and column as they are printed."""
    table = load_forms()[form].tables[key.table]
    row = table.row_by_code[key.row]
    label = f"{row.group} / {row.label}" if row.group else row.label
    return in_print(table.label), in_print(label), in_print(table.column_by_code[key.column].label)


def _write_findings(
    sheet: _Sheet, findings: Sequence[Noted], pointed: Mapping[tuple[ReportKey, str], Sequence[CellKey]], contents: _Contents
) -> None:
    _begin_list(sheet, _FINDING_HEADINGS, _FINDING_WIDTHS, contents)
    text, number, wrapped = contents.look("text"), contents.look("number"), contents.look("wrapped")
    broken = ("机构", "规则", "说明", "所涉单元格", "可疑单元格", "处理建议", "位置", "源文件")
    looks = [
        number if heading in ("年度", "原值", "对照数值") else wrapped if heading in broken else text
        for heading in _FINDING_HEADINGS
    ]
    for noted in findings:
        cells = pointed.get((ReportKey(noted.year, noted.agency_id), noted.finding_id), ())
        values = (
            noted.year, noted.agency_id, contents.agency(noted.agency_id).name, _called("severities", noted.severity), noted.label,
            noted.rule, noted.message, _cells_in_words(cells), _cells_in_words([noted.suspect] if noted.suspect else []),
            noted.found, noted.expected, None if noted.expected is None else _compared_with(noted), _called("causes", noted.cause),
            _called("statuses", noted.status), noted.advice, noted.locator, noted.source_path, noted.finding_id,
        )  # fmt: skip
        sheet.line(values, looks, _height(values, looks, _FINDING_WIDTHS, wrapped))
    _end_list(sheet, len(_FINDING_HEADINGS))


def _height(values: Sequence[object], looks: Sequence[Format], widths: Sequence[int], wrapped: Format) -> float:
    """The height of a row by the texts that are wrapped in it."""
    return height_of(
        max(
            (
                lines_of(_text(str(value)), width)
                for value, look, width in zip(values, looks, widths, strict=True)
                if look is wrapped and value is not None
            ),
            default=1,
        )
    )


def _write_reports(sheet: _Sheet, findings: Sequence[Noted], contents: _Contents) -> None:
    """A row a report: whose figures, how many cells are in which state, how many findings are open, and whence it is."""
    states, severities = load_labels().codes("states"), load_labels().codes("severities")
    number, text, date = contents.look("number"), contents.look("text"), contents.look("date")
    columns = (
        ("年度", 6, number), ("机构代码", 13, text), ("机构", 30, text), ("地区代码", 9, text), ("地区", 20, text), ("层级", 8, text),
        ("机构类别", 10, text), ("口径", 18, text), ("可否相加", 9, text), ("不可相加的原因", 22, text), ("公布日期", 11, date),
        ("报告格式", 38, text),
        *((meaning.label, 9, number) for meaning in states.values()),
        *((f"待处理的{meaning.label}", 13, number) for meaning in severities.values()),
        ("源文件", 36, text), ("网址", 50, text), ("源文件 SHA-256", 66, text),
    )  # fmt: skip
    headings, widths, looks = zip(*columns, strict=True)
    _begin_list(sheet, headings, widths, contents)
    still_open = Counter((noted.year, noted.agency_id, noted.severity) for noted in findings if noted.status == "open")
    for key, sha256 in sorted(contents.sources.items()):
        agency, head = contents.agency(key.agency_id), contents.head(key)
        whose = (
            *(agency.name, agency.place_code, agency.place, _called("levels", agency.level), _called("kinds", agency.kind)),
            *(_called("scopes", head.scope), _yes_or_no(head.is_additive), _called("not_additive", head.not_additive_reason)),
            *(head.published_on, _called("form_versions", head.form)),
        )
        cells = [contents.states[key][state] for state in states]
        counts = [still_open[*key, severity] for severity in severities]
        sheet.line((*key, *whose, *cells, *counts, head.source_path, head.source_url, sha256), looks)
    _end_list(sheet, len(headings))


def _write_lacking(sheet: _Sheet, lacking: Sequence[NotTakenIn], contents: _Contents) -> None:
    """A row a file that was refused and an agency of which no file is at hand: what the figures do not hold."""
    number, text, date, wrapped = (contents.look(kind) for kind in ("number", "text", "date", "wrapped"))
    columns = (
        ("年度", 6, number), ("机构代码", 13, text), ("机构", 30, text), ("地区代码", 9, text), ("地区", 20, text), ("层级", 8, text),
        ("机构类别", 10, text), ("收录状态", 14, text), ("是否应当公布", 13, text), ("公布期限", 11, date), ("原因", 22, text),
        ("说明", 60, wrapped), ("文件", 36, wrapped),
    )  # fmt: skip
    headings, widths, looks = zip(*columns, strict=True)
    _begin_list(sheet, headings, widths, contents)
    for one in lacking:
        agency = contents.agency(one.agency_id) if one.agency_id else Agency("")
        values = (
            *(one.year, one.agency_id, agency.name, agency.place_code, agency.place),
            *(_called("levels", agency.level), _called("kinds", agency.kind), _called("coverage", one.status)),
            *(_yes_or_no(one.is_expected), one.deadline, _called("refusals", one.code), one.message, one.source_path),
        )
        sheet.line(values, looks, _height(values, looks, widths, wrapped))
    _end_list(sheet, len(headings))


def _yes_or_no(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def _cells_in_words(cells: Sequence[CellKey]) -> str:
    """A few cells by their labels; of many, the first and how many more."""
    listed = []
    for key in cells[:3]:
        form = next((form for form in reversed(load_forms()) if key in load_forms()[form].cells(key.table)), None)
        listed.append(" · ".join(_in_words(form, key)[1:]) if form else "/".join(key))
    return "; ".join(listed) + (f"; 等 {len(cells)} 个单元格" if len(cells) > 3 else "")


def _write_about(
    sheet: _Sheet,
    contents: _Contents,
    selection: Selection,
    by_year: Mapping[int, int],
    findings: Sequence[Noted],
    lacking: Sequence[NotTakenIn],
) -> None:
    """What the workbook is, whence, how to read it."""
    look = contents.look
    sheet.sheet.set_column(0, 0, 16)
    sheet.sheet.set_column(1, 1, 100)
    sheet.sheet.set_paper(A4)
    sheet.sheet.fit_to_pages(1, 0)
    sheet.line(("政府信息公开工作年度报告数据", None), (look("title"), look("title")), 26)
    fingerprint = hashlib.sha256(
        "\n".join(f"{key.year}|{key.agency_id}|{sha256}" for key, sha256 in sorted(contents.sources.items())).encode()
    ).hexdigest()
    reports = len(contents.sources)
    open_findings = [noted for noted in findings if noted.status == "open"]
    counts = "、".join(
        f"{meaning.label} {sum(noted.severity == code for noted in open_findings)}"
        for code, meaning in load_labels().codes("severities").items()
    )
    chosen = "、".join([*(f"{year} 年" for year in selection.years), *(f"地区代码 {prefix} 起" for prefix in selection.prefixes)])
    held = (
        f"{reports} 份年度报告,报告年度 {'、'.join(map(str, by_year))},{contents.cells:,} 个单元格;待处理的问题:{counts}。"
        if reports
        else "所选范围内没有已收录的年度报告,本簿没有任何数字。"
    )
    missing = Counter(one.status for one in lacking)
    not_held = "、".join(
        f"{meaning.label} {missing[code]}" for code, meaning in load_labels().codes("coverage").items() if missing[code]
    )
    texts = (
        ("内容", held),
        ("未收录", f"{not_held};逐项见“未收录”。各表均不含这些报告的数字。" if not_held else "所选范围内没有缺少的报告。"),
        ("范围", chosen or "数据仓库中的全部报告。"),
        (
            "工作表",
            "“二、三、四”各表按法定格式的印制样式列出,一份报告为一组行,前两列为年度和机构;“问题”列出核验发现的全部问题;“报告”一行一份报告;“未收录”列出没有报告的机构和未能收入的文件;“明细”一行一个单元格,便于筛选和透视。",
        ),
        (
            "数值",
            "各表所列均为报告公布的原数,从不改动,也不补填。更正值另列。合计为原文所印,未重新计算。",
        ),
        (
            "相加",
            "把几个机构的数字相加,只用“可否相加”为“是”的报告,其余为何不可,见“报告”:例如政府汇总本行政区域的报告已含所属部门的数字,再与部门的报告相加即重复计算。在“明细”中相加,还须筛去“是否合计”为“是”的单元格;相加所得不含“未收录”的报告。",
        ),
        (
            "对照数值",
            "“问题”中的对照数值不一定正确,以“对照数值是”一栏为准:“相符的数值”使勾稽关系成立;“正文所述”“上年报告”等只是另一来源的数字,可能是其中任何一个有误。",
        ),
        (
            "来源",
            "各行政机关依法公布的政府信息公开工作年度报告。“报告”列出每份报告的源文件、网址和 SHA-256,“明细”的“原文位置”指明每个数字在文件中的位置。",
        ),
        ("数据时点", f"以读取的报告文件为准;文件指纹 {fingerprint[:16]}(相同的事实得到完全相同的工作簿,故本簿不记生成时间)。"),
        ("许可", LICENSE_NOTE_ZH),
    )
    for heading, text in texts:
        text = _text(text)
        sheet.line((heading, text), (look("key"), look("wrapped")), height_of(lines_of(text, 100)) + 3)
    sheet.row += 1
    sheet.line(("样式", "含义"), (look("heading"), look("heading")))
    for sample, kind, mark, meaning in _LEGEND:
        sheet.line(
            (sample or _called("states", kind), meaning),
            (look(kind, mark), look("wrapped")),
            height_of(lines_of(meaning, 100)) + 3,
        )
