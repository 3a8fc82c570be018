"""Who reports: the registry's names found in a document, from the strongest evidence to the weakest.

The first kind of evidence that names an organ decides; where a name is shared by several agencies, the places that the
document names must leave exactly one. Otherwise nobody: an agency is never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

from gx_pipeline.agencies import Agency, Registry
from gx_pipeline.parsing.prose import Paragraph, Prose
from gx_pipeline.parsing.titles import ORGAN, bears_year, organs_of_title

Kind = Literal["title", "made by", "sign-off", "shown by", "contact", "named"]
_CLOSING = 8
_MAX_CANDIDATES = 5
_CLAUSE = re.compile(r"[,。;:!?\n]")
_MAKING = ("编制", "编写", "撰写", "起草")
_BEFORE_MAKING = re.compile(r"(?:负责|组织|牵头|统一|统筹|具体)+$")
_OF_ANOTHER_TEXT = re.compile(r"(?:完成|并?印发|发布)?(?:的|了)?(?:格式|规定|规范|说明|指南|目录|方案|要点|办法|制度)")
_LABELLED = r"(?:单位|机关|机构|主体)\s?(?:\((?:盖章|公章)\))?\s?:\s?([\u4e00-\u9fff]{2,40})"
_RESPONSIBLE = re.compile(r"(?:填报|编制|报告|填表|制作)" + _LABELLED)
# Whoever shows a page is mostly, but not always, whose report it is: it settles what nothing else does, and contradicts nothing.
_SHOWING = re.compile(r"发布" + _LABELLED)
_ASKED = re.compile(r"[与向][^与向]{2,40}$")
_TO_ASK = re.compile(r"(?:请|可|径)联系([\u4e00-\u9fff]{4,40})")
_SIGNED = re.compile(r"(?P<name>[\u4e00-\u9fff]{4,30})\s*(?P<date>20\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日?)?(?:印发)?$")
_DATE_ALONE = re.compile(
    r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s?年\s?[\d一二三四五六七八九十]{1,3}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日?$"
)
# A government's name on its website says where a report is shown, not whose it is.
_WEBSITE = re.compile(r"[“”\"'()《》]*(?:门户|官方|公众|政务)*(?:网站|网|官网)")
_AS_SUBJECT = re.compile(r"(?:^|[,。;“(])\s?(?:20\d\d\s?年[度来]?,?)?(?:以来)?,?$")
_NO_SUBJECT = re.compile(r"[、,。和与及等的来到]|门户|网|官网|官方|机关报")
_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,8}?(?:省|自治区)")
_INNER_UNIT = re.compile(r"[\u4e00-\u9fff]{0,8}(?:科|股|室|处|组)$")
_OF_DISCLOSURE = re.compile(r"[\u4e00-\u9fff]{0,2}(?:信息|政务)公开[\u4e00-\u9fff]{0,12}$")
_ITSELF = re.compile(r"(?:机关|本级|本级机关|系统)?$")
_PLACE_END = re.compile(r"(?:市|州|盟|县|旗|区)$")
_OTHER_PLACE = re.compile(r"([\u4e00-\u9fff]{2,8}?(?:自治州|市|州|盟|县|区|旗))(?=[\u4e00-\u9fff]{0,12}$)")
_GOVERNMENT_OF = re.compile(r"(?:^|[^\u4e00-\u9fff]|[由与向和及在至送])([\u4e00-\u9fff]{2,8}?(?:州|市|盟|县|区|旗))$")
_NO_PLACE = re.compile(r"^(?:[各全本我该所两市县区州盟旗、]|自治)")
_OF_ITS_OWN = re.compile(r"^[各全本我该所两]")
_BEFORE_A_NAME = frozenset("由与向和及在至送是为即\"'(,、。;: \n“《")


class Resolution(NamedTuple):
    """Who reports, the words that say so with their kind and place, and candidates where nobody is settled on.

    `name` is what the document calls its organ, `is_shared` says that the candidates all bear it; `conflicting` are
    words that name another organ than the one settled on.
    """

    agency: Agency | None
    kind: Kind | None = None
    evidence: str | None = None
    name: str | None = None
    candidates: tuple[Agency, ...] = ()
    conflicting: tuple[str, ...] = ()
    is_shared: bool = False


class _Claim(NamedTuple):
    """Words that name who reports."""

    kind: Kind
    name: str
    at: str
    is_own: bool = False


class _Settled(NamedTuple):
    """What a claim comes to: an agency, or several that share the name, or neither (`foreign`: an organ that nobody knows)."""

    agency: Agency | None
    words: str = ""
    candidates: tuple[Agency, ...] = ()
    foreign: bool = False


def resolve(
    registry: Registry, titles: Sequence[Paragraph], prose: Prose, year: int | None = None, site: str | None = None
) -> Resolution:
    """Find the agency of a report.

    Args:
        registry: the agencies there are.
        titles: texts that stand as a title.
        prose: the document's running text.
        year: the report year if known; of agencies with the same name it leaves those that existed then.
        site: the name of the website; it tells a place, never whose report it is.
    """
    finder = _Finder(registry, titles, prose, year, site)
    claims = list(_claims_of_titles(titles))
    if settled := finder.first(claims):
        if settled.is_shared and (made := finder.first(_claims_of_text(prose))) and made.agency in settled.candidates:
            return made
        others = (*_own_titles(claims)[1:], *_claims_of_text(prose))
        conflicting = tuple(islice(finder.against(settled, others), _MAX_CANDIDATES))
        if conflicting and settled.agency and not _has_place(settled.agency, settled.name or ""):
            # Only places that the text names settled it, and the text names another organ.
            settled = settled._replace(agency=None, candidates=(settled.agency,))
        return settled._replace(conflicting=conflicting)
    for weaker in (_claims_of_text(prose), _named_behind(_SHOWING, "shown by", prose), _contacts(prose)):
        if settled := finder.first(weaker):
            return settled
    return finder.by_mentions()


def _claims_of_titles(titles: Sequence[Paragraph]) -> Iterator[_Claim]:
    """The organs of the titles, those of titles with a year first: others may be columns of the website."""
    for dated in (True, False):
        for title in titles:
            if bears_year(title.text) is dated:
                for organ in reversed(organs_of_title(title.text)):
                    yield _Claim("title", organ, title.at, is_own=dated)


def _own_titles(claims: Sequence[_Claim]) -> list[_Claim]:
    """The claims of the page's own titles and of the first title in the text; what follows may be links to other reports."""
    in_text = [claim for claim in claims if not claim.at.startswith("page ")][:1]
    return [claim for claim in claims if claim.is_own and (claim.at.startswith("page ") or claim in in_text)]


