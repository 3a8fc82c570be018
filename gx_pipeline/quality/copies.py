"""Narratives that two agencies share: found over many reports at once, without comparing each with each.

A narrative is compared without names, places, digits and marks, so that a text copied with another name put in is the same
text. Does not belong here: an agency's own earlier report (`series`), reading the reports of a lake (`lake`).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from math import ceil
from operator import itemgetter
from typing import NamedTuple, TypeVar
from zlib import crc32

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.registry import rule

Key = TypeVar("Key", bound=Hashable)

SIMILAR, SHORTEST = 0.9, 400
_SHINGLE = 6
_LONGEST = 50_000
_SECTIONS = ("overview", "problems_improvements", "other_matters")
# What is no word says nothing of whose words they are; so do the ways in which an organ speaks of itself.
_NO_WORD = re.compile(r"[^\u4e00-\u9fffA-Za-z]+|[〇零一二三四五六七八九十百千万两]+")
_ITSELF = re.compile(
    "(?:我|本|全|各)?(?:省|市|县|区|州|盟|旗|镇|乡|街道)?(?:人民政府|政府|委员会|办公室|局|厅|委|办|街道|单位|机关|部门)"
)
_PLACES = re.compile("(?:我|本|全)(?:省|市|县|区|州|盟|旗|镇|乡|街道)")
_COUNTED = 1 << 20
_NAMED = 3


class Pair(NamedTuple):
    """Two texts that are alike, by their places in the order of the texts, and how much (1 is the same)."""

    first: int
    second: int
    similarity: float


class Narrative(NamedTuple):
    """What a report contributes to the comparison. `text` is comparable, `shared` says that it is made with others."""

    year: int
    agency_id: str
    agency_name: str
    text: str
    shared: bool = False


def narrative_of(report: ParsedReport, agency: Agency | None) -> Narrative:
    """The narrative of a report, ready to be compared. Raises ValueError where year or agency are not known."""
    if report.year is None or report.agency_id is None:
        raise ValueError(f"{report.source.path}: a comparison needs the year and the agency of a report")
    sections = [(part.section, part.text) for part in report.sections]
    name = agency.name if agency else report.agency_name or report.agency_id
    return narrative(report.year, report.agency_id, name, sections, agency, shared=report.scope == "joint_body")


def narrative(
    year: int, agency_id: str, name: str, sections: Iterable[tuple[str, str]], agency: Agency | None, *, shared: bool
) -> Narrative:
    """The narrative of a report from its parts: sections with their texts, the registry's agency where it is known."""
    names = (*agency.names, *agency.places) if agency else (name,)
    text = "\n".join(text for section, text in sections if section in _SECTIONS)
    return Narrative(year, agency_id, name, comparable(text, names), shared)


def comparable(text: str, names: Collection[str] = ()) -> str:
    """A text without digits, marks, names and the words by which an organ calls itself; of a very long one the beginning."""
    text = text[:_LONGEST]
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, " ")
    return _NO_WORD.sub("", _ITSELF.sub(" ", _PLACES.sub(" ", text)))


def near_duplicates(
    texts: Mapping[Key, str],
    *,
    similar: float = SIMILAR,
    shortest: int = SHORTEST,
    owner: Callable[[Key], object] | None = None,
) -> list[tuple[Key, Key, float]]:
    """Which of many texts are alike: each that is like one before it, with that one, and how much they share.

    Alike is a Jaccard similarity of `similar` or more between the sets of their stretches of six characters. Left out are
    texts below `shortest` characters, and pairs of the same `owner`. Two sets that are so much alike share one of the
    rarest tenth of their stretches, so only texts that do are compared (prefix filtering): whatever comparing all pairs
    would find for a text is found, but the cost grows about with the texts and not with their pairs.
    """
    keys = [key for key, text in texts.items() if len(text) >= shortest]
    owners = list(map(owner, keys)) if owner else list(range(len(keys)))
    pairs = _pairs([_shingles(texts[key]) for key in keys], owners, similar)
    return [(keys[pair.first], keys[pair.second], pair.similarity) for pair in pairs]


def copied_findings(narratives: Sequence[Narrative]) -> list[tuple[int, str, Finding]]:
    """Narratives that different agencies share, told to each of them: year and agency of a report, and its finding."""
    by_key = {(narrative.year, narrative.agency_id): narrative for narrative in narratives if not narrative.shared}
    partners: dict[tuple[int, str], list[tuple[Narrative, float]]] = {}
    texts = {key: narrative.text for key, narrative in by_key.items()}
    for first, second, similarity in near_duplicates(texts, owner=itemgetter(1)):
        partners.setdefault(first, []).append((by_key[second], similarity))
        partners.setdefault(second, []).append((by_key[first], similarity))
    return [(*key, _finding(found)) for key, found in sorted(partners.items())]


def _finding(partners: Sequence[tuple[Narrative, float]]) -> Finding:
    named = "; ".join(f"{other.agency_name} {other.year} ({similarity:.0%})" for other, similarity in partners[:_NAMED])
    more = f" and {len(partners) - _NAMED} more" if len(partners) > _NAMED else ""
    return rule("copied_narrative").finding(
        f"the narrative is that of another agency's report, names, places and figures apart: {named}{more}", about="narrative"
    )


def _shingles(text: str) -> array[int]:
    """The hashes of all stretches of six characters, sorted, each once."""
    return array("L", sorted({crc32(text[at : at + _SHINGLE].encode()) for at in range(len(text) - _SHINGLE + 1)}))


def _pairs(sets: Sequence[array[int]], owners: Sequence[object], similar: float) -> Iterator[Pair]:
    """Each set with one before it that it is like."""
    often = _how_often(sets)
    index: dict[int, list[int]] = {}
    for at, shingles in enumerate(sets):
        rarest = sorted(shingles, key=lambda shingle: (often[shingle % _COUNTED], shingle))
        prefix = rarest[: len(rarest) - ceil(similar * len(rarest)) + 1]
        own = set(shingles)
        for other in _candidates(prefix, index):
            if owners[other] != owners[at] and similar * len(own) <= len(sets[other]) <= len(own) / similar:
                common = len(own.intersection(sets[other]))
                similarity = common / (len(own) + len(sets[other]) - common)
                if similarity >= similar:
                    yield Pair(other, at, similarity)
                    break
        for shingle in prefix:
            index.setdefault(shingle, []).append(at)


def _candidates(prefix: Iterable[int], index: Mapping[int, Sequence[int]]) -> Iterator[int]:
    seen: set[int] = set()
    for shingle in prefix:
        for other in index.get(shingle, ()):
            if other not in seen:
                seen.add(other)
                yield other


def _how_often(sets: Iterable[array[int]]) -> array[int]:
    """In how many sets a shingle is, about: shingles share a counter, which changes the order of trying and no result."""
    often = array("L", bytes(array("L").itemsize * _COUNTED))
    for shingles in sets:
        for shingle in shingles:
            often[shingle % _COUNTED] += 1
    return often
