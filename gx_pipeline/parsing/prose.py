"""The running text of a document: its paragraphs, each with its place, made once and searched as a whole.

What is rare in a report is looked for in the whole text first, and only the paragraphs that hold it are read closely.
Does not belong here: what a paragraph says (the modules beside).
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from gx_pipeline.documents import Document

# A cell of a grid that is longer than any label of the forms is running text.
LONGER_THAN_LABELS = 50


class Paragraph(NamedTuple):
    """A stretch of running text, normalized, and its place in the source. `number` is the index of its line."""

    text: str
    at: str
    number: int = -1


class Prose:
    """The paragraphs of a document in reading order; figures of one digit are no paragraphs."""

    def __init__(self, document: Document) -> None:
        """Collect the texts that stand alone on their line and the long texts of grids."""
        paragraphs: list[Paragraph] = []
        for number, (at, cells, table) in enumerate(document.lines):
            if len(cells) == 1:
                if len(text := cells[0].text) > 1:
                    paragraphs.append(Paragraph(text, at, number))
            elif table is not None:
                texts = [cell.text for cell in cells if cell.text]
                if len(texts) == 1:
                    paragraphs.append(Paragraph(texts[0], at, number))
                else:
                    paragraphs += [Paragraph(text, at, number) for text in texts if len(text) > LONGER_THAN_LABELS]
        self.paragraphs = paragraphs
        self.whole = "\n".join([paragraph.text for paragraph in paragraphs])

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(paragraph.text) + 1 for paragraph in self.paragraphs))

    def holding(self, *words: str) -> list[Paragraph]:
        """The paragraphs that hold any of the words, in reading order."""
        whole, ends = self.whole, self._ends
        found: set[int] = set()
        for word in words:
            at = whole.find(word)
            while at >= 0:
                index = bisect_right(ends, at)
                found.add(index)
                at = whole.find(word, ends[index])
        return [self.paragraphs[index] for index in sorted(found)]
