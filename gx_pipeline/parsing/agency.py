"""Who reports: the registry's names found in a document, from the strongest evidence to the weakest.

The first kind of evidence that names anybody decides; where names are shared by several agencies, the places that the
document names must leave exactly one. Otherwise nobody: an agency is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gx_pipeline.agencies import Agency, Registry

_TITLE = re.compile(r"政府信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?报告")
# The words in which a report says who made it or who answers for it.
_MADE_BY = re.compile(
    r"(?:由|^)([^，。,;；]{2,40}?)(?:负责)?(?:编制|编写|撰写)|([^，。,;；:：]{2,40}?)编制(?:完成)?本(?:报告|年报)"
)
_CONTACT = re.compile(r"(?:与|向|请联系)([^，。,;；]{2,40}?)(?:联系|咨询|反映)")
_OWN_NAME = re.compile(r"(?:本机关|我局|本局|我委|我办)(?:即|是|为)([^，。,;；]{2,40})")
# A government's name on its website says where a report is shown, not whose it is.
_WEBSITE = re.compile(r"^(?:门户)?(?:网站|网|官网)")
_BEFORE_A_NAME = frozenset("由与向和及在至送《“\"'(（ ,，、。;；:：\n")
_PLACE_END = re.compile(r"(?:市|州|盟|县|旗|(?<!自治)区)$")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff]{2,}?(?:省|市|县|区|州|盟|旗)[\u4e00-\u9fff]{0,16}(?:局|厅|委|委员会|政府|办公室|办公厅|管委会|街道办事处)$"
)
_GOVERNMENT_OF = re.compile(r"(?:^|[^\u4e00-\u9fff]|[由与向和及在至送])([\u4e00-\u9fff]{2,5}?(?:州|市|盟|县|区|旗))人民政府")


class Resolution(NamedTuple):
    """Who reports, the words that say so, and the candidates when nobody could be settled on."""

    agency: Agency | None
    evidence: str | None
    candidates: tuple[Agency, ...] = ()


def document_name(title: str | None) -> str | None:
    """The name that a report's title gives its agency, as printed."""
    if title and (
        found := re.match(r"\s*(?:关于印发)?(?P<name>[^0-9〇零一二三四五六七八九]{2,30}?)(?:关于)?\s*20\d\d\s*年", title)
    ):
        return found["name"].strip(" 《〈") or None
    return None


def resolve(registry: Registry, titles: Iterable[str], paragraphs: Sequence[str]) -> Resolution:
    """Find the agency of a report.

    Args:
        registry: the agencies there are.
        titles: texts that are, or stand as, a title.
        paragraphs: the narrative in reading order.
    """
    whole = "\n".join(paragraphs)
    preface = paragraphs[:12]
    evidence: list[tuple[str, list[str]]] = [
        ("title", [title for title in titles if _TITLE.search(title)]),
        ("made by", [text for part in preface for found in _MADE_BY.finditer(part) for text in found.groups() if text]),
        ("contact", [found[1] for part in preface for found in _CONTACT.finditer(part)]),
    ]
    for kind, texts in evidence:
        for text in texts:
            settled = _settle(registry, text, [*titles, whole])
            if settled.agency or settled.candidates:
                return Resolution(settled.agency, f"{kind}: {settled.evidence}", settled.candidates)
        for text in texts:
            name = (document_name(text) if kind == "title" else None) or text
            if _ORGAN.search(name):
                # An organ is named, and it is none of the registry's: others that the text mentions are not it.
                return Resolution(None, f"{kind}: {name}")
    return _by_mentions(registry, whole)


def _settle(registry: Registry, text: str, context: Sequence[str]) -> Resolution:
    """The agency that a short text names: by its longest name there, then by the places named around it."""
    named: dict[str, list[Agency]] = {}
    for agency in registry.agencies:
        for name in agency.names:
            if _stands(agency, name, text):
                named.setdefault(name, []).append(agency)
    if not named:
        return Resolution(None, None)
    longest = max(named, key=len)
    agencies = tuple(dict.fromkeys(named[longest]))
    if len(agencies) == 1 and _has_place(agencies[0], longest):
        return Resolution(agencies[0], longest)
    counts = {agency.agency_id: sum(_mentions(agency, part) for part in context) for agency in agencies}
    best = max(counts.values())
    leading = tuple(agency for agency in agencies if counts[agency.agency_id] == best)
    if best and len(leading) == 1 and not _elsewhere(leading[0], context):
        place = next((name for name in leading[0].places if any(name in part for part in context)), leading[0].place)
        return Resolution(leading[0], f"{longest} ({place})")
    return Resolution(None, longest, agencies)


def _has_place(agency: Agency, name: str) -> bool:
    """Whether a name of the agency names its place, so that it stands for itself."""
    return any(place in name for place in agency.places)


def _mentions(agency: Agency, text: str) -> int:
    return sum(text.count(place) for place in agency.places)


def _stands(agency: Agency, name: str, text: str) -> bool:
    """Whether the name stands in the text as a name of this agency, not as the end of another's longer name."""
    for found in re.finditer(re.escape(name), text):
        before = text[: found.start()]
        if not _has_place(agency, name):
            if not before or before[-1] in _BEFORE_A_NAME:
                return True
        elif not _PLACE_END.search(before) or before[-3:] in agency.place or before[-2:] in agency.place:
            return True
    return False


def _elsewhere(agency: Agency, context: Sequence[str]) -> bool:
    """Whether the document names the government of a place that is not the agency's: a shared name then settles nothing."""
    for part in context:
        for found in _GOVERNMENT_OF.finditer(part):
            place = found[1]
            if place != "自治州" and not any(name.endswith(place) or place.endswith(name) for name in agency.places):
                return True
    return False


def _by_mentions(registry: Registry, text: str) -> Resolution:
    """The agency whose full name, or name with its place, the narrative bears most often; websites do not count."""
    counts: dict[str, int] = {}
    for agency in registry.agencies:
        names = [name for name in agency.names if name == agency.name or _has_place(agency, name)]
        pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
        counts[agency.agency_id] = sum(not _WEBSITE.match(text[found.end() :]) for found in pattern.finditer(text))
    best = max(counts.values(), default=0)
    leading = tuple(agency for agency in registry.agencies if best and counts[agency.agency_id] == best)
    if len(leading) == 1:
        return Resolution(leading[0], f"named {best} times: {leading[0].name}")
    return Resolution(None, None, leading)
