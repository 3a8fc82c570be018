"""The dbt seeds, derived from the forms (rows, columns, cells, identities, which year has which form) and from the rules.

`make derived` writes them; a test fails when they are stale. Holds no figures and no labels of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from gx_pipeline.forms import FIRST_YEAR, form_of_year, load_forms
from gx_pipeline.lake.files import write_atomically
from gx_pipeline.quality.registry import load_rules
from gx_pipeline.settings import Settings

LAST_YEAR = 2035
Rows = Iterable[tuple[object, ...]]


def form_rows() -> Rows:
    """The rows of every form."""
    yield "form", "table_code", "row_code", "position", "label", "label_en", "group_label", "item", "role"
    for form in load_forms().values():
        for code, table in form.tables.items():
            for position, row in enumerate(table.rows, start=1):
                yield form.form, code, row.code, position, row.label, row.label_en, row.group, row.item, row.role


def form_columns() -> Rows:
    """The columns of every form."""
    yield "form", "table_code", "column_code", "position", "label", "label_en", "unit", "number", "group_label", "role"
    for form in load_forms().values():
        for code, table in form.tables.items():
            for position, column in enumerate(table.columns, start=1):
                names = (column.code, position, column.label, column.label_en)
                yield form.form, code, *names, column.unit, column.number, column.group, column.role


def form_cells() -> Rows:
    """The complete grid of every form."""
    yield "form", "table_code", "row_code", "column_code", "position"
    for form in load_forms().values():
        for code in form.tables:
            for position, key in enumerate(form.cells(code), start=1):
                yield form.form, key.table, key.row, key.column, position


def identity_terms() -> Rows:
    """Every identity at every place, a line a term."""
    yield "form", "identity", "severity", "table_code", "at_code", "side", "row_code", "column_code", "sign", "previous"
    for form in load_forms().values():
        for instance in form.instances():
            identity = instance.identity
            for side, terms in (("left", instance.left), ("right", instance.right)):
                for key, term in terms:
                    place = (identity.code, identity.severity, key.table, instance.at, side, key.row, key.column)
                    yield form.form, *place, term.sign, str(term.previous).lower()


def report_years() -> Rows:
    """The official form of each report year and the statutory dates of article 49."""
    yield "year", "form", "department_deadline", "government_deadline"
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        yield year, form_of_year(year).form, f"{year + 1}-01-31", f"{year + 1}-03-31"


def rules() -> Rows:
    """The rules that findings are made of, in the order in which they are shown."""
    yield (
        "rule",
        "family",
        "severity",
        "label",
        "label_en",
        "explanation",
        "explanation_en",
        "advice",
        "advice_en",
        "source",
        "checks",
    )
    for rule in load_rules().values():
        texts = (rule.label, rule.label_en, rule.explanation, rule.explanation_en, rule.advice, rule.advice_en, rule.source)
        yield rule.code, rule.family, rule.severity, *texts, ";".join(rule.checks)


SEEDS: tuple[Callable[[], Rows], ...] = (form_rows, form_columns, form_cells, identity_terms, report_years, rules)


def seeds() -> dict[str, str]:
    """The text of each seed file by its name."""
    found = {}
    for seed in SEEDS:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(seed())
        found[f"{seed.__name__}.csv"] = text.getvalue()
    return found


if __name__ == "__main__":
    for name, content in seeds().items():
        write_atomically(Settings.from_environment().dbt_dir / "seeds" / name, content)
