"""Text of a page outside ruled tables: lines, their parts where wide gaps part them, and tables without lines.

A table without lines becomes a grid only where every figure stands clearly in one column; otherwise its lines stay lines
of cells in printed order, which the parser places or refuses. Does not belong here: ruled tables (`pdf_grid`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gx_pipeline.documents.model import COVERED, GAP, Cell, cell_of
from gx_pipeline.documents.pdf_page import Glyph
from gx_pipeline.documents.pdf_words import Spacing, gap, is_overprinted, is_wide, join, line_text, lines_of, once, spacing_of

_VALUE = re.compile(
    r"[-+\u2212]?\d[\d,]*(?:\.\d+)?[\u00b0-\u00b9\u2070-\u2079]*(?:件|条|个|元|万元)?|[/\\*\-\u2010-\u2015\u2212\u2500…·~]{1,12}|无"
)
_NUMBERING = re.compile(r"[(（]?\d{1,2}[)）、.．]+")
_WORDS_APART = 0.9
_WIDE_APART = 1.6
_COLUMNS_APART = 0.8
_LEADING = 1.6
_HEADING = 14
_LABEL = 60


@dataclass(slots=True)
class Part:
    """A piece of a line between wide gaps."""

    x0: float
    x1: float
    text: str

    @property
    def is_value(self) -> bool:
        """Whether it is a figure or a placeholder."""
        return bool(_VALUE.fullmatch(self.text.replace(" ", "").replace("，", ",")))


@dataclass(slots=True)
class TextLine:
    """A printed line. `number` counts the lines of the page; `tabular` says that its parts are cells."""

    number: int
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    parts: list[Part]
    tabular: bool = False
    overprinted: bool = False

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(part.text for part in self.parts)

    @property
    def y(self) -> float:
        """Middle, from the top."""
        return (self.y0 + self.y1) / 2

    @property
    def has_values(self) -> bool:
        """Whether figures stand in it behind a gap."""
        return any(part.is_value for part in self.parts[1:]) or (len(self.parts) > 1 and self.parts[0].is_value)


def text_lines(glyphs: Sequence[Glyph]) -> list[TextLine]:
    """The lines of a page from top to bottom."""
    level = once([glyph for glyph in glyphs if not glyph.turned])
    spacing = spacing_of([level])
    lines = []
    for number, row in enumerate(lines_of(level), start=1):
        parts = _numbering_joined(_parts(row, spacing))
        lines.append(
            TextLine(
                number,
                row[0].x0,
                max(glyph.x1 for glyph in row),
                min(glyph.y0 for glyph in row),
                max(glyph.y1 for glyph in row),
                max(glyph.size for glyph in row),
                parts,
                overprinted=any(is_overprinted(one, other) for one, other in pairwise(row)),
            )
        )
    _mark_tabular(lines)
    return lines


def _parts(row: list[Glyph], spacing: Spacing) -> list[Part]:
    pieces: list[list[Glyph]] = []
    for glyph in row:
        if pieces:
            before = pieces[-1][-1]
            wide = is_wide(before.text) and is_wide(glyph.text)
            if gap(before, glyph) <= (_WIDE_APART if wide else max(_WORDS_APART, 1.5 * spacing.digits)):
                pieces[-1].append(glyph)
                continue
        pieces.append([glyph])
    return [Part(piece[0].x0, max(glyph.x1 for glyph in piece), line_text(piece, spacing)) for piece in pieces]


def _numbering_joined(parts: list[Part]) -> list[Part]:
    """Parts with a numbering that a tab parts from its text put back before it."""
    joined: list[Part] = []
    for part in parts:
        if joined and _NUMBERING.fullmatch(joined[-1].text) and not part.is_value and part.x0 - joined[-1].x1 < 30:
            joined[-1] = Part(joined[-1].x0, part.x1, joined[-1].text + part.text)
        else:
            joined.append(part)
    return joined


def _mark_tabular(lines: list[TextLine]) -> None:
    for line in lines:
        line.tabular = line.has_values or (len(line.parts) > 2 and all(len(part.text) <= _HEADING for part in line.parts))
    for index, line in enumerate(lines):
        if line.tabular or len(line.parts) != 2 or any(len(part.text) > _HEADING for part in line.parts):
            continue
        line.tabular = any(near.has_values for near in lines[max(0, index - 2) : index + 3])


@dataclass(slots=True)
class OpenTable:
    """A table without lines: `columns` are the stretches in which its figures stand, `labels` how many cells come before them."""

    labels: int
    columns: list[tuple[float, float]]
    rows: list[tuple[int, tuple[Cell, ...]]]

    def goes_on(self, other: OpenTable) -> bool:
        """Whether the other table has its figures in the same columns."""
        return (
            self.labels == other.labels
            and len(self.columns) == len(other.columns)
            and all(one[0] <= two[1] and two[0] <= one[1] for one, two in zip(self.columns, other.columns, strict=True))
        )


def stretches(lines: Sequence[TextLine]) -> list[tuple[int, int]]:
    """Where tables without lines may stand: from and up to, indexes of lines; labels broken over lines belong to them."""
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        if not lines[index].tabular:
            index += 1
            continue
        start = stop = index
        misses = 0
        while index < len(lines) and misses <= 3:
            line = lines[index]
            if line.tabular:
                stop, misses = index, 0
            elif len(line.text) > _LABEL or (index and line.y0 - lines[index - 1].y1 > 3 * line.size):
                break
            else:
                misses += 1
            index += 1
        index = stop + 1
        found.append((start, stop + 1))
    return found


def open_table(lines: Sequence[TextLine]) -> OpenTable | None:
    """The lines of a stretch, from its first figures on, as a grid; None where any figure's column is in doubt."""
    with_values = [line for line in lines if line.has_values]
    columns = _columns(with_values)
    if len(with_values) < 3 or len(columns) < 4:
        return None
    if not any(sum(part.is_value for part in line.parts) == len(columns) for line in with_values):
        return None
    if any(later[0] - earlier[1] < _COLUMNS_APART * lines[0].size for earlier, later in pairwise(columns)):
        return None
    placed = [_placed(line, columns) for line in lines]
    if None in placed:
        return None
    rows = _labelled([row for row in placed if row is not None], columns[0][0])
    width = max(len(row.labels) for row in rows)
    return OpenTable(
        width,
        columns,
        [
            (
                row.line.number,
                (
                    *(COVERED for _ in range(width - len(row.labels))),
                    *(cell_of(part.text) for part in row.labels),
                    *(
                        cell_of(row.cells[index].text) if index in row.cells else cell_of("") if row.cells else GAP
                        for index in range(len(columns))
                    ),
                ),
            )
            for row in rows
        ],
    )


