"""The places of a document at which a finding points, and the lines around them.

A place is found by its locator (`Line.at`, `Line.locator`) or by the words that a finding quotes. Does not belong here:
which finding it is and what it says (`explain`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from gx_pipeline.cli.console import said
from gx_pipeline.documents import Document, Line
from gx_pipeline.parsing import Finding, ReportCell
from gx_pipeline.parsing.narrative import mask_personal_data

_QUOTED = re.compile(r"“([^“”]{2,300})”")
_BRACKETED = re.compile(r"\(([^()]{1,80})\)")
# Of flattened text: the cells of a row with blank lines between them, and the characters of a figure.
_LONGEST_ROW = 24
_LONGEST_FIGURE = 20
_WIDEST = 60
_POINTED = "bold red reverse"


class Pointed(NamedTuple):
    """A place in a line: a cell, some words, or the whole line where both are None."""

    cell: int | None = None
    words: str | None = None


Places = Mapping[int, list[Pointed]]


class _Locators:
    """The places of a document by what leads to them."""

    def __init__(self, document: Document) -> None:
        self.lines = document.lines
        self.cells: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.at: dict[str, int] = {}
        for number, line in enumerate(document.lines):
            self.at.setdefault(line.at, number)
            for index in range(len(line.cells)):
                self.cells[line.locator(index)].append((number, index))

    def cell(self, locator: str, raw: str | None = None) -> tuple[int, int] | None:
        """Line and cell of a locator; of several (paragraphs that are told apart by nothing) the one with this text."""
        found = self.cells.get(locator, [])
        alike = [(number, index) for number, index in found if self.lines[number].cells[index].raw == raw]
        return next(iter(alike or found), None)


def places_of_cells(document: Document, cells: Iterable[ReportCell]) -> Places:
    """Where cells stand in the document they were read from."""
    locators = _Locators(document)
    places: dict[int, list[Pointed]] = defaultdict(list)
    for cell in cells:
        if cell.locator and (found := locators.cell(cell.locator, cell.raw)):
            places[found[0]].append(Pointed(cell=found[1]))
    return places


def places_in_text(document: Document, finding: Finding, stated: Iterable[str]) -> Places:
    """What else a finding points at: its own locator, those that its message names in brackets, and the words it quotes.

    Args:
        document: the report's.
        finding: the finding.
        stated: what the narrative states about the finding's cells, for a finding that quotes nothing.
    """
    locators = _Locators(document)
    places: dict[int, list[Pointed]] = defaultdict(list)
    quoted = _QUOTED.findall(finding.message)
    for locator in filter(None, (finding.at, *_BRACKETED.findall(finding.message))):
        if found := locators.cell(locator):
            number, index = found
            within = [Pointed(words=words) for words in quoted if words in document.lines[number].text]
            places[number] += within or [Pointed(cell=index)]
        elif locator in locators.at:
            places[locators.at[locator]].append(Pointed())
    if not places:
        for words in dict.fromkeys(quoted or stated):
            if (line := _line_with(document, words)) is not None:
                places[line].append(Pointed(words=words))
    return places


def together(*several: Places) -> Places:
    """Places of the same document as one."""
    places: dict[int, list[Pointed]] = defaultdict(list)
    for some in several:
        for number, pointed in some.items():
            places[number] += pointed
    return dict(places)


def _line_with(document: Document, words: str) -> int | None:
    """The first line outside the tables that holds some words."""
    return next((number for number, line in enumerate(document.lines) if line.table is None and words in line.text), None)


def excerpt(document: Document, places: Places) -> Table:
    """The lines of the places with those around them, in reading order; what is pointed at stands in brackets."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(style="bold red", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    lines = document.lines
    shown = sorted({number for place in places for number in _around(lines, place) if lines[number].text or number in places})
    last = -1
    for row in _rows(lines, shown):
        if last >= 0 and any(lines[number].text for number in range(last + 1, row[0])):
            table.add_row("", "⋮", "")
        last = row[-1]
        at = lines[row[0]].at if len(row) == 1 else f"{lines[row[0]].at} to {lines[last].at.rsplit(' ', 1)[-1]}"
        mark = ">" if any(number in places for number in row) else ""
        table.add_row(mark, said(at), Text(" | ").join(_drawn(lines[number], places.get(number, [])) for number in row))
    return table


def _around(lines: Sequence[Line], place: int) -> range:
    """The lines to show for a place: those beside it, or its whole row where the text gives one figure a line."""
    if not _is_flat_figure(lines[place]):
        return range(max(place - 1, 0), min(place + 2, len(lines)))
    start = end = place
    while start > max(place - _LONGEST_ROW, 0) and _is_flat_figure(lines[start]):
        start -= 1
    while end + 1 < min(place + _LONGEST_ROW, len(lines)) and _is_flat_figure(lines[end + 1]):
        end += 1
    return range(start, end + 1)


def _rows(lines: Sequence[Line], numbers: Iterable[int]) -> Iterator[list[int]]:
    """Line numbers, those of a flattened row together: the label, then its figures."""
    row: list[int] = []
    for number in numbers:
        if row and _is_flat_figure(lines[number]) and not any(line.text for line in lines[row[-1] + 1 : number]):
            row.append(number)
            continue
        if row:
            yield row
        row = [number]
    if row:
        yield row


def _is_flat_figure(line: Line) -> bool:
    """Whether a line is a cell of a flattened table, a figure or nothing."""
    text = line.text
    return line.table is None and len(line.cells) == 1 and len(text) < _LONGEST_FIGURE and not any(map(str.isalpha, text))


def _drawn(line: Line, marks: Sequence[Pointed]) -> Text:
    """A line; one that nothing points at is shortened, and without personal data."""
    if not marks:
        text = mask_personal_data(_joined(line))
        return said(text if len(text) <= _WIDEST else text[:_WIDEST] + "…")
    if words := [mark.words for mark in marks if mark.words]:
        return _within(line.text, words)
    if any(mark.cell is None for mark in marks):
        return said(f"[{_joined(line)}]", _POINTED)
    cells = {mark.cell for mark in marks}
    return Text(" | ").join(
        said(f"[{cell.text}]", _POINTED) if index in cells else said(cell.text)
        for index, cell in enumerate(line.cells)
        if index in cells or cell.kind != "covered"
    )


def _joined(line: Line) -> str:
    return " | ".join(cell.text for cell in line.cells if cell.kind != "covered")


def _within(text: str, words: list[str]) -> Text:
    """The sentence around some words, which stand in brackets."""
    starts = [(text.index(part), part) for part in words]
    first, end = min(starts)[0], max(start + len(part) for start, part in starts)
    opening, closing = max(first - _WIDEST, 0), min(end + _WIDEST, len(text))
    drawn = said("…" if opening else "")
    at = opening
    for start, part in sorted(starts):
        if start >= at:
            drawn.append_text(said(mask_personal_data(text[at:start])))
            drawn.append_text(said(f"[{part}]", _POINTED))
            at = start + len(part)
    drawn.append_text(said(mask_personal_data(text[at:closing])))
    return drawn.append("…" if closing < len(text) else "")
