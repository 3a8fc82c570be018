"""The warehouse as readers have it: the last asset of a build, after the load, every model and every test.

Publishing itself, and what keeps a build from it, is in `warehouse.publishing`.
"""

from pathlib import Path

import dagster as dg
import duckdb

from gx_pipeline.defs.assets.dbt import dbt_models
from gx_pipeline.defs.assets.reports import OWNERS
from gx_pipeline.defs.progress import advance
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.warehouse import publish

NOTES = "notes"


@dg.asset(
    deps=sorted(dbt_models.keys),
    group_name="warehouse",
    kinds={"python"},
    owners=OWNERS,
    description=(
        "What analysts read. DuckDB: the file that was built takes the place of the published one, as a whole. PostgreSQL: the "
        "tables are there already; the reading role gets its rights, the planner its statistics."
    ),
)
def published_warehouse(context: dg.AssetExecutionContext, workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Publish what was built, and show what readers have now."""
    settings = workplace.settings
    rows_before: dict[str, int] = {}

    def before_swap(old: Path | None, new: Path) -> None:
        """The old file is still there under its name: what is to be compared with it is compared here."""
        del new
        if old is not None:
            rows_before.update(_rows_of(old))

    published = publish(settings, before_swap)
    for note in published.notes:
        context.log.warning(note)
    advance("published_warehouse")
    return dg.MaterializeResult(
        metadata={
            "warehouse": dg.MetadataValue.path(published.name) if settings.engine == "duckdb" else published.name,
            "engine": settings.engine,
            "bytes": published.size_bytes,
            "seconds since the load": round(published.seconds, 1),
            "how": "swapped in by a rename"
            if settings.engine == "duckdb"
            else "built in place; rights granted, statistics taken",
            "rows": dg.MetadataValue.md(_table(published.rows, rows_before)),
            NOTES: "\n".join(published.notes),
        }
    )


def _rows_of(file: Path) -> dict[str, int]:
    """The rows of every table of marts and core in a DuckDB file."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema IN ('core', 'marts')"
        ).fetchall()
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for (name,) in tables}  # noqa: S608


def _table(rows: dict[str, int], before: dict[str, int]) -> str:
    """Rows by table, the marts first; beside them how many there were in the file that was replaced."""
    order = {"marts": 0, "core": 1, "staging": 2}
    lines = ["| table | rows | before |", "|---|---:|---:|"]
    lines += [
        f"| {name} | {rows[name]:,} | {f'{before[name]:,}' if name in before else ''} |"
        for name in sorted(rows, key=lambda name: (order[name.partition(".")[0]], name))
    ]
    return "\n".join(lines)
