"""Wordings of the figures of requests: received, carried in, settled, carried out, by applicant and by outcome.

Wordings are strict on purpose: between the verb and the number only words may stand that change nothing, so that a part (by
letter, on land, in the first half of the year) is not taken for the whole. Does not belong here: whose and of when (`context`).
"""

from __future__ import annotations

import re

from gx_pipeline.quality.narrative.context import Context
from gx_pipeline.quality.narrative.wording import COUNT, Found, Place

_EVERYBODY = r"(?:公民、法人(?:和|或者?|及|以及|与)其[他它]组织)"
_GAP = rf"(?:了|的|各类|有效|书面|公众|群众|社会公众|社会|申请人|{_EVERYBODY}|(?:提出|提交|提起)的?|关于|有关|符合(?:规定|要求|条件)的?){{0,4}}"
_REQUEST = (
    r"(?:(?:政府|政务)?信息(?:依申请公开|公开的?申请)(?:事项|案件|件)?|政府信息公开依申请|"
    r"依申请公开的?(?:政府信息|政务信息|信息)?(?:公开)?(?:申请|受理件|事项|办件|案件|件)?|公开(?:政府)?信息的?申请|申请公开的?(?:政府)?信息(?:的申请)?|"
    r"政府信息申请|(?:政府)?信息公开(?:受理件|事项|件)|公开申请(?:事项|件)?|依申请(?:件|事项)?)"
)
_PLAIN = r"(?:申请(?:事项|件)?)?"
_RECEIVE = r"(?:新增|新收到?|新受理|新接收|收到|受理|接收到?|接到|收悉|收件|登记|(?<=共)收)"
_SETTLE = r"(?:办结|办理完毕|办理完成|处理完毕|办复)"
_ANSWER = r"(?:作出答复|办理答复|予以答复|依法答复|答复|回复)"
_WORK = r"(?<![在待续未予])(?:办理|处理|承办)"
_STEPS = r"(?:并|和|、|及|且|,并)(?:全部|均|按时|按期|依法|及时|规范){0,2}"
_LAST_YEAR = r"(?:上年度?|上一年度?|去年|前一年|(?P<before>\d{4})年度?)"
_NEXT_YEAR = r"(?:下一?年度?|次年度?|明年|翌年|来年|(?P<after>\d{4})年度?)"
_NEXT = r"(?:下一?年度?|次年度?|明年|翌年|来年)"
_CARRY = r"(?:结转|转结|转入|遗留)"
_YET = r"(?:继续|办理|的|待|答复|完成|处理|待办|未办结){0,4}"

