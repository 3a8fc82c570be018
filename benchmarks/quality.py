"""How fast parsed reports are judged, and whether that stays so over thousands: `python -m benchmarks.quality` (--help).

Reports are generated in every layout of text and HTML, a tenth of them with a sum that fails, and parsed before the clock
runs; each is judged once, as the pipeline does, with an agency so that no rule is left out. Counted is processor time on
one core. Rules that span years are not counted, nor is reading (`benchmarks.parsing`). Never a test.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle, islice
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.parsing import FIRST_SEED, MIB, machine, resident_bytes, seconds
from gx_pipeline.agencies import Agency, Registry
from gx_pipeline.documents import describe, read_bytes
from gx_pipeline.parsing import ParsedReport, parse
from gx_pipeline.quality import identity_findings, judge, narrative_findings
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.generated.layouts import entries, generate

STEPS = 10
AGENCY = "999900-sjj"


@dataclass(frozen=True)
class Size:
    """How much is measured: reports a step, and reports before the first."""

    step: int
    warm_up: int


FULL = Size(step=1_000, warm_up=200)
QUICK = Size(step=100, warm_up=50)


class Milestone(NamedTuple):
    """After so many reports: seconds a report in the last step and since the start, memory held while they are judged."""

    reports: int
    seconds_of_step: float
    seconds_each: float
    resident: int


class Part(NamedTuple):
    """What a part of judging costs: reports, seconds a report."""

    what: str
    reports: int
    seconds_each: float


def parsed_reports(registry: Registry) -> Iterator[ParsedReport]:
    """Parsed reports of all whole layouts of text and HTML in turn, none twice, each made when it is asked for."""
    layouts = [entry for entry in entries() if entry.family in ("text", "HTML") and not entry.damaged]
    for entry, seed in zip(cycle(layouts), count(FIRST_SEED)):
        made = generate(entry, seed)
        yield parse(read_bytes(made.data, describe(made.data, made.name)), registry)


def judged(agency: Agency, report: ParsedReport) -> None:
    """What is measured."""
    judge(report, agency)


def long_run(reports: Iterator[ParsedReport], agency: Agency, size: Size) -> tuple[list[Milestone], list[Part]]:
    """Fresh reports step by step, and the parts of the last step."""
    for report in islice(reports, size.warm_up):
        judged(agency, report)
    milestones: list[Milestone] = []
    spent, done = 0.0, 0
    fresh: list[ParsedReport] = []
    for _ in range(STEPS):
        fresh = list(islice(reports, size.step))
        gc.collect()
        of_step = seconds(partial(judged, agency), fresh)
        spent, done = spent + of_step, done + len(fresh)
        milestones.append(Milestone(done, of_step / len(fresh), spent / done, resident_bytes()))
    return milestones, list(parts(fresh, agency))


def parts(reports: Sequence[ParsedReport], agency: Agency) -> Iterator[Part]:
    """The same reports again, by what fails in them and by what is asked of them."""
    failing = [report for report in reports if any(finding.severity == "error" for finding in identity_findings(report))]
    tallying = [report for report in reports if not identity_findings(report)]
    for what, some, work in (
        ("all rules, every sum tallies", tallying, partial(judged, agency)),
        ("all rules, a sum fails", failing, partial(judged, agency)),
        ("identities alone", reports, identity_findings),
        ("narrative alone", reports, narrative_findings),
    ):
        if some:
            yield Part(what, len(some), seconds(work, some) / len(some))


def show(milestones: Sequence[Milestone], measured: Sequence[Part], console: Console) -> None:
    """The tables for the terminal."""
    run = Table("reports", title="Judged one after another, one core", padding=(0, 1))
    for column in ("per second", "ms each", "ms of the last step", "to the first", "MiB held"):
        run.add_column(column, justify="right")
    for mark in milestones:
        speed = 1 / mark.seconds_each
        run.add_row(
            f"{mark.reports:,}",
            f"{speed:,.0f}",
            f"{1000 * mark.seconds_each:.3f}",
            f"{1000 * mark.seconds_of_step:.3f}",
            f"{mark.seconds_of_step / milestones[0].seconds_of_step:.2f}",
            f"{mark.resident / MIB:.0f}",
        )
    by_part = Table("of the last step, judged again", title="What it goes into", padding=(0, 1))
    for column in ("reports", "ms each"):
        by_part.add_column(column, justify="right")
    for part in measured:
        by_part.add_row(part.what, f"{part.reports:,}", f"{1000 * part.seconds_each:.3f}")
    for table in (run, by_part):
        console.print(table)


def markdown(milestones: Sequence[Milestone]) -> Iterator[str]:
    """The table of the README."""
    yield "| reports judged, one core | " + " | ".join(f"{mark.reports:,}" for mark in milestones) + " |"
    yield "|---|" + "---:|" * len(milestones)
    yield "| per second | " + " | ".join(f"{1 / mark.seconds_each:,.0f}" for mark in milestones) + " |"
    yield "| ms a report in the last step | " + " | ".join(f"{1000 * mark.seconds_of_step:.2f}" for mark in milestones) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = _options().parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    registry = Registry.read(CHECKOUT / "data" / "agencies.csv")
    milestones, measured = long_run(parsed_reports(registry), registry.by_id[AGENCY], QUICK if options.quick else FULL)
    if options.markdown:
        print("\n".join(markdown(milestones)))
        print(f"\n{machine()}.")
    else:
        print(machine())
        show(milestones, measured, Console(width=None if sys.stdout.isatty() else 150))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works; its figures are noisy")
    parser.add_argument("--markdown", action="store_true", help="print the condensed table for the README")
    return parser


if __name__ == "__main__":
    sys.exit(main())
