"""Findings that span years (carry_over, stock_flow), over all partitions of the lake.

They belong to the later report but depend on the earlier one, so they are made over the whole series at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from gx_pipeline.facts import figures, findings_rows
from gx_pipeline.forms import CellKey
from gx_pipeline.lake.inventory import Partition
from gx_pipeline.lake.store import Lake
from gx_pipeline.quality import series_findings

PREFIX = "series-"
_FRAMES = ("proactive_disclosure", "requests", "reconsideration_litigation")


def find_series_findings(lake: Lake) -> list[dict[str, Any]]:
    """Rows of the `findings` frame for every report whose agency has a report of the year before.

    Their ids open with `series-`, so that they can be told from those that a report gives by itself.
    """
    rows: list[dict[str, Any]] = []
    known = set(lake.fact_fingerprints())
    for agency, years in _series(known).items():
        previous: dict[CellKey, tuple[str, int | float | None]] | None = None
        last_year = 0
        for year in years:
            facts = {name: lake.read_frame(Partition(year, agency), name) for name in _FRAMES}
            current = figures(facts)
            if previous is not None and year == last_year + 1:
                found = series_findings(str(facts["requests"]["form"].iloc[0]), current, previous)
                found += [
                    finding
                    for finding in series_findings(str(facts["proactive_disclosure"]["form"].iloc[0]), current, previous)
                    if finding not in found
                ]
                rows += findings_rows(found, year, agency, str(facts["requests"]["sha256"].iloc[0]))
            previous, last_year = current, year
    for row in rows:
        row["finding_id"] = PREFIX + row["finding_id"]
    return rows


def _series(partitions: set[Partition]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for year, agency in sorted(partitions):
        found.setdefault(agency, []).append(year)
    return {agency: years for agency, years in found.items() if _consecutive(years)}


def _consecutive(years: list[int]) -> bool:
    return any(later == earlier + 1 for earlier, later in pairwise(years))
