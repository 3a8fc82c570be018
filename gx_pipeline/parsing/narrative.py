"""The narrative around the tables: its six sections, the statistic period, the year, the scope.

Personal data (sign-off lines, telephone numbers, e-mail addresses) are masked before a section leaves this module.
Does not belong here: comparing what the text says with the tables (`quality`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gx_pipeline.agencies import Agency
from gx_pipeline.documents import Document
from gx_pipeline.documents.dates import DATE, to_date
from gx_pipeline.forms import Section, load_sections
from gx_pipeline.parsing.labels import labels_of
from gx_pipeline.parsing.model import ReportSection, Scope

_HEADING = re.compile(r"^\s*(?:第)?([一二三四五六七])(?:部分)?\s*[、.．:：]\s*(.{2,45})$")
_PERIOD = re.compile(
    r"(?:自|从)?\s*(?P<from>(?:20\d\d)\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日?)\s*(?:起)?\s*(?:至|到|—|-|－|~)\s*"
    r"(?P<to>(?:20\d\d\s*年)?\s*\d{1,2}\s*月\s*\d{1,2}\s*日?)"
)
_TITLE_YEAR = re.compile(r"(20\d\d)\s*年?度?[^,。;]{0,16}?(?:政府)?信息公开[^,。;]{0,8}?(?:报告|年报)")
_TEXT_YEAR = re.compile(r"(20\d\d)\s*年度?")
_SIGN_OFF = re.compile(r"^\s*(?:审核人|审核|责任编辑|编辑|编辑人|联系人|负责人|签发人|拟稿人|填报人|撰稿|供稿)\s*[:：].*$")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:[-转]\d{1,5})?)(?!\d)")
_NAMED_PHONE = re.compile(r"((?:联系)?电话|传真|手机)(\s*[:：]\s*)[\d\-—、,/ ()]{7,}")
_NAMED_PERSON = re.compile(r"((?:联系人|审核人|负责人|责任编辑)\s*[:：]\s*)[\u4e00-\u9fff]{2,4}(?=[,，。;；、)\s]|$)")
MASK = "〔略〕"


class Period(NamedTuple):
    """The statistic period as the report states it, with the words."""

    start: dt.date
    end: dt.date
    evidence: str


class Year(NamedTuple):
    """The report year with the words that give it, and any other year that the title or the period claims."""

    year: int | None
    evidence: str | None
    conflicting: tuple[str, ...] = ()


def section_of(text: str) -> Section | None:
    """The section that a line heads, by its number and keywords; None for any other line, row labels included."""
    found = _HEADING.match(text)
    if not found or labels_of(text):
        return None
    sections = load_sections()
    by_number = next((section for section in sections if section.number == found[1]), None)
    if by_number and any(word in found[2] for word in by_number.keywords):
        return by_number
    return next((section for section in reversed(sections) if any(word in found[2] for word in section.keywords)), None)


def sections(document: Document, table_lines: set[int]) -> tuple[ReportSection, ...]:
    """The narrative section by section, without the lines of the tables.

    A heading counts once, in the order in which the sections come; what stands before the first is not a section.
    """
    parts: list[tuple[Section, str, list[str]]] = []
    for number, line in enumerate(document.lines):
        if number in table_lines or not (text := line.text):
            continue
        section = section_of(text)
        if section and all(section.code != known.code for known, _, _ in parts):
            parts.append((section, text, []))
        elif parts:
            parts[-1][2].append(text)
    return tuple(
        ReportSection(section.code, position, heading, "\n".join(filter(None, map(mask_personal_data, texts))))
        for position, (section, heading, texts) in enumerate(parts, start=1)
    )


def mask_personal_data(text: str) -> str:
    """The text without names in sign-off lines, telephone numbers and e-mail addresses."""
    if _SIGN_OFF.match(text):
        return ""
    text = _NAMED_PERSON.sub(rf"\1{MASK}", _EMAIL.sub(MASK, text))
    return _PHONE.sub(MASK, _NAMED_PHONE.sub(rf"\1\2{MASK}", text))


def find_period(texts: Iterable[str]) -> Period | None:
    """The first statistic period that the text states: a span of days of which the report says that its figures cover it."""
    for text in texts:
        if "统计" not in text and "期限" not in text and "时限" not in text:
            continue
        for found in _PERIOD.finditer(text):
            first = DATE.search(found["from"])
            last_text = found["to"] if "年" in found["to"] else found["from"][:4] + "年" + found["to"]
            last = DATE.search(last_text)
            if first and last and (start := to_date(first)) and (end := to_date(last)) and start <= end:
                return Period(start, end, found[0].strip())
    return None


def find_year(period: Period | None, titles: Sequence[str], parts: Sequence[ReportSection], texts: Sequence[str]) -> Year:
    """The report year: from the statistic period, else the title, else the year of which the narrative clearly speaks.

    The narrative settles it only when one year is named at least twice as often as any other.
    """
    claims: list[tuple[int, str]] = []
    if period and period.start.year == period.end.year:
        claims.append((period.end.year, f"statistic period: {period.evidence}"))
    for title in titles:
        if found := _TITLE_YEAR.search(title):
            claims.append((int(found[1]), f"title: {found[0]}"))
            break
    if claims:
        year, evidence = claims[0]
        return Year(year, evidence, tuple(words for other, words in claims if other != year))
    spoken = [part.text for part in parts] or list(texts)
    counts = Counter(int(found[1]) for text in spoken for found in _TEXT_YEAR.finditer(text))
    leading = counts.most_common(2)
    if leading and leading[0][1] >= 2 and (len(leading) == 1 or leading[0][1] >= 2 * leading[1][1]):
        year, times = leading[0]
        return Year(year, f"narrative: {year}年 is named {times} times")
    return Year(None, None)


_GOVERNMENT_PLUS_OFFICE = re.compile(
    r"[区县市州省旗]?本级政府(?:及|和|、)(?:其)?(?:政府办|办公室|办公厅)|政府(?:及|和)(?:其)?(?:政府)?办公[室厅](?!公室)"
)
_REGION = re.compile(
    r"(?:汇总|包括|涵盖|包含|含)[^。;]{0,30}?(?:各[县市区镇乡]|各级|各部门|各单位|下级|所属部门)|全[省市县区州](?:各级)?(?:行政机关|政府机关)"
)
_JOINT = re.compile(r"管委会[^。;]{0,20}?(?:与|和|、)[^。;]{0,20}?人民政府[^。;]{0,12}?(?:合并|联合|共同)|(?:合并|联合|共同)编制")


def find_scope(texts: Iterable[str], agency: Agency | None) -> tuple[Scope, str | None]:
    """Whose figures a report holds, with the words that say so.

    A department reports for itself (article 49); a government's scope must be stated, else it is unknown.
    """
    for text in texts:
        for scope, pattern in (("joint_body", _JOINT), ("government_plus_office", _GOVERNMENT_PLUS_OFFICE)):
            if found := pattern.search(text):
                return scope, found[0]  # type: ignore[return-value]
        if (agency is None or agency.kind == "government") and (found := _REGION.search(text)):
            return "region_aggregate", found[0]
    if agency is not None and agency.kind == "department":
        return "own_organ", "registry: a department reports for itself"
    return "unknown", None
