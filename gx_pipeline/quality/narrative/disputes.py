"""Wordings of the figures of reviews (行政复议) and suits (行政诉讼) over information disclosure, and of their results.

Only those that an agency is subject to: what it decides as an authority of review, or of other matters, is none. Does not belong
here: whose and of when (`context`).
"""

from __future__ import annotations

import re

from gx_pipeline.quality.narrative.context import Context
from gx_pipeline.quality.narrative.wording import COUNT, Found, Place

_REVIEW = r"(?:行政复议|(?<!行政)复议)(?!机关|机构|后|决定|委|局|前|体制|听证)"
_SUIT = r"(?:行政诉讼|(?<!行政)诉讼)(?!费|法|时效)"
_A_REVIEW, _A_SUIT = re.compile(_REVIEW), re.compile(_SUIT)
_CLAUSE_END = re.compile(r"[,;。]")
_CASE = r"(?:申请|案件|案|事项|数量|件数|情况|情形)?"
_AND = r"(?:和|、|及|与|或者?|以及|,)(?:被)?(?:提起|发生|申请|引起)?(?:的)?"
_NAMED = re.compile(
    rf"(?:(?P<review>{_REVIEW})|(?P<suit>{_SUIT})){_CASE}的?(?:{_AND}(?:(?P<review2>{_REVIEW})|(?P<suit2>{_SUIT})){_CASE}的?)?"
    rf"(?P<each>(?:案件|申请)?(?:各|均|都|分别))?{COUNT}$"
)
_DIRECT = re.compile(
    rf"(?:未经(?:行政)?复议)?直接(?:向[^,;、]{{0,6}}?)?(?:提起(?:行政)?诉讼|起诉)的?(?:行政诉讼)?(?:案件|案)?{COUNT}$"
)
_AFTER = re.compile(
    rf"(?:经)?(?:行政)?复议后(?:再|又)?(?:向[^,;、]{{0,6}}?)?(?:提起(?:行政)?诉讼|起诉)的?(?:行政诉讼)?(?:案件|案)?{COUNT}$"
)
_RESULTS = {
    "维持": "upheld",
    "纠正": "corrected",
    "其他结果": "other_result",
    "尚未审结": "pending",
    "未审结": "pending",
    "正在审理": "pending",
    "审理中": "pending",
}
_RESULT = r"(?P<result>维持|纠正|其他结果|尚未审结|未审结|正在审理|审理中)"
_BY_RESULT = re.compile(
    rf"(?:^|[,、:;]|其中|复议|诉讼|案件|[被为和及获]|结果|予以|决定|目前|年底){_RESULT}(?:决定|案件|中)?(?:的)?{COUNT}$"
)
_RESULT_BEHIND = re.compile(
    rf"(?:因[^,;、。]{{0,16}}?)?(?:(?P<review>{_REVIEW})|(?P<suit>{_SUIT}))?(?:案件|案|申请)?(?:决定)?(?:由[^,;、。]{{1,8}}?)?"
    rf"(?:均?被|得到|获|予以|作|结果为?|为|目前|仍|仍在)?(?:[^,;、。\d]{{1,6}}?(?=维持))?{_RESULT}(?:决定|中)?(?=$|[,;、。])"
)
_NAMED_BEHIND = re.compile(
    rf"(?:因|涉及|涉|与|有关|关于)?(?:政府信息公开|信息公开)?(?:工作|申请|答复)?(?:引起|引发|产生|有关|提起|被申请|被提起)?的?"
    rf"(?:(?P<review>{_REVIEW})|(?P<suit>{_SUIT})){_CASE}(?=$|[,;、。])"
)
_ALL_OF = re.compile(r"(?:均|全部|都)(?:被|由|获|得到|予以|[^,;。、\d未没无不非]{0,10}?)(?P<result>维持|纠正)(?=$|[,;。、])")
# An instance or an authority of which the words tell the result, where the table counts the final one, or words that except some.
_NOT_ALL = re.compile(r"[一二再]审|复议机关|除|基本|几乎|大部分|多数|不|未|没|非")
_OWN_CASES = re.compile(r"信息公开|政府信息|依申请公开")
_AUTHORITY = re.compile(r"复议机关|办理|审理|受理|审结|审查|代理|承办|各类|全部|应诉|化解|指导|参加|对接")
_PART_IS_OURS = re.compile(
    r"其中[^,;。]{0,10}信息公开|(?:涉及|涉|属于?)(?:政府)?信息公开(?:类|方面|领域|工作|事项|案件|申请|的|有|共|为){0,3}[\d一二两三四五六七八九十]"
)
_OUR_PART = re.compile(
    rf"(?:其中|涉及|涉|属于?){{1,2}}(?:政府)?信息公开(?:类|方面|领域|工作|事项|申请|有关|引起|引发){{0,2}}的?(?:案件|案)?{COUNT}$"
)
# Cases that came in or were carried over, of one instance or against one organ: of which the table's figure is another sum.
_SOME_CASES = re.compile(
    r"新[收增]|结转|转结|遗留|未审结|[一二再]审|集体|群体|赔偿|"
    r"(?<![我本][局委厅办院])(?<!本机关)(?<!本单位)(?:作为|(?<!作)为)(?:被申请人|被告)"
)
_CUT = re.compile(r"败诉|纠正|撤销|违法|维持|责令|纠错|追责|逾期|超期|除|败|其他|激增|风险")
_LIMITED = re.compile(r"因(?!此)|引[发起]|涉及|针对|有关|关于|对")
_NONE = r"(?:未|没有|没|无|不存在|暂未|暂无|并未|均未|从未|未有)(?:再|曾)?"
_NO_DISPUTE = re.compile(
    rf"{_NONE}(?:(?:发生|收到|产生|出现|接到|引发|引起|存在|有|被|因|由|涉及|针对|提起|申请)|(?=(?:政府)?信息公开|行政复议|行政诉讼))"
    rf"(?P<gap>[^,;。\d]{{0,36}}?)(?:(?P<review>{_REVIEW})|(?P<suit>{_SUIT})){_CASE}(?:的)?(?:情况|情形|事项|案件)?"
    rf"(?:{_AND}(?:(?P<review2>{_REVIEW})|(?P<suit2>{_SUIT})){_CASE}(?:的)?(?:情况|情形|事项|案件)?)?(?:发生)?"
    rf"(?=$|[,;。、]|和|及|也|且|等)"
)
# What may stand between a denial and what it denies without limiting it: any other word denies only a kind of cases.
_NEUTRAL = re.compile(
    r"依申请公开|信息公开|政府|政务|信息|公开|工作|事项|事宜|申请人?|答复|告知|办理|处理|行为|问题|不服|不满意?|对象|方面|"
    r"有关|相关|关于|涉及|针对|引[起发]|产生|导致|提[起出]|发生|收到|存在|行政相对人|公民|群众|法人|其[他它]组织|任何|各类|"
    r"[我本][局委厅办院会部市县区镇乡]|本机关|本单位|本年度?|今年|一[件起例]|由此|因此|"
    r"因|由|此|被|与|对|就|向|涉|而|所|等|新|的|有|或者?|和|及|、"
)
_AFTER_A_REVIEW = re.compile(r"复议后")
_ZERO_OF = re.compile(
    rf"(?:(?P<review>{_REVIEW})|(?P<suit>{_SUIT})){_CASE}(?:{_AND}(?:(?P<review2>{_REVIEW})|(?P<suit2>{_SUIT})){_CASE})?"
    rf"(?:(?:均|都)?(?:为|是|:)(?:无|零)|(?:均|都)(?:无|没有|未发生))(?=$|[,;。、])"
)
REVIEW, SUIT, ALL = "reconsideration", "litigation", "all"


