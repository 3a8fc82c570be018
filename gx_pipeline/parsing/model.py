"""What parsing yields: a report with every cell of its form, its sections, who reports on what, and findings.

Plain frozen records that any room above may read. Does not belong here: how they are found (the modules beside), nor
frames and databases.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from gx_pipeline.documents import Source
from gx_pipeline.forms import CellKey, TableCode

State = Literal["reported", "blank", "not_applicable", "missing", "unparsed"]
STATES: tuple[State, ...] = ("reported", "blank", "not_applicable", "missing", "unparsed")
Placement = Literal["header", "position", "identity"]
PLACEMENTS: tuple[Placement, ...] = ("header", "position", "identity")
Severity = Literal["error", "warn", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warn", "info")
# Where a finding comes from: the source prints it so; we may have read it wrongly; the table follows another form; text and
# table do not speak of the same.
Cause = Literal["publisher_error", "parse_doubt", "form_variant", "scope_difference"]
CAUSES: tuple[Cause, ...] = ("publisher_error", "parse_doubt", "form_variant", "scope_difference")
Scope = Literal["own_organ", "government_plus_office", "region_aggregate", "joint_body", "unknown"]
SCOPES: tuple[Scope, ...] = ("own_organ", "government_plus_office", "region_aggregate", "joint_body", "unknown")


class ReportCell(NamedTuple):
    """A cell of the form as the report fills it.

    `value` is a number when, and only when, `state` is `reported`; `raw` is the text as printed (None when missing).
    """

    key: CellKey
    value: int | float | None
    state: State
    raw: str | None = None
    placement: Placement | None = None
    locator: str | None = None


@dataclass(frozen=True)
class Finding:
    """Something that a reader of the figures has to know. `cells` are the cells it points at.

    `found` is the value that stands there and `expected` the one that it is compared with, where the rule compares two; what that
    is (what would fit, what the text says, …) the rule declares. `suspect` is the one cell that explains the finding alone; `at`
    leads to the place in the document (the cells have locators of their own).
    `about` tells findings of one rule on the same cells apart: with the rule and the cells it makes the finding's id, which does
    not depend on how the message is worded.
    """

    rule: str
    severity: Severity
    message: str
    cells: tuple[CellKey, ...] = ()
    expected: int | float | None = None
    found: int | float | None = None
    suspect: CellKey | None = None
    cause: Cause | None = None
    at: str | None = None
    about: str = ""


@dataclass(frozen=True)
class ReportSection:
    """The narrative of one of the six sections, tables left out, personal data masked."""

    section: str
    position: int
    heading: str
    text: str


@dataclass(frozen=True)
class ParsedReport:
    """An annual report, read. `agency_id` is None when the registry does not settle who reports.

    `preface` is what stands before the first section: no more than 2,000 characters, personal data masked.
    """

    source: Source
    agency_id: str | None
    agency_name: str | None
    agency_evidence: str | None
    year: int | None
    year_evidence: str | None
    form: str
    requests_form: str
    title: str | None
    published_on: dt.date | None
    published_on_evidence: str | None
    period_start: dt.date | None
    period_end: dt.date | None
    scope: Scope
    scope_evidence: str | None
    cells: tuple[ReportCell, ...]
    preface: str = ""
    sections: tuple[ReportSection, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @cached_property
    def by_key(self) -> dict[CellKey, ReportCell]:
        """The cells by their address on the form."""
        return {cell.key: cell for cell in self.cells}

    def form_of(self, table: str) -> str:
        """The form of a table: the requests table of a report may follow another form than the rest."""
        return self.requests_form if table == "requests" else self.form

    def value(self, table: TableCode, row: str, column: str) -> int | float | None:
        """The published value of a cell, None where none stands."""
        cell = self.by_key.get(CellKey(table, row, column))
        return cell.value if cell else None
