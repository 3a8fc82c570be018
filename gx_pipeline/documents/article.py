"""The article of a page among its menus, side columns, comments and footers: told by what stands where, not by one site's names.

Tables, headings of an outline (一、二、…) and sentences make an article, links make menus. When in doubt more is kept: a
footer too many is read over, a table too few is a lost table. Knows no markup and no form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gx_pipeline.documents.model import Cell

_ANCHOR_CELLS = 8
_SENTENCE = 20
_SHARE = 0.8
_NUMERALS = frozenset("一二三四五六七八九十")
_NEIGHBOURS = ("上一篇", "下一篇", "上一条", "下一条")


class Entry(NamedTuple):
    """A paragraph or a table of the page, in the order of the page.

    `block` numbers the block it stands in; blocks are numbered as they open, so a block's number is above its parent's.
    `linked` counts characters of link texts in a paragraph, link elements in a table.
    """

    block: int
    cells: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    linked: int = 0

    @property
    def text(self) -> str:
        """The text of a paragraph."""
        return self.cells[0].text if self.cells else ""

    @property
    def is_menu(self) -> bool:
        """Whether links make up most of it."""
        if not self.linked:
            return False
        if self.rows:
            filled = sum(cell.kind == "text" for cells in self.rows for cell in cells)
            return self.linked >= 3 and self.linked * 2 > filled
        return self.linked * 2 >= len(self.text)


def find_article(entries: Sequence[Entry], parents: Sequence[int], ends: Sequence[int]) -> tuple[int, int]:
    """The first entry of the article and the one after its last.

    Args:
        entries: the page.
        parents: the parent of each block by its number; block 0 is the page and its own parent.
        ends: for each block the number after that of the last block within it.
    """
    anchors = [place for place, entry in enumerate(entries) if _is_anchor(entry)]
    if len(anchors) >= 2 or any(entries[place].rows for place in anchors):
        block = entries[anchors[0]].block
        for place in anchors:
            if not block <= entries[place].block < ends[block]:
                block = _common(block, entries[place].block, parents)
        blocks = [entry.block for entry in entries]
        last = _last(blocks, block, ends)
        if block and last == anchors[-1] + 1 and any(map(_is_sentence, entries[last:])):
            # The last table or heading has no text below it: that stands in a block of its own.
            while block and _last(blocks, block, ends) == last:
                block = parents[block]
            last = _last(blocks, block, ends)
    else:
        block = _heaviest(entries, parents)
        blocks = [entry.block for entry in entries]
        last = _last(blocks, block, ends)
    first = next((place for place, number in enumerate(blocks) if block <= number < ends[block]), 0)
    lead = next((place for place in range(first) if _is_sentence(entries[place])), first)
    return lead, last


def _last(blocks: Sequence[int], block: int, ends: Sequence[int]) -> int:
    end = ends[block]
    return next((place + 1 for place in range(len(blocks) - 1, -1, -1) if block <= blocks[place] < end), len(blocks))


def menus(entries: Sequence[Entry]) -> set[int]:
    """Places of entries that are lists of links, or lead to the next page of a series."""
    found = {place for place, entry in enumerate(entries) if entry.linked and entry.is_menu}
    if not found:
        return found
    by_block: dict[int, list[int]] = {}
    for place, entry in enumerate(entries):
        by_block.setdefault(entry.block, []).append(place)
    dropped = {place for place in found if entries[place].rows or entries[place].text.startswith(_NEIGHBOURS)}
    for places in by_block.values():
        linked = [place for place in places if place in found]
        if len(linked) >= 2 and len(linked) * 5 >= len(places) * 3 and not any(_is_anchor(entries[place]) for place in places):
            dropped.update(linked)
    return dropped


def is_outline_heading(text: str) -> bool:
    """Whether a text opens with a number of the first level: 一、 to 十、."""
    return text[:1] in _NUMERALS and text[1:2] == "、"


def _is_anchor(entry: Entry) -> bool:
    if entry.rows:
        return sum(map(len, entry.rows)) >= _ANCHOR_CELLS and not entry.is_menu
    return bool(entry.cells) and is_outline_heading(entry.cells[0].text) and not entry.is_menu


def _is_sentence(entry: Entry) -> bool:
    text = entry.text
    return len(text) - entry.linked >= _SENTENCE and ("。" in text or ";" in text)


def _common(one: int, other: int, parents: Sequence[int]) -> int:
    while one != other:
        if one > other:
            one = parents[one]
        else:
            other = parents[other]
    return one


def _heaviest(entries: Sequence[Entry], parents: Sequence[int]) -> int:
    """The innermost block that holds most of the text that is no link."""
    weights = [0] * len(parents)
    for entry in entries:
        size = sum(len(cell.text) for cell in entry.cells) + sum(len(cell.text) for cells in entry.rows for cell in cells)
        weights[entry.block] += max(0, size - entry.linked)
    for block in range(len(parents) - 1, 0, -1):
        weights[parents[block]] += weights[block]
    return max(block for block, weight in enumerate(weights) if weight >= _SHARE * weights[0]) if weights[0] else 0
