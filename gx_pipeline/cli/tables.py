"""The official tables of a report with the faulty cells marked. Does not belong here: the findings in words (`findings`)."""

from __future__ import annotations

import math
from typing import NamedTuple

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from gx_pipeline.cli.console import COLOURS, out, said
from gx_pipeline.cli.judged import JudgedReport
from gx_pipeline.forms import CellKey, TableCode
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.parsing import SEVERITIES, Finding, ReportCell, Severity
from gx_pipeline.parsing.layout import SHOWN_STATES, LayoutTable, layout_of, shown
from gx_pipeline.quality.registry import fits

SIGNS = {"error": "!", "warn": "~", "info": ""}
_HEADING_WIDTH = 6


class Note(NamedTuple):
    """What stands beside a row: the number of a finding in the list below, and the value that would fit, if it is one."""

    number: int
    fits: int | float | None


Notes = dict[tuple[TableCode, str], list[Note]]


def print_report(report: JudgedReport, *, numbered: bool = False, pointed_only: bool = False) -> None:
    """Head, tables and legend.

    Args:
        report: with the findings to be marked.
        numbered: whether a list of the findings follows, to whose numbers the rows refer.
        pointed_only: leave out the tables at which no finding points.
    """
    print_head(report)
    marks, notes = _marks(report), _notes(report) if numbered else {}
    layouts = layout_of(report.forms, report.cells)
    for layout in layouts:
        if not pointed_only or any(cell and cell.key in marks for _, cells in layout.rows for cell in cells):
            out.print(_drawn(layout, marks, notes))
    if not pointed_only or marks:
        signs = "   ".join(f"{sign} {state}" for state, sign in SHOWN_STATES.items())
        out.print(
            Text.assemble(
                (signs + "   ", "dim"),
                ("!", COLOURS["error"]),
                (" an error, ", "dim"),
                ("~", COLOURS["warn"]),
                (" a warning", "dim"),
            )
        )


def print_head(report: JudgedReport) -> None:
    """Who reports on what year, and in which file."""
    out.rule(said(f"{report.agency_name or 'unknown agency'} {report.year or 'unknown year'}", "bold"))
    published = f"published {report.published_on or 'date unknown'}"
    out.print(
        said("  ·  ".join((report.path, report.agency_id or "no agency id", f"{report.form} form", published, report.scope)))
    )


def places_of(finding: Finding) -> tuple[CellKey, ...]:
    """The cells to be marked for a finding: the one that explains it alone, else all at which it points."""
    return (finding.suspect,) if finding.suspect else finding.cells


def _marks(report: JudgedReport) -> dict[CellKey, Severity]:
    """The gravest severity that points at a cell."""
    marks: dict[CellKey, Severity] = {}
    for finding in sorted((named.finding for named in report.findings), key=lambda found: SEVERITIES.index(found.severity)):
        for key in places_of(finding):
            marks.setdefault(key, finding.severity)
    return marks


def _notes(report: JudgedReport) -> Notes:
    """The findings that point at a single row, by that row."""
    notes: Notes = {}
    for number, finding in enumerate((named.finding for named in report.findings), start=1):
        rows = {(key.table, key.row) for key in places_of(finding)}
        if len(rows) == 1:
            notes.setdefault(rows.pop(), []).append(Note(number, finding.expected if _fits(finding) else None))
    return notes


def _fits(finding: Finding) -> bool:
    return fits(finding.rule, suspects=finding.suspect is not None)


def _drawn(layout: LayoutTable, marks: dict[CellKey, Severity], notes: Notes) -> Table:
    table = Table(title=layout.title, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("", overflow="fold")
    for heading in layout.headings:
        table.add_column(_folded(heading), justify="right", overflow="fold")
    noted = [_notes_of(cells, notes) for _, cells in layout.rows]
    if any(noted):
        table.add_column("would\nfit", overflow="fold")
    for (label, cells), beside in zip(layout.rows, noted, strict=True):
        marked = [_marked(cell, marks.get(cell.key) if cell else None) for cell in cells]
        table.add_row(label, *marked, *([said("\n".join(beside))] if any(noted) else []))
    return table


def _folded(heading: str) -> str:
    """A heading in lines of about equal width, each no wider than a small number."""
    width = cell_len(heading)
    widest = math.ceil(width / math.ceil(width / _HEADING_WIDTH))
    lines = [""]
    for character in heading:
        if cell_len(lines[-1] + character) > widest:
            lines.append("")
        lines[-1] += character
    return "\n".join(lines)


def _notes_of(cells: tuple[ReportCell | None, ...], notes: Notes) -> list[str]:
    """What stands beside a row."""
    key = next(cell.key for cell in cells if cell)
    return [
        (f"{in_digits(note.fits)} " if note.fits is not None else "") + f"[{note.number}]"
        for note in notes.get((key.table, key.row), ())
    ]


def _marked(cell: ReportCell | None, severity: Severity | None) -> Text:
    if severity is None or severity == "info":
        return said(shown(cell))
    return said(shown(cell) + SIGNS[severity], COLOURS[severity])
