"""The SQLAlchemy engine of the warehouse."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gx_pipeline.settings import Settings


def open_warehouse(settings: Settings) -> sa.Engine:
    """An engine on the warehouse; its folder is made when it is a file.

    No connection is kept: a DuckDB file admits one process while it is written, so it is let go after each use.
    """
    path = settings.duckdb_path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    return sa.create_engine(settings.warehouse_url, poolclass=NullPool)
