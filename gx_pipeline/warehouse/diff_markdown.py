"""A diff as Markdown, for the metadata of a published warehouse. Knows no Dagster.

Names and messages come from documents of others: none of their characters is Markdown or HTML here, or steers a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from gx_pipeline.errors import NotComparable
from gx_pipeline.warehouse.diff import diff_warehouses
from gx_pipeline.warehouse.diff_model import (
    CellChange,
    Changes,
    CorrectionChange,
    Diff,
    FindingChange,
    RefusalChange,
    ReportChange,
    TableChange,
)
from gx_pipeline.warehouse.diff_words import (
    OPENED,
    SIGNS,
    cells_in_words,
    columns_in_words,
    correction_in_words,
    counts_in_words,
    fields_in_words,
    figure,
    finding_in_words,
    tallies_in_words,
)

SHOWN = 20
_LONGEST = 300
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~!&$@]")
_Row = Sequence[str]


def publication_markdown(old: Path | None, new: Path, limit: int = SHOWN) -> str:
    """What a warehouse that is about to be published changes, as Markdown.

    Args:
        old: the DuckDB file that is published now; None, or a file that is not there, before the first publication.
        new: the file that takes its place; no process may have it open for writing.
        limit: how many entries of each list are shown.

    Returns:
        The diff; where the files cannot be compared, the reason: whether the new one is fit to be published, its checks say.
    """
    if old is None or not old.exists():
        return "No warehouse was published here before."
    try:
        return markdown(diff_warehouses(old, new, limit=limit), limit)
    except NotComparable as error:
        return f"Not compared with the warehouse published before: {plain(str(error))}"


def markdown(diff: Diff, limit: int = SHOWN) -> str:
    """The diff as Markdown: what changed in numbers, then a table of each list.

    Args:
        diff: what differs.
        limit: how many entries of each list are shown; what is left out is counted.
    """
    if diff.same:
        return "Nothing differs from the warehouse published before."
    lists = (
        ("Reports", ("", "report", "what"), diff.reports, _report),
        ("Cells", ("report", "cell", "old", "new"), diff.cells, _cell),
        ("Findings", ("", "report", "severity", "rule", "message"), diff.findings, _finding),
        ("Corrections", ("", "report", "cell", "what"), diff.corrections, _correction),
        ("Refused files", ("", "file", "code", "message"), diff.refusals, _refusal),
    )
    parts = [_numbers(diff)]
    parts += [_section(heading, columns, changes, draw, limit) for heading, columns, changes, draw in lists if changes.total]
    if tables := [table for table in diff.tables if table.kind != "same"]:
        rows = [_table(table) for table in tables]
        parts.append(f"#### Tables\n\n{_drawn(('', 'table', 'rows +', 'rows -', 'rows ~', 'columns'), rows)}")
    return "\n\n".join(parts)


def _numbers(diff: Diff) -> str:
    lines = (
        f"**Reports**: {counts_in_words(diff.reports)} ({diff.report_count.old:,} → {diff.report_count.new:,})",
        f"**Cells**: {counts_in_words(diff.cells)} ({tallies_in_words(diff.states)})",
        f"**Findings**: {counts_in_words(diff.findings, OPENED)} (open: {tallies_in_words(diff.severities)})",
    )
    return "\n".join(f"- {line}" for line in lines)


def _section(heading: str, columns: _Row, changes: Changes[Any], draw: Callable[[Any], _Row], limit: int) -> str:
    shown = changes.listed[:limit]
    more = changes.unlisted + len(changes.listed) - len(shown)
    parts = [f"#### {heading}"]
    if shown:
        parts.append(_drawn(columns, map(draw, shown)))
    if more:
        parts.append(f"and {more:,} more")
    if not shown and not more:
        parts.append("all of reports that came or went")
    return "\n\n".join(parts)


def _drawn(columns: _Row, rows: Iterable[_Row]) -> str:
    lines = [columns, ["---"] * len(columns), *([plain(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str, longest: int = _LONGEST) -> str:
    """A text as it may stand in a cell of a table: one line, no mark-up, no address that becomes a link, not without end."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    cut = line if len(line) <= longest else line[:longest] + "…"
    return _MARKS.sub(r"\\\g<0>", cut).replace("://", ":\u200b//")


def _of(change: ReportChange | CellChange | FindingChange | CorrectionChange) -> str:
    return f"{change.year} {change.agency_name}"


def _report(change: ReportChange) -> _Row:
    return SIGNS[change.kind], _of(change), "; ".join(filter(None, (cells_in_words(change), *fields_in_words(change))))


def _cell(change: CellChange) -> _Row:
    return _of(change), " › ".join(change.place), figure(change.old), figure(change.new)


def _finding(change: FindingChange) -> _Row:
    return SIGNS[change.kind], _of(change), change.shown.severity, change.shown.rule, finding_in_words(change)


def _correction(change: CorrectionChange) -> _Row:
    return SIGNS[change.kind], _of(change), " › ".join(change.place), correction_in_words(change)


def _refusal(change: RefusalChange) -> _Row:
    return SIGNS[change.kind], change.source_path, change.code, change.new_message or change.old_message or ""


def _table(change: TableChange) -> _Row:
    counts = (change.rows_added, change.rows_removed, change.rows_changed)
    return (
        SIGNS[change.kind],
        change.full_name + (" (view)" if change.view else " (without a key)" if change.unkeyed else ""),
        *(f"{count:,}" if count else "" for count in counts),
        ", ".join(columns_in_words(change)),
    )
