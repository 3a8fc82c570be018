"""The SQLAlchemy engine of the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.settings import Settings


def open_warehouse(settings: Settings) -> sa.Engine:
    """An engine on the warehouse; the folder of its file is made.

    No connection is kept: a DuckDB file admits one process while it is written, so it is let go after each use.

    Raises:
        ConfigurationError: the URL names no DuckDB file.
    """
    settings.duckdb_path.parent.mkdir(parents=True, exist_ok=True)
    return sa.create_engine(settings.warehouse_url, poolclass=NullPool)


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction on the warehouse: committed as a whole or not at all.

    Raises:
        ConfigurationError: another process has the DuckDB file open.
    """
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        if "lock" in str(error):
            raise ConfigurationError(f"another process has {engine.url.database} open; close it and run again") from None
        raise
    with connection, connection.begin():
        yield connection
