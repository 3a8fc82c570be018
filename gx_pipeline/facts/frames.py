"""Reports to tidy frames, validated. One row a report, section, cell or finding; every cell keeps where it came from.

Does not belong here: judging figures (`quality`), storing frames (`lake`, `warehouse`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pandas as pd
from pandera.errors import SchemaErrors

from gx_pipeline.errors import Refusal
from gx_pipeline.facts.columns import CELL_TABLES, FRAMES, REPORT
from gx_pipeline.facts.schemas import schemas
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import STATES, Finding, ParsedReport
from gx_pipeline.quality import Checked, NarrativeFact, status_of, with_ids

Facts = dict[str, pd.DataFrame]


def build(reports: Sequence[Checked]) -> Facts:
    """The seven frames of some reports, typed but not validated.

    Raises:
        Refusal: `contract_broken` for a report without year or agency, which facts cannot be keyed on.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in FRAMES}
    for checked in reports:
        report = checked.report
        if report.year is None or report.agency_id is None:
            raise Refusal("contract_broken", f"{report.source.path}: a report needs a year and an agency to become facts")
        key = {"year": report.year, "agency_id": report.agency_id}
        sha = {"sha256": report.source.sha256}
        rows["reports"].append(_report_row(report, key))
        rows["report_sections"] += [
            {**key, "section": part.section, "position": part.position, "heading": part.heading, "text": part.text, **sha}
            for part in report.sections
        ]
        in_force = checked.in_force
        for cell in report.cells:
            correction = in_force.get(cell.key)
            row, column = CELL_TABLES[cell.key.table]
            rows[cell.key.table].append(
                {
                    **key,
                    "form": report.form_of(cell.key.table),
                    row: cell.key.row,
                    column: cell.key.column,
                    "value": cell.value,
                    "state": cell.state,
                    "raw": cell.raw,
                    "placement": cell.placement,
                    "locator": cell.locator,
                    "corrected_value": correction.value if correction else None,
                    "correction": correction.action if correction else None,
                    "correction_reason": correction.grounds if correction else None,
                    **sha,
                }
            )
        rows["findings"] += findings_rows(
            checked.findings, report.year, report.agency_id, report.source.sha256, checked.confirmed
        )
        rows["narrative_facts"] += _narrative_rows(checked.narrative, key, sha)
    return {name: _frame(name, entries) for name, entries in rows.items()}


def _report_row(report: ParsedReport, key: dict[str, Any]) -> dict[str, Any]:
    states = Counter(cell.state for cell in report.cells)
    source = report.source
    return {
        **key,
        "agency_name": report.agency_name,
        "form": report.form,
        "title": report.title,
        "published_on": report.published_on,
        "period_start": report.period_start,
        "period_end": report.period_end,
        "scope": report.scope,
        "year_evidence": report.year_evidence,
        "agency_evidence": report.agency_evidence,
        "published_on_evidence": report.published_on_evidence,
        "scope_evidence": report.scope_evidence,
        "source_path": source.path,
        "source_url": source.url,
        "media_type": source.media_type,
        "encoding": source.encoding,
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        **{f"cells_{state}": states[state] for state in STATES},
    }


def findings_rows(
    findings: Iterable[Finding], year: int, agency_id: str, sha256: str, confirmed: Collection[CellKey] = ()
) -> list[dict[str, Any]]:
    """Findings as rows of the `findings` frame; the id is the same for the same finding in every run.

    `confirmed` are the cells of the report that are confirmed as published; they decide the status of the findings on them.
    """
    return [
        {
            "year": year,
            "agency_id": agency_id,
            "finding_id": name,
            "rule": finding.rule,
            "severity": finding.severity,
            "status": status_of(finding, confirmed),
            "cause": finding.cause,
            "message": finding.message,
            "cells": json.dumps([list(key) for key in finding.cells]),
            "suspect": json.dumps(list(finding.suspect)) if finding.suspect else None,
            "expected": finding.expected,
            "found": finding.found,
            "locator": finding.at,
            "sha256": sha256,
        }
        for name, finding in with_ids(findings, year, agency_id)
    ]


def _narrative_rows(facts: Iterable[NarrativeFact], key: dict[str, Any], sha: dict[str, str]) -> list[dict[str, Any]]:
    """Narrative facts as rows, each with an id by what it says and where."""
    rows = []
    seen: Counter[str] = Counter()
    for fact in facts:
        digest = hashlib.sha256("\n".join((fact.measure, fact.section, fact.sentence, fact.words)).encode()).hexdigest()[:12]
        seen[digest] += 1
        rows.append(
            {
                **key,
                "fact_id": digest if seen[digest] == 1 else f"{digest}-{seen[digest]}",
                "measure": fact.measure,
                "value": fact.value,
                "unit": fact.unit,
                "subject": fact.subject,
                "period": fact.period,
                "negated": fact.negated,
                "section": fact.section,
                "words": fact.words,
                "sentence": fact.sentence,
                "cells": json.dumps([list(cell) for cell in fact.cells]),
                **sha,
            }
        )
    return rows


def findings_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A validated `findings` frame of rows from `findings_rows`."""
    return schemas()["findings"].validate(_frame("findings", rows), lazy=True)


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    schema = schemas()[name]
    frame = pd.DataFrame(rows, columns=list(schema.columns))
    return frame.astype({column: str(entry.dtype) for column, entry in schema.columns.items()})


def validate(facts: Facts) -> Facts:
    """The frames after their schemas.

    Raises:
        Refusal: `contract_broken`, listing up to five breaks with the frame, the rule and the offending row.
    """
    breaks: list[str] = []
    valid: Facts = {}
    for name in FRAMES:
        try:
            valid[name] = schemas()[name].validate(facts[name], lazy=True)
        except SchemaErrors as errors:
            breaks += [
                f"{name}.{case['column']}: {case['check']} fails for {case['failure_case']!r}"
                for case in errors.failure_cases.head(5).to_dict("records")
            ]
    orphans = set(map(tuple, _report_keys(facts))) - set(map(tuple, facts["reports"][REPORT].to_numpy()))
    if orphans:
        breaks.append(f"rows without a report: {sorted(orphans)[:3]}")
    if breaks:
        raise Refusal("contract_broken", "; ".join(breaks[:5]))
    return valid


def _report_keys(facts: Facts) -> Iterable[tuple[int, str]]:
    for name in FRAMES[1:]:
        yield from facts[name][REPORT].drop_duplicates().itertuples(index=False, name=None)


def split(facts: Facts) -> dict[tuple[int, str], Facts]:
    """The frames of a batch by report."""
    keys = [(int(year), str(agency)) for year, agency in facts["reports"][REPORT].itertuples(index=False, name=None)]
    groups = {name: dict(iter(frame.groupby(REPORT, sort=False))) for name, frame in facts.items()}
    return {key: {name: groups[name].get(key, facts[name].iloc[0:0]).reset_index(drop=True) for name in FRAMES} for key in keys}
