"""The expectation suites as data: what each frame must satisfy, in two languages, with its source and severity.

Columns, keys and codes come from the schemas of the facts; grids, signs and identities from the forms; published findings
from the registry of rules. Knows neither a figure nor Great Expectations, whose classes it names (`validation` makes them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NamedTuple

import pandera.pandas as pa

from gx_pipeline.facts import CELL_TABLES, FRAMES, KEYS, schemas
from gx_pipeline.forms import Form, Identity, Table, TableCode, load_forms
from gx_pipeline.quality.registry import Rule, load_rules

# critical: the pipeline's own contract. warning: an error in a published report. info: what a reader should know of one.
Severity = Literal["critical", "warning", "info"]
Operator = Literal["==", "!=", "not in"]
TABLES = "tables"
PUBLISHED = "published_findings"
NAMED = ["agency_id", "agency_name"]
_OF_FINDING: dict[str, Severity] = {"error": "warning", "warn": "info"}
_CONTRACT = "gx_pipeline.facts"


class Condition(NamedTuple):
    """Which rows an expectation is about."""

    column: str
    operator: Operator
    value: str | tuple[str, ...]


@dataclass(frozen=True)
class Expectation:
    """One expectation: a class of `great_expectations.expectations` with its arguments, and what it means to a reader.

    An argument {"$PARAMETER": expression} is filled in at run time from what the frame holds (`frames.parameters`).
    """

    kind: str
    arguments: Mapping[str, Any]
    label: str
    label_en: str
    source: str
    explanation: str = ""
    explanation_en: str = ""
    severity: Severity = "critical"
    where: Condition | None = None


@dataclass(frozen=True)
class Suite:
    """The expectations on one frame. `shown` are the columns that lead to a row that fails."""

    name: str
    label: str
    label_en: str
    shown: tuple[str, ...]
    expectations: tuple[Expectation, ...] = field(repr=False)


_LABELS = {
    "reports": ("报告", "Reports: one row a report"),
    "report_sections": ("报告各部分文字", "Sections: one row a headed section of a report"),
    "findings": ("核查发现", "Findings: one row a finding"),
    "narrative_facts": ("文字所述数字", "Narrative facts: one row a figure that the text states"),
}


@cache
def load_suites() -> tuple[Suite, ...]:
    """Every suite, in the order in which they are shown: what reports say, their tables, their identities, the facts."""
    return (_published(), *_identity_suites(), _tables(), *(_of_facts(name) for name in FRAMES))


# -- the fact frames -----------------------------------------------------------------------------------------------------


def _of_facts(name: str) -> Suite:
    table = next((code for code in CELL_TABLES if code == name), None)
    label, label_en = _LABELS[name] if table is None else _label_of(table)
    expectations = [*_of_schema(schemas()[name]), *_of_partition(name)]
    if table is not None:
        expectations += _of_cells(table)
    return Suite(name, label, label_en, tuple(KEYS[name][1:]), tuple(expectations))


def _label_of(table: TableCode) -> tuple[str, str]:
    newest = list(load_forms().values())[-1].tables[table]
    return newest.label, f"{newest.label_en}: one row a cell"


def _of_schema(schema: pa.DataFrameSchema) -> Iterator[Expectation]:
    """Columns, key, empties and codes, as the schema of the frame has them."""
    source = f"{_CONTRACT}: {schema.name}"
    yield Expectation(
        "ExpectTableColumnsToMatchOrderedList",
        {"column_list": list(schema.columns)},
        "列名与列序",
        "Columns and their order",
        source,
    )
    yield Expectation(
        "ExpectCompoundColumnsToBeUnique",
        {"column_list": list(schema.unique or ())},
        "主键唯一",
        "One row a key",
        source,
        "同一键不得有两行，否则合计会重复计算。",
        "No two rows share a key, or sums would count twice.",
    )
    for name, column in schema.columns.items():
        if not column.nullable:
            yield Expectation("ExpectColumnValuesToNotBeNull", {"column": name}, "不得为空", "Never empty", source)
        # Of the year is expected below exactly the one, which says more than the first year of the forms.
        for check in column.checks if name != "year" else ():
            yield of_check(name, check, source)


def of_check(column: str, check: pa.Check, source: str) -> Expectation:
    """The expectation that says the same as a check of a schema.

    Raises:
        ValueError: a check that has no counterpart here, so that none is passed over.
    """
    told: dict[str, Any] = check.statistics or {}
    if check.name == "isin":
        arguments = {"column": column, "value_set": list(told["allowed_values"])}
        return Expectation("ExpectColumnValuesToBeInSet", arguments, "取值在规定代码之内", "A known code", source)
    if check.name == "greater_than_or_equal_to":
        least = told["min_value"]
        arguments = {"column": column, "min_value": least}
        return Expectation("ExpectColumnValuesToBeBetween", arguments, f"不小于 {least}", f"At least {least}", source)
    if check.name == "str_length":
        arguments = {"column": column, "min_value": told["min_value"], "max_value": told["max_value"]}
        return Expectation("ExpectColumnValueLengthsToBeBetween", arguments, "文字不为空串", "Text that says something", source)
    if check.name in ("str_matches", "str_startswith"):
        pattern = told["pattern"] if check.name == "str_matches" else "^" + re.escape(told["string"])
        return Expectation(
            "ExpectColumnValuesToMatchRegex", {"column": column, "regex": pattern}, "符合格式", "Of the right shape", source
        )
    raise ValueError(f"{source}.{column}: no expectation says what the check {check.name!r} says")


def _of_partition(name: str) -> Iterator[Expectation]:
    year = {"$PARAMETER": "year"}
    yield Expectation(
        "ExpectColumnValuesToBeBetween",
        {"column": "year", "min_value": year, "max_value": year},
        "属于本年度",
        "Of the year that is checked",
        f"{_CONTRACT}: {name}",
    )
    if name != "reports":
        yield Expectation(
            "ExpectColumnValuesToBeInSet",
            {"column": "agency_id", "value_set": {"$PARAMETER": "agencies"}},
            "每行都有所属报告",
            "Every row belongs to a report",
            f"{_CONTRACT}: {name}",
        )


# -- the cells of a statutory table --------------------------------------------------------------------------------------


def _of_cells(table: TableCode) -> Iterator[Expectation]:
    row, column = CELL_TABLES[table]
    forms = load_forms()
    cells = " + ".join(f"{len(form.cells(table))} * reports_{code}" for code, form in forms.items())
    yield Expectation(
        "ExpectTableRowCountToEqual",
        {"value": {"$PARAMETER": cells}},
        "行数等于各格式单元格数乘以报告数",
        "As many rows as the forms have cells, times the reports",
        _sources(table),
        "每份报告的表格须完整，缺失的单元格也占一行。",
        "Every report has the whole table of its form; a missing cell has its row too.",
    )
    for code, form in forms.items():
        table_of_form = form.tables[table]
        for name, codes in ((row, table_of_form.row_by_code), (column, table_of_form.column_by_code)):
            yield Expectation(
                "ExpectColumnValuesToBeInSet",
                {"column": name, "value_set": list(codes)},
                f"{code} 年格式所有的代码",
                f"A code that the {code} form has",
                _source(form, table_of_form),
                where=Condition("form", "==", code),
            )
    yield from _of_states()
    yield _of_sign(table)


def _of_states() -> Iterator[Expectation]:
    source = f"{_CONTRACT}: state"
    reported, others = Condition("state", "==", "reported"), Condition("state", "!=", "reported")
    yield Expectation(
        "ExpectColumnValuesToNotBeNull",
        {"column": "value"},
        "有数的单元格必有数值",
        "A reported cell has a value",
        source,
        where=reported,
    )
    yield Expectation(
        "ExpectColumnValuesToBeNull",
        {"column": "value"},
        "空白、占位、缺失与无法识别的单元格没有数值",
        "A cell that is not reported has no value",
        source,
        "公布的空白不等于零。",
        "A published blank is not a zero.",
        where=others,
    )
    for column, label, label_en in (
        ("raw", "有数的单元格保留原文", "A reported cell keeps its text as printed"),
        ("placement", "有数的单元格说明列的依据", "A reported cell says what placed it"),
        ("locator", "有数的单元格可回溯到原文位置", "A reported cell leads back to its source"),
    ):
        yield Expectation("ExpectColumnValuesToNotBeNull", {"column": column}, label, label_en, source, where=reported)


def _of_sign(table: TableCode) -> Expectation:
    _, column = CELL_TABLES[table]
    signed = {entry.code for form in load_forms().values() for entry in form.tables[table].columns if entry.number == "signed"}
    return Expectation(
        "ExpectColumnValuesToBeBetween",
        {"column": "value", "min_value": 0},
        "数量与金额不为负",
        "Counts and amounts are not negative",
        _sources(table),
        "只有“本年增/减”一类的列可以为负。" if signed else "",
        "Only columns of a change may be negative." if signed else "",
        where=Condition(column, "not in", tuple(sorted(signed))) if signed else None,
    )


def _tables() -> Suite:
    """A row a report and table: the complete grid of the form."""
    expectations = [
        Expectation(
            "ExpectColumnValuesToBeInSet",
            {"column": "cells", "value_set": [len(form.cells(table))]},
            f"“{form.tables[table].label}”有 {len(form.cells(table))} 个单元格",
            f"{form.tables[table].label_en}: {len(form.cells(table))} cells",
            _source(form, form.tables[table]),
            where=Condition("grid", "==", grid_of(table, form.form)),
        )
        for form in load_forms().values()
        for table in form.tables
    ]
    for column, least, label, label_en in (
        ("forms", 1, "一张表只用一种格式", "A table follows one form"),
        ("missing_cells", 0, "不缺格式规定的单元格", "No cell of the form is left out"),
        ("foreign_cells", 0, "没有格式以外的单元格", "No cell that the form has not"),
    ):
        arguments = {"column": column, "value_set": [least]}
        expectations.append(Expectation("ExpectColumnValuesToBeInSet", arguments, label, label_en, f"{_CONTRACT}: complete_grid"))
    return Suite(
        TABLES,
        "每份报告的三张表",
        "Tables: one row a report and table, its cells counted",
        (*NAMED, "table", "form"),
        tuple(expectations),
    )


def grid_of(table: str, form: str) -> str:
    """How a table of a form is named in the frame `tables`."""
    return f"{table} {form}"


# -- identities ----------------------------------------------------------------------------------------------------------


def sides(identity: Identity) -> tuple[str, str]:
    """The columns that hold the two sides of an identity: its code and the formula."""
    left, right = (" + ".join(_term(text) for text in side).replace("+ -", "- ") for side in (identity.left, identity.right))
    return f"{identity.code}: {left}", f"{identity.code}: {right}"


def _term(text: str) -> str:
    return f"sum of {text.removeprefix('role:')} cells" if text.startswith("role:") else text


def identities_by_frame() -> dict[str, tuple[TableCode, str, list[Identity]]]:
    """The identities within a report by the frame in which they are judged, with its table and the column of its places.

    An identity over rows holds at every column and the other way round, so each way of a table has a frame of its own.
    """
    found: dict[str, tuple[TableCode, str, list[Identity]]] = {}
    for form in load_forms().values():
        for identity in form.identities:
            if not identity.spans_years:
                row, column = CELL_TABLES[identity.table]
                place = column if identity.terms == "rows" else row
                frame = f"{identity.table}_by_{place}"
                known = found.setdefault(frame, (identity.table, place, []))[2]
                if all(sides(identity) != sides(other) for other in known):
                    known.append(identity)
    return found


def _identity_suites() -> Iterator[Suite]:
    for name, (table, place, identities) in identities_by_frame().items():
        label, _ = _label_of(table)
        yield Suite(
            name,
            f"{label}的勾稽关系",
            f"Identities of {table}: one row a report and {place}",
            (*NAMED, place),
            tuple(map(_of_identity, identities)),
        )


def _of_identity(identity: Identity) -> Expectation:
    left, right = sides(identity)
    declared = load_rules().get(identity.code)
    return Expectation(
        "ExpectColumnPairValuesToBeEqual",
        {"column_A": left, "column_B": right, "ignore_row_if": "either_value_is_missing"},
        identity.label,
        identity.label_en,
        declared.source if declared else _sources(identity.table),
        (declared.explanation if declared else "") + "只在各项都有数时判断；公布的数字保留不动。",
        f"{declared.explanation_en if declared else ''} Judged where every term holds a number; the published figures stay.".strip(),
        _OF_FINDING[identity.severity],
    )


# -- what published reports contain --------------------------------------------------------------------------------------


def _published() -> Suite:
    """A row a finding of severity error or warn: an expectation for every rule that may say so."""
    rules = [rule for rule in load_rules().values() if _severity(rule)]
    expectations = [
        Expectation(
            "ExpectColumnValuesToNotBeInSet",
            {"column": "rule", "value_set": [rule.code]},
            rule.label,
            rule.label_en,
            rule.source,
            rule.explanation,
            rule.explanation_en,
            _severity(rule) or "info",
        )
        for rule in rules
    ]
    others = Expectation(
        "ExpectColumnValuesToBeInSet",
        {"column": "rule", "value_set": [rule.code for rule in rules]},
        "没有其他规则的发现",
        "No finding of another rule",
        "gx_pipeline.quality",
        "规则登记以外的发现也在此列出，不会遗漏。",
        "Findings whose rule is not in the registry are listed here, so that none is lost.",
        "warning",
    )
    return Suite(
        PUBLISHED,
        "公布报告中的问题",
        "Published errors: one row a finding of severity error or warn",
        (*NAMED, "rule", "severity", "message"),
        (*expectations, others),
    )


def _severity(rule: Rule) -> Severity | None:
    """The heaviest that a finding of the rule may weigh."""
    found = {rule.severity, *rule.severities}
    return next((severity for name, severity in _OF_FINDING.items() if name in found), None)


def _source(form: Form, table: Table) -> str:
    return f"{form.authority} {table.label}"


def _sources(table: TableCode) -> str:
    return "; ".join(_source(form, form.tables[table]) for form in load_forms().values())
