"""`gx-pipeline run`: what is new under data/raw, through all stages, and what came out."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from gx_pipeline.cli.console import out, print_findings, print_refusal, progress_columns, read_registry, short
from gx_pipeline.parsing import SEVERITIES, STATES
from gx_pipeline.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from gx_pipeline.warehouse import Due

# Reports whose frames are read together: many times faster than one by one.
_BATCH = 500
_TOLD = ("year", "agency_id", "rule", "severity", "status", "message")


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
    settings, registry = Settings.from_environment(), read_registry()
    _default_dagster_home(settings)
    due = find_due(settings, registry, everything=everything)
    if due.nothing:
        if _print_summary(settings, due, [], [], {"look through data/raw": time.monotonic() - started}):
            raise typer.Exit(1)
        return
    with Progress(*progress_columns(), console=Console(file=sys.stdout), transient=True) as progress:
        task = progress.add_task("starting Dagster", total=None)
        from gx_pipeline.defs.run import run_pipeline

        loaded = time.monotonic()

        def tell(stage: str, steps: int) -> None:
            progress.update(task, description=stage, total=steps, completed=0)

        ran = run_pipeline(settings, due, tell, lambda _: progress.advance(task), _log(settings))
    if _print_summary(settings, due, ran.failures, ran.notes, {"start": loaded - started, **ran.seconds}):
        raise typer.Exit(1)


def _log(settings: Settings) -> Path:
    return settings.data_dir / "quality" / "run.log"


def _default_dagster_home(settings: Settings) -> None:
    """The instance that `make ui` shows, unless the user has another."""
    home = CHECKOUT / ".dagster"
    if (home / "dagster.yaml").exists() and settings.data_dir == (CHECKOUT / "data"):
        os.environ.setdefault("DAGSTER_HOME", str(home))


def _print_summary(settings: Settings, due: Due, failures: list[str], notes: list[str], seconds: dict[str, float]) -> bool:
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
    told = [lake.read_series_findings()]
    partitions = list(facts)
    for start in range(0, len(partitions), _BATCH):
        batch = partitions[start : start + _BATCH]
        cells = lake.read_frames(batch, "reports", [f"cells_{state}" for state in STATES]).sum()
        states.update({state: int(cells[f"cells_{state}"]) for state in STATES})
        told.append(lake.read_frames(batch, "findings", list(_TOLD)))
    findings = [row for frame in told for row in _rows_of(frame[frame["status"] == "open"])]
    confirmed = sum(map(len, told)) - len(findings)
    years = sorted({partition.year for partition in facts})
    span = f", report years {years[0]} to {years[-1]}" if years else ""
    out.print(f"[bold]Reports:[/] {len(facts)} in the warehouse{span}, {len(refusals)} files refused")
    out.print("[bold]Cells:[/]   " + ", ".join(f"{count:,} {state}" for state, count in states.items() if count))
    counts = Counter(severity for severity, *_ in findings)
    out.print("[bold]Findings:[/] " + ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES))
    print_findings([finding for finding in findings if finding[0] != "info"])
    if counts["info"]:
        out.print(f"[dim]and {counts['info']} of severity info: `gx-pipeline check --severity info`[/]")
    if confirmed:
        out.print(f"[dim]and {confirmed} on cells that corrections.yml confirms as published[/]")
    for path, code, message in refusals:
        print_refusal(out, path, code, message)
    idle = idle_corrections(due.inventory, lake)
    for waiting in idle.waiting:
        out.print(Text.assemble(("no report ", "yellow"), waiting))
    for note in notes:
        out.print(Text.assemble(("note ", "yellow"), note))
    for failure in (*failures, *idle.expired):
        out.print(Text.assemble(("failed ", "bold red"), failure))
    _print_places(settings, seconds)
    return bool(failures or idle.expired)


def _print_places(settings: Settings, seconds: dict[str, float]) -> None:
    for name, where, what in (
        ("Warehouse", _warehouse(settings), "start with marts.agency_year; README.md has queries"),
        ("UI", "make ui", "then http://localhost:3000"),
        ("Docs", "README.md, docs/", "what the tables mean, how to add a report or an agency"),
        ("Log", short(_log(settings)), "what Dagster and dbt printed"),
    ):
        out.print(Text.assemble((f"{name:<10}", "bold"), f"{where}  ", (what, "dim")), soft_wrap=True)
    out.print("[dim]" + "   ".join(f"{stage} {taken:.1f} s" for stage, taken in seconds.items()) + "[/]")


def _warehouse(settings: Settings) -> str:
    return short(settings.duckdb_path) if settings.engine == "duckdb" else settings.warehouse_name


def _rows_of(frame) -> list[tuple[str, str, str, str]]:  # type: ignore[no-untyped-def]
    return [(row.severity, row.rule, row.message, f"{row.agency_id} {row.year}") for row in frame.itertuples(index=False)]
