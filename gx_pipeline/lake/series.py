"""Findings that reports give together, over all partitions of the lake: those of one agency, and those of one year.

They belong to one report but depend on others, so they are made over whole series. An agency's reports are read once and let go
again; a successor reads those of its predecessors for two years beside them. Narratives are compared year by year. Does not
belong here: what is found (`quality.series`, `quality.copies`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gx_pipeline.agencies import Agency, Registry
from gx_pipeline.facts import CELL_TABLES, findings_rows
from gx_pipeline.forms import CellKey
from gx_pipeline.lake.inventory import Partition
from gx_pipeline.lake.store import Lake
from gx_pipeline.parsing import Finding
from gx_pipeline.quality.copies import Narrative, copied_findings, narrative
from gx_pipeline.quality.series import Origin, ReportOfYear, doubted_cells, judge_series

PREFIX = "series-"


def find_series_findings(lake: Lake, registry: Registry) -> list[dict[str, Any]]:
    """Rows of the `findings` frame for every report of the lake that its series tells something about.

    Their ids open with `series-`, so that they can be told from those that a report gives by itself.
    """
    rows: list[dict[str, Any]] = []
    series = _series(lake)
    heads: dict[int, list[_Head]] = {}
    for agency_id, years in series.items():
        reports = [_report(lake, Partition(year, agency_id)) for year in years]
        agency = registry.by_id.get(agency_id)
        origin = _origin(lake, registry, agency, years[0], series) if agency and agency.predecessors else None
        by_year = {report.year: report for report in reports}
        for report in reports:
            heads.setdefault(report.year, []).append(_Head(agency_id, report.files[-1], report.scope == "joint_body"))
        found: dict[int, list[Finding]] = {}
        for year, finding in judge_series(reports, origin):
            found.setdefault(year, []).append(finding)
        for year, findings in found.items():
            rows += findings_rows(findings, year, agency_id, by_year[year].files[-1], by_year[year].confirmed)
    for year in sorted(heads):
        rows += _copies(lake, registry, year, heads[year])
    for row in rows:
        row["finding_id"] = PREFIX + row["finding_id"]
    return rows


class _Head(NamedTuple):
    """What is kept of a report for the comparison of narratives: whose it is, its file, whether it is made with others."""

    agency_id: str
    sha256: str
    shared: bool


def _copies(lake: Lake, registry: Registry, year: int, heads: Sequence[_Head]) -> Iterator[dict[str, Any]]:
    """Rows for the reports of a year whose narrative is that of another agency."""
    narratives: list[Narrative] = []
    for agency_id, _, shared in heads:
        sections = lake.read_columns(Partition(year, agency_id), "report_sections", ("section", "text"))
        parts = zip(sections["section"], sections["text"], strict=True)
        agency = registry.by_id.get(agency_id)
        narratives.append(narrative(year, agency_id, agency.name if agency else agency_id, parts, agency, shared=shared))
    digests = {head.agency_id: head.sha256 for head in heads}
    for _, agency_id, finding in copied_findings(narratives):
        yield from findings_rows([finding], year, agency_id, digests[agency_id])


def _series(lake: Lake) -> dict[str, list[int]]:
    """The report years of each agency."""
    found: dict[str, list[int]] = {}
    for year, agency in sorted(lake.fact_fingerprints()):
        found.setdefault(agency, []).append(year)
    return found


def _origin(lake: Lake, registry: Registry, agency: Agency, first: int, series: Mapping[str, list[int]]) -> Origin:
    """The predecessors of an agency, with what they published around its first report."""
    return Origin(
        began=agency.valid_from,
        predecessors=agency.predecessors,
        reports=tuple(
            _report(lake, Partition(year, before))
            for before in agency.predecessors
            for year in (first - 1, first)
            if year in series.get(before, ())
        ),
        divided=tuple(before for before in agency.predecessors if len(registry.successors[before]) > 1),
    )


def _report(lake: Lake, partition: Partition) -> ReportOfYear:
    """What a report contributes to its series, read from its facts."""
    report = lake.read_columns(partition, "reports", ("form", "scope", "sha256"))
    figures: dict[CellKey, tuple[str, int | float | None]] = {}
    forms: dict[str, str] = {}
    confirmed: set[CellKey] = set()
    placements: list[tuple[CellKey, str | None]] = []
    for table, (row, column) in CELL_TABLES.items():
        cells = lake.read_columns(partition, table, ("form", row, column, "state", "value", "placement", "correction"))
        forms[table] = cells["form"][0]
        keys = [CellKey(table, *codes) for codes in zip(cells[row], cells[column], strict=True)]
        figures.update(zip(keys, zip(cells["state"], cells["value"], strict=True), strict=True))
        placements += zip(keys, cells["placement"], strict=True)
        confirmed.update(key for key, action in zip(keys, cells["correction"], strict=True) if action == "confirm_as_published")
    return ReportOfYear(
        year=partition.year,
        agency_id=partition.agency_id,
        form=report["form"][0],
        requests_form=forms["requests"],
        figures=figures,
        scope=report["scope"][0],
        files=(*lake.read_files_taken_in(partition)[:-1], report["sha256"][0]),
        confirmed=frozenset(confirmed),
        doubted=doubted_cells(placements, _told(lake, partition)),
    )


def _told(lake: Lake, partition: Partition) -> Iterator[tuple[str, str, str | None, list[CellKey]]]:
    """Rule, severity, cause and cells of the findings on a report by itself."""
    found = lake.read_columns(partition, "findings", ("rule", "severity", "cause", "cells"))
    for rule, severity, cause, cells in zip(*found.values(), strict=True):
        yield rule, severity, cause, [CellKey(*key) for key in json.loads(cells)]
