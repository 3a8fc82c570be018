"""A report as JSON and back: the public contract of `gx-pipeline parse`, and the same with everything for storage.

Does not belong here: readable tables for people (`cli`), frames (`facts`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from gx_pipeline.documents import Source
from gx_pipeline.errors import Refusal
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing.model import Finding, ParsedReport, ReportCell, ReportSection

_APART = frozenset({"source", "cells", "sections", "findings"})


def to_contract(report: ParsedReport, findings: Sequence[Finding]) -> dict[str, Any]:
    """The object that `gx-pipeline parse` prints for a report: source, report, cells, findings."""
    source = report.source
    return {
        "source": {"path": source.path, "sha256": source.sha256, "media_type": source.media_type, "encoding": source.encoding},
        "report": {
            "agency_id": report.agency_id,
            "agency_name": report.agency_name,
            "year": report.year,
            "form": report.form,
            "published_on": _plain(report.published_on),
            "scope": report.scope,
        },
        "cells": [_cell(cell) for cell in report.cells],
        "findings": [_finding(finding) for finding in findings],
    }


def refusal_to_contract(path: str, refusal: Refusal) -> dict[str, Any]:
    """The object that stands in the place of a file that was refused."""
    return {"source": {"path": path}, "error": {"code": refusal.code, "message": refusal.message}}


def to_storage(report: ParsedReport) -> dict[str, Any]:
    """Everything that is known of a report, in the words of the contract; `from_storage` reads it back."""
    return {
        "source": {name: _plain(value) for name, value in asdict(report.source).items()},
        "report": {field.name: _plain(getattr(report, field.name)) for field in fields(report) if field.name not in _APART},
        "cells": [_cell(cell) for cell in report.cells],
        "sections": [asdict(section) for section in report.sections],
        "findings": [_finding(finding) | _rest(finding) for finding in report.findings],
    }


def from_storage(entry: dict[str, Any]) -> ParsedReport:
    """The report back from `to_storage`."""
    head: dict[str, Any] = {name: _date(value) if name in _DATES else value for name, value in entry["report"].items()}
    source: dict[str, Any] = {name: _date(value) if name in _DATES else value for name, value in entry["source"].items()}
    return ParsedReport(
        source=Source(**source),
        **head,
        cells=tuple(
            ReportCell(
                CellKey(cell["table"], cell["row"], cell["column"]),
                cell["value"],
                cell["state"],
                cell["raw"],
                cell["placement"],
                cell["locator"],
            )
            for cell in entry["cells"]
        ),
        sections=tuple(ReportSection(**section) for section in entry["sections"]),
        findings=tuple(_finding_of(found) for found in entry["findings"]),
    )


_DATES = frozenset({"published_on", "period_start", "period_end"})


def _cell(cell: ReportCell) -> dict[str, Any]:
    return {
        "table": cell.key.table,
        "row": cell.key.row,
        "column": cell.key.column,
        "value": cell.value,
        "state": cell.state,
        "raw": cell.raw,
        "placement": cell.placement,
        "locator": cell.locator,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "cells": [list(key) for key in finding.cells],
    }


def _rest(finding: Finding) -> dict[str, Any]:
    """What storage keeps of a finding beyond the contract."""
    return {
        "expected": finding.expected,
        "found": finding.found,
        "suspect": list(finding.suspect) if finding.suspect else None,
        "cause": finding.cause,
        "at": finding.at,
        "about": finding.about,
    }


def _finding_of(entry: dict[str, Any]) -> Finding:
    suspect = entry["suspect"]
    return Finding(
        **entry | {"cells": tuple(CellKey(*key) for key in entry["cells"]), "suspect": CellKey(*suspect) if suspect else None}
    )


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
