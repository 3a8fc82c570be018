"""Which cell is to blame where sums do not tally: exactly that cell, or none; and whether the source or the reading is to blame."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.forms.arithmetic import evaluate
from gx_pipeline.quality import evaluations, identity_findings
from gx_pipeline_tests.generated.figures import APPLICANTS, RESULTS, make_truth, outcome_rows
from gx_pipeline_tests.generated.layouts import entries, generate
from gx_pipeline_tests.generated.model import Figure
from gx_pipeline_tests.generated.refigured import refigured

FORMS = ("2021", "2021-single", "2019")
TALLYING = ("requests", "reconsideration_litigation")
PIPES = next(entry for entry in entries() if entry.name == "text pipes")


# -- which single changes mend everything, found by trying all -----------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """The sums of a table as a matrix over its cells, set up from the forms in print and not from the package under test."""

    cells: tuple[CellKey, ...]
    matrix: np.ndarray

    @classmethod
    def of(cls, sums: list[dict[CellKey, int]]) -> Trial:
        """Sums as cells with their signs; each is 0 where it tallies."""
        cells = tuple(dict.fromkeys(key for terms in sums for key in terms))
        return cls(cells, np.array([[terms.get(key, 0) for key in cells] for terms in sums]))

    def mending(self, values: dict[CellKey, int]) -> set[tuple[CellKey, int]]:
        """Every change of one cell to another count after which all sums tally that did not."""
        counts = np.array([values[key] for key in self.cells])
        differences = self.matrix @ counts
        found = set()
        for step in {sign * int(by) for by in differences if by for sign in (1, -1)}:
            mended = ((differences[:, None] + step * self.matrix) == 0).all(axis=0) & (counts + step >= 0)
            found |= {(self.cells[at], int(counts[at]) + step) for at in np.flatnonzero(mended)}
        return found


@cache
def trials(requests_form: str) -> list[Trial]:
    """The tables in which sums hang together: all of the requests table, each procedure by itself."""
    columns, outcomes = (*APPLICANTS, "total"), outcome_rows(requests_form)
    frame = {"new_received": 1, "carried_in": 1, "total_handled": -1, "carried_out": -1}

    def cell(row: str, column: str) -> CellKey:
        return CellKey("requests", row, column)

    requests = [{cell(row, column): sign for row, sign in frame.items()} for column in columns]
    requests += [
        {cell("total_handled", column): -1, **dict.fromkeys((cell(row, column) for row in outcomes), 1)} for column in columns
    ]
    requests += [
        {cell(row, "total"): -1, **dict.fromkeys((cell(row, column) for column in APPLICANTS), 1)} for row in (*frame, *outcomes)
    ]
    procedures = [
        {CellKey("reconsideration_litigation", row, column): -1 if column == "total" else 1 for column in (*RESULTS, "total")}
        for row in ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
    ]
    return [Trial.of(requests), *(Trial.of([sums]) for sums in procedures)]


def determined(report) -> set[tuple[CellKey, int]]:
    """The cells, with their figures, that alone among all cells can mend what fails around them."""
    values = {cell.key: cell.value or 0 for cell in report.cells}
    found = [trial.mending(values) for trial in trials(report.requests_form)]
    return {change for changes in found if len(changes) == 1 for change in changes}


# -- reports ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parsed(parse_text):
    """A generated report of each form as it is parsed."""
    return {form: parse_text(generate(PIPES, 1, broken=False, form=form, figures_only=True).data) for form in FORMS}


@pytest.fixture(scope="module")
def tallying(parsed):
    """A report of a form with other figures, by a seed, of which all sums tally."""

    def make(form: str, seed: int, **how):
        how = how or {"figures_only": True}
        return refigured(parsed[form], make_truth(random.Random(f"{form} {seed}"), form=form, **how).figures)

    return make


def changed(report, values: dict[CellKey, int | None]):
    """The report with other counts in some cells; None leaves a cell blank."""
    figures = {key: Figure("blank" if value is None else "reported", value) for key, value in values.items()}
    return refigured(report, figures)


def named(report) -> set[tuple[CellKey, int]]:
    """The cells that are suspected, with the figures that would fit."""
    return {(finding.suspect, finding.expected) for finding in identity_findings(report) if finding.rule == "suspect_cell"}


def counts(report, *tables: str) -> dict[CellKey, int]:
    return {cell.key: cell.value for cell in report.cells if cell.key.table in tables and cell.value is not None}


# -- no false alarm --------------------------------------------------------------------------------------------------------


def test_two_thousand_reports_that_tally_raise_nothing(tallying):
    reports = (tallying(FORMS[seed % 3], seed) for seed in range(2_000))
    assert [finding.message for report in reports for finding in identity_findings(report)] == []


def test_blanks_that_are_zeros_raise_no_violation_and_no_suspicion(tallying):
    findings = [
        finding for seed in range(600) for finding in identity_findings(tallying(FORMS[seed % 3], 10_000 + seed, blanks=True))
    ]
    assert {finding.rule for finding in findings} == {"assumed_zero", "not_evaluable"}
    assert {finding.severity for finding in findings} == {"info"}
    assert {finding.suspect for finding in findings} == {None}


# -- one figure that is wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_that_is_off_by_one_is_named_wherever_the_sums_determine_it_and_no_other_ever_is(tallying, form):
    cases = 0
    for seed in range(4):
        report = tallying(form, seed)
        for key, count in counts(report, *TALLYING).items():
            for wrong in (count + 1, count - 1):
                if wrong < 0:
                    continue
                damaged = changed(report, {key: wrong})
                assert named(damaged) == determined(damaged), f"{form} {seed} {key} {wrong}"
                assert named(damaged) == ({(key, count)} if key.table == "requests" else set())
                cases += 1
    assert cases > 800


@pytest.mark.parametrize("form", FORMS)
def test_a_cell_that_is_off_by_any_number_is_named_wherever_the_sums_determine_it(tallying, form):
    rng = random.Random(form)
    for seed in range(150):
        report = tallying(form, 100 + seed)
        key, count = rng.choice(sorted(counts(report, rng.choice(TALLYING)).items()))
        damaged = changed(report, {key: rng.choice((0, count * 10, count // 10, count + rng.randint(2, 90)))})
        assert named(damaged) == determined(damaged) <= {(key, count)}


def test_every_violation_that_the_cell_explains_points_at_it(tallying):
    report = tallying("2021", 3)
    key = CellKey("requests", "total_handled", "natural_person")
    damaged = changed(report, {key: report.value(*key) + 5})
    findings = identity_findings(damaged)
    assert {finding.rule for finding in findings} == {"balance", "outcomes_total", "applicants_total", "suspect_cell"}
    assert {finding.suspect for finding in findings} == {key}
    assert {(finding.found, finding.expected) for finding in findings} == {(report.value(*key) + 5, report.value(*key))}
    (suspected,) = [finding for finding in findings if finding.rule == "suspect_cell"]
    assert (suspected.cells, suspected.found, suspected.expected) == ((key,), report.value(*key) + 5, report.value(*key))
    assert all(finding.rule in suspected.message for finding in findings if finding.severity == "error")
    assert damaged.cells == changed(report, {key: report.value(*key) + 5}).cells


def test_a_row_that_is_missing_makes_no_other_cell_suspect(tallying):
    """The row's figures are in the totals of every column; a search that took it for zeros would blame its neighbours."""
    for seed in range(60):
        report = tallying("2021", seed)
        lost = replace(
            report,
            cells=tuple(
                cell._replace(value=None, state="missing", raw=None) if cell.key.row == "denied_enforcement_file" else cell
                for cell in report.cells
            ),
        )
        wrong = CellKey("requests", "partially_granted", "total")
        assert named(lost) == set()
        assert named(changed(lost, {wrong: report.value(*wrong) + 5})) <= {(wrong, report.value(*wrong))}


