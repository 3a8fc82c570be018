"""Two warehouses compared table by table, column by column, row by row, whatever the tables are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

Rows = list[tuple[Any, ...]]
TOLERANCE = 1e-9


def columns_by_table(connection: sa.Connection, schemas: Sequence[str]) -> dict[str, list[str]]:
    """The columns of every table and view of some schemas, in their order."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        sa.text(
            "SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns "
            "WHERE table_schema IN :schemas ORDER BY 1, ordinal_position"
        ).bindparams(sa.bindparam("schemas", expanding=True)),
        {"schemas": list(schemas)},
    )
    for name, column in rows:
        found.setdefault(name, []).append(column)
    return found


def rows_of(connection: sa.Connection, name: str, columns: Sequence[str]) -> Rows:
    """Every row of a table, ordered by all that is no fraction, fractions last: these may differ in their last digits."""
    selected = ", ".join(f'"{column}"' for column in columns)
    rows = [tuple(row) for row in connection.execute(sa.text(f"SELECT {selected} FROM {name}"))]
    return sorted(rows, key=lambda row: ([_order(value) for value in row if not _inexact(value)], [_order(v) for v in row]))


def differences(one: sa.Connection, other: sa.Connection, schemas: Sequence[str]) -> list[str]:
    """What differs, a line each; empty where every value of every table is the same (fractions to 1e-9)."""
    columns, others = columns_by_table(one, schemas), columns_by_table(other, schemas)
    told = [f"{name}: only in one" for name in columns.keys() ^ others.keys()]
    for name in columns.keys() & others.keys():
        if columns[name] != others[name]:
            told.append(f"{name}: columns {columns[name]} and {others[name]}")
            continue
        left, right = rows_of(one, name, columns[name]), rows_of(other, name, columns[name])
        if len(left) != len(right):
            told.append(f"{name}: {len(left)} rows and {len(right)}")
        for here, there in zip(left, right, strict=False):
            told += [
                f"{name}.{column}: {a!r} and {b!r} in {here[:3]}"
                for column, a, b in zip(columns[name], here, there, strict=True)
                if not _same(a, b)
            ]
    return sorted(told)


def _inexact(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, Decimal) and value != value.to_integral_value())


def _order(value: Any) -> tuple[int, Any]:
    """Nulls first, numbers by value, everything else as text."""
    if value is None:
        return 0, 0
    return (1, float(value)) if isinstance(value, int | float | Decimal) else (2, str(value))


def _same(one: Any, other: Any) -> bool:
    if _inexact(one) or _inexact(other):
        return None not in (one, other) and math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(one == other)
