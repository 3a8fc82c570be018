"""The model of a statutory form and the loader of the YAML files beside it.

Belongs here: what a form says of itself (tables, rows, columns, labels, units, identities) and pure questions to it.
Does not belong here: how labels are found in a document (`parsing`), what a violated identity means (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

TableCode = Literal["proactive_disclosure", "requests", "reconsideration_litigation"]
TABLE_CODES: tuple[TableCode, ...] = ("proactive_disclosure", "requests", "reconsideration_litigation")
FIRST_YEAR = 2019


class CellKey(NamedTuple):
    """Address of a cell on a form: table code, row code, column code."""

    table: TableCode
    row: str
    column: str


class Declared(BaseModel):
    """What is declared in a YAML file: nothing beside what is known, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Declared):
    """A column of a table: a measure, an applicant type or a result. `number` is what may stand in its cells."""

    code: str
    label: str
    label_en: str
    unit: str
    number: Literal["count", "signed", "amount"]
    variants: tuple[str, ...] = ()
    group: str | None = None
    role: Literal["leaf", "total"] = "leaf"


class Row(Declared):
    """A row of a table. `columns` limits the row to some of the table's columns; `role` says what the row counts."""

    code: str
    label: str
    label_en: str
    variants: tuple[str, ...] = ()
    group: str | None = None
    item: str | None = None
    columns: tuple[str, ...] = ()
    role: Literal["leaf", "received", "carried_in", "outcome", "total", "carried_out"] = "leaf"


class Group(Declared):
    """A label that spans rows and has no figures of its own."""

    label: str
    label_en: str


class Table(Declared):
    """One statutory table: rows by columns; `furniture` are printed texts that are neither."""

    section: str
    label: str
    label_en: str
    row_term: str
    column_term: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    groups: tuple[Group, ...] = ()
    furniture: tuple[str, ...] = ()

    @cached_property
    def column_by_code(self) -> dict[str, Column]:
        """The columns by their code."""
        return {column.code: column for column in self.columns}

    @cached_property
    def row_by_code(self) -> dict[str, Row]:
        """The rows by their code."""
        return {row.code: row for row in self.rows}

    def columns_of(self, row: str) -> tuple[Column, ...]:
        """The columns in which a row has a cell, in printed order."""
        limited = self.row_by_code[row].columns
        return tuple(self.column_by_code[code] for code in limited) if limited else self.columns

    def rows_of(self, column: str) -> tuple[Row, ...]:
        """The rows that have a cell in a column, in printed order."""
        return tuple(row for row in self.rows if not row.columns or column in row.columns)


class Term(NamedTuple):
    """One summand of an identity: a row or column code, its sign, and whether it is taken from last year's report."""

    code: str
    sign: int
    previous: bool


