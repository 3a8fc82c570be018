"""Data folders for tests: a copy of the shipped registry and samples in a place of its own, and what tests do with them."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from gx_pipeline.agencies import Registry
from gx_pipeline.lake import Inventory, Lake, inventory_of
from gx_pipeline.lake.series import find_series_findings
from gx_pipeline.lake.stages import Outcome, run_stages
from gx_pipeline.settings import CHECKOUT, Settings, default_warehouse_url
from gx_pipeline.warehouse import (
    Loaded,
    building_models,
    current_digest,
    dbt_environment,
    load,
    open_building,
    publish,
    start_building,
)
from gx_pipeline.warehouse.engine import writing
from gx_pipeline.warehouse.state import record_status

SHIPPED = CHECKOUT / "data"


@dataclass(frozen=True)
class Place:
    """A data folder with its settings and registry."""

    settings: Settings
    registry: Registry

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake_dir)

    def inventory(self) -> Inventory:
        return inventory_of(self.settings, self.registry)

    def correct(self, *entries: dict[str, Any]) -> None:
        """Write the file of corrections; fields that make no difference may be left out."""
        common = {"reason": "The agency says so.", "reference": "letter of 3 March", "date": dt.date(2026, 3, 10)}
        self.settings.corrections_yml.write_text(yaml.safe_dump([common | entry for entry in entries]), "utf-8")

    def report(self, year: int, agency_id: str) -> Path:
        return next(self.settings.raw_dir.glob(f"{year}/{agency_id}/report.[th]*"))

    def take_in(self) -> list[Outcome]:
        return list(run_stages(self.inventory().files.values(), self.settings.data_dir, self.lake, self.registry))

    def load(self) -> Loaded:
        """Load into what is being built, which on DuckDB is the copy that is there."""
        start_building(self.settings, anew=False)
        inventory = self.inventory()
        digest = current_digest(self.settings, inventory)
        return load(open_building(self.settings), self.lake, self.registry, inventory, digest=digest)

    def publish_without_models(self) -> None:
        """Let what is loaded count as published, without the time that dbt takes: for tests that ask what is due."""
        with writing(open_building(self.settings)) as connection:
            record_status(connection, "published")
        self.settings.building_path.replace(self.settings.duckdb_path)

    def build(self) -> None:
        """Take in, load and let dbt make core and marts, without its tests; a warehouse as analysts get it."""
        self.take_in()
        self.find_series()
        self.load()
        dbt = Path(sys.executable).with_name("dbt")
        leave_out = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
        project = ("--project-dir", str(self.settings.dbt_dir), "--profiles-dir", str(self.settings.dbt_dir))
        target = ("--target-path", str(self.settings.data_dir / "dbt_target"))
        with building_models(self.settings, every=True):
            subprocess.run(
                [str(dbt), "--quiet", "build", *leave_out, *project, *target],
                env=os.environ | dbt_environment(self.settings),
                check=True,
            )
        publish(self.settings)

    def find_series(self) -> None:
        self.lake.write_series_findings(find_series_findings(self.lake, self.registry))


def make_place(folder: Path) -> Place:
    """A copy of the shipped registry and sample reports, nothing made of them yet."""
    shutil.copytree(SHIPPED / "raw", folder / "raw")
    shutil.copy(SHIPPED / "agencies.csv", folder / "agencies.csv")
    return place_of(folder)


def place_of(folder: Path) -> Place:
    """The place of a data folder that is there."""
    return Place(Settings(folder, default_warehouse_url(folder)), Registry.read(folder / "agencies.csv"))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first of pytest's workers to ask makes, for all of them; `make` is given the folder to create."""
    shared = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    folder, done = shared / name / "data", shared / name / "done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            assert not folder.exists(), f"{name} could not be made; the first test that asked for it says why"
            make(folder)
            done.touch()
    return folder


def copy_place(made: Place, folder: Path, warehouse_url: str | None = None) -> Place:
    """A place like another, lake included, to be changed freely; on another warehouse, if one is named."""
    shutil.copytree(made.settings.data_dir, folder)
    return Place(Settings(folder, warehouse_url or default_warehouse_url(folder)), made.registry)
