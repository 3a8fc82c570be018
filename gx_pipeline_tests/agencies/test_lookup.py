"""Many words looked for at once: the longest at each place, from left to right, whatever they are made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gx_pipeline.agencies import Lookup, Registry

WORDS = ["市科技局", "科技局", "福州市科技局", "福州市", "福州"]


def words_in(text: str, words: list[str]) -> list[tuple[int, str]]:
    return [(hit.start, hit.word) for hit in Lookup((word, word) for word in words).find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("福州市科技局编制", [(0, "福州市科技局")]),
        ("由市科技局编制", [(1, "市科技局")]),
        ("福州市的科技局", [(0, "福州市"), (4, "科技局")]),
        ("福州福州市", [(0, "福州"), (2, "福州市")]),
        ("福", []),
        ("", []),
    ],
)
def test_the_longest_word_at_each_place(text, found):
    assert words_in(text, WORDS) == found


def test_a_word_of_several_bearers_names_them_all_once():
    lookup = Lookup([("科技局", 1), ("科技局", 2), ("科技局", 1)])
    assert lookup.bearers["科技局"] == (1, 2)


def test_without_words_nothing_is_found():
    assert list(Lookup([]).find("福州市科技局")) == []
    assert list(Lookup([("局", 1)]).find("福州市科技局")) == []


LETTERS = st.text(alphabet="市局a.*+?([{|\\^$-]", min_size=2, max_size=5)


@given(words=st.lists(LETTERS, max_size=8), text=st.text(alphabet="市局a.*+?([{|\\^$-]", max_size=40))
def test_words_of_any_characters_are_taken_literally(words, text):
    """The same as trying every word at every place, the longest first."""
    pattern = "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))
    assert words_in(text, words) == ([(found.start(), found[0]) for found in re.finditer(pattern, text)] if words else [])


def test_the_registry_knows_its_agencies_by_name_and_by_place(registry: Registry):
    assert {agency.agency_id for agency in registry.names.bearers["市科技局"]} == {"350100-kjj", "350500-kjj"}
    assert [agency.agency_id for agency in registry.places.bearers["泉港区"]] == ["350505-kjj"]