def _claims_of_text(prose: Prose) -> Iterator[_Claim]:
    """Who made the report, and who signed it."""
    yield from _makers(prose)
    texts = prose.texts
    for index in range(max(0, len(texts) - _CLOSING), len(texts)):
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if len(texts[index]) > 50 or ("年" not in texts[index] and "年" not in following[:6]):
            continue
        found = _SIGNED.fullmatch(texts[index])
        if found and (found["date"] or _DATE_ALONE.fullmatch(following)) and ORGAN.search(found["name"]):
            yield _Claim("sign-off", found["name"], prose.paragraph(index).at)


def _makers(prose: Prose) -> Iterator[_Claim]:
    preface = prose.preface
    for word in _MAKING:
        start = preface.find(word)
        while start >= 0:
            if name := _maker(preface, start, start + len(word)):
                yield _Claim("made by", name, prose.at(start))
            start = preface.find(word, start + 1)
    yield from _named_behind(_RESPONSIBLE, "made by", prose)


def _named_behind(pattern: re.Pattern[str], kind: Kind, prose: Prose) -> Iterator[_Claim]:
    """The organs behind a label such as 编制单位:."""
    if any(label in prose.preface for label in ("位:", "机构:", "机关:", "主体:", "章):")):
        for found in pattern.finditer(prose.preface):
            yield _Claim(kind, found[1], prose.at(found.start()))


def _maker(text: str, start: int, end: int) -> str | None:
    """The organ before a word of making, when what it made is the report."""
    if _OF_ANOTHER_TEXT.match(text, end):
        return None
    before = _CLAUSE.split(text[max(0, start - 60) : start])[-1]
    before = _BEFORE_MAKING.sub("", before.strip())
    if "由" in before:
        before = before.rpartition("由")[2]
    elif "报告" in before or "年报" in before or ("报告" not in text[end : end + 30] and "年报" not in text[end : end + 30]):
        return None
    return before.strip() or None


def _contacts(prose: Prose) -> Iterator[_Claim]:
    preface = prose.preface
    for word in ("联系", "咨询", "反映"):
        start = preface.find(word)
        while start >= 0:
            if found := _ASKED.search(_CLAUSE.split(preface[max(0, start - 45) : start])[-1]):
                yield _Claim("contact", found[0][1:], prose.at(start))
            start = preface.find(word, start + 1)
    for found in _TO_ASK.finditer(preface):
        yield _Claim("contact", found[1], prose.at(found.start()))


