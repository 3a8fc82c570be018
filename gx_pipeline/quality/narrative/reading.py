"""The facts of a narrative: every figure of its text with what it counts, whose it is and of when.

Reads each sentence from number to number; what stands between says what the next one is. Does not belong here: the wordings of a
measure (the modules beside), nor comparing (`findings`).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import ParsedReport
from gx_pipeline.quality.narrative import disputes, documents, fees, in_turn, requests
from gx_pipeline.quality.narrative.context import Context, Reporter, Topic
from gx_pipeline.quality.narrative.measures import measure
from gx_pipeline.quality.narrative.quantities import COUNTING, Quantity, quantities
from gx_pipeline.quality.narrative.record import NarrativeFact
from gx_pipeline.quality.narrative.sentences import Sentence, is_heading, paragraphs, sentences
from gx_pipeline.quality.narrative.wording import Found, Place

# No section says more than this, in characters, of its figures; what goes on repeats itself.
MOST_OF_FIGURES = 60_000
_LOOKED_BACK = 2
_NUMBER = re.compile(rf"[\d〇零一二两三四五六七八九十百千万] ?(?:{COUNTING}|元)|[为:数量]\d")
_LONGEST_LEAD, _LONGEST_TAIL = 100, 60
# Without one of the first a sentence speaks of nothing that is counted; without a number, one of the others must say that there is
# none, or that all are of a kind.
_SPEAKS = (
    "申请",
    "复议",
    "诉讼",
    "结转",
    "办结",
    "受理",
    "收到",
    "规范性文件",
    "规章",
    "费",
    "维持",
    "纠正",
    "自然人",
    "企业",
    "法人",
    "公民",
    "个人",
    "组织",
    "律师",
    "予以公开",
    "部分公开",
    "无法提供",
    "予处理",
    "其他处理",
    "起诉",
    "审结",
)
_DENIES = ("未", "没", "无", "不存在", "均", "都", "零")
_IN_WORDS = ("均", "都", "全", "皆", "通知")
_DIFFERENCE = re.compile(
    r"同比|环比|增加|减少|增长|下降|上升|降低|提[升高]|净增|增至|减至|升至|降至|多出|少了|多了|相比|差额|比[去上前\d]|较[去上前往\d]"
)
_CARRIED_WITHIN = re.compile(r"[,、]?(?:其中)?[,:]?(?:含|包括|包含)[^,;。]{0,12}结转")
_CARRIED_BESIDE = re.compile(
    r"[^;。]{0,60}?(?<!没有)(?<!无)(?:上年度?|上一年度?|去年|\d{4}年度?)(?:未办结)?(?:结转|转结|转入|遗留)"
)
_CARRIED = re.compile(r"结转")
_RESTRICTS = re.compile(r"直接|复议后|仅|不含|除|部分|其中")
_TOPIC_OF_SECTION: dict[str, Topic] = {"requests": "requests", "reconsideration_litigation": "disputes"}


class _Event(NamedTuple):
    """Something that a sentence says at a place: a number, that there is none, that the whole is of one kind, or an aside."""

    start: int
    end: int
    quantity: Quantity | None = None
    none_of: str | None = None
    all_of: str | None = None
    some_of: str | None = None
    aside: Sentence | None = None


def _repeats(event: _Event, other: _Event) -> bool:
    """Whether an event says what another says with some of the same words."""
    return event.none_of == other.none_of and event.all_of == other.all_of and event.start < other.end and other.start < event.end


def narrative_facts(report: ParsedReport) -> tuple[NarrativeFact, ...]:
    """The figures that the text of a report's sections states, in reading order."""
    reporter = Reporter.of(report)
    form = frozenset(report.by_key)
    return tuple(fact for section in report.sections for fact in _of_section(section.text, section.section, reporter, form))


