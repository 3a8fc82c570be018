"""Which rows are wanted: report years, and places with all that lies below them by their codes (GB/T 2260).

Years and places cut the facts and marts; dimensions stay whole. Does not belong here: reading (`published`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa

from gx_pipeline.agencies import Registry
from gx_pipeline.errors import ExportError
from gx_pipeline.warehouse.export.published import PublishedTable, count, select_rows

_LISTED = 20


@dataclass(frozen=True)
class Selection:
    """Report years, and prefixes of place codes (2 digits a province, 4 a prefecture, 6 a county); empty for all."""

    years: tuple[int, ...] = ()
    prefixes: tuple[str, ...] = ()

    def conditions(self, table: PublishedTable) -> list[sa.ColumnElement[bool]]:
        """What a row of a table must fulfil. A dimension, and a table without year and place, is taken whole."""
        if table.is_dimension:
            return []
        found: list[sa.ColumnElement[bool]] = []
        columns = table.clause.c
        if self.years and "year" in columns:
            found.append(columns["year"].in_(self.years))
        if self.prefixes and "agency_id" in columns:
            agencies = sa.table("dim_agency", sa.column("agency_id"), sa.column("place_code"), schema="core")
            found.append(columns["agency_id"].in_(sa.select(agencies.c.agency_id).where(self._below(agencies.c.place_code))))
        elif self.prefixes and "place_code" in columns:
            found.append(self._below(columns["place_code"]))
        return found

    def _below(self, code: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return sa.or_(*(code.startswith(prefix) for prefix in self.prefixes))


def select_facts(
    connection: sa.Connection,
    tables: Sequence[PublishedTable],
    registry: Registry,
    years: Iterable[int],
    places: Iterable[str],
) -> Selection:
    """The selection that years and places mean.

    Args:
        connection: the warehouse, for what there is.
        tables: its published tables.
        registry: the agencies, for the other names of places.
        years: report years; none for all.
        places: names of places, their six-digit codes, or how codes begin (35, 3501); none for all.

    Raises:
        ExportError: the warehouse has no such year or place, a name is that of several places, or no report fits both.
    """
    facts = [table for table in tables if table.name.startswith("fct_") and {"year", "agency_id"} <= set(table.column_names)]
    known_years = {
        int(year)
        for table in facts
        for (year,) in select_rows(connection, sa.select(table.clause.c["year"]).distinct())
        if year is not None
    }
    wanted = tuple(sorted(set(years)))
    if unknown := [year for year in wanted if year not in known_years]:
        there = ", ".join(map(str, sorted(known_years))) or "none"
        raise ExportError(f"the warehouse has no report of {', '.join(map(str, unknown))}; report years there are: {there}")
    named = _places(connection, tables, registry)
    selection = Selection(wanted, tuple(dict.fromkeys(_prefix(place, named) for place in places)))
    if not any(count(connection, table, selection.conditions(table)) for table in facts):
        chosen = " ".join([*map(str, wanted), *places])
        raise ExportError(f"no report in the warehouse is of {chosen}" if chosen else "the warehouse holds no report")
    return selection


def _places(connection: sa.Connection, tables: Sequence[PublishedTable], registry: Registry) -> dict[str, list[str]]:
    """The names of each place by its code: those of the warehouse's dimensions, then the registry's aliases."""
    named: dict[str, list[str]] = {}
    for table, (code_column, name_column) in product(tables, (("place_code", "place"), ("province_code", "province"))):
        if table.is_dimension and {code_column, name_column} <= set(table.column_names):
            columns = table.clause.c
            for code, name in connection.execute(
                sa.select(columns[code_column], columns[name_column]).distinct().order_by(sa.text("1, 2"))
            ):
                if code is not None and name is not None:
                    named.setdefault(str(code), []).append(str(name))
    for agency in registry.agencies:
        if agency.place_code in named:
            named[agency.place_code] += agency.places
    return {code: list(dict.fromkeys(names)) for code, names in sorted(named.items())}


def _prefix(place: str, named: dict[str, list[str]]) -> str:
    """How the codes begin that lie in a place, itself included."""
    if place.isascii() and place.isdigit():
        digits = _significant(place)
        if len(place) in (2, 4, 6, 9) and any(code.startswith(digits) for code in named):
            return digits
        raise ExportError(
            f"no place of the warehouse has a code that begins with {place} (2 digits are a province, 4 a prefecture, "
            f"6 a place); {_there(named)}"
        )
    codes = [code for code, names in named.items() if place in names]
    if len(codes) > 1:
        several = ", ".join(f"{code} {named[code][0]}" for code in codes)
        raise ExportError(f"{place} is the name of several places: {several}; name one by its code")
    if not codes:
        near = difflib.get_close_matches(place, [name for names in named.values() for name in names], n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise ExportError(f"the warehouse has no place {place}; {hint}{_there(named)}")
    return _significant(codes[0])


def _significant(code: str) -> str:
    """A code without the pairs of zeros that stand for all below: 350000 is a province, 350100 a prefecture."""
    while 2 < len(code) <= 6 and len(code) % 2 == 0 and code.endswith("00"):
        code = code[:-2]
    return code


def _there(named: dict[str, list[str]]) -> str:
    listed = [f"{code} {names[0]}" for code, names in named.items()]
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"places there are: {', '.join(listed[:_LISTED]) or 'none'}{more}"