def test_figures_of_the_first_table_have_no_sum_and_are_never_named(tallying):
    report = tallying("2021", 5)
    for key, count in counts(report, "proactive_disclosure").items():
        assert identity_findings(changed(report, {key: count + 1})) == []


# -- more than one, or none that is certain ----------------------------------------------------------------------------------


def test_of_two_wrong_figures_both_are_named_or_what_is_certain_and_no_other(tallying):
    rng = random.Random(7)
    both = 0
    for seed in range(150):
        report = tallying(FORMS[seed % 3], 300 + seed)
        counted = counts(report, "requests")
        wrong = {key: counted[key] + rng.choice((1, 1, 2, 5, 10)) for key in rng.sample(sorted(counted), 2)}
        found = named(changed(report, wrong))
        assert found <= {(key, counted[key]) for key in wrong}
        both += len(found) == 2
    assert both >= 135


@pytest.mark.parametrize(("step", "fitting"), [(1, set()), (3, {("granted", "natural_person", 3), ("other_other", "total", 2)})])
def test_of_two_errors_none_is_named_where_the_other_two_crossings_would_do_as_well(write_report, parse_text, step, fitting):
    """Two rows and two columns fail; by the same number, so that each row goes with either column, or by different ones."""
    both = {"granted": [3, 0, 0, 0, 0, 2, 5], "other_other": [1, 0, 0, 0, 0, 1, 2]}
    handled = [4, 0, 0, 0, 0, 3, 7]
    report = write_report({"requests": {"new_received": handled, "total_handled": handled, **both}})
    report.row("granted")[1] = str(3 + step)
    report.row("other_other")[7] = "1"
    damaged = parse_text(report.piped())
    assert sorted(finding.rule for finding in identity_findings(damaged) if finding.severity == "error") == [
        *["applicants_total"] * 2,
        *["outcomes_total"] * 2,
    ]
    assert {(cell.row, cell.column, expected) for cell, expected in named(damaged)} == fitting


