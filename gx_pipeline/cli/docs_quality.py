"""`gx-pipeline docs-quality`: the facts validated with Great Expectations, its Data Docs built. Knows no expectation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from gx_pipeline.cli.console import out, said, short
from gx_pipeline.settings import Settings

if TYPE_CHECKING:
    from gx_pipeline.expectations import Status

_STATUSES: dict[Status, str] = {"passed": "green", "critical": "bold red", "warning": "yellow", "info": "cyan"}


def docs_quality(
    year: Annotated[
        int | None, typer.Option(help="Only this report year; the site then shows no other. Default: every year with facts.")
    ] = None,
) -> None:
    """Validate the facts with Great Expectations and build its Data Docs under data/quality/data_docs.

    The expectations are generated from the forms. Takes some ten seconds to start and some seconds a year.

    Exit status: 0, also when published reports contain errors; 1 when the facts break their contract; 2 without facts.
    """
    from gx_pipeline.expectations import build_quality_docs, told
    from gx_pipeline.lake import Lake

    settings = Settings.from_environment()
    with Console(file=sys.stdout).status("looking for facts") as status:
        built = build_quality_docs(
            Lake(settings.lake_dir),
            settings.data_docs_dir,
            None if year is None else [year],
            lambda what: status.update(escape(what)),
        )
    table = Table(box=None, pad_edge=False)
    table.add_column("expectation suite", no_wrap=True)
    for name in ("all", "passed", "contract", "errors", "notes"):
        table.add_column(name, justify="right")
    for suite, counts in built.by_suite().items():
        found = [Text(str(counts[status]), style=style if counts[status] else "dim") for status, style in _STATUSES.items()]
        table.add_row(suite, str(counts.total()), *found)
    out.print(table)
    out.print("[dim]contract: a defect of the facts   errors, notes: what published reports contain; the figures stay[/]")
    for validation, outcome in built.failures("critical"):
        out.print(Text.assemble(("contract broken ", "bold red"), said(told(validation, outcome))))
    out.print(Text.assemble(("Data Docs ", "bold"), short(built.index)), soft_wrap=True)
    if not built.contract_holds:
        raise typer.Exit(1)
