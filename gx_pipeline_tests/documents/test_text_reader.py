"""Extracted text as lines of cells: what it still tells of a table's shape, and what it does not."""

from __future__ import annotations

import pytest

from gx_pipeline.documents import Document

IDEOGRAPHIC_SPACE = "\u3000"
NO_BREAK_SPACE = "\u00a0"


def shape(document: Document, line: int = 0) -> list[str]:
    """Texts of a line's cells, with [blank] and [gap] for empty ones."""
    return [cell.text if cell.kind == "text" else f"[{cell.kind}]" for cell in document.lines[line].cells]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        pytest.param("| 规章 | 0 | 2 |", ["规章", "0", "2"], id="pipes at both ends"),
        pytest.param("规章 | 0 | 2 |", ["规章", "0", "2"], id="pipe at the end"),
        pytest.param("| 规章 | 0 | 2", ["规章", "0", "2"], id="pipe at the start"),
        pytest.param("规章 | 0 | 2", ["规章", "0", "2"], id="pipes between"),
        pytest.param("规章 |", ["规章"], id="one cell"),
        pytest.param("|", [], id="a lone pipe is no cell"),
        pytest.param("|||", ["[gap]", "[gap]"], id="remnants of a merged cell"),
        pytest.param("规章 |||", ["规章", "[gap]", "[gap]"], id="remnants after a cell"),
        pytest.param("| 规章 |  | 2 |", ["规章", "[gap]", "2"], id="nothing between pipes may be no cell"),
        pytest.param(f"| 规章 | {IDEOGRAPHIC_SPACE} | 2 |", ["规章", "[blank]", "2"], id="a full-width space is a blank cell"),
        pytest.param(f"规章 |{NO_BREAK_SPACE}| 2", ["规章", "[blank]", "2"], id="a no-break space is a blank cell"),
        pytest.param("|---|:---:|---:|", [], id="the rule of a Markdown table"),
        pytest.param("+-----+-----+ |", [], id="a drawn rule"),
        pytest.param("| - | — | -- |", ["-", "—", "--"], id="placeholders are no rule"),
        pytest.param("\t规章\t0", ["规章", "0"], id="the first tab opens the row"),
        pytest.param(f"\t{IDEOGRAPHIC_SPACE}", ["[blank]"], id="a full-width space after a tab is a blank cell"),
        pytest.param("\t", ["[gap]"], id="a bare tab may lie under a merged cell"),
        pytest.param("\t\t数量", ["[gap]", "数量"], id="tabs before a cell"),
        pytest.param("规章\t0", ["规章", "0"], id="tabs between"),
        pytest.param("  总体情况  ", ["总体情况"], id="a paragraph is one cell"),
        pytest.param(" ", [], id="an empty line has no cell"),
    ],
)
def test_a_line_of_text_as_cells(read_document, row, cells):
    document = read_document(row + "\n政府信息公开")
    assert [shape(document, line) for line in range(len(document.lines))] == [cells, ["政府信息公开"]][not cells :]


def test_a_leading_tab_is_a_cell_where_other_rows_have_none(read_document):
    document = read_document("规章\t0\n\t2")
    assert [shape(document, line) for line in range(2)] == [["规章", "0"], ["[gap]", "2"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f"])
def test_lines_keep_their_number_whatever_ends_them(read_document, end):
    document = read_document(end.join(["总体情况", "", "规章 | 0 | 2 |"]))
    assert [line.at for line in document.lines] == ["line 1", "line 3"]
    assert document.lines[1].locator(1) == "line 3 cell 2"
    assert document.lines[0].locator(0) == "line 1"


def test_a_cell_keeps_what_was_printed_beside_what_is_compared(read_document):
    (cell,) = read_document("㈠予以公开\u3000（Ａ）\u200b").lines[0].cells
    assert (cell.raw, cell.text) == ("㈠予以公开\u3000（Ａ）\u200b", "(一)予以公开 (A)")
