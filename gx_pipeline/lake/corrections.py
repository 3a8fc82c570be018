"""Corrections that do not hold, over all partitions: expired ones, and those whose report was not taken in.

Read from what the stages stored, so that an expired correction is told by every run until somebody looks at it, not only by
the one that found it. Does not belong here: applying a correction (`quality.corrections`).
"""

from __future__ import annotations

from typing import NamedTuple

from gx_pipeline.lake.inventory import Inventory, Partition
from gx_pipeline.lake.store import Lake
from gx_pipeline.quality.corrections import EXPIRED


class IdleCorrections(NamedTuple):
    """A line each: corrections that have expired, and reports that are corrected but not taken in."""

    expired: tuple[str, ...]
    waiting: tuple[str, ...]


def idle_corrections(inventory: Inventory, lake: Lake) -> IdleCorrections:
    """The corrections that change nothing now."""
    made, refusals = lake.fact_fingerprints(), lake.refusals()
    expired: list[str] = []
    waiting: list[str] = []
    for (year, agency_id), entries in sorted(inventory.corrections.by_report.items()):
        partition = Partition(year, agency_id)
        if partition in made:
            findings = lake.read_frame(partition, "findings")
            messages = findings.loc[findings["rule"] == EXPIRED, "message"]
            expired += [f"{agency_id} {year}: {message}" for message in messages]
        else:
            cells = f"{len(entries)} {'cell' if len(entries) == 1 else 'cells'}"
            refused = refusals.get(partition)
            why = (
                f"was refused ({refused.code}); see to the file first"
                if refused
                else "is not taken in; put its file in place, or remove the entries"
            )
            waiting.append(f"{agency_id} {year}: corrections.yml corrects {cells} of a report that {why}")
    return IdleCorrections(tuple(expired), tuple(waiting))
