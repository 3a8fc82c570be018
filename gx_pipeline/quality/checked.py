"""A report with all that is known of it by itself: its findings, and the facts that its narrative states."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.narrative.record import NarrativeFact


@dataclass(frozen=True)
class Checked:
    """A judged report, ready to become facts."""

    report: ParsedReport
    findings: tuple[Finding, ...]
    narrative: tuple[NarrativeFact, ...] = ()


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