@dataclass
class _Finder:
    """Settles claims among the agencies of the registry."""

    registry: Registry
    titles: Sequence[Paragraph]
    prose: Prose
    year: int | None
    site: str | None

    def first(self, claims: Iterable[_Claim]) -> Resolution | None:
        """What the first claim that names any organ comes to."""
        unknown: _Claim | None = None
        shared: Resolution | None = None
        for claim in claims:
            settled = self.settle(claim)
            evidence = f"{claim.kind}: {settled.words or claim.name} ({claim.at})"
            if settled.agency:
                if unknown is not None or (shared is not None and settled.agency not in shared.candidates):
                    break
                return Resolution(settled.agency, claim.kind, evidence, claim.name)
            if settled.candidates and unknown is None and shared is None:
                shared = Resolution(None, claim.kind, evidence, claim.name, settled.candidates, is_shared=True)
            if settled.foreign and unknown is None and shared is None:
                # An organ is named, and it is none of the registry's: others that the text names later are not it.
                unknown = claim
        if unknown is not None:
            evidence = f"{unknown.kind}: {unknown.name} ({unknown.at})"
            return Resolution(None, unknown.kind, evidence, unknown.name, self.alike(unknown.name))
        return shared

    def against(self, settled: Resolution, claims: Iterable[_Claim]) -> Iterator[str]:
        """The words of claims that name another organ than the one settled on."""
        agency = settled.agency
        for claim in claims:
            if agency is None or claim.name == settled.name:
                continue
            if any(name in claim.name for name in agency.names if _has_place(agency, name)):
                continue
            other = self.settle(claim, alone=True)
            if other.agency and other.agency is not agency:
                if agency.kind == "government" and other.agency.place_code == agency.place_code and "办公" in claim.name:
                    continue
                yield f"{claim.kind}: {claim.name} ({claim.at})"
            elif other.foreign and (place := _OTHER_PLACE.match(claim.name)) and not _same_place(agency, place[1]):
                yield f"{claim.kind}: {claim.name} ({claim.at})"

    def settle(self, claim: _Claim, *, alone: bool = False) -> _Settled:
        """The agency of a claim, by the longest known name in it; `alone`: without the places that the rest of the text names."""
        text = claim.name
        for hit in sorted(self.registry.names.find(text), key=lambda found: -len(found.word)):
            before, after = _lead(text[: hit.start], claim.kind), text[hit.end :]
            fitting = [
                agency
                for agency in self.registry.names.bearers[hit.word]
                if (not before or _fits_before(agency, hit.word, before, claim.kind))
                and (not after or _fits_after(agency, after, claim.kind))
            ]
            if not fitting:
                continue
            if self.year is not None and len(fitting) > 1:
                fitting = [agency for agency in fitting if agency.reports_for(self.year)] or fitting
            placed = [agency for agency in fitting if _has_place(agency, before + hit.word)]
            if len(placed) == 1:
                return _Settled(placed[0], text)
            return _Settled(None, text, tuple(fitting)) if alone else self.by_place(placed or fitting, text)
        return _Settled(None, foreign=bool(ORGAN.search(text)) and len(text) > 2 and not _OF_ITS_OWN.match(text))

    def by_place(self, agencies: Sequence[Agency], name: str) -> _Settled:
        """Of agencies that share a name the one whose place the document names, if it names that one clearly."""
        counted = sorted(
            ((self.mentions_of_places[agency.agency_id], agency) for agency in agencies), key=lambda found: -found[0]
        )
        best, leading = counted[0]
        second = counted[1][0] if len(counted) > 1 else 0
        if best >= 2 * second and best and not self.elsewhere(leading):
            place = next((place for place in leading.places if place in self.prose.whole or place in name), leading.place)
            return _Settled(leading, f"{name}, {place} is named {best} times")
        named = [agency for count, agency in counted if count] or [agency for _, agency in counted]
        return _Settled(None, name, tuple(named))

    @cached_property
    def mentions_of_places(self) -> Counter[str]:
        """How often the document names the place of each agency."""
        counts: Counter[str] = Counter()
        bearers = self.registry.places.bearers
        for text in (*(title.text for title in self.titles if title.number < 0), self.site or "", self.prose.whole):
            for hit in self.registry.places.find(text):
                counts.update(agency.agency_id for agency in bearers[hit.word])
        return counts

    def elsewhere(self, agency: Agency) -> bool:
        """Whether the document names the government of a place that is not the agency's: a shared name then settles nothing."""
        for text in (*(title.text for title in self.titles), self.prose.whole):
            at = text.find("人民政府")
            while at >= 0:
                found = _GOVERNMENT_OF.search(text[max(0, at - 12) : at])
                if found and not _NO_PLACE.match(found[1]) and not _same_place(agency, found[1]):
                    return True
                at = text.find("人民政府", at + 4)
        return False

    def by_mentions(self) -> Resolution:
        """The agency whose full name, or name with its place, the text bears most often, and once as the one that acts."""
        counts: Counter[Agency] = Counter()
        acting: dict[Agency, str] = {}
        text = self.prose.whole
        for hit in self.registry.names.find(text):
            agencies = [
                agency
                for agency in self.registry.names.bearers[hit.word]
                if (hit.word == agency.name or _has_place(agency, hit.word))
                and _fits_before(agency, hit.word, _lead(_before(text, hit.start), "named"), "named")
            ]
            if len(agencies) != 1 or _WEBSITE.match(text, hit.end):
                continue
            counts[agencies[0]] += 1
            if _AS_SUBJECT.search(text[max(0, hit.start - 14) : hit.start]) and not _NO_SUBJECT.match(text, hit.end):
                acting.setdefault(agencies[0], hit.word)
        leading = counts.most_common(2)
        if leading and (len(leading) == 1 or leading[0][1] > leading[1][1]) and leading[0][0] in acting:
            agency, times = leading[0]
            return Resolution(agency, "named", f"named: {acting[agency]}, {times} times", acting[agency])
        return Resolution(None, candidates=tuple(agency for agency, _ in counts.most_common(_MAX_CANDIDATES)))

    def alike(self, name: str) -> tuple[Agency, ...]:
        """Agencies of a place that an unknown name bears."""
        found: dict[Agency, None] = {}
        for hit in self.registry.places.find(name):
            found.update(dict.fromkeys(self.registry.places.bearers[hit.word]))
        return tuple(found)


