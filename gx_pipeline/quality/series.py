"""The years of an agency against each other: what carries over from one report to the next, and what cannot be.

Works on figures alone, so that the reports of a whole lake need not be parsed again. Does not belong here: reading them
(`lake.series`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.identities import Figures, figures_of, series_findings


class ReportOfYear(NamedTuple):
    """What a report contributes to the series of its agency."""

    year: int
    agency_id: str
    form: str
    requests_form: str
    figures: Figures


def of_report(report: ParsedReport) -> ReportOfYear:
    """A parsed report as part of a series. Raises ValueError where year or agency are not known."""
    if report.year is None or report.agency_id is None:
        raise ValueError(f"{report.source.path}: a series needs the year and the agency of a report")
    return ReportOfYear(report.year, report.agency_id, report.form, report.requests_form, figures_of(report))


def judge_series(reports: Sequence[ReportOfYear]) -> list[tuple[int, Finding]]:
    """Findings that span years, each with the year of the report that it belongs to.

    Args:
        reports: all reports of one agency, by year.
    """
    found: list[tuple[int, Finding]] = []
    for earlier, later in pairwise(reports):
        if later.year == earlier.year + 1:
            judged = series_findings(later.requests_form, later.figures, earlier.figures)
            judged += [
                finding for finding in series_findings(later.form, later.figures, earlier.figures) if finding not in judged
            ]
            found += [(later.year, finding) for finding in judged]
    return found
