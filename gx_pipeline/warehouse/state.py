"""What is due: files to take in, partitions to withdraw, a warehouse to build; and how far a build has come.

Cheap to ask, so that a run with nothing to do says so at once. The record of a build is a row in the warehouse itself
(`staging.build_state`), so that it can be told of no other. Does not belong here: doing it (`load`, `publishing`, and Dagster).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

import sqlalchemy as sa

from gx_pipeline.agencies import Registry
from gx_pipeline.lake import Inventory, Lake, Partition, changed_partitions, inventory_of
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse.engine import open_warehouse, reading
from gx_pipeline.warehouse.tables import SCHEMA, table

# loaded: no model is built on what was loaded; building: dbt is at it, or was cut off; failed: dbt failed; checked: every
# model is built and no test failed since the load; published: that, and what readers have.
Status = Literal["loaded", "building", "failed", "checked", "published"]
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


@dataclass(frozen=True)
class BuildState:
    """A build's record: the digest of what it was made from, how far it has come, when it was loaded (UTC)."""

    digest: str
    status: Status
    loaded_at: dt.datetime


def find_due(settings: Settings, registry: Registry, *, everything: bool = False) -> Due:
    """Look through data/raw, the corrections, the lake and the warehouse's record.

    Args:
        settings: where they are.
        registry: the agencies there are.
        everything: count every file as changed.

    Raises:
        ConfigurationError: the warehouse cannot be opened.
    """
    lake = Lake(settings.lake_dir)
    inventory = inventory_of(settings, registry)
    return Due(
        inventory=inventory,
        changed=tuple(inventory.files) if everything else tuple(changed_partitions(inventory, lake, registry)),
        withdrawn=tuple(partition for partition in lake.fingerprints() if partition not in inventory.files),
        build=everything or current_digest(settings, inventory) != _published_digest(settings),
        everything=everything,
    )


def current_digest(settings: Settings, inventory: Inventory) -> str:
    """A digest of what the warehouse depends on: the lake, the files refused by their place, the registry, the dbt project."""
    digest = hashlib.sha256((Lake(settings.lake_dir).digest() + inventory.digest).encode())
    digest.update(settings.agencies_csv.read_bytes())
    for path in sorted(settings.dbt_dir.rglob("*")):
        if path.suffix in _DBT_SUFFIXES and not {"target", "logs"} & set(path.relative_to(settings.dbt_dir).parts):
            digest.update(path.relative_to(settings.dbt_dir).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _published_digest(settings: Settings) -> str | None:
    """What the published warehouse was made from; None where there is none, or none that is whole."""
    if settings.engine == "duckdb" and not settings.duckdb_path.exists():
        return None
    with reading(open_warehouse(settings)) as connection:
        state = read_state(connection)
    return state.digest if state and state.status == "published" else None


def read_state(connection: sa.Connection) -> BuildState | None:
    """The record of the build in this database; None where no load left one that this version can read."""
    # Asked of the information schema, since a failed query would end a transaction of PostgreSQL.
    target = table("build_state")
    known: Iterable[str] = connection.execute(
        sa.text("SELECT column_name FROM information_schema.columns WHERE table_schema = :schema AND table_name = 'build_state'"),
        {"schema": SCHEMA},
    ).scalars()
    if not {column.name for column in target.columns} <= set(known):
        return None
    row = connection.execute(sa.select(target)).one_or_none()
    return BuildState(row.digest, cast("Status", row.status), dt.datetime.fromisoformat(row.loaded_at)) if row else None


def record_load(connection: sa.Connection, digest: str) -> None:
    """Record, within the load's transaction, what is loaded: until models are built and tested on it, it is not whole."""
    target = table("build_state")
    connection.execute(target.delete())
    now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    connection.execute(target.insert().values(digest=digest, status="loaded", loaded_at=now))


def record_status(connection: sa.Connection, status: Status) -> None:
    """Record how far the build has come."""
    connection.execute(table("build_state").update().values(status=status))
