"""What differs between two warehouses, as records, in the words of the form and as JSON.

Does not belong here: finding it out (`diff`), drawing it (`diff_markdown`, `cli.diff`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from gx_pipeline.forms import TABLE_CODES, TableCode, load_forms

Kind = Literal["added", "removed", "changed"]
Number = int | float
Change = TypeVar("Change")


@dataclass(frozen=True)
class Changes(Generic[Change]):
    """How many of a thing came, went and changed; the counts are whole, the list may be cut short.

    `unlisted` is how many more belong on the list than stand there.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    listed: tuple[Change, ...] = ()
    unlisted: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.added + self.removed + self.changed


@dataclass(frozen=True)
class FieldChange:
    """A column of `staging.reports` whose value differs; both values as text, None where there is none."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class ReportChange:
    """A report that is in one of the warehouses only, or in both with other provenance or other cells.

    `cells` counts all its cells where the report came or went, else those that are on the list of cells; `reread` counts
    the cells whose figure and state stayed while printed text, placement or place in the source differ.
    """

    year: int
    agency_id: str
    agency_name: str
    kind: Kind
    fields: tuple[FieldChange, ...]
    cells: int
    reread: int


@dataclass(frozen=True)
class Cell:
    """A cell in one warehouse: the figure as published, its state, the figure to count with, the text as printed."""

    form: str
    value: Number | None
    state: str
    used_value: Number | None
    raw: str | None


@dataclass(frozen=True)
class CellChange:
    """A cell, of a report that both warehouses have, whose published value, state or used value differs.

    `old` is None for a cell that only the new warehouse has, `new` for one that only the old has: the form of the table
    is another.
    """

    year: int
    agency_id: str
    agency_name: str
    table: TableCode
    row: str
    column: str
    kind: Kind
    old: Cell | None
    new: Cell | None

    @property
    def place(self) -> tuple[str, str, str]:
        """The labels of table, row (behind that of its group) and column; the code where the form has none."""
        return place_in_words((self.new or self.old or _NO_CELL).form, self.table, self.row, self.column)


@dataclass(frozen=True)
class Correction:
    """What data/corrections.yml says of a cell; `value` is the figure to use where the action is `override`."""

    form: str
    action: str
    value: Number | None
    reason: str


@dataclass(frozen=True)
class CorrectionChange:
    """A correction that is applied in one of the warehouses only, or in both with other words or another figure."""

    year: int
    agency_id: str
    agency_name: str
    table: TableCode
    row: str
    column: str
    kind: Kind
    old: Correction | None
    new: Correction | None

    @property
    def place(self) -> tuple[str, str, str]:
        """As of a `CellChange`."""
        held = self.new or self.old
        return place_in_words(held.form if held else "", self.table, self.row, self.column)


@dataclass(frozen=True)
class Finding:
    """A finding in one warehouse; `cells` and `suspect` are JSON as in `staging.findings`."""

    rule: str
    severity: str
    status: str
    cause: str | None
    message: str
    cells: str
    suspect: str | None
    found: float | None
    expected: float | None


@dataclass(frozen=True)
class FindingChange:
    """A finding that was opened (`added`), closed (`removed`), or says something else under the same id (`changed`).

    The line or page at which it stands is no part of what it says. `report` is `added` or `removed` where the finding came
    or went together with its report, else None.
    """

    year: int
    agency_id: str
    agency_name: str
    finding_id: str
    kind: Kind
    report: Kind | None
    old: Finding | None
    new: Finding | None

    @property
    def shown(self) -> Finding:
        """As it is now, or was last."""
        held = self.new or self.old
        if held is None:
            raise ValueError(f"the finding {self.finding_id} is in neither warehouse")
        return held


@dataclass(frozen=True)
class RefusalChange:
    """A refused file that is refused in one of the warehouses only, or in both with other words."""

    source_path: str
    code: str
    year: int | None
    agency_id: str | None
    kind: Kind
    old_message: str | None
    new_message: str | None


@dataclass(frozen=True)
class ColumnChange:
    """A column of a table: `old_type` is None where it is new, `new_type` where it is gone.

    `rows` counts the rows, in both warehouses, in which the column differs.
    """

    name: str
    old_type: str | None
    new_type: str | None
    rows: int

    @property
    def kind(self) -> Literal["added", "removed", "retyped", "values"]:
        """What happened to it."""
        if self.old_type is None:
            return "added"
        if self.new_type is None:
            return "removed"
        return "values" if self.old_type == self.new_type else "retyped"


@dataclass(frozen=True)
class TableChange:
    """A table of core or marts in both warehouses, or in one.

    `key` names the columns by which rows were paired: a key that the table declares, else the fewest leading columns that
    are unique in both. Where it is empty the rows were compared as a multiset: none counts as changed. Of a view the
    definition was compared, not the rows: they follow from the tables. `columns` has those that differ, and no other.
    """

    schema: str
    name: str
    kind: Kind | Literal["same"]
    view: bool
    key: tuple[str, ...] = ()
    old_rows: int | None = None
    new_rows: int | None = None
    rows_added: int = 0
    rows_removed: int = 0
    rows_changed: int = 0
    columns: tuple[ColumnChange, ...] = ()
    definition_changed: bool = False

    @property
    def full_name(self) -> str:
        """With its schema."""
        return f"{self.schema}.{self.name}"

    @property
    def unkeyed(self) -> bool:
        """Whether its rows were compared as a multiset."""
        return not (self.key or self.view or self.old_rows is None or self.new_rows is None)


@dataclass(frozen=True)
class Tally:
    """How many there are in the old and in the new warehouse."""

    name: str
    old: int
    new: int


@dataclass(frozen=True)
class Diff:
    """What differs between two warehouses.

    `reports`, `cells`, `states` (cells by state) and `severities` (open findings by severity) are of what was loaded,
    `tables` of core and marts. Lists are in the order of year, agency and form.
    """

    old: Path
    new: Path
    reports: Changes[ReportChange]
    cells: Changes[CellChange]
    findings: Changes[FindingChange]
    corrections: Changes[CorrectionChange]
    refusals: Changes[RefusalChange]
    tables: tuple[TableChange, ...]
    report_count: Tally
    states: tuple[Tally, ...]
    severities: tuple[Tally, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        lists: tuple[Changes[Any], ...] = (self.reports, self.cells, self.findings, self.corrections, self.refusals)
        return not any(changes.total for changes in lists) and all(table.kind == "same" for table in self.tables)


_NO_CELL = Cell("", None, "missing", None, None)


def place_in_words(form: str, table: TableCode, row: str, column: str) -> tuple[str, str, str]:
    """The Chinese labels of a cell's table, row (behind that of its group) and column.

    A code that the form does not have, as of a warehouse made by another version, stands for itself.
    """
    known = load_forms().get(form)
    if known is None:
        return table, row, column
    declared = known.tables[table]
    own_row, own_column = declared.row_by_code.get(row), declared.column_by_code.get(column)
    label = f"{own_row.group} {own_row.label}" if own_row and own_row.group else own_row.label if own_row else row
    return declared.label, label, own_column.label if own_column else column


def position(form: str, table: TableCode, row: str, column: str) -> tuple[int, int, str, str]:
    """Where a cell stands on its form, for sorting; codes that the form does not have come last."""
    known = load_forms().get(form)
    cells = {} if known is None else {(key.row, key.column): at for at, key in enumerate(known.cells(table))}
    return TABLE_CODES.index(table), cells.get((row, column), len(cells)), row, column


def to_json(diff: Diff) -> dict[str, Any]:
    """The diff as one JSON object: what `gx-pipeline diff --json` prints.

    ``same``: whether nothing differs. ``old``, ``new``: ``{path, reports, cells: {state: count}, findings_open: {severity:
    count}}``. ``reports``, ``cells``, ``findings``, ``corrections``, ``refusals``: ``{added, removed, changed, listed,
    unlisted}``, counts and a list of objects with the fields of `ReportChange`, `CellChange`, `FindingChange`,
    `CorrectionChange` and `RefusalChange`; ``opened`` and ``closed`` are the added and removed findings. ``cells.listed`` has
    the cells of reports that both have; those of reports that came or went are in the counts. A cell change also carries
    ``labels``: those of its table, row and column. ``tables``: a list of objects with the fields of `TableChange`, the tables
    without a difference included.
    """

    def changes(found: Changes[Any], entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
        counts = {"added": found.added, "removed": found.removed, "changed": found.changed}
        return {**counts, "listed": list(entries), "unlisted": found.unlisted}

    def plain(found: Changes[Any]) -> dict[str, Any]:
        return changes(found, (asdict(entry) for entry in found.listed))

    def placed(found: Changes[Any]) -> dict[str, Any]:
        return changes(found, ({**asdict(entry), "labels": list(entry.place)} for entry in found.listed))

    def side(path: Path, which: Literal["old", "new"]) -> dict[str, Any]:
        return {
            "path": str(path),
            "reports": getattr(diff.report_count, which),
            "cells": {tally.name: getattr(tally, which) for tally in diff.states},
            "findings_open": {tally.name: getattr(tally, which) for tally in diff.severities},
        }

    findings = plain(diff.findings)
    return {
        "same": diff.same,
        "old": side(diff.old, "old"),
        "new": side(diff.new, "new"),
        "reports": plain(diff.reports),
        "cells": placed(diff.cells),
        "findings": {"opened": findings.pop("added"), "closed": findings.pop("removed"), **findings},
        "corrections": placed(diff.corrections),
        "refusals": plain(diff.refusals),
        "tables": [asdict(table) for table in diff.tables],
    }
