"""Which column each cell of a row is in: by the table's headings, by position, or by the identities. Otherwise nowhere.

A doubt that is told beats a figure that is wrong: a row that has no single placement keeps its numbers in a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

from gx_pipeline.forms import Column, Form, TableCode
from gx_pipeline.forms.arithmetic import TOLERANCE
from gx_pipeline.parsing.model import Placement
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.rows import Draft
from gx_pipeline.parsing.tokens import VALUES, Token

MAX_CANDIDATES = 4000


class Placed(NamedTuple):
    """Cells of a row by column code; a column without a token is missing."""

    tokens: dict[str, Token]
    placement: Placement


def place(
    draft: Draft, columns: Sequence[Column], groups: Sequence[Sequence[str]] = (), *, by_position: bool = True
) -> Placed | None:
    """Place the cells of a row.

    Args:
        draft: the row as it stands in the document.
        columns: the columns in which the form has a cell, in printed order.
        groups: column codes of each sum of the row, the total first; they confirm a placement of too few cells.
        by_position: whether the cells stand in the form's order; not so where the headings come in another.

    Returns:
        The placement, empty when the row has no cells at all, or None when no placement is certain.
    """
    codes = [column.code for column in columns]
    if draft.pairs:
        known = {code: token for code, token in draft.pairs.items() if code in codes}
        return Placed(known, "header") if len(known) == len(draft.pairs) else None
    by_heading = _by_heading(draft, codes)
    if by_heading is not None:
        return Placed(by_heading, "header")
    explicit = draft.explicit
    if not explicit:
        return Placed({}, "position")
    if not by_position and len(codes) > 1:
        return None
    for cells in (explicit, _with_inner_gaps(draft.body)):
        if len(cells) == len(codes):
            return Placed(dict(zip(codes, cells, strict=True)), "position")
    solutions = candidates(draft, columns, groups)
    return Placed(solutions[0], "identity") if len(solutions) == 1 else None


def _by_heading(draft: Draft, codes: Sequence[str]) -> dict[str, Token] | None:
    """The cells under the headings, when every heading of the row is there and no filled cell stands elsewhere."""
    under = {code: column for column, code in draft.header.items()}
    if not draft.label or draft.label.table is None or any(code not in under for code in codes):
        return None
    wanted = {under[code]: code for code in codes}
    found = {wanted[token.column]: token for token in draft.explicit if token.column in wanted}
    elsewhere = [token for token in draft.filled if token.column not in wanted]
    return found if len(found) == len(codes) and not elsewhere else None


def _with_inner_gaps(body: Sequence[Token]) -> list[Token]:
    """The cells, with the gaps that stand between two filled ones taken for blank cells."""
    filled = [index for index, token in enumerate(body) if token.kind in VALUES]
    if not filled:
        return []
    return [token for token in body[filled[0] : filled[-1] + 1] if token.kind in VALUES or token.kind == "gap"]


def candidates(draft: Draft, columns: Sequence[Column], groups: Sequence[Sequence[str]]) -> list[dict[str, Token]]:
    """Every way to give too few cells, in their order, to columns so that each sum of the row tallies.

    Empty when there are not fewer cells than columns, when no sum binds them, or when there are too many ways to try.
    """
    cells = draft.explicit
    codes = [column.code for column in columns]
    if not groups or not 0 < len(cells) < len(codes) or comb(len(codes), len(cells)) > MAX_CANDIDATES:
        return []
    solutions: list[dict[str, Token]] = []
    for chosen in combinations(range(len(codes)), len(cells)):
        values: dict[str, float] = dict.fromkeys(codes, 0)
        for index, token in zip(chosen, cells, strict=True):
            state, value = read_cell(token.text, columns[index])
            if state == "unparsed":
                break
            values[codes[index]] = value or 0
        else:
            if all(abs(values[total] - sum(values[code] for code in parts)) < TOLERANCE for total, *parts in groups):
                solutions.append({codes[index]: token for index, token in zip(chosen, cells, strict=True)})
    return solutions


def sums_of_row(form: Form, table: TableCode, row: str) -> list[list[str]]:
    """The sums along a row, each as its column codes with the total first."""
    return [
        [key.column for key, _ in (*instance.left, *instance.right)]
        for instance in form.instances()
        if instance.identity.table == table
        and instance.identity.terms == "columns"
        and instance.at == row
        and not instance.identity.spans_years
    ]
