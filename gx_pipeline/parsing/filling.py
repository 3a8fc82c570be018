"""Fills the cells of one statutory table from the rows that were found, and tells what stays open.

Every number of a row ends in exactly one cell or in a finding. Does not belong here: which tables and forms there are
(`tables`), which column a cell is in (`placing`), sums that do not tally (`quality`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gx_pipeline.forms import CellKey, Column, Form, TableCode
from gx_pipeline.forms.arithmetic import TOLERANCE
from gx_pipeline.parsing.lost_labels import align, entangled, name_rows
from gx_pipeline.parsing.model import Finding, ReportCell, Severity
from gx_pipeline.parsing.numbers import Read, read_cell
from gx_pipeline.parsing.placing import Placed, candidates, place, sums_of_row, tallies
from gx_pipeline.parsing.rows import Draft, Rows
from gx_pipeline.parsing.tokens import VALUES, Token

_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")
_UNIT = re.compile(r" ?[件条项宗起个次份]$")


class Fill:
    """Fills the cells of one table.

    `cells` and `findings` are what comes of it, `sources` the token of each cell, `units` those that a heading prints;
    `by_value` says that figures, not only labels and places, decided where cells belong.
    """

    def __init__(self, form: Form, table: TableCode, found: bool) -> None:
        self.table: TableCode = table
        self.found = found
        self.form = form
        self.declared = form.tables[table]
        self.cells: list[ReportCell] = []
        self.findings: list[Finding] = []
        self.sources: dict[CellKey, int] = {}
        self.heading_units: dict[str, str] = {}
        self.units: dict[CellKey, str] = {}
        self.by_value = False
        self.beside = False
        self.strange: list[Token] = []
        self.copies: list[Token] = []
        self._row_codes = set(self.declared.row_by_code)

    def _say(self, rule: str, severity: Severity, message: str, keys: Iterable[CellKey] = ()) -> None:
        self.findings.append(Finding(rule, severity, message, tuple(keys)))

    def _keys(self, row: str) -> list[CellKey]:
        return [CellKey(self.table, row, column.code) for column in self.declared.columns_of(row)]

    # -- tables with labelled rows -------------------------------------------------------------------------------------

    def rows(self, rows: Rows) -> None:
        """The cells of a table whose rows bear labels."""
        self.heading_units = rows.units
        self.strange = rows.strange
        align(rows.drafts, self.declared)
        for empty, named, nameless in entangled(rows.drafts):
            keys = (
                [*self._keys(empty.code or ""), *self._keys(named.code or "")]
                if {empty.code, named.code} <= self._row_codes
                else []
            )
            self._unplaced(
                keys, [*named.filled, *nameless.filled], "stand below two labels, and which row is whose is not certain"
            )
            named.body, nameless.body = [], []
        for draft in name_rows(rows.drafts, self.form, self.table):
            self._say(
                "row_label_lost",
                "warn",
                f"{self.declared.label}: the cells {_listed(draft.filled)} stand without a label where the form has "
                f"“{self.declared.row_by_code[draft.code or ''].label}” and are taken for that row",
                self._keys(draft.code or ""),
            )
        by_code: dict[str, list[Draft]] = {}
        exact = {draft.code for draft in rows.drafts if not draft.slip}
        strange = any(draft.code not in self.declared.row_by_code and draft.label and draft.filled for draft in rows.drafts)
        for draft in rows.drafts:
            if draft.slip and (draft.code in exact or (strange and not draft.filled)):
                draft.code = None
            if draft.code in self.declared.row_by_code:
                by_code.setdefault(draft.code or "", []).append(draft)
            elif draft.filled and draft.label:
                self._foreign_row(draft)
            elif draft.filled:
                rows.strays += draft.filled
        self._slips(by_code, rows.slips)
        self._doubt_rows(rows)
        order, out_of_order = self._order(rows)
        self._distrust_broken_headings([draft for drafts in by_code.values() for draft in drafts])
        doubtful = {}
        self._numbered_rows(by_code)
        for row in self.declared.rows:
            drafts = [draft for draft in by_code.get(row.code, []) if draft.explicit or draft.pairs]
            self._empty_copies(row.code, by_code.get(row.code, []))
            if (doubt := self._row(row.code, drafts, order)) is not None:
                doubtful[row.code] = doubt
        if out_of_order:
            self._tell_of_order(order)
        self._settle(doubtful)
        self._told_copies()
        if rows.strays:
            open_rows = {row.code for row in self.declared.rows if not sums_of_row(self.form, self.table, row.code)}
            doubted = [
                cell.key
                for cell in self.cells
                if cell.state == "missing" or (cell.key.row in open_rows and cell.placement == "position")
            ]
            self._unplaced(doubted, rows.strays, "outside any row")
        if not self.found:
            self._say(
                "table_missing", "error", f"{self.declared.label}: the table is not in the document", self.form.cells(self.table)
            )
        elif not any(cell.state != "missing" for cell in self.cells) and not rows.strays:
            self._nothing_read()
        elif self.table == "requests":
            self._headings([code for run in rows.runs for code in run])

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

    def _nothing_read(self) -> None:
        self._say(
            "table_missing",
            "error",
            f"{self.declared.label}: the table is headed in the document but no figure was found under its headings",
            self.form.cells(self.table),
        )

    def _distrust_broken_headings(self, drafts: Sequence[Draft]) -> None:
        """Forget a grid's headings that come in another order than the form's where fewer rows tally under them than by position.

        A heading row that lost a cell or a row break looks whole and stands over the wrong columns.
        """
        order = [column.code for column in self.declared.columns]
        shuffled = [draft for draft in drafts if [draft.header[at] for at in sorted(draft.header)] != order and draft.header]
        if self.table != "requests" or not shuffled:
            return
        self.by_value = True
        bare = [replace(draft, header={}) for draft in shuffled]
        if self._rows_that_tally(shuffled) < self._rows_that_tally(bare):
            for draft in shuffled:
                draft.header = {}
            self._say(
                "headings_out_of_order",
                "warn",
                f"{self.declared.label}: the column headings stand over other columns than the form's, and more rows tally by position; "
                "the cells are placed by position",
            )

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
        last = next((draft for draft in reversed(rows.drafts) if draft.code in self._row_codes), None)
        if last is not None and not last.explicit and not last.pairs:
            self._say(
                "row_may_be_shifted",
                "warn",
                f"{self.declared.label}: figures stand before the first label and none behind the last; each row may bear the next one's",
                cells,
            )

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

    def _foreign_row(self, draft: Draft) -> None:
        name = draft.label.text if draft.label else ""
        numbers = _listed(draft.filled)
        self._say(
            "unknown_row", "warn", f"{self.declared.label}: the form has no row “{name}”; its cells {numbers} are kept here only"
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
                f"among the headings stand {_listed(self.strange)}, which the form does not have"
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
                ways = [way for way in ways if self._tallies(row, way, known)] if len(ways) > 1 else []
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

    def _tallies(self, row: str, way: dict[str, Token], known: dict[CellKey, int | float | None]) -> bool:
        """Whether a row, placed this way, tallies down every column whose other cells are all reported."""
        for instance in self.form.instances():
            if instance.identity.table != self.table or instance.identity.terms != "rows" or instance.identity.spans_years:
                continue
            column = self.declared.column_by_code[instance.at]
            own = CellKey(self.table, row, column.code)
            token = way.get(column.code)
            values = known | {own: (read_cell(token.text, column).value or 0) if token else 0}
            terms = [(key, term.sign) for key, term in instance.left] + [(key, -term.sign) for key, term in instance.right]
            if own not in dict(terms) or any(values.get(key) is None for key, _ in terms):
                continue
            if abs(sum(sign * (values[key] or 0) for key, sign in terms)) > TOLERANCE:
                return False
        return True

    def _fill(self, row: str, draft: Draft, placed: Placed) -> None:
        """The cells of a placed row; what the placement leaves over is told."""
        label = self.declared.row_by_code[row].label
        keys = {column.code: CellKey(self.table, row, column.code) for column in self.declared.columns_of(row)}
        self._cells(keys, self.declared.columns_of(row), placed, sums_of_row(self.form, self.table, row))
        left = _left(draft, placed)
        if left:
            self._unplaced(list(keys.values()), left, f"in row “{label}”")

    def _merged(self, drafts: list[Draft]) -> list[Draft]:
        """Rows of the same label as one where they say the same (a table printed twice) or complete each other."""
        merged: list[Draft] = []
        for draft in drafts:
            same = next((other for other in merged if _texts(other) == _texts(draft)), None)
            apart = next(
                (other for other in merged if other.pairs and draft.pairs and not other.pairs.keys() & draft.pairs.keys()), None
            )
            if apart is not None:
                apart.pairs.update(draft.pairs)
                apart.body += draft.body
            elif same is None:
                merged.append(draft)
            else:
                self.copies += draft.filled
        return merged

    def _told_copies(self) -> None:
        if self.copies:
            self._say(
                "printed_twice",
                "info",
                f"{self.declared.label}: rows stand twice with the same figures; the second time as {_listed(self.copies)}",
            )

    # -- the table with one row of figures -----------------------------------------------------------------------------

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
            left = _left(drafts[0], placed)
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

    # -- cells and findings --------------------------------------------------------------------------------------------

    def _cells(
        self, keys: Mapping[str, CellKey], columns: Sequence[Column], placed: Placed, sums: Sequence[Sequence[str]]
    ) -> None:
        """The cells of a row that has a placement, read; whatever had to be done to read one is told."""
        reads = {
            column.code: read_cell(placed.tokens[column.code].text, column, self.heading_units.get(column.code))
            for column in columns
            if column.code in placed.tokens
        }
        apart = [code for code, read in reads.items() if read.how == "apart"]
        self.by_value |= placed.placement == "identity"
        if apart and not self._may_be_joined([placed.tokens[code] for code in apart], reads, sums):
            reads |= {code: Read("unparsed", None) for code in apart}
            apart = []
        for column in columns:
            key, token = keys[column.code], placed.tokens.get(column.code)
            if token is None:
                self.cells.append(ReportCell(key, None, "missing"))
                continue
            read = reads[column.code]
            self.cells.append(ReportCell(key, read.value, read.state, token.raw, placed.placement, token.locator))
            self.sources[key] = token.index
            if column.code in self.heading_units:
                self.units[key] = self.heading_units[column.code]
        for code, tokens in [*placed.joined.items(), *((code, (placed.tokens[code],)) for code in apart)]:
            self._say(
                "digits_joined",
                "warn" if len(tokens) > 1 or not sums else "info",
                f"{self.declared.label}: the digits {_listed(tokens)} stand apart and are read as {reads[code].value}",
                [keys[code]],
            )

    def _may_be_joined(self, tokens: Sequence[Token], reads: Mapping[str, Read], sums: Sequence[Sequence[str]]) -> bool:
        """Whether digits that stand apart in a cell may be one figure: the row tallies so, or the cell has borders and no sum.

        Where more than one cell of a row is so, two rows may have run into one; only thousands are then read.
        """
        if len(tokens) > 1 and not all(_THOUSANDS.fullmatch(token.text) for token in tokens):
            return False
        if sums:
            return tallies({code: read.value or 0 for code, read in reads.items()}, sums)
        return all(token.table is not None or token.width > 1 for token in tokens)

    def _missing(self, row: str, columns: Sequence[Column]) -> None:
        self.cells += [ReportCell(CellKey(self.table, row, column.code), None, "missing") for column in columns]

    def _unparsed_row(self, row: str, drafts: Sequence[Draft]) -> None:
        printed = [token for draft in drafts for token in (*draft.explicit, *draft.pairs.values())]
        raw = " | ".join(token.raw for token in printed)
        self.cells += [ReportCell(key, None, "unparsed", raw, None, printed[0].locator) for key in self._keys(row)]

    def _unplaced(self, keys: list[CellKey], tokens: Sequence[Token], why: str) -> None:
        self._say("unplaced_cells", "error", f"{self.declared.label}: {_listed(tokens)} {why}", keys)


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


def _left(draft: Draft, placed: Placed) -> list[Token]:
    """The filled cells of a row that the placement leaves over."""
    used = {token.index for token in placed.tokens.values()} | {token.index for part in placed.joined.values() for token in part}
    return [token for token in draft.filled if token.index not in used]


def _texts(draft: Draft) -> tuple[object, ...]:
    return (
        tuple(_UNIT.sub("", token.text) for token in draft.explicit),
        tuple((code, _UNIT.sub("", token.text)) for code, token in draft.pairs.items()),
    )


def _listed(tokens: Iterable[Token]) -> str:
    return ", ".join(f"{token.raw.strip()!r} ({token.locator})" for token in tokens)
