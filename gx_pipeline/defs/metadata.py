"""What a materialization shows in the UI: counts, the figures as tables, the raw file, the findings, the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from gx_pipeline.facts import FRAMES, schemas
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.lake.stages import Outcome
from gx_pipeline.parsing import SEVERITIES, Finding, ParsedReport
from gx_pipeline.parsing.layout import markdown
from gx_pipeline.quality.registry import fits
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse.diff_markdown import plain

PREVIEW_LINES = 40
# Messages are shown whole, unless a document made one long on purpose.
LONGEST_MESSAGE = 2000
_FENCE = "```"
_WORDS = {"string[python]": "text", "int64": "integer", "Int64": "integer", "Float64": "decimal", "datetime64[ns]": "date"}


def column_schema(frame: str) -> dg.TableSchemaMetadataValue:
    """The columns of a fact frame."""
    return dg.MetadataValue.table_schema(
        dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name,
                    _WORDS.get(str(column.dtype), str(column.dtype)),
                    constraints=dg.TableColumnConstraints(nullable=column.nullable),
                )
                for name, column in schemas()[frame].columns.items()
            ]
        )
    )


def findings_table(findings: Iterable[Finding]) -> dg.MarkdownMetadataValue:
    """Findings as a Markdown table, errors first."""
    order = {"error": 0, "warn": 1, "info": 2}
    lines = ["| severity | rule | message | would fit | cause | cells |", "|---|---|---|---|---|---|"]
    for finding in sorted(findings, key=lambda found: order[found.severity]):
        cells = ", ".join("/".join(key[1:]) for key in finding.cells[:3]) + (" …" if len(finding.cells) > 3 else "")
        would_fit = (
            f"{'/'.join(finding.suspect[1:])} = {in_digits(finding.expected)}"
            if finding.suspect and finding.expected is not None and fits(finding.rule, suspects=True)
            else ""
        )
        lines.append(
            f"| {finding.severity} | {finding.rule} | {plain(finding.message, LONGEST_MESSAGE)} | {would_fit} | {finding.cause or ''} | {cells} |"
        )
    return dg.MetadataValue.md("\n".join(lines) if len(lines) > 2 else "none")


def materialization(outcome: Outcome, partition: str, settings: Settings) -> dg.AssetMaterialization:
    """The event of what a stage made for a partition."""
    metadata: dict[str, Any] = {}
    version = ""
    if outcome.raw:
        source = outcome.raw.source
        version = outcome.raw.fingerprint
        metadata = {
            "raw file": _raw_file(settings, source.path),
            "sha256": source.sha256,
            "bytes": source.size_bytes,
            "media type": source.media_type,
            **_known({"address": source.url, "published on": source.published_on}),
        }
    elif outcome.document:
        document = outcome.document
        preview = [f"{line.at}: {' | '.join(cell.text for cell in line.cells)}" for line in document.lines if line.text]
        metadata = {
            "lines": len(document.lines),
            "cells": sum(len(line.cells) for line in document.lines),
            "raw file": _raw_file(settings, document.source.path),
            **_known({"encoding": document.source.encoding, "title": document.title, "site": document.site_name}),
            "preview": dg.MetadataValue.md("\n".join((_FENCE, *map(_in_fence, preview[:PREVIEW_LINES]), _FENCE))),
        }
        version = document.source.sha256
    elif outcome.report:
        metadata = _report(outcome.report, settings) | {"findings": findings_table(outcome.report.findings)}
        version = outcome.report.source.sha256
    elif outcome.facts:
        report, findings = outcome.facts.report, outcome.facts.findings
        faulty = {key for finding in findings if finding.severity == "error" for key in finding.cells}
        severities = Counter(finding.severity for finding in findings)
        metadata = {
            **_report(report, settings),
            "figures": dg.MetadataValue.md(markdown(report, faulty)),
            "findings": findings_table(findings),
            "dagster/row_count": len(report.cells) + len(report.sections) + len(findings) + 1,
            **{f"findings: {severity}": severities[severity] for severity in SEVERITIES},
            "frames": ", ".join(FRAMES),
        }
        version = report.source.sha256
    return dg.AssetMaterialization(outcome.stage, partition=partition, metadata=metadata, tags={"dagster/data_version": version})


def _in_fence(text: str) -> str:
    """A line of a document within a fence, which it does not end."""
    return " ".join(text.splitlines())[:160].replace(_FENCE, "'''")


def _report(report: ParsedReport, settings: Settings) -> dict[str, Any]:
    states = Counter(cell.state for cell in report.cells)
    return {
        "agency": f"{report.agency_name} ({report.agency_evidence})",
        "year": f"{report.year} ({report.year_evidence})",
        "form": report.form,
        "scope": report.scope,
        **{f"cells: {state}": count for state, count in states.items()},
        "figures": dg.MetadataValue.md(markdown(report)),
        "raw file": _raw_file(settings, report.source.path),
        **_known({"address": report.source.url, "published on": report.published_on}),
    }


def _raw_file(settings: Settings, relative: str) -> dg.PathMetadataValue:
    return dg.MetadataValue.path(str(settings.data_dir / relative))


def _known(entries: Mapping[str, object]) -> dict[str, Any]:
    shown = {name: str(value) for name, value in entries.items() if value}
    return {name: dg.MetadataValue.url(text) if text.startswith("http") else text for name, text in shown.items()}
