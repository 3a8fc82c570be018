"""The three statutory tables of a document: which form each follows, and every cell of that form.

Puts together what `rows` finds and `placing` decides, and sees to it that every number inside a table ends in exactly
one cell or in a finding. Does not belong here: sums that do not tally (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gx_pipeline.forms import TABLE_CODES, CellKey, Column, Form, TableCode, form_of_year, load_forms
from gx_pipeline.forms.arithmetic import TOLERANCE
from gx_pipeline.parsing.model import Finding, Placement, ReportCell
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.placing import Placed, candidates, place, sums_of_row
from gx_pipeline.parsing.rows import Draft, Rows, regions, scan
from gx_pipeline.parsing.tokens import VALUES, Token


@dataclass
class Tables:
    """The tables as read: form by table, cells, findings, and the lines of the document that they take up."""

    forms: dict[TableCode, Form]
    cells: list[ReportCell] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    found: set[TableCode] = field(default_factory=set)


def read_tables(tokens: Sequence[Token], year: int | None) -> Tables:
    """All cells of the report's form(s).

    Args:
        tokens: the document as a stream.
        year: the report year if known; it decides the form only where the tables' own labels do not.
    """
    stretches = {table: regions(tokens, table) for table in TABLE_CODES}
    scanned: dict[TableCode, Rows] = {}
    for table in ("proactive_disclosure", "requests"):
        scanned[table] = Rows()
        for stretch in stretches[table]:
            scan(tokens, stretch, table, scanned[table])
    tables = Tables(forms=_forms(scanned, year))
    for table, parts in stretches.items():
        if parts:
            tables.found.add(table)
        for start, stop in parts:
            tables.lines.update(token.line for token in tokens[start:stop])
    for table, rows in scanned.items():
        _Fill(tables, table, table in tables.found).rows(rows)
    _Fill(tables, "reconsideration_litigation", "reconsideration_litigation" in tables.found).single_row(
        tokens, stretches["reconsideration_litigation"]
    )
    tables.cells.sort(key=_printed_order(tables.forms))
    return tables


def _printed_order(forms: dict[TableCode, Form]):  # type: ignore[no-untyped-def]
    order = {key: index for index, key in enumerate(key for table in TABLE_CODES for key in forms[table].cells(table))}
    return lambda cell: order[cell.key]


def _forms(scanned: dict[TableCode, Rows], year: int | None) -> dict[TableCode, Form]:
    """The form of each table, from its own labels; the year settles only what they leave open."""
    known = load_forms()
    fallback = _official(year)
    votes = {
        code: _votes(form, "proactive_disclosure", scanned["proactive_disclosure"].headings)
        + _votes(form, "proactive_disclosure", [d.code for d in scanned["proactive_disclosure"].drafts if d.code])
        for code, form in known.items()
    }
    best = max(votes, key=lambda code: (votes[code], code == fallback.form))
    main = known[best] if votes[best] > 0 else fallback
    rows = {draft.code for draft in scanned["requests"].drafts if draft.code}
    requests = [
        form for form in known.values() if rows & ({row.code for row in form.tables["requests"].rows} - _shared_rows("requests"))
    ]
    return {
        "proactive_disclosure": main,
        "requests": requests[0] if len(requests) == 1 else main,
        "reconsideration_litigation": main,
    }


def _official(year: int | None) -> Form:
    try:
        return form_of_year(year) if year is not None else list(load_forms().values())[-1]
    except KeyError:
        return next(iter(load_forms().values()))


def _votes(form: Form, table: TableCode, codes: Iterable[str]) -> int:
    """How many of the codes only this form has."""
    others = {code for other in load_forms().values() if other is not form for code in _codes(other, table)}
    return len(set(codes) & (_codes(form, table) - others))


def _codes(form: Form, table: TableCode) -> set[str]:
    declared = form.tables[table]
    return {row.code for row in declared.rows} | {column.code for column in declared.columns}


def _shared_rows(table: TableCode) -> set[str]:
    return set.intersection(*({row.code for row in form.tables[table].rows} for form in load_forms().values()))


class _Fill:
    """Fills the cells of one table."""

    def __init__(self, tables: Tables, table: TableCode, found: bool) -> None:
        self.tables = tables
        self.table: TableCode = table
        self.found = found
        self.form = tables.forms[table]
        self.declared = self.form.tables[table]

    def _say(self, rule: str, severity: str, message: str, keys: Iterable[CellKey] = ()) -> None:
        self.tables.findings.append(Finding(rule, severity, message, tuple(keys)))  # type: ignore[arg-type]

    def _keys(self, row: str) -> list[CellKey]:
        return [CellKey(self.table, row, column.code) for column in self.declared.columns_of(row)]

    # -- tables with labelled rows -------------------------------------------------------------------------------------

    def rows(self, rows: Rows) -> None:
        """The cells of a table whose rows bear labels."""
        by_code: dict[str, list[Draft]] = {}
        for draft in rows.drafts:
            if draft.code in self.declared.row_by_code:
                by_code.setdefault(draft.code or "", []).append(draft)
            elif draft.filled:
                self._foreign_row(draft)
        in_order = _in_order(rows.headings, [column.code for column in self.declared.columns if column.role == "leaf"])
        if not in_order:
            self._say(
                "headings_out_of_order",
                "error",
                f"{self.declared.label}: the column headings come in another order than the form's; rows without headings above "
                "their own cells are not placed",
            )
        self._distrust_broken_headings([draft for drafts in by_code.values() for draft in drafts])
        doubtful = {}
        for row in self.declared.rows:
            drafts = [draft for draft in by_code.get(row.code, []) if draft.explicit or draft.pairs]
            if (doubt := self._row(row.code, drafts, in_order)) is not None:
                doubtful[row.code] = doubt
        self._settle(doubtful)
        if rows.strays:
            self._unplaced([], rows.strays, "outside any row")
        if not self.found:
            self._say(
                "table_missing", "error", f"{self.declared.label}: the table is not in the document", self.form.cells(self.table)
            )
        elif self.table == "requests":
            self._headings(rows.headings)

    def _distrust_broken_headings(self, drafts: Sequence[Draft]) -> None:
        """Forget a grid's headings that come in another order than the form's where fewer rows tally under them than by position.

        A heading row that lost a cell or a row break looks whole and stands over the wrong columns.
        """
        order = [column.code for column in self.declared.columns]
        shuffled = [draft for draft in drafts if [draft.header[at] for at in sorted(draft.header)] != order and draft.header]
        if self.table != "requests" or not shuffled:
            return
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

    def _rows_that_tally(self, drafts: Sequence[Draft]) -> int:
        """How many rows, placed as they would be, tally along their sums."""
        found = 0
        for draft in drafts:
            columns = self.declared.columns_of(draft.code or "")
            sums = sums_of_row(self.form, self.table, draft.code or "")
            placed = place(draft, columns, sums)
            if placed is None:
                continue
            values = {
                column.code: read_cell(placed.tokens[column.code].text, column)[1] or 0 if column.code in placed.tokens else 0
                for column in columns
            }
            found += all(abs(values[total] - sum(values[code] for code in parts)) < TOLERANCE for total, *parts in sums)
        return found

    def _headings(self, headings: list[str]) -> None:
        wanted = [column.code for column in self.declared.columns]
        missing = [column.label for column in self.declared.columns if column.code not in headings]
        placed_by_heading = any(cell.placement == "header" for cell in self.tables.cells if cell.key.table == self.table)
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

    def _row(self, row: str, drafts: list[Draft], in_order: bool) -> Draft | None:
        """Fill a row, or give back the draft that only the other rows may settle."""
        columns = self.declared.columns_of(row)
        label = self.declared.row_by_code[row].label
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
        placed = place(drafts[0], columns, sums_of_row(self.form, self.table, row), by_position=in_order)
        if placed is None:
            return drafts[0]
        self._fill(row, drafts[0], placed)
        return None

    def _settle(self, doubtful: dict[str, Draft]) -> None:
        """Place rows of too few cells where the sums down the columns, over the rows that are whole, leave one way."""
        while doubtful:
            known = {cell.key: cell.value for cell in self.tables.cells if cell.state == "reported"}
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
            values = known | {own: (read_cell(token.text, column)[1] or 0) if token else 0}
            terms = [(key, term.sign) for key, term in instance.left] + [(key, -term.sign) for key, term in instance.right]
            if own not in dict(terms) or any(values.get(key) is None for key, _ in terms):
                continue
            if abs(sum(sign * (values[key] or 0) for key, sign in terms)) > TOLERANCE:
                return False
        return True

    def _fill(self, row: str, draft: Draft, placed: Placed) -> None:
        """The cells of a placed row; what the placement leaves over is told."""
        for column in self.declared.columns_of(row):
            self._cell(CellKey(self.table, row, column.code), column, placed.tokens.get(column.code), placed.placement)
        label = self.declared.row_by_code[row].label
        used = {id(token) for token in placed.tokens.values()}
        left = [token for token in draft.filled if id(token) not in used]
        if left:
            self._unplaced(self._keys(row), left, f"in row “{label}”")

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
            elif same is None:
                merged.append(draft)
        return merged

    # -- the table with one row of figures -----------------------------------------------------------------------------

    def single_row(self, tokens: Sequence[Token], stretches: list[tuple[int, int]]) -> None:
        """The cells of the table whose two header levels name procedure and result and whose figures are one row."""
        columns = {
            f"{row.code}/{column.code}": column for row in self.declared.rows for column in self.declared.columns_of(row.code)
        }
        drafts = [draft for stretch in stretches if (draft := self._figures(tokens, stretch)).explicit]
        drafts = self._merged(drafts)
        placed = None
        if len(drafts) == 1:
            flat = [column.model_copy(update={"code": code}) for code, column in columns.items()]
            sums = [
                [f"{row.code}/{code}" for code in group]
                for row in self.declared.rows
                for group in sums_of_row(self.form, self.table, row.code)
            ]
            if self._headings_in_order(tokens, stretches):
                placed = place(drafts[0], flat, sums)
        if placed is not None:
            for code, column in columns.items():
                procedure, result = code.split("/")
                self._cell(CellKey(self.table, procedure, result), column, placed.tokens.get(code), placed.placement)
            used = {id(token) for token in placed.tokens.values()}
            left = [token for token in drafts[0].filled if id(token) not in used]
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
            if not self.found:
                self._say(
                    "table_missing",
                    "error",
                    f"{self.declared.label}: the table is not in the document",
                    self.form.cells(self.table),
                )

    def _headings_in_order(self, tokens: Sequence[Token], stretches: list[tuple[int, int]]) -> bool:
        """Whether the headings are the form's in its order; fewer than all of them (cut or lost) say nothing against it."""
        wanted = [column.code for row in self.declared.rows for column in self.declared.columns_of(row.code)]
        for start, stop in stretches:
            part = tokens[start:stop]
            headings = [token for token in part if token.label(self.table, "column")]
            found = [token.label(self.table, "column") for token in headings]
            between = any(token.kind in ("number", "placeholder") and token.index < headings[-1].index for token in part)
            if between or (len(found) == len(wanted) and found != wanted):
                return False
        return True

    def _figures(self, tokens: Sequence[Token], stretch: tuple[int, int]) -> Draft:
        part = tokens[stretch[0] : stretch[1]]
        headings = [token for token in part if token.label(self.table, "column")]
        last = headings[-1].index
        # A figure between the headings is one too many for a single row: the table is laid out otherwise and is not placed.
        body = [token for token in part if token.kind in ("number", "placeholder") and token.index < last]
        body += [token for token in part if token.index > last and token.kind in (*VALUES, "gap", "covered")]
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

    def _cell(self, key: CellKey, column: Column, token: Token | None, placement: Placement) -> None:
        if token is None:
            self.tables.cells.append(ReportCell(key, None, "missing"))
            return
        state, value = read_cell(token.text, column)
        self.tables.cells.append(ReportCell(key, value, state, token.raw, placement, token.locator))

    def _missing(self, row: str, columns: Sequence[Column]) -> None:
        self.tables.cells += [ReportCell(CellKey(self.table, row, column.code), None, "missing") for column in columns]

    def _unparsed_row(self, row: str, drafts: Sequence[Draft]) -> None:
        raw = " | ".join(token.raw for draft in drafts for token in (*draft.body, *draft.pairs.values()) if token.kind in VALUES)
        first = next(token for draft in drafts for token in (*draft.body, *draft.pairs.values()) if token.kind in VALUES)
        self.tables.cells += [ReportCell(key, None, "unparsed", raw, None, first.locator) for key in self._keys(row)]

    def _unplaced(self, keys: list[CellKey], tokens: Sequence[Token], why: str) -> None:
        self._say("unplaced_cells", "error", f"{self.declared.label}: {_listed(tokens)} {why}", keys)


def _in_order(headings: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the headings, each where it comes first, come in the form's order."""
    places = [wanted.index(code) for code in dict.fromkeys(headings) if code in wanted]
    return places == sorted(places)


def _texts(draft: Draft) -> tuple[object, ...]:
    return (tuple(token.text for token in draft.explicit), tuple((code, token.text) for code, token in draft.pairs.items()))


def _listed(tokens: Iterable[Token]) -> str:
    return ", ".join(f"{token.raw.strip()!r} ({token.locator})" for token in tokens)
