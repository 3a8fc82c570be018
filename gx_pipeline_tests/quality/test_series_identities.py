"""Reports as they are read against those of the year before: the identities of the forms that span years."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.quality import figures_of, series_evaluations
from gx_pipeline.quality.series import judge_series, of_report

GOLDEN = Path(__file__).parents[1] / "golden"
APPLICANTS = [column.code for column in load_forms()["2021"].tables["requests"].columns]


@pytest.fixture
def sample(parse_text, read_sample):
    """A sample as part of a series, by <agency_id>-<year>."""
    return lambda name: of_report(parse_text(read_sample(name), int(name[-4:]), name[:-5]))


def test_the_second_sample_continues_the_first(sample):
    first, second = (sample(f"999900-sjj-{year}") for year in (2022, 2023))
    assert len(series_evaluations("2021", second.figures, first.figures)) == 7 + 2
    assert judge_series([first, second]) == []


def test_what_the_third_sample_carries_in_is_not_what_the_second_carried_out(sample):
    golden = {year: json.loads((GOLDEN / f"999900-sjj-{year}.json").read_text("utf-8"))["requests"] for year in (2023, 2024)}
    pairs = list(zip(APPLICANTS, golden[2024]["carried_in"], golden[2023]["carried_out"], strict=True))
    found = judge_series([sample(f"999900-sjj-{year}") for year in (2022, 2023, 2024)])
    assert [(year, finding.rule, finding.cells, finding.found, finding.expected) for year, finding in found] == [
        (2024, "carry_over", (CellKey("requests", "carried_in", code),), carried_in, carried_out)
        for code, carried_in, carried_out in pairs
        if carried_in != carried_out
    ]


def test_across_the_change_of_form_only_the_requests_can_be_compared(parse_text, write_report):
    """Stocks of the 2019 form are documents made public, not documents in force."""
    before, now = (
        figures_of(parse_text(write_report({"requests": {row: [number, 0, 0, 0, 0, 0, number]}}, year=year, form=form).text()))
        for year, form, row, number in ((2020, "2019", "carried_out", 3), (2021, "2021", "carried_in", 2))
    )
    evaluated = series_evaluations("2021", now, before)
    assert {evaluation.instance.identity.code for evaluation in evaluated} == {"carry_over"}
    assert [e.instance.at for e in evaluated if e.outcome == "violated"] == ["natural_person", "total"]


def test_a_blank_of_the_year_before_is_not_held_against_the_report(sample, parse_text, write_report):
    carried_in = {"requests": {"carried_in": [2, 0, 0, 0, 0, 0, 0]}}
    now = of_report(parse_text(write_report(carried_in, year=2021).text(), 2021, "999900-sjj"))
    found = judge_series([sample("350505-kjj-2020"), now])
    assert "carry_over" not in {finding.rule for _, finding in found}
    assert "series_undecided" in {finding.rule for _, finding in found}
