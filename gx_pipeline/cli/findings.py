"""Findings in words: the place on the form, what stands there, what it is compared with, whence it comes. Drawn as a list, or as JSON.

Does not belong here: the tables (`tables`), the place in the source (`explain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from gx_pipeline.cli.console import COLOURS, out, said
from gx_pipeline.cli.judged import JudgedReport, Named
from gx_pipeline.cli.tables import places_of
from gx_pipeline.forms import TABLE_CODES, CellKey, load_forms
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.parsing import Cause, Finding
from gx_pipeline.parsing.layout import shown
from gx_pipeline.quality.registry import expected_of, load_rules

CAUSES_IN_WORDS: dict[Cause, str] = {
    "publisher_error": "原文如此 · the source prints it so",
    "parse_doubt": "可能误读 · it may have been read wrongly",
    "form_variant": "表式不同 · the table follows another form",
    "scope_difference": "口径不同 · text and table do not speak of the same",
}
_SHOWN_CELLS = 6


def row_in_words(report: JudgedReport, key: CellKey) -> str:
    """The label of a cell's row, behind that of its group."""
    row = load_forms()[report.forms[key.table]].tables[key.table].row_by_code.get(key.row)
    if row is None:
        return key.row
    return f"{row.group} {row.label}" if row.group else row.label


def column_in_words(report: JudgedReport, key: CellKey) -> str:
    """The label of a cell's column."""
    column = load_forms()[report.forms[key.table]].tables[key.table].column_by_code.get(key.column)
    return column.label if column else key.column


def table_in_words(report: JudgedReport, key: CellKey) -> str:
    """The label of a cell's table."""
    return load_forms()[report.forms[key.table]].tables[key.table].label


def standing(report: JudgedReport, key: CellKey) -> str:
    """What stands in a cell, as printed, or its state where no figure does."""
    cell = report.cells.get(key)
    if cell is None:
        return "no such cell"
    return shown(cell) if cell.state == "reported" else cell.state


def rule_in_words(code: str) -> str:
    """The label of a rule in both languages; empty for a rule that the registry does not have."""
    rule = load_rules().get(code)
    return f"{rule.label} · {rule.label_en}" if rule else ""


def print_list(report: JudgedReport) -> None:
    """Every finding of the report, numbered as in the tables."""
    if not report.findings:
        out.print("[green]no findings of the severity asked for[/]")
    for number, named in enumerate(report.findings, start=1):
        finding = named.finding
        print_heading(finding, f"[{number}] ")
        lines = [*places_in_words(report, finding), said(finding.message)]
        if finding.cause:
            lines.append(said(f"cause: {CAUSES_IN_WORDS[finding.cause]}"))
        if named.name:
            lines.append(said(f"id: {named.name}", "dim"))
        for line in lines:
            out.print(indented(line))


def indented(line: RenderableType) -> Padding:
    """A line below a heading."""
    return Padding(line, (0, 0, 0, 4), expand=False)


def print_heading(finding: Finding, number: str = "") -> None:
    """Severity and rule with its label."""
    out.print(
        Text.assemble(
            (f"{number}{finding.severity} ", COLOURS[finding.severity]),
            (finding.rule, "bold"),
            f"  {rule_in_words(finding.rule)}",
        )
    )


def places_in_words(report: JudgedReport, finding: Finding) -> list[Text]:
    """The cells in words, a line a table; what they are compared with; the finding's own place in the document."""
    lines: list[Text] = []
    places = sorted(places_of(finding), key=lambda key: TABLE_CODES.index(key.table))
    for _, group in groupby(places, key=lambda key: key.table):
        lines.append(_cells_in_words(report, list(group)))
    if finding.expected is not None:
        before, after = expected_of(finding.rule, suspects=finding.suspect is not None).label_en.split("{}")
        compared = Text.assemble(before, (in_digits(finding.expected), "bold green"), after)
        if len(places) == 1:
            lines[-1].append_text(Text(", ") + compared)
        else:
            stands = f"{in_digits(finding.found)} stands, " if finding.found is not None else ""
            lines.append(Text(stands) + compared)
    if finding.at:
        lines.append(said(finding.at, "dim"))
    return lines


def _cells_in_words(report: JudgedReport, keys: Sequence[CellKey]) -> Text:
    """Cells of one table: a row or column that all of them share is named once, whole rows of many are counted."""
    path = [table_in_words(report, keys[0])]
    standings = [standing(report, key) for key in keys]
    if len({key.row for key in keys}) == 1:
        path.append(row_in_words(report, keys[0]))
        parts = [f"{column_in_words(report, key)} {stands}" for key, stands in zip(keys, standings, strict=True)]
    elif len({key.column for key in keys}) == 1:
        path.append(column_in_words(report, keys[0]))
        parts = [f"{row_in_words(report, key)} {stands}" for key, stands in zip(keys, standings, strict=True)]
    else:
        rows: dict[str, list[CellKey]] = {}
        for key in keys:
            rows.setdefault(row_in_words(report, key), []).append(key)
        parts = [f"{row} ({len(cells)} cells)" for row, cells in rows.items()]
    if len(keys) == 1:
        return Text.assemble(said(" › ".join((*path, column_in_words(report, keys[0])))), ": ", said(standings[0], "bold"))
    more = f" · and {len(parts) - _SHOWN_CELLS} more" if len(parts) > _SHOWN_CELLS else ""
    return said(f"{' › '.join(path)}: {' · '.join(parts[:_SHOWN_CELLS])}{more}")


def to_json(report: JudgedReport, named: Named) -> dict[str, Any]:
    """The object that `check` prints for a finding."""
    finding = named.finding
    return {
        "id": named.name,
        "agency_id": report.agency_id,
        "year": report.year,
        "path": report.path,
        "rule": finding.rule,
        "severity": finding.severity,
        "cause": finding.cause,
        "message": finding.message,
        "cells": [list(key) for key in finding.cells],
        "suspect": list(finding.suspect) if finding.suspect else None,
        "expected": finding.expected,
        "found": finding.found,
        "locator": finding.at,
    }
