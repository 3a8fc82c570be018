"""The cells of the statutory tables and the findings on them, read from the warehouse report by report, for the workbook.

The facts are found by the names of their frames: table `requests` with its columns `row_code` and `applicant_type` stands in
`core.fct_requests`, its printed totals in `core.fct_requests_totals`. Does not belong here: how they look (`workbook`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from gx_pipeline.errors import ExportError
from gx_pipeline.facts import CELL_TABLES
from gx_pipeline.forms import TABLE_CODES, CellKey, TableCode, load_forms
from gx_pipeline.warehouse.export.published import BATCH, PublishedTable, count, select_rows
from gx_pipeline.warehouse.export.selection import Selection


class ReportKey(NamedTuple):
    """A report: its year and agency."""

    year: int
    agency_id: str


class FactCell(NamedTuple):
    """A cell as the warehouse holds it: published value, state and text, and the correction beside it."""

    year: int
    agency_id: str
    form: str
    row: str
    column: str
    value: float | None
    state: str
    raw: str | None
    locator: str | None
    corrected_value: float | None
    correction: str | None
    correction_reason: str | None
    used_value: float | None
    sha256: str


@dataclass(frozen=True)
class Noted:
    """A finding as the workbook shows it. `suspect` is the one cell that explains it alone, `expected` what is compared."""

    finding_id: str
    year: int
    agency_id: str
    rule: str
    label: str
    advice: str
    severity: str
    cause: str | None
    status: str
    message: str
    suspect: CellKey | None
    found: float | None
    expected: float | None
    locator: str | None
    source_path: str | None


class Agency(NamedTuple):
    """The names of an agency, and codes of what it is."""

    name: str
    place_code: str | None = None
    place: str | None = None
    level: str | None = None
    kind: str | None = None


class Head(NamedTuple):
    """What a report says of itself as a whole: whose figures, on which form, when published; and its file."""

    form: str
    scope: str | None
    is_additive: bool | None
    not_additive_reason: str | None
    published_on: dt.date | None
    source_path: str | None
    source_url: str | None


class NotTakenIn(NamedTuple):
    """A report that is not there. `status` as in marts.coverage; `code` and `message` say why a file was refused, if one was."""

    year: int | None
    agency_id: str | None
    status: str
    is_expected: bool | None
    deadline: dt.date | None
    code: str | None
    message: str | None
    source_path: str | None


class Core:
    """The facts and dimensions that a workbook is made of, cut by a selection."""

    def __init__(self, connection: sa.Connection, tables: Sequence[PublishedTable], selection: Selection) -> None:
        """Keep what is read from."""
        self._connection = connection
        # `marts` first: where both schemas have a table of a name, the facts of core are meant.
        self._tables = {table.name: table for table in sorted(tables, key=lambda table: table.schema == "core")}
        self._selection = selection

    def agencies(self) -> dict[str, Agency]:
        """All agencies by their id."""
        columns = self._columns("dim_agency", "agency_id", "name", "place_code", "place", "level", "kind")
        return {agency_id: Agency(*names) for agency_id, *names in select_rows(self._connection, sa.select(*columns))}

    def cells_by_year(self) -> dict[int, int]:
        """How many cells each report year has."""
        found: dict[int, int] = defaultdict(int)
        for code in TABLE_CODES:
            for table in self._facts_of(code):
                year = table.clause.c["year"]
                statement = sa.select(year, sa.func.count()).where(*self._selection.conditions(table)).group_by(year)
                for at, number in select_rows(self._connection, statement):
                    found[at] += number
        return dict(sorted(found.items()))

    def number_of_reports(self) -> int:
        """How many reports there are."""
        table = self._tables_named("fct_report")
        return count(self._connection, table, self._selection.conditions(table))

    def heads(self) -> dict[ReportKey, Head]:
        """What each report says of itself as a whole."""
        statement = sa.select(*self._columns("fct_report", "year", "agency_id", *Head._fields))
        rows = select_rows(self._connection, statement.where(*self._selection.conditions(self._tables_named("fct_report"))))
        return {ReportKey(year, agency_id): Head(*fields) for year, agency_id, *fields in rows}

    def not_taken_in(self) -> list[NotTakenIn]:
        """What the selection has no report of, by year, agency and file: refused files, and agencies without any."""
        names = ("year", "agency_id", "status", "is_expected", "deadline")
        statement = sa.select(*self._columns("coverage", *names)).where(
            *self._selection.conditions(self._tables_named("coverage"))
        )
        rows = select_rows(self._connection, statement)
        covered = {(year, agency_id): (status, is_due, deadline) for year, agency_id, status, is_due, deadline in rows}
        refusals = sa.select(*self._columns("fct_refusals", "year", "agency_id", "code", "message", "source_path")).where(
            *self._selection.conditions(self._tables_named("fct_refusals"))
        )
        found = []
        for year, agency_id, *reason in select_rows(self._connection, refusals):
            _, is_due, deadline = covered.get((year, agency_id), (None, None, None))
            found.append(NotTakenIn(year, agency_id, "refused", is_due, deadline, *reason))
        told = {(one.year, one.agency_id) for one in found}
        for key, known in covered.items():
            if known[0] != "report" and key not in told:
                found.append(NotTakenIn(*key, *known, None, None, None))
        return sorted(found, key=lambda one: (one.year or 0, one.agency_id or "", one.source_path or "", one.code or ""))

    def forms_of(self, code: TableCode) -> list[str]:
        """The forms that the reports use for a table, oldest first."""
        return sorted(
            {
                form
                for table in self._facts_of(code)
                for (form,) in select_rows(
                    self._connection, sa.select(table.clause.c["form"]).where(*self._selection.conditions(table)).distinct()
                )
            }
        )

    def reports(self, code: TableCode) -> Iterator[tuple[ReportKey, str, dict[CellKey, FactCell]]]:
        """The reports with the form and the cells of one table, by year and agency.

        Raises:
            ExportError: the facts of a report are not exactly the cells of its form.
        """
        names = ["year", "agency_id", "form", *CELL_TABLES[code], *FactCell._fields[5:]]
        selects = [
            sa.select(*self._columns(table.name, *names)).where(*self._selection.conditions(table))
            for table in self._facts_of(code)
        ]
        every = sa.union_all(*selects).subquery()
        # Among the cells of a report no order is needed: each has its place on the form.
        statement = sa.select(every).order_by(every.c["year"], every.c["agency_id"].collate("C"))
        result: Iterable[Any] = self._connection.execution_options(stream_results=True, yield_per=BATCH).execute(statement)
        for key, cells in groupby(
            (FactCell(*fields) for fields in result), key=lambda cell: ReportKey(cell.year, cell.agency_id)
        ):
            found = list(cells)
            form = found[0].form
            grid = {CellKey(code, cell.row, cell.column): cell for cell in found}
            if (
                any(cell.form != form for cell in found)
                or len(grid) < len(found)
                or set(grid) != set(load_forms()[form].cells(code))
            ):
                raise ExportError(
                    f"{key.agency_id} {key.year}: the facts of table {code} are not the cells of one form; `gx-pipeline run --all`"
                )
            yield key, form, grid

    def findings(self) -> list[Noted]:
        """The findings with the words of their rule, by year, agency, severity and id."""
        words = select_rows(self._connection, sa.select(*self._columns("dim_rule", "rule", "label", "advice")))
        rules: dict[str, tuple[str | None, str | None]] = {rule: (label, advice) for rule, label, advice in words}
        names = ["finding_id", "year", "agency_id", "rule", "severity", "cause", "status", "message"]
        names += ["suspect_table_code", "suspect_row_code", "suspect_column_code", "found", "expected", "locator", "source_path"]
        conditions = self._selection.conditions(self._tables_named("fct_findings"))
        statement = sa.select(*self._columns("fct_findings", *names)).where(*conditions)
        found = []
        for row in self._connection.execute(statement).mappings():
            label, advice = rules.get(row["rule"], (None, None))
            suspect = (row["suspect_table_code"], row["suspect_row_code"], row["suspect_column_code"])
            found.append(
                Noted(
                    row["finding_id"],
                    row["year"],
                    row["agency_id"],
                    row["rule"],
                    label or row["rule"],
                    advice or "",
                    row["severity"],
                    row["cause"],
                    row["status"],
                    row["message"],
                    CellKey(*suspect) if all(suspect) else None,
                    row["found"],
                    row["expected"],
                    row["locator"],
                    row["source_path"],
                )
            )
        ranks = {"error": 0, "warn": 1, "info": 2}
        return sorted(found, key=lambda noted: (noted.year, noted.agency_id, ranks.get(noted.severity, 3), noted.finding_id))

    def number_of_findings(self) -> int:
        """How many findings there are."""
        table = self._tables_named("fct_findings")
        return count(self._connection, table, self._selection.conditions(table))

    def cells_of_findings(self) -> dict[tuple[ReportKey, str], list[CellKey]]:
        """The cells that each finding points at, by report and id."""
        columns = self._columns("fct_finding_cells", "year", "agency_id", "finding_id", "table_code", "row_code", "column_code")
        table = self._tables_named("fct_finding_cells")
        found: dict[tuple[ReportKey, str], list[CellKey]] = defaultdict(list)
        rows = select_rows(self._connection, sa.select(*columns).where(*self._selection.conditions(table)))
        for year, agency_id, finding_id, *key in rows:
            found[ReportKey(year, agency_id), finding_id].append(CellKey(*key))
        return {key: sorted(cells) for key, cells in found.items()}

    def _facts_of(self, code: TableCode) -> list[PublishedTable]:
        first = self._tables_named(f"fct_{code}")
        totals = self._tables.get(f"fct_{code}_totals")
        return [first, *([totals] if totals else [])]

    def _tables_named(self, name: str) -> PublishedTable:
        if name not in self._tables:
            raise ExportError(f"the warehouse has no table {name}; `gx-pipeline run` builds it")
        return self._tables[name]

    def _columns(self, name: str, *columns: str) -> list[sa.ColumnClause[Any]]:
        table = self._tables_named(name)
        if missing := [column for column in columns if column not in table.column_names]:
            raise ExportError(
                f"{table.schema}.{name} has no column {', '.join(missing)}; a workbook cannot be made of this warehouse"
            )
        return [table.clause.c[column] for column in columns]