def test_a_table_full_of_errors_names_nothing(tallying):
    report = tallying("2021", 12)
    rng = random.Random(12)
    assert named(changed(report, {key: rng.randint(0, 99) for key in counts(report, "requests")})) == set()


def test_errors_in_two_tables_are_told_apart(tallying):
    report = tallying("2021", 13)
    key = CellKey("requests", "granted", "total")
    upheld, total = (CellKey("reconsideration_litigation", "litigation_direct", column) for column in ("upheld", "total"))
    damaged = changed(report, {key: report.value(*key) + 1, total: report.value(*total) + 4})
    findings = identity_findings(damaged)
    assert named(damaged) == {(key, report.value(*key))}
    assert {finding.suspect for finding in findings if finding.rule == "results_total"} == {None}
    assert upheld in next(finding.cells for finding in findings if finding.rule == "results_total")


# -- cells without a number --------------------------------------------------------------------------------------------------


def test_beside_blanks_no_other_cell_than_the_wrong_one_is_named(tallying):
    rng = random.Random(17)
    hits = 0
    for seed in range(300):
        report = tallying(FORMS[seed % 3], 20_000 + seed, blanks=True)
        counted = counts(report, "requests")
        if not counted:
            continue
        key, count = rng.choice(sorted(counted.items()))
        found = named(changed(report, {key: max(0, count + rng.choice((1, 2, -1)))}))
        assert found <= {(key, count)}
        hits += bool(found)
    assert hits > 150


def test_a_blank_that_cannot_be_a_zero_is_named_with_its_figure_and_none_found(tallying):
    rng = random.Random(19)
    hits = 0
    for seed in range(100):
        report = tallying(FORMS[seed % 3], 400 + seed)
        filled = {key: count for key, count in counts(report, "requests").items() if count}
        if not filled:
            continue
        key, count = rng.choice(sorted(filled.items()))
        damaged = changed(report, {key: None})
        assert named(damaged) == {(key, count)}
        findings = [finding for finding in identity_findings(damaged) if finding.rule != "suspect_cell"]
        assert {finding.rule for finding in findings} == {"not_evaluable"}
        assert {finding.suspect for finding in findings} == {key}
        assert {finding.found for finding in identity_findings(damaged) if finding.rule == "suspect_cell"} == {None}
        hits += 1
    assert hits > 50


HANDLED = [7, 0, 0, 0, 0, 0, 7]
FILLED = {"requests": {"new_received": HANDLED, "granted": HANDLED, "total_handled": HANDLED}}


def test_a_wrong_cell_is_named_beside_a_total_that_was_not_filled_in(write_report, parse_text):
    report = write_report(FILLED)
    report.row("granted")[7] = "\u3000"
    report.row("new_received")[2] = "3"
    found = named(parse_text(report.piped()))
    assert found == {
        (CellKey("requests", "new_received", "commercial_enterprise"), 0),
        (CellKey("requests", "granted", "total"), 7),
    }


