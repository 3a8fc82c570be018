"""Every query of the cookbook and of the guide runs over the samples and gives what their reports print."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
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
    assert query.question, "the question in Chinese"
    assert f"\n{query.question}\n\n```sql\n" in section, "it stands above its query"
    assert re.search(r"^Watch: ", section, re.MULTILINE), "what to watch"
    assert re.search(r"^注意：", section, re.MULTILINE), "the same in Chinese"


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_gives_its_rows_in_a_certain_order(query: Query) -> None:
    assert "order by" in query.sql or query.anchor == "where-does-a-figure-come-from"


@pytest.mark.parametrize("name", GUIDE)
def test_every_query_of_the_other_pages_runs(name: str, ask: Callable[[str], Rows]) -> None:
    assert ask(GUIDE[name])


@pytest.mark.parametrize("page", ["scope", "trust"])
def test_the_chinese_page_has_the_queries_of_the_english_one(page: str) -> None:
    of = {name: [sql for key, sql in GUIDE.items() if key.rpartition("-")[0] == name] for name in (page, f"{page}.zh")}
    assert of[page]
    assert of[f"{page}.zh"] == of[page]


def test_the_guide_walks_from_a_headline_to_the_printed_total_and_its_applicants(ask: Callable[[str], Rows]) -> None:
    (row,) = ask(GUIDE["trust-2"])
    assert (row["value"], row["used_value"], row["raw"], row["sum_of_applicants"]) == (80, 80, "80", 80)
    (headline,) = ask("select requests_new_received from marts.agency_year where agency_id = '999900-sjj' and year = 2024")
    assert headline["requests_new_received"] == row["used_value"]


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


def test_reasons_of_a_year_add_up_to_what_was_denied_in_it(answer: Callable[[str], Rows]) -> None:
    rows = answer("which-reasons-for-not-disclosing-are-given-most-year-by-year")
    denied = {year: sum(row["requests"] for row in rows if row["year"] == year) for year in (2022, 2023, 2024, 2025)}
    assert denied == {2022: 10, 2023: 15, 2024: 15 + 8, 2025: 3}, "of 2024 the example's 15 and the district's 8"
    assert {(row["year"], row["denied"], row["is_small"]) for row in rows} == {
        (2022, 10, False),
        (2023, 15, False),
        (2024, 23, False),
        (2025, 3, True),
    }
    internal = {row["year"]: float(row["share"]) for row in rows if row["outcome_label"] == "属于三类内部事务信息"}
    assert internal == {2022: 0.1, 2023: 0.1333, 2024: 0.3478, 2025: 1}  # 1 of 10, 2 of 15, 8 of 23, 3 of 3


def test_the_share_of_natural_persons_is_that_of_the_sums_and_counts_the_reports_without(answer: Callable[[str], Rows]) -> None:
    rows = answer("how-much-of-the-requests-comes-from-natural-persons")
    assert [tuple(row.values()) for row in rows if row["year"] in (2020, 2024)] == [
        (2020, None, None, None, True, 0, 1),  # its report leaves the cell blank
        (2024, 52 + 25, 80 + 25, Decimal("0.7333"), False, 4, 0),
    ]


def test_corrections_in_reconsideration_are_summed_by_level(answer: Callable[[str], Rows]) -> None:
    rows = answer("how-often-is-a-decision-corrected-in-reconsideration-level-by-level")
    assert [tuple(row.values()) for row in rows if row["year"] == 2024] == [
        (2024, "county", 0, 2, 0, True, 1, 0),
        (2024, "prefecture", 1, 3, Decimal("0.3333"), True, 3, 0),
    ]


def test_a_province_is_summed_once_and_says_what_is_missing(answer: Callable[[str], Rows]) -> None:
    rows = answer("what-does-a-whole-province-add-up-to-and-how-much-is-missing")
    (fujian,) = [row for row in rows if (row["year"], row["province"]) == (2024, "福建省")]
    assert (fujian["reports_expected"], fujian["reports_missing"], fujian["reports_added"]) == (6, 4, 2)
    assert (fujian["requests_new_received"], fujian["region_of_province"], fujian["reports_of_prefectures"]) == (25, None, 0)
    (empty,) = [row for row in rows if (row["year"], row["province"]) == (2021, "福建省")]
    assert (empty["reports_missing"], empty["reports_added"], empty["requests_new_received"]) == (6, 0, None)


def test_what_was_carried_out_of_the_last_report_is_named_and_nothing_that_goes_on(answer: Callable[[str], Rows]) -> None:
    rows = answer("which-requests-were-carried-out-into-a-year-whose-report-is-not-there")
    assert [(row["year"], row["agency_id"], row["requests_carried_out"], row["status_of_next_year"]) for row in rows] == [
        (2024, "999900-sjj", 4, "no_file")
    ]


def test_rates_stand_beside_the_numbers_they_are_made_of(answer: Callable[[str], Rows]) -> None:
    rows = answer("how-open-are-agencies-with-the-numbers-behind-the-rate")
    by_report = {(row["year"], row["agency_name"]): row for row in rows}
    district = by_report[(2024, "福州市鼓楼区人民政府")]
    assert (district["disclosed"], district["handled"], district["disclosure_rate"]) == (9, 25, 0.36)
    assert (2025, "福州市工业和信息化局") not in by_report, "seven requests are too few for a rate"


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
