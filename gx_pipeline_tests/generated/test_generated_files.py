"""Files cut off, files with bits turned, files of anything: a refusal or a report that tells what it lacks, at once."""

from __future__ import annotations

import random
import signal
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gx_pipeline.documents import describe, read_bytes
from gx_pipeline.errors import Refusal
from gx_pipeline.parsing import parse
from gx_pipeline_tests.generated.layouts import entries, generate
from gx_pipeline_tests.generated.mutations import glues, text_of

ENTRIES = {entry.name: entry for entry in entries()}
TEXTS = (
    "text pipes",
    "text one cell a line",
    "text GB18030, pipes",
    "text UTF-16, tabs",
    "HTML clean",
    "HTML pasted from Word",
    "HTML portal",
    "HTML boxes",
)
ARCHIVES = ("DOCX merged cells", "XLSX one sheet")
BINARIES = (*ARCHIVES, "XLS", "pdf ruled", "pdf unruled")
SECONDS = 30


def steady(examples):
    """A profile that runs in CI as it runs here."""
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


@pytest.fixture(autouse=True)
def no_file_may_take_forever():
    def late(*_):
        raise TimeoutError(f"reading took more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def wrong_in_silence(document, read_back):
    """The cells read wrong in silence; none of a file that is refused."""
    try:
        return read_back(document).cells_not_right("silent")
    except Refusal:
        return []


def cuts(size, number, seed):
    rng = random.Random(seed)
    return sorted({0, 1, size - 1, *(rng.randrange(size) for _ in range(number))})


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_cut_off_tells_what_is_missing(read_back, name):
    document = generate(ENTRIES[name], 3, broken=False)
    text, encoding = text_of(document)
    for at in cuts(len(text), 22, name):
        if not glues(text[max(at - 40, 0) : at], text[at : at + 40]):
            assert wrong_in_silence(replace(document, data=text[:at].encode(encoding, "ignore")), read_back) == [], at


@pytest.mark.parametrize("name", TEXTS[2:5])
def test_a_text_cut_within_a_character_crashes_nothing(read_back, name):
    document = generate(ENTRIES[name], 3, broken=False)
    for at in cuts(len(document.data), 12, name):
        wrong_in_silence(replace(document, data=document.data[:at]), read_back)


@pytest.mark.parametrize("name", BINARIES)
def test_a_file_cut_off_is_refused_or_tells_what_is_missing(read_back, name):
    document = generate(ENTRIES[name], 3, broken=False)
    for at in cuts(len(document.data), 9, name):
        assert wrong_in_silence(replace(document, data=document.data[:at]), read_back) == [], at


@pytest.mark.parametrize("name", BINARIES)
def test_turned_bits_crash_nothing_and_change_no_figure_of_an_archive(read_back, name):
    document = generate(ENTRIES[name], 3, broken=False)
    rng = random.Random(name)
    for number in range(8):
        data = bytearray(document.data)
        for _ in range(rng.choice((1, 1, 3, 40))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        silent = wrong_in_silence(replace(document, data=bytes(data)), read_back)
        # A workbook of 2003 and a PDF bear no checksum of their figures: a turned bit may be another digit.
        assert name not in ARCHIVES or silent == [], number


@pytest.mark.parametrize(
    "start", [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table><tr><td>", b"\xff\xfe"]
)
@steady(12)
@given(rest=st.binary(max_size=3000))
def test_anything_is_refused(registry, start, rest):
    data = start + rest
    with pytest.raises(Refusal):
        parse(read_bytes(data, describe(data, "report")), registry)


LINES = text_of(generate(ENTRIES["text pipes"], 3, broken=False))[0].splitlines()
TAGS = (
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<td colspan=3>",
    "<td rowspan=9>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "0",
    "17",
    " ",
)


@steady(60)
@given(lines=st.lists(st.sampled_from(LINES), max_size=60))
def test_lines_of_a_report_in_any_order_crash_nothing(registry, lines):
    data = "\n".join(lines).encode()
    try:
        report = parse(read_bytes(data, describe(data, "report.txt")), registry)
    except Refusal:
        return
    assert {cell.state for cell in report.cells} <= {"reported", "blank", "not_applicable", "missing", "unparsed"}


@steady(60)
@given(pieces=st.lists(st.one_of(st.sampled_from(TAGS), st.sampled_from(LINES)), max_size=120))
def test_tags_and_lines_in_any_order_crash_nothing(registry, pieces):
    data = ("<html><body>" + "".join(pieces)).encode()
    try:
        parse(read_bytes(data, describe(data, "report.html")), registry)
    except Refusal:
        return
