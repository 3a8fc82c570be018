"""`gx-pipeline check`: the findings on files, or on everything that was taken in, where they stand in the official tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.text import Text

from gx_pipeline.cli.console import (
    Bar,
    FormatOption,
    as_table,
    err,
    out,
    print_json,
    print_refusal,
    read_registry,
    said,
    short,
    unknown_agency,
)
from gx_pipeline.cli.findings import print_list, to_json
from gx_pipeline.cli.judged import JudgedReport
from gx_pipeline.cli.parse import read_and_judge
from gx_pipeline.cli.tables import print_report
from gx_pipeline.errors import Refusal
from gx_pipeline.forms import FIRST_YEAR
from gx_pipeline.parsing import SEVERITIES, Hints, Severity
from gx_pipeline.settings import Settings

if TYPE_CHECKING:
    from gx_pipeline.facts import Facts
    from gx_pipeline.lake import Lake, Partition

_BATCH = 100
NOTHING_TAKEN_IN = (
    "nothing is taken in under {data}: put reports at raw/<year>/<agency_id>/<file> there and call `gx-pipeline run`, or name "
    "files: `gx-pipeline check FILE`; GX_DATA_DIR names another data folder"
)


class Severities(StrEnum):
    """The least severity that `check` lists."""

    error = "error"
    warn = "warn"
    info = "info"


class Unfit(NamedTuple):
    """What cannot be checked, and so fails the check: a refused file, or facts that break their contract."""

    where: str
    message: str
    code: str | None = None


@dataclass
class _Tally:
    """What the summary counts."""

    reports: int = 0
    listed: int = 0
    severities: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    confirmed: int = 0
    unfit: list[Unfit] = field(default_factory=list)


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Report files; none: all that was taken in.", metavar="FILE")] = None,
    severity: Annotated[Severities, typer.Option(help="The least severity to list.")] = Severities.warn,
    year: Annotated[
        int | None, typer.Option(help="Only this report year; with files: the year where a file does not say it.", min=FIRST_YEAR)
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help="Only this agency's id; with files: the agency where a file does not say it.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """Show the findings in the official tables: what is wrong, where, and what would fit.

    Without files it checks everything that was taken in: the contract of the facts again, and the findings on them.

    Examples:
      gx-pipeline check report.html

      gx-pipeline check --year 2024 --severity error

      gx-pipeline check --format jsonl | jq -r '[.year, .agency_id, .rule, .message] | @tsv'

    Exit status: 0, whatever the published reports contain; 1 when the facts break their contract or a file is refused or
    unreadable; 2 wrong usage.
    """
    settings = Settings.from_environment()
    if files:
        total, reports = len(files), _of_files(files, Hints(year, agency))
    else:
        total, reports = _of_lake(settings, year, agency)
        if not total:
            _say_nothing_there(settings, year, agency)
            return
    show = _table_printer(single=total == 1) if as_table(form) else _print_lines
    tally = _Tally()
    with Bar("checking reports", total) as bar:
        for found in reports:
            bar.advance()
            if isinstance(found, Unfit):
                tally.unfit.append(found)
                continue
            listed = found.listed(severity.value)
            _count(tally, found, listed)
            if listed.findings or total == 1:
                with bar.aside():
                    show(listed)
    if as_table(form):
        _print_unfit(out, tally.unfit)
        _print_summary(tally, severity.value)
    else:
        _print_unfit(err, tally.unfit)
    if tally.unfit:
        raise typer.Exit(1)


def _of_files(files: Sequence[Path], hints: Hints) -> Iterator[JudgedReport | Unfit]:
    registry = read_registry(optional=True)
    if hints.agency_id is not None and hints.agency_id not in registry.by_id:
        raise unknown_agency(hints.agency_id, registry)
    for path in files:
        try:
            yield JudgedReport.of_checked(read_and_judge(path, registry, hints))
        except Refusal as refusal:
            yield Unfit(str(path), refusal.message, refusal.code)


def _of_lake(settings: Settings, year: int | None, agency: str | None) -> tuple[int, Iterator[JudgedReport | Unfit]]:
    """How many reports and refusals of the lake there are to be checked, and these."""
    from gx_pipeline.lake import Lake

    lake = Lake(settings.lake_dir)
    known, refusals = list(lake.fact_fingerprints()), lake.refusals()
    if agency is not None and agency not in {partition.agency_id for partition in (*known, *refusals)}:
        registry = read_registry(optional=True)
        if agency not in registry.by_id:
            raise unknown_agency(agency, registry)

    def wanted(partition: Partition) -> bool:
        return year in (None, partition.year) and agency in (None, partition.agency_id)

    partitions = list(filter(wanted, known))
    refused = [Unfit(entry.relative, entry.message, entry.code) for partition, entry in refusals.items() if wanted(partition)]

    def found() -> Iterator[JudgedReport | Unfit]:
        yield from _of_facts(lake, partitions, settings.data_dir)
        yield from refused

    return len(partitions) + len(refused), found()


def _of_facts(lake: Lake, partitions: Sequence[Partition], data_dir: Path) -> Iterator[JudgedReport | Unfit]:
    """The reports of the lake whose facts keep their contract; the others as what is broken."""
    from gx_pipeline.facts import broken_contracts

    series = dict(iter(lake.read_series_findings().groupby(["year", "agency_id"])))
    for start in range(0, len(partitions), _BATCH):
        batch: dict[Partition, Facts] = {}
        for partition in partitions[start : start + _BATCH]:
            try:
                batch[partition] = lake.read_facts(partition)
            except (OSError, ValueError) as error:
                yield Unfit(str(partition), f"the facts cannot be read ({error}); `gx-pipeline run --all` makes them anew")
        broken = broken_contracts(list(batch.values()))
        for at, (partition, facts) in enumerate(batch.items()):
            if at in broken:
                yield Unfit(str(partition), f"{broken[at]}; `gx-pipeline run --all` makes the facts anew")
            else:
                report = JudgedReport.of_facts(facts, series.get(partition))
                yield replace(report, path=short(data_dir / report.path))


def _count(tally: _Tally, found: JudgedReport, listed: JudgedReport) -> None:
    tally.reports += 1
    tally.listed += bool(listed.findings)
    tally.severities.update(named.finding.severity for named in found.findings if not named.confirmed)
    tally.rules.update(named.finding.rule for named in listed.findings)
    tally.confirmed += sum(named.confirmed for named in found.findings)


def _say_nothing_there(settings: Settings, year: int | None, agency: str | None) -> None:
    from gx_pipeline.lake import Lake

    if Lake(settings.lake_dir).fingerprints():
        asked = " ".join(str(part) for part in (agency, year) if part is not None)
        err.print(f"no report of {asked} is taken in; `gx-pipeline status` shows which reports there are")
    else:
        err.print(said(NOTHING_TAKEN_IN.format(data=settings.data_dir)))


# -- printing ------------------------------------------------------------------------------------------------------------


def _table_printer(*, single: bool) -> Callable[[JudgedReport], None]:
    """A printer of reports for people: of a report alone all tables, of many those at which a finding points."""

    def show(report: JudgedReport) -> None:
        print_report(report, numbered=True, pointed_only=not single)
        print_list(report)
        out.print()

    return show


def _print_lines(report: JudgedReport) -> None:
    for named in report.findings:
        print_json(to_json(report, named))


def _print_unfit(console: Console, unfit: Sequence[Unfit]) -> None:
    for entry in unfit:
        if entry.code:
            print_refusal(console, entry.where, entry.code, entry.message)
        else:
            console.print(Text.assemble(("contract broken ", "bold red"), said(f"{entry.where}: {entry.message}")))


def _print_summary(tally: _Tally, least: Severity) -> None:
    refused = sum(entry.code is not None for entry in tally.unfit)
    out.print(
        f"{tally.reports} reports checked, {tally.listed} with findings of severity {least} or graver, "
        f"{len(tally.unfit) - refused} break the contract, {refused} files refused"
    )
    hidden = [severity for severity in SEVERITIES[SEVERITIES.index(least) + 1 :] if tally.severities[severity]]
    counts = ", ".join(f"{tally.severities[severity]} {severity}" for severity in SEVERITIES)
    out.print(f"findings: {counts}" + (f" (`--severity {hidden[-1]}` lists them all)" if hidden else ""))
    if tally.confirmed:
        out.print(f"{tally.confirmed} more on cells that corrections.yml confirms as published")
    if tally.rules:
        out.print("by rule: " + ", ".join(f"{rule} {count}" for rule, count in tally.rules.most_common()))
        out.print("[dim]`gx-pipeline explain ID` shows the place in the source, `gx-pipeline rules RULE` explains a rule[/]")
