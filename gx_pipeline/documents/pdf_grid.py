"""Ruled tables of a page: ruling lines to a grid, merged cells spread out, glyphs to the cell in which they stand.

Does not belong here: pdfium (`pdf_page`), the order of glyphs within a cell (`pdf_words`), text outside tables (`pdf_text`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gx_pipeline.documents.model import COVERED, Cell, cell_of
from gx_pipeline.documents.pdf_page import Box, Glyph, Page, Rule
from gx_pipeline.documents.pdf_words import Spacing, cell_text, figures_of, is_overprinted
from gx_pipeline.errors import Refusal

MAX_RULES = 1500
MAX_CELLS = 20_000
_SAME = 1.0
_DOUBLE = 3.0
_GAP = 3.0
_REACH = 2.5
_SHORT = 4.0
_COVERED_SHARE = 0.6


@dataclass(slots=True)
class Grid:
    """A ruled table on a page. `owner` maps each place (row, column) to the top left place of the cell that covers it."""

    xs: list[float]
    ys: list[float]
    owner: list[list[tuple[int, int]]]
    glyphs: dict[tuple[int, int], list[Glyph]] = field(default_factory=dict)
    closed_above: bool = True
    closed_below: bool = True

    @property
    def box(self) -> Box:
        """Where the table stands."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def place(self, x: float, y: float) -> tuple[int, int]:
        """The cell at a point."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.owner[row][column]

    def cell_box(self, place: tuple[int, int]) -> Box:
        """The area of a cell, given its top left place."""
        row, column = place
        right, below = column, row
        while right + 1 < len(self.xs) - 1 and self.owner[row][right + 1] == place:
            right += 1
        while below + 1 < len(self.ys) - 1 and self.owner[below + 1][column] == place:
            below += 1
        return Box(self.xs[column], self.ys[row], self.xs[right + 1], self.ys[below + 1])

    def rows(self, xs: Sequence[float], spacing: Spacing) -> list[tuple[Cell, ...]]:
        """The rows as cells over the column edges `xs`, which hold all of the grid's own (give or take a double line)."""
        columns = [_nearest(xs, x) for x in self.xs]
        rows = []
        for row, owners in enumerate(self.owner):
            cells: list[Cell] = [COVERED] * (len(xs) - 1)
            for column, place in enumerate(owners):
                if place == (row, column):
                    cells[columns[column]] = cell_of(cell_text(self.glyphs.get(place, ()), spacing))
            rows.append(tuple(cells))
        return rows


def _nearest(edges: Sequence[float], x: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - x))


def find_grids(page: Page) -> list[Grid]:
    """The ruled tables of a page from top to bottom; frames around text are none.

    Raises:
        Refusal: `too_large` when the page holds more lines or cells than are read.
    """
    flat = _merged([rule for rule in page.rules if not rule.upright])
    upright = _merged([rule for rule in page.rules if rule.upright])
    if len(flat) > MAX_RULES or len(upright) > MAX_RULES:
        raise Refusal(
            "too_large", f"page {page.number} holds more than {MAX_RULES:,} ruling lines; print it anew and put that here"
        )
    grids = [grid for lines in _touching(flat, upright) if (grid := _grid(lines, page.number)) is not None]
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _merged(rules: list[Rule]) -> list[Rule]:
    """Pieces of one line put together; what stays shorter than a letter is dropped."""
    merged: list[Rule] = []
    rules = sorted(rules, key=lambda rule: rule.at)
    start = 0
    while start < len(rules):
        stop = start
        while stop < len(rules) and rules[stop].at - rules[start].at <= _SAME:
            stop += 1
        at = sum(rule.at for rule in rules[start:stop]) / (stop - start)
        current: Rule | None = None
        for rule in sorted(rules[start:stop], key=lambda rule: rule.start):
            if current is not None and rule.start - current.stop <= _GAP:
                current = current._replace(stop=max(current.stop, rule.stop))
            else:
                if current is not None:
                    merged.append(current)
                current = rule._replace(at=at)
        if current is not None:
            merged.append(current)
        start = stop
    return [rule for rule in merged if rule.stop - rule.start >= _SHORT]


