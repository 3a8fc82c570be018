"""When a sum of the form holds, is violated, or cannot be told."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import CellKey, Instance, Term, load_forms
from gx_pipeline.forms.arithmetic import Evaluation, evaluate, in_digits

BLANK, NONE, PLACEHOLDER, UNREADABLE = ("blank", None), ("missing", None), ("not_applicable", None), ("unparsed", None)


def judge(code: str, place: str, **cells: object) -> Evaluation:
    """Evaluate an identity over figures by code; `last_…` are figures of the year before."""
    instance: Instance = next(
        found for found in load_forms()["2021"].instances() if (found.identity.code, found.at) == (code, place)
    )

    def lookup(_: CellKey, term: Term) -> tuple[str, int | float | None]:
        given = cells["last_" + term.code if term.previous else term.code]
        return given if isinstance(given, tuple) else ("reported", given)  # type: ignore[return-value]

    return evaluate(instance, lookup)


@pytest.mark.parametrize(
    ("results", "total", "outcome"),
    [
        pytest.param((1, 1, 0, 1), 3, "holds", id="the parts make the total"),
        pytest.param((0, 0, 0, 0), 0, "holds", id="nothing happened"),
        pytest.param((1, 1, 0, 1), 4, "violated", id="the parts make less"),
        pytest.param((1, 1, 0, 1), 2, "violated", id="the parts make more"),
        pytest.param((2, 1, BLANK, BLANK), 3, "assumed_zero", id="it tallies if blanks are zeros"),
        pytest.param((2, 1, NONE, 0), 3, "assumed_zero", id="it tallies if a missing cell is zero"),
        pytest.param((2, 1, PLACEHOLDER, 0), 3, "assumed_zero", id="it tallies if a placeholder is zero"),
        pytest.param((BLANK, BLANK, BLANK, BLANK), 0, "assumed_zero", id="only the zero total is filled"),
        pytest.param((3, 2, BLANK, 0), 4, "violated", id="the known parts exceed the total"),
        pytest.param((1, 1, BLANK, 0), 4, "not_evaluable", id="the blank may be the rest"),
        pytest.param((1, 1, 0, 1), BLANK, "not_evaluable", id="the total is not filled"),
        pytest.param((2, 1, UNREADABLE, 0), 3, "not_evaluable", id="an unreadable part is no zero"),
        pytest.param((3, 2, UNREADABLE, 0), 3, "not_evaluable", id="an unreadable part may be anything"),
        pytest.param((1, 1, 0, 1), UNREADABLE, "not_evaluable", id="the total is unreadable"),
        pytest.param((BLANK, BLANK, BLANK, BLANK), BLANK, "not_evaluable", id="nothing is filled"),
        pytest.param((NONE, NONE, NONE, NONE), NONE, "not_evaluable", id="nothing is there"),
    ],
)
def test_results_against_their_total(results, total, outcome):
    upheld, corrected, other, pending = results
    judged = judge(
        "results_total",
        "reconsideration",
        upheld=upheld,
        corrected=corrected,
        other_result=other,
        pending=pending,
        total=total,
    )
    assert judged.outcome == outcome
    codes = ("upheld", "corrected", "other_result", "pending", "total")
    without_number = {code for code, cell in zip(codes, (*results, total), strict=True) if isinstance(cell, tuple)}
    assert {key.column for key in judged.unknown} == without_number


@pytest.mark.parametrize(
    ("in_force", "last_in_force", "made", "repealed", "outcome"),
    [
        (23, 22, 6, 5, "holds"),
        (24, 22, 6, 5, "violated"),
        (28, 22, 6, BLANK, "assumed_zero"),
        pytest.param(25, 22, 6, BLANK, "not_evaluable", id="what was repealed may be the difference"),
        (23, NONE, 6, 5, "not_evaluable"),
    ],
)
def test_documents_in_force_against_the_year_before(in_force, last_in_force, made, repealed, outcome):
    judged = judge("stock_flow", "regulations", in_force=in_force, last_in_force=last_in_force, made=made, repealed=repealed)
    assert judged.outcome == outcome


@pytest.mark.parametrize(
    ("figure", "digits"),
    [
        (0, "0"),
        (100, "100"),
        (1605964, "1605964"),
        (2764200.5, "2764200.5"),
        (12345.67, "12345.67"),
        (0.1 + 0.2, "0.3"),
        (-7, "-7"),
    ],
)
def test_a_figure_is_written_with_all_its_digits(figure, digits):
    assert in_digits(figure) == digits


def test_both_sides_are_summed_as_published():
    judged = judge("balance", "total", new_received=71, carried_in=6, total_handled=70, carried_out=8)
    assert (judged.outcome, judged.left_sum, judged.right_sum) == ("violated", 77, 78)
