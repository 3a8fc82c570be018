"""Findings that reports give together, over all partitions of the lake: those of one agency, and those of one year.

They belong to one report but depend on others, so they are made over whole series. An agency's reports are read once and let go
again; a successor reads those of its predecessors for two years beside them. Narratives are compared year by year. Does not
belong here: what is found (`quality.series`, `quality.copies`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gx_pipeline.agencies import Agency, Registry
from gx_pipeline.facts import CELL_TABLES, findings_rows
from gx_pipeline.forms import CellKey
from gx_pipeline.lake.inventory import Partition
from gx_pipeline.lake.store import Lake
from gx_pipeline.parsing import Finding
from gx_pipeline.quality.copies import Narrative, copied_findings, narrative
from gx_pipeline.quality.series import Origin, ReportOfYear, judge_series

PREFIX = "series-"


def find_series_findings(lake: Lake, registry: Registry) -> list[dict[str, Any]]:
    """Rows of the `findings` frame for every report of the lake that its series tells something about.

    Their ids open with `series-`, so that they can be told from those that a report gives by itself.
    """
    rows: list[dict[str, Any]] = []
    series = _series(lake)
    for agency_id, years in series.items():
        reports = [_report(lake, Partition(year, agency_id)) for year in years]
        agency = registry.by_id.get(agency_id)
        origin = _origin(lake, registry, agency, years[0], series) if agency and agency.predecessors else None
        by_year = {report.year: report for report in reports}
        found: dict[int, list[Finding]] = {}
        for year, finding in judge_series(reports, origin):
            found.setdefault(year, []).append(finding)
        for year, findings in found.items():
            rows += findings_rows(findings, year, agency_id, by_year[year].files[-1], by_year[year].confirmed)
    for year in sorted({year for years in series.values() for year in years}):
        rows += _copies(lake, registry, year, [agency_id for agency_id, years in series.items() if year in years])
    for row in rows:
        row["finding_id"] = PREFIX + row["finding_id"]
    return rows


def _copies(lake: Lake, registry: Registry, year: int, agencies: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows for the reports of a year whose narrative is that of another agency."""
    narratives: list[Narrative] = []
    digests: dict[str, str] = {}
    for agency_id in agencies:
        partition = Partition(year, agency_id)
        report = lake.read_columns(partition, "reports", ("agency_name", "scope", "sha256"))
        sections = lake.read_columns(partition, "report_sections", ("section", "text"))
        parts = zip(sections["section"], sections["text"], strict=True)
        agency = registry.by_id.get(agency_id)
        name = agency.name if agency else report["agency_name"][0]
        narratives.append(narrative(year, agency_id, name, parts, agency, shared=report["scope"][0] == "joint_body"))
        digests[agency_id] = report["sha256"][0]
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
    for table, (row, column) in CELL_TABLES.items():
        cells = lake.read_columns(partition, table, ("form", row, column, "state", "value", "correction"))
        forms[table] = cells["form"][0]
        keys = [CellKey(table, *codes) for codes in zip(cells[row], cells[column], strict=True)]
        figures.update(zip(keys, zip(cells["state"], cells["value"], strict=True), strict=True))
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
    )
