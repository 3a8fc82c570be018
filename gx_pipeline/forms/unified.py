"""What the forms count alike (`unified.yaml`): groups of rows, and whether a cell may stand in a series across the forms.

Belongs here: what holds between forms. Does not belong here: what one form says of itself (`model`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple, get_args

from gx_pipeline.forms.model import CellKey, Declared, Row, TableCode, load_forms, read_declared

Comparability = Literal["full", "group", "approximate", "none"]
COMPARABILITIES: tuple[Comparability, ...] = get_args(Comparability)
# "三、", "(二)", "7." before a label, and what it says of itself in brackets behind.
_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+\.)")
_REMARK = re.compile(r"\([^()]*\)$")


class UnifiedGroup(Declared):
    """A group of rows: the label printed over them, and the group that it belongs to itself."""

    table: TableCode
    code: str
    printed: str
    label: str
    label_en: str
    parent: str | None = None


class _Judged(Declared):
    """Whether some cells of a table compare across the forms, and why not; no rows or columns are all of them."""

    table: TableCode
    comparability: Comparability
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unified_row: str | None = None
    reason: str | None = None
    reason_en: str | None = None


class UnifiedCell(NamedTuple):
    """A cell of a form in the series of both: the row that it counts for, and how far it compares.

    `full` is the same quantity on both forms, `group` the same only as the sum of its `row`, `approximate` nearly the same, `none`
    another one, with the reason.
    """

    form: str
    key: CellKey
    row: str
    comparability: Comparability
    reason: str | None
    reason_en: str | None


@cache
def load_groups() -> tuple[UnifiedGroup, ...]:
    """The groups of rows, parents before what belongs to them."""
    return tuple(UnifiedGroup.model_validate(entry) for entry in read_declared("unified.yaml")["groups"])


@cache
def unified_cells() -> tuple[UnifiedCell, ...]:
    """Every cell of every form, in printed order.

    Raises:
        ValueError: a cell of a form is not judged, or is said not to compare without a reason.
    """
    judged = tuple(_Judged.model_validate(entry) for entry in read_declared("unified.yaml")["comparability"])
    return tuple(_unify(form.form, key, judged) for form in load_forms().values() for key in form.cells())


def groups_of(table: TableCode, row: Row) -> tuple[UnifiedGroup, ...]:
    """The groups that a row belongs to, the widest first."""
    by_code = {group.code: group for group in load_groups() if group.table == table}
    found = next((group for group in by_code.values() if group.printed == row.group), None)
    path: list[UnifiedGroup] = []
    while found is not None:
        path.insert(0, found)
        found = by_code[found.parent] if found.parent else None
    return tuple(path)


def short_label(row: Row) -> str:
    """The label of a row without its number and without the remark in brackets behind it."""
    return _REMARK.sub("", _NUMBER.sub("", row.label))


def _unify(form: str, key: CellKey, judged: tuple[_Judged, ...]) -> UnifiedCell:
    entry = next((entry for entry in reversed(judged) if _names(entry, key)), None)
    if entry is None:
        raise ValueError(f"unified.yaml does not say whether {key} of form {form} compares with the other form")
    if entry.comparability != "full" and not (entry.reason and entry.reason_en):
        raise ValueError(f"unified.yaml gives no reason why {key} of form {form} compares as {entry.comparability!r} only")
    return UnifiedCell(form, key, entry.unified_row or key.row, entry.comparability, entry.reason, entry.reason_en)


def _names(entry: _Judged, key: CellKey) -> bool:
    return (
        entry.table == key.table
        and (not entry.rows or key.row in entry.rows)
        and (not entry.columns or key.column in entry.columns)
    )