def test_the_one_cell_that_mends_a_violation_is_named_however_many_blanks_leave_other_sums_open(write_report, parse_text):
    """The wrong figure stands in a column that stays open after it is put right; raised elsewhere, it would break another."""
    handled = [8, 3, 1, 0, 0, 0, 12]
    report = write_report(
        {
            "requests": {
                "new_received": handled,
                "granted": [5, 2, 0, 0, 0, 0, 9],
                "other_other": ["", 0, 0, 0, 0, 0, 1],
                "denied_state_secret": [0, "", 0, 0, 0, 0, 1],
                "denied_other_law": [0, 0, "", 0, 0, 0, 1],
                "total_handled": handled,
            }
        }
    )
    assert named(parse_text(report.piped())) == {(CellKey("requests", "granted", "natural_person"), 7)}


def test_a_sum_over_a_cell_that_cannot_be_read_accuses_nobody(write_report, parse_text):
    report = write_report(FILLED)
    report.row("granted")[1] = "-7"
    assert named(parse_text(report.piped())) == set()


def test_beside_a_cell_that_cannot_be_read_one_wrong_figure_is_named_and_two_are_not(write_report, parse_text):
    report = write_report(FILLED)
    report.row("granted")[4] = "-1"
    report.row("new_received")[1] = "8"
    assert named(parse_text(report.piped())) == {(CellKey("requests", "new_received", "natural_person"), 7)}
    report.row("carried_out")[2] = "3"
    assert named(parse_text(report.piped())) == set()


# -- rows whose place is in doubt --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("layout", "total"), [("html", [2]), ("text", [])])
def test_of_a_row_that_may_be_shifted_as_a_whole_no_cell_is_named(write_report, parse_text, layout, total):
    report = parse_text(getattr(write_report({"reconsideration_litigation": {"reconsideration": [1, 1, 0, 0, 0]}}), layout)())
    assert [expected for _, expected in named(report)] == total
    cause = "publisher_error" if layout == "html" else "parse_doubt"
    assert {finding.cause for finding in identity_findings(report)} == {cause}


# -- whose doing it is ---------------------------------------------------------------------------------------------------------


def causes(report) -> dict[str, set[str | None]]:
    """The causes of the findings on identities, by rule."""
    found: dict[str, set[str | None]] = {}
    for finding in identity_findings(report):
        found.setdefault(finding.rule, set()).add(finding.cause)
    return found


SHORT = {"requests": {**FILLED["requests"], "granted": [6, 0, 0, 0, 0, 0, 6]}}


@pytest.mark.parametrize("layout", ["html", "piped", "text"])
def test_a_sum_that_is_clearly_printed_so_is_an_error_of_the_publisher(write_report, parse_text, layout):
    assert causes(parse_text(getattr(write_report(SHORT), layout)())) == {"outcomes_total": {"publisher_error"}}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({7: "6①"}, id="the mark of a note was left out"),
        pytest.param({1: "1 2", 7: "12"}, id="digits stood apart"),
        pytest.param({1: "六", 7: "六"}, id="not printed in digits"),
    ],
)
def test_a_sum_over_a_row_that_had_to_be_interpreted_is_a_doubt_of_the_reading(write_report, parse_text, damage):
    report = write_report(SHORT)
    for at, cell in damage.items():
        report.row("granted")[at] = cell
    assert causes(parse_text(report.piped()))["outcomes_total"] == {"parse_doubt"}


def test_a_sum_over_a_row_that_cannot_be_placed_is_a_doubt_of_the_reading(write_report, parse_text):
    report = write_report({"requests": {**SHORT["requests"], "granted": [1, 2, 3, 4, 5, 6, 21]}})
    del report.row("granted")[5]
    assert causes(parse_text(report.text())) == {"not_evaluable": {"parse_doubt"}}


