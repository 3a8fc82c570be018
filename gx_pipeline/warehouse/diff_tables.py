"""Any table of two warehouses compared with itself: rows by a key that is found, columns, and what came or went whole.

Knows nothing of reports and forms (`diff` does).
"""

# ruff: noqa: S608 - names in statements are declared here or quoted, values are bound

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gx_pipeline.warehouse.diff_files import NEW, OLD, SIDES, Files, Side
from gx_pipeline.warehouse.diff_model import ColumnChange, TableChange

SCHEMAS = ("core", "marts")
# A key of more columns than these is none that a person would recognize.
_WIDEST_KEY = 6
_INEXACT = frozenset({"DOUBLE", "FLOAT"})
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")


class _Pair(NamedTuple):
    """A column that both tables have, with its types."""

    name: str
    old_type: str
    new_type: str


def compare_tables(files: Files) -> tuple[TableChange, ...]:
    """Every table and view of core and marts, in order of their names."""
    old, new = (_relations(files, side) for side in SIDES)
    found: list[TableChange] = []
    for schema, name in sorted({*old, *new}):
        was, now = old.get((schema, name)), new.get((schema, name))
        if was is None or now is None:
            found.append(_came_or_went(files, schema, name, view=bool(was or now)))
        elif was or now:
            found.append(_view(schema, name, changed=was != now))
        else:
            found.append(_table(files, schema, name))
    return tuple(found)


def quoted(name: str) -> str:
    """A name as it may stand in a statement."""
    return '"' + name.replace('"', '""') + '"'


def located(side: Side, schema: str, name: str) -> str:
    """A table as it may stand in a statement."""
    return f"{side}.{quoted(schema)}.{quoted(name)}"


def is_unique(files: Files, side: Side, schema: str, name: str, key: Sequence[str]) -> bool:
    """Whether the columns tell every row of a table from every other, and are never null."""
    columns = [quoted(column) for column in key]
    table = located(side, schema, name)
    (fails,) = files.one(
        f"select exists(select 1 from {table} where {' or '.join(f'{column} is null' for column in columns)}) "
        f"or exists(select 1 from {table} group by {', '.join(columns)} having count(*) > 1)"
    )
    return not fails


def differs(pairs: Iterable[_Pair], old: str = "o", new: str = "n") -> dict[str, str]:
    """The condition under which a column differs, by its name; a null equals a null."""
    return {pair.name: f"{_side(pair, old)} is distinct from {_side(pair, new)}" for pair in pairs}


def _side(pair: _Pair, alias: str) -> str:
    """A column of one side as it is compared: types that are not both numbers meet as text."""
    column = f"{alias}.{quoted(pair.name)}"
    comparable = pair.old_type == pair.new_type or all(kind.startswith(_NUMBERS) for kind in pair[1:])
    return column if comparable else f"cast({column} as varchar)"


def _relations(files: Files, side: Side) -> dict[tuple[str, str], str]:
    """Tables and views of core and marts; of a view its definition, of a table an empty one."""
    found = files.rows(
        "select schema_name, table_name, '' from duckdb_tables() where database_name = $1 and list_contains($2, schema_name) "
        "union all "
        "select schema_name, view_name, sql from duckdb_views() where database_name = $1 and list_contains($2, schema_name)",
        (side, list(SCHEMAS)),
    )
    return {(schema, name): definition for schema, name, definition in found}


def _count(files: Files, side: Side, schema: str, name: str) -> int:
    return int(files.one(f"select count(*) from {located(side, schema, name)}")[0])


def _came_or_went(files: Files, schema: str, name: str, *, view: bool) -> TableChange:
    added = not files.columns(OLD, schema, name)
    rows = None if view else _count(files, NEW if added else OLD, schema, name)
    if added:
        return TableChange(schema, name, "added", view, new_rows=rows, rows_added=rows or 0)
    return TableChange(schema, name, "removed", view, old_rows=rows, rows_removed=rows or 0)


def _view(schema: str, name: str, *, changed: bool) -> TableChange:
    return TableChange(schema, name, "changed" if changed else "same", view=True, definition_changed=changed)