def _code(procedure: str, result: str = "total") -> str:
    return f"reconsideration_litigation/{procedure}/{result}"


def _of_information(words: str, context: Context) -> bool:
    """Whether the words speak of cases over information disclosure."""
    return context.section == "reconsideration_litigation" or context.speaks_of_requests or bool(_OWN_CASES.search(words))


def of_lead(place: Place, context: Context, before: str) -> list[Found]:
    """What a number counts by the words before it; several where it is said of each. `before` is the sentence up to the number."""
    lead = place.lead
    if "起诉" in lead or "诉讼" in lead:
        for pattern, row in ((_DIRECT, "litigation_direct"), (_AFTER, "litigation_after_reconsideration")):
            if (found := pattern.search(lead)) and _of_information(before, context):
                return [Found(_code(row), found.start())]
    if ("复议" in lead or "诉讼" in lead) and (found := _NAMED.search(lead)):
        if not _of_information(before, context) or _AUTHORITY.search(place.clause):
            return []
        if context.in_part and context.procedure != ALL and not _PART_IS_OURS.search(place.clause):
            return []
        if _PART_IS_OURS.search(place.sentence, len(before)) or any(_PART_IS_OURS.search(words) for words in place.brackets):
            return []
        if _SOME_CASES.search(place.clause):
            return []
        kinds = _kinds(found)
        if len(kinds) == 1 or found["each"]:
            return [Found(_code(kind), found.start()) for kind in kinds]
        return [Found(_code(ALL), found.start())]
    if (found := _OUR_PART.search(lead)) and context.named and context.named != ALL:
        return [Found(_code(context.named), found.start())]
    if (found := _BY_RESULT.search(lead)) and (procedure := _named_last(lead[: found.start("result")]) or _procedure(context)):
        return [Found(_code(procedure, _RESULTS[found["result"]]), found.start("result"))]
    return []