_TOGETHER = re.compile(rf"{_RECEIVE}{_STEPS}(?:{_SETTLE}|{_ANSWER}|{_WORK})(?:并?答复)?{_GAP}(?P<noun>{_REQUEST}|申请)?{COUNT}$")
_RECEIVED = re.compile(rf"(?P<verb>{_RECEIVE})(?:并登记|和受理)?{_GAP}(?:(?P<noun>{_REQUEST})|{_PLAIN}){COUNT}$")
_SETTLED = re.compile(rf"(?P<time>按期|按时|及时|当年|当期|限时)?{_SETTLE}{_GAP}(?:(?P<noun>{_REQUEST})|{_PLAIN}){COUNT}$")
_ANSWERED = re.compile(rf"{_ANSWER}{_GAP}(?:(?P<noun>{_REQUEST})|{_PLAIN}){COUNT}$")
_WORKED = re.compile(rf"{_WORK}(?:答复)?{_GAP}(?:(?P<noun>{_REQUEST})|{_PLAIN}){COUNT}$")
_NOUN_ONLY = re.compile(
    rf"(?:^|[,;:、])(?:(?:\d{{4}}年度?|全年|今年|本年度?|[我本][局委厅办院]|本机关|本单位)[,]?){{0,3}}(?P<noun>{_REQUEST}){COUNT}$"
)
_SPEAKS = re.compile(_REQUEST)
_RECEIVES = re.compile(_RECEIVE)
_WITH_OTHERS = re.compile(rf"{_RECEIVE}[^,;]{{0,12}}$|共[^,;]{{0,4}}$")
_VERBS = (
    (_TOGETHER, "received_and_handled"),
    (_RECEIVED, "new_received"),
    (_SETTLED, "total_handled"),
    (_ANSWERED, "answered"),
    (_WORKED, "dealt_with"),
)
_VERB_ONLY = re.compile(rf"(?P<verb>{_RECEIVE}){_GAP}{COUNT}$")
_NOUN_BEHIND = re.compile(rf"(?:有效|书面|各类){{0,2}}{_REQUEST}(?=$|[,;、。]|均|全|并|且)")
_SETTLED_BEHIND = re.compile(rf"(?:申请)?(?:已|已经)?(?:按期|按时)?{_SETTLE}(?=$|[,;、])")
_CARRIED_IN = re.compile(
    rf"(?:{_LAST_YEAR}(?:末|底|年末|年底)?(?:未办结)?{_CARRY}(?:至|到|入)?(?:本年度?|今年|\d{{4}}年度?)?|(?:结转|转结)上一?年度?){_YET}"
    rf"(?:的)?(?:{_REQUEST}|{_PLAIN}){COUNT}$"
)
_CARRIED_IN_BEHIND = re.compile(rf"(?:申请)?(?:为|是|系|属|属于)?{_LAST_YEAR}{_CARRY}")
_CARRIED_OUT = re.compile(
    rf"(?:结转|转结|转入|顺延)(?:至|到|入|于)?{_NEXT_YEAR}{_YET}(?:{_REQUEST}|{_PLAIN})(?:继续办理)?{COUNT}$"
)
_CARRIED_OUT_BEHIND = re.compile(
    rf"(?:{_REQUEST}|申请)?(?:正|尚|仍|需|已|将|拟|的|按规定|依法|在办理中,?|未办结,?|尚未办结,?){{0,4}}(?:结转|转入|顺延)(?:至|到|入|于)?{_NEXT_YEAR}"
)
_TYPE = (
    r"(?:自然人|公民个人|公民|个人|商业企业|企业法人|企业|科研机构|社会公益组织|公益组织|法律服务机构|律师事务所|"
    r"法人(?:或者?|和|及|、|与)其[他它]组织|法人|其[他它]组织)"
)
_TYPES = {
    "自然人": "natural_person",
    "公民个人": "natural_person",
    "公民": "natural_person",
    "个人": "natural_person",
    "商业企业": "commercial_enterprise",
    "企业法人": "enterprises",
    "企业": "enterprises",
    "科研机构": "research_institution",
    "社会公益组织": "public_welfare_organization",
    "公益组织": "public_welfare_organization",
    "法律服务机构": "legal_service_organization",
    "律师事务所": "legal_service_organization",
    "法人": "legal_persons",
    "其他组织": "organizations",
    "其它组织": "organizations",
}
_BY_TYPE = re.compile(
    rf"(?P<before>^|[,、:;]|其中|来自|[由为有是含系占及和与]|收到|受理|新收|接收|包括|包含|申请人|主体|类型)(?P<type>{_TYPE})"
    rf"(?:类|方面|申请人)?(?:提出|提交|申请|提起)?的?(?:{_REQUEST}|申请)?(?:占|共)?{COUNT}$"
)
_TYPE_BEHIND = re.compile(
    rf"(?:{_REQUEST}|申请)?(?:的申请人)?(?:为|是|来自|由|系|属于?|来源于)(?P<type>{_TYPE})(?=$|[,、;。]|申请|提出|提交)"
)
_ALL_OF = re.compile(
    rf"(?:均|全部|都|全|皆|全都)(?:为|是|来自于?|由|系|属于?|来源于)(?P<type>{_TYPE})(?=$|[,、;。]|申请|提出|提交|的)"
)
_NOT_ALL = re.compile(r"除|基本|几乎|大部分|多数|不|非")
_JOINED = re.compile(rf"{_TYPE}(?:、|和|及|与|或者?|以及)$")
_OUTCOMES = {
    "予以公开": "granted",
    "予以部分公开": "partially_granted",
    "部分公开": "partially_granted",
    "不予公开": "denied",
    "无法提供": "unavailable",
    "不予处理": "not_processed",
    "其他处理": "other",
}
_OUTCOME = (
    r"(?P<outcome>予以部分公开|(?<!予以)部分公开|(?<![不主])(?<!部分)(?<!主动)予以公开|不予公开|无法提供|不予处理|其他处理)"
)
_BY_OUTCOME = re.compile(rf"{_OUTCOME}(?:答复|决定|申请|情形|类)?{COUNT}$")
_OUTCOME_BEHIND = re.compile(rf"(?:申请)?(?:答复为|决定|依法|作出|属于?|作|为|被){{0,2}}{_OUTCOME}(?:决定|处理)?(?=$|[,、;。])")
_JOINED_OUTCOME = re.compile(r"(?:公开|提供|处理)(?:、|和|及|与|或者?|以及)$")
# What a sentence of its own consists of that divides the requests counted in the one before.
_DIVIDES = re.compile(
    rf"{_TYPE}|(?:予以部分|部分|不予|予以)公开|无法提供|不予处理|其他处理|[\d一二两三四五六七八九十百零]|[件份宗条起]|其中|办理|处理|答复|结果|情况|"
    r"申请人?|类型|类别|主体|身份|方面|来[自看源]?|提[出交起]|全部|包括|分别|[从按看分均已有为是占由和及与共的作出,、:;]"
)
_BARE_TOTAL = re.compile(r"^[,;、:]?(?:共计|合计|总计|共|总共)(?:办理|处理|需办理|应办理|在办)?(?:申请)?$")
# A figure behind these is a part of the whole, or comes from elsewhere.
_PART = re.compile(
    r"其中|其余|余下|剩余|另[有外]|还[收有]|网[上络站]|线[上下]|平台|(?:申请|办理|管理|公开)系统|信函|邮[寄件箱]|传真|当面|现场|来函|来信|窗口|"
    r"通过|邮政|快递|热线|大厅|微信|邮件|电话|抽[取查检样]|评查|直接|自行|分办|配合|会同|参与|"
    r"转[办来交]|移交|交办|涉及|属于|平均|[日月]均|同一|较为|集中|重复|撤回|延期|逾期|超期|补正|征求|第三方|未按|咨询|协助|"
    r"(?:[未没无不](?:再|有|新|曾|予)?|拒绝)$"
)
# Words that make a figure less than the whole although they stand apart from it.
_CLEARED = re.compile(r"剔除|扣除|除去|去重|排除")
_OUT_OF = re.compile(rf"^的?(?:{_REQUEST}|申请)?当?中")
_IN_TIME = re.compile(r"(?:工作日|期限|时限|规定时间|限期)(?:之?内|以内)|提前")
_ANY_WAY = re.compile(r"等?(?:各|多|多种|各种|不同|以上|上述)?(?:渠道|方式|途径|形式)[^,;]{0,4}(?:共|总|合|累计|收到|受理)")
_NO_REQUEST = re.compile(
    rf"(?P<none>未有?|没有|没|无|暂未|暂无|尚未|均未|并未|未曾|不存在)(?:再|曾|新)?"
    rf"(?:(?:新收到?|收到|接到|受理|接收到?|收)(?:过|了)?|有|新增|发生|产生|涉及)?(?:任何|新的|一[件份起条]|书面|有效|关于|有关|要求|人|{_EVERYBODY}|"
    rf"(?:提出|提交|提起)的?|的|向[我本][\u4e00-\u9fff]{{1,3}}|群众|公众|社会公众|本年度){{0,4}}{_REQUEST}(?:申请|事项|情况|案件|件|需求|的)?(?=$|[,、。;]|和|及|也|且|与)"
)
_NO_APPLICANT = re.compile(
    rf"(?:没有|无|未有)(?:任何)?(?:{_EVERYBODY}|人|个人或单位|单位和个人|单位或个人)(?:[向到][我本][\u4e00-\u9fff]{{1,3}})?(?:提出|提交)?(?:的)?(?:依申请公开|申请(?:公开)?政府信息(?:公开)?|政府信息公开申请)"
    rf"(?:申请|事项|情况)?(?=$|[,、。;])"
)
_NONE_AT_ALL = re.compile(rf"{_REQUEST}(?:数量?|情况)?(?:为|:)(?:无|零)(?=$|[,、。;])")
_NO_CARRIED_IN = re.compile(
    rf"(?:也|均)?(?:没有|无|未有){_LAST_YEAR}{_CARRY}{_YET}(?:的)?(?:{_REQUEST}|申请)?(?:件|事项|情况)?(?=$|[,、。;]|和|及)"
)
_NO_CARRIED_OUT = re.compile(
    rf"(?:没有|无|未有)(?:需要?)?(?:(?:结转|转入)(?:至|到|入)?{_NEXT}|{_NEXT}结转){_YET}(?:的)?(?:{_REQUEST}|申请)?(?:件|事项|情况)?(?=$|[,、。;]|和|及)"
)


