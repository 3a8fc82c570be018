"""The warehouse load: findings that span years, then every loaded table, by one writer in one transaction.

What analysts query is made of these tables by dbt (`assets.dbt`); loading itself is in `warehouse`.
"""

from collections.abc import Iterator

import dagster as dg

from gx_pipeline.defs.assets.reports import OWNERS
from gx_pipeline.defs.checks.reports import ACROSS_YEARS, across_years
from gx_pipeline.defs.metadata import LONGEST_MESSAGE, column_schema
from gx_pipeline.defs.progress import advance
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.facts import FRAMES
from gx_pipeline.lake.series import find_series_findings
from gx_pipeline.warehouse import building_anew, current_digest, load
from gx_pipeline.warehouse.diff_markdown import plain

# So many findings that span years are listed in the metadata; all are in the warehouse.
_SHOWN = 500
_OTHERS = {
    "agencies": "The registry of agencies.",
    "refusals": "Files under data/raw that were not taken in, with the reason.",
    "report_files": "The files that were taken in for each report, by their digests, oldest first.",
}
_TABLES = {
    "reports": "One row a report: who, when, form, scope, source, cells by state.",
    "report_sections": "The narrative of the six sections, personal data masked.",
    "proactive_disclosure": "Section 二: one row a cell.",
    "requests": "Section 三: one row a cell, printed totals included.",
    "reconsideration_litigation": "Section 四: one row a cell, printed totals included.",
    "findings": "What a reader of the figures has to know; cells as JSON.",
    "narrative_facts": "Figures that the narrative states, with the sentence; cells as JSON.",
    **_OTHERS,
}


@dg.asset(
    deps=["report_facts"],
    group_name="warehouse",
    kinds={"python", "parquet"},
    owners=OWNERS,
    description="Findings that an agency's reports give together: what carries over, repeats, vanishes, jumps or breaks off.",
    check_specs=[
        dg.AssetCheckSpec(
            ACROSS_YEARS, asset="series_findings", description="Each report agrees with those of the years around it."
        )
    ],
)
def series_findings(workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Judge the series of every agency over the whole lake."""
    rows = find_series_findings(workplace.lake, workplace.registry())
    workplace.lake.write_series_findings(rows)
    advance("series_findings")
    lines = [f"- {row['agency_id']} {row['year']}: {plain(row['message'], LONGEST_MESSAGE)}" for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        lines.append(f"- and {len(rows) - _SHOWN:,} more")
    shown = "\n".join(lines) or "none"
    return dg.MaterializeResult(
        metadata={"dagster/row_count": len(rows), "findings": dg.MetadataValue.md(shown)}, check_results=[across_years(rows)]
    )


@dg.multi_asset(
    name="warehouse_load",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["staging", name]),
            deps=["series_findings", "report_facts"] if name == "findings" else [] if name == "agencies" else ["report_facts"],
            description=description,
            group_name="warehouse",
            kinds={"python", "sqlalchemy"},
            owners=OWNERS,
            metadata={"dagster/column_schema": column_schema(name)} if name in FRAMES else {},
        )
        for name, description in _TABLES.items()
    ],
)
def warehouse_load(context: dg.AssetExecutionContext, workplace: Workplace) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Bring the loaded tables to what the lake holds: changed partitions replaced, vanished ones removed."""
    registry = workplace.registry()
    inventory = workplace.inventory(registry)
    digest = current_digest(workplace.settings, inventory)
    with building_anew(workplace.settings) as engine:
        loaded = load(engine, workplace.lake, registry, inventory, digest=digest)
    context.log.info(f"{len(loaded.written)} partitions written, {len(loaded.removed)} removed")
    for name in _TABLES:
        advance(name)
        yield dg.MaterializeResult(
            asset_key=["staging", name],
            metadata={
                "dagster/row_count": loaded.rows[name],
                "partitions written": len(loaded.written),
                "partitions removed": len(loaded.removed),
            },
        )
