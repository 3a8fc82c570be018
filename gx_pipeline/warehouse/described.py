"""The tables of the warehouse as dbt's manifest describes them: columns, types, keys, references, codes, lineage.

Pure: a manifest (and, for types, a catalog) in, records out. Does not belong here: Chinese names (`labels`), pages
(`dictionary`), reading files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

SCHEMAS = ("marts", "core", "staging")
_REF = re.compile(r"""(?:ref|source)\((?:.*,\s*)?['"](\w+)['"]\s*\)""")


@dataclass(frozen=True)
class Reference:
    """A column leads to the column of another table."""

    table: str
    column: str


@dataclass(frozen=True)
class DescribedColumn:
    """A column: its type where declared, whether it is ever null, its closed list of codes, where it leads."""

    name: str
    description: str
    data_type: str | None
    required: bool
    values: tuple[str, ...]
    references: tuple[Reference, ...]
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class DescribedTable:
    """A stored table or view. `keys` are the sets of columns of which no two rows have the same values, a primary key first."""

    name: str
    schema: str
    kind: str
    description: str
    columns: tuple[DescribedColumn, ...]
    keys: tuple[tuple[str, ...], ...]
    tests: tuple[str, ...]
    made_from: tuple[str, ...]
    used_by: tuple[str, ...]
    contract: bool
    meta: Mapping[str, Any]

    @property
    def path(self) -> str:
        """`schema.table`, as one queries it."""
        return f"{self.schema}.{self.name}"

    @property
    def is_internal(self) -> bool:
        """Whether only other tables are made from it: a step on the way, by the prefix that dbt's projects give such models."""
        return self.name.startswith("int_")

    @cached_property
    def by_name(self) -> Mapping[str, DescribedColumn]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


def described_tables(manifest: Mapping[str, Any], catalog: Mapping[str, Any] | None = None) -> tuple[DescribedTable, ...]:
    """Every stored table that the manifest names: models, seeds and loaded tables; helpers that are not stored left out.

    Args:
        manifest: dbt's manifest.json.
        catalog: dbt's catalog.json of a built warehouse, for the types that no contract declares.

    Returns:
        the tables by schema (marts first), then by name, internal ones last.
    """
    entries = {**manifest["nodes"], **manifest["sources"]}
    stored = {
        unique_id: entry
        for unique_id, entry in entries.items()
        if entry["resource_type"] in ("model", "seed", "source") and _kind(entry) != "ephemeral"
    }
    types = _types(catalog or {})
    tests = defaultdict(list)
    for entry in manifest["nodes"].values():
        if entry["resource_type"] == "test" and (entry.get("attached_node") or entry["depends_on"]["nodes"]):
            tests[entry.get("attached_node") or entry["depends_on"]["nodes"][0]].append(entry)
    parents = {unique_id: tuple(_stored_parents(unique_id, entries, stored)) for unique_id in stored}
    children = defaultdict(set)
    for child, found in parents.items():
        for parent in found:
            children[parent].add(stored[child]["name"])
    tables = [
        _table(
            entry,
            tests[unique_id],
            types.get(unique_id, {}),
            tuple(dict.fromkeys(stored[parent]["name"] for parent in parents[unique_id])),
            tuple(sorted(children[unique_id])),
        )
        for unique_id, entry in stored.items()
    ]
    return tuple(sorted(tables, key=lambda table: (_schema_rank(table.schema), table.is_internal, table.name)))


def _schema_rank(schema: str) -> tuple[int, str]:
    return (SCHEMAS.index(schema) if schema in SCHEMAS else len(SCHEMAS), schema)


def _kind(entry: Mapping[str, Any]) -> str:
    if entry["resource_type"] == "model":
        return str(entry["config"]["materialized"])
    return str(entry["resource_type"])


def _types(catalog: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The types of the columns in a built warehouse, by the id of the table."""
    entries = {**catalog.get("nodes", {}), **catalog.get("sources", {})}
    return {
        unique_id: {column["name"]: str(column["type"]).lower() for column in entry["columns"].values()}
        for unique_id, entry in entries.items()
    }


def _stored_parents(unique_id: str, entries: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterator[str]:
    """What a table is made from; through a helper that is not stored, what that is made from."""
    for parent in entries[unique_id].get("depends_on", {}).get("nodes", ()):
        if parent in stored:
            yield parent
        elif parent in entries:
            yield from _stored_parents(parent, entries, stored)


def _table(
    entry: Mapping[str, Any],
    tests: list[Mapping[str, Any]],
    types: Mapping[str, str],
    made_from: tuple[str, ...],
    used_by: tuple[str, ...],
) -> DescribedTable:
    promises = [test for test in tests if _holds(test)]
    columns = tuple(_column(column, entry, promises, types) for column in entry["columns"].values())
    return DescribedTable(
        name=entry["name"],
        schema=entry["schema"],
        kind=_kind(entry),
        description=" ".join(entry["description"].split()),
        columns=columns,
        keys=tuple(_keys(entry, promises)),
        tests=tuple(dict.fromkeys(" ".join(test["description"].split()) for test in tests if test.get("description"))),
        made_from=made_from,
        used_by=used_by,
        contract=bool((entry.get("contract") or {}).get("enforced")),
        meta=_meta(entry),
    )


def _holds(test: Mapping[str, Any]) -> bool:
    """Whether a test promises something of the whole table: one that only warns, or looks at some rows only, does not."""
    return str(test["config"]["severity"]).lower() == "error" and not test["config"].get("where")


def _meta(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**(entry.get("config") or {}).get("meta", {}), **entry.get("meta", {})}


def _column(
    column: Mapping[str, Any], entry: Mapping[str, Any], tests: list[Mapping[str, Any]], types: Mapping[str, str]
) -> DescribedColumn:
    name = column["name"]
    own = [(_name_of(test), _arguments(test)) for test in tests if test.get("column_name") == name]
    kinds = {kind for kind, _ in own} | {constraint["type"] for constraint in column.get("constraints", ())}
    seed_types = entry["config"].get("column_types") or {}
    return DescribedColumn(
        name=name,
        description=" ".join(column["description"].split()),
        data_type=column.get("data_type") or seed_types.get(name) or types.get(name),
        required=bool(kinds & {"not_null", "primary_key"}),
        values=tuple(dict.fromkeys(str(value) for kind, found in own if kind == "accepted_values" for value in found["values"])),
        references=tuple(
            dict.fromkeys(
                Reference(_referred(found["to"]), str(found["field"])) for kind, found in own if kind == "relationships"
            )
        ),
        meta=_meta(column),
    )


def _keys(entry: Mapping[str, Any], tests: list[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    found: dict[tuple[str, ...], None] = {}
    for constraint in entry.get("constraints", ()):
        if constraint["type"] in ("primary_key", "unique"):
            found[tuple(constraint.get("columns", ()))] = None
    for column in entry["columns"].values():
        if {constraint["type"] for constraint in column.get("constraints", ())} & {"primary_key", "unique"}:
            found[(column["name"],)] = None
    for test in tests:
        if _name_of(test) == "unique":
            found[(test["column_name"],)] = None
        elif _name_of(test) == "unique_combination":
            found[tuple(_arguments(test)["columns"])] = None
    yield from found


def _name_of(test: Mapping[str, Any]) -> str | None:
    return (test.get("test_metadata") or {}).get("name")


def _arguments(test: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments of a generic test, which dbt keeps flat or under `arguments`."""
    given = (test.get("test_metadata") or {}).get("kwargs", {})
    return {**given, **given.get("arguments", {})}


def _referred(text: str) -> str:
    """The table that `ref('dim_year')` or `source('staging', 'reports')` names; the text itself where it is neither."""
    found = _REF.search(text)
    return found.group(1) if found else text