def of_lead(place: Place, context: Context) -> Found | None:
    """What a number counts by the words before it, where it counts requests."""
    lead = place.lead
    if ("转" in lead or "遗留" in lead) and (carried := _carried(place, context)):
        return carried
    if context.topic not in ("requests", None) and not _SPEAKS.search(place.clause):
        return None
    divides = context.has_counted_requests or not _DIVIDES.sub("", place.before)
    if divides and (found := _BY_OUTCOME.search(lead)) and not _JOINED_OUTCOME.search(lead, 0, found.start()):
        return _known(context, f"requests/{_OUTCOMES[found['outcome']]}/total", found.start(), needs_topic=True)
    for pattern, code in _VERBS:
        if found := pattern.search(lead):
            return _whole(place, context, found, code)
    if divides and (found := _BY_TYPE.search(lead)):
        return _typed(context, found, place)
    if (found := _NOUN_ONLY.search(lead)) and "其中" not in lead and not context.in_part:
        return Found("requests/dealt_with/total", found.start("noun"))
    if _BARE_TOTAL.match(lead) and {"new_received", "carried_in"} <= context.noted:
        return Found("requests/received_and_carried_in/total", 0)
    return None


def _carried(place: Place, context: Context) -> Found | None:
    """A figure of those carried in or out, also where it is one with those received."""
    year, lead = context.reporter.year, place.lead
    if found := _CARRIED_IN.search(lead):
        if found["before"] and (year is None or int(found["before"]) != year - 1):
            return None
        if _WITH_OTHERS.search(lead, 0, found.start()):
            return Found("requests/received_and_carried_in/total", found.start())
        return _known(context, "requests/carried_in/total", found.start(), needs_topic=False)
    if found := _CARRIED_OUT.search(lead):
        if found["after"] and (year is None or int(found["after"]) != year + 1):
            return None
        return _known(context, "requests/carried_out/total", found.start(), needs_topic=False)
    return None


