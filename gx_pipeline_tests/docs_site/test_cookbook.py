"""Every query of the cookbook and of the guide runs over the samples and gives what their reports print."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from docs_site.cookbook import PAGE, Query, read_cookbook
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.workplaces import Place

QUERIES = {query.anchor: query for query in read_cookbook(PAGE.read_text("utf-8"))}
GUIDE = {
    f"{path.stem}-{at}": sql
    for path in sorted((CHECKOUT / "docs").rglob("*.md"))
    if path != PAGE
    for at, sql in enumerate(re.findall(r"^```sql\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL), start=1)
}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def ask(built_place: Place) -> Callable[[str], Rows]:
    """The rows that a query gives over the samples' warehouse."""

    def run(sql: str) -> Rows:
        with duckdb.connect(str(built_place.settings.duckdb_path), read_only=True) as warehouse:
            result = warehouse.execute(sql)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    return run


@pytest.fixture
def answer(ask: Callable[[str], Rows]) -> Callable[[str], Rows]:
    """The rows that a query of the cookbook gives, by its anchor."""
    return lambda anchor: ask(QUERIES[anchor].sql)


def test_the_cookbook_has_at_least_a_dozen_queries() -> None:
    assert len(QUERIES) >= 12


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_runs_as_it_stands_and_finds_something(query: Query, ask: Callable[[str], Rows]) -> None:
    assert ask(query.sql)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_is_asked_in_chinese_and_says_what_to_watch(query: Query) -> None:
    _, _, below = PAGE.read_text("utf-8").partition(f"### {query.title}\n")
    section = below.partition("\n### ")[0].partition("\n## ")[0]
    assert re.search(r"^[\u4e00-\u9fff].*[？。]$", section, re.MULTILINE), "the question in Chinese"
    assert re.search(r"^Watch: ", section, re.MULTILINE), "what to watch"


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_gives_its_rows_in_a_certain_order(query: Query) -> None:
    assert "order by" in query.sql or query.anchor == "where-does-a-figure-come-from"


@pytest.mark.parametrize("name", GUIDE)
def test_every_query_of_the_other_pages_runs(name: str, ask: Callable[[str], Rows]) -> None:
    assert ask(GUIDE[name])


def test_a_query_without_a_heading_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="not the only one"):
        read_cookbook("### One\n```sql\nselect 1\n```\n```sql\nselect 2\n```\n")


def test_the_years_of_an_agency_are_those_of_its_reports(answer: Callable[[str], Rows]) -> None:
    rows = answer("how-has-an-agency-fared-over-the-years")
    assert [(row["year"], row["requests_new_received"], row["requests_total_handled"]) for row in rows] == [
        (2022, 57, 56),
        (2023, 71, 70),
        (2024, 80, 81),
    ]


def test_outcomes_of_the_district_government_are_the_printed_ones_with_their_shares(answer: Callable[[str], Rows]) -> None:
    rows = answer("what-became-of-the-requests-reason-by-reason")
    assert {row["outcome_label"]: (row["requests"], float(row["share"])) for row in rows} == {
        "予以公开": (7, 0.28),
        "部分公开": (2, 0.08),
        "属于三类内部事务信息": (6, 0.24),
        "属于四类过程性信息": (1, 0.04),
        "属于行政查询事项": (1, 0.04),
        "本机关不掌握相关政府信息": (8, 0.32),
    }
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1)


def test_carry_over_is_broken_where_the_samples_break_it(answer: Callable[[str], Rows]) -> None:
    rows = answer("does-what-was-carried-over-arrive-in-the-next-year")
    assert [tuple(row.values()) for row in rows] == [
        (2023, "999900-sjj", "999900-sjj", 6, 6, 0, "holds"),
        (2024, "999900-sjj", "999900-sjj", 7, 5, -2, "differs"),
    ]


def test_the_change_of_new_requests_is_worked_by_hand(answer: Callable[[str], Rows]) -> None:
    rows = answer("by-how-much-did-new-requests-change-and-is-the-comparison-sound")
    assert [(row["year"], row["change"], float(row["change_rate"]), row["break_reason"]) for row in rows] == [
        (2023, 14, 0.2456, None),  # (71 - 57) / 57
        (2024, 9, 0.1268, None),  # (80 - 71) / 71
    ]


