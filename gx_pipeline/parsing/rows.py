"""From tokens to rows: where a table lies in the document, which cells follow each row label, and what is left over.

Labels anchor: a row opens with its label and ends with the next label, heading or line of the grid. Does not belong
here: which column a cell is in (`placing`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from gx_pipeline.forms import TABLE_CODES, TableCode, load_forms
from gx_pipeline.parsing.numbers import chinese_number
from gx_pipeline.parsing.tokens import MAX_FIGURE, VALUES, Stream, Token, Word, code_of

MAX_FOREIGN = 4
MAX_BEFORE = 24
MAX_ROW_NAME = 20
_SECTION = re.compile(r"[一二三四五六七]\s*、")
_OTHER_ROWS = frozenset({"other_uncorrected", "other_unpaid", "other_other"})


@dataclass(slots=True)
class Draft:
    """A row as it stands in the document: its label and the cells up to the next label.

    `code` is None where the label is no row of a form, `label` where the row has none. `pairs` are cells that a column
    label right before them names (unpivoted tables); `header` the headings above, by place in the line;
    `aligned` where the lines of a text are as wide as each other, so that a gap in them is an empty cell.
    """

    code: str | None
    label: Token | None
    body: list[Token] = field(default_factory=list)
    pairs: dict[str, Token] = field(default_factory=dict)
    header: dict[int, str] = field(default_factory=dict)
    aligned: bool = False

    @property
    def explicit(self) -> list[Token]:
        """The cells of which the source says that they are there."""
        return [token for token in self.body if token.kind in VALUES or token.kind == "text"]

    @property
    def filled(self) -> list[Token]:
        """The cells that hold anything."""
        return [token for token in self.explicit if token.kind != "blank"] + list(self.pairs.values())

    @property
    def first(self) -> Token | None:
        """Where the row begins."""
        return self.label or next(iter(self.body), None)

    @property
    def slip(self) -> bool:
        """Whether the row's label was read in spite of a slip."""
        return self.label is not None and self.label.slip is not None


@dataclass(slots=True)
class Rows:
    """All rows of a table in the document, the column labels met, and filled cells that no row claims.

    `runs` are the column labels as they follow each other with no row between, `in_line` tells of each run whether it
    stands in one line of cells; `units` are printed in the headings, by column; `slips` are headings read in spite of a
    slip, with their column; `strange` are texts among the headings that are none.
    """

    drafts: list[Draft] = field(default_factory=list)
    runs: list[list[str]] = field(default_factory=list)
    in_line: list[bool] = field(default_factory=list)
    strays: list[Token] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    slips: list[tuple[Token, str]] = field(default_factory=list)
    strange: list[Token] = field(default_factory=list)


def regions(stream: Stream) -> dict[TableCode, list[tuple[int, int]]]:
    """Stretches of the stream, from and up to, in which each table stands: its own labels close together.

    More than one where a page break or a copy parts the table.
    """
    words = stream.words
    clusters: dict[TableCode, list[list[int]]] = {table: [] for table in TABLE_CODES}
    foreign = dict.fromkeys(TABLE_CODES, MAX_FOREIGN + 1)
    shared: list[int] = []
    passed = 0
    for index, texts in zip(stream.labelled, stream.texts, strict=True):
        tables = words[index].tables
        alone = len(tables) == 1
        between, passed = texts - passed, texts
        if not (shared and shared[-1] == index - 1):
            shared = []
        for table in TABLE_CODES:
            if table in tables:
                if foreign[table] + between > MAX_FOREIGN:
                    if not alone:
                        foreign[table] += between
                        continue
                    clusters[table].append([before for before in shared if table in words[before].tables])
                foreign[table] = 0
                clusters[table][-1].append(index)
            else:
                foreign[table] = MAX_FOREIGN + 1 if alone else foreign[table] + between + 1
        if not alone:
            shared.append(index)
    found: dict[TableCode, list[tuple[int, int]]] = {table: [] for table in TABLE_CODES}
    for table, parts in clusters.items():
        sure = [_is_table([words[index] for index in cluster], table) for cluster in parts]
        for cluster, is_table in zip(parts, sure, strict=True):
            if is_table or (any(sure) and _is_rest(cluster, words, table)):
                stop = cluster[-1] + 1
                found[table].append((cluster[0], _end(stream, stop)))
    return found


