"""Fills a table whose rows bear labels: sections 二 and 三.

Does not belong here: finding the rows (`rows`), the order of the headings (`headings`), rows without a label (`lost_labels`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gx_pipeline.forms import CellKey
from gx_pipeline.forms.arithmetic import TOLERANCE
from gx_pipeline.parsing.filling import left_over, listed
from gx_pipeline.parsing.headings import Headings
from gx_pipeline.parsing.lost_labels import align, entangled, name_rows
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.placing import Placed, candidates, place, sums_down, sums_of_row
from gx_pipeline.parsing.rows import Draft, Rows
from gx_pipeline.parsing.tokens import Token


class LabelledTable(Headings):
    """Fills a table of labelled rows."""

    def rows(self, rows: Rows) -> None:
        """The cells of a table whose rows bear labels."""
        self.heading_units = rows.units
        self.strange = rows.strange
        align(rows.drafts, self.declared)
        self._entangled(rows.drafts)
        self._name(rows.drafts)
        by_code = self._by_code(rows)
        self._slips(by_code, rows.slips)
        self._doubt_rows(rows)
        order, out_of_order = self._order(rows)
        self._distrust_broken_headings([draft for drafts in by_code.values() for draft in drafts])
        self._numbered_rows(by_code)
        doubtful = {}
        for row in self.declared.rows:
            drafts = [draft for draft in by_code.get(row.code, []) if draft.explicit or draft.pairs]
            self._empty_copies(row.code, by_code.get(row.code, []))
            if (doubt := self._row(row.code, drafts, order)) is not None:
                doubtful[row.code] = doubt
        if out_of_order or self.shuffled:
            self._tell_of_order(order)
        self._settle(doubtful)
        self._told_copies()
        self._strays(rows.strays)
        if not self.found:
            self._say(
                "table_missing", "error", f"{self.declared.label}: the table is not in the document", self.form.cells(self.table)
            )
        elif not any(cell.state != "missing" for cell in self.cells) and not rows.strays:
            self._nothing_read()
        elif self.table == "requests":
            self._headings([code for run in rows.runs for code in run])

    def _entangled(self, drafts: Sequence[Draft]) -> None:
        """Take the cells from two rows of which the document does not say which is whose."""
        for empty, named, nameless in entangled(drafts):
            known = {empty.code, named.code} <= self.declared.row_by_code.keys()
            keys = [*self._keys(empty.code or ""), *self._keys(named.code or "")] if known else []
            self._unplaced(
                keys, [*named.filled, *nameless.filled], "stand below two labels, and which row is whose is not certain"
            )
            named.body, nameless.body = [], []

    def _name(self, drafts: list[Draft]) -> None:
        """Name rows without a label, where the form's order leaves one name, and tell of each."""
        for draft in name_rows(drafts, self.form, self.table):
            self._say(
                "row_label_lost",
                "warn",
                f"{self.declared.label}: the cells {listed(draft.filled)} stand without a label where the form has "
                f"“{self.declared.row_by_code[draft.code or ''].label}” and are taken for that row",
                self._keys(draft.code or ""),
            )

    def _by_code(self, rows: Rows) -> dict[str, list[Draft]]:
        """The rows of the form by code; what is none of them is told, or left among the strays."""
        by_code: dict[str, list[Draft]] = {}
        exact = {draft.code for draft in rows.drafts if not draft.slip}
        foreign = any(draft.code not in self.declared.row_by_code and draft.label and draft.filled for draft in rows.drafts)
        before: str | None = None
        for draft in rows.drafts:
            if draft.slip and (draft.code in exact or (foreign and not draft.filled)):
                draft.code = None
            if draft.code in self.declared.row_by_code:
                by_code.setdefault(draft.code or "", []).append(draft)
                before = draft.code
            elif draft.label and any(token.kind != "text" or token.digits for token in draft.filled):
                self._foreign_row(draft)
            elif draft.label:
                continue
            elif draft.filled:
                rows.strays += draft.filled
                self.before_strays |= {before} if before else set()
        return by_code

    def _strays(self, strays: Sequence[Token]) -> None:
        """Tell of cells outside any row; they cast doubt on rows that miss cells, on the one before, on those that no sum confirms."""
        if not strays:
            return
        unproved = {row.code for row in self.declared.rows if not sums_of_row(self.form, self.table, row.code)}
        doubted = [
            cell.key
            for cell in self.cells
            if cell.state == "missing"
            or cell.key.row in self.before_strays
            or (cell.key.row in unproved and cell.placement == "position")
        ]
        self._unplaced(doubted, strays, "outside any row")

    def _numbered_rows(self, by_code: dict[str, list[Draft]]) -> None:
        """Where half of the rows have a cell too many, a column stands beside them that is none of the form's: then no cells are joined."""
        drafts = [draft for code, rows in by_code.items() for draft in rows if draft.explicit]
        over = [draft for draft in drafts if len(draft.explicit) > len(self.declared.columns_of(draft.code or ""))]
        self.beside = len(over) > 1 and 2 * len(over) >= len(drafts)

    def _empty_copies(self, row: str, drafts: Sequence[Draft]) -> None:
        """Tell where a row stands a second time without cells: which of the two is the report's is not certain."""
        empty = [draft for draft in drafts if draft.label and not draft.explicit and not draft.pairs]
        if empty and any(draft.explicit or draft.pairs for draft in drafts):
            where = ", ".join(draft.label.locator for draft in empty if draft.label)
            self._say(
                "row_printed_twice",
                "warn",
                f"{self.declared.label}: row “{self.declared.row_by_code[row].label}” stands again without any cell ({where}); "
                "its figures may belong to another table",
                self._keys(row),
            )

    def _slips(self, by_code: dict[str, list[Draft]], headings: Sequence[tuple[Token, str]]) -> None:
        """Tell which labels were read in spite of a slip of the pen."""
        for code, drafts in by_code.items():
            for label in (draft.label for draft in drafts if draft.slip):
                if label:
                    self._slip(label, self.declared.row_by_code[code].label, self._keys(code))
        for token, code in headings:
            if code in self.declared.column_by_code:
                keys = [CellKey(self.table, row.code, code) for row in self.declared.rows_of(code)]
                self._slip(token, self.declared.column_by_code[code].label, keys)

    def _slip(self, token: Token, label: str, keys: list[CellKey]) -> None:
        self._say("label_slip", "info", f"{self.declared.label}: “{token.text}” ({token.locator}) is read as “{label}”", keys)

    def _foreign_row(self, draft: Draft) -> None:
        name = draft.label.text if draft.label else ""
        numbers = listed(draft.filled)
        self._say(
            "unknown_row",
            "warn",
            f"{self.declared.label}: the form has no row “{name}”; its cells {numbers} are kept here only",
            about=f"{self.table}/{name}",
        )

    def _row(self, row: str, drafts: list[Draft], order: Sequence[str] | None) -> Draft | None:
        """Fill a row, or give back the draft that only the other rows may settle."""
        columns = self.declared.columns_of(row)
        label = self.declared.row_by_code[row].label
        self.by_value |= len(drafts) > 1
        drafts = self._merged(drafts)
        if len(drafts) > 1:
            self._unparsed_row(row, drafts)
            self._unplaced(
                self._keys(row),
                [token for draft in drafts for token in draft.filled],
                f"in row “{label}”, which stands {len(drafts)} times with different figures",
            )
            return None
        if not drafts:
            self._missing(row, columns)
            return None
        sums = sums_of_row(self.form, self.table, row)
        placed = place(drafts[0], columns, sums, order=order)
        if placed is None or (placed.joined and self.beside):
            return drafts[0]
        self._fill(row, drafts[0], placed)
        if placed.placement == "position" and not sums and (self.strange or self.beside):
            why = (
                f"among the headings stand {listed(self.strange)}, which the form does not have"
                if self.strange
                else "rows of the table have more cells than the form has columns"
            )
            self._say(
                "unknown_heading",
                "warn",
                f"{self.declared.label}: {why}; row “{label}” is placed by position and no sum proves it",
                self._keys(row),
            )
        return None

    def _settle(self, doubtful: dict[str, Draft]) -> None:
        """Place rows of too few cells where the sums down the columns, over the rows that are whole, leave one way."""
        while doubtful:
            known = {cell.key: cell.value for cell in self.cells if cell.state == "reported"}
            settled = None
            for row, draft in doubtful.items():
                ways = candidates(draft, self.declared.columns_of(row), sums_of_row(self.form, self.table, row))
                if len(ways) < 2:
                    continue
                wanted = self._wanted(row, known)
                ways = [way for way in ways if self._holds(way, wanted)]
                if len(ways) == 1:
                    settled = row, Placed(ways[0], "identity")
                    break
            if settled is None:
                break
            self._fill(settled[0], doubtful.pop(settled[0]), settled[1])
        for row, draft in doubtful.items():
            columns = self.declared.columns_of(row)
            label = self.declared.row_by_code[row].label
            self._unparsed_row(row, [draft])
            self._unplaced(
                self._keys(row),
                draft.filled,
                f"in row “{label}”: {len(draft.explicit) or len(draft.pairs)} cells for {len(columns)} columns, and no single placement tallies",
            )

    def _holds(self, way: Mapping[str, Token], wanted: Sequence[tuple[str, int | float]]) -> bool:
        """Whether cells placed this way hold what the sums down the columns want."""
        read = {
            code: read_cell(way[code].text, self.declared.column_by_code[code]).value or 0 for code, _ in wanted if code in way
        }
        return all(abs(read.get(code, 0) - value) <= TOLERANCE for code, value in wanted)

    def _wanted(self, row: str, known: Mapping[CellKey, int | float | None]) -> list[tuple[str, int | float]]:
        """What a row has to hold for each sum down a column of which every other cell is reported."""
        return [
            (column, -sign * sum(other * (known[key] or 0) for key, other in others))
            for column, sign, others in sums_down(self.form, self.table, row)
            if all(known.get(key) is not None for key, _ in others)
        ]

    def _fill(self, row: str, draft: Draft, placed: Placed) -> None:
        """The cells of a placed row; what the placement leaves over is told."""
        label = self.declared.row_by_code[row].label
        keys = {column.code: CellKey(self.table, row, column.code) for column in self.declared.columns_of(row)}
        self._cells(keys, self.declared.columns_of(row), placed, sums_of_row(self.form, self.table, row))
        left = left_over(draft, placed)
        if left:
            self._unplaced(list(keys.values()), left, f"in row “{label}”")
