"""Series in which every year follows from the one before raise nothing; one figure changed does."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest

from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.quality.series import Origin, ReportOfYear, judge_series

SEEDS = range(300)
APPLICANTS = [column.code for column in load_forms()["2021"].tables["requests"].columns if column.role == "leaf"]


class Office:
    """An agency whose business goes on from year to year."""

    def __init__(self, rng: random.Random, agency_id: str = "999900-sjj") -> None:
        self.rng = rng
        self.agency_id = agency_id
        self.size = rng.choice((0, 3, 40, 900))
        self.amount = rng.choice((0, 0.5, 180.25, 52_000))
        self.open = dict.fromkeys(APPLICANTS, 0)
        self.in_force = dict.fromkeys(("regulations", "normative_documents"), 0) | {"normative_documents": rng.randint(0, 60)}

    def report(self, year: int) -> ReportOfYear:
        form = "2019" if year < 2021 else "2021"
        cells = dict.fromkeys(load_forms()[form].cells(), 0)
        self._requests(cells, form)
        self._disclosure(cells, form)
        return ReportOfYear(year, self.agency_id, form, form, {key: ("reported", value) for key, value in cells.items()})

    def _requests(self, cells: dict[CellKey, int | float], form: str) -> None:
        outcomes = [row.code for row in load_forms()[form].tables["requests"].rows if row.role == "outcome"]
        for applicant in APPLICANTS:
            new = self.rng.randint(0, self.size) if applicant == "natural_person" or self.rng.random() < 0.2 else 0
            due = new + self.open[applicant]
            left = self.rng.randint(0, due // 3)
            handled = Counter(self.rng.choices(outcomes, k=due - left))
            rows = {"new_received": new, "carried_in": self.open[applicant], "total_handled": due - left, "carried_out": left}
            for row, number in (rows | handled).items():
                cells[CellKey("requests", row, applicant)] += number
                cells[CellKey("requests", row, "total")] += number
            self.open[applicant] = left

    def _disclosure(self, cells: dict[CellKey, int | float], form: str) -> None:
        table = "proactive_disclosure"
        for row in self.in_force if form == "2021" else ():
            made = self.rng.randint(0, 4)
            repealed = self.rng.randint(0, min(3, self.in_force[row] + made))
            self.in_force[row] += made - repealed
            for measure, value in (("made", made), ("repealed", repealed), ("in_force", self.in_force[row])):
                cells[CellKey(table, row, measure)] = value
        cells[CellKey(table, "administrative_licenses", "decisions")] = self.rng.randint(0, 3 * self.size)
        money = ("administrative_fees", "amount_10k_yuan") if form == "2021" else ("government_procurement", "amount")
        amount = self.amount * (1 if form == "2021" else 10_000) * self.rng.choice((0, 0.2, 0.9, 1, 1.3, 7))
        cells[CellKey(table, *money)] = round(amount, 4)


def series(seed: int, at_least: int = 1) -> list[ReportOfYear]:
    rng = random.Random(seed)
    office = Office(rng)
    first = rng.randint(2019, 2022)
    return [office.report(year) for year in range(first, first + rng.randint(at_least, 6))]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_series_in_which_all_follows_raises_nothing(seed):
    assert judge_series(series(seed)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_zeros_that_are_left_empty_make_no_error_of_a_series(seed):
    rng = random.Random(seed)
    reports = series(seed)
    for report in reports:
        for key, (_, value) in report.figures.items():
            if value == 0 and rng.random() < 0.4:
                report.figures[key] = (rng.choice(("blank", "not_applicable", "missing")), None)
    assert {finding.rule for _, finding in judge_series(reports)} <= {"series_undecided"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_that_is_taken_out_leaves_a_break_and_nothing_else(seed):
    reports = series(seed, at_least=3)
    del reports[len(reports) // 2]
    assert [finding.rule for _, finding in judge_series(reports)] == ["series_break"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_merger_goes_on_where_its_predecessors_ended(seed):
    rng = random.Random(seed)
    year = rng.randint(2019, 2024)
    offices = [Office(rng, f"999900-{letter}") for letter in "ab"[: rng.randint(1, 2)]]
    before = [office.report(year) for office in offices]
    merged = Office(rng, "999900-c")
    merged.open = {applicant: sum(office.open[applicant] for office in offices) for applicant in APPLICANTS}
    merged.in_force = {row: sum(office.in_force[row] for office in offices) for row in merged.in_force}
    reports = [merged.report(year + 1), merged.report(year + 2)]
    origin = Origin(dt.date(year + 1, 1, 1), tuple(office.agency_id for office in offices), tuple(before))
    assert [finding.rule for _, finding in judge_series(reports, origin)] == ["series_break"]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_figure_that_does_not_follow_is_found_at_its_cell(seed):
    rng = random.Random(seed)
    reports = series(seed, at_least=2)
    later = rng.choice(reports[1:])
    key = CellKey("requests", "carried_in", rng.choice(APPLICANTS))
    state, value = later.figures[key]
    later.figures[key] = (state, value + rng.choice((1, 10, 100)))
    found = judge_series(reports)
    assert [(year, finding.rule, finding.cells, finding.suspect) for year, finding in found] == [
        (later.year, "carry_over", (key,), key)
    ]