def _before(text: str, start: int) -> str:
    """The Chinese words right before a place in a text, back to a mark, a space or a word that a name may follow."""
    at = start
    while at > 0 and start - at < 10 and "\u4e00" <= text[at - 1] <= "\u9fff" and text[at - 1] not in _BEFORE_A_NAME:
        at -= 1
    return text[at:start]


def _has_place(agency: Agency, name: str) -> bool:
    """Whether a name of the agency names its place, so that it stands for itself."""
    return any(place in name for place in agency.places)


def _same_place(agency: Agency, place: str) -> bool:
    return any(place in own or own in place for own in agency.places)


def _lead(before: str, kind: Kind) -> str:
    """What stands before a name and may be part of it: without words that lead to a name and without the province."""
    if kind != "title":
        for word in ("由", "与", "向", "为", "系", "是", "请"):
            before = before.rpartition(word)[2]
    return _PROVINCE.sub("", before).removeprefix("中华人民共和国")


def _fits_before(agency: Agency, name: str, before: str, kind: Kind) -> bool:
    """Whether what stands before a name leaves it the name of this agency, and not the end of another's longer name."""
    if not _has_place(agency, name):
        return before in agency.places
    return (agency.place not in name and before in agency.place) or (kind == "named" and not _PLACE_END.search(before))


def _fits_after(agency: Agency, after: str, kind: Kind) -> bool:
    """Whether what stands after a name leaves it the agency itself: its own units do, the office of a government does not."""
    if _ITSELF.match(after) or _OF_DISCLOSURE.match(after):
        return True
    if kind == "title":
        return False
    return agency.kind == "department" and bool(_INNER_UNIT.fullmatch(after)) and "分局" not in after


def document_name(titles: Sequence[Paragraph]) -> str | None:
    """The name that a report's titles give its organ, as printed."""
    return next((claim.name for claim in _claims_of_titles(titles)), None)


def candidates_in_words(candidates: Sequence[Agency]) -> str:
    """The candidates for a message, the first few of many."""
    names = ", ".join(f"{agency.agency_id} {agency.name}" for agency in candidates[:_MAX_CANDIDATES]) or "none"
    more = len(candidates) - _MAX_CANDIDATES
    return f"{names} and {more} more" if more > 0 else names
