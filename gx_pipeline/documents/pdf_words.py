"""Glyphs to text in reading order: lines, spaces, letter-spacing, vertical and turned text, characters printed twice.

Does not belong here: tables and pages (`pdf_grid`, `pdf_text`).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gx_pipeline.documents.pdf_page import Glyph

_FIGURE = frozenset("0123456789.,-+0123456789.,")
_RAISED = {ord(digit): raised for digit, raised in zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)}
# In em: what parts two words of letters or digits, and what parts a Chinese character from its neighbour.
_WORD_GAP = 0.2
_WIDE_GAP = 0.9
_EVEN = 0.06
_TOUCHING = 0.08
_OVERPRINTED = -0.2


@dataclass(frozen=True)
class Spacing:
    """How far apart the digits of one number are printed, in em, where a table or page shows it; 0 for plain setting."""

    digits: float = 0.0


def is_wide(char: str) -> bool:
    """Whether a character is Chinese: no space parts it from its neighbours."""
    return char >= "\u2e80"


def is_digit(char: str) -> bool:
    """Whether a character is part of a figure."""
    return char in _FIGURE or "\uff0b" <= char <= "\uff19"


def gap(one: Glyph, other: Glyph) -> float:
    """The space between two neighbours, in em."""
    return (other.x0 - one.x1) / max(one.size, other.size, 1.0)


def is_overprinted(one: Glyph, other: Glyph) -> bool:
    """Whether two neighbouring digits are printed over one another."""
    return is_digit(one.text) and is_digit(other.text) and gap(one, other) < _OVERPRINTED


def once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The glyphs without those printed a second time at about the same place (fake bold, shadows)."""
    kept: list[Glyph] = []
    near: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        reach = 0.2 * glyph.size
        column, row = int(glyph.x // 8), int(glyph.y // 8)
        if any(
            abs(glyph.x - other.x) <= reach and abs(glyph.y - other.y) <= reach
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other in near.get((glyph.text, x, y), ())
        ):
            continue
        near.setdefault((glyph.text, column, row), []).append(glyph)
        kept.append(glyph)
    return kept


def lines_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs of one direction in lines from top to bottom, each from left to right."""
    if len(glyphs) < 2:
        return [list(glyphs)] if glyphs else []
    lines: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        size = glyph.y1 - glyph.y0
        if lines and glyph.y - middle <= 0.4 * max(min(height, size), 0.6 * max(height, size)):
            line = lines[-1]
            middle += (glyph.y - middle) / (len(line) + 1)
            height = max(height, size)
            line.append(glyph)
        else:
            lines.append([glyph])
            middle, height = glyph.y, size
    for line in lines:
        line.sort(key=lambda glyph: glyph.x0)
    return lines


def figures_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The glyphs one by one, but the digits of one number together."""
    found: list[list[Glyph]] = []
    for line in lines_of(once(glyphs)):
        before: Glyph | None = None
        for glyph in line:
            if (
                before is not None
                and is_digit(glyph.text)
                and is_digit(before.text)
                and not glyph.spaced
                and glyph.turned == before.turned == 0
                and gap(before, glyph) <= (_WORD_GAP if before.run == glyph.run else _TOUCHING)
            ):
                found[-1].append(glyph)
            else:
                found.append([glyph])
            before = glyph
    return found


def spacing_of(texts: Iterable[Sequence[Glyph]]) -> Spacing:
    """The letter-spacing of a table (the glyphs of each cell) or page, from what shows it beyond doubt.

    Two digits that stand apart may be two numbers. They are one where the same distance parts the digits of a longer
    number evenly, or the Chinese characters of the same text.
    """
    digits: list[float] = []
    shown: list[float] = []
    wide: list[float] = []
    for line in (line for text in texts for line in lines_of([glyph for glyph in text if not glyph.turned])):
        before: float | None = None
        for one, other in pairwise(line):
            apart = gap(one, other)
            if other.spaced or apart > _WIDE_GAP:
                before = None
            elif is_digit(one.text) and is_digit(other.text):
                digits.append(apart)
                if before is not None and abs(apart - before) <= _EVEN:
                    shown.append(apart)
                before = apart
            else:
                before = None
                if is_wide(one.text) and is_wide(other.text):
                    wide.append(apart)
    apart = statistics.median(digits) if digits else 0.0
    if apart <= _WORD_GAP:
        return Spacing()
    even = sum(abs(other - apart) <= _EVEN for other in digits) >= 0.8 * len(digits)
    witnessed = any(abs(other - apart) <= _EVEN for other in shown) or (
        len(wide) >= 4 and abs(statistics.median(wide) - apart) <= 2 * _EVEN
    )
    return Spacing(apart) if even and witnessed else Spacing()


def line_text(line: Sequence[Glyph], spacing: Spacing) -> str:
    """The text of a line, a space where one is printed or seen."""
    parts: list[str] = []
    for index, glyph in enumerate(line):
        text = glyph.text
        if index:
            before = line[index - 1]
            if glyph.spaced or gap(before, glyph) > _allowed(before, glyph, spacing):
                parts.append(" ")
        if text in "0123456789" and _is_raised(glyph, line):
            text = _RAISED[ord(text)]
        parts.append(text)
    return "".join(parts)


def _allowed(before: Glyph, glyph: Glyph, spacing: Spacing) -> float:
    """The widest gap, in em, at which two neighbours still stand together."""
    if is_digit(before.text) and is_digit(glyph.text):
        return max(_WORD_GAP, spacing.digits + _EVEN if spacing.digits else 0.0)
    if is_wide(before.text) and is_wide(glyph.text):
        return _WIDE_GAP
    if is_wide(before.text) or is_wide(glyph.text):
        return 0.6
    return _WORD_GAP + 0.05


def _is_raised(glyph: Glyph, line: Sequence[Glyph]) -> bool:
    """Whether a digit is the mark of a note: smaller than what it follows and not on its line."""
    size = max(other.size for other in line)
    if glyph.size > 0.8 * size:
        return False
    neighbour = max(line, key=lambda other: other.size)
    return abs(glyph.y1 - neighbour.y1) > 0.08 * size


def join(parts: Sequence[str]) -> str:
    """Lines of one text put together: nothing between them where one side is Chinese, else a space."""
    text = ""
    for part in parts:
        if text and part and not is_wide(text[-1]) and not is_wide(part[0]):
            text += " "
        text += part
    return text


def cell_text(glyphs: Sequence[Glyph], spacing: Spacing) -> str:
    """The text of a cell in reading order: its lines, else its columns where it is set vertically or turned."""
    if _is_upright_column(glyphs):
        return "".join(glyph.text for column in _in_columns(glyphs) for glyph in column)
    parts = []
    for turned in sorted({glyph.turned for glyph in glyphs}):
        own = [_untwisted(glyph) for glyph in glyphs if glyph.turned == turned]
        if (columns := _columns(own)) is not None:
            parts += ["".join(glyph.text for glyph in column) for column in columns]
        else:
            parts += [line_text(line, spacing) for line in lines_of(own)]
    return join(parts)


def _untwisted(glyph: Glyph) -> Glyph:
    """A turned glyph laid upright."""
    if glyph.turned == 1:  # read upwards
        return replace(glyph, x0=-glyph.y1, y0=glyph.x0, x1=-glyph.y0, y1=glyph.x1)
    if glyph.turned == 2:
        return replace(glyph, x0=-glyph.x1, y0=-glyph.y1, x1=-glyph.x0, y1=-glyph.y0)
    if glyph.turned == 3:  # read downwards
        return replace(glyph, x0=glyph.y0, y0=-glyph.x1, x1=glyph.y1, y1=-glyph.x0)
    return glyph


def _columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]] | None:
    """The columns, from the right, of text set vertically in more than one column; None for any other text."""
    if len(glyphs) < 4 or not all(is_wide(glyph.text) for glyph in glyphs):
        return None
    columns = _in_columns(glyphs)
    if len(columns) < 2:
        return None
    across = min(one[0].x - other[0].x for one, other in pairwise(columns))
    down = [below.y - above.y for column in columns for above, below in pairwise(column)]
    size = glyphs[0].size
    if not down or across < 1.5 * size or max(down) > 1.35 * size:
        return None
    return columns


def _is_upright_column(glyphs: Sequence[Glyph]) -> bool:
    """Whether Chinese characters stand one under the other with the digits between them turned."""
    turns = {glyph.turned for glyph in glyphs}
    return turns == {0, 3} and all(glyph.turned or is_wide(glyph.text) or glyph.text in "“”‘’…—" for glyph in glyphs)


def _in_columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs one under the other, columns from the right."""
    columns: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.x):
        if columns and abs(columns[-1][-1].x - glyph.x) < 0.4 * glyph.size:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    for column in columns:
        column.sort(key=lambda glyph: glyph.y)
    return columns
