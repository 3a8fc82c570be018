"""Where things lie: the data folder and the warehouse, from two environment variables with defaults for a checkout.

Read when asked for, never at import. Does not belong here: any other configuration.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gx_pipeline.errors import ConfigurationError

CHECKOUT = Path(__file__).resolve().parent.parent
DUCKDB_SCHEME = "duckdb:///"


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
    def duckdb_path(self) -> Path:
        """The DuckDB file of the warehouse.

        Raises:
            ConfigurationError: the URL names another database.
        """
        if not self.warehouse_url.startswith(DUCKDB_SCHEME):
            scheme = self.warehouse_url.partition(":")[0]
            raise ConfigurationError(
                f"GX_WAREHOUSE_URL names {scheme}; the warehouse is a DuckDB file: duckdb:////folder/gx.duckdb"
            )
        return Path(self.warehouse_url.removeprefix(DUCKDB_SCHEME)).resolve()


def default_warehouse_url(data_dir: Path) -> str:
    """The warehouse that belongs to a data folder."""
    return f"{DUCKDB_SCHEME}{data_dir / 'warehouse' / 'gx.duckdb'}"
