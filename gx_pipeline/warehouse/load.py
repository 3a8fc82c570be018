"""Loading the facts into the warehouse: changed partitions replaced, vanished ones removed, in one transaction.

A load that dies leaves the state before it. Loading the same facts again changes nothing. Does not belong here: the
models that analysts query (`dbt/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gx_pipeline.agencies import Registry
from gx_pipeline.facts import FRAMES
from gx_pipeline.lake import Inventory, Lake, Partition
from gx_pipeline.lake.series import PREFIX
from gx_pipeline.warehouse.engine import writing
from gx_pipeline.warehouse.tables import SCHEMA, metadata, table

BATCH = 500


@dataclass(frozen=True)
class Loaded:
    """What a load did: partitions written and removed, rows now in each table."""

    written: tuple[Partition, ...]
    removed: tuple[Partition, ...]
    rows: dict[str, int] = field(default_factory=dict)


def load(
    engine: sa.Engine,
    lake: Lake,
    registry: Registry,
    inventory: Inventory,
    progress: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Bring the loaded tables to what the lake holds.

    Args:
        engine: the warehouse; only one process may write a DuckDB file, and none may read it meanwhile.
        lake: the facts.
        registry: the agencies.
        inventory: what lies under data/raw, for the files that belong to no partition.
        progress: called with the number of partitions written so far.
    """
    facts = lake.fact_digests()
    with writing(engine) as connection:
        prepare(connection)
        marks: Iterable[Any] = connection.execute(sa.select(table("loaded_partitions")))
        loaded = {Partition(int(year), str(agency_id)): str(mark) for year, agency_id, mark in marks}
        changed = [partition for partition, mark in facts.items() if loaded.get(partition) != mark]
        removed = [partition for partition in loaded if partition not in facts]
        _delete(connection, [*(partition for partition in changed if partition in loaded), *removed])
        for start in range(0, len(changed), BATCH):
            part = changed[start : start + BATCH]
            _insert(connection, lake, part, facts)
            progress(start + len(part))
        _replace_small(connection, lake, registry, inventory)
        rows = {
            name: connection.execute(sa.select(sa.func.count()).select_from(table(name))).scalar_one()
            for name in (*FRAMES, "agencies", "refusals")
        }
    return Loaded(tuple(changed), tuple(removed), rows)


def prepare(connection: sa.Connection) -> None:
    """Create the loaded tables; drop them first where an earlier version of the project made them with other columns."""
    connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    # The information schema instead of SQLAlchemy's inspector: reflection of columns does not work on DuckDB.
    present: dict[str, list[str]] = {}
    columns: Iterable[Any] = connection.execute(
        sa.text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = :schema ORDER BY ordinal_position"
        ),
        {"schema": SCHEMA},
    )
    for name, column in columns:
        present.setdefault(name, []).append(column)
    for known in metadata().sorted_tables:
        if known.name in present and present[known.name] != [column.name for column in known.columns]:
            for stale in metadata().sorted_tables:
                connection.execute(sa.text(f"DROP TABLE IF EXISTS {SCHEMA}.{stale.name} CASCADE"))
            break
    metadata().create_all(connection)


def _delete(connection: sa.Connection, partitions: Iterable[Partition]) -> None:
    for year, agency_id in partitions:
        for name in (*FRAMES, "loaded_partitions"):
            target = table(name)
            connection.execute(target.delete().where(target.c.year == year, target.c.agency_id == agency_id))


def _insert(connection: sa.Connection, lake: Lake, partitions: Sequence[Partition], facts: dict[Partition, str]) -> None:
    for name in FRAMES:
        _append(connection, name, pd.concat([lake.read_frame(partition, name) for partition in partitions], ignore_index=True))
    marks = [(*partition, facts[partition]) for partition in partitions]
    _append(connection, "loaded_partitions", pd.DataFrame(marks, columns=["year", "agency_id", "digest"]))


def _replace_small(connection: sa.Connection, lake: Lake, registry: Registry, inventory: Inventory) -> None:
    """Replace what is made over all partitions at once: agencies, refusals, findings that span years."""
    agencies = [
        {
            "agency_id": agency.agency_id,
            "name": agency.name,
            "short_names": ";".join(agency.short_names),
            "place_code": agency.place_code,
            "place": agency.place,
            "place_aliases": ";".join(agency.place_aliases),
            "level": agency.level,
            "kind": agency.kind,
            "function": agency.function,
            "valid_from": agency.valid_from,
            "valid_to": agency.valid_to,
            "predecessors": ";".join(agency.predecessors),
        }
        for agency in registry.agencies
    ]
    refusals = [
        (partition.year, partition.agency_id, refused.relative, refused.code, refused.message)
        for partition, refused in lake.refusals().items()
    ] + [(problem.year, problem.agency_id, problem.relative, problem.code, problem.message) for problem in inventory.problems]
    for name, frame in (
        ("agencies", pd.DataFrame(agencies, columns=[column.name for column in table("agencies").columns])),
        (
            "refusals",
            pd.DataFrame(refusals, columns=[column.name for column in table("refusals").columns]).astype({"year": "Int64"}),
        ),
    ):
        connection.execute(table(name).delete())
        _append(connection, name, frame)
    findings = table("findings")
    connection.execute(findings.delete().where(findings.c.finding_id.startswith(PREFIX)))
    _append(connection, "findings", lake.read_series_findings())


def _append(connection: sa.Connection, name: str, frame: pd.DataFrame) -> None:
    """Append a frame to a table within the transaction: DuckDB reads the frame itself, in bulk."""
    if frame.empty:
        return
    target = table(name)
    columns = ", ".join(f'"{column.name}"' for column in target.columns)
    view = f"appended_{name}"
    duckdb: Any = connection.connection.driver_connection
    duckdb.register(view, frame)
    try:
        connection.execute(sa.text(f"INSERT INTO {SCHEMA}.{name} ({columns}) SELECT {columns} FROM {view}"))  # noqa: S608
    finally:
        duckdb.unregister(view)
