"""The document as a stream of tokens: every cell in reading order, with what it may be.

Joins labels that a line break has cut and takes apart what stands run together in one cell. What a text may be is looked
up once and kept: reports repeat themselves. Does not belong here: which table a token is part of (`tables`).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain, repeat
from operator import attrgetter
from typing import Literal, NamedTuple

from gx_pipeline.documents import Cell, Document, Line
from gx_pipeline.parsing.labels import (
    MAX_LABEL,
    Label,
    begins_label,
    is_label,
    labels_of,
    most_strange_letters,
    read_label,
    strange_letters,
)
from gx_pipeline.parsing.numbers import chinese_number, kind_of

TokenKind = Literal["number", "placeholder", "blank", "gap", "covered", "label", "text"]
VALUES: frozenset[TokenKind] = frozenset({"number", "placeholder", "blank"})
MAX_JOINED = 6
MAX_EMPTY = 6
MAX_BETWEEN = 20
_SENTENCE = 12
# A text no longer than this may be a figure with something behind it that nobody can read, or a heading.
MAX_FIGURE = 8
_ENOUGH_HEADINGS = 3
_PAGE_NUMBER = re.compile(
    r"[-\u2010-\u2015\u2212]+ ?\d{1,3} ?[-\u2010-\u2015\u2212]+"
    r"|第? ?\d{1,3} ?页(?:[,/ ]*共 ?\d{1,3} ?页)?"
    r"|共 ?\d{1,3} ?页[,/ ]*第 ?\d{1,3} ?页"
)
# A label and the first figure behind it, with nothing between.
_GLUED = re.compile(r"(.*[^\d.,+\-])([+\-]?\d[\d,.]*)")
_DIGIT = re.compile(r"\d")
_CELLS = attrgetter("cells")
_MOST_KNOWN = 1 << 14
_NUMBERED = re.compile(r"^\s*[(]?\d{1,2}\s*[)、.．]")


class Word(NamedTuple):
    """What a text may be. Words of equal `sign` are the same to whoever finds rows and columns, whatever they say.

    `tables` are those that its labels belong to; `special` words need a second look: `begins` says that a label may begin
    here and go on elsewhere; `parts` are the words that stand run together in the cell.
    """

    kind: TokenKind
    text: str
    sign: int
    labels: frozenset[Label] = frozenset()
    slip: str | None = None
    unit: str | None = None
    begins: bool = False
    parts: tuple[Word, ...] = ()
    tables: frozenset[str] = frozenset()
    digits: bool = False
    special: bool = False


_SIGNS: dict[TokenKind, int] = {"number": 1, "placeholder": 1, "blank": 1, "gap": 4, "covered": 5}
_CHINESE_NUMBER_SIGN, _TEXT_SIGN, _FIRST_LABEL_SIGN = 2, 6, 16
_label_signs: dict[tuple[frozenset[Label], str | None, bool], int] = {}
_GAP = Word("gap", "", _SIGNS["gap"])
_COVERED = Word("covered", "", _SIGNS["covered"])


def _text_sign(text: str, digits: bool) -> int:
    """Texts are alike where whoever finds rows treats them alike: by their digits, their length and how they end."""
    return _TEXT_SIGN + digits + 2 * (len(text) <= MAX_FIGURE) + 4 * text.endswith("。")


_PROSE = {
    (digits, end): Word("text", "", _text_sign("—" * MAX_LABEL + end, digits), digits=digits)
    for digits in (False, True)
    for end in ("。", "")
}


def _prose(text: str) -> Word:
    return _PROSE[_DIGIT.search(text) is not None, "。" if text.endswith("。") else ""]


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> Word:
    if len(text) > _SENTENCE and text[-1] in "。;:":
        return _prose(text)
    if text.isascii() and text.isdecimal():
        return Word("number", text, _SIGNS["number"])
    kind: TokenKind = kind_of(text)
    parts = _run_together(text)
    if kind != "text":
        sign = _SIGNS[kind] if chinese_number(text) is None else _CHINESE_NUMBER_SIGN
        return Word(kind, text, sign, parts=parts, special=bool(parts))
    labels, slip, unit = read_label(text)
    begins = begins_label(text)
    if labels:
        sign = _label_signs.setdefault((labels, unit, slip is not None), _FIRST_LABEL_SIGN + len(_label_signs))
        tables = frozenset(label.table for label in labels)
        return Word("label", text, sign, labels, slip, unit, begins, parts, tables, special=begins or bool(parts))
    if not parts and not any(map(str.isalnum, text)):
        return _COVERED  # a bracket or quotation mark that a line break has cut off
    digits = _DIGIT.search(_NUMBERED.sub("", text)) is not None
    return Word("text", text, _text_sign(text, digits), begins=begins, parts=parts, digits=digits, special=begins or bool(parts))


class _Words(dict[str, Word]):
    """The word of each text; short texts, which repeat from report to report, are looked up once."""

    def __missing__(self, text: str) -> Word:
        if len(text) > MAX_LABEL:
            return _prose(text)
        word = _word(text)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[text] = word
        return word


_WORDS = _Words()
_OF_KIND: dict[str, Word] = {"covered": _COVERED, "gap": _GAP, "blank": Word("blank", "", _SIGNS["blank"])}


@lru_cache(maxsize=1 << 12)
def code_of(labels: frozenset[Label], table: str, kind: str) -> str | None:
    """The code that labels give in a table, when it is the only one of its kind."""
    codes = {label.code for label in labels if label.table == table and label.kind == kind}
    return codes.pop() if len(codes) == 1 else None


def _run_together(text: str) -> tuple[Word, ...]:
    """The words of a row that stands in one cell: labels and figures, several headings, or at least three figures.

    The number of a page, where it stands alone in its line, is none of these and no figure either.
    """
    if _PAGE_NUMBER.fullmatch(text):
        return (_COVERED,)
    pieces = text.split(" ")
    if len(pieces) < 2 or is_label(text) or kind_of(text) == "placeholder":
        return ()
    found: list[Word] = []
    start = 0
    while start < len(pieces):
        stop = start + 1
        if kind_of(pieces[start]) not in ("number", "placeholder"):
            while stop < min(len(pieces), start + MAX_JOINED) and kind_of(pieces[stop]) not in ("number", "placeholder"):
                stop += 1
            whole = " ".join(pieces[start:stop])
            ends = [end for end in range(stop, start, -1) if end - start < len(pieces)]
            if strange_letters(pieces[start]) > most_strange_letters(whole):
                ends = []
            elif stop < len(pieces) and (glued := _GLUED.fullmatch(whole)) and is_label(glued[1]):
                found += [_word(glued[1]), _word(glued[2])]
                start = stop
                continue
            exact = (end for end in ends if is_label(" ".join(pieces[start:end])))
            near = (end for end in ends if labels_of(" ".join(pieces[start:end])))
            stop = next(exact, 0) or next(near, 0)
            if not stop and not _mostly_headings(pieces):
                return ()
            stop = stop or start + 1
        found.append(_word(" ".join(pieces[start:stop])))
        start = stop
    figures_alone = all(word.kind == "number" for word in found)
    return tuple(found) if len(found) > (2 if figures_alone else 1) else ()


def _mostly_headings(pieces: Sequence[str]) -> bool:
    """Whether the pieces of a line are headings of one table with a word or two between that are none."""
    headings = [code for piece in pieces if (code := code_of(labels_of(piece), "requests", "column"))]
    return len(headings) >= _ENOUGH_HEADINGS and len(pieces) - len(headings) <= _ENOUGH_HEADINGS - 1


@dataclass(slots=True)
class Token:
    """A cell of the document in the stream. `column` is its index in its line, `width` how many cells the line has."""

    index: int
    line: int
    column: int
    width: int
    table: int | None
    kind: TokenKind
    text: str
    raw: str
    locator: str
    labels: frozenset[Label] = frozenset()
    slip: str | None = None
    unit: str | None = None
    digits: bool = False

    def label(self, table: str, kind: str) -> str | None:
        """The code that this token labels in a table, when it is the only one of its kind."""
        return code_of(self.labels, table, kind) if self.labels else None


@dataclass(slots=True)
class Stream:
    """The tokens of a document as columns side by side: word, cell, number of the line, index in the line, sign of the word.

    `labelled` are the tokens that are labels, `texts` how many texts come before each of them.
    """

    lines: tuple[Line, ...]
    words: list[Word] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    signs: list[int] = field(default_factory=list)
    labelled: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)

    def extend(self, words: Sequence[Word], cells: Sequence[Cell], at: Sequence[int], columns: Sequence[int]) -> None:
        """Add tokens at the end."""
        self.words += words
        self.cells += cells
        self.at += at
        self.columns += columns

    def tokens(self, where: Sequence[int]) -> list[Token]:
        """Some of the tokens one by one, counted anew from 0."""
        found = []
        for index, place in enumerate(where):
            word, cell, number, column = self.words[place], self.cells[place], self.at[place], self.columns[place]
            line = self.lines[number]
            found.append(
                Token(
                    index,
                    number,
                    column,
                    len(line.cells),
                    line.table,
                    word.kind,
                    word.text or cell.text,
                    cell.raw,
                    line.locator(column),
                    word.labels,
                    word.slip,
                    word.unit,
                    word.digits,
                )
            )
        return found


def tokenize(document: Document) -> Stream:
    """All cells of the document in reading order; a label cut over a few lines becomes one token where it begins."""
    lines = document.lines
    rows = list(map(_CELLS, lines))
    widths = list(map(len, rows))
    cells = list(chain.from_iterable(rows))
    # Whole columns at a time: this is done for every cell of every report.
    words = [_WORDS[cell.text] if cell.kind == "text" else _OF_KIND[cell.kind] for cell in cells]
    at = list(chain.from_iterable(map(repeat, range(len(lines)), widths)))
    columns = list(chain.from_iterable(map(range, widths)))
    special = [index for index, word in enumerate(words) if word.special]
    if special and (edits := _edits(lines, widths, words, at, columns, special)):
        kept = Stream(lines)
        start = 0
        for index in sorted(edits):
            kept.extend(words[start:index], cells[start:index], at[start:index], columns[start:index])
            for part, of_part in edits[index]:
                kept.extend([part], [of_part], [at[index]], [columns[index]])
            start = index + 1
        kept.extend(words[start:], cells[start:], at[start:], columns[start:])
        words, cells, at, columns = kept.words, kept.cells, kept.at, kept.columns
    signs = [word.sign for word in words]
    labelled = [index for index, sign in enumerate(signs) if sign >= _FIRST_LABEL_SIGN]
    of_texts = [index for index, sign in enumerate(signs) if _TEXT_SIGN <= sign < _FIRST_LABEL_SIGN]
    return Stream(lines, words, cells, at, columns, signs, labelled, [bisect(of_texts, index) for index in labelled])


def _edits(
    lines: tuple[Line, ...],
    widths: Sequence[int],
    words: Sequence[Word],
    at: Sequence[int],
    columns: Sequence[int],
    special: Sequence[int],
) -> dict[int, Sequence[tuple[Word, Cell]]]:
    """What becomes of cells that hold a piece of a label or several words, by their places among all cells."""
    starts = list(accumulate(widths, initial=0))
    edits: dict[int, Sequence[tuple[Word, Cell]]] = {}
    for index in special:
        if index in edits:
            continue
        word, number, column = words[index], at[index], columns[index]
        line = lines[number]
        if word.begins and (joined := _join(lines, number, column)):
            whole, elsewhere = joined
            edits[index] = () if whole in elsewhere.values() else ((whole, Cell(whole.text, "text", whole.text)),)
            for (other, beside), replaced in elsewhere.items():
                if (place := starts[other] + beside) > index:
                    edits[place] = ((replaced, lines[other].cells[beside]),) if replaced else ()
        elif word.parts and (word.kind == "text" or (word.kind == "number" and line.table is None and len(line.cells) == 1)):
            edits[index] = [(part, Cell(part.text, "text", part.text)) for part in word.parts]
    return edits


def _join(lines: tuple[Line, ...], number: int, column: int) -> tuple[Word, dict[tuple[int, int], Word | None]] | None:
    """A label that is cut into pieces, beginning here.

    The pieces follow each other, each in a line of its own; figures may stand beside them, in a grid the pieces below each
    other in one column. A text that is a label already is joined only to make a longer one (其他 and 结果 to 其他结果).

    Returns:
        The label and what becomes of the other cells (None: part of the label), or None when no label comes of it.
    """
    first = lines[number]
    text = first.cells[column].text
    places = [(number, column)]
    filled = _filled_beside(first, column)
    if filled is None:
        return None
    at = number
    while len(places) < MAX_JOINED and begins_label(text):
        following = _next_line(lines, at, in_grid=first.table is not None)
        if following is None:
            return None
        at = following
        line = lines[at]
        if line.table is None and not filled and _holds_figures_only(line):
            filled = True
            continue
        piece = _piece(line, first, column)
        if piece is None:
            return None
        cell = line.cells[piece]
        beside = _filled_beside(line, piece)
        if beside is None or (kind_of(cell.text) != "text" and chinese_number(cell.text) is None) or len(cell.text) > MAX_LABEL:
            return None
        if beside and filled:
            return None
        filled = filled or beside
        text += cell.text
        places.append((at, piece))
        if is_label(text):
            return _word(text), _rest(lines, places, filled, _word(text))
    return None


def _piece(line: Line, first: Line, column: int) -> int | None:
    """Which cell of a line may go on a label that began in another: the one below in the same grid, else the first text."""
    if (line.table is None) != (first.table is None):
        return None
    if line.table is not None and line.table == first.table:
        return column if column < len(line.cells) and line.cells[column].kind == "text" else None
    return next((index for index, cell in enumerate(line.cells) if cell.kind == "text"), None)


def _holds_figures_only(line: Line) -> bool:
    """Whether a line of several cells is the middle one of a row, its label broken above and below."""
    return len(line.cells) > 1 and all(cell.kind != "text" or kind_of(cell.text) != "text" for cell in line.cells)


def _next_line(lines: tuple[Line, ...], number: int, *, in_grid: bool) -> int | None:
    """The next line that has cells; in a grid, what stands between two of its parts (a page number, headings) is passed over."""
    for at in range(number + 1, min(number + 1 + MAX_EMPTY, len(lines))):
        line = lines[at]
        if not line.cells or (in_grid and line.table is None and len(line.text) <= MAX_BETWEEN):
            continue
        if in_grid and line.table is not None and _is_heading(line):
            continue
        return at
    return None


def _is_heading(line: Line) -> bool:
    """Whether a line of a grid holds headings and nothing else, as where they are repeated on a new page."""
    texts = [cell.text for cell in line.cells if cell.kind == "text"]
    return len(texts) > 1 and all(any(label.kind in ("column", "furniture") for label in labels_of(text)) for text in texts)


def _filled_beside(line: Line, column: int) -> bool | None:
    """Whether figures stand beside a cell; None when other texts do."""
    filled = False
    for index, cell in enumerate(line.cells):
        if index == column or cell.kind != "text":
            continue
        if kind_of(cell.text) == "text":
            if index < column and (line.table is not None or labels_of(cell.text)):
                continue
            return None
        filled = True
    return filled


def _rest(
    lines: tuple[Line, ...], places: list[tuple[int, int]], filled: bool, whole: Word
) -> dict[tuple[int, int], Word | None]:
    """What becomes of the cells around a label in pieces: it stands in the line that has cells, groups are named once."""
    rest: dict[tuple[int, int], Word | None] = dict.fromkeys(places[1:])
    bearing = next(
        (number for number, column in places if _filled_beside(lines[number], column)), places[0][0] if not filled else None
    )
    for number, column in places:
        for index, cell in enumerate(lines[number].cells):
            empty = cell.kind in ("blank", "gap") and number != bearing
            remnant = cell.kind == "text" and index < column and number != places[0][0]
            if index != column and (empty or remnant):
                rest[number, index] = _COVERED
        if number == bearing and number != places[0][0]:
            rest[number, column] = whole
    return rest
