"""Words that were written for somebody else: another place named as one's own, and sentences about everybody.

Only where the sentence leaves no other reading. That another organ is named as the maker of the report is told by the
parser (`agency_conflict`); reports that are alike are compared in `copies`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.opening import opening_sentences
from gx_pipeline.quality.registry import rule

_HAN = r"[\u4e00-\u9fff]"
# A place is read from a word that begins it to its own last character, whole chains at once (泉州市泉港区).
_PLACE = rf"(?P<place>(?:{_HAN}{{1,7}}?[市州县区]){{1,3}})"
_WEBSITE = re.compile(rf"(?:[在从于到]|通过|登[录陆]|访问|进入)[“\"「《]?{_PLACE}(?:人民)?政府(?:信息公开)?(?:门户)?(?:网|平台)")
_CONTACT = re.compile(rf"(?:请您?|可以?|直接)[与向]{_PLACE}{_HAN}{{2,24}}(?:\([^()]{{0,200}}\))?联系")
_OF_THE_REPORT = ("报告", "年报", "全文", "电子版", "疑问")
_PARTS_OF_PLACE = re.compile(rf"{_HAN}{{1,7}}?[市州县区]")
# Zones and boards have names and websites of their own.
_ZONE = re.compile(
    "开发区|新区|高新|园区|自治|保税|自贸|合作区|示范区|管理区|功能区|试验区|景区|度假区|矿区|林区|兵团|社区|辖区|地区"
)
_UNCLEAR = re.compile(rf"^(?:本|我|该|各|全|所在|位于|设在|地处|当地|上级|省|市|区|县|州|{_HAN}?(?:行政|政务))")
_EVERYBODY = re.compile(
    rf"(?:(?:一些|有些|有的|不少|许多|(?:绝?大)?多数)(?:地区|省份|市县|地方和部门)|(?:不少|许多|(?:绝?大)?多数)部门)(?={_HAN}{{0,16}}?(?:重视|认识|公开))"
)
_COMPARED = re.compile("比|学习|借鉴|参照|交流|经验|做法")
# Who leads disclosure in a place speaks of its departments by right.
_WATCHES_OTHERS = re.compile("办公室|政务服务|政务公开|行政审批|信息公开")
_SENTENCE_ENDS = re.compile(r"[。;；\n]")
_LONGEST = 300


def borrowed_findings(report: ParsedReport, agency: Agency | None) -> Iterator[Finding]:
    """Another place named as one's own, and sentences about everybody in a section about oneself."""
    if agency is None:
        return
    yield from _foreign_places(report, agency)
    yield from _generic_text(report, agency)


def _foreign_places(report: ParsedReport, agency: Agency) -> Iterator[Finding]:
    """Places named as one's own website or contact that are neither the agency's nor of the level above it.

    Counties and districts may use the website of their city, and townships that of their county; a city uses no county's,
    and a county none of another county. Zones, and banners with their short names, are left out.
    """
    endings = {"prefecture": "市县区", "county": "县区"}.get(agency.level)
    if endings is None or _ZONE.search(agency.place):
        return
    own = {part[:2] for name in (*agency.places, agency.name) for part in (name, *_PARTS_OF_PLACE.findall(name))}
    told: set[str] = set()
    for sentence in opening_sentences(report):
        if not any(word in sentence for word in _OF_THE_REPORT):
            continue
        for pattern, as_what in ((_WEBSITE, "website"), (_CONTACT, "contact")):
            for found in pattern.finditer(sentence):
                place = found["place"]
                parts = _PARTS_OF_PLACE.findall(place)
                if (
                    place[-1] in endings
                    and place not in told
                    and not _ZONE.search(place)
                    and not _UNCLEAR.match(place)
                    and not any(part[:2] in own or part in name for part in parts for name in agency.places)
                ):
                    told.add(place)
                    yield rule("foreign_place").finding(
                        f"“{found[0]}” names {place} as its own {as_what}; the report is that of {agency.name}",
                        cause="publisher_error",
                        about=place,
                    )


def _generic_text(report: ParsedReport, agency: Agency) -> Iterator[Finding]:
    """Sentences of section 五 about other places and departments, in the report of a department that watches over none."""
    if agency.kind != "department" or agency.level == "province" or _WATCHES_OTHERS.search(agency.name):
        return
    text = next((part.text for part in report.sections if part.section == "problems_improvements"), "")
    for sentence in _SENTENCE_ENDS.split(text):
        if len(sentence) <= _LONGEST and (found := _EVERYBODY.search(sentence)) and not _COMPARED.search(sentence):
            yield rule("generic_text").finding(
                f"section 五 speaks of others (“{found[0]}”) where a department answers for itself", about="problems"
            )
            return