class Identity(Declared):
    """A sum that must tally (勾稽关系): left = right, over rows (for each column) or over columns (for each row)."""

    code: str
    table: TableCode
    terms: Literal["rows", "columns"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    severity: Literal["error", "warn"]
    label: str
    label_en: str
    rows: tuple[str, ...] = ()

    @property
    def spans_years(self) -> bool:
        """Whether a term comes from the report of the year before."""
        return any(text.startswith("previous:") for text in self.left + self.right)


class Instance(NamedTuple):
    """An identity at one place of the form: for one column, or for one row. Terms point at cells."""

    identity: Identity
    at: str
    left: tuple[tuple[CellKey, Term], ...]
    right: tuple[tuple[CellKey, Term], ...]


class Form(Declared):
    """A statutory form. `cells()` is its complete grid; `instances()` its identities at every place."""

    form: str
    title: str
    title_en: str
    authority: str
    first_year: int
    last_year: int | None = None
    tables: dict[TableCode, Table]
    identities: tuple[Identity, ...]

    @cached_property
    def _grid(self) -> dict[TableCode, tuple[CellKey, ...]]:
        return {
            code: tuple(CellKey(code, row.code, column.code) for row in table.rows for column in table.columns_of(row.code))
            for code, table in self.tables.items()
        }

    def cells(self, table: TableCode | None = None) -> tuple[CellKey, ...]:
        """All cells of the form (or of one table) in printed order."""
        if table is not None:
            return self._grid[table]
        return tuple(key for code in TABLE_CODES for key in self._grid[code])

    @cached_property
    def _instances(self) -> tuple[Instance, ...]:
        return tuple(self._expand())

    def instances(self) -> tuple[Instance, ...]:
        """Every identity at every row or column for which it holds."""
        return self._instances

    def _expand(self) -> Iterator[Instance]:
        for identity in self.identities:
            table = self.tables[identity.table]
            places: tuple[str, ...]
            if identity.terms == "rows":
                places = tuple(column.code for column in table.columns)
            else:
                places = identity.rows or tuple(row.code for row in table.rows)
                if unknown := set(places) - table.row_by_code.keys():
                    raise ValueError(
                        f"form {self.form}: identity {identity.code} names rows {sorted(unknown)} that {identity.table} has not"
                    )
            for place in places:
                yield Instance(
                    identity, place, self._side(identity, place, identity.left), self._side(identity, place, identity.right)
                )

    def _side(self, identity: Identity, place: str, side: tuple[str, ...]) -> tuple[tuple[CellKey, Term], ...]:
        table = self.tables[identity.table]
        members = table.rows if identity.terms == "rows" else table.columns
        terms: list[Term] = []
        for text in side:
            if text.startswith("role:"):
                found = [Term(member.code, 1, False) for member in members if member.role == text.removeprefix("role:")]
                if not found:
                    raise ValueError(
                        f"form {self.form}: identity {identity.code} names {text!r}, which nothing in {identity.table} has"
                    )
                terms += found
            else:
                code = text.removeprefix("previous:").removeprefix("-")
                if code not in {member.code for member in members}:
                    raise ValueError(
                        f"form {self.form}: identity {identity.code} names {code!r}, which is not in {identity.table}"
                    )
                terms.append(Term(code, -1 if text.startswith("-") else 1, text.startswith("previous:")))
        if identity.terms == "rows":
            return tuple((CellKey(identity.table, term.code, place), term) for term in terms)
        return tuple((CellKey(identity.table, place, term.code), term) for term in terms)

    def serves(self, year: int) -> bool:
        """Whether this is the official form of a report year."""
        return self.first_year <= year <= (self.last_year or year)


class Section(Declared):
    """One of the six sections of a report, recognised by keywords in its heading."""

    code: str
    number: str
    label: str
    label_en: str
    keywords: tuple[str, ...]


class UnsupportedForm(Declared):
    """A form that is recognised by its labels in order to be refused by name."""

    form: str
    title: str
    at_least: int
    labels: tuple[str, ...]


def read_declared(name: str) -> Any:
    """What a YAML file of this folder says."""
    return yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def load_forms() -> dict[str, Form]:
    """The statutory forms by their code, oldest first, from `form_*.yaml` in this folder."""
    names = sorted(entry.name for entry in files(__package__).iterdir() if entry.name.startswith("form_"))
    return {form.form: form for form in (Form.model_validate(read_declared(name)) for name in names)}


@cache
def load_sections() -> tuple[Section, ...]:
    """The six sections in their order."""
    return tuple(Section.model_validate(entry) for entry in read_declared("sections.yaml"))


@cache
def load_unsupported_forms() -> tuple[UnsupportedForm, ...]:
    """The forms of report years before 2019."""
    return tuple(UnsupportedForm.model_validate(entry) for entry in read_declared("unsupported.yaml"))


def form_of_year(year: int) -> Form:
    """The official form of a report year.

    Raises:
        KeyError: no form in the folder serves the year.
    """
    for form in load_forms().values():
        if form.serves(year):
            return form
    raise KeyError(f"no form serves report year {year}; forms start in {FIRST_YEAR}")
