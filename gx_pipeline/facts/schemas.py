"""The pandera schemas of the facts: what a frame must be before it is written. Codes and grids derive from `forms`.

A break of a schema is a defect of the pipeline, never of a report: a published error is a finding and passes. Does not
belong here: building the frames (`frames`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import pandera.pandas as pa

from gx_pipeline.facts.columns import CELL_TABLES, KEYS
from gx_pipeline.forms import FIRST_YEAR, CellKey, Form, TableCode, load_forms, load_sections
from gx_pipeline.parsing import CAUSES, PLACEMENTS, SCOPES, SEVERITIES, STATES
from gx_pipeline.quality import ACTIONS, STATED_PERIODS, STATUSES, SUBJECTS

_AGENCY_ID = r"^\d{6}-[a-z0-9]+$"
_SHA256 = r"^[0-9a-f]{64}$"


def _text(*checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(pd.StringDtype(), checks=list(checks), nullable=nullable, coerce=True)


def _key_columns() -> dict[str, pa.Column]:
    return {
        "year": pa.Column("int64", pa.Check.ge(FIRST_YEAR), coerce=True),
        "agency_id": _text(pa.Check.str_matches(_AGENCY_ID)),
    }


def _count() -> pa.Column:
    return pa.Column("int64", pa.Check.ge(0), coerce=True)


def _decimal() -> pa.Column:
    return pa.Column("Float64", nullable=True, coerce=True)


def _date() -> pa.Column:
    return pa.Column("datetime64[ns]", nullable=True, coerce=True)


def reports_schema() -> pa.DataFrameSchema:
    """One row a report."""
    return pa.DataFrameSchema(
        {
            **_key_columns(),
            "agency_name": _text(),
            "form": _text(pa.Check.isin(list(load_forms()))),
            "title": _text(nullable=True),
            "published_on": _date(),
            "period_start": _date(),
            "period_end": _date(),
            "scope": _text(pa.Check.isin(SCOPES)),
            "year_evidence": _text(nullable=True),
            "agency_evidence": _text(nullable=True),
            "published_on_evidence": _text(nullable=True),
            "scope_evidence": _text(nullable=True),
            "source_path": _text(pa.Check.str_length(min_value=1)),
            "source_url": _text(nullable=True),
            "media_type": _text(),
            "encoding": _text(nullable=True),
            "sha256": _text(pa.Check.str_matches(_SHA256)),
            "size_bytes": _count(),
            **{f"cells_{state}": _count() for state in STATES},
        },
        unique=KEYS["reports"],
        strict=True,
        ordered=True,
        name="reports",
    )


def report_sections_schema() -> pa.DataFrameSchema:
    """One row a headed section of a report."""
    return pa.DataFrameSchema(
        {
            **_key_columns(),
            "section": _text(pa.Check.isin([section.code for section in load_sections()])),
            "position": pa.Column("int64", pa.Check.ge(1), coerce=True),
            "heading": _text(),
            "text": _text(),
            "sha256": _text(pa.Check.str_matches(_SHA256)),
        },
        unique=KEYS["report_sections"],
        strict=True,
        ordered=True,
        name="report_sections",
    )


def findings_schema() -> pa.DataFrameSchema:
    """One row a finding; `cells` is JSON, a list of [table, row, column], `suspect` one of them; `status` is of `status_of`."""
    return pa.DataFrameSchema(
        {
            **_key_columns(),
            "finding_id": _text(),
            "rule": _text(pa.Check.str_matches(r"^[a-z_]+$")),
            "severity": _text(pa.Check.isin(SEVERITIES)),
            "status": _text(pa.Check.isin(STATUSES)),
            "cause": _text(pa.Check.isin(CAUSES), nullable=True),
            "message": _text(pa.Check.str_length(min_value=1)),
            "cells": _text(pa.Check.str_startswith("[")),
            "suspect": _text(pa.Check.str_startswith("["), nullable=True),
            "expected": _decimal(),
            "found": _decimal(),
            "locator": _text(nullable=True),
            "sha256": _text(pa.Check.str_matches(_SHA256)),
        },
        unique=KEYS["findings"],
        strict=True,
        ordered=True,
        name="findings",
    )


def narrative_facts_schema() -> pa.DataFrameSchema:
    """One row a figure that the narrative states; `cells`, as in findings, are those whose sum it should be."""
    return pa.DataFrameSchema(
        {
            **_key_columns(),
            "fact_id": _text(),
            "measure": _text(pa.Check.str_matches(r"^[a-z0-9_/]+$")),
            "value": _decimal(),
            "unit": _text(nullable=True),
            "subject": _text(pa.Check.isin(SUBJECTS)),
            "period": _text(pa.Check.isin(STATED_PERIODS)),
            "negated": pa.Column("bool", coerce=True),
            "section": _text(pa.Check.isin([section.code for section in load_sections()])),
            "words": _text(pa.Check.str_length(min_value=1)),
            "sentence": _text(pa.Check.str_length(min_value=1)),
            "cells": _text(pa.Check.str_startswith("[")),
            "sha256": _text(pa.Check.str_matches(_SHA256)),
        },
        unique=KEYS["narrative_facts"],
        strict=True,
        ordered=True,
        name="narrative_facts",
    )


def cells_schema(table: TableCode) -> pa.DataFrameSchema:
    """One row a cell of a statutory table: the complete grid of the form, value and state in agreement, corrections beside them."""
    row, column = CELL_TABLES[table]
    forms = load_forms()
    counts = table != "proactive_disclosure"
    number = "Int64" if counts else "Float64"
    return pa.DataFrameSchema(
        {
            **_key_columns(),
            "form": _text(pa.Check.isin(list(forms))),
            row: _text(pa.Check.isin(sorted({entry.code for form in forms.values() for entry in form.tables[table].rows}))),
            column: _text(pa.Check.isin(sorted({entry.code for form in forms.values() for entry in form.tables[table].columns}))),
            "value": pa.Column(number, nullable=True, coerce=True),
            "state": _text(pa.Check.isin(STATES)),
            "raw": _text(nullable=True),
            "placement": _text(pa.Check.isin(PLACEMENTS), nullable=True),
            "locator": _text(nullable=True),
            "corrected_value": pa.Column(number, nullable=True, coerce=True),
            "correction": _text(pa.Check.isin(ACTIONS), nullable=True),
            "correction_reason": _text(pa.Check.str_length(min_value=1), nullable=True),
            "sha256": _text(pa.Check.str_matches(_SHA256)),
        },
        checks=[
            pa.Check(
                _state_agrees,
                name="value_iff_reported",
                error="a value stands in a cell that is not reported, or none in one that is",
            ),
            pa.Check(_traceable, name="traceable", error="a reported cell has no raw text, placement or locator"),
            pa.Check(_sign_allowed(table), name="non_negative", error="a negative number stands where only counts may stand"),
            pa.Check(
                _corrected_by_override,
                name="corrected_value_iff_override",
                error="a corrected value stands where no override does, or none where one does",
            ),
            pa.Check(_reasoned, name="reason_iff_correction", error="a correction has no reason, or a reason no correction"),
            pa.Check(_complete_grid(table), name="complete_grid", error="the grid of the form is not complete"),
        ],
        unique=KEYS[table],
        strict=True,
        ordered=True,
        name=table,
    )


def _state_agrees(frame: pd.DataFrame) -> pd.Series:
    return frame["value"].notna() == (frame["state"] == "reported")


def _traceable(frame: pd.DataFrame) -> pd.Series:
    known = frame["raw"].notna() & frame["placement"].notna() & frame["locator"].notna()
    return known | (frame["state"] != "reported")


def _corrected_by_override(frame: pd.DataFrame) -> pd.Series:
    return frame["corrected_value"].notna() == frame["correction"].eq("override").fillna(value=False)


def _reasoned(frame: pd.DataFrame) -> pd.Series:
    return frame["correction"].notna() == frame["correction_reason"].notna()


def _sign_allowed(table: TableCode) -> Callable[[pd.DataFrame], pd.Series]:
    signed = {column.code for form in load_forms().values() for column in form.tables[table].columns if column.number == "signed"}
    column = CELL_TABLES[table][1]

    def check(frame: pd.DataFrame) -> pd.Series:
        positive = frame["value"].ge(0).fillna(value=True) & frame["corrected_value"].ge(0).fillna(value=True)
        return positive | frame[column].isin(signed)

    return check


def _complete_grid(table: TableCode) -> Callable[[pd.DataFrame], bool]:
    row, column = CELL_TABLES[table]
    grids = {code: _grid(form, table) for code, form in load_forms().items()}

    def check(frame: pd.DataFrame) -> bool:
        for _, report in frame.groupby(["year", "agency_id"], sort=False):
            forms = report["form"].unique()
            if len(forms) != 1 or set(zip(report[row], report[column], strict=True)) != grids[forms[0]]:
                return False
        return True

    return check


def _grid(form: Form, table: TableCode) -> set[tuple[str, str]]:
    keys: tuple[CellKey, ...] = form.cells(table)
    return {(key.row, key.column) for key in keys}


@cache
def schemas() -> dict[str, pa.DataFrameSchema]:
    """The schema of every fact frame by its name."""
    return {
        "reports": reports_schema(),
        "report_sections": report_sections_schema(),
        **{table: cells_schema(table) for table in CELL_TABLES},
        "findings": findings_schema(),
        "narrative_facts": narrative_facts_schema(),
    }
