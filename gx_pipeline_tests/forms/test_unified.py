"""What the forms count alike: every cell is judged, and the hierarchy of the rows is that of the printed form."""

from __future__ import annotations

from collections import Counter

import pytest

from gx_pipeline.forms import CellKey, UnifiedCell, groups_of, load_forms, short_label, unified, unified_cells


def judged(form: str, *key: str) -> UnifiedCell:
    return next(cell for cell in unified_cells() if cell.form == form and cell.key == CellKey(*key))


def test_every_cell_of_every_form_is_judged_once():
    assert Counter((cell.form, cell.key) for cell in unified_cells()) == Counter(
        (form.form, key) for form in load_forms().values() for key in form.cells()
    )


def test_what_counts_the_same_on_both_forms_is_on_both_of_them():
    full = {
        form: {cell.key for cell in unified_cells() if cell.form == form and cell.comparability == "full"}
        for form in load_forms()
    }
    assert full["2019"] == full["2021"]
    assert len(full["2021"]) == 22 * 7 + 15 + 3


def test_other_handling_compares_as_its_group_only():
    rows = {cell.key.row: cell.row for cell in unified_cells() if cell.comparability == "group"}
    assert rows == dict.fromkeys(("other", "other_uncorrected", "other_unpaid", "other_other"), "other")


@pytest.mark.parametrize(
    ("form", "row", "measure", "comparability"),
    [
        ("2021", "administrative_penalties", "decisions", "full"),
        ("2019", "regulations", "made", "approximate"),
        ("2021", "normative_documents", "in_force", "none"),
        ("2019", "normative_documents", "total_public", "none"),
        ("2021", "administrative_fees", "amount_10k_yuan", "none"),
        ("2019", "government_procurement", "amount", "none"),
    ],
)
def test_cells_of_the_disclosure_table_compare_as_their_labels_say(form, row, measure, comparability):
    cell = judged(form, "proactive_disclosure", row, measure)
    assert cell.comparability == comparability
    assert bool(cell.reason and cell.reason_en) == (comparability != "full")


@pytest.mark.parametrize(
    ("table", "row", "groups", "short"),
    [
        ("requests", "new_received", [], "本年新收政府信息公开申请数量"),
        ("requests", "partially_granted", ["handled"], "部分公开"),
        ("requests", "denied_state_secret", ["handled", "denied"], "属于国家秘密"),
        ("requests", "other_other", ["handled", "other"], "其他"),
        ("requests", "total_handled", ["handled"], "总计"),
        ("reconsideration_litigation", "litigation_direct", ["litigation"], "未经复议直接起诉"),
    ],
)
def test_a_row_stands_in_the_groups_that_are_printed_over_it(table, row, groups, short):
    found = load_forms()["2021"].tables[table].row_by_code[row]
    assert [group.code for group in groups_of(table, found)] == groups
    assert short_label(found) == short


def test_every_group_that_a_form_prints_is_known():
    for form in load_forms().values():
        for code, table in form.tables.items():
            assert {row.code for row in table.rows if row.group and not groups_of(code, row)} == set()


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([{"table": "requests", "comparability": "full"}], "does not say whether"),
        (
            [
                {"table": table, "comparability": "none"}
                for table in ("requests", "proactive_disclosure", "reconsideration_litigation")
            ],
            "no reason",
        ),
    ],
)
def test_a_cell_that_nobody_judged_or_judged_without_a_reason_is_refused(monkeypatch, entries, reason):
    monkeypatch.setattr(unified, "read_declared", lambda name: {"comparability": entries})
    with pytest.raises(ValueError, match=reason):
        unified.unified_cells.__wrapped__()
