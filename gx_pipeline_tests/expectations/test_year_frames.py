"""The frames of a year: what identities, tables and findings become before anything is expected of them."""

import pandas as pd
import pytest

from gx_pipeline.expectations.frames import facts_of_year, frames_of, parameters
from gx_pipeline.expectations.suites import PUBLISHED, TABLES, identities_by_frame, load_suites, sides
from gx_pipeline.facts import Facts
from gx_pipeline.quality import evaluations
from gx_pipeline_tests.workplaces import Place, make_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = make_place(tmp_path_factory.mktemp("year_frames") / "data")
    made.take_in()
    made.find_series()
    return made


def frames(place: Place, year: int, facts: Facts | None = None) -> dict[str, pd.DataFrame]:
    return frames_of(facts or facts_of_year(place.lake, year), place.lake.read_series_findings())


def test_there_is_a_frame_for_every_suite_and_it_has_the_columns_that_lead_to_a_row(place):
    made = frames(place, 2024)
    assert made.keys() == {suite.name for suite in load_suites()}
    for suite in load_suites():
        assert set(suite.shown) <= set(made[suite.name].columns), suite.name


@pytest.mark.parametrize("year", [2020, 2022, 2023, 2024, 2025])
def test_the_sides_of_an_identity_differ_exactly_where_the_report_is_found_to_violate_it(place, year):
    made = frames(place, year)
    differ = set()
    for name, (_, at, identities) in identities_by_frame().items():
        for identity in identities:
            left, right = sides(identity)
            rows = made[name][(made[name][left] != made[name][right]).fillna(value=False)]
            differ |= {(identity.code, agency, place_of) for agency, place_of in zip(rows["agency_id"], rows[at], strict=True)}
    violated = {
        (evaluation.instance.identity.code, partition.agency_id, evaluation.instance.at)
        for partition in place.lake.fact_fingerprints()
        if partition.year == year
        for evaluation in evaluations(place.lake.read_report(partition)[0])
        if evaluation.outcome == "violated" and not evaluation.unknown
    }
    assert differ == violated
    assert (year == 2023) == bool(violated)


def test_a_side_with_a_blank_or_missing_term_is_empty_and_never_a_sum_of_the_rest(place):
    blanks = frames(place, 2020)["requests_by_applicant_type"].set_index("applicant_type")
    sums = blanks[[column for column in blanks.columns if ":" in column]]
    assert sums.drop(index="total").isna().all(axis=None)
    assert sums.loc["total"].eq(0).all()


def test_every_table_of_a_report_is_counted_against_its_form(place):
    facts = facts_of_year(place.lake, 2023)
    facts["requests"] = facts["requests"].iloc[1:].reset_index(drop=True)
    facts["reconsideration_litigation"] = facts["reconsideration_litigation"].iloc[0:0]
    counted = frames(place, 2023, facts)[TABLES].set_index("table")
    assert counted["cells"].to_dict() == {"proactive_disclosure": 10, "requests": 174, "reconsideration_litigation": 0}
    assert counted["missing_cells"]["requests"] == 1
    assert counted["forms"]["reconsideration_litigation"] == 0


def test_published_findings_name_the_agency_and_hold_those_that_span_years(place):
    made = frames(place, 2024)
    found = made[PUBLISHED]
    own = made["findings"][made["findings"]["severity"].isin(["error", "warn"])]
    series = place.lake.read_series_findings()
    assert len(found) == len(own) + len(series[series["year"] == 2024]) > len(own) > 0
    contradicted = found[found["agency_name"] == "福州市鼓楼区人民政府"]
    assert set(contradicted["agency_id"]) == {"350102-rmzf"}
    assert "error" in set(contradicted["severity"])
    assert not found["agency_name"].isna().any()


def test_a_finding_that_is_confirmed_as_published_stands_among_the_facts_and_is_expected_of_nobody(place):
    facts = facts_of_year(place.lake, 2024)
    before = len(frames(place, 2024, facts)[PUBLISHED])
    mismatch = facts["findings"]["rule"] == "narrative_mismatch"
    assert mismatch.sum() == 1
    facts["findings"].loc[mismatch, "status"] = "confirmed"
    made = frames(place, 2024, facts)
    assert "narrative_mismatch" not in set(made[PUBLISHED]["rule"])
    assert len(made[PUBLISHED]) == before - 1
    assert len(made["findings"]) == len(facts["findings"])


def test_the_reports_of_each_form_are_counted(place):
    made = frames(place, 2024)
    asked = parameters("requests", made, 2024)
    assert (asked["reports_2019"], asked["reports_2021"]) == (0, 4)
    assert asked["agencies"] == sorted(made["reports"]["agency_id"])


def test_a_year_without_facts_is_named(place):
    with pytest.raises(ValueError, match="no facts of report year 2021"):
        facts_of_year(place.lake, 2021)
