"""Many words looked for in a text at once: the registry's names and places, indexed once and never tried one by one.

Knows strings only. Does not belong here: what a word found in a document means (`parsing.agency`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Hit(NamedTuple):
    """A word where it stands in a text."""

    start: int
    word: str

    @property
    def end(self) -> int:
        """The index behind the word."""
        return self.start + len(self.word)


class Lookup(Generic[T]):
    """Words of two characters and more, each with what bears it.

    A search costs a look at each character of the text, however many words there are.
    """

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        """Index the words; a word may stand for several things."""
        bearers: dict[str, dict[T, None]] = {}
        for word, bearer in pairs:
            if len(word) > 1:
                bearers.setdefault(word, {})[bearer] = None
        self.bearers = {word: tuple(found) for word, found in bearers.items()}
        lengths: dict[str, set[int]] = {}
        for word in self.bearers:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}
        self._starts = re.compile(f"{_any({start[0] for start in lengths})}(?={_any({start[1] for start in lengths})})")

    def find(self, text: str) -> Iterator[Hit]:
        """The words in the text from left to right, the longest at each place; none begins inside another."""
        free = 0
        for found in self._starts.finditer(text):
            start = found.start()
            if start < free:
                continue
            for length in self._lengths.get(text[start : start + 2], ()):
                word = text[start : start + length]
                if word in self.bearers:
                    free = start + length
                    yield Hit(start, word)
                    break


def _any(characters: set[str]) -> str:
    return "[" + "".join(map(re.escape, sorted(characters))) + "]" if characters else r"(?!)"
