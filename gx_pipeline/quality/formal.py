"""The formal duties of a report: what the Regulations and the notices ask of it beside its figures. Judges no figure.

Here stand when a report is due and what a government must report beyond the others; the rest is in the modules that
`formal_findings` calls. Does not belong here: what the parser tells already (headings that are missing, a period that is
no year, the wrong form).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.blanks import blank_findings
from gx_pipeline.quality.borrowed import borrowed_findings
from gx_pipeline.quality.citations import citation_findings
from gx_pipeline.quality.registry import rule
from gx_pipeline.quality.structure import structure_findings

# Article 49: departments by the end of January, governments by the end of March of the year after.
_LAST_DAY = {"department": (1, 31), "government": (3, 31)}
_ASSESSMENT = re.compile("考核|考评|考查|评议|评估|测评|评价|责任追究|追责|问责|通报")


def formal_findings(report: ParsedReport, agency: Agency | None) -> list[Finding]:
    """Findings on the formal duties; those that depend on who reports are left out where the agency is not known."""
    return [
        *publication_findings(report, agency),
        *structure_findings(report),
        *citation_findings(report),
        *assessment_findings(report, agency),
        *blank_findings(report),
        *borrowed_findings(report, agency),
    ]


def due_by(agency: Agency, year: int) -> dt.date | None:
    """The last day on which a report for a year may be published (article 49); None for townships, which it does not name."""
    there_is_none = agency.level == "township" or year >= dt.MAXYEAR
    return None if there_is_none else dt.date(year + 1, *_LAST_DAY[agency.kind])


def publication_findings(report: ParsedReport, agency: Agency | None) -> Iterator[Finding]:
    """Whether the report was published in time; a date that cannot be is told by the parser and judged no further."""
    last_day = due_by(agency, report.year) if agency is not None and report.year is not None else None
    if last_day is None or any(finding.rule == "publication_date_implausible" for finding in report.findings):
        return
    if report.published_on is None:
        yield rule("publication_date_unknown").finding(
            f"no date of publication is shown; whether the report came by {last_day} cannot be told", about="published_on"
        )
    elif report.published_on > last_day:
        yield rule("published_late").finding(
            f"published on {report.published_on} ({report.published_on_evidence}), {(report.published_on - last_day).days} days "
            f"after {last_day}",
            about="published_on",
        )


def assessment_findings(report: ParsedReport, agency: Agency | None) -> Iterator[Finding]:
    """Whether a government tells of assessment, appraisal and accountability, wherever in its report."""
    if agency is None or agency.kind != "government" or agency.level == "township":
        return
    texts = {part.section: part.text for part in report.sections}
    if texts.get("overview") and "problems_improvements" in texts and not any(map(_ASSESSMENT.search, texts.values())):
        yield rule("assessment_missing").finding(
            "no section tells of assessment, public appraisal or accountability (考核、评议、责任追究)", about="sections"
        )
