"""Views that people made of the warehouse's tables in PostgreSQL: a build makes each table anew, and they go with the old one.

Before they go, their definitions are kept in a file from which they can be had back. DuckDB's file is swapped as a whole, and
with it whatever was made in it. Does not belong here: rights (`access`), the build (`publishing`).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import sqlalchemy as sa

from gx_pipeline.settings import Settings
from gx_pipeline.warehouse.access import SCHEMAS

# A view depends on tables through its rule; views may stand on views. Older first, so that each finds what it stands on.
_DEPENDENT = sa.text(
    """
    WITH RECURSIVE edges AS (
        SELECT depends.refobjid AS below, rules.ev_class AS above
        FROM pg_depend AS depends
        INNER JOIN pg_rewrite AS rules ON rules.oid = depends.objid
        WHERE
            depends.classid = CAST('pg_rewrite' AS regclass)
            AND depends.refclassid = CAST('pg_class' AS regclass)
            AND rules.ev_class <> depends.refobjid
    ), dependent (oid) AS (
        SELECT edges.above FROM edges
        INNER JOIN pg_class AS tables ON tables.oid = edges.below
        INNER JOIN pg_namespace AS schemas ON schemas.oid = tables.relnamespace
        WHERE schemas.nspname IN :schemas
        UNION
        SELECT edges.above FROM dependent INNER JOIN edges ON edges.below = dependent.oid
    )
    SELECT
        schemas.nspname AS schema_name,
        views.relname AS view_name,
        format('%I.%I', schemas.nspname, views.relname) AS name,
        CASE views.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind,
        pg_get_viewdef(views.oid) AS definition
    FROM dependent
    INNER JOIN pg_class AS views ON views.oid = dependent.oid
    INNER JOIN pg_namespace AS schemas ON schemas.oid = views.relnamespace
    ORDER BY views.oid
    """
).bindparams(sa.bindparam("schemas", expanding=True))
_NAMES = sa.text(
    "SELECT format('%I.%I', schemaname, viewname) FROM pg_views UNION ALL "
    "SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews"
)
_HEAD = "-- "


def views_file(settings: Settings) -> Path:
    """Where the definitions are kept, one after the other, each under a line that names its view."""
    return settings.data_dir / "quality" / "dropped_views.sql"


def keep_views(connection: sa.Connection, settings: Settings, models: Collection[str]) -> None:
    """Write down the views that a build is about to drop, those that are not written down already.

    Args:
        connection: to the database that is being built.
        settings: where the data folder is.
        models: the names of dbt's own models, whose views the build makes again.
    """
    found = [
        f"{_HEAD}{row.name}\nCREATE {row.kind} {row.name} AS\n{row.definition.strip()}\n\n"
        for row in connection.execute(_DEPENDENT, {"schemas": list(SCHEMAS)})
        if row.schema_name not in SCHEMAS or row.view_name not in models
    ]
    path = views_file(settings)
    kept = path.read_text("utf-8") if path.exists() else ""
    if new := [entry for entry in found if entry not in kept]:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(new)


def view_notes(connection: sa.Connection, settings: Settings) -> tuple[str, ...]:
    """Say which of the views that are written down are not there, and how to have them back."""
    path = views_file(settings)
    if not path.exists():
        return ()
    named = [line.removeprefix(_HEAD) for line in path.read_text("utf-8").splitlines() if line.startswith(_HEAD)]
    there: set[str] = set(connection.execute(_NAMES).scalars())
    gone = sorted(set(named) - there)
    if not gone:
        return ()
    return (
        f"the views {', '.join(gone)} stood on tables that were made anew and are gone; {path} has their definitions: run those that "
        "are still wanted, delete the file when none is",
    )
