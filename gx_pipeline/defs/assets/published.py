"""The warehouse as readers have it: the last asset of a build, after the load, every model and every test.

Publishing itself, and what keeps a build from it, is in `warehouse.publishing`.
"""

from pathlib import Path

import dagster as dg

from gx_pipeline.defs.assets.dbt import dbt_models
from gx_pipeline.defs.assets.reports import OWNERS
from gx_pipeline.defs.progress import advance
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.warehouse import publish
from gx_pipeline.warehouse.diff_markdown import publication_markdown

NOTES = "notes"


@dg.asset(
    deps=sorted(dbt_models.keys),
    group_name="warehouse",
    kinds={"python"},
    owners=OWNERS,
    description=(
        "What analysts read. DuckDB: the file that was built takes the place of the published one, as a whole. PostgreSQL: the "
        "tables are there already; the reading role gets its rights."
    ),
)
def published_warehouse(context: dg.AssetExecutionContext, workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Publish what was built, and show what readers have now."""
    settings = workplace.settings
    changes = "A database is built in place: there is nothing left to compare with."

    def before_swap(old: Path | None, new: Path) -> None:
        """The old file is still there under its name: this is the moment to compare."""
        nonlocal changes
        changes = publication_markdown(old, new)

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
            "how": "swapped in by a rename" if settings.engine == "duckdb" else "built in place; rights granted",
            "rows": dg.MetadataValue.md(_table(published.rows)),
            "what changed": dg.MetadataValue.md(changes),
            NOTES: "\n".join(published.notes),
        }
    )


def _table(rows: dict[str, int]) -> str:
    """Rows by table, the marts first."""
    order = {"marts": 0, "core": 1, "staging": 2}
    lines = ["| table | rows |", "|---|---:|"]
    lines += [f"| {name} | {rows[name]:,} |" for name in sorted(rows, key=lambda name: (order[name.partition(".")[0]], name))]
    return "\n".join(lines)
