"""Which column each cell of a row is in: by the table's headings, by position, or by the identities. Otherwise nowhere.

A doubt that is told beats a figure that is wrong: a row that has no single placement keeps its numbers in a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from math import comb
from typing import NamedTuple

from gx_pipeline.forms import CellKey, Column, Form, TableCode, load_forms
from gx_pipeline.forms.arithmetic import TOLERANCE
from gx_pipeline.parsing.model import Placement
from gx_pipeline.parsing.numbers import join_digits, read_cell
from gx_pipeline.parsing.rows import Draft
from gx_pipeline.parsing.tokens import VALUES, Token

MAX_CANDIDATES = 4000
MAX_APART = 3


class Placed(NamedTuple):
    """Cells of a row by column code; a column without a token is missing. `joined`: tokens put together, by column."""

    tokens: dict[str, Token]
    placement: Placement
    joined: dict[str, tuple[Token, ...]] = {}  # noqa: RUF012 - never written to


def place(
    draft: Draft, columns: Sequence[Column], groups: Sequence[Sequence[str]] = (), *, order: Sequence[str] | None = ()
) -> Placed | None:
    """Place the cells of a row.

    Args:
        draft: the row as it stands in the document.
        columns: the columns in which the form has a cell, in printed order.
        groups: column codes of each sum of the row, the total first; they confirm a placement of too few or too many cells.
        order: the column codes as the headings print them where that is not the form's order; None where it is unclear.

    Returns:
        The placement, empty when the row has no cells at all, or None when no placement is certain.
    """
    codes = [column.code for column in columns]
    if draft.pairs and any(token.kind in ("number", "placeholder") for token in draft.body):
        return None
    if draft.pairs:
        known = {code: token for code, token in draft.pairs.items() if code in codes}
        return Placed(known, "header") if len(known) == len(draft.pairs) else None
    by_heading = _by_heading(draft, codes)
    if by_heading is not None:
        return Placed(by_heading, "header")
    explicit = draft.explicit
    if not explicit:
        return Placed({}, "position")
    if order is None and len(codes) > 1:
        return None
    if order:
        return _in_printed_order(explicit, columns, groups, order)
    gapped = _with_inner_gaps(draft.body)
    for cells in (explicit, gapped):
        if len(cells) == len(codes):
            tokens = dict(zip(codes, cells, strict=True))
            if cells is explicit and len(gapped) > len(explicit) and len(codes) > 1:
                return Placed(tokens, "identity") if _sums_prove(tokens, columns, groups) else None
            return Placed(tokens, "position")
    if len(explicit) > len(codes):
        return _joined(explicit, columns, groups)
    if together := _run_together(explicit, columns, groups):
        return together
    solutions = candidates(draft, columns, groups)
    return Placed(solutions[0], "identity") if len(solutions) == 1 else None


def _by_heading(draft: Draft, codes: Sequence[str]) -> dict[str, Token] | None:
    """The cells under the headings, when every heading of the row is there and no filled cell stands elsewhere."""
    under = {code: column for column, code in draft.header.items()}
    twice = len(under) < len(draft.header) and any(list(draft.header.values()).count(code) > 1 for code in codes)
    if not under or twice or any(code not in under for code in codes):
        return None
    wanted = {under[code]: code for code in codes}
    cells = [
        token for token in draft.body if token.kind in VALUES or token.kind == "text" or (draft.aligned and token.kind == "gap")
    ]
    found = {wanted[token.column]: token for token in cells if token.column in wanted}
    elsewhere = [token for token in draft.filled if token.column not in wanted]
    return found if len(found) == len(codes) and not elsewhere else None


def _in_printed_order(
    cells: Sequence[Token], columns: Sequence[Column], groups: Sequence[Sequence[str]], order: Sequence[str]
) -> Placed | None:
    """A cell for every heading, in the order of the headings, if the row tallies so."""
    if len(cells) != len(order):
        return None
    tokens = dict(zip(order, cells, strict=True))
    values = {column.code: read_cell(tokens[column.code].text, column).value or 0 for column in columns}
    return Placed(tokens, "header") if tallies(values, groups) else None


def _sums_prove(tokens: Mapping[str, Token], columns: Sequence[Column], groups: Sequence[Sequence[str]]) -> bool:
    """Whether sums bind the row and all of them hold."""
    values = {column.code: read_cell(tokens[column.code].text, column).value or 0 for column in columns}
    return bool(groups) and tallies(values, groups)


def _with_inner_gaps(body: Sequence[Token]) -> list[Token]:
    """The cells, with the gaps that stand between two filled ones taken for blank cells."""
    filled = [index for index, token in enumerate(body) if token.kind in VALUES]
    if not filled:
        return []
    return [token for token in body[filled[0] : filled[-1] + 1] if token.kind in VALUES or token.kind == "gap"]


def tallies(values: Mapping[str, float], groups: Sequence[Sequence[str]]) -> bool:
    """Whether every sum of a row holds, a column without a value counting as 0."""
    return all(abs(values.get(total, 0) - sum(values.get(code, 0) for code in parts)) < TOLERANCE for total, *parts in groups)


def _run_together(cells: Sequence[Token], columns: Sequence[Column], groups: Sequence[Sequence[str]]) -> Placed | None:
    """As many figures as columns where some stand in one cell of a text with a space between, if the row tallies so."""
    figures = [(token, text) for token in cells for text in token.text.split(" ")]
    if len(figures) != len(columns) or any(token.table is not None for token in cells) or (not groups and len(cells) > 1):
        return None
    tokens = {column.code: replace(token, text=text, raw=text) for column, (token, text) in zip(columns, figures, strict=True)}
    reads = {column.code: read_cell(tokens[column.code].text, column) for column in columns}
    if any(read.state == "unparsed" for read in reads.values()):
        return None
    return Placed(tokens, "identity") if tallies({code: read.value or 0 for code, read in reads.items()}, groups) else None


def candidates(draft: Draft, columns: Sequence[Column], groups: Sequence[Sequence[str]]) -> list[dict[str, Token]]:
    """Every way to give too few cells, in their order, to columns so that each sum of the row tallies.

    Empty when there are not fewer cells than columns, when no sum binds them, or when there are too many ways to try.
    """
    cells = draft.explicit
    if not groups or not 0 < len(cells) < len(columns) or comb(len(columns), len(cells)) > MAX_CANDIDATES:
        return []
    reads = [[read_cell(token.text, column) for column in columns] for token in cells]
    solutions: list[dict[str, Token]] = []
    for chosen in combinations(range(len(columns)), len(cells)):
        picked = [reads[number][index] for number, index in enumerate(chosen)]
        if any(read.state == "unparsed" for read in picked):
            continue
        values = {columns[index].code: read.value or 0 for index, read in zip(chosen, picked, strict=True)}
        if tallies(values, groups):
            solutions.append({columns[index].code: token for index, token in zip(chosen, cells, strict=True)})
    return solutions


def _joined(cells: Sequence[Token], columns: Sequence[Column], groups: Sequence[Sequence[str]]) -> Placed | None:
    """Too many cells, of which some are the digits of one figure that stand apart: the one way that tallies, if there is one."""
    excess = len(cells) - len(columns)
    if any(token.table is not None for token in cells):
        return None
    if not groups or excess > MAX_APART or comb(len(cells) - 1, excess) > MAX_CANDIDATES:
        return None
    solutions = []
    for glued in combinations(range(1, len(cells)), excess):
        parts: list[list[Token]] = []
        for index, token in enumerate(cells):
            if index in glued:
                parts[-1].append(token)
            else:
                parts.append([token])
        texts = [part[0].text if len(part) == 1 else join_digits(" ".join(token.text for token in part)) for part in parts]
        if any(text is None for text in texts):
            continue
        reads = [read_cell(text or "", column) for text, column in zip(texts, columns, strict=True)]
        values = {column.code: read.value or 0 for column, read in zip(columns, reads, strict=True)}
        if all(read.state != "unparsed" for read in reads) and tallies(values, groups):
            solutions.append((parts, texts))
    if len(solutions) != 1:
        return None
    parts, texts = solutions[0]
    tokens = {
        column.code: part[0] if len(part) == 1 else replace(part[0], text=text or "", raw=" ".join(token.raw for token in part))
        for column, part, text in zip(columns, parts, texts, strict=True)
    }
    joined = {column.code: tuple(part) for column, part in zip(columns, parts, strict=True) if len(part) > 1}
    return Placed(tokens, "identity", joined)


def sums_of_row(form: Form, table: TableCode, row: str) -> list[list[str]]:
    """The sums along a row, each as its column codes with the total first."""
    return _sums_of_row(form.form, table, row)


@cache
def _sums_of_row(form: str, table: TableCode, row: str) -> list[list[str]]:
    return [
        [key.column for key, _ in (*instance.left, *instance.right)]
        for instance in load_forms()[form].instances()
        if instance.identity.table == table
        and instance.identity.terms == "columns"
        and instance.at == row
        and not instance.identity.spans_years
    ]


class SumDown(NamedTuple):
    """A sum down a column, seen from one row: its column and sign there, and the other cells with their signs; all together are 0."""

    column: str
    sign: int
    others: tuple[tuple[CellKey, int], ...]


def sums_down(form: Form, table: TableCode, row: str) -> list[SumDown]:
    """The sums down the columns that a row takes part in."""
    return _sums_down(form.form, table, row)


@cache
def _sums_down(form: str, table: TableCode, row: str) -> list[SumDown]:
    found = []
    for instance in load_forms()[form].instances():
        if instance.identity.table != table or instance.identity.terms != "rows" or instance.identity.spans_years:
            continue
        signs = {key: term.sign for key, term in instance.left} | {key: -term.sign for key, term in instance.right}
        own = signs.pop(CellKey(table, row, instance.at), None)
        if own is not None:
            found.append(SumDown(instance.at, own, tuple(signs.items())))
    return found
