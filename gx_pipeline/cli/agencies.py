"""`gx-pipeline agencies`: who may report."""

from __future__ import annotations

from typing import Annotated

import typer

from gx_pipeline.cli.console import err, print_rows, read_registry
from gx_pipeline.settings import Settings


def agencies(
    text: Annotated[str, typer.Argument(help="Only agencies whose id, names or place contain this.")] = "",
    names: Annotated[bool, typer.Option("--names", help="The short names by which reports are recognised as well.")] = False,
) -> None:
    """List the agencies of the registry: ids, names, places. To add one, add a line to data/agencies.csv.

    Where the output is no terminal: a line an agency, tabs between the columns.
    """
    found = [
        (agency.agency_id, agency.name, agency.place, agency.level, agency.kind, agency.function)
        + (("、".join(agency.short_names),) if names else ())
        for agency in read_registry().agencies
        if any(text in part for part in (agency.agency_id, *agency.names, *agency.places))
    ]
    if found:
        headings = ("agency_id", "name", "place", "level", "kind", "function", *(("short names",) if names else ()))
        print_rows(headings, found, lead=2)
    else:
        err.print(f"no agency matches {text!r}; add a line to {Settings.from_environment().agencies_csv}")
        raise typer.Exit(1)
