"""The one resource: where data and warehouse are, and the objects of the rooms below opened on them."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from gx_pipeline.agencies import Registry
from gx_pipeline.lake import Inventory, Lake, inventory_of
from gx_pipeline.settings import Settings, default_warehouse_url


class Workplace(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Data folder and warehouse. Left empty, `GX_DATA_DIR` and `GX_WAREHOUSE_URL` or their defaults hold when a run starts."""

    data_dir: str = ""
    warehouse_url: str = ""

    @property
    def settings(self) -> Settings:
        """The settings in force for this run."""
        found = Settings.from_environment()
        if not self.data_dir:
            return Settings(found.data_dir, self.warehouse_url or found.warehouse_url)
        data_dir = Path(self.data_dir).resolve()
        return Settings(data_dir, self.warehouse_url or default_warehouse_url(data_dir))

    @property
    def lake(self) -> Lake:
        """The files between the stages."""
        return Lake(self.settings.lake_dir)

    def registry(self) -> Registry:
        """The agencies, read anew: an edited registry counts at once, new ids once the code location is reloaded."""
        return Registry.read(self.settings.agencies_csv)

    def inventory(self, registry: Registry) -> Inventory:
        """What lies under data/raw, with the corrections, both read anew."""
        return inventory_of(self.settings, registry)
