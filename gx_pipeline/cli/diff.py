"""`gx-pipeline diff`: what differs between two published warehouses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gx_pipeline.cli.console import COLOURS, err, out, print_json, said
from gx_pipeline.errors import NotComparable
from gx_pipeline.settings import Settings

if TYPE_CHECKING:
    from gx_pipeline.warehouse.diff_model import (
        CellChange,
        Changes,
        CorrectionChange,
        Diff,
        FindingChange,
        RefusalChange,
        ReportChange,
        TableChange,
    )

_SHOWN = 20
_STYLES = {"added": "green", "removed": "red", "changed": "yellow", "same": ""}


def diff(
    old: Annotated[str, typer.Argument(help="The DuckDB file of a warehouse, or its duckdb:/// URL.", metavar="OLD")],
    new: Annotated[
        str | None, typer.Argument(help="Another one; without it the warehouse that is published now.", metavar="NEW")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"List everything, not only {_SHOWN} of each kind.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole as one JSON object.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with status 1 when anything differs.")] = False,
) -> None:
    """Show what differs between two warehouses: reports, cells, findings, corrections, refused files, tables.

    Both files are only read. Figures are compared exactly as stored. Cells are listed for reports that both warehouses have;
    those of reports that came or went are counted. A finding is the same while its id is, whatever its message says.

    Examples:
      cp data/warehouse/gx.duckdb before.duckdb; gx-pipeline run; gx-pipeline diff before.duckdb

      gx-pipeline diff --json OLD NEW | jq '.findings.listed[] | select(.kind == "added") | .new.message'

    Exit status: 0, also when they differ, unless --exit-code is given: then 1; 2 when a file cannot be compared: it is no
    warehouse, is damaged, is being written, or has the layout of another version.
    """
    from gx_pipeline.warehouse.diff import diff_warehouses
    from gx_pipeline.warehouse.diff_model import to_json

    published = Settings.from_environment().warehouse_url if new is None else new
    try:
        with err.status("comparing the warehouses"):
            found = diff_warehouses(old, published, limit=None if everything or as_json else _SHOWN)
    except NotComparable as error:
        err.print(Text.assemble(("not compared ", "bold red"), said(str(error))))
        raise typer.Exit(2) from None
    if as_json:
        print_json(to_json(found))
    else:
        _print(found)
    if exit_code and not found.same:
        raise typer.Exit(1)


def _print(found: Diff) -> None:
    from gx_pipeline.warehouse import diff_words as words

    out.print(Text.assemble(said(str(found.old), "bold"), " → ", said(str(found.new), "bold")), soft_wrap=True)
    if found.same:
        out.print("[green]Nothing differs.[/]")
        return
    for name, changes, terms, now in (
        ("Reports", found.reports, words.CAME, words.tally_in_words(found.report_count)),
        ("Cells", found.cells, words.CAME, words.tallies_in_words(found.states)),
        ("Findings", found.findings, words.OPENED, f"open: {words.tallies_in_words(found.severities)}"),
        ("Corrections", found.corrections, words.CAME, ""),
        ("Refused", found.refusals, words.CAME, ""),
    ):
        if changes.total or now:
            out.print(
                Text.assemble((f"{name:<12}", "bold"), words.counts_in_words(changes, terms), (f"   {now}" if now else "", "dim"))
            )
    _print_list("Reports", ("", "report", "what differs"), found.reports, _report)
    _print_list("Cells of reports that both have", ("report", "cell", "old", "new"), found.cells, _cell)
    _print_list("Findings", ("", "report", "finding"), found.findings, _finding)
    _print_list("Corrections", ("", "report", "cell", "what"), found.corrections, _correction)
    _print_list("Refused files", ("", "file", "why"), found.refusals, _refusal)
    _print_tables(found.tables)


def _print_list(
    title: str, columns: Sequence[str], changes: Changes[Any], draw: Callable[[Any], Iterable[RenderableType]]
) -> None:
    if changes.listed:
        out.print()
        out.print(_table(title, columns, map(draw, changes.listed)))
    if changes.unlisted:
        out.print(f"[dim]and {changes.unlisted:,} more: `--all` lists them[/]")


def _table(title: str, columns: Sequence[str], rows: Iterable[Iterable[RenderableType]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        numeric = name.startswith("rows")
        table.add_column(name, overflow="fold", justify="right" if numeric else "left", no_wrap=numeric or name in ("", "table"))
    for row in rows:
        table.add_row(*row)
    return table


def _sign(kind: str) -> Text:
    from gx_pipeline.warehouse.diff_words import SIGNS

    return Text(SIGNS[kind], style=_STYLES[kind])


def _of(change: ReportChange | CellChange | FindingChange | CorrectionChange) -> Text:
    return said(f"{change.year} {change.agency_name}")


def _report(change: ReportChange) -> tuple[RenderableType, ...]:
    from gx_pipeline.warehouse.diff_words import cells_in_words, fields_in_words

    lines = [line for line in (cells_in_words(change), *fields_in_words(change)) if line]
    return _sign(change.kind), _of(change), said("\n".join(lines))


def _cell(change: CellChange) -> tuple[RenderableType, ...]:
    from gx_pipeline.warehouse.diff_words import figure

    return _of(change), _place(change), said(figure(change.old), "red"), said(figure(change.new), "green")


def _place(change: CellChange | CorrectionChange) -> Text:
    """The labels of a cell, and below them its codes."""
    return Text.assemble(said(" › ".join(change.place)), "\n", said(f"{change.table} {change.row} {change.column}", "dim"))


def _finding(change: FindingChange) -> tuple[RenderableType, ...]:
    from gx_pipeline.warehouse.diff_words import finding_in_words

    shown = change.shown
    head = Text.assemble((shown.severity, COLOURS.get(shown.severity, "")), " ", (shown.rule, "bold"))
    return (
        _sign(change.kind),
        _of(change),
        Text.assemble(head, "  ", said(finding_in_words(change)), "\n", said(change.finding_id, "dim")),
    )


def _correction(change: CorrectionChange) -> tuple[RenderableType, ...]:
    from gx_pipeline.warehouse.diff_words import correction_in_words

    return _sign(change.kind), _of(change), _place(change), said(correction_in_words(change))


def _refusal(change: RefusalChange) -> tuple[RenderableType, ...]:
    return _sign(change.kind), said(change.source_path), said(f"{change.code}: {change.new_message or change.old_message or ''}")


def _print_tables(tables: Sequence[TableChange]) -> None:
    from gx_pipeline.warehouse.diff_words import columns_in_words

    def draw(table: TableChange) -> tuple[RenderableType, ...]:
        counts = (table.rows_added, table.rows_removed, table.rows_changed)
        note = " (view)" if table.view else " (no key: rows compared whole)" if table.unkeyed else ""
        return (
            _sign(table.kind),
            said(table.full_name + note),
            *(f"{count:,}" if count else "" for count in counts),
            said(", ".join(columns_in_words(table))),
        )

    if differing := [table for table in tables if table.kind != "same"]:
        out.print()
        out.print(
            _table("Tables", ("", "table", "rows +", "rows -", "rows ~", "columns that differ (rows)"), map(draw, differing))
        )
        if same := len(tables) - len(differing):
            out.print(f"[dim]and {same} without a difference[/]")
