"""What filling any of the statutory tables has in common: cells that are read, findings that are said, numbers that are left.

Every number of a row ends in exactly one cell or in a finding. Does not belong here: tables of labelled rows
(`labelled_table`), the table of one row (`single_row_table`), which column a cell is in (`placing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from gx_pipeline.forms import CellKey, Column, Form, TableCode
from gx_pipeline.parsing.model import Finding, ReportCell, Severity
from gx_pipeline.parsing.numbers import Read, read_cell
from gx_pipeline.parsing.placing import Placed, tallies
from gx_pipeline.parsing.rows import Draft
from gx_pipeline.parsing.tokens import Token

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
        self.shuffled = False
        self.before_strays: set[str] = set()
        self.strange: list[Token] = []
        self.copies: list[Token] = []

    def _say(self, rule: str, severity: Severity, message: str, keys: Iterable[CellKey] = (), about: str = "") -> None:
        self.findings.append(Finding(rule, severity, message, tuple(keys), about=about or self.table))

    def _keys(self, row: str) -> list[CellKey]:
        return [CellKey(self.table, row, column.code) for column in self.declared.columns_of(row)]

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
                f"{self.declared.label}: the digits {listed(tokens)} stand apart and are read as {reads[code].value}",
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
        self._say("unplaced_cells", "error", f"{self.declared.label}: {listed(tokens)} {why}", keys)

    def _nothing_read(self) -> None:
        self._say(
            "table_missing",
            "error",
            f"{self.declared.label}: the table is headed in the document but no figure was found under its headings",
            self.form.cells(self.table),
        )

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
                f"{self.declared.label}: rows stand twice with the same figures; the second time as {listed(self.copies)}",
            )


def left_over(draft: Draft, placed: Placed) -> list[Token]:
    """The filled cells of a row that the placement leaves over."""
    used = {token.index for token in placed.tokens.values()} | {token.index for part in placed.joined.values() for token in part}
    return [token for token in draft.filled if token.index not in used]


def _texts(draft: Draft) -> tuple[object, ...]:
    return (
        tuple(_UNIT.sub("", token.text) for token in draft.explicit),
        tuple((code, _UNIT.sub("", token.text)) for code, token in draft.pairs.items()),
    )


def listed(tokens: Iterable[Token]) -> str:
    """The tokens as a finding quotes them: what is printed, and where."""
    return ", ".join(f"{token.raw.strip()!r} ({token.locator})" for token in tokens)
