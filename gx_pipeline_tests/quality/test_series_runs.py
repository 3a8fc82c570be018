"""What shows over several years only: figures that repeat, vanish, or jump by the factor between yuan and 10,000 yuan."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import CellKey
from gx_pipeline.quality.series import judge_series
from gx_pipeline_tests.quality.years import documents, fees, procurement, report_of, requests

FEES = CellKey("proactive_disclosure", "administrative_fees", "amount_10k_yuan")
PROCUREMENT = CellKey("proactive_disclosure", "government_procurement", "amount")


def told(reports, rule):
    return [(year, finding) for year, finding in judge_series(reports) if finding.rule == rule]


def busy(year: int, more: int = 0, **how):
    """A report of an office with some business."""
    return report_of(
        year,
        {
            "proactive_disclosure": {
                "normative_documents": {"made": 2, "repealed": 2, "in_force": 11},
                "administrative_licenses": {"decisions": 84 + more},
                "administrative_penalties": {"decisions": 13},
            },
            "requests": {
                "new_received": [9, 2, 0, 0, 0, 0, 11],
                "granted": [5, 2, 0, 0, 0, 0, 7],
                "unavailable_not_held": [4, 0, 0, 0, 0, 0, 4],
                "total_handled": [9, 2, 0, 0, 0, 0, 11],
            },
        },
        **how,
    )


# -- identical_years -----------------------------------------------------------------------------------------------------


def test_three_years_alike_are_a_warning_from_the_third_on():
    found = told([busy(2021), busy(2022), busy(2023), busy(2024)], "identical_years")
    assert [(year, f.severity) for year, f in found] == [(2022, "info"), (2023, "warn"), (2024, "warn")]
    assert "2021 to 2023" in found[1][1].message
    assert CellKey("requests", "granted", "natural_person") in found[1][1].cells


def test_one_other_figure_ends_the_repetition():
    reports = [busy(2021), busy(2022), busy(2023, more=1), busy(2024, more=1)]
    assert [(year, f.severity) for year, f in told(reports, "identical_years")] == [(2022, "info"), (2024, "info")]


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param({}, id="nothing but zeros"),
        pytest.param(documents(in_force=120), id="a stock alone"),
        pytest.param(requests(new_received=1, granted=1, total_handled=1), id="one request each year"),
        pytest.param(requests(new_received=3, granted=3, total_handled=3) | documents(in_force=4), id="three requests each year"),
    ],
)
def test_a_small_office_may_have_the_same_again(figures):
    assert told([report_of(year, figures) for year in (2021, 2022, 2023, 2024)], "identical_years") == []


def test_two_years_alike_are_told_only_where_much_repeats():
    sparse = {"proactive_disclosure": {"administrative_licenses": {"decisions": 41}}}
    assert told([report_of(2022, sparse), report_of(2023, sparse)], "identical_years") == []
    assert [f.severity for _, f in told([busy(2022), busy(2023)], "identical_years")] == ["info"]


def test_years_that_a_gap_or_another_form_parts_do_not_repeat_each_other():
    assert told([busy(2021), busy(2023), busy(2025)], "identical_years") == []
    same = requests(new_received=30, granted=30, total_handled=30)
    assert [year for year, _ in told([report_of(year, same) for year in (2019, 2020, 2021)], "identical_years")] == []


def test_an_unread_figure_is_like_no_other():
    reports = [busy(year) for year in (2021, 2022, 2023)]
    reports[1].figures[FEES] = ("unparsed", None)
    assert told(reports, "identical_years") == []


# -- zero_year -----------------------------------------------------------------------------------------------------------


def test_a_year_of_zeros_between_busy_years_is_said_of_that_year():
    ((year, finding),) = told([busy(2022), report_of(2023), busy(2024)], "zero_year")
    assert (year, finding.severity) == (2023, "info")
    assert CellKey("requests", "new_received", "total") in finding.cells


@pytest.mark.parametrize(
    "years",
    [
        pytest.param([busy(2022), report_of(2023)], id="the last year"),
        pytest.param([report_of(2022), busy(2023)], id="the first year"),
        pytest.param([busy(2021), report_of(2023), busy(2024)], id="beside a gap"),
        pytest.param([busy(2022), report_of(2023), report_of(2024), busy(2025)], id="two years"),
        pytest.param([busy(2022), report_of(2023, documents(in_force=1)), busy(2024)], id="a document in force"),
        pytest.param(
            [busy(2022), report_of(2023), report_of(2024, requests(new_received=1, granted=1, total_handled=1))],
            id="a quiet year",
        ),
    ],
)
def test_a_year_of_zeros_that_need_not_be_wrong_is_not_told(years):
    assert told(years, "zero_year") == []


def test_tables_without_a_number_are_not_zero():
    empty = report_of(2023)
    for key in empty.figures:
        empty.figures[key] = ("missing", None)
    assert told([busy(2022), empty, busy(2024)], "zero_year") == []


# -- unit_slip -----------------------------------------------------------------------------------------------------------


def slips(values, write=fees, first=2021):
    """Year, severity, expected and found of each slip in amounts year by year."""
    reports = [report_of(first + at, write(value)) for at, value in enumerate(values) if value is not None]
    return [(year, f.severity, f.expected, f.found) for year, f in told(reports, "unit_slip")]


def test_yuan_among_amounts_of_10_000_yuan_is_an_error_of_that_year():
    assert slips([158.2, 1_605_964, 171]) == [(2022, "error", 160.5964, 1_605_964)]
    ((_, finding),) = told([report_of(2021 + n, fees(v)) for n, v in enumerate([158.2, 2_605_964, 171])], "unit_slip")
    assert (finding.cells, finding.suspect) == ((FEES,), FEES)
    assert "158.2 for 2021 and 171 for 2023" in finding.message
    assert finding.cause is None


def test_an_amount_that_may_have_been_misread_is_a_doubt():
    reports = [report_of(2021 + n, fees(value)) for n, value in enumerate([158.2, 2_605_964, 171])]
    reports[1] = reports[1]._replace(doubted=frozenset({FEES}))
    ((_, finding),) = told(reports, "unit_slip")
    assert finding.cause == "parse_doubt"


@pytest.mark.parametrize(
    ("values", "slipped"),
    [
        pytest.param([160, 1_605_964], [(2022, "error")], id="10,000 times the year before, almost exactly"),
        pytest.param([1_605_964, 160], [(2021, "error")], id="10,000 times the year after"),
        pytest.param([160, 2_900_000], [(2022, "warn")], id="18,000 times one year"),
        pytest.param([160, 2_900_000, 140], [(2022, "error")], id="18,000 times both years"),
        pytest.param([160, 1_605_964, 1_700_000], [(2022, "warn"), (2023, "warn")], id="both later years"),
        pytest.param([1_900_000, 1_605_964, 165, 150], [(2021, "warn"), (2022, "warn")], id="both earlier years"),
        pytest.param([0.038, 380], [(2022, "error")], id="a small fee in yuan"),
        pytest.param([160, 0, 1_605_964], [], id="a year of zero between"),
        pytest.param([0, 1_605_964, 0], [], id="beside zeros"),
        pytest.param([160, None, 1_605_964], [], id="a gap between"),
        pytest.param([160, 160_000], [], id="1,000 times"),
        pytest.param([160, 16_000_000], [], id="100,000 times"),
        pytest.param([1.2, 6_000], [], id="5,000 times, and a figure that may well be"),
        pytest.param([0.005, 50], [], id="10,000 times next to nothing"),
        pytest.param([120, 160, 95.5, 300], [], id="years as they come"),
    ],
)
def test_only_a_jump_of_about_10_000_with_a_figure_to_match_is_a_slip(values, slipped):
    assert [found[:2] for found in slips(values)] == slipped


def test_procurement_is_too_small_or_too_large_by_what_is_likely():
    """The amount is in yuan: 251 is hardly a year's procurement, 2,510,000 is."""
    assert slips([2_510_000, 251], procurement, 2019) == [(2020, "error", 2_510_000, 251)]
    assert slips([251, 2_510_000], procurement, 2019) == [(2019, "error", 2_510_000, 251)]
    assert slips([310_000, 3_100_000_000], procurement, 2019) == [(2020, "error", 310_000, 3_100_000_000)]
    assert slips([50_000, 240_000_000], procurement, 2019) == []
    assert slips([120_000, 950_000], procurement, 2019) == []


def test_the_fees_of_one_form_are_not_compared_with_the_procurement_of_the_other():
    assert told([report_of(2020, procurement(1_605_964)), report_of(2021, fees(160))], "unit_slip") == []


def test_amounts_of_different_circles_are_not_compared():
    reports = [report_of(2022, fees(160), scope="own_organ"), report_of(2023, fees(1_605_964), scope="region_aggregate")]
    assert told(reports, "unit_slip") == []


# -- file_replaced -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("files", "replaced"), [("a", False), ("ab", True), ("aba", True), ("aa", False), ("", False)])
def test_a_report_whose_file_is_another_than_before_is_a_warning(files, replaced):
    report = report_of(2023, files=tuple(letter * 64 for letter in files))
    found = told([report], "file_replaced")
    assert [(year, f.severity) for year, f in found] == ([(2023, "warn")] if replaced else [])
    if replaced:
        assert ("b" if files == "aba" else "a") * 12 in found[0][1].message
