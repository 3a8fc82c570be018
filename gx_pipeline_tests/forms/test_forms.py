"""The declared forms against the wording of the notices: grids, labels, identities at every place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from gx_pipeline.documents import normalize
from gx_pipeline.forms import TABLE_CODES, CellKey, Form, Instance, form_of_year, load_forms, load_sections

WORDING = yaml.safe_load(Path(__file__).with_name("official_wording.yml").read_text("utf-8"))
BOTH_FORMS = pytest.mark.parametrize("code", ["2019", "2021"])


def at(form: str, identity: str, place: str) -> Instance:
    return next(found for found in load_forms()[form].instances() if (found.identity.code, found.at) == (identity, place))


@pytest.mark.parametrize(
    ("code", "sizes"),
    [
        ("2019", {"proactive_disclosure": 22, "requests": 161, "reconsideration_litigation": 15}),
        ("2021", {"proactive_disclosure": 10, "requests": 175, "reconsideration_litigation": 15}),
    ],
)
def test_the_grid_has_every_cell_of_the_form_once(code, sizes):
    cells = load_forms()[code].cells()
    assert Counter(key.table for key in cells) == sizes
    assert len(set(cells)) == len(cells) == sum(sizes.values())


@BOTH_FORMS
@pytest.mark.parametrize("table", TABLE_CODES)
def test_rows_and_columns_bear_the_official_wording_in_the_printed_order(code, table):
    declared, official = load_forms()[code].tables[table], WORDING[code][table]
    for entries, kind in ((declared.rows, "rows"), (declared.columns, "columns")):
        expected = [(name, normalize(label)) for name, label in official[kind].items()]
        assert [(entry.code, normalize(entry.label)) for entry in entries] == expected


@BOTH_FORMS
def test_each_row_of_section_two_has_the_columns_of_its_block(code):
    table = load_forms()[code].tables["proactive_disclosure"]
    for item, rows, columns in WORDING[code]["proactive_disclosure"]["blocks"]:
        for row in rows:
            assert [column.code for column in table.columns_of(row)] == columns
            assert normalize(table.row_by_code[row].item or "") == normalize(item)


def test_fees_are_an_amount_in_one_form_and_a_number_of_items_in_the_other():
    """The label is the same, the quantity is not: the two must not meet under one code."""
    fees = {code: form.tables["proactive_disclosure"].columns_of("administrative_fees") for code, form in load_forms().items()}
    assert [(column.number, column.unit) for column in fees["2021"]] == [("amount", "万元")]
    assert [(column.number, column.unit) for column in fees["2019"]] == [("count", "项"), ("signed", "项")]
    assert not {column.code for column in fees["2021"]} & {column.code for column in fees["2019"]}


@pytest.mark.parametrize("table", ["requests", "reconsideration_litigation"])
@pytest.mark.parametrize("kind", ["rows", "columns"])
def test_what_both_forms_count_alike_bears_the_same_labels(table, kind):
    earlier, later = (
        {entry.code: entry for entry in getattr(load_forms()[code].tables[table], kind)} for code in ("2019", "2021")
    )
    shared = earlier.keys() & later.keys()
    assert earlier.keys() - shared == ({"other"} if (table, kind) == ("requests", "rows") else set())
    assert {code: (earlier[code].label, earlier[code].label_en) for code in shared} == {
        code: (later[code].label, later[code].label_en) for code in shared
    }


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("2019", {"balance": 7, "outcomes_total": 7, "applicants_total": 23, "results_total": 3, "carry_over": 7}),
        (
            "2021",
            {"balance": 7, "outcomes_total": 7, "applicants_total": 25, "results_total": 3, "carry_over": 7, "stock_flow": 2},
        ),
    ],
)
def test_each_identity_holds_at_its_places(code, places):
    assert Counter(instance.identity.code for instance in load_forms()[code].instances()) == places


@pytest.mark.parametrize(("code", "outcomes"), [("2019", 19), ("2021", 21)])
def test_the_total_handled_is_the_sum_of_every_outcome_and_of_nothing_else(code, outcomes):
    instance = at(code, "outcomes_total", "commercial_enterprise")
    others = {"new_received", "carried_in", "total_handled", "carried_out"}
    assert [key for key, _ in instance.left] == [CellKey("requests", "total_handled", "commercial_enterprise")]
    assert [key.row for key, _ in instance.right] == [row for row in WORDING[code]["requests"]["rows"] if row not in others]
    assert len(instance.right) == outcomes
    assert {key.column for key, _ in instance.right} == {"commercial_enterprise"}


@BOTH_FORMS
@pytest.mark.parametrize(
    ("identity", "place", "left", "right"),
    [
        ("balance", "total", [("new_received", 1), ("carried_in", 1)], [("total_handled", 1), ("carried_out", 1)]),
        ("carry_over", "total", [("carried_in", 1)], [("carried_out", 1)]),
        (
            "results_total",
            "litigation_direct",
            [("total", 1)],
            [("upheld", 1), ("corrected", 1), ("other_result", 1), ("pending", 1)],
        ),
    ],
)
def test_an_identity_expands_to_the_cells_it_names(code, identity, place, left, right):
    instance = at(code, identity, place)
    assert [(term.code, term.sign) for _, term in instance.left] == left
    assert [(term.code, term.sign) for _, term in instance.right] == right
    assert all(place in (key.row, key.column) for key, _ in (*instance.left, *instance.right))
    assert {term.previous for _, term in instance.right} == {identity == "carry_over"}


def test_documents_in_force_are_those_of_last_year_plus_made_minus_repealed():
    instance = at("2021", "stock_flow", "normative_documents")
    assert [(key.column, term.sign, term.previous) for key, term in instance.right] == [
        ("in_force", 1, True),
        ("made", 1, False),
        ("repealed", -1, False),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"left": ("nobody",)}, id="left"),
        pytest.param({"right": ("previous:nobody",)}, id="last year's"),
        pytest.param({"right": ("-nobody",)}, id="subtracted"),
        pytest.param({"right": ("role:nobody",)}, id="role"),
        pytest.param({"terms": "columns", "left": ("total",), "right": ("role:leaf",), "rows": ("nobody",)}, id="place"),
        pytest.param({"table": "nothing"}, id="table"),
    ],
)
def test_an_identity_that_names_what_the_form_has_not_is_rejected(wrong):
    entry: dict[str, Any] = load_forms()["2021"].model_dump()
    entry["identities"] = [{**entry["identities"][0], **wrong}]
    with pytest.raises(ValueError, match=r"nobody|identities\.0\.table"):
        Form.model_validate(entry).instances()


@pytest.mark.parametrize(("year", "code"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")])
def test_each_report_year_has_one_official_form(year, code):
    assert form_of_year(year).form == code
    assert [form.form for form in load_forms().values() if form.serves(year)] == [code]


def test_no_form_serves_the_years_before_2019():
    with pytest.raises(KeyError, match="2018"):
        form_of_year(2018)


def test_a_report_has_six_sections():
    assert [section.number for section in load_sections()] == ["一", "二", "三", "四", "五", "六"]
    assert [section.label for section in load_sections()] == [
        "总体情况",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ]
