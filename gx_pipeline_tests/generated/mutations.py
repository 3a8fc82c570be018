"""Documents damaged at random: lines, cells, rows, tags lost, doubled, exchanged, moved.

A mutation loses or shifts what is printed and prints no other figure: digits, their signs, points and units stay whole and
apart, two figures never change places, two headings neither. So the figures of the report stay the truth: what is read
otherwise is an error, and a silent one where no finding tells. Does not belong here: losses that a layout has by design
(`noise`), how a reading is judged (`scoring`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gx_pipeline_tests.generated.layouts import Entry, Generated
from gx_pipeline_tests.generated.model import Figure, Key, PrintedCell, PrintedReport, PrintedTable, Truth
from gx_pipeline_tests.generated.noise import all_labels
from gx_pipeline_tests.generated.scoring import Judged

Change = Callable[[str, random.Random], "str | None"]
NUMERIC = set("0123456789０１２３４５６７８９.．,，+-－−()（）[]〔〕注*①②¹件条项万元〇零一二三四五六七八九十百千两")
# Layouts in which a line or a sign is a part of a figure, so that a loss prints another figure.
FIGURES_IN_PARTS = ("digits", "footnote", "Chinese numerals", "corrections struck", "notes raised")
# Here a heading says what the figures below it mean.
FIGURES_BY_HEADING = ("units in headings", "another order", "total first")
# Rows are filled up to the width of the grid: a cell that is lost moves the others up, and the last prints empty.
PADDED = (
    "Markdown",
    "as from a spreadsheet",
    "remnants",
    "㈠㈡",
    "mixed",
    "at once",
    "undone",
    "single (六), pipes",
    "again, pipes",
)
_HEADINGS = frozenset(re.sub(r"\W", "", label) for label in all_labels())
_CELL = re.compile(r"<(?:td|th)\b[^>]*>(?:(?!<(?:td|th|table)\b).)*?(?=<(?:td|th|/?tr|/?table|/?tbody|/?thead)\b)", re.I | re.S)
_ROW = re.compile(r"<tr\b[^>]*>(?:(?!<(?:tr|table)\b).)*?(?=\s*<(?:tr|/table|/?tbody|/?thead)\b)", re.I | re.S)
_TAG = re.compile(r"</?(?:td|th|tr|table|tbody|thead|p|div|span|pre|br)\b[^>]*>", re.I)
_SPAN = re.compile(r"(?<=span=)\"?\d+", re.I)


@dataclass(frozen=True)
class Mutated:
    """A damaged document with the names of what was done to it."""

    document: Generated
    done: tuple[str, ...]


# -- the text of a file ------------------------------------------------------------------------------------------------


def text_of(document: Generated) -> tuple[str, str]:
    """A document's text and its encoding."""
    encodings = {"GB18030": "gb18030", "UTF-16": "utf-16", "gb2312": "gbk"}
    encoding = next((name for word, name in encodings.items() if word in document.entry.name), "utf-8")
    return document.data.decode(encoding), encoding


def tables_in(text: str) -> tuple[int, int]:
    """Where the part of a report begins and ends in which the tables stand."""
    start, stop = text.find("二、"), max(text.rfind("五、"), 0)
    return (start, stop) if 0 <= start < stop else (0, len(text))


def is_figure(text: str) -> bool:
    """Whether a text is a figure or nothing, so that it may not change places with another."""
    bare = re.sub(r"<[^>]*>|&nbsp;|[\s|/—*无-]", "", text)
    return not bare or all(sign in NUMERIC for sign in bare)


def is_heading(text: str) -> bool:
    """Whether a text is a label of the forms, which may not change places with another."""
    return re.sub(r"<[^>]*>|\W", "", text) in _HEADINGS


def glues(before: str, after: str) -> bool:
    """Whether two texts put together make a figure that neither of them is."""
    left, right = re.sub(r"<[^>]*>|\s", "", before), re.sub(r"<[^>]*>|\s", "", after)
    return bool(left and right) and left[-1] in NUMERIC and right[0] in NUMERIC


