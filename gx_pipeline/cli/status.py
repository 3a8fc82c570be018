"""`gx-pipeline status`: which reports there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from gx_pipeline.agencies import Registry
from gx_pipeline.cli.console import out, read_registry
from gx_pipeline.settings import Settings

if TYPE_CHECKING:
    from gx_pipeline.lake import Inventory, Lake


def status() -> None:
    """Show which reports there are, by agency and year: taken in, refused, waiting, or without a file."""
    from gx_pipeline.lake import Lake, inventory_of, report_years

    settings, registry = Settings.from_environment(), read_registry()
    lake = Lake(settings.lake_dir)
    inventory = inventory_of(settings, registry)
    marks = _marks(lake, inventory, registry)
    years = report_years()
    table = Table(title="Reports by agency and year", title_justify="left", pad_edge=False)
    table.add_column("agency")
    for year in years:
        table.add_column(str(year), justify="center")
    for agency in registry.agencies:
        table.add_row(f"{agency.agency_id} {agency.name}", *(marks.get((year, agency.agency_id), "[dim]·[/]") for year in years))
    out.print(table)
    out.print(
        "[green]✓[/] taken in   [yellow]↻[/] new or changed, waiting for `gx-pipeline run`   [red]✗[/] refused   [dim]·[/] no file"
    )
    for partition, refused in lake.refusals().items():
        out.print(Text.assemble(("✗ ", "red"), f"{partition}: {refused.relative}: {refused.code}: {refused.message}"))
    for problem in inventory.problems:
        out.print(Text.assemble(("✗ ", "red"), f"{problem.relative}: {problem.code}: {problem.message}"))


def _marks(lake: Lake, inventory: Inventory, registry: Registry) -> dict[tuple[int, str], str]:
    from gx_pipeline.lake import fingerprint

    known, refused = lake.fingerprints(), lake.refusals()
    marks: dict[tuple[int, str], str] = {}
    for problem in inventory.problems:
        if problem.year and problem.agency_id:
            marks[(problem.year, problem.agency_id)] = "[red]✗[/]"
    for partition, raw in inventory.files.items():
        if known.get(partition) != fingerprint(raw, registry):
            marks[partition] = "[yellow]↻[/]"
        else:
            marks[partition] = "[red]✗[/]" if partition in refused else "[green]✓[/]"
    return marks
