"""The SQLAlchemy engine of the warehouse."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gx_pipeline.settings import Settings


def open_warehouse(settings: Settings) -> sa.Engine:
    """An engine on the warehouse; the folder of its file is made.

    No connection is kept: a DuckDB file admits one process while it is written, so it is let go after each use.

    Raises:
        ConfigurationError: the URL names no DuckDB file.
    """
    settings.duckdb_path.parent.mkdir(parents=True, exist_ok=True)
    return sa.create_engine(settings.warehouse_url, poolclass=NullPool)
