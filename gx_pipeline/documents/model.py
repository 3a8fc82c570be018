"""What every reader yields: a document as lines of cells, each knowing where it stands in the source.

A paragraph is a line of one cell, a table row a line of many; text flattened to one value a line is lines of one
cell. Does not belong here: anything about file formats (the readers beside) or about the statutory forms (`parsing`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

CellKind = Literal["text", "blank", "covered", "gap"]
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MARKS = re.compile("([\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u215f\u2460-\u24ff\u2776-\u2793])")
# Cells of tables repeat from report to report and are made once; paragraphs are longer and do not.
_SHORT = 64


def normalize(raw: str) -> str:
    """NFKC, invisible characters out, runs of white space to one space, ends stripped.

    Raised and circled digits stay as they are: folded, the mark of a note (5①) would become part of a figure (51).
    """
    if raw.isascii():
        return " ".join(raw.split())
    if _MARKS.search(raw):
        parts = _MARKS.split(raw)
        text = "".join(part if _MARKS.fullmatch(part) else unicodedata.normalize("NFKC", part) for part in parts)
    else:
        text = unicodedata.normalize("NFKC", raw)
    return " ".join(_INVISIBLE.sub("", text).split())


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `raw` is the text as printed, `text` the same normalized.

    `kind` tells empty cells apart: `blank` is there and empty (U+3000, `&nbsp;`, an empty `<td>`), `covered` lies under
    a merged cell, `gap` is an emptiness of which flattened text does not tell whether it was a cell.
    """

    raw: str
    kind: CellKind = "text"
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.raw and not self.text:
            object.__setattr__(self, "text", normalize(self.raw))


COVERED = Cell("", "covered")
GAP = Cell("", "gap")


def cell_of(raw: str) -> Cell:
    """The cell of a printed text: `text`, or `blank` where nothing but white space is printed."""
    return _short_cell(raw) if len(raw) <= _SHORT else _new_cell(raw)


def _new_cell(raw: str) -> Cell:
    text = normalize(raw)
    return Cell(raw, "text" if text else "blank", text)


_short_cell = lru_cache(maxsize=1 << 14)(_new_cell)


class Line(NamedTuple):
    """A line of cells. `at` leads a person to it in the source; `table` numbers the grid it belongs to, if it does."""

    at: str
    cells: tuple[Cell, ...]
    table: int | None = None

    def locator(self, index: int) -> str:
        """Where cell `index` (from 0) of this line stands."""
        return self.at if len(self.cells) == 1 and self.table is None else f"{self.at} cell {index + 1}"

    @property
    def text(self) -> str:
        """The normalized texts of the cells, joined."""
        cells = self.cells
        return cells[0].text if len(cells) == 1 else " ".join(cell.text for cell in cells if cell.text)


@dataclass(frozen=True)
class Source:
    """The file as published: what is known of it before anything is read into it."""

    path: str
    sha256: str
    size_bytes: int
    media_type: str
    encoding: str | None = None
    url: str | None = None
    published_on: dt.date | None = None


@dataclass(frozen=True)
class Document:
    """A file as lines of cells, with what its own metadata say.

    `headers` are texts outside the article that bear on it (a page's title, its publication line). `pictures` counts the
    pictures in the article that are no icons: a table may be one of them.
    """

    source: Source
    lines: tuple[Line, ...]
    title: str | None = None
    site_name: str | None = None
    published_on: dt.date | None = None
    published_on_evidence: str | None = None
    headers: tuple[str, ...] = ()
    attachments: tuple[str, ...] = field(default=())
    pictures: int = 0

    def texts(self) -> Iterator[str]:
        """The normalized text of each line that has any."""
        for line in self.lines:
            if text := line.text:
                yield text

    def dumps(self) -> str:
        """The document as JSON lines, readable and diffable: a head, then one line of cells a line.

        A cell is its normalized text; where the printed text differs both stand as [text, raw]. null is a covered cell,
        `{}` a gap.
        """
        head = asdict(self) | {"lines": len(self.lines)}
        rows = [json.dumps(head, ensure_ascii=False, default=str)]
        for line in self.lines:
            entry: dict[str, object] = {"at": line.at, "cells": [_dump_cell(cell) for cell in line.cells]}
            if line.table is not None:
                entry["table"] = line.table
            rows.append(json.dumps(entry, ensure_ascii=False))
        return "\n".join(rows) + "\n"

    @classmethod
    def loads(cls, text: str) -> Document:
        """The document back from `dumps`."""
        first, *rest = text.rstrip("\n").split("\n")
        head = json.loads(first)
        source = head.pop("source")
        head.pop("lines")
        return cls(
            source=Source(**source | {"published_on": _date(source["published_on"])}),
            lines=tuple(
                Line(entry["at"], tuple(_load_cell(cell) for cell in entry["cells"]), entry.get("table"))
                for entry in map(json.loads, rest)
            ),
            title=head["title"],
            site_name=head["site_name"],
            published_on=_date(head["published_on"]),
            published_on_evidence=head["published_on_evidence"],
            headers=tuple(head["headers"]),
            attachments=tuple(head["attachments"]),
            pictures=head.get("pictures", 0),
        )


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _dump_cell(cell: Cell) -> object:
    if cell.kind == "covered":
        return None
    if cell.kind == "gap":
        return {}
    return cell.raw if cell.raw == cell.text else [cell.text, cell.raw]


def _load_cell(entry: object) -> Cell:
    if entry is None:
        return COVERED
    if isinstance(entry, dict):
        return GAP
    if isinstance(entry, list):
        text, raw = entry
        return Cell(raw, "text" if text else "blank", text)
    return cell_of(str(entry))
