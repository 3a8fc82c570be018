"""Documents to reports: knows the forms, knows no Dagster, no frames and no database."""

from gx_pipeline.parsing.model import (
    CAUSES,
    PLACEMENTS,
    SCOPES,
    SEVERITIES,
    STATES,
    Cause,
    Finding,
    ParsedReport,
    Placement,
    ReportCell,
    ReportSection,
    Scope,
    Severity,
    State,
)
from gx_pipeline.parsing.report import Hints, parse

__all__ = [
    "CAUSES",
    "PLACEMENTS",
    "SCOPES",
    "SEVERITIES",
    "STATES",
    "Cause",
    "Finding",
    "Hints",
    "ParsedReport",
    "Placement",
    "ReportCell",
    "ReportSection",
    "Scope",
    "Severity",
    "State",
    "parse",
]
