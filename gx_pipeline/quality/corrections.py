"""Corrections as data: cells whose published figure is known to be wrong, or to be right, each with its reason and source.

A correction never changes what was published: it stands beside it. It says what it expects to stand in the cell; where
something else stands (the source was mended, or is read otherwise), it has expired, is not applied, and an error says so.
Does not belong here: the YAML of the file (`corrections_file`), the columns that carry corrections (`facts`).
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gx_pipeline.agencies import Registry
from gx_pipeline.errors import ConfigurationError
from gx_pipeline.forms import FIRST_YEAR, TABLE_CODES, CellKey, TableCode, load_forms
from gx_pipeline.parsing import Finding, ParsedReport, ReportCell
from gx_pipeline.quality.corrections_file import Entry, read_entries
from gx_pipeline.quality.registry import rule

Action = Literal["override", "set_null", "confirm_as_published"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Outcome = Literal["corrected", "confirmed", "expired"]
Status = Literal["open", "confirmed"]
STATUSES: tuple[Status, ...] = get_args(Status)
# No figure of a report comes near; an integer without bounds would not fit the facts.
_BOUND = Field(gt=-(10**15), lt=10**15)
Number = Annotated[int, _BOUND] | Annotated[float, _BOUND]
EXPIRED, CORRECTED, CONFIRMED = "correction_expired", "cell_corrected", "confirmed_as_published"
# A sum of so many terms is confirmed by all of them, a longer one by its total.
_FEW_TERMS = 4


class Correction(BaseModel):
    """A correction of one cell of one report.

    `expect` is the cell as published: its number, its printed text, or None for a cell that is blank or missing. `override`
    gives a `value` to use instead, `set_null` says that there is none to use, `confirm_as_published` that the source was
    looked at and prints it so. The descriptions of the fields complete the sentence "… is not" in messages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, allow_inf_nan=False)

    agency: str = Field(
        pattern=r"^\d{6}-[a-z0-9]+$", description="the id of an agency, such as 350100-kjj (`gx-pipeline agencies`)"
    )
    year: int = Field(description="a report year, such as 2024")
    table: TableCode = Field(description=f"one of {', '.join(TABLE_CODES)}")
    row: str = Field(description="the code of a row, such as new_received")
    column: str = Field(description="the code of a column, such as total")
    expect: Number | str | None = Field(
        description="the cell as published: its number (27, 12.35), its printed text in quotes, or null where it is blank or missing"
    )
    action: Action = Field(description=f"one of {', '.join(ACTIONS)}")
    value: Number | None = Field(default=None, description="a number, written plainly: 27 or 12.35")
    reason: str = Field(min_length=1, description="a text that says what is wrong and how that is known")
    reference: str = Field(min_length=1, description="a text that says where it can be looked up: an address or a citation")
    date: dt.date = Field(description="the day on which the correction was made, such as 2025-06-30")

    @model_validator(mode="after")
    def _fits_the_forms(self) -> Correction:
        mistakes = [*_no_such_cell(self.cell)] or [*_wrong_value(self)]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    @property
    def cell(self) -> CellKey:
        """The cell on the form."""
        return CellKey(self.table, self.row, self.column)

    @property
    def grounds(self) -> str:
        """Reason, reference and date, as they stand beside the figure."""
        return f"{self.reason} ({self.reference}; {self.date})"

    def fits(self, cell: ReportCell) -> bool:
        """Whether the cell holds what the correction expects."""
        if self.expect is None:
            return cell.state in ("blank", "missing")
        if isinstance(self.expect, str):
            return cell.raw is not None and _printed(cell.raw) == _printed(self.expect)
        return cell.state == "reported" and cell.value == self.expect


