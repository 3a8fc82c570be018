"""What holds for every model of the dbt project: a contract, words for every column, and hand-worked figures for every metric."""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import duckdb
import pytest
import yaml

from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.warehouse.running_dbt import dbt

DBT = CHECKOUT / "dbt"
METRICS: list[dict[str, Any]] = yaml.safe_load((DBT / "dbt_project.yml").read_text("utf-8"))["vars"]["metrics"]


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    """The models of core and marts by their name, as dbt understands them."""
    manifest = json.loads((DBT / "target" / "manifest.json").read_text("utf-8"))
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in ("core", "marts")
    }


def test_every_table_has_an_enforced_contract(models):
    stored = {name: node for name, node in models.items() if node["config"]["materialized"] != "ephemeral"}
    assert len(stored) > 30
    assert [name for name, node in stored.items() if not node["contract"]["enforced"]] == []
    assert [name for name, node in stored.items() if any(not column["data_type"] for column in node["columns"].values())] == []


def test_every_table_and_every_column_is_described(models):
    assert [name for name, node in models.items() if not node["description"].strip()] == []
    bare = [
        (name, column)
        for name, node in models.items()
        for column, told in node["columns"].items()
        if not told["description"].strip()
    ]
    assert bare == []


def test_every_mart_has_a_key_that_the_engine_enforces(models):
    keyed = {
        name
        for name, node in models.items()
        for column in node["columns"].values()
        if any(constraint["type"] == "primary_key" for constraint in column["constraints"])
    }
    assert {name for name, node in models.items() if node["schema"] == "marts"} <= keyed


def test_every_metric_is_worked_out_by_hand_with_and_without_a_denominator():
    told = yaml.safe_load((DBT / "models" / "marts" / "_unit_tests.yml").read_text("utf-8"))["unit_tests"]
    rows = {
        test["name"]: {row["metric"]: row for row in test["expect"]["rows"]} for test in told if test["model"] == "agency_metrics"
    }
    codes = {metric["code"] for metric in METRICS}
    assert len(codes) == len(METRICS)
    assert rows["every_metric_by_hand"].keys() == rows["no_rate_without_a_denominator"].keys() == codes
    assert all(row["rate"] is not None for row in rows["every_metric_by_hand"].values())
    assert all(row["rate"] is None for row in rows["no_rate_without_a_denominator"].values())


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric["code"])
def test_a_metric_says_what_it_is(metric):
    assert {name for name, words in metric.items() if not words} == set()
    assert metric.keys() == {
        *("code", "label", "label_en", "unit", "note", "note_en"),
        *("numerator", "numerator_label", "denominator", "denominator_label"),
    }


def test_what_was_worked_out_by_hand_comes_out_of_the_models(built_place, tmp_path):
    """dbt's unit tests, over a copy of a built warehouse, from which they take the types of their columns."""
    warehouse = tmp_path / "gx.duckdb"
    shutil.copy(built_place.settings.duckdb_path, warehouse)
    done = dbt(tmp_path, {"GX_DBT_TARGET": "duckdb", "GX_DUCKDB_PATH": str(warehouse)}, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout
    assert re.search(r"PASS=1[2-9] WARN=0 ERROR=0", done.stdout), done.stdout


def test_a_seed_that_an_earlier_version_made_with_other_columns_is_made_anew(tmp_path):
    warehouse = tmp_path / "gx.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema staging; create table staging.provinces as select '110000' as province_code")
    done = dbt(tmp_path, {"GX_DBT_TARGET": "duckdb", "GX_DUCKDB_PATH": str(warehouse)}, "seed", "--select", "provinces")
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select count(*), count(province_en) from staging.provinces").fetchone() == (34, 34)
