"""The six sections of a report: their order, their numbers, and how many the report says it has.

Sections that have no heading at all are told by the parser (`sections_incomplete`). Where headings are read in a way that
another reading would explain as well, nothing is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gx_pipeline.forms import Section, load_sections
from gx_pipeline.parsing import Finding, ParsedReport, ReportSection
from gx_pipeline.parsing.narrative import section_of
from gx_pipeline.parsing.numbers import chinese_number
from gx_pipeline.quality.opening import opening_sentences
from gx_pipeline.quality.registry import rule

_NUMERALS = "一二三四五六七八九十"
_NUMBERED = re.compile(rf"^(?:第\s?)?([{_NUMERALS}])(?:\s?部分)?\s?[、.．:：,，\s]")
_CLAIMED = re.compile(rf"(?<![第前后这两])([{_NUMERALS}]|\d)\s?(?:个|大|项)?\s?部分")
_OF_THE_REPORT = ("报告", "年报", "全文")
# A word by which a list of the parts names a section, however it is worded.
_MENTIONS = {
    "overview": re.compile("总体|概述|概况|基本情况"),
    "proactive_disclosure": re.compile("主动公开"),
    "requests": re.compile("申请情况|依申请|处理"),
    "reconsideration_litigation": re.compile("复议|诉讼"),
    "problems_improvements": re.compile("问题|不足|困难|改进"),
    "other_matters": re.compile("其[他它]"),
}
_LONGEST_HEADING = 55
# 文字和表格两部分 are other parts than the sections.
_FEWEST = 4


def structure_findings(report: ParsedReport) -> Iterator[Finding]:
    """Sections out of order, headed twice or misnumbered, and numbers of parts that do not hold."""
    if again := _headed_again(report):
        yield from _headed_twice(report, again)
    else:
        yield from _out_of_order(report)
        yield from _misnumbered(report)
    yield from _miscounted(report)


def _numeral(heading: str) -> str | None:
    found = _NUMBERED.match(heading)
    return found[1] if found else None


def _label(section: Section) -> str:
    return f"{section.number}、{section.label}"


def _out_of_order(report: ParsedReport) -> Iterator[Finding]:
    """Numbers that come twice are those of subheadings: then the order of the headings says nothing."""
    numbers = [_numeral(part.heading) for part in report.sections]
    if len(set(numbers)) < len(numbers) and set(numbers) != {None}:
        return
    order = [section.code for section in load_sections()]
    places = [order.index(part.section) for part in report.sections]
    wrong = next((at for at in range(1, len(places)) if places[at] < places[at - 1]), None)
    if wrong is not None:
        late, early = report.sections[wrong], report.sections[wrong - 1]
        yield rule("sections_out_of_order").finding(
            f"“{late.heading}” stands behind “{early.heading}”; the form has it before", at=late.heading, about="order"
        )


class _Repeated(NamedTuple):
    """A heading that comes again in the text of a section."""

    section: Section
    line: str
    inside: ReportSection


def _headed_again(report: ParsedReport) -> list[_Repeated]:
    return [
        _Repeated(section, line, part)
        for part in report.sections
        for line in part.text.splitlines()
        if len(line) <= _LONGEST_HEADING
        and (number := _numeral(line))
        and (section := section_of(line))
        and section.number == number
    ]


def _headed_twice(report: ParsedReport, again: list[_Repeated]) -> Iterator[Finding]:
    """Where several headings come again they are links; where one has another's number, the first was a subheading."""
    numbers = {section.code: section.number for section in load_sections()}
    if len(again) > 1 or any(_numeral(part.heading) not in (numbers[part.section], None) for part in report.sections):
        return
    section, line, inside = again[0]
    if inside.section != section.code:
        yield rule("sections_out_of_order").finding(
            f"“{line}” is headed a second time, inside “{inside.heading}”", at=line, about=f"twice {section.code}"
        )


def _misnumbered(report: ParsedReport) -> Iterator[Finding]:
    """Six sections in their order, numbered otherwise than 一 to 六."""
    wanted = load_sections()
    if [part.section for part in report.sections] != [section.code for section in wanted]:
        return
    numbers = [_numeral(part.heading) for part in report.sections]
    wrong = [
        (section, part.heading)
        for section, part, number in zip(wanted, report.sections, numbers, strict=True)
        if number != section.number
    ]
    if wrong and None not in numbers:
        headings = ", ".join(f"“{heading}” for {_label(section)}" for section, heading in wrong)
        yield rule("sections_misnumbered").finding(
            f"the headings are not numbered 一 to 六: {headings}", at=wrong[0][1], about="numbers"
        )


def _miscounted(report: ParsedReport) -> Iterator[Finding]:
    for sentence in opening_sentences(report):
        found = _CLAIMED.search(sentence)
        if not found or not any(word in sentence for word in _OF_THE_REPORT):
            continue
        claimed = int(found[1]) if found[1].isdecimal() else chinese_number(found[1])
        if claimed is None or claimed < _FEWEST:
            continue
        says = f"the report says that it has {claimed} parts"
        if (listed := _listed(sentence)) is not None and listed != claimed <= len(_MENTIONS):
            missing = "、".join(section.label for section in load_sections() if not _MENTIONS[section.code].search(sentence))
            yield rule("sections_miscounted").finding(
                f"{says} and lists {listed}" + (f", not: {missing}" if missing else ""), about="listed"
            )
        elif (headed := _headed(report)) is not None and headed != claimed:
            yield rule("sections_miscounted").finding(f"{says} and heads {headed}", about="headed")
        return


def _listed(sentence: str) -> int | None:
    """How many of the sections a sentence lists; None where it lists none or only some (总体情况等六个部分)."""
    names = {code for code, words in _MENTIONS.items() if words.search(sentence)}
    is_whole = {"overview", "other_matters"} <= names and len(names) >= 4
    return len(names) if is_whole else None


def _headed(report: ParsedReport) -> int | None:
    """How many numbered headings a report has, where they run from 一 on and none comes twice; None where it cannot be told.

    It cannot where one of the six is missing: its heading may be there in words that are not known.
    """
    if len(report.sections) < len(_MENTIONS) or not all(_numeral(part.heading) for part in report.sections):
        return None
    lines = report.preface.splitlines()
    for part in report.sections:
        lines += [part.heading, *part.text.splitlines()]
    counted = Counter(number for line in lines if (number := _numeral(line)))
    run = [_NUMERALS[at] for at in range(len(counted))]
    if len(counted) < 3 or set(run) != counted.keys() or max(counted.values()) > 1:
        return None
    following = _NUMERALS[len(counted)] if len(counted) < len(_NUMERALS) else ""
    if following and any(f"{following}、" in line for line in lines):
        return None
    return len(counted)