def _of_section(text: str, section: str, reporter: Reporter, form: frozenset[CellKey]) -> Iterator[NarrativeFact]:
    own_topic = _TOPIC_OF_SECTION.get(section)
    topic, left = own_topic, MOST_OF_FIGURES
    for paragraph in paragraphs(text):
        if is_heading(paragraph):
            heading = Context(reporter, section)
            heading.read_who(paragraph)
            topic = heading.topic or own_topic
        if not _holds_any(paragraph, _SPEAKS):
            continue
        context = Context(reporter, section, topic=topic, home=topic)
        before: list[str] = []
        for printed in sentences(paragraph):
            if not _may_state_a_figure(printed):
                before.append(printed)
                continue
            left -= len(printed)
            if left < 0:
                return
            for earlier in before[-_LOOKED_BACK:]:
                context.read_who(earlier)
                context.next_sentence()
                if _NUMBER.search(earlier):  # what follows may divide what was counted there
                    context.last_row = None
            before.clear()
            yield from _SentenceReading(Sentence(printed), printed, context, form).facts()
            context.next_sentence()


def _may_state_a_figure(sentence: str) -> bool:
    return _holds_any(sentence, _SPEAKS) and (
        _NUMBER.search(sentence) is not None or _holds_any(sentence, _DENIES) or _holds_any(sentence, _IN_WORDS)
    )


