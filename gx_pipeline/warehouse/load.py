"""Loading the facts into the warehouse: changed partitions replaced, vanished ones removed, in one transaction.

A load that dies leaves the state before it. Loading the same facts again changes nothing. Does not belong here: how rows
travel (`bulk`), which file is loaded (`publishing`), the models that analysts query (`dbt/`).
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
from gx_pipeline.warehouse.access import prepare_database
from gx_pipeline.warehouse.bulk import append
from gx_pipeline.warehouse.engine import writing
from gx_pipeline.warehouse.state import record_load
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
    *,
    digest: str = "",
) -> Loaded:
    """Bring the loaded tables to what the lake holds.

    Args:
        engine: what is being built (`open_building`).
        lake: the facts.
        registry: the agencies.
        inventory: what lies under data/raw, for the files that belong to no partition.
        progress: called with the number of partitions written so far.
        digest: what the warehouse is built from (`state.current_digest`), as it was before the lake was read; without it, the
            build will not be known as up to date.

    Raises:
        ConfigurationError: the warehouse cannot be opened or prepared, or another process writes to it.
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
        record_load(connection, digest)
        if (changed or removed) and connection.dialect.name == "postgresql":
            # Or the planner of the models to come would take the tables to be empty.
            for name in FRAMES:
                connection.execute(sa.text(f"ANALYZE {SCHEMA}.{name}"))
        rows = {
            name: connection.execute(sa.select(sa.func.count()).select_from(table(name))).scalar_one()
            for name in (*FRAMES, "agencies", "refusals", "report_files")
        }
    return Loaded(tuple(changed), tuple(removed), rows)


def prepare(connection: sa.Connection) -> None:
    """Create the loaded tables; drop them first where an earlier version of the project made them with other columns."""
    if connection.dialect.name == "postgresql":
        prepare_database(connection)
    else:
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
            for stale in metadata().sorted_tables:  # with the views that dbt made on them
                connection.execute(sa.text(f"DROP TABLE IF EXISTS {SCHEMA}.{stale.name} CASCADE"))
            break
    metadata().create_all(connection)


def _delete(connection: sa.Connection, partitions: Sequence[Partition]) -> None:
    """Remove what is loaded of some partitions: all of them by one pass over each table."""
    if not partitions:
        return
    leaving = sa.Table(
        "leaving_partitions",
        sa.MetaData(),
        sa.Column("year", sa.Integer),
        sa.Column("agency_id", sa.Text),
        prefixes=["TEMPORARY"],
    )
    leaving.create(connection)
    append(connection, leaving, pd.DataFrame(partitions, columns=["year", "agency_id"]))
    for name in (*FRAMES, "loaded_partitions"):
        target = table(name)
        same = sa.and_(leaving.c.year == target.c.year, leaving.c.agency_id == target.c.agency_id)
        connection.execute(target.delete().where(sa.exists().where(same)))
    leaving.drop(connection)


def _insert(connection: sa.Connection, lake: Lake, partitions: Sequence[Partition], facts: dict[Partition, str]) -> None:
    for name in FRAMES:
        columns = [column.name for column in table(name).columns]
        append(connection, table(name), lake.read_frames(partitions, name, columns))
    marks = [(*partition, facts[partition]) for partition in partitions]
    append(connection, table("loaded_partitions"), pd.DataFrame(marks, columns=["year", "agency_id", "digest"]))


def _replace_small(connection: sa.Connection, lake: Lake, registry: Registry, inventory: Inventory) -> None:
    """Replace what is made over all partitions at once: agencies, refusals, files taken in, findings that span years."""
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
    files = [
        (*partition, position, sha256)
        for partition in lake.fact_fingerprints()
        for position, sha256 in enumerate(lake.read_files_taken_in(partition), start=1)
    ]
    for name, frame in (
        ("report_files", pd.DataFrame(files, columns=[column.name for column in table("report_files").columns])),
        ("agencies", pd.DataFrame(agencies, columns=[column.name for column in table("agencies").columns])),
        (
            "refusals",
            pd.DataFrame(refusals, columns=[column.name for column in table("refusals").columns]).astype({"year": "Int64"}),
        ),
    ):
        connection.execute(table(name).delete())
        append(connection, table(name), frame)
    findings = table("findings")
    connection.execute(findings.delete().where(findings.c.finding_id.startswith(PREFIX)))
    append(connection, findings, lake.read_series_findings())
