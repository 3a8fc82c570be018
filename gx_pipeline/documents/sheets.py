"""Reader for XLSX and XLS: the visible sheets as lines of cells, merged cells spread out, as a spreadsheet program shows them.

A row that one text fills is a line of the narrative; the rest stands in grids. Does not belong here: which label a cell
bears (`parsing`).
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gx_pipeline.documents import sheets_worker
from gx_pipeline.documents.archive import Archive, one_line
from gx_pipeline.documents.kinds import XLSX
from gx_pipeline.documents.model import COVERED, GAP, Cell, Document, Line, Source, cell_of, normalize
from gx_pipeline.documents.sheets_marks import Marks, Place, marks_of_xls, marks_of_xlsx
from gx_pipeline.errors import Refusal

MAX_ROWS = 4000
MAX_GRID_COLUMNS = 256
LONG = 60
SHORT = 4
_REFUSED = {
    "encrypted": "the workbook is protected by a password; ask for a copy without one",
    "unreadable": "the workbook cannot be opened ({}); fetch it again, or open it in a spreadsheet program and save it as XLSX",
    "too_large": "the workbook is too large ({}); delete what is outside the report and save it again",
}


def read_sheets(data: bytes, source: Source) -> Document:
    """The visible sheets of a workbook as lines of cells.

    Raises:
        Refusal: `unreadable`, `encrypted` or `too_large`.
    """
    marks = marks_of_xlsx(Archive(data)) if source.media_type == XLSX else marks_of_xls(data)
    lines: list[Line] = []
    tables = 0
    for entry in _open(data):
        index = entry["index"]
        sheet = _Sheet.of(entry, marks[index] if index < len(marks) else Marks())
        for line in sheet.lines(tables):
            lines.append(line)
            tables = max(tables, line.table or 0)
    if not lines:
        raise Refusal("unreadable", "the visible sheets of the workbook are empty; fetch the file again")
    return Document(source=source, lines=tuple(lines))


def _open(data: bytes) -> list[dict[str, Any]]:
    """The sheets as `sheets_worker` prints them."""
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, a program of this package
            [sys.executable, "-P", str(Path(sheets_worker.__file__))],
            input=data,
            capture_output=True,
            timeout=2 * sheets_worker.SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Refusal(
            "unreadable", _REFUSED["unreadable"].format("the library that reads it gave up: it is damaged, or made to do harm")
        ) from None
    if "refused" in answer:
        raise Refusal(answer["refused"], _REFUSED[answer["refused"]].format(one_line(answer.get("why", ""))))
    return list(answer["sheets"])


def printed(value: object) -> str:
    """A value as text: whole numbers without decimals, decimals to the 15 digits that a sheet keeps."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and math.isfinite(value):
        return f"{Decimal(f'{value:.15g}'):f}" if value else "0"
    return str(value)


