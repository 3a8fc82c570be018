"""Fills the table whose two header levels name procedure and result and whose figures are one row: section 四.

Does not belong here: that row without any heading (`rows.headless` finds it), sums that do not hold (`quality`).
"""

from __future__ import annotations

from collections.abc import Sequence

from gx_pipeline.forms import CellKey, Column
from gx_pipeline.parsing.filling import Fill, left_over
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.placing import Placed, place, sums_of_row, tallies
from gx_pipeline.parsing.rows import Draft
from gx_pipeline.parsing.tokens import VALUES, Token


class SingleRowTable(Fill):
    """Fills a table of one row."""

    def single_row(self, tokens: Sequence[Token], stretches: list[tuple[int, int]]) -> None:
        """The cells of the table whose two header levels name procedure and result and whose figures are one row."""
        columns = {
            f"{row.code}/{column.code}": column for row in self.declared.rows for column in self.declared.columns_of(row.code)
        }
        stretches = [copy for stretch in stretches for copy in _copies(tokens, stretch)]
        drafts = [draft for stretch in stretches if (draft := self._figures(tokens, stretch)) and draft.explicit]
        self.by_value |= len(drafts) > 1
        drafts = self._merged(drafts)
        self._told_copies()
        flat = [column.model_copy(update={"code": code}) for code, column in columns.items()]
        sums = [
            [f"{row.code}/{code}" for code in group]
            for row in self.declared.rows
            for group in sums_of_row(self.form, self.table, row.code)
        ]
        placed = None
        bare = bool(drafts) and not any(token.kind == "label" for token in tokens)
        if bare and len(drafts) == 1:
            self.by_value = True
            placed = place(drafts[0], flat, sums)
            if placed and not self._bears_out(placed, flat, sums):
                placed = None
        elif len(drafts) == 1 and (order := self._order_of_results(tokens, stretches)) is not None:
            placed = place(drafts[0], flat, sums, order=order)
        if bare and placed:
            self._say(
                "headings_lost",
                "warn",
                f"{self.declared.label}: no heading of the table is whole; its {len(flat)} cells are placed by position, and the sums hold",
                self.form.cells(self.table),
            )
        if placed is not None:
            keys = {code: CellKey(self.table, *code.split("/")) for code in columns}
            self._cells(keys, flat, placed, sums)
            left = left_over(drafts[0], placed)
            if left:
                self._unplaced(list(self.form.cells(self.table)), left, "beside its row of figures")
        elif drafts:
            for row in self.declared.rows:
                self._unparsed_row(row.code, drafts)
            self._unplaced(
                list(self.form.cells(self.table)),
                [token for draft in drafts for token in draft.filled],
                f": {' / '.join(str(len(draft.explicit)) for draft in drafts)} cells for {len(columns)} columns, and no single placement tallies",
            )
        else:
            for row in self.declared.rows:
                self._missing(row.code, self.declared.columns_of(row.code))
            if self.found:
                self._nothing_read()
            else:
                self._say(
                    "table_missing",
                    "error",
                    f"{self.declared.label}: the table is not in the document",
                    self.form.cells(self.table),
                )

    def _bears_out(self, placed: Placed, columns: Sequence[Column], sums: Sequence[Sequence[str]]) -> bool:
        """Whether the sums of a row without any heading prove its placement."""
        reads = {
            column.code: read_cell(placed.tokens[column.code].text, column) for column in columns if column.code in placed.tokens
        }
        return tallies({code: read.value or 0 for code, read in reads.items()}, sums)

    def _order_of_results(self, tokens: Sequence[Token], stretches: Sequence[tuple[int, int]]) -> Sequence[str] | None:
        """The order of procedure/result as the headings print it: empty where it is the form's, None where it is unclear.

        Fewer headings than all of them (cut or lost) say nothing against the form's order.
        """
        procedures = [row.code for row in self.declared.rows]
        wanted = [column.code for row in self.declared.rows for column in self.declared.columns_of(row.code)]
        size = len(wanted) // len(procedures)
        order: Sequence[str] = ()
        for start, stop in stretches:
            part = tokens[start:stop]
            found = [code for token in part if (code := token.label(self.table, "column"))]
            rows = [code for token in part if (code := token.label(self.table, "row"))]
            headings = [token.index for token in part if token.label(self.table, "column")]
            if not headings or any(token.kind in ("number", "placeholder") and token.index < headings[-1] for token in part):
                return None
            named = [token.index for token in part if token.label(self.table, "row")]
            before = named and any(token.label(self.table, "furniture") and token.index < named[0] for token in part)
            if before or list(dict.fromkeys(rows)) != [code for code in procedures if code in rows]:
                return None
            if len(found) != len(wanted) or found == wanted:
                continue
            chunks = [found[at : at + size] for at in range(0, len(found), size)]
            if (
                list(dict.fromkeys(rows)) != procedures
                or any(chunk != chunks[0] for chunk in chunks)
                or sorted(chunks[0]) != sorted(wanted[:size])
                or order
            ):
                return None
            order = [f"{row}/{code}" for row, chunk in zip(procedures, chunks, strict=True) for code in chunk]
            self.by_value = True
        return order

    def _figures(self, tokens: Sequence[Token], stretch: tuple[int, int]) -> Draft | None:
        part = tokens[stretch[0] : stretch[1]]
        headings = [token for token in part if token.label(self.table, "column")]
        if not headings and any(token.kind not in VALUES for token in part):
            return None
        if not headings:
            return Draft("", None, list(part))
        last = headings[-1].index
        # A figure between the headings is one too many for a single row: the table is laid out otherwise and is not placed.
        body = [token for token in part if token.kind in ("number", "placeholder") and token.index < last]
        body += _without_empty_lines([token for token in part if token.index > last and token.kind != "label"])
        return Draft("", headings[-1], body, header=self._grid_header(headings))

    def _grid_header(self, headings: list[Token]) -> dict[int, str]:
        """Grid columns to procedure/result, when the headings are the form's in its order: results once a procedure."""
        if any(token.table is None for token in headings):
            return {}
        by_column = {token.column: token.label(self.table, "column") or "" for token in headings}
        order = [by_column[column] for column in sorted(by_column)]
        wanted = [(row.code, column.code) for row in self.declared.rows for column in self.declared.columns_of(row.code)]
        if order != [result for _, result in wanted]:
            return {}
        return {column: f"{row}/{result}" for column, (row, result) in zip(sorted(by_column), wanted, strict=True)}


def _copies(tokens: Sequence[Token], stretch: tuple[int, int]) -> list[tuple[int, int]]:
    """The stretch, cut where a table of one row begins again: at the first heading after its figures."""
    cuts = [stretch[0]]
    figures = False
    for index in range(*stretch):
        if tokens[index].kind in ("number", "placeholder"):
            figures = True
        elif figures and tokens[index].kind == "label":
            cuts.append(index)
            figures = False
    return list(zip(cuts, [*cuts[1:], stretch[1]], strict=True))


def _without_empty_lines(tokens: list[Token]) -> list[Token]:
    """The tokens without those of grid lines that are empty throughout, where another line of the grid is filled."""
    filled = {token.line for token in tokens if token.kind not in ("blank", "gap", "covered")}
    return [token for token in tokens if token.table is None or token.line in filled or not filled]
