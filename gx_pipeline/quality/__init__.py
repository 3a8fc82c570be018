"""Rules over facts: what is wrong in a published report, as findings. Changes no figure and writes nothing."""

from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.identities import (
    Figures,
    evaluations,
    figures_of,
    identity_findings,
    series_evaluations,
    series_findings,
)
from gx_pipeline.quality.narrative import narrative_findings

__all__ = [
    "Figures",
    "check_report",
    "evaluations",
    "figures_of",
    "identity_findings",
    "narrative_findings",
    "series_evaluations",
    "series_findings",
]


def check_report(report: ParsedReport) -> tuple[Finding, ...]:
    """All findings on one report by itself: those of the parser, then identities, then the narrative."""
    return (*report.findings, *identity_findings(report), *narrative_findings(report))
