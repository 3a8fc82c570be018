"""What differs between two warehouses in short texts, the same on a terminal and in Markdown.

Does not belong here: how they are drawn (`diff_markdown`, `cli.diff`); which characters of a document may stand there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from gx_pipeline.warehouse.diff_model import (
    Cell,
    Changes,
    Correction,
    CorrectionChange,
    FindingChange,
    Number,
    ReportChange,
    TableChange,
    Tally,
)

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
CAME = ("added", "removed", "changed")
OPENED = ("opened", "closed", "changed")


def figure(cell: Cell | None) -> str:
    """What stands in a cell, in short: its figure, else its state; behind it the figure to count with, where that is another."""
    if cell is None:
        return "no cell"
    published = number_in_words(cell.value) if cell.value is not None else cell.state
    if cell.used_value == cell.value:
        return published
    return f"{published} (counts as {number_in_words(cell.used_value) if cell.used_value is not None else 'none'})"


def number_in_words(number: Number) -> str:
    """A number as exactly as it is stored, whole ones without a fraction."""
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)


def counts_in_words(changes: Changes[Any], words: Sequence[str] = CAME) -> str:
    """Such as "2 added, 1 changed"; "none" where there are none."""
    counts = zip((changes.added, changes.removed, changes.changed), words, strict=True)
    return ", ".join(f"{count:,} {word}" for count, word in counts if count) or "none"


def fields_in_words(change: ReportChange) -> list[str]:
    """What differs in a report beside its cells, a text a field; digests only by name, nobody compares them by eye."""
    return [
        field.name if field.name == "sha256" else f"{field.name}: {field.old or 'none'} → {field.new or 'none'}"
        for field in change.fields
    ]


def cells_in_words(change: ReportChange) -> str:
    """How many cells of a report differ; empty where none does."""
    if change.kind != "changed":
        return f"{change.cells:,} cells"
    differ = "" if not change.cells else "1 cell differs" if change.cells == 1 else f"{change.cells:,} cells differ"
    reread = f"{change.reread:,} read otherwise with the same figure" if change.reread else ""
    return ", ".join(filter(None, (differ, reread)))


def finding_in_words(change: FindingChange) -> str:
    """What a finding that stayed says now and said before; of one that came or went what it says."""
    old, new = change.old, change.new
    if old is None or new is None:
        came = {"added": " (with its report)", "removed": " (with its report)"}.get(change.report or "", "")
        status = f" ({change.shown.status})" if change.shown.status != "open" else ""
        return change.shown.message + status + came
    changed = [
        f"{name}: {_value(was)} → {_value(now)}"
        for name in ("severity", "status", "cause", "found", "expected")
        if (was := getattr(old, name)) != (now := getattr(new, name))
    ]
    if old.cells != new.cells:
        changed.append("points at other cells")
    if old.suspect != new.suspect:
        changed.append("suspects another cell")
    said = new.message if old.message == new.message else f"{old.message} → {new.message}"
    return f"{said} ({'; '.join(changed)})" if changed else said


def correction_in_words(change: CorrectionChange) -> str:
    """What is corrected now and was before."""
    return " → ".join(_one_correction(entry) for entry in (change.old, change.new) if entry) + (
        " (no longer)" if change.new is None else ""
    )


def columns_in_words(table: TableChange) -> list[str]:
    """Which columns of a table came, went, have another type, or differ and in how many rows."""
    if table.definition_changed:
        return ["the definition of the view"]
    words = []
    for column in table.columns:
        rows = f"{column.name} ({column.rows:,})" if column.rows else column.name
        retyped = f"{rows}: {column.old_type} → {column.new_type}"
        words.append({"added": f"+{column.name}", "removed": f"-{column.name}", "retyped": retyped, "values": rows}[column.kind])
    return words


def tallies_in_words(tallies: Iterable[Tally]) -> str:
    """Tallies in a row, without those of which there were and are none."""
    return ", ".join(tally_in_words(tally) for tally in tallies if tally.old or tally.new) or "none"


def tally_in_words(tally: Tally) -> str:
    """Such as "blank 3 → 4"; the count once where it stayed."""
    return f"{tally.name} {tally.old:,} → {tally.new:,}" if tally.old != tally.new else f"{tally.name} {tally.new:,}"


def _one_correction(entry: Correction) -> str:
    value = f" {number_in_words(entry.value)}" if entry.value is not None else ""
    return f"{entry.action}{value}: {entry.reason}"


def _value(value: object) -> str:
    return "none" if value is None else number_in_words(value) if isinstance(value, float) else str(value)
