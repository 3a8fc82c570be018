"""Wordings of the figures of regulations (规章) and normative documents (规范性文件): made, repealed, in force.

Does not belong here: drafting, reviewing, filing, interpreting and tidying up documents, which no table counts.
"""

from __future__ import annotations

import re

from gx_pipeline.quality.narrative.context import Context
from gx_pipeline.quality.narrative.wording import COUNT, Found, Place

_DOCUMENT = r"(?:(?P<normative>(?:行政)?规范性文件)|(?P<regulation>(?:政府|部门)?规章(?!制度)))"
_MAKE = r"(?:新?制发|新?制定|新?出台|新?印发|新制作|颁布|发布)"
_MADE = re.compile(rf"{_MAKE}(?:并公开|并公布|实施|施行)?(?:了|的|行政|各类|本级|政府|部门)?(?:{_DOCUMENT})?(?:文件)?{COUNT}$")
_MADE_BEHIND_NOUN = re.compile(rf"{_DOCUMENT}[:,]?(?:本年度?|全年|今年)?{_MAKE}{COUNT}$")
_REPEALED = re.compile(rf"(?:废止)(?:了|的)?(?:{_DOCUMENT})?{COUNT}$")
_REPEALED_BEHIND_NOUN = re.compile(rf"{_DOCUMENT}(?:被)?废止{COUNT}$")
_IN_FORCE = re.compile(rf"现行有效(?:的)?(?:{_DOCUMENT})?{COUNT}$")
_IN_FORCE_BEHIND_NOUN = re.compile(rf"{_DOCUMENT}(?:目前)?现行有效{COUNT}$")
_PUBLIC = re.compile(rf"对外公开(?:的)?{_DOCUMENT}总数量?{COUNT}$")
_PUBLIC_BEHIND_NOUN = re.compile(rf"{_DOCUMENT}对外公开总数量?{COUNT}$")
_DISCLOSED = re.compile(rf"新公开(?:了|的)?{_DOCUMENT}{COUNT}$")
_LISTED = re.compile(rf"^(?:、|,|和|及|以及|,?并)(?:政府|部门)?{_DOCUMENT}{COUNT}$")
_OF_OTHERS = re.compile(r"党内|党委|起草|代拟|提请|报请|报送|推动|配合|牵头|审[查核]|备案|解读|建议|征求|参与|协助|拟")
_ON_A_SITE = re.compile(r"网站|平台|专栏|栏目|公众号|上传|公报|公开")
_REVISED = re.compile(r"修[改订]|失效|调整|清理")
_NONE_MADE = re.compile(rf"(?:未|没有|无)(?:新)?{_MAKE}(?:过|任何|新的|行政)?{_DOCUMENT}(?=$|[,;。、])")
_MEASURES = (
    ("made", (_MADE, _MADE_BEHIND_NOUN)),
    ("repealed", (_REPEALED, _REPEALED_BEHIND_NOUN)),
    ("in_force", (_IN_FORCE, _IN_FORCE_BEHIND_NOUN)),
    ("total_public", (_PUBLIC, _PUBLIC_BEHIND_NOUN)),
    ("disclosed", (_DISCLOSED,)),
)


def of_lead(place: Place, context: Context) -> Found | None:
    """What a number counts by the words before it, where it counts documents of these kinds."""
    lead = place.lead
    if _OF_OTHERS.search(place.clause):
        return None
    for measure, patterns in _MEASURES:
        for pattern in patterns:
            if not (found := pattern.search(lead)):
                continue
            named = found["normative"] or found["regulation"]
            if not named and context.documents is None:
                continue
            row = "normative_documents" if found["normative"] else "regulations" if found["regulation"] else context.documents
            clause = lead[lead[: found.start()].rfind(",") + 1 :]
            if (
                row is None
                or (measure != "in_force" and _REVISED.search(clause))
                or ("发布" in found[0] and _ON_A_SITE.search(clause))
            ):
                return None
            if not named and (context.topic != "documents" or "清理" in place.sentence):
                return None
            return Found(f"proactive_disclosure/{row}/{measure}", found.start())
    if context.documents_measure and context.noted and (found := _LISTED.match(lead)):
        row = "normative_documents" if found["normative"] else "regulations"
        return Found(f"proactive_disclosure/{row}/{context.documents_measure}", 0)
    return None


def negations(text: str) -> list[tuple[str, int, int]]:
    """The documents of which a text says that none was made: measure and place."""
    if "规" not in text:
        return []
    return [
        (
            f"proactive_disclosure/{'normative_documents' if found['normative'] else 'regulations'}/made",
            found.start(),
            found.end(),
        )
        for found in _NONE_MADE.finditer(text)
    ]
