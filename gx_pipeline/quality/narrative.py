"""The narrative against the tables: figures that the text states for the year and the table gives otherwise.

Only statements that clearly speak of this year's requests, reviews, suits or documents count; cumulative figures, other
services and parts (其中) do not. A text that cannot be read this way raises nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Finding, ParsedReport, Severity
from gx_pipeline.parsing.numbers import chinese_number

_N = r"(?P<n>\d[\d,]*|[〇零一二两三四五六七八九十百千]+)\s*(?:件|条|份|宗|起|例|次|个)"
_REQUESTS = r"(?:政府信息公开|信息公开|依申请公开|政府信息依申请公开)(?:的)?(?:政府信息|信息)?(?:申请|事项|受理件)?"
_NEW = re.compile(rf"(?:新收|收到|受理|接收)(?:了)?(?:的)?[^,，。;；\d]{{0,12}}?{_REQUESTS}(?:共计|共|总计|数量为|为)?\s*{_N}")
_NEW_NONE = re.compile(rf"(?:未|没有|无)(?:新)?(?:收到|受理|接收)(?:过)?[^,，。;；\d]{{0,12}}?{_REQUESTS}")
_HANDLED = re.compile(rf"办结(?:了)?(?:的)?[^,，。;；\d]{{0,12}}?{_REQUESTS}(?:共计|共|总计|数量为|为)?\s*{_N}")
_IN = re.compile(rf"上年(?:度)?结转[^,，。;；\d]{{0,12}}?{_N}")
_OUT = re.compile(rf"结转(?:至|到)?(?:下|次|下一)年度?(?:继续)?(?:办理)?(?:的)?[^,，。;；\d]{{0,8}}?{_N}")
_BOTH = re.compile(rf"行政复议[^,，。;；\d]{{0,8}}?(?:和|、|或|及|与)(?:提起)?行政诉讼[^,，。;；\d]{{0,8}}?{_N}")
_REVIEW = re.compile(rf"行政复议(?:的)?(?:案件|申请|案)?(?:数量)?(?:共计|共|为)?\s*{_N}")
_SUIT = re.compile(rf"行政诉讼(?:的)?(?:案件|案)?(?:数量)?(?:共计|共|为)?\s*{_N}")
_NO_REVIEW = re.compile(r"(?:未|没有|无)(?:发生|收到|产生|出现|被|因)?[^,，。;；]{0,30}?行政复议")
_NO_SUIT = re.compile(r"(?:未|没有|无)(?:发生|收到|产生|出现|被|因)?[^,，。;；]{0,40}?行政诉讼")
_MADE = re.compile(rf"(?:制发|制定|出台|印发)(?:了)?(?:行政)?规范性文件(?:共计|共)?\s*{_N}")
_REPEALED = re.compile(rf"规范性文件[^。;；]{{0,12}}?废止(?:了)?(?:行政)?(?:规范性文件)?(?:共计|共)?\s*{_N}")
_IN_FORCE = re.compile(rf"现行有效(?:的)?(?:行政)?规范性文件(?:共计|共|为)?\s*{_N}")
_NOT_THIS_YEAR = re.compile(r"历年|历次|累计至|截至|以来(?:累计|共)|去年|上一年|同比|比上年|较上年")
_PART = re.compile(r"其中|分别|网络申请|信函申请|当面申请")
_YEAR = re.compile(r"(20\d\d)\s*年")
_SENTENCE = re.compile(r"[。；;\n]")


class Claim(NamedTuple):
    """A figure that the text states: the sum of these cells is `number`."""

    what: str
    cells: tuple[CellKey, ...]
    number: int
    words: str
    severity: Severity


def _requests(row: str) -> tuple[CellKey, ...]:
    return (CellKey("requests", row, "total"),)


_REVIEW_CELLS = (CellKey("reconsideration_litigation", "reconsideration", "total"),)
_SUIT_CELLS = tuple(
    CellKey("reconsideration_litigation", row, "total") for row in ("litigation_direct", "litigation_after_reconsideration")
)


def _document(measure: str) -> tuple[CellKey, ...]:
    return (CellKey("proactive_disclosure", "normative_documents", measure),)


def claims(report: ParsedReport) -> Iterator[Claim]:
    """The figures that the narrative clearly states for the year."""
    for section in report.sections:
        if section.section in ("problems_improvements", "other_matters"):
            continue
        for sentence in _SENTENCE.split(section.text):
            if not _NOT_THIS_YEAR.search(sentence) and not _of_another_year(sentence, report.year):
                yield from _in_sentence(sentence, section.section)


def _of_another_year(sentence: str, year: int | None) -> bool:
    """Whether the sentence opens with, or turns on, a year that is not the report's."""
    return any(int(found[1]) != year for found in _YEAR.finditer(sentence))