def _whole(place: Place, context: Context, found: re.Match[str], code: str, *, has_noun: bool = False) -> Found | None:
    """A figure of all requests, unless the words make it a part."""
    if not (has_noun or found["noun"] or context.speaks_of_requests):
        return None
    before = place.lead[: found.start()]
    clause = before[before.rfind(",") + 1 :]
    if _PART.search(clause) and not _ANY_WAY.search(place.clause):
        return None
    divided = code == "new_received" and found["verb"].startswith("新") and "new_received" not in context.noted
    if code in ("new_received", "received_and_handled", "dealt_with") and context.in_part and not divided:
        return None
    if _CLEARED.search(before) or "有效" in found[0] or _OUT_OF.search(place.lead):
        return None
    if "结转" in clause or "结转" in found[0]:
        return Found("requests/received_and_carried_in/total", found.start()) if code == "new_received" else None
    if code == "answered" and place.carried_in_behind == "within":
        return None
    if code == "total_handled" and (found["time"] or _IN_TIME.search(clause)):
        code = "handled_in_time"
    if code == "new_received" and place.carried_in_behind and not found["verb"].startswith("新"):
        code = "received_and_carried_in" if place.carried_in_behind == "within" else "received"
    return Found(f"requests/{code}/total", found.start())


def _typed(context: Context, found: re.Match[str], place: Place) -> Found | None:
    """A figure of one type of applicant, of the requests named before or received in these words."""
    if _JOINED.search(place.lead[: found.start("type")]):
        return None
    row = "new_received" if _RECEIVES.search(place.clause) else context.last_row
    if row is None or context.topic != "requests":
        return None
    return Found(f"requests/{row}/{_column(found['type'])}", found.start("type"))