@dataclass(frozen=True)
class _Sheet:
    """A sheet as shown: texts by place, the place whose merged cell covers a place, how wide a merged cell is."""

    name: str
    texts: dict[Place, str]
    covered: dict[Place, Place]
    width: dict[Place, int]
    hidden: Marks

    @classmethod
    def of(cls, entry: dict[str, Any], marks: Marks) -> _Sheet:
        rows: list[tuple[int, list[object]]] = entry["rows"]
        merged: list[tuple[Place, Place]] = entry["merged"]
        name = one_line(entry["name"])
        texts = {(row, column): printed(value) for row, values in rows for column, value in enumerate(values) if value != ""}
        texts |= marks.texts
        texts = {place: text for place, text in texts.items() if normalize(text)}
        covered: dict[Place, Place] = {}
        width: dict[Place, int] = {}
        last = max((row for row, _ in texts), default=-1), max((column for _, column in texts), default=-1)
        for first, end in merged:
            places = [
                (row, column)
                for row in range(first[0], min(end[0], last[0]) + 1)
                for column in range(first[1], min(end[1], last[1] + MAX_GRID_COLUMNS) + 1)
                if row not in marks.rows and column not in marks.columns
            ]
            if not places:
                continue
            if len(covered) + len(places) > sheets_worker.MAX_PLACES:
                raise Refusal("too_large", f"sheet {name} merges more than {sheets_worker.MAX_PLACES:,} cells")
            text = texts.get((first[0], first[1]), "")
            owner = places[0]
            width[owner] = len({column for _, column in places})
            for place in places:
                texts.pop(place, None)
                covered[place] = owner
            del covered[owner]
            if text:
                texts[owner] = text
        shown = {place: text for place, text in texts.items() if place[0] not in marks.rows and place[1] not in marks.columns}
        return cls(name, shown, covered, width, marks)

    def lines(self, tables: int) -> Iterator[Line]:
        """The lines of the sheet; its grids are numbered from `tables` + 1."""
        for block in self._blocks():
            notes = self._beside(block)
            places = {place: text for place, text in block.items() if place not in notes}
            rows = _by_row(places)
            full = [row for row, columns in rows.items() if len(columns) > 1]
            narrative = {row for row in rows if self._is_narrative(row, rows, full)}
            if len(narrative) < len(rows):
                tables += 1
            yield from self._block(rows, narrative, tables)
            for (row, column), text in notes.items():
                yield Line(f"sheet {self.name} row {row + 1} cell {column + 1}", (cell_of(text),))

    def _blocks(self) -> Iterator[dict[Place, str]]:
        """The filled places of consecutive rows; a row under a merged cell parts nothing."""
        rows = _by_row(self.texts)
        below: dict[int, int] = {}
        for (row, _), owner in self.covered.items():
            below[row] = min(below.get(row, row), owner[0])
        block: dict[Place, str] = {}
        last = -2
        for row in sorted({*rows, *below}):
            if row not in rows and not block:
                continue
            between = all(other in self.hidden.rows for other in range(last + 1, row))
            if block and not between:
                yield block
                block = {}
            last = row
            block |= {(row, column): self.texts[row, column] for column in rows.get(row, ())}
            if len(rows) > MAX_ROWS:
                raise Refusal("too_large", f"sheet {self.name} has {len(rows)} filled rows; at most {MAX_ROWS} are read")
        if block:
            yield block

    def _beside(self, block: dict[Place, str]) -> dict[Place, str]:
        """Words to the right of an empty column, with figures only to its left: notes beside the grid."""
        grid = {place: text for place, text in block.items() if not self._alone(place, _by_row(block))}
        figures = [column for (_, column), text in grid.items() if not has_words(text)]
        if not figures:
            return {}
        rows = {row for row, _ in grid}
        used = {column for _, column in grid} | {column for row, column in self.covered if row in rows}
        empty = [column for column in range(max(figures) + 1, max(used)) if column not in used]
        beside = {place: text for place, text in grid.items() if empty and place[1] > empty[0]}
        return beside if any(len(normalize(text)) > SHORT for text in beside.values()) else {}

    def _alone(self, place: Place, rows: dict[int, list[int]]) -> bool:
        """Whether a text is the only one of its row and no merged cell reaches into the row from above."""
        row = place[0]
        return len(rows[row]) == 1 and not any(at in self.covered and self.covered[at][0] < row for at in self._row_places(row))

    def _row_places(self, row: int) -> Iterator[Place]:
        return ((row, column) for column in range(max((column for _, column in (*self.texts, *self.covered)), default=-1) + 1))

    def _block(self, rows: dict[int, list[int]], narrative: set[int], table: int) -> Iterator[Line]:
        """The lines of a block: narrative, and stretches of the grid between."""
        stretch: list[int] = []
        for row in sorted(rows):
            if row in narrative:
                yield from self._grid(stretch, rows, table)
                stretch = []
                for text in self.texts[row, rows[row][0]].splitlines():
                    if normalize(text):
                        yield Line(f"sheet {self.name} row {row + 1}", (cell_of(text),))
            else:
                stretch.append(row)
        yield from self._grid(stretch, rows, table)

    def _is_narrative(self, row: int, rows: dict[int, list[int]], full: list[int]) -> bool:
        place = (row, rows[row][0])
        text = self.texts[place]
        if not self._alone(place, rows) or not has_words(text):
            return False
        used = [column for columns in rows.values() for column in columns]
        across = place[1] == min(used) and place[1] + self.width.get(place, 1) > max(used) > place[1]
        return not full or across or row < full[0] or len(normalize(text)) > LONG or "。" in text

    def _grid(self, stretch: list[int], rows: dict[int, list[int]], table: int) -> Iterator[Line]:
        """Rows of a grid; a column without anything in all of them is a gap, not a column of blanks."""
        if not stretch:
            return
        own = set(stretch)
        used = {column for row in stretch for column in rows[row]}
        used |= {column for row, column in self.covered if row in own}
        if max(used) >= MAX_GRID_COLUMNS:
            raise Refusal("too_large", f"sheet {self.name} has more than {MAX_GRID_COLUMNS} columns")
        for row in stretch:
            cells = tuple(self._cell((row, column), column in used) for column in range(max(used) + 1))
            yield Line(f"sheet {self.name} row {row + 1}", cells, table)

    def _cell(self, place: Place, used: bool) -> Cell:
        if place in self.covered or place[1] in self.hidden.columns:
            return COVERED
        return cell_of(self.texts.get(place, "")) if used else GAP


def _by_row(places: dict[Place, str]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for row, column in sorted(places):
        rows.setdefault(row, []).append(column)
    return rows


def has_words(text: str) -> bool:
    """Whether a text holds any letter, so that it is no bare figure."""
    return any(character.isalpha() for character in text)
