"""Which column each cell of a row is in: by headings, by position, by the sums, or nowhere."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import Column, load_forms
from gx_pipeline.parsing.placing import Placed, place, sums_of_row
from gx_pipeline.parsing.rows import Draft
from gx_pipeline.parsing.tokens import Token

FORM = load_forms()["2021"]
APPLICANTS = FORM.tables["requests"].columns
CODES = [column.code for column in APPLICANTS]
SUM = [["total", *CODES[:-1]]]


def token(column: int, kind: str, text: str = "", table: int | None = None) -> Token:
    return Token(column, 0, column, 8, table, kind, text, text, f"cell {column}")  # type: ignore[arg-type]


def draft(cells: list[str | None], header: list[str] | None = None, first: int = 1) -> Draft:
    """A row: None is a gap, an empty text a blank. With a header it stands in a grid whose columns start at `first`."""
    table = 1 if header else None
    body = [
        token(at, "gap" if text is None else "number" if text else "blank", text or "", table)
        for at, text in enumerate(cells, start=first)
    ]
    return Draft("granted", token(0, "label", "予以公开", table), body, header=dict(enumerate(header or [], start=1)))


def texts(placed: Placed | None) -> dict[str, str] | None:
    return None if placed is None else {code: found.text for code, found in placed.tokens.items()}


def columns(*codes: str) -> list[Column]:
    return [APPLICANTS[0].model_copy(update={"code": code}) for code in codes]


def test_the_headings_of_a_grid_place_its_cells_in_whatever_order_they_stand():
    order = ["total", *CODES[:-1]]
    placed = place(draft(["9", "6", "2", "1", "0", "0", "0"], header=order), APPLICANTS, SUM)
    assert placed is not None
    assert placed.placement == "header"
    assert texts(placed) == dict(zip(order, ["9", "6", "2", "1", "0", "0", "0"], strict=True))


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["6", "2", "1", "0", "0", "0", "9"], id="all filled"),
        pytest.param(["", "2", "1", "0", "0", "0", "3"], id="first blank"),
        pytest.param(["", "", "", "", "", "", "0"], id="only the total filled"),
        pytest.param(["6", None, "1", "0", None, "0", "7"], id="gaps between filled cells"),
        pytest.param([None, "6", "2", "1", "0", "0", "0", "9", None], id="gaps around"),
    ],
)
def test_as_many_cells_as_columns_are_placed_by_position(cells):
    placed = place(draft(cells), APPLICANTS, SUM)
    expected = [text or "" for text in (cells[1:-1] if len(cells) > 7 else cells)]
    assert placed is not None
    assert placed.placement == "position"
    assert texts(placed) == dict(zip(CODES, expected, strict=True))


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["6", "2", "1", "0", "0", "9"], id="a cell too few, several placements tally"),
        pytest.param(["7", "7"], id="two equal cells"),
        pytest.param(["6", "2", "1", "0", "0", "0"], id="no total, no placement tallies"),
        pytest.param(["6", "2", "1", "0", "0", "0", "9", "5"], id="a cell too many"),
        pytest.param([None, "2", "1", "0", "0", "0", "3"], id="a gap in front may be no cell"),
        pytest.param(["0"], id="a lone zero"),
    ],
)
def test_a_row_without_one_certain_placement_is_not_placed(cells):
    assert place(draft(cells), APPLICANTS, SUM) is None


def test_a_row_without_cells_is_missing_not_wrong():
    assert place(draft([]), APPLICANTS, SUM) == Placed({}, "position")


SUMS = [["sum", "part", "rest"], ["same", "part"]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["5", "5", "5"], {"part": "5", "sum": "5", "same": "5"}, id="one placement satisfies both sums"),
        pytest.param(["5", "2", "7"], None, id="none does"),
        pytest.param(["0", "0", "0"], None, id="all do"),
    ],
)
def test_fewer_cells_are_placed_only_where_the_sums_leave_one_way(cells, expected):
    placed = place(draft(cells), columns("part", "rest", "sum", "same"), SUMS)
    assert texts(placed) == expected
    assert placed is None or placed.placement == "identity"


def test_two_placements_that_tally_are_no_placement():
    assert place(draft(["5", "5"]), columns("part", "rest", "sum"), [["sum", "part", "rest"]]) is None


def test_fewer_cells_without_any_sum_are_never_placed():
    assert place(draft(["5", "2"]), columns("made", "repealed", "in_force")) is None


def test_a_filled_cell_outside_the_headings_keeps_the_row_from_being_placed_by_them():
    placed = place(draft(["6", "2", "1", "0", "0", "0", "9", "5"], header=CODES), APPLICANTS, SUM)
    assert placed is None


def test_a_heading_that_names_a_cell_places_it():
    row = Draft("regulations", token(0, "label"), pairs={"made": token(1, "number", "4"), "in_force": token(2, "number", "9")})
    assert place(row, columns("made", "repealed", "in_force")) == Placed(row.pairs, "header")
    assert place(row, columns("made", "repealed")) is None


def test_the_sums_along_a_row_are_those_of_its_identities():
    assert sums_of_row(FORM, "requests", "granted") == SUM
    assert sums_of_row(FORM, "reconsideration_litigation", "litigation_direct") == [
        ["total", "upheld", "corrected", "other_result", "pending"]
    ]
    assert sums_of_row(FORM, "proactive_disclosure", "regulations") == []
