"""Chinese names and units of the warehouse's tables and columns, and what codes mean, from labels.yaml and the forms.

Whatever shows a column to a person (dictionary, headings) asks here. Does not belong here: what a column means
(dbt's YAML), any label that a form prints (`forms`; it is looked up there).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.forms import Form, TableCode, load_forms, load_sections
from gx_pipeline.quality.registry import load_rules
from gx_pipeline.warehouse.metrics import Metric, load_metrics

FILE = "gx_pipeline/warehouse/labels.yaml"
# Sets of codes that are declared elsewhere.
FORMS, RULES, SECTIONS = "forms", "rules", "sections"


@dataclass(frozen=True)
class Name:
    """How a column is called in Chinese, the unit of its figures, and the set of codes that it holds; None where it has none."""

    label: str
    unit: str | None = None
    codes: str | None = None


@dataclass(frozen=True)
class Meaning:
    """What a code means, in Chinese and in English."""

    label: str
    label_en: str


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str | None = None
    from_: str | None = None
    from_group: str | None = None
    unit: str | None = None
    codes: str | None = None


class Labels:
    """The names that labels.yaml declares."""

    def __init__(self, declared: Mapping[str, Any], metrics: Iterable[Metric] = ()) -> None:
        """Resolve every entry once; a column that a metric names is called after it.

        Raises:
            ConfigurationError: an entry has no label or more than one source of it, or names a cell that no form has or a set
                of codes that is not there.
        """
        self._tables: dict[str, str] = dict(declared["tables"])
        self._rows: dict[str, str] = dict(declared.get("rows", {}))
        self._codes = {
            code_set: {str(code): Meaning(*words) for code, words in entries.items()}
            for code_set, entries in declared["codes"].items()
        }
        self._columns = {column: self._resolved(column, entry) for column, entry in declared["columns"].items()}
        self._metrics: dict[str, Name] = {}
        for metric in metrics:
            self._metrics[metric.code] = Name(metric.label, metric.unit)
            self._metrics[f"{metric.code}_numerator"] = Name(f"{metric.label}：分子")
            self._metrics[f"{metric.code}_denominator"] = Name(f"{metric.label}：分母")

    def table(self, table: str) -> str | None:
        """The Chinese name of a table, or None."""
        return self._tables.get(table)

    def row(self, table: str) -> str | None:
        """What a row of a table is and what to take care of, in Chinese, or None."""
        return self._rows.get(table)

    def column(self, table: str, column: str) -> Name | None:
        """The name of a column, the table's own before the common one before a metric's; None where none is declared."""
        return self._columns.get(f"{table}.{column}") or self._columns.get(column) or self._metrics.get(column)

    def codes(self, code_set: str) -> Mapping[str, Meaning]:
        """The codes of a set in their order, with what they mean. `forms`: codes of tables, rows and columns of every form."""
        if code_set == FORMS:
            return codes_of_forms()
        if code_set == RULES:
            return _codes_of_rules()
        return _codes_of_sections() if code_set == SECTIONS else self._codes[code_set]

    @property
    def code_sets(self) -> tuple[str, ...]:
        """The sets of codes that labels.yaml itself declares."""
        return tuple(self._codes)

    @property
    def declared_tables(self) -> tuple[str, ...]:
        """The tables that have a name or a sentence on their rows."""
        return tuple(dict.fromkeys((*self._tables, *self._rows)))

    @property
    def declared_columns(self) -> tuple[str, ...]:
        """The columns that have an entry, by `column` or `table.column`."""
        return tuple(self._columns)

    def _resolved(self, column: str, entry: Mapping[str, Any]) -> Name:
        try:
            read = _Entry.model_validate({"from_" if key == "from" else key: value for key, value in entry.items()})
        except ValidationError as error:
            raise ConfigurationError(f"{FILE}: column {column}: {error.errors()[0]['msg']}: {error.errors()[0]['loc']}") from None
        if sum(source is not None for source in (read.label, read.from_, read.from_group)) != 1:
            raise ConfigurationError(f"{FILE}: column {column} needs exactly one of `label`, `from` and `from_group`")
        if read.codes is not None and read.codes not in (FORMS, RULES, SECTIONS, *self._codes):
            raise ConfigurationError(f"{FILE}: column {column} names the codes {read.codes!r}; `codes:` has no such set")
        if read.from_ is not None:
            label, unit = _cell_of_forms(column, read.from_)
            return Name(label, unit, read.codes)
        return Name(read.label or _group_of_forms(column, str(read.from_group)), read.unit, read.codes)


@cache
def load_labels() -> Labels:
    """The labels of this version.

    Raises:
        ConfigurationError: see `Labels`.
    """
    return Labels(yaml.safe_load(files(__package__).joinpath("labels.yaml").read_text("utf-8")), load_metrics())


@cache
def codes_of_forms() -> Mapping[str, Meaning]:
    """What the codes of tables, rows and columns mean; a code with several labels has them all, the newest form's first."""
    found: dict[str, dict[str, str]] = {}
    for form in reversed(load_forms().values()):
        for code, table in form.tables.items():
            for member, label, label_en in (
                (code, table.label, table.label_en),
                *((row.code, row.label, row.label_en) for row in table.rows),
                *((column.code, column.label, column.label_en) for column in table.columns),
            ):
                found.setdefault(member, {}).setdefault(label, label_en)
    return {code: Meaning(_or(labels), _or(labels.values())) for code, labels in found.items()}


def _or(labels: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(labels))


def _codes_of_rules() -> Mapping[str, Meaning]:
    return {rule.code: Meaning(rule.label, rule.label_en) for rule in load_rules().values()}


def _codes_of_sections() -> Mapping[str, Meaning]:
    return {section.code: Meaning(section.label, section.label_en) for section in load_sections()}


def _newest_first() -> Iterable[Form]:
    return reversed(load_forms().values())


def _cell_of_forms(column: str, reference: str) -> tuple[str, str]:
    """Label and unit of a cell `table/row/column`, of the newest form that has it: the row's label, then the column's."""
    code, row, cell_column = _parts(column, reference, 3)
    for form in _newest_first():
        table = form.tables[code]
        if row in table.row_by_code and cell_column in {found.code for found in table.columns_of(row)}:
            cell = table.column_by_code[cell_column]
            return f"{table.row_by_code[row].label}：{cell.label}", cell.unit
    raise ConfigurationError(f"{FILE}: column {column}: no form has the cell {reference}")


def _group_of_forms(column: str, reference: str) -> str:
    """The label printed over the group of a row `table/row`, of the newest form that has it."""
    code, row = _parts(column, reference, 2)
    for form in _newest_first():
        declared = form.tables[code].row_by_code.get(row)
        if declared is not None and declared.group is not None:
            return declared.group
    raise ConfigurationError(f"{FILE}: column {column}: no form has a group over the row {reference}")


def _parts(column: str, reference: str, number: int) -> tuple[Any, ...]:
    parts = reference.split("/")
    tables: set[TableCode] = {code for form in load_forms().values() for code in form.tables}
    if len(parts) != number or parts[0] not in tables:
        raise ConfigurationError(f"{FILE}: column {column}: {reference!r} is not table/row{'/column' if number == 3 else ''}")
    return tuple(parts)
