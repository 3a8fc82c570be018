"""Appending frames to tables in bulk, each engine in its own way: DuckDB scans the frame, PostgreSQL takes it by COPY.

Does not belong here: what is appended, and when (`load`).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa

from gx_pipeline.errors import GxError

_ROWS_A_PIECE = 20_000
_ARROW: dict[type[sa.types.TypeEngine[Any]], pa.DataType] = {
    sa.Text: pa.string(),
    sa.Boolean: pa.bool_(),
    sa.Integer: pa.int32(),
    sa.BigInteger: pa.int64(),
    sa.Double: pa.float64(),
    sa.Date: pa.date32(),
}


def append(connection: sa.Connection, target: sa.Table, frame: pd.DataFrame) -> None:
    """Append a frame to a table, within the transaction; every column of the table must be in the frame.

    Text arrives byte for byte, a missing value as NULL and an empty text as an empty text.

    Raises:
        GxError: a value that the column's type cannot hold, or text with a NUL, which PostgreSQL cannot store.
    """
    if frame.empty:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, target, frame)
    else:
        _scan(connection, target, frame)


def _scan(connection: sa.Connection, target: sa.Table, frame: pd.DataFrame) -> None:
    view = f"appended_{target.name}"
    duckdb: Any = connection.connection.driver_connection
    duckdb.register(view, frame)
    try:
        columns = _columns(target)
        connection.execute(sa.text(f"INSERT INTO {_name(target)} ({columns}) SELECT {columns} FROM {view}"))  # noqa: S608
    finally:
        duckdb.unregister(view)


def _copy(connection: sa.Connection, target: sa.Table, frame: pd.DataFrame) -> None:
    # CSV in which every text is quoted and NULL is not: the one of COPY's formats that Arrow writes whole columns of at once.
    schema = pa.schema([(column.name, _ARROW[type(column.type)]) for column in target.columns])
    options = pa.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    psycopg: Any = connection.connection.driver_connection
    try:
        rows = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
        with (
            psycopg.cursor() as cursor,
            cursor.copy(f"COPY {_name(target)} ({_columns(target)}) FROM STDIN (FORMAT csv)") as copy,
        ):
            for piece in rows.to_batches(max_chunksize=_ROWS_A_PIECE):
                buffer = pa.BufferOutputStream()
                pa.csv.write_csv(pa.Table.from_batches([piece]), buffer, options)
                copy.write(memoryview(buffer.getvalue()))
    except (pa.ArrowInvalid, pa.ArrowTypeError, _data_error()) as error:
        raise GxError(f"{target.name} cannot be loaded into PostgreSQL: {' '.join(str(error).split())[:500]}") from error


def _data_error() -> type[Exception]:
    """The error of psycopg about values; imported when asked for, since most warehouses are DuckDB files."""
    from psycopg import DataError

    return DataError


def _columns(target: sa.Table) -> str:
    return ", ".join(f'"{column.name}"' for column in target.columns)


def _name(target: sa.Table) -> str:
    return f"{target.schema}.{target.name}" if target.schema else target.name
