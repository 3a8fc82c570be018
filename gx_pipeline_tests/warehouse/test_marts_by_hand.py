"""The five real reports in every mart, row by row, against figures worked out by hand (`marts_by_hand.yml`)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from gx_pipeline_tests.workplaces import Place

BY_HAND: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("marts_by_hand.yml").read_text("utf-8"))
CASES = [(mart, report) for mart, told in BY_HAND.items() for report in told if report != "key"]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def marts(built_place: Place) -> dict[str, list[Row]]:
    """The rows of every mart."""
    with duckdb.connect(str(built_place.settings.duckdb_path), read_only=True) as connection:
        names = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'").fetchall()
        return {name: _rows(connection.execute(f"select * from marts.{name}")) for (name,) in names}


def _rows(answer: duckdb.DuckDBPyConnection) -> list[Row]:
    columns = [column[0] for column in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def _differences(row: Row, told: Row) -> dict[str, tuple[Any, Any]]:
    """What a row holds, and what it should, by column."""
    return {
        name: (row[name], value)
        for name, value in told.items()
        if (row[name] != pytest.approx(value, rel=1e-12) if isinstance(value, float) else row[name] != value)
    }


def _same_place(row: Row, place: Row) -> bool:
    return all(row[name] == value for name, value in place.items())


def test_every_mart_is_worked_out_by_hand(marts):
    assert marts.keys() == BY_HAND.keys()


@pytest.mark.parametrize(("mart", "report"), CASES, ids=lambda part: part)
def test_a_mart_holds_what_the_report_comes_to(marts, mart, report):
    told, key = BY_HAND[mart][report], BY_HAND[mart]["key"]
    rows = [row for row in marts[mart] if report in ("all", row.get("agency_year_key"))]
    if "rows" in told:
        assert len(rows) == told["rows"]
    left = list(rows)
    for expected in told.get("listed", []):
        (row,) = [row for row in rows if _same_place(row, {name: expected[name] for name in key})]
        assert _differences(row, expected) == {}, {name: row[name] for name in key}
        left.remove(row)
    for row in left:
        expected = told["where_rest"] if "where" in told and _same_place(row, told["where"]) else told.get("rest", {})
        assert _differences(row, expected) == {}, {name: row[name] for name in key}


def test_what_was_worked_out_by_hand_would_notice_a_wrong_figure():
    row = {"share": 0.28, "requests": 7, "published_on": dt.date(2025, 1, 15)}
    assert _differences(row, {"share": 0.28, "requests": 7, "published_on": dt.date(2025, 1, 15)}) == {}
    assert _differences(row, {"share": 0.2800001, "requests": None, "published_on": None}).keys() == row.keys()