def _holds_any(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - faster than any() over a generator
        if word in text:
            return True
    return False


class _SentenceReading:
    """Reads one sentence, or what stands in its brackets; `whole` is the sentence as printed."""

    def __init__(self, sentence: Sentence, whole: str, context: Context, form: frozenset[CellKey]) -> None:
        self.sentence, self.text, self.whole, self.context, self.form = sentence, sentence.text, whole, context, form
        self.numbers = quantities(self.text)
        self.turns = in_turn.measures(self.text, self.numbers)

    def facts(self) -> Iterator[NarrativeFact]:
        """The facts of the sentence, in its order; the context takes in what is read."""
        read = lead = 0
        for event in self._events():
            self.context.read(self.text[read : event.start])
            read = max(read, event.end)
            if event.aside is not None:
                yield from _SentenceReading(event.aside, self.whole, self.context.copy(), self.form).facts()
            elif event.quantity is not None:
                lead = yield from self._of_number(event.quantity, lead)
            else:
                self.context.read(self.text[event.start : event.end])
                yield from self._in_words(event)
                lead = event.end
        self.context.read(self.text[read:])

    def _events(self) -> list[_Event]:
        text, context = self.text, self.context
        told: list[_Event] = []
        if _holds_any(text, _DENIES):
            for code, pattern in requests.NEGATIONS:
                told += [_Event(found.start(), found.end(), none_of=code) for found in pattern.finditer(text)]
            told += [_Event(start, end, none_of=code) for code, start, end in disputes.negations(text, context)]
            told += [_Event(start, end, none_of=code) for code, start, end in documents.negations(text)]
        if fees.MENTIONED.search(text):
            told += [_Event(start, end, none_of=code) for code, start, end in (*fees.negations(text), *fees.zeros(text))]
            counted = any(event.none_of == fees.NOTICES for event in told)
            if not counted and (issued := fees.unnumbered(text)) and not any(n.start < issued[1] + 8 for n in self.numbers):
                told.append(_Event(*issued, some_of=fees.NOTICES))
        if _holds_any(text, _IN_WORDS):
            told += [_Event(start, end, all_of=kind) for kind, start, end in (*requests.all_of(text), *disputes.all_of(text))]
        told = [event for index, event in enumerate(told) if not any(_repeats(event, other) for other in told[:index])]
        numbers = [
            _Event(number.start, number.end, number)
            for number in self.numbers
            if not any(event.start <= number.start < event.end for event in told)
        ]
        asides = [_Event(aside.at, aside.at, aside=aside.sentence) for aside in self.sentence.asides]
        return sorted([*told, *asides, *numbers], key=lambda event: (event.start, event.end))

    def _in_words(self, event: _Event) -> Iterator[NarrativeFact]:
        """What is said without a number."""
        context, span = self.context, (event.start, event.end)
        if event.none_of:
            in_words = not self.text[event.start : event.end].endswith(("0", "0件", "0元"))
            yield self._fact(event.none_of, 0, None, span, negated=in_words)
            context.whole = None
        elif event.some_of:
            yield self._fact(event.some_of, None, None, span)
        elif event.all_of and context.whole and context.whole[0].startswith(event.all_of.partition("/")[0]):
            row, number = context.whole
            kind = event.all_of.partition("/")[2]
            yield self._fact(f"{row}/{kind}", number.value, number.unit, span)

    def _of_number(self, number: Quantity, lead_start: int) -> Generator[NarrativeFact, None, int]:
        """The facts of a number; returns where the words of the next one may begin."""
        context = self.context
        place = self._place(number, lead_start)
        counted = self._counted(number, place)
        for found in counted:
            span = (number.start - len(place.lead) + found.start, number.end + found.end)
            yield self._fact(found.measure, number.value, number.unit, span)
        if counted or not _DIFFERENCE.search(place.clause):
            context.note(counted[0].measure if counted else None, number)
        else:
            context.whole = None
        return number.end + max((found.end for found in counted), default=0)

    def _place(self, number: Quantity, lead_start: int) -> Place:
        text = self.text
        start = max(lead_start, number.start - _LONGEST_LEAD)
        comma = max(text.rfind(mark, 0, number.start) for mark in ",;")
        stop = next((at for at in range(number.end, min(len(text), number.end + _LONGEST_TAIL)) if text[at] in ",;、。"), None)
        stop = min(len(text), number.end + _LONGEST_TAIL) if stop is None else stop
        follower = next((other.start for other in self.numbers if other.start >= number.end), len(text) + 1)
        behind = [aside.sentence.text for aside in self.sentence.asides if aside.at == number.end]
        within = _CARRIED_WITHIN.match(text, number.end) or any(_CARRIED.search(words) for words in behind)
        beside = _CARRIED_BESIDE.match(text, number.end)
        return Place(
            text[start : number.start],
            text[max(comma + 1, number.start - _LONGEST_LEAD) : number.start],
            text[number.end : stop] if follower >= stop else "",
            text,
            "within" if within else "beside" if beside else None,
            tuple(behind),
            text[: number.start],
        )

    def _counted(self, number: Quantity, place: Place) -> list[Found]:
        """What a number counts; several measures where it is said of each of them."""
        context, before = self.context, self.text[: number.start]
        if number.start in self.turns:
            kind = self.turns[number.start]
            return [Found(code, 0)] if kind and (code := in_turn.code(kind, context)) else []
        if fees.MENTIONED.search(before) or context.topic == "fees" or fees.MENTIONED.search(place.tail):
            found = fees.of_lead(place) if number.unit != "元" else None
            if found is None and number.unit in ("元", None):
                found = fees.of_amount(place, number.value, noticed="通知" in before)
            if found or number.unit == "元":
                return [found] if found else []
        if number.unit == "元" or _DIFFERENCE.search(place.clause):
            return []
        several = disputes.of_lead(place, context, before)
        if not several:
            found = (
                documents.of_lead(place, context)
                or requests.of_lead(place, context)
                or disputes.of_tail(place, context, before)
                or requests.of_tail(place, context)
            )
            several = [found] if found else []
        return [found for found in several if self._is_unrestricted(number, place, found)]

    def _is_unrestricted(self, number: Quantity, place: Place, found: Found) -> bool:
        """Whether no brackets among the words of a figure make it a part of the whole."""
        start = number.start - len(place.lead) + found.start
        within = [aside.sentence.text for aside in self.sentence.asides if start <= aside.at <= number.start]
        return not any(_RESTRICTS.search(words) for words in within)

    def _words(self, span: tuple[int, int]) -> str:
        return self.sentence.words(*span)

    def _fact(
        self, code: str, value: int | float | None, unit: str | None, span: tuple[int, int], *, negated: bool = False
    ) -> NarrativeFact:
        context, counted = self.context, measure(code)
        period = context.period_of(stock=counted.stock)
        context.carried_period = None if period == "this_year" else period
        readings = counted.readings_of(self.form)
        return NarrativeFact(
            code,
            value,
            unit,
            context.subject_of(),
            period,
            negated,
            self._words(span) or self.whole,
            self.whole,
            context.section,
            readings[0] if readings else (),
        )
