"""Findings that span years (carry_over, stock_flow), over all partitions of the lake.

They belong to the later report but depend on the earlier one, so they are made over the whole series at once.
"""

from __future__ import annotations

from typing import Any

from gx_pipeline.facts import confirmed_cells, figures, findings_rows
from gx_pipeline.forms import CellKey
from gx_pipeline.lake.inventory import Partition
from gx_pipeline.lake.store import Lake
from gx_pipeline.parsing import Finding
from gx_pipeline.quality.series import ReportOfYear, judge_series

PREFIX = "series-"
_FRAMES = ("proactive_disclosure", "requests", "reconsideration_litigation")


def find_series_findings(lake: Lake) -> list[dict[str, Any]]:
    """Rows of the `findings` frame for every report whose agency has other reports.

    Their ids open with `series-`, so that they can be told from those that a report gives by itself.
    """
    rows: list[dict[str, Any]] = []
    for agency, years in _series(set(lake.fact_fingerprints())).items():
        reports: list[ReportOfYear] = []
        digests: dict[int, str] = {}
        confirmed: dict[int, frozenset[CellKey]] = {}
        for year in years:
            facts = {name: lake.read_frame(Partition(year, agency), name) for name in _FRAMES}
            form, requests_form = (str(facts[name]["form"].iloc[0]) for name in ("proactive_disclosure", "requests"))
            reports.append(ReportOfYear(year, agency, form, requests_form, figures(facts)))
            digests[year] = str(facts["requests"]["sha256"].iloc[0])
            confirmed[year] = confirmed_cells(facts)
        found: dict[int, list[Finding]] = {}
        for year, finding in judge_series(reports):
            found.setdefault(year, []).append(finding)
        for year, findings in found.items():
            rows += findings_rows(findings, year, agency, digests[year], confirmed[year])
    for row in rows:
        row["finding_id"] = PREFIX + row["finding_id"]
    return rows


def _series(partitions: set[Partition]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for year, agency in sorted(partitions):
        found.setdefault(agency, []).append(year)
    return {agency: years for agency, years in found.items() if len(years) > 1}