def _with_carried_in(sentence: str, found: re.Match[str]) -> bool:
    """Whether a number of requests includes those carried in: 结转 in its own clause or in brackets behind it."""
    start = max(sentence.rfind(mark, 0, found.start()) for mark in ",，")
    behind = re.match(r"[^,，]{0,3}[(（,，]?\s*(?:其中)?(?:含|包括|包含)[^,，)）]*结转", sentence[found.end() :])
    return "结转" in sentence[start + 1 : found.end()] or bool(behind)


def _in_sentence(sentence: str, section: str) -> Iterator[Claim]:
    if found := _NEW_NONE.search(sentence):
        yield Claim("new_received", _requests("new_received"), 0, found[0], "error")
    elif (
        (found := _NEW.search(sentence)) and not _with_carried_in(sentence, found) and not _PART.search(sentence[: found.start()])
    ):
        yield from _claim("new_received", _requests("new_received"), found, "error")
    if (found := _HANDLED.search(sentence)) and not _PART.search(sentence[: found.start()]):
        yield from _claim("total_handled", _requests("total_handled"), found, "error")
    if found := _IN.search(sentence):
        yield from _claim("carried_in", _requests("carried_in"), found, "error")
    if found := _OUT.search(sentence):
        yield from _claim("carried_out", _requests("carried_out"), found, "error")
    yield from _disputes(sentence, section)
    for what, pattern in (("made", _MADE), ("repealed", _REPEALED), ("in_force", _IN_FORCE)):
        if found := pattern.search(sentence):
            yield from _claim(what, _document(what), found, "warn")


def _disputes(sentence: str, section: str) -> Iterator[Claim]:
    """Reviews and suits, where the sentence speaks of information disclosure."""
    if section != "reconsideration_litigation" and "信息公开" not in sentence and "政府信息" not in sentence:
        return
    if found := _BOTH.search(sentence):
        yield from _claim("reconsideration and litigation", (*_REVIEW_CELLS, *_SUIT_CELLS), found, "error")
        return
    for what, cells, none, some in (
        ("reconsideration", _REVIEW_CELLS, _NO_REVIEW, _REVIEW),
        ("litigation", _SUIT_CELLS, _NO_SUIT, _SUIT),
    ):
        if found := some.search(sentence):
            yield from _claim(what, cells, found, "error")
        elif found := none.search(sentence):
            yield Claim(what, cells, 0, found[0], "error")


def _claim(what: str, cells: tuple[CellKey, ...], found: re.Match[str], severity: Severity) -> Iterator[Claim]:
    digits = found["n"].replace(",", "")
    number = int(digits) if digits.isascii() else chinese_number(digits)
    if number is not None:
        yield Claim(what, cells, number, found[0], severity)


def narrative_findings(report: ParsedReport) -> list[Finding]:
    """A finding for each figure that the text states otherwise than the table.

    Where the text states a figure several times (a total and its parts), one that agrees is enough.
    """
    stated: dict[tuple[CellKey, ...], list[Claim]] = defaultdict(list)
    for claim in claims(report):
        stated[claim.cells].append(claim)
    findings = []
    for cells, group in stated.items():
        values = [report.value(*key) for key in cells]
        if any(value is None for value in values):
            continue
        printed = sum(value for value in values if value is not None)
        if all(claim.number != printed for claim in group):
            words = "; ".join(f"“{claim.words}”" for claim in group)
            findings.append(
                Finding(
                    "narrative_mismatch",
                    group[0].severity,
                    f"the text says {words}, the table gives {printed:g} for {group[0].what}",
                    cells,
                )
            )
    return findings
