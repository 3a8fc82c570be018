"""A judged report as the terminal shows it, the same whether it was read from a file or from the facts of the lake.

Does not belong here: how it is drawn (`tables`, `findings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from gx_pipeline.forms import TABLE_CODES, CellKey, TableCode
from gx_pipeline.parsing import SEVERITIES, Finding, ParsedReport, ReportCell, Severity
from gx_pipeline.quality import Checked, with_ids

if TYPE_CHECKING:
    import pandas as pd

    from gx_pipeline.facts import Facts


class Named(NamedTuple):
    """A finding with its id; None where a report without year or agency gives no id that a later run would give again.

    `confirmed`: a correction confirms what it points at as published.
    """

    name: str | None
    finding: Finding
    confirmed: bool = False


@dataclass(frozen=True)
class JudgedReport:
    """Who reports on what year in which file, every cell, and the findings."""

    agency_name: str | None
    agency_id: str | None
    year: int | None
    form: str
    published_on: str | None
    scope: str
    path: str
    url: str | None
    forms: Mapping[TableCode, str]
    cells: Mapping[CellKey, ReportCell]
    findings: tuple[Named, ...]

    def listed(self, least: Severity) -> JudgedReport:
        """The same with the open findings of at least this severity, the gravest first."""
        severities = SEVERITIES[: SEVERITIES.index(least) + 1]
        kept = sorted(
            (named for named in self.findings if named.finding.severity in severities and not named.confirmed),
            key=lambda named: SEVERITIES.index(named.finding.severity),
        )
        return replace(self, findings=tuple(kept))

    @classmethod
    def of_checked(cls, checked: Checked) -> JudgedReport:
        """Of a report that was parsed and judged just now."""
        report = checked.report
        return cls(
            agency_name=report.agency_name,
            agency_id=report.agency_id,
            year=report.year,
            form=report.form,
            published_on=str(report.published_on) if report.published_on else None,
            scope=report.scope,
            path=report.source.path,
            url=report.source.url,
            forms={code: report.form_of(code) for code in TABLE_CODES},
            cells=report.by_key,
            findings=tuple(_named(report, checked.findings)),
        )

    @classmethod
    def of_facts(cls, facts: Facts, series: pd.DataFrame | None = None) -> JudgedReport:
        """Of the frames of one report, with its rows of the findings that span years."""
        import pandas as pd

        from gx_pipeline.facts import cells_of, findings_of, forms_of

        head = {name: value for name, value in facts["reports"].iloc[0].items() if not pd.isna(value)}
        frames = [facts["findings"], *([] if series is None else [series])]
        found = [entry for frame in frames for entry in zip(findings_of(frame), frame["status"] == "confirmed", strict=True)]
        return cls(
            agency_name=head.get("agency_name"),
            agency_id=head["agency_id"],
            year=int(head["year"]),
            form=head["form"],
            published_on=str(head["published_on"].date()) if "published_on" in head else None,
            scope=head["scope"],
            path=head["source_path"],
            url=head.get("source_url"),
            forms=forms_of(facts),
            cells=cells_of(facts),
            findings=tuple(Named(*named, confirmed=bool(confirmed)) for named, confirmed in found),
        )


def _named(report: ParsedReport, findings: Iterable[Finding]) -> Iterable[Named]:
    known = report.year is not None and report.agency_id is not None
    for name, finding in with_ids(findings, report.year or 0, report.agency_id or ""):
        yield Named(name if known else None, finding)