def of_tail(place: Place, context: Context, before: str) -> Found | None:
    """What a number counts by the words behind it."""
    tail = place.tail
    found = _RESULT_BEHIND.match(tail)
    if found:
        named = REVIEW if found["review"] else SUIT if found["suit"] else None
        procedure = named or _procedure(context)
        if procedure and (named is None or _of_information(before, context)):
            return Found(_code(procedure, _RESULTS[found["result"]]), len(place.lead), found.end())
        return None
    found = _NAMED_BEHIND.match(tail)
    if (
        found
        and not context.in_part
        and _of_information(before + found[0], context)
        and not _AUTHORITY.search(place.clause)
        and not _SOME_CASES.search(place.clause)
        and not _PART_IS_OURS.search(place.sentence, len(before))
    ):
        return Found(_code(REVIEW if found["review"] else SUIT), len(place.lead), found.end())
    return None


def _named_last(words: str) -> str | None:
    """The procedure that words name, if they name one."""
    review, suit = _A_REVIEW.search(words), _A_SUIT.search(words)
    return REVIEW if review and not suit else SUIT if suit and not review else None


def _procedure(context: Context) -> str | None:
    """The procedure of which a result is told: the one named last, if only one was."""
    return context.procedure if context.procedure != ALL else None


def _kinds(found: re.Match[str]) -> list[str]:
    named = []
    for name, kind in (("review", REVIEW), ("suit", SUIT), ("review2", REVIEW), ("suit2", SUIT)):
        if found[name] and kind not in named:
            named.append(kind)
    return named


def all_of(text: str) -> list[tuple[str, int, int]]:
    """Where a text says that all cases just counted had one result (均被维持): table/column and place."""
    return [
        (f"reconsideration_litigation/{_RESULTS[found['result']]}", found.start(), found.end())
        for found in _ALL_OF.finditer(text)
        if not _NOT_ALL.search(text, _start_of_clause(text, found.start()), found.end())
    ]


def _start_of_clause(text: str, place: int) -> int:
    return max(text.rfind(mark, 0, place) for mark in ",;。") + 1


def negations(text: str, context: Context) -> list[tuple[str, int, int]]:
    """The procedures of which a text says that there was none: measure and place.

    That there was none at all says so of information disclosure too; that there was none of another cause does not.
    """
    if "复议" not in text and "诉讼" not in text:
        return []
    told = []
    for pattern in (_NO_DISPUTE, _ZERO_OF):
        for found in pattern.finditer(text):
            stop = _CLAUSE_END.search(text, found.end())
            clause = text[found.start() : stop.start() if stop else len(text)]
            if _CUT.search(clause) or _AUTHORITY.search(clause):
                continue
            gap = found.groupdict().get("gap") or ""
            if _AFTER_A_REVIEW.search(gap) and _of_information(text[: found.end()], context):
                told.append((_code("litigation_after_reconsideration"), found.start(), found.end()))
            if _NEUTRAL.sub("", gap):
                continue
            if _LIMITED.search(found[0]) and not (_of_information(text[: found.end()], context) or context.topic == "requests"):
                continue
            told += [(_code(kind), found.start(), found.end()) for kind in _kinds(found)]
    return told
