"""A report with all that is known of it by itself: its findings, the facts that its narrative states, its corrections."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.corrections import Applied, Correction, status_of
from gx_pipeline.quality.narrative.record import NarrativeFact


@dataclass(frozen=True)
class Checked:
    """A judged report, ready to become facts."""

    report: ParsedReport
    findings: tuple[Finding, ...]
    narrative: tuple[NarrativeFact, ...] = ()
    applied: tuple[Applied, ...] = ()

    @property
    def in_force(self) -> dict[CellKey, Correction]:
        """The corrections that hold, by their cell: those that have expired are left out."""
        return {entry.correction.cell: entry.correction for entry in self.applied if entry.outcome != "expired"}

    @property
    def confirmed(self) -> frozenset[CellKey]:
        """The cells that are confirmed as published."""
        return frozenset(entry.correction.cell for entry in self.applied if entry.outcome == "confirmed")

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that no confirmed cell settles."""
        confirmed = self.confirmed
        return tuple(finding for finding in self.findings if status_of(finding, confirmed) == "open")


def with_ids(findings: Iterable[Finding], year: int, agency_id: str) -> Iterator[tuple[str, Finding]]:
    """Findings of a report with their ids: the same finding has the same id in every run, however its message is worded.

    A finding that comes twice comes once. Where several share rule, cells and what they are about, they are numbered as they come.
    """
    seen: Counter[str] = Counter()
    said: set[Finding] = set()
    for finding in findings:
        if finding in said:
            continue
        said.add(finding)
        cells = sorted("/".join(key) for key in finding.cells)
        digest = hashlib.sha256("\n".join((agency_id, str(year), finding.rule, finding.about, *cells)).encode()).hexdigest()[:12]
        name = f"{finding.rule}-{digest}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}", finding
