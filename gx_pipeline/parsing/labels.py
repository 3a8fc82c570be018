"""The parser's vocabulary: which labels of the forms a text may be. Derived from `forms`, it declares none itself.

A label is met in full (numbering included) or bare (without), with a unit behind it, with the group's label before it,
or with a slip of the pen; where a bare label means several things, the place in the table decides, and that is for `rows`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gx_pipeline.documents import normalize
from gx_pipeline.forms import load_forms

LabelKind = Literal["row", "column", "group", "furniture"]
MAX_LABEL = 80
_NUMBERING = re.compile(
    r"^\s*(?:[(\[]?\s*[一二三四五六七八九十]{1,3}\s*[)\]、.．]\s*|[(]?\s*\d{1,2}\s*[)、.．]?\s*|[\u2460-\u2487\u2488-\u249b]\s*)"
)
_NOT_WORD = re.compile(r"[^\w]|_")
_UNIT = re.compile(
    r"\s*(?:[(\[]\s*(?:单位\s*[::]?)?\s*(亿元|万元|元|件|条|项|宗|个|份|起|次)\s*[)\]]|单位\s*[::]\s*(亿元|万元|元|件))\s*$"
)
# Letters of numberings and units.
_BESIDE_LABELS = frozenset("一二三四五六七八九十单位亿万元件条项宗个份起次")
# Below this length two labels are as near to each other as a slip is to its label.
_SHORTEST_SLIP = 4


class Label(NamedTuple):
    """One meaning of a text: a row, column, group or furniture of a table. `code` is the form's code, else the label."""

    table: str
    kind: LabelKind
    code: str


class Reading(NamedTuple):
    """What a text may label. `slip`: the label that it was read as in spite of a slip; `unit`: printed with the label."""

    labels: frozenset[Label]
    slip: str | None = None
    unit: str | None = None


_NOTHING = Reading(frozenset())


def key(text: str) -> str:
    """What is compared of a label: its letters and digits, nothing between them."""
    return _NOT_WORD.sub("", normalize(text))


def bare_key(text: str) -> str:
    """The key without the numbering before the label: (一), 1., 一、."""
    return key(_NUMBERING.sub("", normalize(text)))


class Vocabulary(NamedTuple):
    """Labels of all forms by key; `prefixes` are the beginnings of keys, for labels broken over lines.

    `letters` are those of the labels, `usual` also those of numberings and units: a label with none missing or wrong has no other.
    """

    full: dict[str, frozenset[Label]]
    bare: dict[str, frozenset[Label]]
    prefixes: frozenset[str]
    groups: tuple[str, ...]
    letters: frozenset[str]
    usual: frozenset[str]


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
    groups = {text for text, labels in full.items() if any(label.kind == "group" for label in labels)}
    return Vocabulary(
        {text: frozenset(labels) for text, labels in full.items()},
        {text: frozenset(labels) for text, labels in bare.items()},
        frozenset(text[:length] for text in (*full, *bare) for length in range(1, len(text)) if not text[:length].isdigit()),
        tuple(sorted(groups, key=len, reverse=True)),
        frozenset("".join(full)),
        frozenset("".join(full)) | _BESIDE_LABELS,
    )


def labels_of(text: str) -> frozenset[Label]:
    """What the normalized text of a cell may label; empty when it is no label."""
    return read_label(text).labels


@lru_cache(maxsize=1 << 14)
def read_label(text: str) -> Reading:
    """What the normalized text of a cell may label, and what was read into it or beside it.

    A label printed twice in one cell (a merged cell's text copied) counts once; the labels of groups before it are passed over.
    """
    if len(text) > MAX_LABEL or not text or strange_letters(text) > most_strange_letters(text):
        return _NOTHING
    if found := _exact(text):
        unit = _UNIT.search(text)
        return Reading(found, unit=(unit[1] or unit[2]) if unit else None)
    if unit := _UNIT.search(text):
        inner = read_label(text[: unit.start()])
        return inner._replace(unit=unit[1] or unit[2]) if inner.labels else _NOTHING
    return _with_a_slip(text)


@lru_cache(maxsize=1 << 14)
def is_label(text: str) -> bool:
    """Whether the normalized text of a cell is a label without any slip, be it with a unit behind it."""
    return 0 < len(text) <= MAX_LABEL and bool(_exact(text) or _exact(_UNIT.sub("", text)))


def strange_letters(text: str) -> int:
    """How many letters of a text stand in no label; a text with any is none without a slip."""
    return sum(map(str.isalpha, set(text) - vocabulary().usual))


def most_strange_letters(text: str) -> int:
    """How many such letters a text may have and still be a label with a slip."""
    return max(1, len(set(text)) // 4)


def _exact(text: str) -> frozenset[Label]:
    if strange_letters(text):
        return frozenset()
    known = vocabulary()
    whole, bare = key(text), bare_key(text)
    found = known.full.get(whole, frozenset())
    if whole == bare:
        found |= known.bare.get(bare, frozenset())
    if found:
        return found
    half, odd = divmod(len(whole), 2)
    if not odd and half > 3 and whole[:half] == whole[half:] and (found := known.full.get(whole[:half], frozenset())):
        return found
    return known.bare.get(bare, frozenset()) or _after_groups(whole)


def _after_groups(whole: str) -> frozenset[Label]:
    """The label that stands behind the labels of its groups in one cell (三、本年度办理结果(三)不予公开1.属于国家秘密)."""
    rest = _without_groups(whole)
    return vocabulary().full.get(rest, frozenset()) if rest != whole else frozenset()


def _without_groups(whole: str) -> str:
    while group := next((text for text in vocabulary().groups if whole.startswith(text)), None):
        whole = whole[len(group) :]
    return whole


def _with_a_slip(text: str) -> Reading:
    """The one label that differs from the text by a letter or, where it is long, a few; nothing when another is as near."""
    known = vocabulary()
    whole, bare = key(text), bare_key(text)
    if len(bare) < _SHORTEST_SLIP or any(letter.isdigit() and letter.isascii() for letter in bare):
        return _NOTHING
    letters = set(bare)
    if len(letters - known.letters) > most_strange_letters(bare):
        return _NOTHING
    nearest: dict[frozenset[Label], tuple[float, str]] = {}
    for ours, theirs in ((whole, known.full), (bare, known.bare)):
        limit = _slips_allowed(ours)
        near = (choice for choice in theirs if abs(len(choice) - len(ours)) <= limit and len(choice) >= _SHORTEST_SLIP)
        for choice, away, _ in process.extract(ours, list(near), scorer=OSA.distance, score_cutoff=limit, limit=None):
            labels = theirs[choice]
            if labels not in nearest or away < nearest[labels][0]:
                nearest[labels] = away, choice
    if not nearest:
        return _NOTHING
    labels, (distance, choice) = min(nearest.items(), key=lambda entry: entry[1][0])
    rivals = [away for found, (away, _) in nearest.items() if not _codes(found) & _codes(labels)]
    return _NOTHING if any(away <= distance for away in rivals) else Reading(labels, slip=choice)


def _slips_allowed(text: str) -> int:
    return 1 if len(text) < 10 else 2 if len(text) < 16 else 3


def _codes(labels: frozenset[Label]) -> set[tuple[str, str]]:
    return {(label.table, label.code) for label in labels}


@lru_cache(maxsize=1 << 14)
def begins_label(text: str) -> bool:
    """Whether a label of the forms begins with this text and goes on."""
    if len(text) >= 60 or strange_letters(text):
        return False
    whole, prefixes = key(text), vocabulary().prefixes
    return whole in prefixes or bare_key(text) in prefixes or _without_groups(whole) in prefixes