def _table(files: Files, schema: str, name: str) -> TableChange:
    """A table that both have: its columns, then its rows over the columns that both have."""
    old, new = (files.columns(side, schema, name) for side in SIDES)
    pairs = [_Pair(column, kind, new[column]) for column, kind in old.items() if column in new]
    key = _key(files, schema, name, pairs)
    if key:
        added, removed, changed, by_column = _by_key(files, schema, name, key, pairs)
    else:
        (added, removed), changed, by_column = _as_multiset(files, schema, name, pairs), 0, {}
    columns = [
        ColumnChange(column, old.get(column), new.get(column), by_column.get(column, 0))
        for column in dict.fromkeys((*new, *old))
        if old.get(column) != new.get(column) or by_column.get(column)
    ]
    return TableChange(
        schema,
        name,
        "changed" if added or removed or changed or columns else "same",
        view=False,
        key=key,
        old_rows=_count(files, OLD, schema, name),
        new_rows=_count(files, NEW, schema, name),
        rows_added=added,
        rows_removed=removed,
        rows_changed=changed,
        columns=tuple(columns),
    )


def _key(files: Files, schema: str, name: str, pairs: Sequence[_Pair]) -> tuple[str, ...]:
    """The columns to pair rows by: a declared key, else the fewest leading columns that are unique in both; none: empty.

    Any columns that are unique on both sides give a true difference; leading ones, because the models begin with their keys.
    """
    shared = [pair.name for pair in pairs]
    candidates = [key for key in _declared_keys(files, schema, name) if set(key) <= set(shared)]
    leading = [pair.name for pair in pairs if not _INEXACT & {pair.old_type, pair.new_type}]
    candidates += [tuple(leading[:width]) for width in range(1, min(len(leading), _WIDEST_KEY) + 1)]
    for key in candidates:
        if all(is_unique(files, side, schema, name, key) for side in SIDES):
            return key
    return ()


def _declared_keys(files: Files, schema: str, name: str) -> list[tuple[str, ...]]:
    found = files.rows(
        "select distinct constraint_type, constraint_column_names from duckdb_constraints() where database_name in ($1, $2) "
        "and schema_name = $3 and table_name = $4 and constraint_type in ('PRIMARY KEY', 'UNIQUE') order by all",
        (*SIDES, schema, name),
    )
    return [tuple(columns) for _, columns in found]


def _by_key(
    files: Files, schema: str, name: str, key: Sequence[str], pairs: Sequence[_Pair]
) -> tuple[int, int, int, dict[str, int]]:
    """Rows added, removed and changed, and in how many each column changed."""
    others = [pair for pair in pairs if pair.name not in key]
    conditions = differs(others)
    by_pair = {pair.name: pair for pair in pairs}
    matched = " and ".join(f"{_side(by_pair[column], 'o')} = {_side(by_pair[column], 'n')}" for column in key)
    first = quoted(key[0])
    counts = [
        f"count(*) filter (where o.{first} is null)",
        f"count(*) filter (where n.{first} is null)",
        *(
            f"count(*) filter (where o.{first} is not null and n.{first} is not null and ({condition}))"
            for condition in (" or ".join(conditions.values()) or "false", *conditions.values())
        ),
    ]
    added, removed, changed, *by_column = files.one(
        f"select {', '.join(counts)} from {located(OLD, schema, name)} as o "
        f"full join {located(NEW, schema, name)} as n on {matched}"
    )
    return added, removed, changed, dict(zip(conditions, by_column, strict=True))


def _as_multiset(files: Files, schema: str, name: str, pairs: Sequence[_Pair]) -> tuple[int, int]:
    """Rows added and removed, each row as often as it stands there."""
    shown = "".join(f"{_side(pair, 't')} as {quoted(pair.name)}, " for pair in pairs)
    sides = (f"select {shown}{sign} as here from {located(side, schema, name)} as t" for side, sign in ((OLD, "-1"), (NEW, "1")))
    columns = ", ".join(quoted(pair.name) for pair in pairs)
    added, removed = files.one(
        "select coalesce(sum(greatest(more, 0)), 0), coalesce(sum(greatest(-more, 0)), 0) from "
        f"(select sum(here) as more from ({' union all '.join(sides)}) group by {columns or 'true'})"
    )
    return int(added), int(removed)
