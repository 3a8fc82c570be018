"""A section's text in paragraphs and sentences, ready to be searched: no spaces, and what stands in brackets apart.

Every place in a searched text leads back to the text as printed. Does not belong here: what a sentence says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_SENTENCE = 600
_LONGEST_HEADING = 30
_LONGEST_PARAGRAPH = 50_000
_SHORTEST_WRAPPED = 20
_END = re.compile(r"[。!?]")
_OPEN_END = re.compile(r"[。;:!?”」)】]$")
_OPENS = re.compile(
    r"[(〔]?[一二三四五六七八九十\d]{1,3}[)〕、.．:]|第[一二三四五六七八九十]|[一二三四五六七八九十]是|其[一二三四五六]|[-—·●■◆★☆○※]"
)
_FIGURE = re.compile(r"\d\s?[件份起宗条]")
_SPACE_OUT = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_BRACKETS = re.compile(r"\(([^()]{0,120})\)")


class Aside(NamedTuple):
    """What stands in brackets, and the place in the sentence where they were."""

    at: int
    sentence: Sentence


class Sentence:
    """A sentence or a part of one. `text` is what is searched, `printed` what was printed, `asides` what stood in brackets."""

    def __init__(self, printed: str) -> None:
        """Take brackets and spaces out."""
        self.printed = printed
        self.asides: list[Aside] = []
        kept: list[tuple[int, int]] = []
        start = 0
        for cut, inner in _cuts(printed):
            kept.append((start, cut.start()))
            if inner is not None:
                self.asides.append(Aside(sum(end - begin for begin, end in kept), Sentence(inner)))
            start = cut.end()
        kept.append((start, len(printed)))
        self.text = "".join(printed[begin:end] for begin, end in kept)
        self._kept = kept

    def words(self, start: int, end: int) -> str:
        """The printed words from one place of the searched text to another."""
        return self.printed[self._place(start) : self._place(end - 1) + 1] if end > start else ""

    def _place(self, offset: int) -> int:
        for begin, end in self._kept:
            if offset < end - begin:
                return begin + offset
            offset -= end - begin
        return len(self.printed) - 1


def _cuts(printed: str) -> Iterator[tuple[re.Match[str], str | None]]:
    """What is taken out, in order: brackets with what they hold, and spaces that part no digits."""
    start = 0
    for bracket in _BRACKETS.finditer(printed) if "(" in printed else ():
        for space in _SPACE_OUT.finditer(printed, start, bracket.start()):
            yield space, None
        yield bracket, bracket[1]
        start = bracket.end()
    if " " in printed or "\n" in printed:
        for space in _SPACE_OUT.finditer(printed, start):
            yield space, None


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a section: its lines, those that a page's width has broken put together."""
    whole, last = "", 0
    for line in text.split("\n"):
        wrapped = last >= _SHORTEST_WRAPPED and not _OPEN_END.search(whole[-1:]) and not _OPENS.match(line)
        if wrapped and len(whole) < _LONGEST_PARAGRAPH:
            whole += line
        else:
            if whole:
                yield whole
            whole = line
        last = len(line)
    if whole:
        yield whole


def is_heading(paragraph: str) -> bool:
    """Whether a paragraph only announces what follows."""
    return len(paragraph) <= _LONGEST_HEADING and not _END.search(paragraph) and not _FIGURE.search(paragraph)


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph; one beyond all measure in parts."""
    start = 0
    for end in _END.finditer(paragraph):
        yield from _parts(paragraph[start : end.end()])
        start = end.end()
    yield from _parts(paragraph[start:])


def _parts(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST_SENTENCE:
        cut = max(sentence.rfind(mark, LONGEST_SENTENCE // 2, LONGEST_SENTENCE) for mark in ",;") + 1 or LONGEST_SENTENCE
        yield sentence[:cut]
        sentence = sentence[cut:]
    if sentence.strip():
        yield sentence.strip()