@dataclass(slots=True)
class _Row:
    line: TextLine
    labels: list[Part]
    cells: dict[int, Part]


def _placed(line: TextLine, columns: Sequence[tuple[float, float]]) -> _Row | None:
    """The parts of a line as labels and as cells of the columns; None when one stands between columns or two in one."""
    row = _Row(line, [], {})
    for part in line.parts:
        under = [index for index, (x0, x1) in enumerate(columns) if part.x0 < x1 and part.x1 > x0]
        if not under and part.x1 <= columns[0][0] and not part.is_value:
            row.labels.append(part)
        elif len(under) != 1 or under[0] in row.cells:
            return None
        else:
            row.cells[under[0]] = part
    return row


def _columns(lines: Sequence[TextLine]) -> list[tuple[float, float]]:
    """The stretches, from left to right, in which figures stand one under the other."""
    columns: list[tuple[float, float]] = []
    for part in sorted((part for line in lines for part in line.parts if part.is_value), key=lambda part: part.x0):
        if columns and part.x0 <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], part.x1))
        else:
            columns.append((part.x0, part.x1))
    return columns


def _labelled(rows: list[_Row], first: float) -> list[_Row]:
    """The rows with the pieces of labels that stand above or below their figures put into them.

    A piece belongs to a row only if it stands where the labels next to the figures do, and clearly nearer than to any other.
    """
    starts = sorted(row.labels[-1].x0 for row in rows if row.cells and row.labels)
    if not starts:
        return rows
    start = starts[3 * len(starts) // 4]
    pieces: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        if row.cells or len(row.labels) != 1 or not row.labels[0].x1 > start or row.labels[0].x0 >= first:
            continue
        owner = _owner(rows, index)
        if owner is not None:
            pieces.setdefault(owner, []).append(index)
    taken = {index for indexes in pieces.values() for index in indexes}
    for owner, indexes in pieces.items():
        row = rows[owner]
        own = [row.labels.pop()] if row.labels and row.labels[-1].x1 > start else []
        above = [rows[index].labels[0] for index in indexes if index < owner]
        below = [rows[index].labels[0] for index in indexes if index > owner]
        parts = [*above, *own, *below]
        row.labels.append(
            Part(min(part.x0 for part in parts), max(part.x1 for part in parts), join([part.text for part in parts]))
        )
    return [row for index, row in enumerate(rows) if index not in taken]


def _owner(rows: Sequence[_Row], index: int) -> int | None:
    """The row of figures to which a line with nothing but a piece of a label clearly belongs."""
    line = rows[index].line
    above = next((at for at in range(index - 1, -1, -1) if rows[at].cells), None)
    below = next((at for at in range(index + 1, len(rows)) if rows[at].cells), None)
    up = line.y - rows[above].line.y if above is not None else float("inf")
    down = rows[below].line.y - line.y if below is not None else float("inf")
    near, far = min(up, down), max(up, down)
    if near > _LEADING * line.size or near > 0.7 * far:
        return None
    return above if up < down else below
