"""The formal duties of a report: what the Regulations and the notices ask of it beside its figures. Judges no figure."""

from __future__ import annotations

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing import Finding, ParsedReport


def formal_findings(report: ParsedReport, agency: Agency | None) -> list[Finding]:
    """Findings on the formal duties; those that depend on who reports are left out where the agency is not known."""
    del report, agency
    return []