def test_governments_are_not_among_the_reasons_of_departments(answer: Callable[[str], Rows], ask: Callable[[str], Rows]) -> None:
    rows = answer("which-reasons-for-not-disclosing-are-given-most")
    (departments,) = ask(
        "select sum(requests_denied) as requests from marts.agency_year where kind = 'department' and requests_denied is not null"
    )
    assert sum(row["requests"] for row in rows) == departments["requests"] == 10 + 15 + 15 + 3


def test_rates_stand_beside_the_numbers_they_are_made_of(answer: Callable[[str], Rows]) -> None:
    rows = answer("how-open-are-agencies-with-the-numbers-behind-the-rate")
    by_report = {(row["year"], row["agency_name"]): row for row in rows}
    district = by_report[(2024, "福州市鼓楼区人民政府")]
    assert (district["disclosed"], district["handled"], district["disclosure_rate"]) == (9, 25, 0.36)
    assert by_report[(2025, "福州市工业和信息化局")]["disclosure_rate"] == 0


def test_peers_are_ranked_within_year_level_and_function(answer: Callable[[str], Rows]) -> None:
    rows = answer("how-does-an-agency-stand-among-its-peers")
    science = [row for row in rows if row["year"] == 2024 and row["function"] == "science_and_technology"]
    assert {(row["agency_name"], row["level"], row["value"], row["rank_from_highest"], row["peers"]) for row in science} == {
        ("福州市科学技术局", "prefecture", 0, 1, 2),
        ("博尔塔拉蒙古自治州科学技术局", "prefecture", 0, 1, 2),
    }


def test_reports_without_a_date_are_named_and_late_ones_not_invented(answer: Callable[[str], Rows]) -> None:
    rows = answer("who-published-late-or-shows-no-date")
    assert {row["agency_name"] for row in rows} == {
        "博尔塔拉蒙古自治州科学技术局",
        "福州市鼓楼区人民政府",
        "福州市工业和信息化局",
    }
    assert all(row["days_late"] is None for row in rows)


def test_agencies_without_a_report_of_a_year_are_listed(answer: Callable[[str], Rows]) -> None:
    missing = {(row["year"], row["agency_id"]) for row in answer("whose-report-is-not-there")}
    assert (2024, "350100-gxj") in missing
    assert (2025, "350100-gxj") not in missing
    assert len(missing) == 8 * 6 - 8  # eight agencies, the six years from 2020 to 2025, eight reports


def test_a_figure_is_traced_to_the_line_of_its_file(answer: Callable[[str], Rows], built_place: Place) -> None:
    (row,) = answer("where-does-a-figure-come-from")
    line = int(row["locator"].removeprefix("line "))
    text = (built_place.settings.data_dir / row["source_path"]).read_text("utf-8").split("\n")[line - 1]
    assert (row["value"], text.strip()) == (461, "461")


def test_the_violated_sums_of_the_samples_are_found(answer: Callable[[str], Rows]) -> None:
    assert [(row["year"], row["identity"], row["at_code"]) for row in answer("which-sums-do-not-tally")] == [
        (2023, "applicants_total", "partially_granted"),
        (2023, "outcomes_total", "total"),
        (2024, "carry_over", "natural_person"),
        (2024, "carry_over", "total"),
    ]


def test_text_and_table_of_the_district_government_contradict_each_other(answer: Callable[[str], Rows]) -> None:
    rows = answer("does-the-text-say-what-the-table-says")
    assert ("350102-rmzf", 27, 25) in [(row["agency_id"], row["said"], row["printed"]) for row in rows]


def test_a_place_is_the_sum_of_its_own_reports(answer: Callable[[str], Rows]) -> None:
    rows = {(row["year"], row["place"]): row for row in answer("what-does-a-whole-place-add-up-to")}
    district = rows[(2024, "福州市鼓楼区")]
    assert (district["reports_added"], district["requests_new_received"], district["region_new_received"]) == (1, 25, None)


def test_a_metric_comes_with_its_formula_and_without_small_denominators(answer: Callable[[str], Rows]) -> None:
    rows = answer("which-metric-is-low-where-and-what-is-it-made-of")
    assert [(row["year"], row["numerator"], row["denominator"]) for row in rows] == [
        (2022, 56, 62),
        (2023, 70, 77),
        (2024, 81, 85),
        (2024, 25, 25),
    ]