def _column(words: str) -> str:
    return _TYPES.get(words, "legal_persons")


def _known(context: Context, code: str, start: int, *, needs_topic: bool) -> Found | None:
    """A figure that speaks of requests: the text must do so, or at least of nothing else."""
    if context.topic == "requests" or (not needs_topic and context.topic is None):
        return Found(code, start)
    return None


def of_tail(place: Place, context: Context) -> Found | None:
    """What a number counts by the words behind it, where it counts requests."""
    tail, here, year = place.tail, len(place.lead), context.reporter.year
    if (found := _VERB_ONLY.search(place.lead)) and (behind := _NOUN_BEHIND.match(tail)):
        counted = _whole(place, context, found, "new_received", has_noun=True)
        return counted._replace(end=behind.end()) if counted else None
    if context.topic not in ("requests", None):
        return None
    if (behind := _CARRIED_OUT_BEHIND.match(tail)) and (not behind["after"] or (year and int(behind["after"]) == year + 1)):
        return Found("requests/carried_out/total", here, behind.end())
    if (behind := _CARRIED_IN_BEHIND.match(tail)) and (not behind["before"] or (year and int(behind["before"]) == year - 1)):
        return Found("requests/carried_in/total", here, behind.end())
    if context.topic is None or place.lead.strip(",、:;有其中"):
        return None
    if not (context.has_counted_requests or not _DIVIDES.sub("", place.before)):
        return None
    if behind := _OUTCOME_BEHIND.match(tail):
        return Found(f"requests/{_OUTCOMES[behind['outcome']]}/total", here, behind.end())
    if context.last_row and (behind := _TYPE_BEHIND.match(tail)):
        return Found(f"requests/{context.last_row}/{_column(behind['type'])}", here, behind.end())
    if not context.in_part and (behind := _SETTLED_BEHIND.match(tail)):
        return Found("requests/total_handled/total", here, behind.end())
    return None


def all_of(text: str) -> list[tuple[str, int, int]]:
    """Where a text says that all requests just counted are of one type of applicant (均为自然人): table/column and place."""
    return [
        (f"requests/{_column(found['type'])}", found.start(), found.end())
        for found in _ALL_OF.finditer(text)
        if not _NOT_ALL.search(text, max(0, found.start() - 12), found.start())
    ]


NEGATIONS = (
    ("requests/new_received/total", _NO_REQUEST),
    ("requests/new_received/total", _NO_APPLICANT),
    ("requests/new_received/total", _NONE_AT_ALL),
    ("requests/carried_in/total", _NO_CARRIED_IN),
    ("requests/carried_out/total", _NO_CARRIED_OUT),
)
