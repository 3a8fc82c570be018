"""Where things lie: the data folder and the warehouse, from two environment variables with defaults for a checkout.

Read when asked for, never at import. Does not belong here: any other configuration; opening a database (`warehouse`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gx_pipeline.errors import ConfigurationError

CHECKOUT = Path(__file__).resolve().parent.parent
DUCKDB_SCHEME = "duckdb:///"
POSTGRESQL_SCHEME = "postgresql+psycopg://"
Engine = Literal["duckdb", "postgresql"]
# DuckDB takes the stem of the file for the name of the database, and cannot tell that from one of these.
_TAKEN_STEMS = frozenset({"staging", "core", "marts", "main", "system", "temp", "memory"})  # in whatever case


@dataclass(frozen=True)
class Settings:
    """Folder of the data (`GX_DATA_DIR`) and SQLAlchemy URL of the warehouse (`GX_WAREHOUSE_URL`)."""

    data_dir: Path
    warehouse_url: str

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings now in force; by default data/ and data/warehouse/gx.duckdb of this checkout."""
        data_dir = Path(os.environ.get("GX_DATA_DIR") or CHECKOUT / "data").resolve()
        return cls(data_dir, os.environ.get("GX_WAREHOUSE_URL") or default_warehouse_url(data_dir))

    @property
    def raw_dir(self) -> Path:
        """The published files: <year>/<agency_id>/<one file>."""
        return self.data_dir / "raw"

    @property
    def lake_dir(self) -> Path:
        """What the stages made, one small file a partition."""
        return self.data_dir / "lake"

    @property
    def data_docs_dir(self) -> Path:
        """The site of Great Expectations' Data Docs."""
        return self.data_dir / "quality" / "data_docs"

    @property
    def agencies_csv(self) -> Path:
        """The registry of agencies."""
        return self.data_dir / "agencies.csv"

    @property
    def corrections_yml(self) -> Path:
        """The corrections of published figures; the file need not be there."""
        return self.data_dir / "corrections.yml"

    @property
    def dbt_dir(self) -> Path:
        """The dbt project of this checkout."""
        return CHECKOUT / "dbt"

    @property
    def engine(self) -> Engine:
        """The database that holds the warehouse, told by the URL's scheme.

        Raises:
            ConfigurationError: the URL has another scheme.
        """
        if self.warehouse_url.startswith(DUCKDB_SCHEME):
            return "duckdb"
        if self.warehouse_url.startswith((POSTGRESQL_SCHEME, "postgresql://")):
            return "postgresql"
        scheme = self.warehouse_url.partition(":")[0] if "://" in self.warehouse_url else "no scheme"
        raise ConfigurationError(
            f"GX_WAREHOUSE_URL names {scheme}; the warehouse is a DuckDB file (duckdb:////folder/gx.duckdb) or a PostgreSQL "
            f"database ({POSTGRESQL_SCHEME}user:password@host:port/database)"
        )

    @property
    def warehouse_name(self) -> str:
        """The warehouse as messages, logs and metadata name it: the file, or the URL without password."""
        if self.engine == "duckdb":
            return str(self.duckdb_path)
        # Greedy on purpose: a password that holds an @ or a ? unescaped is hidden as well.
        return re.sub(r"//([^:@/]*):.*@", r"//\1@", self.warehouse_url, flags=re.DOTALL).partition("?")[0]

    @property
    def duckdb_path(self) -> Path:
        """The published DuckDB file: whole at any time, never written to.

        Raises:
            ConfigurationError: the URL names another database, or a file that DuckDB cannot take for a warehouse.
        """
        if self.engine != "duckdb":
            raise ConfigurationError(f"the warehouse is {self.warehouse_name}, no DuckDB file: set GX_WAREHOUSE_URL to one")
        name = self.warehouse_url.removeprefix(DUCKDB_SCHEME)
        path = Path(name)
        if not name or "?" in name or name == ":memory:" or path.stem.lower() in _TAKEN_STEMS:
            raise ConfigurationError(
                f"GX_WAREHOUSE_URL: {name or 'no file'} cannot be the warehouse's file; name one like duckdb:////folder/gx.duckdb, "
                f"without parameters and not called {', '.join(sorted(_TAKEN_STEMS))}"
            )
        return path.resolve()

    @property
    def building_path(self) -> Path:
        """The DuckDB file that is being built; of the same stem as the published one, since views carry it as catalog."""
        published = self.duckdb_path
        return published.parent / "building" / published.name


def default_warehouse_url(data_dir: Path) -> str:
    """The warehouse that belongs to a data folder."""
    return f"{DUCKDB_SCHEME}{data_dir / 'warehouse' / 'gx.duckdb'}"
