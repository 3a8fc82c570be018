"""A build, from its start to the warehouse that readers have.

DuckDB: everything is written to a file beside the published one, which begins as a copy of it and takes its place by an
atomic rename, once every model is built and no test failed. So a reader has a whole warehouse at any time and needs no
lock; a build that fails leaves its file for inspection. PostgreSQL: dbt replaces each table in a transaction of its own;
publishing gives the reading role its rights. Does not belong here: loading (`load`), the record of a build (`state`).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from gx_pipeline.errors import ConfigurationError, NotPublishable
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse.access import SCHEMAS, reader_notes
from gx_pipeline.warehouse.dependents import keep_views, view_notes
from gx_pipeline.warehouse.engine import open_building, reading, writing
from gx_pipeline.warehouse.state import read_state, record_status


@dataclass(frozen=True)
class Published:
    """What was published.

    Attributes:
        name: the file, or the URL without password.
        size_bytes: of the file, or of the database.
        rows: by schema and table, of every table and view of staging, core and marts.
        seconds: since the load began to be built upon.
        notes: what an administrator should know; empty where all is well.
    """

    name: str
    size_bytes: int
    rows: dict[str, int]
    seconds: float
    notes: tuple[str, ...] = ()


@contextmanager
def building_anew(settings: Settings) -> Iterator[sa.Engine]:
    """While open, a load may write to what is being built, by the engine given; on DuckDB it begins as a copy of the published file.

    Raises:
        ConfigurationError: another process builds, or writes to the published file.
    """
    with _alone(settings):
        start_building(settings, anew=True)
        engine = open_building(settings)
        # The load drops what an earlier version loaded with other columns.
        _keep_views(engine, settings)
        yield engine


def _keep_views(engine: sa.Engine, settings: Settings) -> None:
    if settings.engine == "postgresql":
        with reading(engine) as connection:
            keep_views(connection, settings, {path.stem for path in (settings.dbt_dir / "models").rglob("*.sql")})


def start_building(settings: Settings, *, anew: bool) -> None:
    """See to it that there is something to build on; on PostgreSQL there always is.

    Args:
        settings: where the warehouse is.
        anew: start from a copy of the published file, also where a build was left unfinished.

    Raises:
        ConfigurationError: another process writes to the published file, or was cut off while it did.
    """
    if settings.engine != "duckdb":
        return
    published, building = settings.duckdb_path, settings.building_path
    if building.exists() and not anew:
        return
    building.parent.mkdir(parents=True, exist_ok=True)
    _write_ahead_log(building).unlink(missing_ok=True)
    building.unlink(missing_ok=True)
    if published.exists():
        copied = building.with_name(f".{building.name}.copied")
        with _nobody_writing(published):
            shutil.copyfile(published, copied)
        copied.replace(building)


@contextmanager
def building_models(settings: Settings, *, every: bool) -> Iterator[None]:
    """While open, dbt builds models and runs their tests; how that ended is recorded in what is being built.

    Args:
        settings: where the warehouse is.
        every: whether it is about all models and tests. Only that makes a load publishable; some models alone leave things as
            publishable as they were.

    Raises:
        ConfigurationError: the warehouse cannot be opened, nothing is loaded, or another process builds.
        NotPublishable: another load was made meanwhile.
    """
    with _alone(settings):
        start_building(settings, anew=False)
        engine = open_building(settings)
        _keep_views(engine, settings)
        with writing(engine) as connection:
            before = read_state(connection)
            if before is None:
                raise ConfigurationError(
                    f"nothing is loaded into {settings.warehouse_name}: run the job build_warehouse as a whole"
                )
            record_status(connection, "building")
        try:
            yield
        except BaseException:
            with writing(engine) as connection:
                record_status(connection, "failed")
            raise
        whole = every or before.status in ("checked", "published")
        with writing(engine) as connection:
            now = read_state(connection)
            # On PostgreSQL nothing else keeps another process from loading while dbt is at work.
            if now is None or (now.status, now.loaded_at) != ("building", before.loaded_at):
                raise NotPublishable(f"{settings.warehouse_name}: another build began while the models were built; run it again")
            record_status(connection, "checked" if whole else before.status)


def publish(settings: Settings, before_swap: Callable[[Path | None, Path], None] = lambda _old, _new: None) -> Published:
    """Give readers what was built.

    Args:
        settings: where the warehouse is.
        before_swap: DuckDB only; called with the published file (None where there is none) and the file that is about to take
            its place, both closed and whole: the moment to compare them.

    Raises:
        NotPublishable: the models are not all built, a test failed, or a mart is not there.
        ConfigurationError: the warehouse cannot be opened, or another process writes to it.
    """
    if settings.engine == "postgresql":
        return _publish_database(settings)
    with _alone(settings):
        return _publish_file(settings, before_swap)


def _publish_file(settings: Settings, before_swap: Callable[[Path | None, Path], None]) -> Published:
    building, published = settings.building_path, settings.duckdb_path
    if not building.exists():
        raise NotPublishable(f"{building} is not there: nothing was built since {published} was published; run build_warehouse")
    engine = open_building(settings)
    with writing(engine) as connection:
        loaded_at, rows = _checked(connection, settings)
        record_status(connection, "published")
    with reading(engine) as connection:
        connection.execute(sa.text("CHECKPOINT"))
    engine.dispose()
    if _write_ahead_log(building).exists():
        raise NotPublishable(f"{_write_ahead_log(building)} is still there: another process has the file open; close it")
    before_swap(published if published.exists() else None, building)
    _swap(building, published)
    return Published(settings.warehouse_name, published.stat().st_size, rows, _seconds_since(loaded_at))


def _publish_database(settings: Settings) -> Published:
    engine = open_building(settings)
    with writing(engine) as connection:
        loaded_at, rows = _checked(connection, settings)
        notes = (*reader_notes(connection), *view_notes(connection, settings))
        record_status(connection, "published")
        size: int = connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one()
    return Published(settings.warehouse_name, size, rows, _seconds_since(loaded_at), notes)


def _checked(connection: sa.Connection, settings: Settings) -> tuple[dt.datetime, dict[str, int]]:
    """When the build was loaded and the rows of its tables, each of which is read, if it may be published."""
    state = read_state(connection)
    if state is None or state.status not in ("checked", "published"):
        what = {
            "failed": "a model or a test of dbt failed",
            "building": "dbt is at work on it or was cut off",
        }.get(state.status if state else "", "the models were not all built and tested since the load")
        where = settings.building_path if settings.engine == "duckdb" else settings.warehouse_name
        raise NotPublishable(f"{where} may not be published: {what}; run build_warehouse again")
    tables: Sequence[Any] = connection.execute(
        sa.text(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN :schemas ORDER BY 1, 2"
        ).bindparams(sa.bindparam("schemas", expanding=True)),
        {"schemas": list(SCHEMAS)},
    ).all()
    expected = {path.stem for path in (settings.dbt_dir / "models" / "marts").glob("*.sql")}
    if missing := sorted(expected - {name for schema, name in tables if schema == "marts"}):
        raise NotPublishable(f"the marts {', '.join(missing)} are not there; run build_warehouse as a whole")
    rows = {}
    for schema, name in tables:
        # Every column of what analysts read is read, so that a page that cannot be is found here and not by them.
        deep = ", count(columns(*))" if connection.dialect.name == "duckdb" and schema != "staging" else ""
        rows[f"{schema}.{name}"] = int(
            connection.execute(sa.text(f'SELECT count(*){deep} FROM "{schema}"."{name}"')).one()[0]  # noqa: S608
        )
    return state.loaded_at, rows


def _swap(building: Path, published: Path) -> None:
    """Let the file take the published one's place, so that not even a power cut leaves half of it under the name."""
    with building.open("rb") as file:
        os.fsync(file.fileno())
    if published.exists():
        with _nobody_writing(published):
            pass
    building.replace(published)
    folder = os.open(published.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _nobody_writing(published: Path) -> Iterator[None]:
    """While open, no other process can begin to write to the published file; that one did is an error."""
    log = _write_ahead_log(published)
    if log.exists():
        raise ConfigurationError(
            f"{log} lies beside the published warehouse: another process writes to {published.name}, or was cut off while it did. "
            "Close it; if it is gone, delete both files: the warehouse is built anew from what was taken in"
        )
    try:
        connection = duckdb.connect(str(published), read_only=True)
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise ConfigurationError(
                f"{published} cannot be opened: {' '.join(str(error).split())}; delete it and run again"
            ) from error
        raise ConfigurationError(f"another process has {published} open for writing; close it and run again") from None
    with connection:
        yield


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """While open, no other process of the pipeline touches the building file; one that does so already is an error."""
    if settings.engine != "duckdb":
        yield
        return
    settings.building_path.parent.mkdir(parents=True, exist_ok=True)
    with (settings.building_path.parent / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"another process is building {settings.warehouse_name}; let it finish and run again"
            ) from None
        yield


def _write_ahead_log(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _seconds_since(loaded_at: dt.datetime) -> float:
    return (dt.datetime.now(dt.UTC) - loaded_at).total_seconds()
