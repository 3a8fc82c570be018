"""`gx-pipeline`: a thin skin over the rooms below, for people at a terminal and for scripts. A module for each command.

Heavy imports (frames, Dagster) happen in the commands that need them, so that `parse` starts at once. Does not belong
here: any rule or figure.
"""

from __future__ import annotations

import typer
from rich.markup import escape

from gx_pipeline.cli.agencies import agencies
from gx_pipeline.cli.check import check
from gx_pipeline.cli.console import err
from gx_pipeline.cli.diff import diff
from gx_pipeline.cli.docs_quality import docs_quality
from gx_pipeline.cli.explain import explain
from gx_pipeline.cli.export import export
from gx_pipeline.cli.parse import parse_files
from gx_pipeline.cli.rules import rules
from gx_pipeline.cli.run import run
from gx_pipeline.cli.status import status
from gx_pipeline.errors import ConfigurationError

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    help=(
        "Chinese government annual reports on information disclosure (政府信息公开工作年度报告): from published files to a checked "
        "warehouse.\n\n[bold]Start here:[/] `gx-pipeline run` takes in everything under data/raw and builds the warehouse; "
        "`gx-pipeline check FILE` shows what is wrong in one file, without storing anything.\n\n"
        "GX_DATA_DIR names the data folder (default: data/ of the checkout), GX_WAREHOUSE_URL the warehouse (default: a DuckDB "
        "file in it; or postgresql+psycopg://user:password@host:port/database)."
    ),
)
app.command("parse")(parse_files)
app.command("docs-quality")(docs_quality)
for command in (run, check, explain, rules, agencies, status, diff, export):
    app.command()(command)


def main() -> None:
    """The console script; a wrong setting ends it with one line and status 2."""
    try:
        app()
    except ConfigurationError as error:
        err.print(f"[bold red]{escape(str(error))}[/]")
        raise SystemExit(2) from None
