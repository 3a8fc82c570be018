"""The column headings of a table with labelled rows: in which order they come, and what may be wrong about it.

Does not belong here: the cells under them (`labelled_table`, `placing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gx_pipeline.parsing.filling import Fill
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.placing import place, sums_of_row, tallies
from gx_pipeline.parsing.rows import Draft, Rows


class Headings(Fill):
    """Fills a table and knows its headings."""

    def _order(self, rows: Rows) -> tuple[Sequence[str] | None, bool]:
        """The order of the columns as the headings print it, and whether it is another than the form's.

        The order is empty where it is the form's, None where it is another and unclear. The heading of the totals says
        nothing of its place where headings stand in two lines: there it comes before those below.
        """
        runs = rows.runs
        wanted = [column.code for column in self.declared.columns]
        total = next((column.code for column in self.declared.columns if column.role == "total"), None)
        leaves = [
            run if in_line else [code for code in run if code != total] for run, in_line in zip(runs, rows.in_line, strict=True)
        ]
        if any(in_line and len(set(run)) < len(run) for run, in_line in zip(runs, rows.in_line, strict=True)):
            return None, True
        first = bool(total) and any(run[0] == total and len(run) == len(wanted) for run in runs)
        together = {tuple(column.code for column in self.declared.columns_of(row.code)) for row in self.declared.rows}
        if not first and all(_in_order(run, codes) for run in leaves for codes in together):
            return (), False
        order: Sequence[str] | None = None
        if all(sorted(run) == sorted(wanted) and run == runs[0] for run in runs):
            self.by_value = True
            below = [*(code for code in runs[0] if code != total), *([total] if total else [])]
            order = self._order_that_tallies([runs[0]] if all(rows.in_line) else [runs[0], below], rows.drafts)
        return order, True

    def _tell_of_order(self, order: Sequence[str] | None) -> None:
        """Tell that the headings come in another order: which column is whose then rests on them alone."""
        lost = any(cell.state == "missing" for cell in self.cells) or len(self.cells) < len(self.form.cells(self.table))
        self._say(
            "headings_out_of_order",
            "error" if order is None and lost else "warn",
            f"{self.declared.label}: the column headings come in another order than the form's; "
            + (
                "rows without headings above their own cells are not placed"
                if order is None and lost
                else "the cells are placed as the headings say"
            ),
            self.form.cells(self.table),
        )

    def _order_that_tallies(self, orders: Sequence[Sequence[str]], drafts: Sequence[Draft]) -> Sequence[str] | None:
        """The one order in which every row that has all its cells tallies; None where none does or two differ."""
        rows = [draft for draft in drafts if draft.code in self.declared.row_by_code and len(draft.explicit) == len(orders[0])]
        fitting = [
            order
            for order in orders
            if rows
            and all(
                place(draft, self.declared.columns_of(draft.code or ""), sums, order=order)
                for draft in rows
                if (sums := sums_of_row(self.form, self.table, draft.code or ""))
            )
        ]
        readings = {
            tuple(tuple(sorted(zip(order, (token.text for token in draft.explicit), strict=True))) for draft in rows)
            for order in fitting
        }
        return fitting[0] if len(readings) == 1 else None

    def _distrust_broken_headings(self, drafts: Sequence[Draft]) -> None:
        """Forget a grid's headings that come in another order than the form's where fewer rows tally under them than by position.

        A heading row that lost a cell or a row break looks whole and stands over the wrong columns.
        """
        order = [column.code for column in self.declared.columns]
        shuffled = [draft for draft in drafts if [draft.header[at] for at in sorted(draft.header)] != order and draft.header]
        if self.table != "requests" or not shuffled:
            return
        self.by_value = True
        self.shuffled = True
        bare = [replace(draft, header={}) for draft in shuffled]
        if self._rows_that_tally(shuffled) < self._rows_that_tally(bare):
            self.shuffled = False
            for draft in shuffled:
                draft.header = {}
            self._say(
                "headings_out_of_order",
                "warn",
                f"{self.declared.label}: the column headings stand over other columns than the form's, and more rows tally by position; "
                "the cells are placed by position",
            )

    def _rows_that_tally(self, drafts: Sequence[Draft]) -> int:
        """How many rows, placed as they would be, tally along their sums."""
        found = 0
        for draft in drafts:
            columns = self.declared.columns_of(draft.code or "")
            sums = sums_of_row(self.form, self.table, draft.code or "")
            placed = place(draft, columns, sums)
            if placed is None:
                continue
            found += tallies(
                {
                    column.code: read_cell(placed.tokens[column.code].text, column).value or 0
                    for column in columns
                    if column.code in placed.tokens
                },
                sums,
            )
        return found

    def _doubt_rows(self, rows: Rows) -> None:
        """Tell of a table whose headings come twice before its rows, or whose figures seem to stand before their labels."""
        if self.table != "requests":
            return
        cells = self.form.cells(self.table)
        if any(len(set(run)) < len(run) for run in rows.runs):
            self._say(
                "headings_twice",
                "warn",
                f"{self.declared.label}: column headings come twice with no row between; its figures may be those of another year",
                cells,
            )
        if not rows.drafts or rows.drafts[0].label is not None or not rows.drafts[0].filled:
            return
        last = next((draft for draft in reversed(rows.drafts) if draft.code in self.declared.row_by_code), None)
        if last is not None and not last.explicit and not last.pairs:
            self._say(
                "row_may_be_shifted",
                "warn",
                f"{self.declared.label}: figures stand before the first label and none behind the last; each row may bear the next one's",
                cells,
            )

    def _headings(self, headings: list[str]) -> None:
        wanted = [column.code for column in self.declared.columns]
        missing = [column.label for column in self.declared.columns if column.code not in headings]
        placed_by_heading = any(cell.placement == "header" for cell in self.cells)
        if missing and not placed_by_heading:
            self._say(
                "headings_incomplete",
                "info",
                f"{self.declared.label}: {len(wanted) - len(missing)} of {len(wanted)} column headings are whole "
                f"(not: {'、'.join(missing)}); the cells of each row are placed by position and confirmed by the identities",
            )


def _in_order(headings: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether those headings that are wanted come in the form's order, as often as they come."""
    places: list[int] = []
    for at in (wanted.index(code) for code in headings if code in wanted):
        if at in places:
            places = []
        if places and at < places[-1]:
            return False
        places.append(at)
    return True
