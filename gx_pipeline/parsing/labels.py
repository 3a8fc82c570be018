"""The parser's vocabulary: which labels of the forms a text may be. Derived from `forms`, it declares none itself.

A label is met in full (numbering included) or bare (without); where a bare label means several things, the place in the
table decides, and that is for `tables`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from gx_pipeline.documents import normalize
from gx_pipeline.forms import load_forms

LabelKind = Literal["row", "column", "group", "furniture"]
_NUMBERING = re.compile(r"^\s*(?:[(\[]?\s*[一二三四五六七八九十]{1,3}\s*[)\]、.．]\s*|[(]?\s*\d{1,2}\s*[)、.．]?\s*)")
_NOT_WORD = re.compile(r"[^\w]|_")


class Label(NamedTuple):
    """One meaning of a text: a row, column, group or furniture of a table. `code` is the form's code, else the label."""

    table: str
    kind: LabelKind
    code: str


def key(text: str) -> str:
    """What is compared of a label: its letters and digits, nothing between them."""
    return _NOT_WORD.sub("", normalize(text))


def bare_key(text: str) -> str:
    """The key without the numbering before the label: (一), 1., 一、."""
    return key(_NUMBERING.sub("", normalize(text)))


class Vocabulary(NamedTuple):
    """Labels of all forms by key; `prefixes` are the beginnings of keys, for labels broken over lines."""

    full: dict[str, frozenset[Label]]
    bare: dict[str, frozenset[Label]]
    prefixes: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """The labels of all forms."""
    full: dict[str, set[Label]] = defaultdict(set)
    bare: dict[str, set[Label]] = defaultdict(set)
    for form in load_forms().values():
        for code, table in form.tables.items():
            named: list[tuple[Label, tuple[str, ...]]] = [
                *((Label(code, "row", row.code), (row.label, *row.variants)) for row in table.rows),
                *((Label(code, "column", column.code), (column.label, *column.variants)) for column in table.columns),
                *((Label(code, "group", group.label), (group.label,)) for group in table.groups),
                *((Label(code, "furniture", text), (text,)) for text in table.furniture),
            ]
            for label, texts in named:
                for text in texts:
                    full[key(text)].add(label)
                    bare[bare_key(text)].add(label)
    return Vocabulary(
        {text: frozenset(labels) for text, labels in full.items()},
        {text: frozenset(labels) for text, labels in bare.items()},
        frozenset(text[:length] for text in (*full, *bare) for length in range(2, len(text))),
    )


@lru_cache(maxsize=1 << 15)
def labels_of(text: str) -> frozenset[Label]:
    """What the normalized text of a cell may label; empty when it is no label.

    A label printed twice in one cell (a merged cell's text copied) counts once.
    """
    if len(text) > 80 or not text:
        return frozenset()
    known = vocabulary()
    whole, bare = key(text), bare_key(text)
    found = known.full.get(whole, frozenset())
    if whole == bare:
        return found | known.bare.get(bare, frozenset())
    if found:
        return found
    half, odd = divmod(len(whole), 2)
    if not odd and half > 3 and whole[:half] == whole[half:] and (found := known.full.get(whole[:half], frozenset())):
        return found
    return known.bare.get(bare, frozenset())


@lru_cache(maxsize=1 << 15)
def begins_label(text: str) -> bool:
    """Whether a label of the forms begins with this text and goes on."""
    return len(text) < 60 and (key(text) in vocabulary().prefixes or bare_key(text) in vocabulary().prefixes)
