"""A parsed report held against its figures: what is right, what is wrong and told, what is wrong in silence.

A silent error is a number that the report does not print there, or a number of the report that is not read, with no
finding (error or warn, of the parser or of the identities) that points at any cell of the same row.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import describe, read_bytes
from gx_pipeline.errors import Refusal
from gx_pipeline.parsing import Finding, Hints, ParsedReport, parse
from gx_pipeline.quality import identity_findings
from gx_pipeline_tests.generated.layouts import Generated
from gx_pipeline_tests.generated.model import Figure, Key, Truth

Verdict = Literal["right", "wrong", "unread", "silent"]


class Read(NamedTuple):
    """State and value of a cell as the parser gives it."""

    state: str
    value: int | float | None


MISSING = Figure("missing", None)
NOT_READ = Read("missing", None)


class Judged(NamedTuple):
    """A cell of the form: what the report says, what was read, and how that is to be called.

    `wrong` is another number than printed, `unread` a printed number that was not read; both are told. `silent` is either,
    told by nothing.
    """

    key: Key
    printed: Figure
    read: Read
    raw: str | None
    verdict: Verdict

    @property
    def same_state(self) -> bool:
        """Whether the cell's state is that of the print."""
        return self.printed.state == self.read.state


@dataclass(frozen=True)
class Score:
    """What became of one document. `alarms` are findings of severity error beside the ones that are due.

    `seconds` is the time of reading and parsing alone.
    """

    document: Generated
    cells: tuple[Judged, ...] = ()
    refusal: str | None = None
    alarms: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0

    def count(self, verdict: Verdict) -> int:
        """How many cells were so."""
        return Counter(cell.verdict for cell in self.cells)[verdict]


def read_generated(document: Generated, registry: Registry, year: int | None = None) -> ParsedReport:
    """The document parsed as a file of its own. Raises Refusal."""
    return parse(read_bytes(document.data, describe(document.data, document.name)), registry, Hints(year))


def score(document: Generated, registry: Registry) -> Score:
    """Parse a document and judge every cell."""
    started = time.perf_counter()
    try:
        report = read_generated(document, registry)
    except Refusal as refusal:
        return Score(document, refusal=f"{refusal.code}: {refusal.message}", seconds=time.perf_counter() - started)
    seconds = time.perf_counter() - started
    findings = (*report.findings, *identity_findings(report))
    errors = tuple(finding for finding in findings if finding.severity == "error")
    return Score(
        document, judge(document.truth, report), None, errors if document.truth.broken is None else (), findings, seconds
    )


def told_rows(report: ParsedReport) -> frozenset[tuple[str, str]]:
    """The rows that a finding points at which warns of them; that cells are printed empty is no warning."""
    findings = (*report.findings, *identity_findings(report))
    return frozenset((key.table, key.row) for finding in findings if finding.severity != "info" for key in finding.cells)


def judge(truth: Truth, report: ParsedReport) -> tuple[Judged, ...]:
    """Every cell of the form in print and, beyond it, of the form that the parser saw.

    No finding can point at a row that only one of the two forms has; such a row is told by one that doubts the form, says
    that the table is not there, or points at another such row.
    """
    told = told_rows(report)
    read = {Key(*cell.key): cell for cell in report.cells}
    one_sided = {key[:2] for key in truth.figures} ^ {key[:2] for key in read}
    doubted = any(finding.rule in ("mixed_forms", "wrong_form") for finding in report.findings)
    lost: set[str] = {key.table for finding in report.findings if finding.rule == "table_missing" for key in finding.cells}
    lost |= {table for table, row in one_sided & told}
    told |= {row for row in one_sided if doubted or row[0] in lost}
    cells = []
    for key in dict.fromkeys((*truth.figures, *read)):
        printed = truth.figures.get(key, MISSING)
        cell = read.get(key)
        got = Read(cell.state, cell.value) if cell else NOT_READ
        cells.append(Judged(key, printed, got, cell.raw if cell else None, _verdict(printed, got, key[:2] in told)))
    return tuple(cells)


def _verdict(printed: Figure, read: Read, told: bool) -> Verdict:
    if read.state == "reported":
        if printed.state == "reported" and read.value == printed.value:
            return "right"
        return "wrong" if told else "silent"
    if printed.state != "reported":
        return "right"
    # A cell that is said to hold something that cannot be read speaks for itself.
    return "unread" if told or read.state == "unparsed" else "silent"
