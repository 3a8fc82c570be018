"""How the warehouse is opened: SQLAlchemy engines and what dbt is told, all derived from the one URL of the settings.

A DuckDB warehouse is two files: the published one, only ever read, and the one being built beside it (`publishing`).
A PostgreSQL warehouse is one database. Does not belong here: what is written (`load`), what a build goes through.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.settings import POSTGRESQL_SCHEME, Settings

# Held by whoever writes to a PostgreSQL warehouse, for its transaction: an arbitrary number, the same in every version.
_WRITERS_LOCK = 6_220_190_049
_PASSED_ON = frozenset({"host", "port", "sslmode"})
# What is sent is UTF-8, whatever PGCLIENTENCODING says: under LATIN1 the server would take each byte of it for a letter.
_CLIENT_ENCODING = "UTF8"


def open_warehouse(settings: Settings) -> sa.Engine:
    """An engine for reading the warehouse as it is published; no connection is kept.

    Raises:
        ConfigurationError: the URL names no warehouse.
    """
    if settings.engine == "postgresql":
        return sa.create_engine(postgresql_url(settings), poolclass=NullPool, connect_args={"client_encoding": _CLIENT_ENCODING})
    return sa.create_engine(
        sa.URL.create("duckdb", database=str(settings.duckdb_path)), poolclass=NullPool, connect_args={"read_only": True}
    )


def open_building(settings: Settings) -> sa.Engine:
    """An engine for writing what is being built; no connection is kept.

    On DuckDB that is the building file, which a process has to itself while it writes; its folder is made. On PostgreSQL it
    is the warehouse itself.

    Raises:
        ConfigurationError: the URL names no warehouse.
    """
    if settings.engine == "postgresql":
        return open_warehouse(settings)
    settings.building_path.parent.mkdir(parents=True, exist_ok=True)
    return sa.create_engine(sa.URL.create("duckdb", database=str(settings.building_path)), poolclass=NullPool)


def postgresql_url(settings: Settings) -> sa.URL:
    """The complete URL of a PostgreSQL warehouse, for psycopg; what it leaves out is taken from the usual PG* variables.

    Completed here, and not by each driver by itself, so that loader and dbt cannot end up in different databases.

    Raises:
        ConfigurationError: no PostgreSQL warehouse, a URL that cannot be read, or a parameter that dbt would not get.
    """
    if settings.engine != "postgresql":
        raise ConfigurationError(f"the warehouse is {settings.warehouse_name}, no PostgreSQL database")
    unreadable = ConfigurationError(
        f"GX_WAREHOUSE_URL cannot be read as {POSTGRESQL_SCHEME}user:password@host:port/database; "
        "write @ : / ? % within user and password as %40 %3A %2F %3F %25, and no character that does not print"
    )
    try:
        url = sa.make_url(POSTGRESQL_SCHEME + settings.warehouse_url.partition("://")[2])
    except (sa.exc.ArgumentError, ValueError):
        raise unreadable from None
    # A host with an @ is half a password. A driver ends its parameters at a NUL, and would go on with another server.
    parts = (url.username, url.password, url.host, url.database, *url.query.values())
    if "@" in (url.host or "") or not all(str(part).isprintable() for part in parts):
        raise unreadable
    if unknown := sorted(set(url.query) - _PASSED_ON):
        raise ConfigurationError(
            f"GX_WAREHOUSE_URL: dbt would not get the parameter {', '.join(unknown)}; of parameters, {', '.join(sorted(_PASSED_ON))} "
            "may stand in the URL; put others into the environment (PGSSLROOTCERT and the like), which loader and dbt both read"
        )
    environment = os.environ
    host = url.host or _parameter(url, "host") or environment.get("PGHOST") or "localhost"
    port = url.port or _parameter(url, "port") or environment.get("PGPORT") or "5432"
    sslmode = _parameter(url, "sslmode") or environment.get("PGSSLMODE") or "prefer"
    if not str(port).isdigit():
        raise ConfigurationError(f"the port of the PostgreSQL warehouse is no number: {port}; check GX_WAREHOUSE_URL and PGPORT")
    return sa.URL.create(
        POSTGRESQL_SCHEME.removesuffix("://"),
        username=url.username or environment.get("PGUSER") or getpass.getuser(),
        # Without any, the driver looks into ~/.pgpass, as dbt does.
        password=url.password or environment.get("PGPASSWORD") or None,
        port=int(port),
        database=url.database or environment.get("PGDATABASE") or "gx",
        # A folder is the host of a server's socket and can only stand in the query.
        host=None if host.startswith("/") else host,
        query={"sslmode": sslmode} | ({"host": host} if host.startswith("/") else {}),
    )


def _parameter(url: sa.URL, name: str) -> str | None:
    value = url.query.get(name)
    return value if isinstance(value, str) else value[0] if value else None


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The environment variables that lead dbt (`dbt/profiles.yml`) to what is being built.

    Raises:
        ConfigurationError: the URL names no warehouse.
    """
    if settings.engine == "duckdb":
        return {"GX_DBT_TARGET": "duckdb", "GX_DUCKDB_PATH": str(settings.building_path)}
    url = postgresql_url(settings)
    return {
        "GX_DBT_TARGET": "postgres",
        "GX_POSTGRES_HOST": url.host or _parameter(url, "host") or "",
        "GX_POSTGRES_PORT": str(url.port),
        "GX_POSTGRES_USER": url.username or "",
        "GX_POSTGRES_DATABASE": url.database or "",
        "GX_POSTGRES_SSLMODE": _parameter(url, "sslmode") or "",
        # dbt hides the values of variables with this prefix.
        "DBT_ENV_SECRET_GX_POSTGRES_PASSWORD": url.password or "",
        "PGCLIENTENCODING": _CLIENT_ENCODING,
    }


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that only reads.

    Raises:
        ConfigurationError: the warehouse cannot be opened.
    """
    with _connected(engine) as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction on the warehouse: committed as a whole or not at all, and the only one at a time.

    Raises:
        ConfigurationError: the warehouse cannot be opened, or another process writes to it.
    """
    with _connected(engine) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            free: bool = connection.execute(
                sa.text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK}
            ).scalar_one()
            if not free:
                raise ConfigurationError(f"another process is writing to {_named(engine)}; let it finish and run again")
        yield connection


@contextmanager
def _connected(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        raise _unusable(engine, error, "cannot be reached") from None
    with connection:
        try:
            yield connection
        except sa.exc.OperationalError as error:
            # A server that went away, a page of a file that is damaged, a disk that is full.
            raise _unusable(engine, error, "broke off") from error


def _unusable(engine: sa.Engine, error: sa.exc.OperationalError, what: str) -> ConfigurationError:
    reason = " ".join(str(error.orig).split())
    if engine.dialect.name == "postgresql":
        return ConfigurationError(
            f"the warehouse {_named(engine)} {what}: {reason}. Check GX_WAREHOUSE_URL and the server; "
            "`make run-postgres` starts one of its own where none is named"
        )
    if "set lock" in reason:
        return ConfigurationError(f"another process has {engine.url.database} open; close it and run again")
    return ConfigurationError(
        f"{engine.url.database} cannot be opened or read: {reason}. If it is damaged or no warehouse, delete it (of a file in "
        "building/, the published one as well, whose copy it is): the warehouse is built anew from what was taken in"
    )


def _named(engine: sa.Engine) -> str:
    url = engine.url
    host = url.host or _parameter(url, "host")
    return f"postgresql://{url.username}@{host}:{url.port}/{url.database}"
