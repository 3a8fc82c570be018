"""Rules over facts: what is wrong in a published report, as findings. Changes no figure and writes nothing."""

from collections.abc import Iterable

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.checked import Checked, with_ids
from gx_pipeline.quality.corrections import ACTIONS, STATUSES, Correction, Corrections, apply, status_of
from gx_pipeline.quality.formal import formal_findings
from gx_pipeline.quality.identities import (
    Figures,
    evaluations,
    figures_of,
    identity_findings,
    series_evaluations,
)
from gx_pipeline.quality.narrative import STATED_PERIODS, SUBJECTS, NarrativeFact, narrative_facts, narrative_findings

__all__ = [
    "ACTIONS",
    "STATED_PERIODS",
    "STATUSES",
    "SUBJECTS",
    "Checked",
    "Correction",
    "Corrections",
    "Figures",
    "NarrativeFact",
    "check_report",
    "evaluations",
    "figures_of",
    "identity_findings",
    "judge",
    "narrative_facts",
    "narrative_findings",
    "series_evaluations",
    "status_of",
    "with_ids",
]


def judge(report: ParsedReport, agency: Agency | None = None, corrections: Iterable[Correction] = ()) -> Checked:
    """A report with every finding on it by itself (the parser's, then identities, narrative, formal duties) and its narrative facts.

    Figures are judged as published; `corrections`, those of this report, stand beside them and say themselves what became of them.
    """
    applied = tuple(apply(report, corrections))
    stated = narrative_facts(report)
    findings = (
        *report.findings,
        *identity_findings(report),
        *narrative_findings(report, stated),
        *formal_findings(report, agency),
        *(entry.finding for entry in applied),
    )
    return Checked(report, findings, stated, applied)


def check_report(report: ParsedReport, agency: Agency | None = None) -> tuple[Finding, ...]:
    """All findings on one report by itself."""
    return judge(report, agency).findings