def test_a_row_that_only_the_sums_have_placed_is_a_doubt_of_the_reading_and_none_of_its_cells_is_named(tallying):
    report = tallying("2021", 29)
    key = CellKey("requests", "granted", "natural_person")
    damaged = changed(report, {key: report.value(*key) + 1})
    assert named(damaged) == {(key, report.value(*key))}
    cells = tuple(cell._replace(placement="identity") if cell.key.row == "granted" else cell for cell in damaged.cells)
    doubted = replace(damaged, cells=cells)
    assert named(doubted) == set()
    assert causes(doubted) == {"outcomes_total": {"parse_doubt"}, "applicants_total": {"parse_doubt"}}


@pytest.mark.parametrize(
    ("row", "cells", "cause"),
    [
        pytest.param("granted", [6, 0, 0, 0, 0, 0, 6], "parse_doubt", id="any outcome may lack one"),
        pytest.param("granted", [6, 0, 0, 0, 0, 0, 7], "publisher_error", id="one cell explains it"),
    ],
)
def test_under_lost_headings_a_sum_is_a_doubt_of_the_reading_unless_one_cell_explains_it(
    write_report, parse_text, row, cells, cause
):
    report = write_report({"requests": {**FILLED["requests"], row: cells}})
    del report.requests[0][3:5]
    parsed_report = parse_text(report.text())
    assert "headings_incomplete" in {finding.rule for finding in parsed_report.findings}
    assert {finding.cause for finding in identity_findings(parsed_report)} == {cause}


def test_a_doubt_in_another_row_does_not_excuse_the_cell_that_explains_the_sum(write_report, parse_text):
    report = write_report(FILLED)
    report.row("denied_state_secret")[1] = "0①"
    report.row("granted")[1] = "8"
    findings = identity_findings(parse_text(report.piped()))
    assert {(finding.rule, finding.cause) for finding in findings} == {
        ("outcomes_total", "publisher_error"),
        ("applicants_total", "publisher_error"),
        ("suspect_cell", "publisher_error"),
    }


def test_outcomes_that_lack_a_row_which_the_form_has_not_follow_from_the_form(write_report, parse_text):
    report = write_report(SHORT)
    row = report.requests.index(report.row("not_processed_petition"))
    report.requests.insert(row, ["9.属于工作秘密", "1", "0", "0", "0", "0", "0", "1"])
    report.row("carried_in")[1] = "1"
    parsed_report = parse_text(report.piped())
    assert "unknown_row" in {finding.rule for finding in parsed_report.findings}
    assert causes(parsed_report) == {
        "outcomes_total": {"form_variant"},
        "applicants_total": {"publisher_error"},
        "balance": {"publisher_error"},
    }


@pytest.mark.parametrize(("form", "year"), [("2021", 2023), ("2019", 2023)])
def test_outcomes_of_a_later_year_with_a_single_row_of_others_follow_from_the_form(write_report, parse_text, form, year):
    report = parse_text(write_report(SHORT, form=form, requests_form="2019", year=year).piped())
    assert causes(report) == {"outcomes_total": {"form_variant"}}


def test_blanks_as_printed_are_the_publisher_s_and_cells_that_are_not_there_are_a_doubt(write_report, parse_text):
    report = write_report(FILLED)
    report.row("granted")[1:] = ["7", *"\u3000" * 6]
    assert causes(parse_text(report.piped()))["not_evaluable"] == {"publisher_error"}
    report.requests.remove(report.row("granted"))
    assert causes(parse_text(report.piped()))["not_evaluable"] == {"parse_doubt"}


# -- the same outcome as one by one ------------------------------------------------------------------------------------------


def test_identities_judged_together_come_out_as_one_by_one(tallying, parsed):
    forms = load_forms()
    rng = random.Random(23)
    for seed in range(120):
        report = tallying(FORMS[seed % 3], 30_000 + seed, blanks=True)
        counted = counts(report, *TALLYING)
        report = changed(report, {key: rng.choice((None, 0, 1)) for key in rng.sample(sorted(counted), min(2, len(counted)))})
        one_by_one = [
            evaluate(instance, lambda key, _: (report.by_key[key].state, report.by_key[key].value))  # noqa: B023
            for table in ("reconsideration_litigation", "requests")
            for instance in forms[report.form_of(table)].instances()
            if instance.identity.table == table and not instance.identity.spans_years
        ]
        assert evaluations(report) == one_by_one
