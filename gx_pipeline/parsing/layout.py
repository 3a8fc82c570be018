"""A report in the official layout: its three tables as rows of labels and cells, for people to look at.

Used by the terminal (`cli`) and by the UI (`defs`); how it is drawn is theirs. Does not belong here: judging.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gx_pipeline.forms import TABLE_CODES, CellKey, TableCode, load_forms
from gx_pipeline.parsing.model import ParsedReport, ReportCell

SHOWN_STATES = {"blank": "␣", "missing": "·", "unparsed": "?"}


@dataclass(frozen=True)
class LayoutTable:
    """A table of the report: heading, column headings, rows of (label, cells); None where the row has no such cell."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[ReportCell | None, ...]], ...]


def official_layout(report: ParsedReport) -> list[LayoutTable]:
    """The three tables of a report in the order and wording of its form."""
    return layout_of({code: report.form_of(code) for code in TABLE_CODES}, report.by_key)


def layout_of(forms: Mapping[TableCode, str], cells: Mapping[CellKey, ReportCell]) -> list[LayoutTable]:
    """The same of cells by their address and the form of each table."""
    tables = []
    for code in TABLE_CODES:
        declared = load_forms()[forms[code]].tables[code]
        rows = tuple(
            (
                row.label,
                tuple(cells.get(CellKey(code, row.code, column.code)) for column in declared.columns),
            )
            for row in declared.rows
        )
        tables.append(LayoutTable(declared.label, tuple(column.label for column in declared.columns), rows))
    return tables


def shown(cell: ReportCell | None) -> str:
    """A cell as a person reads it: the number as printed, or a sign for its state."""
    if cell is None:
        return ""
    if cell.state in SHOWN_STATES:
        return SHOWN_STATES[cell.state]
    return (cell.raw or "").strip()


def markdown(report: ParsedReport, faulty: Collection[CellKey] = ()) -> str:
    """The three tables as Markdown; cells at which an error points are bold with a warning sign."""
    parts = []
    for table in official_layout(report):
        lines = [
            f"**{table.title}**",
            "",
            "| | " + " | ".join(table.headings) + " |",
            "|---" + "|---:" * len(table.headings) + "|",
        ]
        for label, cells in table.rows:
            texts = [f"**⚠ {shown(cell)}**" if cell and cell.key in faulty else shown(cell) for cell in cells]
            lines.append(f"| {_escaped(label)} | " + " | ".join(map(_escaped, texts)) + " |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
