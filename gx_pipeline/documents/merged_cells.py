"""Merged cells spread out: rows of printed cells with their spans to rows in which every column has its place.

Follows the table model of HTML (and fits any format that states spans); knows nothing of markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gx_pipeline.documents.model import COVERED, GAP, Cell, cell_of
from gx_pipeline.errors import Refusal

MAX_COLUMNS = 64
MAX_ROWS = 4000
_SHORT = 64
_MOST_KNOWN = 1 << 14
_SPACE = " \t\r\n\f"

Spans = Mapping[int, Mapping[int, tuple[int, int]]]


def spread(rows: Sequence[Sequence[str]], spans: Spans, ends: Sequence[int] = ()) -> list[tuple[Cell, ...]]:
    """Rows of a table with merged cells spread out: a cell stands at its top left, the rest it covers is `covered`.

    Args:
        rows: the texts of the cells that each row brings.
        spans: by row and place in the row, how many (rows, columns) a cell covers; 0 rows is to the end of its row group.
        ends: for each row the row before which its row group ends, and with it every span. Empty: one group.

    Raises:
        Refusal: `too_large` beyond MAX_ROWS rows or MAX_COLUMNS columns.
    """
    if len(rows) > MAX_ROWS:
        raise Refusal("too_large", f"a table has {len(rows)} rows; at most {MAX_ROWS} are read")
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        raise _too_wide()
    grid: list[list[Cell]] = []
    # For each column the row before which a cell from above ceases to cover it.
    until = [0] * (MAX_COLUMNS + 1)
    reach = width = 0
    for index, texts in enumerate(rows):
        printed = [_PRINTED[text] for text in texts]
        own = spans.get(index)
        column = 0
        while until[column] > index:
            column += 1
        while reach and until[reach - 1] <= index:
            reach -= 1
        if own is None and column >= reach:
            grid.append([COVERED] * column + printed if column else printed)
            if texts:
                width = max(width, column + len(texts))
            continue
        cells = [COVERED] * column
        above = reach
        own = own or {}
        behind = max(own, default=-1) + 1
        last = 0
        for place, cell in enumerate(printed):
            if place >= behind and column >= reach:
                cells += printed[place:]
                last = column = len(cells)
                break
            while until[column] > index:
                cells.append(COVERED)
                column += 1
            cells.append(cell)
            column += 1
            last = column
            if place in own:
                down, right = own[place]
                if right > 1:
                    column = min(column + right - 1, MAX_COLUMNS)
                    cells += [COVERED] * (column - last)
                if down != 1:
                    end = ends[index] if ends else len(rows)
                    stop = end if down == 0 else min(index + down, end)
                    if stop > index + 1:
                        reach = max(reach, column)
                        until[last - 1 : column] = [max(stop, before) for before in until[last - 1 : column]]
            if column >= MAX_COLUMNS and place + 1 < len(texts):
                raise _too_wide()
        if last > width:
            width = last
        if above > column:
            cells.extend([COVERED if until[below] > index else GAP for below in range(column, above)])
        grid.append(cells)
    if width > MAX_COLUMNS:
        raise _too_wide()
    # A span past the last column in which any cell stands covers nothing.
    return [tuple(cells) if len(cells) <= width else tuple(cells[:width]) for cells in grid]


class _Printed(dict[str, Cell]):
    """The cell of each printed text; short ones, which repeat from table to table, are made once."""

    def __missing__(self, text: str) -> Cell:
        cell = cell_of(text.strip(_SPACE))
        if len(text) <= _SHORT:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[text] = cell
        return cell


_PRINTED = _Printed()


def _too_wide() -> Refusal:
    return Refusal("too_large", f"a table has a row of more than {MAX_COLUMNS} cells")
