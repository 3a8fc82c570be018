"""The dictionary names every table and column in Chinese, explains every code, and holds to the contracts of the facts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.facts import schemas
from gx_pipeline.forms import load_forms
from gx_pipeline.settings import CHECKOUT
from gx_pipeline.warehouse.described import DescribedTable, described_tables
from gx_pipeline.warehouse.dictionary import Dictionary
from gx_pipeline.warehouse.labels import Labels, Name, load_labels
from gx_pipeline.warehouse.metrics import load_metrics


@pytest.fixture(scope="module")
def tables() -> dict[str, DescribedTable]:
    """The tables that dbt describes; a loaded table by `loaded.<name>`."""
    manifest = json.loads((CHECKOUT / "dbt" / "target" / "manifest.json").read_text("utf-8"))
    return {f"loaded.{table.name}" if table.kind == "source" else table.name: table for table in described_tables(manifest)}


@pytest.fixture(scope="module")
def dictionary(tables: dict[str, DescribedTable]) -> Dictionary:
    return Dictionary(tuple(tables.values()), load_labels(), load_forms(), schemas(), load_metrics())


def column(table: DescribedTable, name: str) -> Any:
    return next(found for found in table.columns if found.name == name)


def test_every_table_of_core_and_marts_has_a_chinese_name(dictionary: Dictionary) -> None:
    nameless = [table.name for table in dictionary.tables if table.schema != "staging" and not dictionary.table_name(table)]
    assert nameless == [], "name them under `tables:` of gx_pipeline/warehouse/labels.yaml"


def test_every_table_of_core_and_marts_says_in_chinese_what_a_row_is(dictionary: Dictionary) -> None:
    silent = [table.name for table in dictionary.tables if table.schema != "staging" and not dictionary.labels.row(table.name)]
    assert silent == [], "say it under `rows:` of gx_pipeline/warehouse/labels.yaml"
    page = dictionary.pages()["dictionary/marts/place_year.md"]
    assert "政府的区域汇总另列，不与之相加" in page


def test_internal_tables_stand_apart_and_after_the_others(dictionary: Dictionary) -> None:
    pages = dictionary.pages()
    index = pages["dictionary/index.md"]
    used, _, internal = index[index.index("## `core`") : index.index("## `staging`")].partition("### Internal · 内部表")
    assert "`core.fct_requests`" in used
    assert "`core.int_" not in used
    assert internal.count("| [`core.int_") == internal.count("| [`") == 4
    assert "内部表：" in pages["dictionary/core/int_reports.md"]
    assert "内部表：" not in pages["dictionary/core/fct_report.md"]


def test_codes_stand_under_the_columns_that_hold_them(dictionary: Dictionary) -> None:
    page = dictionary.pages()["dictionary/codes.md"]
    assert "## 衔接情况 · `link` { #links }" in page
    assert "- `link` 衔接情况: [`marts.carry_over_chain`](marts/carry_over_chain.md#link)" in page
    assert "- `side` 等式的边: [`staging.identity_terms`](staging/identity_terms.md#side)" in page
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert len(headings) == len(dictionary.labels.code_sets)
    assert [line for line in headings if line.startswith("##  ·")] == [], "a set that no column holds"


def test_every_column_has_a_chinese_name(dictionary: Dictionary) -> None:
    nameless = [
        f"{table.name}.{found.name}"
        for table in dictionary.tables
        for found in table.columns
        if not dictionary.column_name(table, found)
    ]
    assert nameless == [], "name them under `columns:` of gx_pipeline/warehouse/labels.yaml, or in dbt by `meta: {label: …}`"


def test_every_column_is_described(dictionary: Dictionary) -> None:
    assert [f"{table.name}.{found.name}" for table in dictionary.tables for found in table.columns if not found.description] == []


def test_every_code_of_a_closed_list_is_explained(dictionary: Dictionary) -> None:
    unexplained = [
        f"{table.name}.{found.name}: {code}"
        for table in dictionary.tables
        for found in table.columns
        for code in dictionary.values_of(table, found)
        if not dictionary.meaning_of(table, found, code)
    ]
    assert unexplained == [], "explain them under `codes:` of gx_pipeline/warehouse/labels.yaml"


def test_the_declared_codes_are_those_that_the_contract_lets_in(dictionary: Dictionary) -> None:
    compared = set()
    for table in dictionary.tables:
        if table.kind != "source" or table.name not in schemas():
            continue
        for found in table.columns:
            name = dictionary.column_name(table, found)
            allowed = [
                check.statistics["allowed_values"]
                for check in schemas()[table.name].columns[found.name].checks
                if check.name == "isin"
            ]
            if name and name.codes in dictionary.labels.code_sets and allowed:
                assert set(dictionary.labels.codes(str(name.codes))) == set(map(str, allowed[0])), f"{table.name}.{found.name}"
                compared.add(name.codes)
    assert compared >= {
        "states",
        "scopes",
        "placements",
        "corrections",
        "severities",
        "causes",
        "subjects",
        "periods",
        "statuses",
    }


def test_no_name_is_left_of_a_column_or_table_that_is_gone(dictionary: Dictionary) -> None:
    columns = {found.name for table in dictionary.tables for found in table.columns}
    own = {f"{table.name}.{found.name}" for table in dictionary.tables for found in table.columns}
    assert [name for name in dictionary.labels.declared_columns if name not in columns | own] == []
    assert set(dictionary.labels.declared_tables) <= {table.name for table in dictionary.tables}


def test_names_of_cells_are_the_forms_own(dictionary: Dictionary, tables: dict[str, DescribedTable]) -> None:
    mart = tables["agency_year"]
    assert dictionary.column_name(mart, column(mart, "fees_amount_10k_yuan")) == Name(
        "行政事业性收费：本年收费金额(单位:万元)", "万元"
    )
    assert dictionary.column_name(mart, column(mart, "requests_denied")) == Name("(三)不予公开", "件")


def test_a_name_that_refers_to_no_cell_of_a_form_is_refused() -> None:
    for entry in (
        {"from": "requests/granted/nobody"},
        {"from_group": "requests/new_received"},
        {"label": "甲", "from": "a/b/c"},
        {},
    ):
        with pytest.raises(ConfigurationError, match=r"column x"):
            Labels({"tables": {}, "codes": {}, "columns": {"x": entry}})
    with pytest.raises(ConfigurationError, match="no such set"):
        Labels({"tables": {}, "codes": {}, "columns": {"x": {"label": "甲", "codes": "nothing"}}})


def test_a_fact_leads_to_its_dimensions_and_back_to_what_it_is_made_from(tables: dict[str, DescribedTable]) -> None:
    fact = tables["fct_requests"]
    assert [(found.table, found.column) for found in column(fact, "form_row_key").references] == [
        ("dim_form_row", "form_row_key")
    ]
    assert fact.keys == (("request_key",),)
    assert "stg_requests" in fact.made_from, "through the helper that is not stored"
    assert "request_outcomes" not in fact.used_by, "which is made of int_unified_cells"
    assert "applicant_mix" in fact.used_by
    assert not {"int_cells", "int_requests"} & tables.keys(), "helpers that are not stored can be queried by nobody"


def test_types_come_from_the_contract_before_the_catalog() -> None:
    manifest = {
        "nodes": {
            "model.p.t": {
                "resource_type": "model",
                "name": "t",
                "schema": "core",
                "config": {"materialized": "table"},
                "description": "",
                "depends_on": {"nodes": []},
                "constraints": [{"type": "primary_key", "columns": ["a", "b"]}],
                "columns": {
                    name: {"name": name, "description": "", "data_type": data_type, "constraints": constraints}
                    for name, data_type, constraints in (("a", "integer", [{"type": "not_null"}]), ("b", None, []))
                },
            }
        },
        "sources": {},
    }
    catalog = {"nodes": {"model.p.t": {"columns": {"a": {"name": "a", "type": "BIGINT"}, "b": {"name": "b", "type": "DATE"}}}}}
    (table,) = described_tables(manifest, catalog)
    assert [(found.data_type, found.required) for found in table.columns] == [("integer", True), ("date", False)]
    assert table.keys == (("a", "b"),)


def test_a_metric_names_its_columns_and_has_its_formula_on_the_page(
    dictionary: Dictionary, tables: dict[str, DescribedTable]
) -> None:
    mart = tables["agency_year"]
    assert dictionary.column_name(mart, column(mart, "disclosure_rate")) == Name("公开率（宽口径）", "比例")
    assert dictionary.column_name(mart, column(mart, "disclosure_rate_denominator")) == Name("公开率（宽口径）：分母")
    page = dictionary.pages()["metrics.md"]
    assert "分母过小的界限: 10" in page
    assert "予以公开与部分公开之和 (`requests_granted + requests_partially_granted`)" in page
    assert "[`marts.agency_year`](dictionary/marts/agency_year.md#disclosure_rate)" in page


def test_bars_in_keys_part_no_cells(dictionary: Dictionary, tables: dict[str, DescribedTable]) -> None:
    page = dictionary.pages()["dictionary/core/fct_requests.md"]
    (row,) = [line for line in page.splitlines() if 'id="request_key"' in line]
    assert "`year|agency|row|applicant type`" in row


def test_a_loaded_table_says_what_its_contract_refuses(dictionary: Dictionary) -> None:
    page = dictionary.pages()["dictionary/loaded/requests.md"]
    assert "refused: a value stands in a cell that is not reported" in page
    assert "not null" in page