def _end(stream: Stream, stop: int) -> int:
    """Where a table ends whose last label stands before `stop`: after its cells, and after rows that the form does not have."""
    words, at, lines = stream.words, stream.at, stream.lines
    last = stop - 1
    while True:
        while stop < len(words) and (words[stop].kind not in ("text", "label") or _may_be_figure(words[stop])):
            stop += 1
        if stop + 1 >= len(words) or words[stop].kind != "text":
            return stop
        line, above = lines[at[stop]], lines[at[last]]
        beside = line.table is not None and line.table == above.table
        beside |= line.table is None and len(line.cells) > 1 and at[stop] == at[stop - 1] + 1 and len(above.cells) > 1
        name, after = stream.cells[stop].text, lines[at[stop + 1]]
        alone = len(line.cells) == 1 and line.table is None and len(name) <= MAX_ROW_NAME and not _SECTION.match(name)
        alone &= len(after.cells) == 1 and after.table is None
        if not (beside or alone) or words[stop + 1].kind != "number" or words[stop].digits:
            return stop
        stop += 1


def headless(stream: Stream, size: int, words: Sequence[str], taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The one run of as many values as a table of a single row has, its headings lost, shortly after words that name it.

    Args:
        stream: the document.
        size: how many cells the row has.
        words: of which one stands shortly before the row.
        taken: stretches of other tables.
    """
    found = []
    start = 0
    kinds = [word.kind for word in stream.words]
    while start < len(kinds):
        stop = start
        while stop < len(kinds) and kinds[stop] in VALUES:
            stop += 1
        if stop - start == size and not any(begin < stop and start < end for begin, end in taken):
            before = [cell.text for cell in stream.cells[max(0, start - MAX_BEFORE) : start]]
            if any(word in text for text in before for word in words):
                found.append((start, stop))
        start = max(stop, start + 1)
    return found if len(found) == 1 else []


def _may_be_figure(word: Word) -> bool:
    """Whether a text is as short as a figure with something behind it that nobody can read."""
    return word.kind == "text" and word.digits and 0 < len(word.text) <= MAX_FIGURE


def _is_table(cluster: Sequence[Word], table: TableCode) -> bool:
    rows: set[str] = set()
    columns: set[str] = set()
    for word in cluster:
        if row := code_of(word.labels, table, "row"):
            rows.add(row)
        if column := code_of(word.labels, table, "column"):
            columns.add(column)
        if table == "requests":
            found = len(rows) >= 2
        elif table == "proactive_disclosure":
            found = len(rows) >= 3 or (bool(rows) and bool(columns))
        else:
            found = len(columns) >= 3
        if found:
            return True
    return False


def _is_rest(cluster: Sequence[int], words: Sequence[Word], table: TableCode) -> bool:
    """Whether a few labels are what a page break left of a table: a row with its cells."""
    for index in cluster:
        if code_of(words[index].labels, table, "row") and len(words[index].labels) == 1:
            following = words[index + 1 : index + 4]
            if following and all(word.kind in VALUES for word in following):
                return True
    return False


def scan(tokens: Sequence[Token], region: tuple[int, int], table: TableCode, rows: Rows) -> None:
    """Read the rows of a stretch into `rows`."""
    _Scan(tokens, region, table, rows).run()


class _Scan:
    def __init__(self, tokens: Sequence[Token], region: tuple[int, int], table: TableCode, rows: Rows) -> None:
        self.tokens = tokens
        self.start, self.stop = region
        self.table: TableCode = table
        self.rows = rows
        self.current: Draft | None = None
        self.pending: str | None = None
        self.header: dict[int, str] = {}
        self.header_line = -1
        self.run_line = -1
        self.run_places: dict[str, list[tuple[int, int]]] = {}
        self.in_header = False

    def run(self) -> None:
        for token in self.tokens[self.start : self.stop]:
            self._leave_grid_row(token)
            if token.kind == "label":
                self._label(token)
            elif token.kind == "text":
                self._text(token)
            else:
                self._value(token)
        self._flush()

    def _leave_grid_row(self, token: Token) -> None:
        """In a real grid the cells of a row stand on its line."""
        current = self.current
        if current is None or token.table is None:
            return
        explicit = current.explicit
        if explicit:
            if explicit[-1].table is not None and token.line != explicit[-1].line:
                self._flush()
        elif token.kind == "blank" and current.label and not current.pairs and token.line != current.label.line:
            self._flush_before(token)

    def _flush_before(self, token: Token) -> None:
        """End the row where the line of a token holds a label or text before any figure, or nothing at all: it is another's."""
        for following in self.tokens[token.index : self.stop]:
            if following.line != token.line or following.kind in ("label", "text"):
                break
            if following.kind in ("number", "placeholder"):
                return
        self._flush()

    def _flush(self) -> None:
        if self.current is not None:
            self.rows.drafts.append(self.current)
        self.current, self.pending = None, None

    def _open(self, code: str | None, token: Token) -> Draft:
        self._flush()
        self.in_header = False
        header = dict(self.header) if token.table is not None else {}
        self.current = Draft(code, token if token.kind in ("label", "text") else None, header=header)
        return self.current

    def _label(self, token: Token) -> None:
        row, column = self._row(token), token.label(self.table, "column")
        if row is not None and column is not None:
            row, column = (None, column) if self.in_header or self._heading_follows(token) else (row, None)
        if row is not None:
            if self.current and self.current.code == row and (self.current.pairs or not self.current.body):
                self.pending = None
                return
            self._open(row, token)
            if self._closes_its_line(token):
                self._flush()
        elif column is not None:
            self._column(token, column)
        else:
            self._flush()

    def _row(self, token: Token) -> str | None:
        code = token.label(self.table, "row")
        if self.table != "requests" or code is None:
            return code
        if code == "other" and self._next_row(token) in _OTHER_ROWS:
            return None
        if code == "other_other" and token.label(self.table, "column") and self._last_row() not in _OTHER_ROWS:
            return None
        return code

    def _closes_its_line(self, token: Token) -> bool:
        """Whether figures stand before a label in its line and nothing behind it: then what follows is no cell of its row."""
        if token.width < 2 or (token.index + 1 < self.stop and self.tokens[token.index + 1].line == token.line):
            return False
        before = reversed(self.tokens[max(self.start, token.index - token.width) : token.index])
        return any(known.line == token.line and known.kind == "number" for known in before)

    def _heading_follows(self, token: Token) -> bool:
        """Whether the next thing that is printed is a heading: 总计 is then the first of them and no row."""
        for following in self.tokens[token.index + 1 : self.stop]:
            if following.kind not in ("covered", "gap"):
                return following.label(self.table, "column") is not None
        return False

    def _next_row(self, token: Token) -> str | None:
        for following in self.tokens[token.index + 1 : self.stop]:
            if following.kind in ("number", "placeholder"):
                return None
            if following.kind == "label" and (row := following.label(self.table, "row")) != "other":
                return row
        return None

    def _last_row(self) -> str | None:
        if self.current and self.current.code:
            return self.current.code
        return next((draft.code for draft in reversed(self.rows.drafts) if draft.code), None)

    def _column(self, token: Token, code: str) -> None:
        if not self.in_header or not self.rows.runs:
            self.rows.runs.append([])
            self.rows.in_line.append(token.width > 1)
            self.run_line = token.line
            self.run_places = {}
        if self._copies_heading(token, code):
            return
        self.rows.runs[-1].append(code)
        self.rows.in_line[-1] &= token.line == self.run_line
        if token.unit:
            self.rows.units[code] = token.unit
        if token.slip:
            self.rows.slips.append((token, code))
        current = self.current
        if (
            current
            and current.code
            and not current.body
            and self.table == "proactive_disclosure"
            and code in columns_of_row(self.table, current.code)
        ):
            self.pending = code
            return
        if not self.in_header and self._is_strange_heading(current, token):
            self.rows.strange.append(current.label)  # type: ignore[union-attr, arg-type]
        self._flush()
        self.in_header = True
        if token.table is not None:
            if token.line != self.header_line and self.table == "proactive_disclosure":
                self.header = {}
            self.header_line = token.line
            self.header[token.column] = code

    def _is_strange_heading(self, draft: Draft | None, heading: Token) -> bool:
        """Whether what looks like an unknown row is a heading that the form does not have, before the first that it has."""
        if draft is None or draft.code is not None or draft.label is None or draft.body or len(draft.label.text) > MAX_FIGURE:
            return False
        label = draft.label
        if label.table is not None:
            return False
        return label.line == heading.line if label.width > 1 else label.index > 0 and self.tokens[label.index - 1].kind == "label"

    def _copies_heading(self, token: Token, code: str) -> bool:
        """Whether a heading only repeats the one beside or above it, as a merged cell does whose text was copied."""
        places = self.run_places.setdefault(code, [])
        copied = token.width > 1 and any(
            (line == token.line and column == token.column - 1) or (line != token.line and column == token.column)
            for line, column in places
        )
        places.append((token.line, token.column))
        return copied and token.table is None

    def _text(self, token: Token) -> None:
        """An unknown text: in the line of a row it stands for a figure; elsewhere what follows it is not the row before."""
        current = self.current
        if current and current.label and current.label.line == token.line and current.label.column < token.column:
            current.body.append(token)
            return
        if token.digits and (token.table is not None or len(token.text) <= MAX_FIGURE or not token.text.endswith("。")):
            self.rows.strays.append(token)
        if self.in_header and token.table is None:
            if len(token.text) <= MAX_FIGURE:
                self.rows.strange.append(token)
            return
        self._open(None, token)

    def _value(self, token: Token) -> None:
        if self._is_rest_of_group(token):
            return
        if self.pending and self.current and token.kind in VALUES:
            if self.pending in self.current.pairs:
                self.rows.strays.append(token)
            else:
                self.current.pairs[self.pending] = token
            self.pending = None
        elif self.current is not None and self.current.pairs:
            if token.kind in ("number", "placeholder"):
                self.current.body.append(token)
        elif self.current is not None and not self._begins_nameless_row(token):
            self.current.body.append(token)
        elif token.kind in ("number", "placeholder") or (token.kind == "blank" and not self.in_header):
            self._open(None, token).body.append(token)

    def _is_rest_of_group(self, token: Token) -> bool:
        """Whether a numeral is what a page break left of a group's number (三、): first in a line that goes on with a label."""
        if token.kind != "number" or token.column or token.width < 2 or chinese_number(token.text) is None:
            return False
        following = next(
            (known for known in self.tokens[token.index + 1 : self.stop] if known.kind not in ("covered", "gap")), None
        )
        return following is not None and following.line == token.line and following.kind == "label"

    def _begins_nameless_row(self, token: Token) -> bool:
        """Whether a line of several cells comes after one that the row has filled already: a row whose label is lost."""
        if token.table is not None or token.width < 2 or self.current is None:
            return False
        last = next((known for known in reversed(self.current.body) if known.kind in VALUES), None)
        return last is not None and last.width > 1 and last.line != token.line


@cache
def columns_of_row(table: TableCode, row: str) -> frozenset[str]:
    """The columns in which a row has a cell in any form."""
    return frozenset(
        column.code
        for form in load_forms().values()
        if row in form.tables[table].row_by_code
        for column in form.tables[table].columns_of(row)
    )
