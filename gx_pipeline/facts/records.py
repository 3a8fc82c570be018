"""Frames back to records: the cells, forms and findings of a report that was taken in, for people to look at.

Does not belong here: building and validating the frames (`frames`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from gx_pipeline.errors import Refusal
from gx_pipeline.facts.columns import CELL_TABLES, FRAMES
from gx_pipeline.facts.frames import Facts, validate
from gx_pipeline.forms import CellKey, TableCode
from gx_pipeline.parsing import Finding, ReportCell


def cells_of(facts: Facts) -> dict[CellKey, ReportCell]:
    """Every cell of the frames of one report by its address."""
    found: dict[CellKey, ReportCell] = {}
    for table, (row, column) in CELL_TABLES.items():
        columns = [row, column, "value", "state", "raw", "placement", "locator"]
        for row_code, column_code, value, *rest in facts[table][columns].itertuples(index=False, name=None):
            key = CellKey(table, row_code, column_code)
            found[key] = ReportCell(key, _number(value), *map(_known, rest))
    return found


def forms_of(facts: Facts) -> dict[TableCode, str]:
    """The form that each table of a report follows."""
    return {table: str(facts[table]["form"].iloc[0]) for table in CELL_TABLES}


def findings_of(frame: pd.DataFrame) -> list[tuple[str, Finding]]:
    """The findings of a `findings` frame with their ids, as `quality.with_ids` gives them; what only made the id is not kept."""
    columns = ["finding_id", "rule", "severity", "message", "cells", "suspect", "expected", "found", "cause", "locator"]
    return [
        (
            name,
            Finding(
                rule,
                severity,
                message,
                cells=tuple(CellKey(*key) for key in json.loads(cells)),
                suspect=None if pd.isna(suspect) else CellKey(*json.loads(suspect)),
                expected=_number(expected),
                found=_number(found),
                cause=_known(cause),
                at=_known(at),
            ),
        )
        for name, rule, severity, message, cells, suspect, expected, found, cause, at in frame[columns].itertuples(
            index=False, name=None
        )
    ]


def broken_contracts(reports: Sequence[Facts]) -> dict[int, str]:
    """The reports, by their place in the sequence, whose frames break their schemas, with what is broken.

    All are validated together, which takes hardly longer than one, and one by one only where that fails.
    """
    try:
        validate({name: _joined([facts[name] for facts in reports]) for name in FRAMES})
    except Refusal:
        return {at: message for at, facts in enumerate(reports) if (message := _break(facts))}
    return {}


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def _break(facts: Facts) -> str | None:
    try:
        validate(facts)
    except Refusal as refusal:
        return refusal.message
    return None


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _number(value: Any) -> int | float | None:
    """A number of a frame as it was before: frames hold decimals where whole numbers and decimals stand together."""
    if pd.isna(value):
        return None
    return int(value) if value == int(value) else float(value)
