"""The document as a stream of tokens: every cell in reading order, with what it may be.

Joins labels that a line break has cut. Does not belong here: which table a token is part of (`tables`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gx_pipeline.documents import Document
from gx_pipeline.parsing.labels import Label, begins_label, labels_of
from gx_pipeline.parsing.numbers import kind_of

TokenKind = Literal["number", "placeholder", "blank", "gap", "covered", "label", "text"]
VALUES: frozenset[TokenKind] = frozenset({"number", "placeholder", "blank"})
MAX_JOINED = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A cell of the document in the stream. `column` is its index in its line; `table` the grid it stands in, if any."""

    index: int
    line: int
    column: int
    table: int | None
    kind: TokenKind
    text: str
    raw: str
    locator: str
    labels: frozenset[Label] = frozenset()

    def label(self, table: str, kind: str) -> str | None:
        """The code that this token labels in a table, when it is the only one of its kind."""
        codes = {label.code for label in self.labels if label.table == table and label.kind == kind}
        return codes.pop() if len(codes) == 1 else None

    def labels_in(self, table: str) -> bool:
        """Whether the token labels anything in a table."""
        return any(label.table == table for label in self.labels)


def tokenize(document: Document) -> list[Token]:
    """All cells of the document in reading order; a label cut over up to four one-cell lines becomes one token."""
    tokens: list[Token] = []
    lines = document.lines
    number = 0
    while number < len(lines):
        line = lines[number]
        taken = _joined(document, number) if len(line.cells) == 1 and line.table is None else 1
        if taken > 1:
            parts = [cell for part in lines[number : number + taken] for cell in part.cells]
            text = "".join(cell.text for cell in parts)
            raw = "".join(cell.raw for cell in parts)
            tokens.append(Token(len(tokens), number, 0, None, "label", text, raw, line.locator(0), labels_of(text)))
            number += taken
            continue
        for column, cell in enumerate(line.cells):
            if together := _run_together(cell.text):
                label, figures = together
                where = line.locator(column)
                tokens.append(Token(len(tokens), number, column, line.table, "label", label, label, where, labels_of(label)))
                for figure in figures:
                    tokens.append(Token(len(tokens), number, column, line.table, "number", figure, figure, where))
                continue
            labels: frozenset[Label] = frozenset()
            kind: TokenKind
            if cell.kind in ("covered", "gap"):
                kind = cell.kind
            else:
                kind = kind_of(cell.text)
                if kind == "text" and (labels := labels_of(cell.text)):
                    kind = "label"
            tokens.append(Token(len(tokens), number, column, line.table, kind, cell.text, cell.raw, line.locator(column), labels))
        number += 1
    return tokens


def _run_together(text: str) -> tuple[str, list[str]] | None:
    """Label and figures of a row that stands in one cell, figures parted by spaces; None for any other cell."""
    words = text.split(" ")
    figures: list[str] = []
    while len(words) > 1 and kind_of(words[-1]) in ("number", "placeholder"):
        figures.insert(0, words.pop())
    label = " ".join(words)
    if len(figures) < 2 or not any(found.kind == "row" for found in labels_of(label)):
        return None
    return label, figures


def _joined(document: Document, number: int) -> int:
    """How many lines from here make one label together; 1 when the line stands for itself.

    A line that is a label already is joined only to make a longer one (其他 and 结果 to 其他结果).
    """
    text = document.lines[number].cells[0].text
    taken = 1
    for line in document.lines[number + 1 : number + 2 * MAX_JOINED]:
        if not begins_label(text):
            return 1
        taken += 1
        if not line.cells:
            continue
        cell = line.cells[0]
        if len(line.cells) > 1 or line.table is not None or cell.kind != "text" or kind_of(cell.text) != "text":
            return 1
        text += cell.text
        if labels_of(text):
            return taken
    return 1
