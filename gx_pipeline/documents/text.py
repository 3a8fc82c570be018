"""Reader for text as extractors leave it: pipes, tabs, Markdown tables, or one value a line.

Keeps what the text still tells of the table's shape and marks as a gap every emptiness of which it does not tell
whether a cell stood there. Knows no form: which label a cell bears is for `parsing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gx_pipeline.documents.model import GAP, Cell, Document, Line, Source, cell_of

_RULE = re.compile(r"^[\s|+:=-]*[-=]{3,}[\s|+:=-]*$")


def read_text(text: str, source: Source) -> Document:
    """Lines of the text as lines of cells; a line keeps its number in the file (from 1)."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    indented = _tab_indented(rows)
    return Document(
        source=source,
        lines=tuple(Line(f"line {number}", cells) for number, cells in enumerate(_cells(rows, indented), start=1)),
    )


def _tab_indented(rows: list[str]) -> bool:
    """Whether every row with a tab opens with one: then the first tab opens the row and parts no cells."""
    return all(row.startswith("\t") for row in rows if "\t" in row)


def _cells(rows: list[str], indented: bool) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        if "|" in row:
            yield () if _RULE.match(row) else _piped(row)
        elif "\t" in row:
            yield tuple(_cell(part) for part in (row[1:] if indented else row).split("\t"))
        else:
            cell = cell_of(row.strip())
            yield (cell,) if cell.kind == "text" else ()


def _piped(row: str) -> tuple[Cell, ...]:
    parts = row.split("|")
    if not parts[0].strip(" \t"):
        parts = parts[1:]
    if parts and not parts[-1].strip(" \t"):
        parts = parts[:-1]
    return tuple(_cell(part) for part in parts)


def _cell(part: str) -> Cell:
    printed = part.strip(" \t")
    return cell_of(printed) if printed else GAP
