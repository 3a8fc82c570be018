"""What the published warehouse offers to take out: its tables, their columns and their rows in a fixed order.

Tables are found when asked for, through the information schema and plain SELECT, so that every engine answers alike. Does not
belong here: which rows are wanted (`selection`), how they are written (`files`, `workbook`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa

from gx_pipeline.errors import ExportError
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse import engine
from gx_pipeline.warehouse.state import read_state

ColumnType = Literal["text", "integer", "number", "boolean", "date"]
Row = tuple[Any, ...]
BATCH = 50_000

# The types of both engines by the name that their information schema gives them, without length and precision.
_TYPES: dict[str, ColumnType] = {
    "varchar": "text",
    "character varying": "text",
    "text": "text",
    "tinyint": "integer",
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "hugeint": "integer",
    "real": "number",
    "float": "number",
    "double": "number",
    "double precision": "number",
    "boolean": "boolean",
    "date": "date",
}
_DECIMALS = ("decimal", "numeric")
_PRECISION = re.compile(r"\(.*\)")


@dataclass(frozen=True)
class PublishedColumn:
    """A column of a published table."""

    name: str
    type: ColumnType


@dataclass(frozen=True)
class PublishedTable:
    """A table of the warehouse that is taken out."""

    schema: str
    name: str
    columns: tuple[PublishedColumn, ...]

    @property
    def file_name(self) -> str:
        """The public name of its file, without ending: the schema and the table, which stay unique together."""
        return f"{self.schema}_{self.name}"

    @property
    def is_dimension(self) -> bool:
        """Whether it says what codes mean, and is therefore never cut: references of any row lead somewhere."""
        return self.name.startswith("dim_")

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in the table's own order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def clause(self) -> sa.TableClause:
        """The table for a SELECT; always the same object, so that a condition on it names no second table."""
        return sa.table(self.name, *(sa.column(name) for name in self.column_names), schema=self.schema)


@contextmanager
def reading_published(settings: Settings) -> Iterator[sa.Connection]:
    """A connection that only reads, over one state of the warehouse; a DuckDB file is neither locked nor changed.

    Raises:
        ExportError: there is no warehouse yet, or its tables are not all of one build.
        ConfigurationError: the warehouse cannot be opened.
    """
    if settings.engine == "duckdb" and not settings.duckdb_path.exists():
        raise ExportError(f"there is no warehouse at {settings.duckdb_path}; `gx-pipeline run` builds it")
    with engine.reading(engine.open_warehouse(settings)) as connection:
        if settings.engine == "postgresql":  # one state for all tables, as a DuckDB transaction has by itself
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            _refuse_unfinished(connection, settings)
        yield connection


def _refuse_unfinished(connection: sa.Connection, settings: Settings) -> None:
    """Refuse tables of which some are of one build and some of another, or which failed their tests.

    A user who may not see the record of the build, as the role of readers, is not told.
    """
    state = read_state(connection)
    if state and state.status not in ("checked", "published"):
        raise ExportError(
            f"{settings.warehouse_name} is not as a whole build left it ({state.status}): a build is at work on it, failed or was cut "
            "off. Let it finish, or run `gx-pipeline run`"
        )


def select_rows(connection: sa.Connection, statement: sa.Select[Any]) -> Iterable[Any]:
    """The rows of a SELECT whose columns are known by name only."""
    return connection.execute(statement)


def published_tables(connection: sa.Connection) -> tuple[PublishedTable, ...]:
    """All tables of schema `marts`, and the dimensions and facts of `core`, in the order of their names.

    Raises:
        ExportError: there are none, or a column has a type that no format is declared for.
    """
    columns = sa.table(
        "columns",
        *(
            sa.column(name)
            for name in ("table_schema", "table_name", "column_name", "data_type", "numeric_scale", "ordinal_position")
        ),
        schema="information_schema",
    ).c
    rows = select_rows(
        connection,
        sa.select(columns.table_schema, columns.table_name, columns.column_name, columns.data_type, columns.numeric_scale)
        .where(columns.table_schema.in_(["core", "marts"]))
        .order_by(columns.table_schema, columns.table_name, columns.ordinal_position),
    )
    found: dict[tuple[str, str], list[PublishedColumn]] = {}
    for schema, name, column, data_type, scale in rows:
        if "__dbt_" in name or (schema == "core" and not name.startswith(("dim_", "fct_"))):
            continue
        kind = _type_of(f"{schema}.{name}.{column}", str(data_type), scale)
        found.setdefault((schema, name), []).append(PublishedColumn(column, kind))
    if not found:
        raise ExportError("the warehouse has no tables in core and marts; `gx-pipeline run` builds them")
    return tuple(PublishedTable(schema, name, tuple(found[schema, name])) for schema, name in sorted(found))


def _type_of(where: str, data_type: str, scale: int | None) -> ColumnType:
    name = _PRECISION.sub("", data_type.lower()).strip()
    if name in _DECIMALS:
        return "integer" if scale == 0 else "number"
    if name not in _TYPES:
        raise ExportError(f"{where} is of type {data_type}, which no export format is declared for; cast it in its model")
    return _TYPES[name]


def ordered(table: PublishedTable, conditions: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """The rows of a table in the order of its columns, the key being the first: the same facts give the same order.

    Texts go by code point on every engine, nulls first.
    """
    clause = table.clause
    order = [
        (clause.c[column.name].collate("C") if column.type == "text" else clause.c[column.name]).asc().nulls_first()
        for column in table.columns
    ]
    return sa.select(clause).where(*conditions).order_by(*order)


def batches(
    connection: sa.Connection, table: PublishedTable, conditions: Sequence[sa.ColumnElement[bool]], size: int = BATCH
) -> Iterator[list[Row]]:
    """The rows of a table, in order, so many at a time; figures as int or float, never as decimals.

    Raises:
        ExportError: a figure is none (NaN, infinite), or a whole number has a fraction.
    """
    result = connection.execution_options(stream_results=True).execute(ordered(table, conditions))
    for part in result.partitions(size):
        columns = [
            _checked(f"{table.schema}.{table.name}.{column.name}", column.type, values)
            for column, values in zip(table.columns, zip(*part, strict=True), strict=True)
        ]
        yield list(zip(*columns, strict=True))


def _checked(where: str, kind: ColumnType, values: Sequence[Any]) -> Sequence[Any]:
    if kind == "integer":
        whole = [None if value is None else int(value) for value in values]
        if any(value != given for value, given in zip(whole, values, strict=True)):
            raise ExportError(f"{where} holds a fraction where whole numbers are declared")
        return whole
    if kind == "number":
        numbers = [None if value is None else float(value) for value in values]
        if any(value is not None and not math.isfinite(value) for value in numbers):
            raise ExportError(f"{where} holds a figure that is none (NaN or infinite); correct its model")
        return numbers
    return values


def count(connection: sa.Connection, table: PublishedTable, conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    """How many rows of a table are wanted."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(table.clause).where(*conditions)).scalar_one())
