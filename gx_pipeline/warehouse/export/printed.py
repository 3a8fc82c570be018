"""A statutory table as it is printed: boxes with labels and boxes for figures, derived from the declared forms.

Does not belong here: figures, colours, any label of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from gx_pipeline.forms import CellKey, Table, TableCode

# The forms are declared with half-width marks, for comparing; in print they are full-width.
_IN_PRINT = str.maketrans({"(": "（", ")": "）", ",": "，", ":": "："})
_ITEM_HEADING, _APPLICANTS, _BALANCE = "信息内容", "申请人情况", "本列数据的勾稽关系"
_LABEL_COLUMNS = 3


@dataclass(frozen=True)
class Box:
    """A rectangle of the printed table: a text of the form, or the place of a cell. `row` and `column` count from 0.

    `heading` tells the texts that head what stands below them from the labels of rows.
    """

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    text: str | None = None
    key: CellKey | None = None
    heading: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """A table in print: the heading, which stands once, and the body, which stands once a report.

    `labels` is the number of columns that hold labels; `rows` and `heading_rows` say how high body and heading are.
    """

    title: str
    heading: tuple[Box, ...]
    heading_rows: int
    body: tuple[Box, ...]
    rows: int
    columns: int
    labels: int


def in_print(label: str) -> str:
    """A declared label as it is printed."""
    return label.translate(_IN_PRINT)


def printed_table(code: TableCode, table: Table) -> PrintedTable:
    """A table of a form as the form prints it.

    Args:
        code: the table.
        table: its declaration.
    """
    match code:
        case "proactive_disclosure":
            return _by_items(code, table)
        case "requests":
            return _by_applicants(code, table)
        case "reconsideration_litigation":
            return _in_one_row(code, table)


def _by_items(code: TableCode, table: Table) -> PrintedTable:
    """Section 二: under each item of article 20 its own headings, the last column as wide as the table leaves."""
    figures = max(len(table.columns_of(row.code)) for row in table.rows)
    boxes: list[Box] = []
    at = 0
    for item, rows in groupby(table.rows, key=lambda row: row.item):
        boxes.append(Box(at, 0, 1, figures + 1, in_print(item or ""), heading=True))
        members = list(rows)
        at += 1
        for columns, same in groupby(members, key=lambda row: table.columns_of(row.code)):
            boxes.append(Box(at, 0, text=_furniture(table, _ITEM_HEADING), heading=True))
            widths = [1] * (len(columns) - 1) + [figures - len(columns) + 1]
            for place, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
                boxes.append(Box(at, place, 1, width, in_print(column.label), heading=True))
            at += 1
            for row in same:
                boxes.append(Box(at, 0, text=in_print(row.label)))
                for place, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
                    boxes.append(Box(at, place, 1, width, key=CellKey(code, row.code, column.code)))
                at += 1
    return PrintedTable(in_print(table.label), (), 0, tuple(boxes), at, figures + 1, 1)


def _by_applicants(code: TableCode, table: Table) -> PrintedTable:
    """Section 三: applicant types over the columns; outcomes under their groups, which lie in the first group."""
    width = len(table.columns)
    heading = [
        Box(0, 0, 3, _LABEL_COLUMNS, f"（{_furniture(table, _BALANCE)}）"),
        Box(0, _LABEL_COLUMNS, 1, width, _furniture(table, _APPLICANTS)),
    ]
    at = _LABEL_COLUMNS
    for group, columns in groupby(table.columns, key=lambda column: column.group):
        members = list(columns)
        if group:
            heading.append(Box(1, at, 1, len(members), in_print(group)))
        for column in members:
            heading.append(Box(2 if group else 1, at, 1 if group else 2, 1, in_print(column.label)))
            at += 1
    outer = table.groups[0].label
    boxes: list[Box] = []
    outcomes = [at for at, row in enumerate(table.rows) if row.group]
    boxes.append(Box(outcomes[0], 0, len(outcomes), 1, in_print(outer)))
    for group, rows in groupby(enumerate(table.rows), key=lambda numbered: numbered[1].group):
        numbered_rows = list(rows)
        if group and group != outer:
            boxes.append(Box(numbered_rows[0][0], 1, len(numbered_rows), 1, in_print(group)))
        for at, row in numbered_rows:
            left = 0 if group is None else 1 if group == outer else 2
            boxes.append(Box(at, left, 1, _LABEL_COLUMNS - left, in_print(row.label)))
            boxes += [
                Box(at, place, key=CellKey(code, row.code, column.code))
                for place, column in enumerate(table.columns, start=_LABEL_COLUMNS)
            ]
    return PrintedTable(
        in_print(table.label), tuple(heading), 3, tuple(boxes), len(table.rows), _LABEL_COLUMNS + width, _LABEL_COLUMNS
    )


def _in_one_row(code: TableCode, table: Table) -> PrintedTable:
    """Section 四: procedures side by side, each over its results, and one row of figures."""
    width = len(table.columns)
    heading: list[Box] = []
    at = 0
    for group, rows in groupby(table.rows, key=lambda row: row.group):
        members = list(rows)
        if group:
            heading.append(Box(0, at, 1, width * len(members), in_print(group)))
        for row in members:
            heading.append(Box(1 if group else 0, at, 1, width, in_print(row.label)))
            for place, column in enumerate(table.columns, start=at):
                heading.append(Box(2 if group else 1, place, 1 if group else 2, 1, in_print(column.label)))
            at += width
    body = tuple(
        Box(0, row_at * width + column_at, key=CellKey(code, row.code, column.code))
        for row_at, row in enumerate(table.rows)
        for column_at, column in enumerate(table.columns)
    )
    return PrintedTable(in_print(table.label), tuple(heading), 3, body, 1, at, 0)


def _furniture(table: Table, begins: str) -> str:
    """A text of the form that is neither row nor column, by how it begins."""
    return in_print(next(text for text in table.furniture if text.startswith(begins)))
