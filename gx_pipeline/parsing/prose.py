"""The running text of a document: its paragraphs, each with its place, searched as a whole.

What is rare in a report is looked for in the whole text first, and only what holds it is read closely. Does not belong
here: what a paragraph says (the modules beside).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import compress
from operator import attrgetter, itemgetter
from typing import NamedTuple

from gx_pipeline.documents import Document

# A cell of a grid that is longer than any label of the forms is running text.
LONGER_THAN_LABELS = 50
PREFACE, LONGEST_PREFACE = 12, 2000
# No report says more than this of its figures; what goes on repeats itself.
MOST_SENTENCES = 500
_CELLS = attrgetter("cells")
_LONGER_THAN_ONE = (1).__lt__


class Paragraph(NamedTuple):
    """A stretch of running text, normalized, and its place in the source. `number` is the index of its line."""

    text: str
    at: str
    number: int = -1


class Prose:
    """The paragraphs of a document in reading order: what stands alone on its line, and the long texts of grids.

    `texts` and `numbers` (the indices of their lines) go together; `grid_lines` are the lines of several cells. A text of
    one character is no paragraph.
    """

    def __init__(self, document: Document) -> None:
        """Collect the texts."""
        self.document = document
        rows = list(map(_CELLS, document.lines))
        lengths = list(map(len, rows))
        self.grid_lines = [number for number, length in enumerate(lengths) if length > 1] if max(lengths, default=0) > 1 else []
        alone = [number for number, length in enumerate(lengths) if length == 1]
        texts = [rows[number][0].text for number in alone]
        is_paragraph = list(map(_LONGER_THAN_ONE, map(len, texts)))
        self.numbers = list(compress(alone, is_paragraph))
        self.texts = list(compress(texts, is_paragraph))
        if from_grids := [(number, text) for number in self.grid_lines for text in _texts_of_grid(document, number)]:
            both = sorted([*zip(self.numbers, self.texts, strict=True), *from_grids], key=itemgetter(0))
            self.numbers, self.texts = [number for number, _ in both], [text for _, text in both]
        self.whole = "\n".join(self.texts)

    @cached_property
    def preface(self) -> str:
        """The beginning of `whole`: its first paragraphs, with which a report says whose it is."""
        return "\n".join(self.texts[:PREFACE])[:LONGEST_PREFACE]

    def paragraph(self, index: int) -> Paragraph:
        """A paragraph by its place in `texts`."""
        number = self.numbers[index]
        return Paragraph(self.texts[index], self.document.lines[number].at, number)

    def paragraphs(self, indices: Iterable[int]) -> list[Paragraph]:
        """Paragraphs by their places in `texts`; places that there are not are left out."""
        return [self.paragraph(index) for index in indices if 0 <= index < len(self.texts)]

    def first(self, count: int) -> list[Paragraph]:
        """The first paragraphs."""
        return self.paragraphs(range(count))

    def last(self, count: int) -> list[Paragraph]:
        """The last paragraphs, in reading order."""
        return self.paragraphs(range(len(self.texts) - count, len(self.texts)))

    def index_at(self, offset: int) -> int:
        """Which paragraph an offset in `whole` lies in."""
        return self.whole.count("\n", 0, offset)

    def at(self, offset: int) -> str:
        """The place in the source of an offset in `whole`."""
        return self.document.lines[self.numbers[self.index_at(offset)]].at

    def holding(self, *words: str) -> list[Paragraph]:
        """The paragraphs that hold any of the words, in reading order."""
        whole = self.whole
        found: set[int] = set()
        for word in words:
            index = position = 0
            offset = whole.find(word)
            while offset >= 0:
                index += whole.count("\n", position, offset)
                found.add(index)
                position = whole.find("\n", offset)
                offset = whole.find(word, position) if position >= 0 else -1
        return self.paragraphs(sorted(found))

    def sentences(self, *words: str, longest: int, stop: int | None = None) -> Iterator[tuple[int, str]]:
        """The sentences that hold any of the words, each once, in reading order, with their offsets.

        Longer ones are left out, as is what begins from the offset `stop` on.
        """
        whole = self.whole if stop is None else self.whole[:stop]
        found: dict[int, int] = {}
        for word in words:
            offset = whole.find(word)
            while offset >= 0 and len(found) < MOST_SENTENCES:
                start, end = sentence_around(whole, offset, longest)
                found[start] = end
                offset = whole.find(word, max(end, offset + 1))
        for start, end in sorted(found.items()):
            if end - start <= longest:
                yield start, whole[start:end]


def sentence_around(whole: str, offset: int, longest: int) -> tuple[int, int]:
    """Where the sentence around an offset begins and ends, looked for no farther than `longest` to each side."""
    low, high = max(0, offset - longest), min(len(whole), offset + longest)
    start = max(low, whole.rfind("。", low, offset) + 1, whole.rfind("\n", low, offset) + 1)
    end = whole.find("。", offset, high)
    stop = whole.find("\n", offset, end if end >= 0 else high)
    return start, stop if stop >= 0 else end if end >= 0 else high


def _texts_of_grid(document: Document, number: int) -> list[str]:
    """The texts of a line of a grid that are running text: one that stands alone there, or is longer than a label."""
    line = document.lines[number]
    if line.table is None:
        return []
    cells = line.cells
    long = [cell.text for cell in cells if len(cell.text) > LONGER_THAN_LABELS]
    if not long and (first := cells[0].text) and not any(cell.text for cell in cells[1:]):
        return [first] if len(first) > 1 else []
    return long
