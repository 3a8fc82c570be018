"""Wordings of the fee for processing information (信息处理费): notices issued, amount noticed, amount received.

Amounts are in 元. No table of the forms has them, and administrative fees (行政事业性收费) are none. Does not belong here: the row
of requests given up for want of payment, which is compared in `findings`.
"""

from __future__ import annotations

import re

from gx_pipeline.quality.narrative.wording import COUNT, Found, Place

NOTICES, NOTICED, RECEIVED = (f"information_fees/{name}" for name in ("notices", "noticed", "received"))
_FEE = r"(?:政府)?(?:信息)?(?:公开)?(?:信息)?处理费"
_NOTICE = rf"(?:{_FEE})?的?(?:收费|缴费|缴款|缴纳)通知书?"
_ISSUE = r"(?:发出|送达|下达|开具|制发|出具|作出|发送|发)"
MENTIONED = re.compile(r"处理费|收费通知|缴费通知|缴款通知")
_NOTICES = re.compile(rf"(?:{_ISSUE}了?[^,;。\d]{{0,12}}?)?{_NOTICE}的?{COUNT}$")
_ISSUED_ONLY = re.compile(rf"{_ISSUE}了?{COUNT}$")
_NOTICES_BEHIND = re.compile(_NOTICE)
_DUE = re.compile(r"应收|应缴|应当[收缴]|应予收取|通知[^,;。\d]{0,8}(?:金额|缴纳)")
_TAKEN = re.compile(
    rf"(?:收取|收缴|实收|入库|到账|收到|征收|收费)(?:了|的|共)?(?:{_FEE})?(?:总?金额|总额|费用)?{COUNT}$|{_FEE}(?:收取|收缴)(?:总?金额|总额)?{COUNT}$"
)
_AMOUNT = re.compile(rf"(?:总?金额|总额|金额){COUNT}$")
_NONE_DUE = re.compile(rf"{_FEE}(?:总?金额|总额|费用)?{COUNT}$")
_NOT_AN_AMOUNT = re.compile(r"标准|每[件页份]|行政事业性|未缴|未[^,;]{0,4}缴纳|减免|免收|退")
_NONE = r"(?:均?未|没有|没|无|暂未|并未|尚未|不存在|未有)(?:实际)?"
_NOT_RECEIVED = re.compile(
    rf"{_NONE}(?:[^,;。\d]{{0,14}}?(?:收取|产生|发生|收缴|征收|收到|涉及)[^,;。\d]{{0,16}}?|[^,;。\d要求缴逾]{{0,6}}?){_FEE}(?!收费通知|的?收费通知|缴费通知)"
)
_NOTHING = re.compile(rf"{_FEE}(?:收取)?(?:情况)?(?:为零|为无|:无|:零|无)(?=$|[,;。、])")
_NOT_ISSUED = re.compile(rf"{_NONE}[^,;。、\d]{{0,12}}?{_ISSUE}[^,;。、\d]{{0,14}}?{_NOTICE}")
_ISSUED = re.compile(rf"{_ISSUE}(?:了|过)?[^,;。\d未没无]{{0,12}}?{_NOTICE}")
_SUM_NOTICED = re.compile(r"(?<!收取的)(?<!收取)(?:总金额|总额|金额)")
_RECEIPT = re.compile(r"实际|收取|收到|实收")
_ALL_ZERO = re.compile(r"(?:均|都|全部)(?:为|是)?(?:0|零|无)(?:件|元)?(?=$|[,;。])")


def of_lead(place: Place) -> Found | None:
    """What a number counts by the words before or behind it, where it counts notices or fees."""
    lead = place.lead
    if _NOT_AN_AMOUNT.search(place.clause):
        return None
    if found := _NOTICES.search(lead):
        return Found(NOTICES, found.start())
    if (found := _ISSUED_ONLY.search(lead)) and (behind := _NOTICES_BEHIND.match(place.tail)):
        return Found(NOTICES, found.start(), behind.end())
    return None


def of_amount(place: Place, value: int | float, *, noticed: bool) -> Found | None:
    """What an amount is: `noticed` says that notices were named before it."""
    lead = place.lead
    if _NOT_AN_AMOUNT.search(place.clause):
        return None
    if found := _DUE.search(place.clause):
        return Found(NOTICED, max(0, len(lead) - len(place.clause) + found.start()))
    if found := _TAKEN.search(lead):
        return Found(RECEIVED, found.start())
    if noticed and (found := _AMOUNT.search(lead)):
        return Found(RECEIVED if _RECEIPT.search(place.clause) else NOTICED, found.start())
    if value == 0 and (found := _NONE_DUE.search(lead)):
        return Found(RECEIVED, found.start())
    return None


def negations(text: str) -> list[tuple[str, int, int]]:
    """What a text says that there was none of: measure and place."""
    if "费" not in text:
        return []
    told = [(NOTICES, found.start(), found.end()) for found in _NOT_ISSUED.finditer(text)]
    for pattern in (_NOT_RECEIVED, _NOTHING):
        for found in pattern.finditer(text):
            if not any(start <= found.start() < end for _, start, end in told) and "行政事业性" not in found[0]:
                told.append((RECEIVED, found.start(), found.end()))
    return told


def zeros(text: str) -> list[tuple[str, int, int]]:
    """The figures of which a text says together that all are 0 (件数、总金额、实际收取均为0)."""
    if not (found := _ALL_ZERO.search(text)) or not MENTIONED.search(text):
        return []
    before = text[: found.start()]
    start = max(0, min((place.start() for place in MENTIONED.finditer(before)), default=0))
    told = [NOTICES] if "通知" in before else []
    told += [NOTICED] if told and _SUM_NOTICED.search(before) else []
    told += [RECEIVED] if _RECEIPT.search(before) else []
    return [(measure, start, found.end()) for measure in told]


def unnumbered(text: str) -> tuple[int, int] | None:
    """Where a text says that notices were issued without saying how many."""
    found = _ISSUED.search(text)
    return (found.start(), found.end()) if found else None
