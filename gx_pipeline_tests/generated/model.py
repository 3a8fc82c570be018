"""What the generator makes: the figures of a report, and the report as printed, before any file format.

`figures` makes a `Truth`, `compose` prints it as a `PrintedReport`, the `render_*` modules turn that into files. Does not
belong here: wording, layout (`compose`), formats (`render_*`), damage (`noise`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

State = Literal["reported", "blank", "not_applicable", "missing"]
Role = Literal["heading", "label", "figure"]

WORDING: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "forms" / "official_wording.yml").read_text("utf-8"))


class Key(NamedTuple):
    """The address of a cell on the form, in the codes of the forms."""

    table: str
    row: str
    column: str


class Figure(NamedTuple):
    """What stands in a cell: a number if `reported`, else None."""

    state: State
    value: int | float | None


@dataclass(frozen=True)
class Truth:
    """The figures of a report, every cell of its form(s), in printed order.

    `broken` names an identity that fails on purpose: its code, and the cell that was changed.
    """

    form: str
    requests_form: str
    year: int
    agency: str
    figures: dict[Key, Figure]
    broken: tuple[str, Key] | None = None

    def form_of(self, table: str) -> str:
        """The form that a table follows."""
        return self.requests_form if table == "requests" else self.form


@dataclass(frozen=True)
class PrintedCell:
    """The top left cell of a merged area. `key` is the cell of the form that a figure stands for.

    A `label` names a row (or a group of rows) and stands at its left, a `heading` stands over columns or across the table.
    """

    text: str
    colspan: int = 1
    rowspan: int = 1
    role: Role = "label"
    key: Key | None = None

    def saying(self, text: str) -> PrintedCell:
        """The same cell with another text."""
        return replace(self, text=text)


@dataclass(frozen=True)
class Paragraph:
    """A line of the narrative. Level 0 is text, 1 the title of the report, 2 the heading of one of its six sections."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class PrintedTable:
    """A table in print: rows of the cells that begin in them, as in HTML. `code` says which of the three it is."""

    code: str
    rows: tuple[tuple[PrintedCell, ...], ...]

    @cached_property
    def placed(self) -> tuple[tuple[int, int, PrintedCell], ...]:
        """Every cell with the row and column of the grid where it begins."""
        return tuple(self._place())

    @cached_property
    def width(self) -> int:
        """How many columns the grid has."""
        return max((column + cell.colspan for _, column, cell in self.placed), default=0)

    @cached_property
    def grid(self) -> tuple[tuple[PrintedCell | None, ...], ...]:
        """The grid with each cell at its top left place, None at the places it covers (and where there is none)."""
        grid: list[list[PrintedCell | None]] = [[None] * self.width for _ in self.rows]
        for row, column, cell in self.placed:
            grid[row][column] = cell
        return tuple(map(tuple, grid))

    @cached_property
    def owners(self) -> tuple[tuple[PrintedCell | None, ...], ...]:
        """The grid with each cell at every place it covers."""
        grid: list[list[PrintedCell | None]] = [[None] * self.width for _ in self.rows]
        for row, column, cell in self.placed:
            for down in range(row, min(row + cell.rowspan, len(grid))):
                grid[down][column : column + cell.colspan] = [cell] * cell.colspan
        return tuple(map(tuple, grid))

    def mapped(self, change: Callable[[PrintedCell], PrintedCell]) -> PrintedTable:
        """The table with every cell changed."""
        return replace(self, rows=tuple(tuple(map(change, row)) for row in self.rows))

    def _place(self) -> Iterator[tuple[int, int, PrintedCell]]:
        taken: set[tuple[int, int]] = set()
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                yield row, column, cell
                taken |= {(row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}


Block = Paragraph | PrintedTable


@dataclass(frozen=True)
class PrintedReport:
    """A report in print, in reading order. The title is not among the blocks: a renderer puts it where its format has one."""

    title: str
    blocks: tuple[Block, ...]
    published_on: str | None = None
    publisher: str = ""

    def mapped(self, change: Callable[[PrintedTable], PrintedTable]) -> PrintedReport:
        """The report with every table changed."""
        blocks = tuple(change(block) if isinstance(block, PrintedTable) else block for block in self.blocks)
        return replace(self, blocks=blocks)

    @property
    def tables(self) -> tuple[PrintedTable, ...]:
        """The tables in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, PrintedTable))


Layout = Callable[[PrintedReport, random.Random], bytes]
