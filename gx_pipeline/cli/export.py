"""`gx-pipeline export`: the published tables as Parquet, CSV, Excel workbook or data package. Knows no format from inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress
from rich.text import Text

from gx_pipeline.cli.console import err, out, progress_columns, read_registry, said, short
from gx_pipeline.errors import ExportError
from gx_pipeline.settings import Settings

if TYPE_CHECKING:
    from gx_pipeline.warehouse.export import Exported

FORMATS = ("parquet", "csv", "xlsx", "datapackage")


def export(
    formats: Annotated[
        list[str],
        typer.Option(
            "--format", metavar="|".join(FORMATS), help="What to write; may be repeated, a folder each.", show_default=False
        ),
    ],
    years: Annotated[
        list[int] | None, typer.Option("--year", help="Only this report year; may be repeated.", show_default="all")
    ] = None,
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--place",
            help="Only this place and what lies below it, by name, by code (350100) or by how the code begins (35 a province, 3501 a "
            "prefecture); may be repeated.",
            show_default="all",
        ),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="The folder that gets a folder for each format.", show_default="data/exports")
    ] = None,
) -> None:
    """Take the figures out of the warehouse: all tables of marts, and the dimensions and facts of core.

    [bold]parquet[/] and [bold]csv[/] are a file a table. [bold]xlsx[/] is one workbook: the statutory tables as printed, faulty cells
    marked, every cell on a flat sheet, the findings, and which reports are not there. [bold]datapackage[/] is the CSV files with types,
    keys and descriptions in datapackage.json. Years and places cut facts and marts; dimensions stay whole. The same facts give the
    same bytes.

    Examples:
      gx-pipeline export --format parquet --format csv

      gx-pipeline export --format xlsx --year 2024 --place 福州市

      gx-pipeline export --format datapackage --place 35 --out ~/figures

    Exit status: 0, with a warning where the selection has no report; 1 when nothing can be exported as asked (unknown year or place, no
    warehouse, more rows than Excel has), and what was there before is still there; 2 wrong usage.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise typer.BadParameter(f"there is no format {unknown[0]}; formats are {', '.join(FORMATS)}", param_hint="--format")
    from gx_pipeline.warehouse.export import Format
    from gx_pipeline.warehouse.export import export as write

    settings, registry = Settings.from_environment(), read_registry()
    with Progress(*progress_columns(), console=err, transient=True, disable=not err.is_terminal) as bar:
        try:
            written = write(
                settings,
                registry,
                [Format(name) for name in formats],
                years=years or (),
                places=places or (),
                out=folder,
                progress=_Shown(bar),
            )
        except ExportError as error:
            err.print(said(f"not exported: {error}", "bold red"), soft_wrap=True)
            raise typer.Exit(1) from None
    for one in written:
        _print_written(one)
    if not any(one.reports for one in written):
        err.print(
            said(
                "no report of this selection is in the warehouse, so that nothing written holds a figure of it; the workbook's sheet "
                "未收录, and marts.coverage in the other formats, say which are not there and why",
                "yellow",
            ),
            soft_wrap=True,
        )


class _Shown:
    """The progress of an export on a bar."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("looking at the warehouse", total=None)

    def begin(self, what: str, rows: int) -> None:
        self._bar.update(self._task, description=what, total=rows, completed=0)

    def advance(self, rows: int) -> None:
        self._bar.advance(self._task, rows)


def _print_written(one: Exported) -> None:
    what = "cells" if one.format == "xlsx" else "rows"
    files = f"{one.files} file{'s' if one.files > 1 else ''}"
    counts = f"{files}, {one.rows:,} {what}"
    out.print(
        Text.assemble((f"{one.format:<12}", "bold"), said(short(one.folder.resolve())), (f"  {counts}", "dim")), soft_wrap=True
    )
