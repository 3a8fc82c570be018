"""`gx-pipeline agencies`: who may report."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from gx_pipeline.cli.console import err, out, read_registry
from gx_pipeline.settings import Settings


def agencies(text: Annotated[str, typer.Argument(help="Only agencies whose id, names or place contain this.")] = "") -> None:
    """List the agencies of the registry: ids, names, places. To add one, add a line to data/agencies.csv."""
    table = Table(box=None, pad_edge=False)
    for name in ("agency_id", "name", "short names", "place", "level", "kind", "function"):
        table.add_column(name, overflow="fold")
    found = 0
    for agency in read_registry().agencies:
        if any(text in part for part in (agency.agency_id, *agency.names, *agency.places)):
            found += 1
            table.add_row(
                agency.agency_id,
                agency.name,
                "、".join(agency.short_names),
                agency.place,
                agency.level,
                agency.kind,
                agency.function,
            )
    out.print(table)
    if not found:
        err.print(f"no agency matches {text!r}; add a line to {Settings.from_environment().agencies_csv}")
        raise typer.Exit(1)
