"""Text whose lines stand in columns: an emptiness between pipes is a cell where the lines around prove it, else in doubt."""

from __future__ import annotations

import pytest

from gx_pipeline.quality import check_report

SEVEN = [20, 6, 1, 0, 3, 2, 32]


def row_of(report, row):
    return [cell.value for cell in report.cells if cell.key.row == row]


def states_of(report, row):
    return [cell.state for cell in report.cells if cell.key.row == row]


def told_rows(report):
    return {key.row for finding in check_report(report) if finding.severity != "info" for key in finding.cells}


@pytest.fixture
def granted(write_report):
    """A report in which (一)予以公开 and the rows it must agree with are filled."""
    return write_report({"requests": dict.fromkeys(("new_received", "granted", "total_handled"), SEVEN)})


@pytest.mark.parametrize("at", range(7))
def test_an_empty_place_between_pipes_is_a_blank_cell_there(granted, parse_text, at):
    row = granted.row("granted")
    row[1 + at] = ""
    expected = [None if place == at else value for place, value in enumerate(SEVEN)]
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "granted") == expected
    assert states_of(parsed, "granted")[at] in ("blank", "missing")


@pytest.mark.parametrize("left", range(7))
def test_of_a_row_with_one_figure_the_pipes_tell_which(granted, parse_text, left):
    row = granted.row("denied_other_law")
    row[1:] = ["4" if place == left else "" for place in range(7)]
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "denied_other_law") == [4 if place == left else None for place in range(7)]


def test_a_row_empty_throughout_holds_no_figure_of_another(granted, parse_text):
    granted.row("denied_other_law")[1:] = [""] * 7
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "denied_other_law") == [None] * 7
    assert row_of(parsed, "denied_state_secret") == [0] * 7
    assert row_of(parsed, "denied_three_securities_one_stability") == [0] * 7


def test_an_empty_first_cell_before_every_label_moves_nothing(granted, parse_text):
    granted.row("granted")[2] = ""
    granted.requests = [["", *row] for row in granted.requests]
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "granted") == [20, None, *SEVEN[2:]]
    assert row_of(parsed, "new_received") == SEVEN


@pytest.mark.parametrize("remnants", [1, 2])
def test_remnants_of_merged_labels_move_nothing(granted, parse_text, remnants):
    """A merged cell undone: its text in the first of its rows, empty places in the others, group and label in cells of their own."""
    granted.row("granted")[3] = ""
    granted.requests = [[row[0], *[""] * remnants, *row[1:]] if len(row) > 1 else row for row in granted.requests]
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "granted") == [20, 6, None, *SEVEN[3:]]
    assert row_of(parsed, "new_received") == row_of(parsed, "total_handled") == SEVEN


@pytest.mark.parametrize("extra", [1, 2])
def test_a_row_of_another_width_is_not_read_by_the_places_of_the_others(granted, parse_text, extra):
    """A line with more places than those around it, and a gap: nothing says which place is too many."""
    granted.row("denied_other_law")[1:] = [*[""] * extra, "4", "", "", "", "", "", ""]
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "denied_other_law") in ([None] * 7, [4, *[None] * 6])
    assert row_of(parsed, "denied_other_law")[0] == 4 or "denied_other_law" in told_rows(parsed)


def test_a_row_that_lost_a_pipe_is_not_read_by_the_places_of_the_others(granted, parse_text):
    granted.row("denied_other_law")[1:] = ["", "4", "", "", "", "4"]
    parsed = parse_text(granted.piped())
    found = row_of(parsed, "denied_other_law")
    assert found == [None] * 7 or "denied_other_law" in told_rows(parsed)


@pytest.mark.parametrize("whole", [0, 1, 2])
def test_few_whole_rows_prove_no_columns(granted, parse_text, whole):
    """Where hardly a row has all its cells a lone figure is not placed by the pipes."""
    rows = [row for row in granted.requests[1:] if len(row) == 8]
    for row in rows[whole:]:
        row[1:] = ["", "4", "", "", "", "", ""]
    parsed = parse_text(granted.piped())
    for code in ("denied_other_law", "carried_out"):
        assert row_of(parsed, code) == [None] * 7
        assert code in told_rows(parsed)


def test_rows_of_two_shapes_prove_no_columns(granted, parse_text):
    """Half of the lines begin one place later: the places say nothing of a row with gaps."""
    rows = [row for row in granted.requests[1:] if len(row) == 8]
    for row in rows[::2]:
        row.insert(1, "")
    granted.row("denied_other_law")[-7:] = ["", "4", "", "", "", "", ""]
    parsed = parse_text(granted.piped())
    assert row_of(parsed, "denied_other_law") == [None] * 7
    assert "denied_other_law" in told_rows(parsed)


@pytest.mark.parametrize("at", range(3))
def test_empty_places_in_section_two_move_no_figure_in_silence(write_report, parse_text, at):
    report = write_report({"proactive_disclosure": {"regulations": {"made": 4, "repealed": 5, "in_force": 6}}})
    report.row("regulations")[1 + at] = ""
    parsed = parse_text(report.piped())
    expected = [None if place == at else value for place, value in enumerate([4, 5, 6])]
    assert row_of(parsed, "regulations") == expected or "regulations" in told_rows(parsed)


def test_tabs_part_cells_as_pipes_do(granted, parse_text):
    granted.row("granted")[5] = ""
    text = "\n".join(line.strip("|").strip().replace(" | ", "\t") for line in granted.piped().split("\n"))
    parsed = parse_text(text)
    assert row_of(parsed, "new_received") == SEVEN
    assert row_of(parsed, "granted") == [20, 6, 1, 0, None, 2, 32]
