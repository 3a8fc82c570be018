"""`gx-pipeline`: a thin skin over the rooms below, for people at a terminal and for scripts.

Heavy imports (frames, Dagster) happen in the commands that need them, so that `parse` starts at once. Does not belong
here: any rule or figure.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import read_file, read_sidecar
from gx_pipeline.errors import ConfigurationError, Refusal
from gx_pipeline.forms import FIRST_YEAR
from gx_pipeline.parsing import SEVERITIES, Finding, Hints, ParsedReport, ReportCell, parse
from gx_pipeline.parsing.contract import refusal_to_contract, to_contract
from gx_pipeline.parsing.layout import SHOWN_STATES, official_layout, shown
from gx_pipeline.quality import check_report
from gx_pipeline.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from gx_pipeline.lake import Inventory, Lake
    from gx_pipeline.warehouse import Due

COLOURS = {"error": "bold red", "warn": "yellow", "info": "cyan"}
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    help=(
        "Chinese government annual reports on information disclosure (政府信息公开工作年度报告): from published files to a checked "
        "warehouse.\n\n[bold]Start here:[/] `gx-pipeline run` takes in everything under data/raw and builds the warehouse; "
        "`gx-pipeline parse FILE` shows what one file says, without storing anything.\n\n"
        "GX_DATA_DIR names the data folder (default: data/ of the checkout), GX_WAREHOUSE_URL the warehouse (default: a DuckDB "
        "file in it)."
    ),
)
out = Console(soft_wrap=False)
err = Console(stderr=True)


class Format(StrEnum):
    """How `parse` and `check` print."""

    table = "table"
    jsonl = "jsonl"


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format", help="[bold]table[/] for people, [bold]jsonl[/] for programs. Default: table on a terminal, else jsonl."
    ),
]


# -- parse ---------------------------------------------------------------------------------------------------------------


@app.command("parse")
def parse_files(
    files: Annotated[list[Path], typer.Argument(help="Report files: HTML or text.", metavar="FILE...")],
    year: Annotated[int | None, typer.Option(help="The report year, where the file does not say it.", min=FIRST_YEAR)] = None,
    agency: Annotated[
        str | None, typer.Option(help="The agency's id, where the file does not say it: see `gx-pipeline agencies`.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """Read report files and show every cell of the form, with what is wrong. Stores nothing.

    Examples:
      gx-pipeline parse report.html

      gx-pipeline parse data/raw/2024/*/report.txt --format jsonl | jq .findings

    Exit status: 0 every file was parsed (whatever is wrong in it), 1 some file was refused or unreadable, 2 wrong usage.
    """
    registry = _registry(optional=True)
    if agency is not None and agency not in registry.by_id:
        near = registry.closest(agency)
        raise typer.BadParameter(
            f"the registry has no agency {agency}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    as_table = _as_table(form)
    refused = 0
    for path in files:
        try:
            report = _read(path, registry, Hints(year, agency))
        except Refusal as refusal:
            refused += 1
            if as_table:
                err.print(f"[bold red]{escape(str(path))}[/]: {refusal.code}: {escape(refusal.message)}")
            else:
                _print_json(refusal_to_contract(str(path), refusal))
            continue
        findings = check_report(report)
        if as_table:
            _print_report(report, findings)
        else:
            _print_json(to_contract(report, findings))
    if refused:
        raise typer.Exit(1)


def _read(path: Path, registry: Registry, hints: Hints) -> ParsedReport:
    """A file with its sidecar, parsed.

    Raises:
        Refusal: also for a defect of ours, so that the other files go on.
    """
    sidecar = read_sidecar(path)
    document = read_file(path, sidecar.charset)
    document = replace(document, source=replace(document.source, url=sidecar.url, published_on=sidecar.published_on))
    try:
        return parse(document, registry, hints)
    except Refusal:
        raise
    except Exception as error:
        raise Refusal(
            "unreadable", f"{type(error).__name__}: {error}; this is a defect of gx_pipeline, please report it"
        ) from error


def _print_json(entry: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _print_report(report: ParsedReport, findings: tuple[Finding, ...]) -> None:
    marks = {
        key: finding.severity
        for severity in reversed(SEVERITIES)
        for finding in findings
        if finding.severity == severity
        for key in finding.cells
    }
    out.rule(f"[bold]{escape(report.agency_name or 'unknown agency')} {report.year or 'unknown year'}[/]")
    published = report.published_on or "date unknown"
    out.print(
        f"{report.source.path}  ·  {report.agency_id or 'no agency id'}  ·  {report.form} form  ·  published {published}  ·  {report.scope}"
    )
    for layout in official_layout(report):
        table = Table(title=layout.title, title_justify="left", title_style="bold", pad_edge=False)
        table.add_column("", overflow="fold")
        for heading in layout.headings:
            table.add_column(heading, justify="right", overflow="fold", max_width=6)
        for label, cells in layout.rows:
            table.add_row(label, *(_marked(cell, marks.get(cell.key) if cell else None) for cell in cells))
        out.print(table)
    signs = "   ".join(f"{sign} {state}" for state, sign in SHOWN_STATES.items())
    out.print(f"[dim]{signs}   [/][bold red]![/][dim] an error points at the cell[/]")
    _print_findings([(finding.severity, finding.rule, finding.message, "") for finding in findings])


def _marked(cell: ReportCell | None, severity: str | None) -> Text:
    text = shown(cell)
    if severity == "error":
        return Text(f"{text}!", style=COLOURS["error"])
    return Text(text, style=COLOURS.get(severity or "", "") if severity == "warn" else "")


def _print_findings(findings: list[tuple[str, str, str, str]]) -> None:
    if not findings:
        out.print("[green]no findings[/]")
        return
    table = Table(show_header=True, box=None, pad_edge=False)
    for name in ("severity", "rule", "finding"):
        table.add_column(name, overflow="fold")
    for severity, rule, message, where in sorted(findings, key=lambda entry: SEVERITIES.index(entry[0])):
        table.add_row(Text(severity, style=COLOURS[severity]), rule, Text((where + "  " if where else "") + message))
    out.print(table)


# -- run -----------------------------------------------------------------------------------------------------------------


@app.command()
def run(
    everything: Annotated[bool, typer.Option("--all", help="Take in every file again, also the unchanged ones.")] = False,
) -> None:
    """Take in what is new or changed under data/raw, load the warehouse, run dbt and all checks.

    Shows in the end what came out and where it lies. A second run with nothing new says so and changes nothing.

    Exit status: 0, also when published reports contain errors; 1 when something failed that must not: a contract, dbt, a crash,
    a correction that finds other than it expects.
    """
    from gx_pipeline.warehouse import find_due

    started = time.monotonic()
    settings, registry = Settings.from_environment(), _registry()
    _default_dagster_home(settings)
    due = find_due(settings, registry, everything=everything)
    if due.nothing:
        if _print_summary(settings, due, [], {"look through data/raw": time.monotonic() - started}):
            raise typer.Exit(1)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stdout), transient=True) as progress:
        task = progress.add_task("starting Dagster", total=None)
        from gx_pipeline.defs.run import run_pipeline

        loaded = time.monotonic()

        def tell(stage: str, steps: int) -> None:
            progress.update(task, description=stage, total=steps, completed=0)

        ran = run_pipeline(settings, due, tell, lambda _: progress.advance(task), _log(settings))
    if _print_summary(settings, due, ran.failures, {"start": loaded - started, **ran.seconds}):
        raise typer.Exit(1)


def _log(settings: Settings) -> Path:
    return settings.data_dir / "quality" / "run.log"


def _default_dagster_home(settings: Settings) -> None:
    """The instance that `make ui` shows, unless the user has another."""
    home = CHECKOUT / ".dagster"
    if (home / "dagster.yaml").exists() and settings.data_dir == (CHECKOUT / "data"):
        os.environ.setdefault("DAGSTER_HOME", str(home))


def _print_summary(settings: Settings, due: Due, failures: list[str], seconds: dict[str, float]) -> bool:
    """What came out, for a person: reports, cells by state, findings with their text, refusals, places, times; whether it failed."""
    from gx_pipeline.lake import Lake, idle_corrections

    lake = Lake(settings.lake_dir)
    facts = lake.fact_fingerprints()
    refusals = [(refused.relative, refused.code, refused.message) for refused in lake.refusals().values()]
    refusals += [(problem.relative, problem.code, problem.message) for problem in due.inventory.problems]
    out.rule("[bold]gx_pipeline[/]")
    if due.nothing:
        out.print(f"[green]Nothing has changed:[/] all {len(due.inventory.files)} files under data/raw are taken in as they are.")
    else:
        gone = f", {len(due.withdrawn)} withdrawn because their file is gone" if due.withdrawn else ""
        out.print(f"{len(due.changed)} files taken in{gone}.")
    states: Counter[str] = Counter()
    for partition in facts:
        report = lake.read_frame(partition, "reports").iloc[0]
        states.update({name.removeprefix("cells_"): int(report[name]) for name in report.index if name.startswith("cells_")})
    told = [*(lake.read_frame(partition, "findings") for partition in facts), lake.read_series_findings()]
    findings = [row for frame in told for row in _rows_of(frame[frame["status"] == "open"])]
    confirmed = sum(map(len, told)) - len(findings)
    years = sorted({partition.year for partition in facts})
    span = f", report years {years[0]} to {years[-1]}" if years else ""
    out.print(f"[bold]Reports:[/] {len(facts)} in the warehouse{span}, {len(refusals)} files refused")
    out.print("[bold]Cells:[/]   " + ", ".join(f"{count:,} {state}" for state, count in states.items() if count))
    counts = Counter(severity for severity, *_ in findings)
    out.print("[bold]Findings:[/] " + ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES))
    _print_findings([finding for finding in findings if finding[0] != "info"])
    if counts["info"]:
        out.print(f"[dim]and {counts['info']} of severity info: `gx-pipeline check --severity info`[/]")
    if confirmed:
        out.print(f"[dim]and {confirmed} on cells that corrections.yml confirms as published[/]")
    for path, code, message in refusals:
        out.print(Text.assemble(("refused ", "bold red"), f"{path}: {code}: {message}"))
    idle = idle_corrections(due.inventory, lake)
    for waiting in idle.waiting:
        out.print(Text.assemble(("no report ", "yellow"), waiting))
    for failure in (*failures, *idle.expired):
        out.print(Text.assemble(("failed ", "bold red"), failure))
    _print_places(settings, seconds)
    return bool(failures or idle.expired)


def _print_places(settings: Settings, seconds: dict[str, float]) -> None:
    for name, where, what in (
        ("Warehouse", _short(settings.duckdb_path), "start with marts.agency_year; README.md has queries"),
        ("UI", "make ui", "then http://localhost:3000"),
        ("Docs", "README.md, docs/", "what the tables mean, how to add a report or an agency"),
        ("Log", _short(_log(settings)), "what Dagster and dbt printed"),
    ):
        out.print(Text.assemble((f"{name:<10}", "bold"), f"{where}  ", (what, "dim")), soft_wrap=True)
    out.print("[dim]" + "   ".join(f"{stage} {taken:.1f} s" for stage, taken in seconds.items()) + "[/]")


def _short(path: Path) -> str:
    """A path from here, when it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _rows_of(frame) -> list[tuple[str, str, str, str]]:  # type: ignore[no-untyped-def]
    return [(row.severity, row.rule, row.message, f"{row.agency_id} {row.year}") for row in frame.itertuples(index=False)]


# -- check ---------------------------------------------------------------------------------------------------------------


class Severities(StrEnum):
    """The least severity that `check` lists."""

    error = "error"
    warn = "warn"
    info = "info"


@app.command()
def check(
    severity: Annotated[Severities, typer.Option(help="The least severity to list.")] = Severities.warn,
    year: Annotated[int | None, typer.Option(help="Only this report year.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only this agency's id.")] = None,
    form: FormatOption = None,
) -> None:
    """Check all facts that were taken in: their contract again, and list the findings on them.

    Exit status: 0, whatever the published reports contain; 1 when the facts break their contract or a file is refused.
    """
    from gx_pipeline.facts import validate
    from gx_pipeline.lake import Lake

    settings = Settings.from_environment()
    lake = Lake(settings.lake_dir)
    wanted = [part for part in lake.fact_fingerprints() if year in (None, part.year) and agency in (None, part.agency_id)]
    broken: list[tuple[str, str]] = []
    findings: list[tuple[str, str, str, str]] = []
    for partition in wanted:
        facts = lake.read_facts(partition)
        try:
            validate(facts)
        except Refusal as refusal:
            broken.append((str(partition), refusal.message))
        findings += _rows_of(facts["findings"])
    series = lake.read_series_findings()
    ours = [tuple(part) in wanted for part in series[["year", "agency_id"]].itertuples(index=False)]
    findings += _rows_of(series[ours])
    listed = SEVERITIES[: SEVERITIES.index(severity.value) + 1]
    refused = [
        entry
        for partition, entry in lake.refusals().items()
        if year in (None, partition.year) and agency in (None, partition.agency_id)
    ]
    if _as_table(form):
        _print_findings([finding for finding in findings if finding[0] in listed])
        for entry in refused:
            out.print(Text.assemble(("refused ", "bold red"), f"{entry.relative}: {entry.code}: {entry.message}"))
        for name, message in broken:
            out.print(Text.assemble(("contract broken ", "bold red"), f"{name}: {message}"))
        out.print(f"{len(wanted)} reports checked, {len(broken)} break the contract, {len(refused)} files refused")
    else:
        for level, rule, message, where in findings:
            if level in listed:
                agency_id, _, report_year = where.partition(" ")
                _print_json(
                    {"agency_id": agency_id, "year": int(report_year), "rule": rule, "severity": level, "message": message}
                )
    if broken or refused:
        raise typer.Exit(1)


# -- agencies, status ----------------------------------------------------------------------------------------------------


@app.command()
def agencies(text: Annotated[str, typer.Argument(help="Only agencies whose id, names or place contain this.")] = "") -> None:
    """List the agencies of the registry: ids, names, places. To add one, add a line to data/agencies.csv."""
    table = Table(box=None, pad_edge=False)
    for name in ("agency_id", "name", "short names", "place", "level", "kind", "function"):
        table.add_column(name, overflow="fold")
    found = 0
    for agency in _registry().agencies:
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


@app.command()
def status() -> None:
    """Show which reports there are, by agency and year: taken in, refused, waiting, or without a file."""
    from gx_pipeline.lake import Lake, inventory_of, report_years

    settings, registry = Settings.from_environment(), _registry()
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


# -- shared --------------------------------------------------------------------------------------------------------------


def _registry(*, optional: bool = False) -> Registry:
    path = Settings.from_environment().agencies_csv
    try:
        return Registry.read(path)
    except ConfigurationError as error:
        if optional and not path.exists():
            err.print(
                f"[yellow]no registry at {path}: agencies stay unresolved; set GX_DATA_DIR to the folder that holds agencies.csv[/]"
            )
            return Registry(())
        err.print(f"[bold red]{escape(str(error))}[/]")
        raise typer.Exit(2) from None


def _as_table(form: Format | None) -> bool:
    return form is Format.table or (form is None and sys.stdout.isatty())


def main() -> None:
    """The console script; a wrong setting ends it with one line and status 2."""
    try:
        app()
    except ConfigurationError as error:
        err.print(f"[bold red]{escape(str(error))}[/]")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
