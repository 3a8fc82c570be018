"""What is due: files to take in, partitions to withdraw, a warehouse to build; and whether the warehouse is whole.

Cheap to ask, so that a run with nothing to do says so at once. Does not belong here: doing it (`load`, and Dagster).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass

from gx_pipeline.agencies import Registry
from gx_pipeline.lake import Inventory, Lake, Partition, changed_partitions, inventory_of
from gx_pipeline.lake.files import write_atomically
from gx_pipeline.settings import Settings

_FILE = "warehouse_state.json"
_DBT_SUFFIXES = frozenset({".sql", ".yml", ".csv", ".md"})


@dataclass(frozen=True)
class Due:
    """What there is to do to bring facts and warehouse up to date with data/raw."""

    inventory: Inventory
    changed: tuple[Partition, ...]
    withdrawn: tuple[Partition, ...]
    build: bool
    everything: bool = False

    @property
    def nothing(self) -> bool:
        """Whether all is up to date."""
        return not (self.changed or self.withdrawn or self.build)


def find_due(settings: Settings, registry: Registry, *, everything: bool = False) -> Due:
    """Look through data/raw, the corrections, the lake and the warehouse's record.

    Args:
        settings: where they are.
        registry: the agencies there are.
        everything: count every file as changed.
    """
    lake = Lake(settings.lake_dir)
    inventory = inventory_of(settings, registry)
    return Due(
        inventory=inventory,
        changed=tuple(inventory.files) if everything else tuple(changed_partitions(inventory, lake, registry)),
        withdrawn=tuple(partition for partition in lake.fingerprints() if partition not in inventory.files),
        build=everything or current_state(settings, inventory) != _built_state(settings),
        everything=everything,
    )


def current_state(settings: Settings, inventory: Inventory) -> str:
    """What the warehouse depends on: the lake, the files refused by their place, the registry, the dbt project."""
    digest = hashlib.sha256((Lake(settings.lake_dir).digest() + inventory.digest).encode())
    digest.update(settings.agencies_csv.read_bytes())
    for path in sorted(settings.dbt_dir.rglob("*")):
        if path.suffix in _DBT_SUFFIXES and not {"target", "logs"} & set(path.relative_to(settings.dbt_dir).parts):
            digest.update(path.relative_to(settings.dbt_dir).as_posix().encode() + path.read_bytes())
    return json.dumps({"warehouse": settings.warehouse_url, "digest": digest.hexdigest()})


def _built_state(settings: Settings) -> str | None:
    """The state in which the warehouse was last built whole; None when there is none or its file is gone."""
    if settings.duckdb_path.exists():
        with contextlib.suppress(OSError):
            return (settings.lake_dir / _FILE).read_text("utf-8")
    return None


def remember_state(settings: Settings, inventory: Inventory) -> None:
    """Record that the warehouse is built whole from what there is now."""
    write_atomically(settings.lake_dir / _FILE, current_state(settings, inventory))


def forget_state(settings: Settings) -> None:
    """Record that the warehouse is being built: until it is whole, it counts as out of date."""
    (settings.lake_dir / _FILE).unlink(missing_ok=True)