def _touching(flat: list[Rule], upright: list[Rule]) -> list[list[Rule]]:
    """The lines in groups that hang together."""
    lines = [*flat, *upright]
    parent = list(range(len(lines)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    order = sorted(range(len(flat)), key=lambda index: flat[index].at)
    heights = [flat[index].at for index in order]
    for number, line in enumerate(upright, start=len(flat)):
        for at in range(bisect_right(heights, line.start - _REACH), bisect_right(heights, line.stop + _REACH)):
            other = flat[order[at]]
            if other.start - _REACH <= line.at <= other.stop + _REACH:
                parent[root(number)] = root(order[at])
    groups: dict[int, list[Rule]] = {}
    for index, line in enumerate(lines):
        groups.setdefault(root(index), []).append(line)
    return list(groups.values())


def _edges(places: Iterable[float]) -> list[float]:
    """Places of lines, double lines taken as one."""
    edges: list[list[float]] = []
    for place in sorted(places):
        if edges and place - edges[-1][0] <= _DOUBLE:
            edges[-1].append(place)
        else:
            edges.append([place])
    return [(group[0] + group[-1]) / 2 for group in edges]


def _grid(lines: list[Rule], page: int) -> Grid | None:
    flat, upright = [line for line in lines if not line.upright], [line for line in lines if line.upright]
    if not flat or not upright:
        return None
    # A table may be open at its sides: the lines then go on beyond the last upright one.
    xs = _edges([*(line.at for line in upright), min(line.start for line in flat), max(line.stop for line in flat)])
    ys = _edges([*(line.at for line in flat), min(line.start for line in upright), max(line.stop for line in upright)])
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 1 or height * width < 2:
        return None
    if height * width > MAX_CELLS:
        raise Refusal("too_large", f"a table on page {page} has more than {MAX_CELLS:,} cells")
    walls = [[_drawn(upright, xs[column], ys[row], ys[row + 1]) for column in range(width + 1)] for row in range(height)]
    floors = [[_drawn(flat, ys[row], xs[column], xs[column + 1]) for column in range(width)] for row in range(height + 1)]
    owner = _owners(walls, floors)
    if all(place == (0, 0) for row in owner for place in row):
        return None
    return Grid(xs, ys, owner, closed_above=all(floors[0]), closed_below=all(floors[-1]))


def _drawn(lines: list[Rule], at: float, start: float, stop: float) -> bool:
    """Whether a line at this place covers most of the stretch."""
    covered = 0.0
    reached = start
    for line in sorted((line for line in lines if abs(line.at - at) <= _DOUBLE), key=lambda line: line.start):
        covered += max(0.0, min(line.stop, stop) - max(line.start, reached))
        reached = max(reached, min(line.stop, stop))
    return covered >= _COVERED_SHARE * (stop - start)


def _owners(walls: list[list[bool]], floors: list[list[bool]]) -> list[list[tuple[int, int]]]:
    """For each place the top left place of its cell. An area without lines inside that is no rectangle is parted into rows."""
    height, width = len(walls), len(walls[0]) - 1
    owner: list[list[tuple[int, int] | None]] = [[None] * width for _ in range(height)]
    for row in range(height):
        for column in range(width):
            if owner[row][column] is not None:
                continue
            area = _area(walls, floors, row, column)
            rows, columns = {place[0] for place in area}, {place[1] for place in area}
            if len(area) == len(rows) * len(columns):
                for down, right in area:
                    owner[down][right] = (row, column)
                continue
            for down in rows:
                first = -2
                for right in range(width):
                    if (down, right) not in area:
                        continue
                    if first < 0 or owner[down][right - 1] != (down, first) or walls[down][right]:
                        first = right
                    owner[down][right] = (down, first)
    return [[place if place is not None else (0, 0) for place in row] for row in owner]


def _area(walls: list[list[bool]], floors: list[list[bool]], row: int, column: int) -> set[tuple[int, int]]:
    height, width = len(walls), len(walls[0]) - 1
    area = {(row, column)}
    todo = [(row, column)]
    while todo:
        down, right = todo.pop()
        for place, wall in (
            ((down, right + 1), right + 1 >= width or walls[down][right + 1]),
            ((down, right - 1), right == 0 or walls[down][right]),
            ((down + 1, right), down + 1 >= height or floors[down + 1][right]),
            ((down - 1, right), down == 0 or floors[down][right]),
        ):
            if not wall and place not in area:
                area.add(place)
                todo.append(place)
    return area


def fill_grids(page: Page, grids: list[Grid]) -> list[Glyph]:
    """Give each glyph to the cell in which its middle stands; figures that overflow their cell stay whole.

    Returns:
        The glyphs that stand in no table.

    Raises:
        Refusal: `unreadable` when a figure stands on the line between two cells or on another figure, or the font of a table does not say which
            characters it shows, or a table runs over the edge of the page; `scanned_image` when an empty cell holds a picture.
    """
    smallest_first = sorted(grids, key=lambda grid: grid.box.area)
    inside: dict[int, list[list[Glyph]]] = {}
    outside: list[Glyph] = []
    for figure in figures_of(page.glyphs) if grids else ():
        number = next(
            (
                number
                for glyph in (figure[0], figure[-1])
                for number, grid in enumerate(smallest_first)
                if grid.box.holds(glyph.x, glyph.y)
            ),
            None,
        )
        if number is None:
            outside += figure
        else:
            inside.setdefault(number, []).append(figure)
    if not grids:
        outside = page.glyphs
    for number, figures in inside.items():
        if unknown := sum(not glyph.known for figure in figures for glyph in figure):
            raise Refusal(
                "unreadable",
                f"page {page.number}: the font of a table does not say which characters it shows ({unknown} of them); "
                "find the report as HTML or DOCX",
            )
        if sum(bool(glyph.turned) for figure in figures for glyph in figure) > max(30, 0.6 * sum(map(len, figures))):
            raise Refusal(
                "unreadable", f"page {page.number}: a table lies sideways among upright text; print it on a page of its own"
            )
        _fill(smallest_first[number], figures, page.number)
    _refuse_pictures(page, grids)
    if any(grid.box.holds((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in page.beyond for grid in grids):
        raise Refusal("unreadable", f"page {page.number}: a table runs over the edge of the page; print it to fit the page")
    return outside


def _fill(grid: Grid, figures: list[list[Glyph]], page: int) -> None:
    for figure in figures:
        places = {grid.place(glyph.x, glyph.y) for glyph in figure}
        place = places.pop()
        if places:
            left, right = figure[0].x0, figure[-1].x1
            middle = (left + right) / 2
            place = grid.place(middle, figure[0].y)
            box = grid.cell_box(place)
            if min(middle - box.x0, box.x1 - middle) < 0.15 * (right - left) or len({glyph.run for glyph in figure}) > 1:
                raise _refusal(page, figure, "stands on the line between two cells")
        if any(is_overprinted(one, other) for one, other in pairwise(figure)):
            raise _refusal(page, figure, "is printed over another figure")
        grid.glyphs.setdefault(place, []).extend(figure)


def _refusal(page: int, figure: list[Glyph], what: str) -> Refusal:
    text = "".join(glyph.text for glyph in figure)
    return Refusal("unreadable", f"page {page}: “{text}” {what}; find the report in another format")


def _refuse_pictures(page: Page, grids: list[Grid]) -> None:
    """A cell without text in which something is drawn may show a figure to a reader."""
    for picture in (*page.images, *page.drawings):
        x, y = (picture.x0 + picture.x1) / 2, (picture.y0 + picture.y1) / 2
        for grid in grids:
            if not grid.box.holds(x, y):
                continue
            place = grid.place(x, y)
            box = grid.cell_box(place)
            small = picture.area <= 1.1 * box.area and min(picture.x1 - picture.x0, picture.y1 - picture.y0) > 2
            if small and not grid.glyphs.get(place):
                raise Refusal(
                    "scanned_image",
                    f"page {page.number}: a cell of a table holds a picture instead of text; find the report as HTML, DOCX or XLSX",
                )
