"""What a series is made of: the reports of an agency year by year, and where the agency comes from.

Figures alone, so that the reports of a whole lake need not be parsed again. Does not belong here: judging them (`series`,
`series_runs`), reading them (`lake.series`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import ParsedReport, Scope
from gx_pipeline.quality.identities import Figures, figures_of
from gx_pipeline.quality.registry import load_rules


class ReportOfYear(NamedTuple):
    """What a report contributes to the series of its agency.

    `files` are the digests of the files that were taken in for it, oldest first; the last is the one the figures are from.
    `confirmed` are the cells that a correction confirms as published, `doubted` those that may have been read wrongly.
    """

    year: int
    agency_id: str
    form: str
    requests_form: str
    figures: Figures
    scope: Scope = "unknown"
    files: tuple[str, ...] = ()
    confirmed: frozenset[CellKey] = frozenset()
    doubted: frozenset[CellKey] = frozenset()

    def value(self, key: CellKey) -> int | float | None:
        """The number in a cell; None where none stands or the form has no such cell."""
        return self.figures.get(key, ("missing", None))[1]


class Origin(NamedTuple):
    """Whose duties an agency took over when it began.

    `reports` are those of its predecessors for the year of its first report and for the year before. `divided` are the
    predecessors whose duties went to other agencies too.
    """

    began: dt.date
    predecessors: tuple[str, ...]
    reports: tuple[ReportOfYear, ...] = ()
    divided: tuple[str, ...] = ()


def of_report(report: ParsedReport, files: tuple[str, ...] = ()) -> ReportOfYear:
    """A parsed report as part of a series. Raises ValueError where year or agency are not known."""
    if report.year is None or report.agency_id is None:
        raise ValueError(f"{report.source.path}: a series needs the year and the agency of a report")
    return ReportOfYear(
        year=report.year,
        agency_id=report.agency_id,
        form=report.form,
        requests_form=report.requests_form,
        figures=figures_of(report),
        scope=report.scope,
        files=files,
        doubted=doubted_cells(
            ((cell.key, cell.placement) for cell in report.cells),
            ((found.rule, found.severity, found.cause, found.cells) for found in report.findings),
        ),
    )


def doubted_cells(
    placements: Iterable[tuple[CellKey, str | None]], findings: Iterable[tuple[str, str, str | None, Iterable[CellKey]]]
) -> frozenset[CellKey]:
    """The cells of a report that may have been read wrongly: placed by a sum alone, or pointed at by a doubt of the reader.

    Args:
        placements: what put each cell into its column.
        findings: rule, severity, cause and cells of the findings on the report by itself.
    """
    rules = load_rules()
    doubted = {key for key, placement in placements if placement == "identity"}
    for code, severity, cause, cells in findings:
        if cause == "parse_doubt" or (severity != "info" and rules[code].family == "reading"):
            doubted.update(cells)
    return frozenset(doubted)


def stretches(reports: Sequence[ReportOfYear]) -> Iterator[list[ReportOfYear]]:
    """The reports in stretches without a gap: what lies beyond a year that is missing is not compared."""
    stretch: list[ReportOfYear] = []
    for report in reports:
        if stretch and report.year != stretch[-1].year + 1:
            yield stretch
            stretch = []
        stretch.append(report)
    if stretch:
        yield stretch


def differ_in_scope(earlier: ReportOfYear, later: ReportOfYear) -> bool:
    """Whether the two reports say that they count the work of different circles."""
    return "unknown" not in (earlier.scope, later.scope) and earlier.scope != later.scope


def added_up(reports: Sequence[ReportOfYear]) -> Figures:
    """The figures of several reports added up, cell by cell, over the cells that all their forms have.

    A cell that holds no number in one of them holds none in the sum.
    """
    if len(reports) == 1:
        return reports[0].figures
    found: dict[CellKey, tuple[str, int | float | None]] = {}
    for key in reports[0].figures:
        if all(key in report.figures for report in reports):
            states = {report.figures[key][0] for report in reports}
            values = [value for report in reports if (value := report.value(key)) is not None]
            if len(values) == len(reports):
                found[key] = ("reported", sum(values))
            else:
                found[key] = ("unparsed" if "unparsed" in states else "blank", None)
    return found
