"""Reader for text as extractors leave it: pipes, tabs, Markdown tables, or one value a line.

Keeps what the text still tells of the table's shape and marks as a gap every emptiness of which it does not tell
whether a cell stood there. Knows no form: which label a cell bears is for `parsing`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gx_pipeline.documents.model import GAP, Cell, Document, Line, Source, cell_of

# Rows of tables repeat from report to report and are taken apart once; paragraphs are longer and do not.
_SHORT = 100
_RULE = re.compile(r"^[\s|+:=-]*[-=]{3,}[\s|+:=-]*$")


def read_text(text: str, source: Source) -> Document:
    """Lines of the text as lines of cells; a line keeps its number in the file (from 1), empty ones are left out."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    tabbed = "\t" in text
    indented = tabbed and _tab_indented(rows)
    lines = []
    for number, row in enumerate(rows, start=1):
        if row and (cells := _cells(row, indented) if len(row) <= _SHORT else _new_cells(row, indented)):
            lines.append(Line(f"line {number}", cells))
    return Document(source=source, lines=tuple(lines))


def cells_of_row(row: str) -> tuple[Cell, ...]:
    """The cells of one line of text by its pipes or tabs; none where it holds nothing but a rule."""
    return _new_cells(row, indented=False)


def _tab_indented(rows: list[str]) -> bool:
    """Whether every row with a tab opens with one: then the first tab opens the row and parts no cells."""
    return all(row.startswith("\t") for row in rows if "\t" in row)


def _new_cells(row: str, indented: bool) -> tuple[Cell, ...]:
    if "|" in row:
        return () if _RULE.match(row) else _piped(row)
    if "\t" in row:
        return tuple(_cell(part) for part in (row[1:] if indented else row).split("\t"))
    cell = cell_of(row.strip())
    return (cell,) if cell.kind == "text" else ()


_cells = lru_cache(maxsize=1 << 13)(_new_cells)


def _piped(row: str) -> tuple[Cell, ...]:
    parts = row.split("|")
    if not parts[0].strip(" \t"):
        parts = parts[1:]
    if parts and not parts[-1].strip(" \t"):
        parts = parts[:-1]
    return tuple(map(_cell, parts))


def _cell(part: str) -> Cell:
    printed = part.strip(" \t")
    return cell_of(printed) if printed else GAP
