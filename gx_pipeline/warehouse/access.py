"""Who may read a PostgreSQL warehouse: the schemas, and the role `gx_reader`, which sees the marts and nothing else.

A DuckDB file has no roles; who may read the file may read all of it. Does not belong here: people's own roles, which an
administrator makes members of `gx_reader` (`GRANT gx_reader TO ...`).
"""

from __future__ import annotations

import sqlalchemy as sa

from gx_pipeline.errors import ConfigurationError

READER = "gx_reader"
SCHEMAS = ("staging", "core", "marts")


def prepare_database(connection: sa.Connection) -> None:
    """Create the schemas and the role where they are not there, and let the role read every table that marts will hold.

    Where the role may not be created, the warehouse is built without it; `reader_notes` says so.

    Raises:
        ConfigurationError: a database that is not in UTF-8, or in which no schema may be created.
    """
    encoding: str = connection.execute(sa.text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise ConfigurationError(
            f"the database is in {encoding} and cannot hold Chinese text and every other: create one with ENCODING 'UTF8'"
        )
    there: set[str] = set(connection.execute(sa.text("SELECT nspname FROM pg_namespace")).scalars())
    try:
        for schema in SCHEMAS:
            if schema not in there:
                connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    except sa.exc.ProgrammingError as error:
        raise ConfigurationError(
            f"the schemas {', '.join(SCHEMAS)} cannot be created: {_reason(error)}; "
            "have the database's owner run GRANT CREATE ON DATABASE ... TO the user of GX_WAREHOUSE_URL"
        ) from error
    if not _reader_exists(connection):
        try:
            with connection.begin_nested():
                connection.execute(sa.text(f"CREATE ROLE {READER} NOLOGIN"))
        except sa.exc.ProgrammingError:
            return  # without the right to: no reader, which `reader_notes` tells in every build
    _grant(connection)


def reader_notes(connection: sa.Connection) -> tuple[str, ...]:
    """Grant again what the role should have, and say what an administrator must do where that is not possible."""
    if not _reader_exists(connection):
        user: str = connection.execute(sa.text("SELECT current_user")).scalar_one()
        return (
            f"nobody but {user} can read the marts: {user} may not create roles; have an administrator run "
            f"CREATE ROLE {READER} NOLOGIN, then build again",
        )
    _grant(connection)
    return ()


def _grant(connection: sa.Connection) -> None:
    """Marts, those that dbt will make included; nothing of what marts are made from."""
    statements = (
        # A role that was there already may have been given more.
        f"REVOKE ALL ON SCHEMA staging, core, marts FROM {READER}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA marts FROM {READER}",
        f"GRANT USAGE ON SCHEMA marts TO {READER}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA marts TO {READER}",
        # dbt makes each table anew in every build, as this very user.
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA marts GRANT SELECT ON TABLES TO {READER}",
    )
    try:
        for statement in statements:
            connection.execute(sa.text(statement))
    except sa.exc.ProgrammingError as error:
        raise ConfigurationError(
            f"{READER} cannot be given its rights: {_reason(error)}; schemas and tables of the warehouse must belong to the user "
            "of GX_WAREHOUSE_URL"
        ) from error


def _reader_exists(connection: sa.Connection) -> bool:
    return bool(connection.execute(sa.text("SELECT count(*) FROM pg_roles WHERE rolname = :role"), {"role": READER}).scalar_one())


def _reason(error: sa.exc.DBAPIError) -> str:
    return " ".join(str(error.orig).split())