def _line_change(change: Callable[[list[str], int, random.Random], list[str] | None]) -> Change:
    def on_text(text: str, rng: random.Random) -> str | None:
        start, stop = tables_in(text)
        lines = text[start:stop].split("\n")
        if len(lines) < 8:
            return None
        changed = change(lines, rng.randrange(1, len(lines) - 6), rng)
        return None if changed is None else text[:start] + "\n".join(changed) + text[stop:]

    return on_text


def _lose_lines(lines: list[str], at: int, rng: random.Random) -> list[str]:
    return lines[:at] + lines[at + rng.choice((1, 1, 1, 2, 3, 6)) :]


def _double_line(lines: list[str], at: int, rng: random.Random) -> list[str]:
    return [*lines[: at + 1], lines[at], *lines[at + 1 :]]


def _swap_lines(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    one, other = lines[at : at + 2]
    if (is_figure(one) and is_figure(other)) or (is_heading(one) and is_heading(other)):
        return None
    return [*lines[:at], other, one, *lines[at + 2 :]]


def _move_line(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    """A line to another place, which is not within its own row: figures lie between labels."""
    to = rng.randrange(1, len(lines))
    between = lines[min(at, to) : max(at, to)]
    if not is_figure(lines[at]) or all(map(is_figure, between)):
        return None
    rest = lines[:at] + lines[at + 1 :]
    return [*rest[:to], lines[at], *rest[to:]]


def _join_lines(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    by = rng.choice(("", "", " "))
    if glues(lines[at], lines[at + 1]):
        return None
    return [*lines[:at], lines[at] + by + lines[at + 1], *lines[at + 2 :]]


def _break_line(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    line = lines[at]
    places = [cut for cut in range(1, len(line)) if not glues(line[:cut], line[cut:])]
    if not places:
        return None
    cut = rng.choice(places)
    return [*lines[:at], line[:cut], line[cut:], *lines[at + 1 :]]


def _cells_of_line(line: str) -> tuple[list[str], str] | None:
    by = next((sign for sign in ("|", "\t") if line.count(sign) > 2), None)
    return (line.split(by), by) if by else None


def _lose_cell_of_line(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    if (found := _cells_of_line(lines[at])) is None:
        return None
    cells, by = found
    del cells[rng.randrange(len(cells) - 1)]
    return [*lines[:at], by.join(cells), *lines[at + 1 :]]


def _move_cell_to_line(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    """A cell to the end or the beginning of a neighbouring line."""
    other = at + rng.choice((-1, 1))
    here, there = _cells_of_line(lines[at]), _cells_of_line(lines[other])
    if here is None or there is None:
        return None
    moved = here[0].pop(rng.randrange(len(here[0]) - 1))
    there[0].insert(rng.choice((0, 1, len(there[0]) - 1, len(there[0]))), moved)
    changed = list(lines)
    changed[at], changed[other] = here[1].join(here[0]), there[1].join(there[0])
    return changed


def _lose_separator(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    line = lines[at]
    places = [
        place
        for place, sign in enumerate(line)
        if sign in "|\t" and not (glues(line[:place], line[place + 1 :]) and sign == "\t") and place
    ]
    places = [place for place in places if not glues(line[:place].rstrip(" "), line[place + 1 :].lstrip(" "))]
    if not places:
        return None
    place = rng.choice(places)
    return [*lines[:at], line[:place] + line[place + 1 :], *lines[at + 1 :]]


def _lose_column(lines: list[str], at: int, rng: random.Random) -> list[str] | None:
    """The cell at one place counted from the right gone from a run of lines of cells, as a column cut off."""
    first = at
    while first > 0 and _cells_of_line(lines[first - 1]):
        first -= 1
    last = at
    while last < len(lines) and _cells_of_line(lines[last]):
        last += 1
    if last - first < 6:
        return None
    place = rng.randint(2, 8)
    changed = list(lines)
    for number in range(first, last):
        cells, by = _cells_of_line(lines[number]) or ([], "")
        if len(cells) > place:
            del cells[-place]
            changed[number] = by.join(cells)
    return changed


def lose_sign(text: str, rng: random.Random) -> str | None:
    """One sign gone that is no part of a figure and holds no two apart."""
    start, stop = tables_in(text)
    at = rng.randrange(start, stop - 1)
    swallowed = text[at] == ">" and text[at + 1] in NUMERIC
    if swallowed or text[at] in NUMERIC or text[at] in "负減减增加" or glues(text[max(at - 40, 0) : at], text[at + 1 : at + 40]):
        return None
    return text[:at] + text[at + 1 :]


TEXT: dict[str, Change] = {
    "lines lost": _line_change(_lose_lines),
    "line doubled": _line_change(_double_line),
    "lines swapped": _line_change(_swap_lines),
    "line moved": _line_change(_move_line),
    "lines joined": _line_change(_join_lines),
    "line broken": _line_change(_break_line),
    "cell of a line lost": _line_change(_lose_cell_of_line),
    "cell moved to the next line": _line_change(_move_cell_to_line),
    "separator lost": _line_change(_lose_separator),
    "column lost": _line_change(_lose_column),
    "sign lost": lose_sign,
}


# -- the markup of a page ----------------------------------------------------------------------------------------------


def _found(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    start, stop = tables_in(text)
    return [found.span() for found in pattern.finditer(text, start, stop)]


def _without(text: str, span: tuple[int, int]) -> str:
    return text[: span[0]] + text[span[1] :]


def _lose(pattern: re.Pattern[str]) -> Change:
    def lose(text: str, rng: random.Random) -> str | None:
        spans = _found(pattern, text)
        return _without(text, rng.choice(spans)) if spans else None

    return lose


def _double(pattern: re.Pattern[str]) -> Change:
    def double(text: str, rng: random.Random) -> str | None:
        spans = _found(pattern, text)
        if not spans:
            return None
        start, stop = rng.choice(spans)
        return text[:stop] + text[start:stop] + text[stop:]

    return double


def _swap_next(pattern: re.Pattern[str]) -> Change:
    def swap(text: str, rng: random.Random) -> str | None:
        spans = _found(pattern, text)
        if len(spans) < 2:
            return None
        at = rng.randrange(len(spans) - 1)
        (first, first_end), (second, second_end) = spans[at : at + 2]
        one, other = text[first:first_end], text[second:second_end]
        if (is_figure(one) and is_figure(other)) or (is_heading(one) and is_heading(other)):
            return None
        return text[:first] + other + text[first_end:second] + one + text[second_end:]

    return swap


def _move_cell(text: str, rng: random.Random) -> str | None:
    """A figure to another row."""
    spans = _found(_CELL, text)
    if len(spans) < 9:
        return None
    at, to = rng.sample(range(len(spans)), 2)
    low, high = sorted((at, to))
    if not is_figure(text[slice(*spans[at])]) or "<tr" not in text[spans[low][0] : spans[high][0]].lower():
        return None
    moved = text[slice(*spans[at])]
    if at < to:
        return text[: spans[at][0]] + text[spans[at][1] : spans[to][1]] + moved + text[spans[to][1] :]
    return text[: spans[to][0]] + moved + text[spans[to][0] : spans[at][0]] + text[spans[at][1] :]


def _lose_tag(text: str, rng: random.Random) -> str | None:
    spans = [span for span in _found(_TAG, text) if not glues(text[span[0] - 60 : span[0]], text[span[1] : span[1] + 60])]
    return _without(text, rng.choice(spans)) if spans else None


def _change_span(text: str, rng: random.Random) -> str | None:
    spans = _found(_SPAN, text)
    if not spans:
        return None
    start, stop = rng.choice(spans)
    quote, number = ('"', text[start + 1 : stop]) if text[start] == '"' else ("", text[start:stop])
    return text[:start] + quote + str(max(int(number) + rng.choice((-2, -1, 1, 2)), 0)) + text[stop:]


def _cut_table(text: str, rng: random.Random) -> str | None:
    """A table parted before one of its rows, with or without words between."""
    spans = _found(_ROW, text)
    if not spans:
        return None
    at = rng.choice(spans)[0]
    return text[:at] + "</table>" + rng.choice(("", "<p>（续表）</p>", "<p>— 3 —</p>", "<p>单位：件</p>")) + "<table>" + text[at:]


HTML: dict[str, Change] = {
    "cell lost": _lose(_CELL),
    "cell doubled": _double(_CELL),
    "cells swapped": _swap_next(_CELL),
    "cell moved": _move_cell,
    "row lost": _lose(_ROW),
    "row doubled": _double(_ROW),
    "rows swapped": _swap_next(_ROW),
    "tag lost": _lose_tag,
    "span changed": _change_span,
    "table cut": _cut_table,
    "sign lost": lose_sign,
}


# -- the report in print, for every format -----------------------------------------------------------------------------


def _changed_table(
    report: PrintedReport, rng: random.Random, change: Callable[[PrintedTable], PrintedTable | None]
) -> PrintedReport:
    at = rng.choice([number for number, block in enumerate(report.blocks) if isinstance(block, PrintedTable)])
    table = report.blocks[at]
    assert isinstance(table, PrintedTable)
    changed = change(table)
    blocks = (*report.blocks[:at], *([changed] if changed else []), *report.blocks[at + 1 :])
    return replace(report, blocks=blocks)


Rows = Sequence[tuple[PrintedCell, ...]]


def _rows_change(change: Callable[[list[tuple[PrintedCell, ...]], random.Random], Rows]) -> Callable[..., PrintedReport]:
    def on_report(report: PrintedReport, rng: random.Random) -> PrintedReport:
        return _changed_table(report, rng, lambda table: replace(table, rows=tuple(change(list(table.rows), rng))))

    return on_report


def _cell_change(change: Callable[[PrintedCell], tuple[PrintedCell, ...]]) -> Callable[..., PrintedReport]:
    def on_rows(rows: list[tuple[PrintedCell, ...]], rng: random.Random) -> Rows:
        at = rng.randrange(len(rows))
        place = rng.randrange(len(rows[at]))
        rows[at] = (*rows[at][:place], *change(rows[at][place]), *rows[at][place + 1 :])
        return rows

    return _rows_change(on_rows)


def _rows_lost(rows: list[tuple[PrintedCell, ...]], rng: random.Random) -> Rows:
    at = rng.randrange(len(rows))
    return rows[:at] + rows[at + rng.choice((1, 1, 2, 5)) :] or rows


def _row_doubled(rows: list[tuple[PrintedCell, ...]], rng: random.Random) -> Rows:
    at = rng.randrange(len(rows))
    return [*rows[: at + 1], rows[at], *rows[at + 1 :]]


def _figure_moved(rows: list[tuple[PrintedCell, ...]], rng: random.Random) -> Rows:
    filled = [(at, place) for at, row in enumerate(rows) for place, cell in enumerate(row) if cell.role == "figure"]
    at, place = rng.choice(filled)
    others = [other for other, row in enumerate(rows) if other != at and any(cell.role == "figure" for cell in row)]
    if not others:
        return rows
    other = rng.choice(others)
    moved = rows[at][place]
    rows[at] = (*rows[at][:place], *rows[at][place + 1 :])
    to = rng.randint(1, len(rows[other]))
    rows[other] = (*rows[other][:to], moved, *rows[other][to:])
    return rows


def _column_lost(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One column of figures with its heading."""

    def lose(table: PrintedTable) -> PrintedTable:
        column = rng.randrange(1, table.width)
        gone = {id(cell) for _, at, cell in table.placed if at == column and cell.colspan == 1}
        return replace(table, rows=tuple(tuple(cell for cell in row if id(cell) not in gone) for row in table.rows))

    return _changed_table(report, rng, lose)


def _table_doubled(report: PrintedReport, rng: random.Random) -> PrintedReport:
    at = rng.choice([number for number, block in enumerate(report.blocks) if isinstance(block, PrintedTable)])
    return replace(report, blocks=(*report.blocks[: at + 1], report.blocks[at], *report.blocks[at + 1 :]))


def _paragraphs_lost(report: PrintedReport, rng: random.Random) -> PrintedReport:
    kept = tuple(block for block in report.blocks if isinstance(block, PrintedTable) or rng.random() < 0.5)
    return replace(report, blocks=kept)


def _tables_exchanged(report: PrintedReport, rng: random.Random) -> PrintedReport:
    places = [number for number, block in enumerate(report.blocks) if isinstance(block, PrintedTable)]
    one, other = rng.sample(places, 2)
    blocks = list(report.blocks)
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return replace(report, blocks=tuple(blocks))


PRINTED: dict[str, Callable[[PrintedReport, random.Random], PrintedReport]] = {
    "printed cell lost": _cell_change(lambda cell: ()),
    "printed cell emptied": _cell_change(lambda cell: (cell.saying(""),)),
    "printed cell doubled": _cell_change(lambda cell: (cell, cell)),
    "printed rows lost": _rows_change(_rows_lost),
    "printed row doubled": _rows_change(_row_doubled),
    "printed figure moved": _rows_change(_figure_moved),
    "printed column lost": _column_lost,
    "printed table lost": lambda report, rng: _changed_table(report, rng, lambda table: None),
    "printed table doubled": _table_doubled,
    "printed paragraphs lost": _paragraphs_lost,
    "printed tables exchanged": _tables_exchanged,
}


# -- a document --------------------------------------------------------------------------------------------------------

# These bring a figure to where a blank stood and so print it there: for reports with a figure in every cell.
SHIFTING = frozenset(name for name in (*TEXT, *HTML, *PRINTED) if not name.endswith(("lost", "emptied", "exchanged", "cut")))


def names_for(entry: Entry) -> list[str]:
    """The mutations that a document of a layout may suffer."""
    if any(part in entry.name for part in FIGURES_BY_HEADING):
        return ["printed paragraphs lost"]
    if any(part in entry.name for part in FIGURES_IN_PARTS):
        return ["printed rows lost", "printed row doubled", "printed table doubled", "printed tables exchanged"]
    if entry.damaged:  # what is lost already and what is moved may make up a whole row
        own = {"text": TEXT, "HTML": HTML}.get(entry.family, {})
        return [name for name in (*own, *PRINTED) if name not in SHIFTING]
    if "unpivoted" in entry.name:  # rows without a label belong to the label above, figures to the measure before
        return [name for name in PRINTED if name not in SHIFTING]
    if entry.name.startswith("text"):
        return [*TEXT, *PRINTED]
    return [*HTML, *PRINTED] if entry.name.startswith("HTML") else list(PRINTED)


def mutate(document: Generated, names: Sequence[str], rng: random.Random) -> Mutated | None:
    """A document with the named mutations, those in print first; None where none of them may be had."""
    done: list[str] = []
    report = document.report
    for name in (name for name in names if name in PRINTED):
        report = PRINTED[name](report, rng)
        done.append(name)
    damaged = document
    if done:
        try:
            damaged = replace(document.reprinted(report), truth=_emptied(document.truth, report))
        except (IndexError, ValueError):  # the layout's own noise needs the table whole
            return None
    changes = TEXT | HTML if document.entry.name.startswith("HTML") else TEXT
    for name in (name for name in names if name not in PRINTED):
        text, encoding = text_of(damaged)
        if (changed := changes[name](text, rng)) is not None and changed != text:
            damaged = replace(damaged, data=changed.encode(encoding, "xmlcharrefreplace"))
            done.append(name)
    return Mutated(damaged, tuple(done)) if done and damaged.data != document.data else None


def moved_up(entry: Entry, cell: Judged) -> bool:
    """Whether a zero that reads as a blank, or a blank as a zero, is what the damaged grid prints."""
    return not cell.printed.value and not cell.read.value and any(word in entry.name for word in PADDED)


def _emptied(truth: Truth, report: PrintedReport) -> Truth:
    """The figures, those blank that are printed empty."""
    texts: dict[Key, set[str]] = {}
    for cell in (cell for table in report.tables for row in table.rows for cell in row):
        if cell.key:
            texts.setdefault(cell.key, set()).add(cell.text)
    return replace(
        truth,
        figures={key: Figure("blank", None) if texts.get(key) == {""} else figure for key, figure in truth.figures.items()},
    )
