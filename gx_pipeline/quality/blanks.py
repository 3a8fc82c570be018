"""Cells printed empty where a figure is due: totals beside figures, and rows in a table that is filled otherwise.

Many reports print nothing where nothing happened; that alone is no fault, and the parser tells which cells are empty
(`blank_cells`). Section 二 is left out: most organs may issue no regulations and leave those cells empty. Whether an
identity tallies without the cell is for `identities`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gx_pipeline.forms import CellKey, Table, TableCode, load_forms
from gx_pipeline.parsing import Finding, ParsedReport, ReportCell
from gx_pipeline.quality.registry import rule

_TABLES: tuple[TableCode, ...] = ("requests", "reconsideration_litigation")
_EMPTY = ("blank", "not_applicable")
_NAMED = 4
_Rows = Mapping[str, Sequence[ReportCell]]


def blank_findings(report: ParsedReport) -> Iterator[Finding]:
    """For each table: the figures that are due and missing (warn), and totals left out that seem to be zeros (info)."""
    with_empty_cells = {cell.key.table for cell in report.cells if cell.state in _EMPTY}
    for code in (code for code in _TABLES if code in with_empty_cells):
        table = load_forms()[report.form_of(code)].tables[code]
        rows = {row.code: [report.by_key[CellKey(code, row.code, column.code)] for column in table.columns] for row in table.rows}
        totals = list(dict.fromkeys([*_totals_of_rows(rows), *_totals_of_columns(table, rows)]))
        if totals:
            due, parts = totals[0]
            yield rule("blanks_due").finding(
                f"{code}: {len(totals)} totals are empty beside figures ({_named([cell for cell, _ in totals])})",
                [cell.key for cell, _ in totals],
                expected=_sum(parts) if len(totals) == 1 else None,
                suspect=due.key if len(totals) == 1 else None,
                about="totals",
            )
        if empty := _empty_rows(rows):
            yield rule("blanks_due").finding(
                f"{code}: {len(empty)} rows are empty in a table that is filled otherwise ({', '.join(empty)})",
                [cell.key for row in empty for cell in rows[row]],
                about="rows",
            )
        elif zeros := _zeros_left_out(rows, {cell.key for cell, _ in totals}):
            yield rule("blanks_due").finding(
                f"{code}: {len(zeros)} totals are empty where the totals of other rows are printed as 0 ({_named(zeros)})",
                [cell.key for cell in zeros],
                severity="info",
                about="zeros",
            )


_Due = tuple[ReportCell, tuple[ReportCell, ...]]


def _totals_of_rows(rows: _Rows) -> Iterator[_Due]:
    """The totals of rows that are empty although a figure above 0 stands in the row, with what they should sum up."""
    for cells in rows.values():
        *parts, total = cells
        if total.state in _EMPTY and any(cell.value for cell in parts):
            yield total, tuple(parts)


def _totals_of_columns(table: Table, rows: _Rows) -> Iterator[_Due]:
    """The same down the columns: the total of all outcomes."""
    outcomes = [row.code for row in table.rows if row.role == "outcome"]
    for total_row in (row.code for row in table.rows if row.role == "total"):
        for at, total in enumerate(rows[total_row]):
            parts = tuple(rows[row][at] for row in outcomes)
            if total.state in _EMPTY and any(cell.value for cell in parts):
                yield total, parts


def _empty_rows(rows: _Rows) -> list[str]:
    """The rows printed empty in a table of which every other cell holds a number."""
    empty = [row for row, cells in rows.items() if all(cell.state == "blank" for cell in cells)]
    others = [cell for row, cells in rows.items() if row not in empty for cell in cells]
    return empty if others and all(cell.state == "reported" for cell in others) else []


def _zeros_left_out(rows: _Rows, told: set[CellKey]) -> list[ReportCell]:
    """The totals that are empty in a table that prints a total of 0 in other rows."""
    totals = [cells[-1] for cells in rows.values()]
    if not any(cell.value == 0 for cell in totals):
        return []
    return [cell for cell in totals if cell.state == "blank" and cell.key not in told]


def _sum(parts: Sequence[ReportCell]) -> int | float | None:
    values = [cell.value for cell in parts]
    return None if None in values else sum(value for value in values if value is not None)


def _named(cells: Sequence[ReportCell]) -> str:
    names = [f"{cell.key.row} / {cell.key.column}" for cell in cells]
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
