"""Every layout of every format: the figures come back, in silence nothing is wrong, and no number is lost on the way.

The layouts and the many more documents of `make accuracy` are the same; here stand a few of each.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import nullcontext, suppress

import pytest

from gx_pipeline.errors import Refusal
from gx_pipeline.parsing.tables import read_tables
from gx_pipeline.parsing.tokens import tokenize
from gx_pipeline_tests.generated import noise
from gx_pipeline_tests.generated.layouts import entries, generate

QUICK = ("text", "HTML")
# Layouts whose figures the parser leaves unread here and there, and tells: the least share that it reads, in percent.
UNREAD_IN_PART: dict[str, float] = {"text aligned by spaces": 98.0}
ENTRIES = list(entries())
WHOLE = [entry for entry in ENTRIES if not entry.damaged]


def seeds_of(entry):
    return (0, 1) if entry.family in QUICK else (0,)


def readings(reading_of, entry):
    """The readings of a layout's documents; one that lost its figures by design may be refused."""
    for seed in seeds_of(entry):
        with suppress(Refusal) if entry.damaged else nullcontext():
            yield reading_of(entry, seed)


def of_layout(entry_list):
    return pytest.mark.parametrize("entry", entry_list, ids=lambda entry: entry.name)


@of_layout(ENTRIES)
def test_nothing_is_wrong_in_silence(reading_of, entry):
    silent = [line for reading in readings(reading_of, entry) for line in reading.cells_not_right("silent")]
    assert silent == []


@of_layout(WHOLE)
def test_a_whole_report_reads_back_as_printed(reading_of, entry):
    cells = [cell for reading in readings(reading_of, entry) for cell in reading.cells]
    read = 100 * sum(cell.verdict == "right" for cell in cells) / len(cells)
    assert read >= UNREAD_IN_PART.get(entry.name, 99.9)


@of_layout(WHOLE)
def test_a_whole_report_raises_no_error(reading_of, entry):
    sound = [reading for reading in readings(reading_of, entry) if reading.generated.truth.broken is None]
    assert [
        f"{finding.rule}: {finding.message}"
        for reading in sound
        for finding in reading.findings
        if finding.severity == "error" and entry.name not in UNREAD_IN_PART
    ] == []


@of_layout(ENTRIES)
def test_every_number_is_in_one_cell_or_in_a_finding(reading_of, entry):
    """From the first line with a figure of the report to the last, where nothing but the tables prints bare numbers."""
    for reading in readings(reading_of, entry):
        numbers = [
            (line.locator(index), number)
            for number, line in enumerate(reading.document.lines)
            for index, cell in enumerate(line.cells)
            if noise.NUMBER.fullmatch(cell.text)
        ]
        held = Counter(cell.locator for cell in reading.report.cells if cell.placement)
        told = {place for finding in reading.report.findings for place in re.findall(r"\(([^()]+)\)", finding.message)}
        lines = [number for place, number in numbers if held[place]]
        inside = [place for place, number in numbers if lines and min(lines) <= number <= max(lines)]
        assert all(held[place] <= 1 for place, _ in numbers)
        assert [place for place in inside if not held[place] and place not in told] == []


@of_layout([entry for entry in WHOLE if entry.family in QUICK])
def test_another_noise_around_the_same_figures_changes_no_figure(reading_of, read_back, entry):
    def values(reading):
        return {cell.key: (cell.state, cell.value) for cell in reading.report.cells}

    other = read_back(generate(entry, 1, noise_seed=71, wording_seed=72))
    assert other.generated.data != reading_of(entry, 1).generated.data
    if entry.name not in UNREAD_IN_PART:
        assert values(other) == values(reading_of(entry, 1))


@of_layout([entry for entry in ENTRIES if entry.family in QUICK])
def test_a_layout_read_again_reads_the_same(reading_of, entry):
    for reading in readings(reading_of, entry):
        stream, year = tokenize(reading.document), reading.generated.truth.year
        ground_up = read_tables(stream, year, planned=False)
        for _ in range(2):
            tables = read_tables(stream, year)
            assert tables.cells == ground_up.cells
            assert tables.findings == ground_up.findings
            assert (tables.forms, tables.lines, tables.found) == (ground_up.forms, ground_up.lines, ground_up.found)


@pytest.mark.parametrize(
    "name", ["text pipes", "text one cell a line", "HTML clean", "DOCX merged cells", "XLSX one sheet", "pdf ruled"]
)
def test_a_sum_that_does_not_tally_is_read_as_printed_and_told(read_back, name):
    entry = next(entry for entry in ENTRIES if entry.name == name)
    for seed in range(20) if entry.family in QUICK else (3,):
        reading = read_back(generate(entry, seed, broken=True))
        code, key = reading.generated.truth.broken
        assert reading.cells_not_right("silent", "wrong", "unread") == []
        assert [finding for finding in reading.findings if finding.rule == code and key in finding.cells]


def test_the_lists_name_layouts_that_there_are():
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert {entry.family for entry in ENTRIES} == {"text", "HTML", "DOCX", "spreadsheets", "PDF"}
    assert UNREAD_IN_PART.keys() <= {entry.name for entry in WHOLE}
