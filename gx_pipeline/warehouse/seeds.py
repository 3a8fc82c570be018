"""The dbt seeds, derived from the forms (rows, columns, cells, identities, which year has which form) and from the rules.

`make derived` writes them; a test fails when they are stale. Holds no figures and no labels of its own.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable

from gx_pipeline.forms import FIRST_YEAR, Comparability, form_of_year, groups_of, load_forms, short_label, unified_cells
from gx_pipeline.lake.files import write_atomically
from gx_pipeline.quality.registry import Rule, load_expected, load_rules
from gx_pipeline.settings import Settings

LAST_YEAR = 2035
Rows = Iterable[tuple[object, ...]]


def form_rows() -> Rows:
    """The rows of every form, with the groups that they belong to."""
    yield (
        *("form", "table_code", "row_code", "position", "label", "label_en", "group_label", "item", "role"),
        *("short_label", "group_code", "path", "path_en", "depth", "comparability"),
    )
    judged: dict[tuple[str, str, str], set[Comparability]] = {}
    for cell in unified_cells():
        judged.setdefault((cell.form, cell.key.table, cell.key.row), set()).add(cell.comparability)
    for form in load_forms().values():
        for code, table in form.tables.items():
            for position, row in enumerate(table.rows, start=1):
                short, groups = short_label(row), groups_of(code, row)
                compares = judged[form.form, code, row.code]
                yield (
                    *(form.form, code, row.code, position, row.label, row.label_en, row.group, row.item, row.role),
                    *(short, groups[-1].code if groups else None),
                    " / ".join((*(group.label for group in groups), short)),
                    " / ".join((*(group.label_en for group in groups), row.label_en)),
                    *(len(groups) + 1, next(iter(compares)) if len(compares) == 1 else "by_measure"),
                )


def form_columns() -> Rows:
    """The columns of every form."""
    yield "form", "table_code", "column_code", "position", "label", "label_en", "unit", "number", "group_label", "role"
    for form in load_forms().values():
        for code, table in form.tables.items():
            for position, column in enumerate(table.columns, start=1):
                names = (column.code, position, column.label, column.label_en)
                yield form.form, code, *names, column.unit, column.number, column.group, column.role


def form_cells() -> Rows:
    """The complete grid of every form, with what compares across the forms."""
    yield (
        *("form", "table_code", "row_code", "column_code", "position"),
        *("unified_row_code", "comparability", "reason", "reason_en"),
    )
    positions: Counter[tuple[str, str]] = Counter()
    for cell in unified_cells():
        table = (cell.form, cell.key.table)
        positions[table] += 1
        yield cell.form, *cell.key, positions[table], cell.row, cell.comparability, cell.reason, cell.reason_en


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
        "expected_is",
        "expected_is_en",
    )
    for rule in load_rules().values():
        texts = (rule.label, rule.label_en, rule.explanation, rule.explanation_en, rule.advice, rule.advice_en, rule.source)
        yield rule.code, rule.family, rule.severity, *texts, ";".join(rule.checks), *_expected_is(rule)


def _expected_is(rule: Rule) -> tuple[str, str]:
    """What the figure `expected` of a rule's findings is, in Chinese and English; empty where they hold none."""
    if rule.expected is None:
        return "", ""
    known = load_expected()
    plain = known[rule.expected]
    if plain.of_suspect is None:
        return plain.label, plain.label_en.format("…")
    suspected = known[plain.of_suspect]
    return (
        f"{plain.label}；指出可疑单元格时为{suspected.label}",
        f"{plain.label_en.format('…')}; where a cell is suspected, {suspected.label_en.format('…')}",
    )


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
