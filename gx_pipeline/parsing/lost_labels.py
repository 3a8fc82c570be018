"""Rows whose label is lost and lines of text that stand in columns: what the rows around them prove about both.

Names a row only where the form's order leaves no other and its sums hold; the reader is told in a finding (`filling`).
Does not belong here: labels with a slip (`labels`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gx_pipeline.forms import Form, Table, TableCode
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.placing import place, sums_of_row, tallies
from gx_pipeline.parsing.rows import Draft

_ENOUGH_ALIKE = 3
_NEXT = 4


def align(drafts: Sequence[Draft], table: Table) -> None:
    """Give the rows of a text their columns by place in the line, where its lines are proven to stand in columns.

    Proof is that the rows with a cell for every column all have lines of one width, their cells in the same places; then
    a gap in another line of that width is an empty cell.
    """
    codes = [column.code for column in table.columns]
    profiles = Counter(
        (draft.body[0].width, draft.explicit[0].column)
        for draft in drafts
        if _on_one_line(draft)
        and len(draft.explicit) == len(codes)
        and draft.explicit[-1].column - draft.explicit[0].column == len(codes) - 1
    )
    if len(profiles) != 1 or profiles.total() < _ENOUGH_ALIKE:
        return
    ((width, start),) = profiles
    for draft in drafts:
        if _on_one_line(draft) and draft.body[0].width == width and len(draft.explicit) < len(codes):
            if draft.label is not None and draft.label.column >= start:
                continue
            draft.header = {start + index: code for index, code in enumerate(codes)}
            draft.aligned = True


def _on_one_line(draft: Draft) -> bool:
    first = draft.first
    return (
        first is not None
        and first.table is None
        and first.width > 1
        and bool(draft.explicit)
        and all(token.line == first.line for token in draft.body)
    )


def name_rows(drafts: list[Draft], form: Form, table: TableCode) -> list[Draft]:
    """Give nameless rows the code of the row that the form has in their place; those named, in order.

    As many nameless rows as the form has rows between the named ones around them, each with all its cells, each tallying.
    """
    order = [row.code for row in form.tables[table].rows]
    taken = {draft.code for draft in drafts if draft.explicit or draft.pairs}
    named: list[Draft] = []
    _part_run_on_rows(drafts, order, taken, form, table)
    before = -1
    waiting: list[Draft] = []
    for draft in [*drafts, None]:
        if draft is not None and draft.label is None and draft.code is None and draft.filled:
            waiting.append(draft)
            continue
        if draft is not None and draft.code not in order:
            continue
        after = order.index(draft.code) if draft is not None and draft.code else len(order)
        missing = order[before + 1 : after]
        if (
            waiting
            and len(missing) == len(waiting)
            and not taken & set(missing)
            and all(_fits(row, code, form, table) for row, code in zip(waiting, missing, strict=True))
        ):
            for row, code in zip(waiting, missing, strict=True):
                row.code = code
                named.append(row)
        waiting = []
        before = after
    return named


def entangled(drafts: Sequence[Draft]) -> list[tuple[Draft, Draft, Draft]]:
    """Two labels one after the other and then two rows of cells: which row is whose, the document does not say.

    Returns:
        The row without cells, the row whose label comes next, and the nameless row behind it.
    """
    return [
        (empty, named, nameless)
        for empty, named, nameless in zip(drafts, drafts[1:], drafts[2:], strict=False)
        if empty.code
        and empty.label
        and not empty.explicit
        and not empty.pairs
        and named.code
        and named.label
        and named.explicit
        and named.explicit[0].line != named.label.line
        and nameless.label is None
        and nameless.filled
        and named.label.index - empty.label.index <= _NEXT
    ]


def _fits(draft: Draft, code: str, form: Form, table: TableCode) -> bool:
    """Whether the cells of a row are as many as the form has there, all of them numbers or empty, and tally."""
    columns = form.tables[table].columns_of(code)
    placed = place(draft, columns)
    if placed is None or len(placed.tokens) != len(columns):
        return False
    reads = {column.code: read_cell(placed.tokens[column.code].text, column) for column in columns}
    return all(read.state != "unparsed" for read in reads.values()) and tallies(
        {code: read.value or 0 for code, read in reads.items()}, sums_of_row(form, table, code)
    )


def _part_run_on_rows(drafts: list[Draft], order: list[str], taken: set[str | None], form: Form, table: TableCode) -> None:
    """Part a row of twice (or more) its cells from the nameless ones that run on behind it, where rows are missing there.

    Only where the row has sums, which every part must meet.
    """
    for index in range(len(drafts) - 1, -1, -1):
        draft = drafts[index]
        if draft.code not in order or draft.pairs:
            continue
        width = len(form.tables[table].columns_of(draft.code or ""))
        cells = draft.explicit
        times, rest = divmod(len(cells), width)
        place_of = order.index(draft.code or "")
        following = next((order.index(later.code or "") for later in drafts[index + 1 :] if later.code in order), len(order))
        missing = order[place_of + 1 : following]
        if (
            rest
            or times < 2
            or len(missing) != times - 1
            or taken & set(missing)
            or not sums_of_row(form, table, draft.code or "")
        ):
            continue
        parts = [cells[start : start + width] for start in range(0, len(cells), width)]
        pieces = [Draft(None, None, list(part)) for part in parts[1:]]
        whole = Draft(draft.code, draft.label, list(parts[0]))
        rows: list[tuple[Draft, str]] = [(whole, draft.code or ""), *zip(pieces, missing, strict=True)]
        if all(_fits(row, code, form, table) for row, code in rows):
            draft.body = list(parts[0])
            drafts[index + 1 : index + 1] = pieces