def _printed(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _no_such_cell(key: CellKey) -> Iterator[str]:
    """What is wrong with the address of a cell, for all forms."""
    tables = [form.tables[key.table] for form in load_forms().values()]
    rows = {row.code for table in tables for row in table.rows}
    columns = {column.code for table in tables for column in table.columns}
    if key.row not in rows:
        yield f"row: {key.table} has no row {key.row}; {_rather(key.row, rows)}"
    if key.column not in columns:
        yield f"column: {key.table} has no column {key.column}; {_rather(key.column, columns)}"
    if key.row in rows and key.column in columns and not _numbers(key):
        own = {column.code for table in tables if key.row in table.row_by_code for column in table.columns_of(key.row)}
        yield f"column: row {key.row} has no cell in {key.column}; it has {', '.join(sorted(own))}"


def _rather(code: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(code, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(sorted(known))}"


def _numbers(key: CellKey) -> set[str]:
    """What may stand in a cell, over the forms that have it: count, signed, amount."""
    return {
        form.tables[key.table].column_by_code[key.column].number for form in load_forms().values() if key in form.cells(key.table)
    }


def _wrong_value(entry: Correction) -> Iterator[str]:
    """What is wrong with `value` and `expect` beside the action."""
    if entry.action != "override":
        if entry.value is not None:
            yield f"value: stands only with action override; remove it, or change the action {entry.action}"
        elif entry.action == "set_null" and entry.expect is None:
            yield "expect: a blank has no figure to set aside; use confirm_as_published, or override with a value"
        elif entry.action == "set_null" and isinstance(entry.expect, str) and not any(map(str.isdigit, entry.expect)):
            yield f"expect: {entry.expect!r} is no figure that could be set aside; use confirm_as_published, or override with a value"
    elif entry.value is None:
        yield "value is missing: an override gives the figure to use, such as 27"
    elif str(entry.value) == str(entry.expect).strip():
        yield "value: is the figure as published; use confirm_as_published, without value"
    else:
        numbers = _numbers(entry.cell)
        if "amount" not in numbers and not isinstance(entry.value, int):
            yield f"value: {entry.value} is not a whole number, and the column {entry.column} counts"
        if "signed" not in numbers and entry.value < 0:
            yield f"value: {entry.value} is negative, which nothing in the column {entry.column} can be"


# -- the file ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corrections:
    """All corrections."""

    entries: tuple[Correction, ...] = ()

    @cached_property
    def by_report(self) -> dict[tuple[int, str], tuple[Correction, ...]]:
        """The corrections by report year and agency, in the order of the file."""
        found: dict[tuple[int, str], tuple[Correction, ...]] = {}
        for entry in self.entries:
            key = (entry.year, entry.agency)
            found[key] = (*found.get(key, ()), entry)
        return found

    def of(self, year: int, agency_id: str) -> tuple[Correction, ...]:
        """The corrections of a report."""
        return self.by_report.get((year, agency_id), ())

    def digest(self, year: int, agency_id: str) -> str:
        """What the corrections of a report say, whatever their order in the file; empty when there is none."""
        said = sorted(entry.model_dump_json() for entry in self.of(year, agency_id))
        return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""

    @classmethod
    def read(cls, path: Path, registry: Registry | None = None, today: dt.date | None = None) -> Corrections:
        """Read and check the file; without a file there are no corrections.

        Args:
            path: the YAML file.
            registry: the agencies there are; ids are not looked up without it.
            today: for tests; decides which dates lie ahead and which years are over.

        Raises:
            ConfigurationError: a line for each mistake, with entry, line, field, and what to do.
        """
        today = today or dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()
        corrections: list[Correction] = []
        mistakes: list[str] = []
        places: dict[tuple[int, str, CellKey], str] = {}
        for entry in read_entries(path):
            try:
                correction = Correction.model_validate(entry.said)
            except ValidationError as error:
                mistakes += _mistakes(entry, error)
                continue
            cell = (correction.year, correction.agency, correction.cell)
            if cell in places:
                mistakes.append(f"{entry.where}: the cell {'/'.join(cell[2])} is corrected by {places[cell]} already; keep one")
            places.setdefault(cell, entry.where.removeprefix(f"{path}: "))
            mistakes += [f"{entry.where}: {wrong}" for wrong in _out_of_place(correction, registry, today)]
            corrections.append(correction)
        if mistakes:
            raise ConfigurationError("\n".join(mistakes))
        return cls(tuple(corrections))


def _mistakes(entry: Entry, error: ValidationError) -> Iterator[str]:
    """Each wrong field of an entry once, in words."""
    fields = Correction.model_fields
    told: set[str] = set()
    for wrong in error.errors():
        name = str(wrong["loc"][0]) if wrong["loc"] else ""
        if name in told:
            continue
        told.add(name)
        if wrong["type"] == "model_type":
            yield f"{entry.where}: is not a correction; write its fields as `agency: …`, one a line"
        elif wrong["type"] == "extra_forbidden":
            yield f"{entry.where}: {name} is no field of a correction; the fields are {', '.join(fields)}"
        elif wrong["type"] == "missing":
            yield f"{entry.where}: {name} is missing: give {fields[name].description}"
        elif name and name not in fields:
            yield f"{entry.where}: {name} is no field of a correction; the fields are {', '.join(fields)}"
        elif not name:
            yield f"{entry.where}: {wrong['ctx']['error']}"
        else:
            yield f"{entry.where}: {name}: {_shown(wrong['input'])} is not {fields[name].description}"


def _shown(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, default=str)


def _out_of_place(correction: Correction, registry: Registry | None, today: dt.date) -> Iterator[str]:
    """What is wrong with a correction in this registry on this day."""
    if registry is not None and correction.agency not in registry.by_id:
        near = registry.closest(correction.agency)
        hint = f"did you mean {' or '.join(near)}?" if near else "`gx-pipeline agencies` lists the ids"
        yield f"agency: the registry has no agency {correction.agency}; {hint}"
    if not FIRST_YEAR <= correction.year < today.year:
        yield f"year: {correction.year} is not one of {FIRST_YEAR} to {today.year - 1}; give the year that the report reports on"
    if correction.date > today:
        yield f"date: {correction.date} lies ahead; give the day on which the correction was made"


# -- a report ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Applied:
    """What became of a correction on a report: the cell as published (None where the report's form has none), and the finding."""

    correction: Correction
    cell: ReportCell | None
    outcome: Outcome
    finding: Finding


def apply(report: ParsedReport, corrections: Iterable[Correction]) -> list[Applied]:
    """Hold the corrections of a report against its cells. The report stays as it is.

    Args:
        report: the report.
        corrections: those of this report, at most one a cell.
    """
    return [_apply(correction, report.by_key.get(correction.cell), report) for correction in corrections]


def _apply(correction: Correction, cell: ReportCell | None, report: ParsedReport) -> Applied:
    place = " / ".join(correction.cell)
    if cell is None or not correction.fits(cell):
        now = f"the report follows the {report.form_of(correction.table)} form, which has no such cell"
        finding = rule(EXPIRED).finding(
            f"{place}: the correction of {correction.date} expects {_expected(correction)}, but "
            f"{f'{_standing(cell)} stands there' if cell else now}; it is not applied: look at the source again, then change "
            "`expect` in corrections.yml or remove the entry",
            (correction.cell,) if cell else (),
            expected=correction.expect if isinstance(correction.expect, int | float) else None,
            found=cell.value if cell else None,
            about="" if cell else place,
        )
        return Applied(correction, cell, "expired", finding)
    if correction.action == "confirm_as_published":
        finding = rule(CONFIRMED).finding(
            f"{place}: the source prints {_standing(cell)}: {correction.grounds}", (cell.key,), found=cell.value
        )
        return Applied(correction, cell, "confirmed", finding)
    used = "no figure is used" if correction.value is None else f"{correction.value:.15g} is used"
    finding = rule(CORRECTED).finding(
        f"{place}: {_standing(cell)} as published, {used}: {correction.grounds}",
        (cell.key,),
        expected=correction.value,
        found=cell.value,
    )
    return Applied(correction, cell, "corrected", finding)


def _standing(cell: ReportCell) -> str:
    """What stands in a cell, for a message."""
    if cell.value is not None:
        return f"{cell.value:.15g}"
    return {"blank": "a blank", "missing": "no cell"}.get(cell.state, f"“{_printed(cell.raw or '')[:60]}”")


def _expected(correction: Correction) -> str:
    if correction.expect is None:
        return "a cell without a figure"
    return f"“{correction.expect[:60]}”" if isinstance(correction.expect, str) else f"{correction.expect:.15g}"


@cache
def _sums() -> frozenset[str]:
    """The rules of sums within a report."""
    return frozenset(identity.code for form in load_forms().values() for identity in form.identities if not identity.spans_years)


def status_of(finding: Finding, confirmed: Collection[CellKey]) -> Status:
    """Whether a finding is confirmed: somebody looked at the source, which prints it so.

    A finding is confirmed when the cell that it suspects is; where it suspects none, when each of its cells is, or, of a sum of
    many terms, its total. One that points at no cell never is, nor is the record of a confirmation.
    """
    if finding.rule == CONFIRMED:
        return "open"
    if finding.suspect is not None:
        return "confirmed" if finding.suspect in confirmed else "open"
    long_sum = finding.rule in _sums() and len(finding.cells) > _FEW_TERMS
    looked_at = finding.cells[:1] if long_sum else finding.cells
    return "confirmed" if looked_at and all(key in confirmed for key in looked_at) else "open"
