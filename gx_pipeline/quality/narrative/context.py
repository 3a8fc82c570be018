"""Whose a figure is and of when, by the words before it.

What is not said is taken from the report: its own figures, of its year. Where the words leave open which, the answer is
`unknown` or `other`. Does not belong here: what a figure counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from gx_pipeline.parsing import ParsedReport
from gx_pipeline.quality.narrative.quantities import Quantity
from gx_pipeline.quality.narrative.record import StatedPeriod, Subject

Topic = Literal["requests", "disputes", "documents", "fees", "services"]

_CUT_OFF_DAY = r"(?:目前|今|现在|当前|年底|年末|岁末|报告期末|统计期末|12月(?:31日|底|末))"
_COMPARED = (
    r"(?:与|同|和|跟|比|较|相较于?|对比|相比于?|对照)(?:去年|上年度?|上一年度?|前一年|前年|往年|历年|以往|\d{4}年度?)(?:同期)?"
    r"(?:的?[^,;。\d]{0,6}?(?:相比|比较|对比))?"
)
_CARRIED = (
    r"(?:上年度?|上一年度?|去年|前一年|\d{4}年度?)(?:末|底|年末|年底)?(?:未办结)?(?:结转|转结|转入|遗留)"
    r"(?:(?:至|到|入)?(?:本年度?|今年|\d{4}年度?))?"
)
_CARRIED_ON = r"(?:结转|转结|转入|顺延)(?:至|到|入|于|上年度?)?(?:下一?年度?|次年度?|明年|翌年|来年|\d{4}年度?)?"
_THIS = r"今年|本年度?|本报告期|报告期|统计期|本期|当年|本报告年度"
_WHOLE = r"全年|年内|年度内|一年来|年度(?![报末结])"
_LAST = r"去年|上年度?|上一年度?|前一年|上一?报告|上一年报|上年报"
_PART_OF_YEAR = (
    r"上半年|下半年|[第前]?[一二三四1-4]个?季度|\d{1,2}月份?(?:\d{1,2}日)?|前[一二三四五六七八九十\d]{1,2}个月|"
    r"明年|下一?年度?|次年|来年"
)
_ALL_TIMES = r"历年|历次|历史|累计至|至今|迄今|从未|近[一二三四五六七八九两\d]{1,2}年|[二三四五两]年(?:来|间)|十[二三四五]五|以来|开展以来|成立以来"
_SO_FAR = r"累计"
_TO = r"(?:至|到|-|—|–|~|～){1,2}"
# A stretch over several years, of which a figure is never the year's alone.
_SPAN = (
    rf"\d{{4}}年?(?:度)?{_TO}\d{{4}}年(?:度)?|\d{{4}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?起?{_TO}\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日|底)?"
    r"|(?:\d{4}年?(?:度)?(?:、|和|及|与)){1,4}\d{4}年(?:度)?(?=[两二三四五]年|期?间|[^,;。]{0,8}?(?:共|累计|合计))"
)
# Some days of the year, where what came in then is counted.
_SOME_DAYS = (
    r"(?:初(?!以来)|(?:“?(?:元旦|春节|清明|五一|端午|中秋|国庆|十一|两会)”?|劳动节|暑假|寒假|假期|节日)(?:节|长假|假期)?(?:期间|前夕?|后)"
    r"|(?<!报告)(?<!统计)(?<!年)(?<!年度)(?<![五”])期间|[汛暑]期|一天|单日|一周|一个月|当[日月周]|[高低]峰期?)(?=[^,;。]{0,12},?[^,;。全年]{0,8}(?:收|受理|接到))"
)
_PLANNED = r"(?:将|计划|力争|拟|预计|争取)(?=[^,;。]{0,12}(?:收|办|答|制定|出台|印发|废止))"


@lru_cache(maxsize=32)
def _periods(year: int | None) -> re.Pattern[str]:
    """The words that say of when a figure is, for a report of this year."""
    now, before = (str(year), str(year - 1)) if year else ("(?!)", "(?!)")
    return re.compile(
        "|".join(
            (
                rf"(?P<none>《[^》]{{0,80}}》|〔\d{{4}}〕|\[\d{{4}}\]|{_COMPARED}|{_CARRIED}|{_CARRIED_ON})",
                rf"(?P<now>(?:自|从)?{now}年1月1日起?(?:至|到|-|—|~)(?:{now}年)?12月31日|{now}年1月?(?:至|到|-|—|~)12月)",
                rf"(?P<cut>截[至止]?到?(?:{now}年(?:底|末)|(?:{now}年)?{_CUT_OFF_DAY}))",
                rf"(?P<since>(?:{now}年初?|今年|本年度?|年初|年)以来)",
                rf"(?P<span>{_SPAN})",
                rf"(?P<part>{now}年(?:度)?(?:{_PART_OF_YEAR}|{_SOME_DAYS}))",
                rf"(?P<ever>{_ALL_TIMES}|(?:自|从)\d{{4}}年[^,;。]{{0,16}}?(?:以来|起|至今))",
                rf"(?P<this>{now}年(?:度|全年)?|{_THIS})",
                rf"(?P<last>(?:截[至止]到?)?{before}年(?:度|全年|底|末)?|{_LAST})",
                rf"(?P<other>\d{{4}}年(?:度|全年)?|截[至止]到?[\d年月日]{{2,12}}|{_PART_OF_YEAR}|{_SOME_DAYS}|{_PLANNED})",
                rf"(?P<whole>{_WHOLE})",
                rf"(?P<so_far>{_SO_FAR})",
            )
        )
    )


_PLACE = r"[省市县区州盟旗镇乡]"
_NO_PLACE_BEFORE = r"(?<![省市县区州盟旗镇乡街道本级人民])"
_GOVERNMENT_OF = rf"(?:(?:{_PLACE}|街道)(?:本级)?(?:人民)?|{_NO_PLACE_BEFORE}(?:本级|人民))政府"
_GOVERNMENT = rf"{_GOVERNMENT_OF}(?:本级|机关)?"
_OFFICE_OF = r"办(?:公室|公厅)?(?![公理事结法件学案复文证])"
_BODIES = r"(?:乡镇|镇街|街镇|镇乡|街道|县区|区县|县市|县|区|市|镇|乡)"
_SUBJECTS = re.compile(
    "|".join(
        (
            rf"(?P<both>{_GOVERNMENT}(?:及|和|与|、|以及)(?:其)?(?:{_PLACE})?(?:人民)?(?:政府)?{_OFFICE_OF})",
            r"(?P<mixed>(?:我|本)[局委厅办院会部](?:机关)?(?:及|和|与|、|以及)(?:各|其|所)?(?:下属|直属|所属|局属|各)"
            r"[\u4e00-\u9fff]{0,8})",
            rf"(?P<office>(?:{_GOVERNMENT_OF}|{_NO_PLACE_BEFORE}政府|(?<!政)府){_OFFICE_OF})",
            r"(?P<below>(?:各)?(?:下属|所属|直属|局属|委属|下辖|下级)[\u4e00-\u9fff]{0,6}?(?:单位|机构|部门|机关|事业|局|企业|街道)"
            rf"|各(?:分局|派出机构)|各?{_PLACE}?(?:乡镇街道|镇街|街镇|街道和?乡镇)|各{_BODIES}(?!直|级))",
            rf"(?P<region>(?:全(?:{_PLACE}|系统)|各(?:有关|相关|级|职能|工作)?(?:行政机关|政府|部门|单位|地区?)|{_PLACE}直(?:各)?(?:部门|单位)"
            rf"|{_PLACE}(?:级|政府)?各(?:有关|职能|工作)?(?:部门|单位))"
            rf"(?:(?:各(?:有关|级|职能|工作)?)?(?:部门|单位|机关)?(?:、|和|及|与|以及)各?(?:{_BODIES}|部门|单位)){{0,3}})",
            r"(?P<own>(?:我|本)(?:局|委(?!托)|厅|办(?!理|结|法)|院|会(?!议)|部(?!门)|处(?!理)|站|所(?!有)|中心|机关|单位|部门|街道|组织)"
            r"|局机关|机关本级|本级(?!政府)|全[局委厅办院])",
            rf"(?P<ours>[我本]{_PLACE})",
            rf"(?P<government>{_GOVERNMENT})",
        )
    )
)
# An organ named behind one of these is turned to, or has told somebody what to do, and does not act itself.
_TURNED_TO = re.compile(
    r"(?:[向被受经报送以按据在为对给组请督调导随于](?!理)|接受|配合|转办|协调|会同|联合|通过|根据)[^,;。、\d收]{0,6}$"
)
_HANDS_ON = re.compile(
    r"转|移交|交办|批转|来函|指导|领导|组织|检查|通报|考核|部署|要求|网站|门户|公报|关于|对|的(?!政府信息|申请)"
)
# A region or those below are named in many sentences; one that acts, or has acted, is followed by what it did.
_ACTS = re.compile(
    r"[^,;。]{0,24}?(?:收|受理|办[理结]|答复|接|发生|被|制[发定]|出台|印发|未|没|无|共|累计|新增|(?:现行有效|行政复议|行政诉讼|申请)[^,;。]{0,12}$)"
)
# In a government's report a department that acts is one of those below it.
_DEPARTMENT = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:局|委员会|街道办事处|街道|办事处|镇|乡)(?:等单位)?(?=(?:全年|共|新|累计|分别|总共|一共){0,3}(?:收到|受理|接收|新收|办理|答复|办结))"
)
_TOPICS = re.compile(
    r"(?P<requests>依申请|公开的?申请|申请公开|公开政府信息的?申请|政府信息申请)"
    r"|(?P<disputes>复议|诉讼)"
    r"|(?P<documents>规范性文件|规章(?!制度))"
    r"|(?P<fees>处理费|收费通知)"
    r"|(?P<services>信访|诉求|12345|热线|建议|提案|来信|来访|投诉|举报|留言|咨询|问答|工单|审批|许可|处罚|窗口|政务服务|舆情|稿件|督办|调查|公众号|微博|求助|信件|网民|政民互动)"
)
_A_REVIEW = re.compile(r"复议(?!机关|机构|后|决定|委|局|前|体制|听证)")
_A_SUIT = re.compile(r"诉讼(?!费|法|时效)")
# Rows of requests that are divided by applicant or of which all may be of one kind.
_WHOLES = frozenset(
    {"new_received", "received", "received_and_carried_in", "received_and_handled", "total_handled", "dealt_with"}
)
_REPORTER_GOVERNMENT = re.compile(r"(?:人民政府|管理委员会|管委会)$")
_REPORTER_OFFICE = re.compile(r"政府办公[室厅]$|^[\u4e00-\u9fff]{1,6}府办$")
_REPORTER_TOWN = re.compile(r"(?:[镇乡](?:人民政府)?|街道(?:办事处)?)$")


@dataclass(frozen=True)
class Reporter:
    """Who reports, and on whose figures, as far as it bears on whose a figure of the text is."""

    year: int | None
    is_government: bool
    is_office: bool
    is_town: bool
    unmarked: Subject

    @classmethod
    def of(cls, report: ParsedReport) -> Reporter:
        """The reporter of a report; a figure without a subject is its own, unless a government's table may be the region's."""
        name = report.agency_name or ""
        government = bool(_REPORTER_GOVERNMENT.search(name))
        open_scope = report.scope == "region_aggregate" or (report.scope == "unknown" and government)
        return cls(
            report.year,
            government,
            bool(_REPORTER_OFFICE.search(name)),
            bool(_REPORTER_TOWN.search(name)),
            "unknown" if open_scope else "own_organ",
        )

    def subject(self, found: re.Match[str]) -> Subject:
        """Whose figure words make it."""
        kind = found.lastgroup
        if kind == "office":
            return "own_organ" if self.is_office else "office"
        if kind in ("both", "own"):
            return "own_organ"
        if kind == "below":
            return "subordinates"
        if kind == "region":
            return "own_organ" if self.is_town and found[0] in ("全镇", "全乡") else "whole_region"
        if kind == "ours":
            return "own_organ" if self.is_town and found[0][-1] in "镇乡" else "whole_region"
        if kind == "government":
            return self.unmarked if self.is_government else "unknown"
        return "unknown"


@dataclass
class Context:
    """What the words so far say of the figures to come.

    `period` and `subject` are None as long as nothing is said. `carried_period` is what the last figure of the paragraph was of,
    where that was not this year. `in_part` is set behind 其中. `topic` is what the text speaks of, `home` that of its heading,
    `is_named` whether the sentence itself has named it. `last_row` is the row of requests counted last, `procedure` that of reviews
    or suits (None where a result may be of either), `named` that named last (`all` where both were),
    `documents` and `documents_measure` those of documents. `counted_else` is set behind a number that counts nothing known.
    `whole` is the last number with its table and row, where it counts all of them and the sentence has not counted them before;
    `noted` are the rows that the sentence has counted.
    """

    reporter: Reporter
    section: str
    period: StatedPeriod | None = None
    cut_off: bool = False
    so_far: bool = False
    carried_period: StatedPeriod | None = None
    subject: Subject | None = None
    topic: Topic | None = None
    home: Topic | None = None
    is_named: bool = False
    in_part: bool = False
    last_row: str | None = None
    whole: tuple[str, Quantity] | None = None
    procedure: str | None = None
    named: str | None = None
    documents: str | None = None
    documents_measure: str | None = None
    counted_else: bool = False
    noted: frozenset[str] = frozenset()

    def copy(self) -> Context:
        """The context as it is now, for what stands in brackets."""
        return replace(self)

    def next_sentence(self) -> None:
        """What was said of the period ends with its sentence, but for the doubt that it leaves."""
        self.period, self.cut_off, self.so_far, self.in_part = None, False, False, False
        self.noted, self.is_named, self.counted_else = frozenset(), False, False
        if self.subject == "own_organ":
            self.subject = None

    def read(self, words: str) -> None:
        """Take in the words up to the next figure."""
        self.read_who(words)
        self._read_periods(words)
        part, semicolon = words.rfind("其中"), words.rfind(";")
        if part >= 0 or semicolon >= 0:
            self.in_part = part > semicolon

    def read_who(self, words: str) -> None:
        """Take in whom and what the words speak of."""
        for found in _SUBJECTS.finditer(words):
            if _is_acting(words, found):
                self.subject = self.reporter.subject(found)
        if self.reporter.is_government and (found_last := _last(_DEPARTMENT, words)) and not _SUBJECTS.search(found_last[0]):
            self.subject = "subordinates"
        for found in _TOPICS.finditer(words):
            self.topic, self.is_named = found.lastgroup, True  # type: ignore[assignment]
        review, suit = _A_REVIEW.search(words), _A_SUIT.search(words)
        if review or suit:
            self.named = "all" if review and suit else "reconsideration" if review else "litigation"

    def _read_periods(self, words: str) -> None:
        for found in _periods(self.reporter.year).finditer(words):
            kind = found.lastgroup
            if kind in ("now", "this", "since"):
                self.period, self.so_far = "this_year", False
            elif kind == "last":
                self.period = "last_year"
            elif kind in ("ever", "span"):
                self.period = "cumulative"
            elif kind in ("other", "part"):
                self.period = "other"
            elif kind == "cut":
                self.cut_off = True
            elif kind == "whole" and self.period is None:
                self.period = "this_year"
            elif kind == "so_far" and self.period is None:
                self.so_far = True

    def period_of(self, *, stock: bool) -> StatedPeriod:
        """Of when a figure is that stands here; `stock` is one that is counted on a day."""
        if self.period is not None and self.period != "this_year":
            return self.period
        if self.cut_off and not stock:
            return "cumulative" if self.so_far else "this_year" if self.period else "other"
        if self.period == "this_year":
            return "this_year"
        if self.so_far and not stock:
            return "other"
        if self.carried_period is not None or (
            self.section in ("problems_improvements", "other_matters") and self.topic != "fees"
        ):
            return "other"
        return "this_year"

    @property
    def speaks_of_requests(self) -> bool:
        """Whether the sentence, or the heading over it, speaks of requests, and of nothing else since."""
        return self.topic == "requests" and (self.is_named or self.home == "requests")

    @property
    def has_counted_requests(self) -> bool:
        """Whether the sentence has named requests or counted them, and what follows 其中 is not a part of something else."""
        if self.in_part and self.counted_else:
            return False
        return self.is_named or not self.noted.isdisjoint(_WHOLES)

    def note(self, code: str | None, number: Quantity) -> None:
        """Take in what a number counted; None where that is not known."""
        table, row, column = [*code.split("/"), "", ""][:3] if code else ("", "", "")
        self.whole = (f"{table}/{row}", number) if column == "total" and row not in self.noted else None
        self.noted |= {row}
        self.counted_else = code is None or (self.counted_else and column != "total")
        if table == "requests" and column == "total" and row in _WHOLES:
            self.last_row = row
        elif table == "reconsideration_litigation" and column == "total":
            part = row.startswith("litigation_") and self.in_part
            several = bool(self.noted & {"reconsideration", "litigation"} - {row})
            self.procedure = None if part or several else row
        elif table == "reconsideration_litigation":
            self.procedure = row
        elif table == "proactive_disclosure":
            self.documents, self.documents_measure = row, column

    def subject_of(self) -> Subject:
        """Whose a figure is that stands here."""
        return self.subject or self.reporter.unmarked


def _is_acting(words: str, found: re.Match[str]) -> bool:
    """Whether an organ is named as the one that acts, and not as one that hands on, asks, helps or is turned to."""
    before = words[max(0, found.start() - 10) : found.start()]
    named_often = found.lastgroup in ("region", "below", "ours")
    if named_often and found.end() < len(words) and not _ACTS.match(words, found.end()):
        return False
    return _HANDS_ON.match(words, found.end()) is None and _TURNED_TO.search(before) is None


def _last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(words):  # noqa: B007 - the last one is wanted
        pass
    return found
