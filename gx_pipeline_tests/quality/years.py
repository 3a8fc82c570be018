"""Reports of years written down by hand: every cell of the form 0 but those that are given."""

from __future__ import annotations

from gx_pipeline.forms import CellKey, form_of_year, load_forms
from gx_pipeline.parsing import Scope
from gx_pipeline.quality.series import ReportOfYear

Rows = dict[str, dict[str, list[int | None] | dict[str, int | float | None]]]


def report_of(
    year: int,
    figures: Rows | None = None,
    *,
    form: str | None = None,
    requests_form: str | None = None,
    agency_id: str = "999900-sjj",
    scope: Scope = "unknown",
    files: tuple[str, ...] = ("a" * 64,),
) -> ReportOfYear:
    """A report with figures as in the golden files, a row as a list or by its columns; None is an empty cell."""
    main = form or form_of_year(year).form
    forms = {"requests": requests_form or main}
    cells: dict[CellKey, tuple[str, int | float | None]] = {
        key: ("reported", 0)
        for table in ("proactive_disclosure", "requests", "reconsideration_litigation")
        for key in load_forms()[forms.get(table, main)].cells(table)
    }
    for table, rows in (figures or {}).items():
        columns = load_forms()[forms.get(table, main)].tables[table].columns
        for row, values in rows.items():
            by_column = values if isinstance(values, dict) else {c.code: v for c, v in zip(columns, values, strict=True)}
            for column, value in by_column.items():
                key = CellKey(table, row, column)
                assert key in cells, f"form {main} has no cell {key}"
                cells[key] = ("blank", None) if value is None else ("reported", value)
    return ReportOfYear(year, agency_id, main, requests_form or main, cells, scope, files)


def persons(number: int) -> list[int]:
    """A row of requests that natural persons alone made."""
    return [number, 0, 0, 0, 0, 0, number]


def requests(**rows: int) -> Rows:
    """A requests table of natural persons alone."""
    return {"requests": {row: persons(number) for row, number in rows.items()}}


def documents(made: int | None = 0, repealed: int | None = 0, in_force: int | None = 0) -> Rows:
    """The row of normative documents (2021 form)."""
    return {"proactive_disclosure": {"normative_documents": {"made": made, "repealed": repealed, "in_force": in_force}}}


def fees(amount: float) -> Rows:
    """The row of fees (2021 form), in 10,000 yuan."""
    return {"proactive_disclosure": {"administrative_fees": {"amount_10k_yuan": amount}}}


def procurement(amount: float) -> Rows:
    """The row of government procurement (2019 form), in yuan."""
    return {"proactive_disclosure": {"government_procurement": {"items": 3, "amount": amount}}}
