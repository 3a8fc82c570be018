"""A document written down and read back is the same document, whatever stands in its cells."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gx_pipeline.documents import Cell, Document, Line, Source, normalize, read_file

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELLS = st.one_of(
    TEXTS.map(lambda raw: Cell(raw, "text" if normalize(raw) else "blank")),
    st.sampled_from([Cell("", "covered"), Cell("", "gap"), Cell("\u3000", "blank"), Cell("{}"), Cell("null"), Cell('["1"]')]),
)
LINES = st.builds(Line, at=TEXTS, cells=st.lists(CELLS, max_size=4).map(tuple), table=st.none() | st.integers(1, 9))
SOURCE = Source("report.txt", "0" * 64, 12, "text/plain", "utf-8", "https://example.gov.cn/a", dt.date(2025, 1, 15))
DOCUMENTS = st.builds(
    Document,
    source=st.just(SOURCE) | st.just(Source("report", "f" * 64, 0, "text/html")),
    lines=st.lists(LINES, max_size=4).map(tuple),
    title=st.none() | TEXTS,
    site_name=st.none() | TEXTS,
    published_on=st.none() | st.dates(),
    published_on_evidence=st.none() | TEXTS,
    headers=st.lists(TEXTS, max_size=2).map(tuple),
    attachments=st.lists(TEXTS, max_size=2).map(tuple),
)


@given(DOCUMENTS)
@example(Document(SOURCE, (Line("line 1", (Cell("总体\u2028情况"), Cell("\u0085", "blank"))),), title="年报\u2029"))
def test_a_document_survives_storage(document):
    assert Document.loads(document.dumps()) == document


@pytest.mark.parametrize("name", ["350505-kjj-2020", "350100-gxj-2025", "999900-sjj-2024"])
def test_a_sample_survives_storage_and_can_be_compared_line_by_line(sample_path, name):
    document = read_file(sample_path(name))
    stored = document.dumps()
    assert Document.loads(stored) == document
    assert len(stored.splitlines()) == len(document.lines) + 1


def test_a_stored_line_tells_blank_covered_and_gap_apart():
    cells = (Cell("25"), Cell("（一）"), Cell("", "blank"), Cell("\u3000", "blank"), Cell("", "covered"), Cell("", "gap"))
    stored = Document(SOURCE, (Line("line 7", cells),)).dumps()
    assert '{"at": "line 7", "cells": ["25", ["(一)", "（一）"], "", ["", "\u3000"], null, {}]}' in stored.splitlines()
