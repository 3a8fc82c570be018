"""The narrative around the tables: what stands before it, and its six sections, without the tables and without personal data.

Personal data (sign-off lines, telephone numbers, e-mail addresses) are masked before a text leaves this module.
Does not belong here: year, scope and agency (the modules beside), and comparing what the text says with the tables
(`quality`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import NamedTuple

from gx_pipeline.forms import Section, load_sections
from gx_pipeline.parsing.labels import labels_of
from gx_pipeline.parsing.model import ReportSection
from gx_pipeline.parsing.prose import Prose

_NUMBERS = "一二三四五六七"
_HEADING = re.compile(rf"^(?:第)?([{_NUMBERS}])(?:部分)?\s?[、.．:：,\s]\s?(.{{2,45}})$")
_RUN_ON = re.compile(
    rf"([{_NUMBERS}]\s?[、.．]\s?[^。:,;\s]{{2,24}}情况|[{_NUMBERS}]\s?[、.．]\s?[^。:,;\s]{{2,14}}事项)(?:[。:]|\s)\s?(.+)$"
)
_HEADING_STARTS = frozenset("第" + _NUMBERS)
_LONGEST_HEADING = 55
_SIGN_OFF = re.compile(r"^(?:审核人|审核|责任编辑|编辑|编辑人|联系人|负责人|签发人|拟稿人|填报人|撰稿人?|供稿人?)\s?[:：].*$")
_SIGN_OFF_STARTS = frozenset("审责编联负签拟填撰供")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(?:1[3-9]\d{9}|\(?0\d{2,3}\)?[- ]?\d{7,8}(?:[-转]\d{1,5})?)(?!\d)")
_NAMED_PHONE = re.compile(r"((?:联系)?电话|传真|手机)(\s?[:：为是]?\s?)[\d\-—、,/ ()]{7,}")
_NAMED_PERSON = re.compile(r"((?:联系人|审核人|负责人|责任编辑)\s?[:：]\s?)[\u4e00-\u9fff]{2,4}(?=[,，。;；、)\s]|$)")
# The head of a page names persons behind these words.
_PERSON_OF_PAGE = re.compile(
    r"((?:作者|记者|编辑|责编|编审|审核|校对|通讯员|信息员|录入|撰稿|供稿|拟稿|发布人|签发人?)\s?[:：]\s?)[\u4e00-\u9fff](?:\s?[\u4e00-\u9fff]){1,3}?"
    r"(?=[^\u4e00-\u9fff]|来源|发布|时间|日期|浏览|点击|阅读|$)"
)
_LONGEST_PREFACE = 2000
_LONG_NUMBER = re.compile(r"[0-9][0-9\-—、,/ ()]{6}")
MASK = "〔略〕"


@cache
def _plain_labels() -> dict[str, Section]:
    return {section.label: section for section in load_sections()}


@lru_cache(maxsize=1 << 12)
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


class Narrative(NamedTuple):
    """What stands before the first section (no more than 2,000 characters of it), and the sections."""

    preface: str
    sections: tuple[ReportSection, ...]


def read_narrative(prose: Prose, table_lines: Collection[int]) -> Narrative:
    """The narrative section by section, without the lines of the tables.

    A heading counts once, in the order in which the sections come; what stands before the first is the preface, of which
    the end is kept where it is long, and the beginning where no section is headed. A table of contents gives way to the
    headings that it announces.
    """
    parts: dict[str, tuple[Section, str, list[str]]] = {}
    before: list[str] = []
    texts: list[str] | None = None
    plain = _plain_labels()
    for text in _outside(prose, table_lines):
        heading, rest = text, ""
        if text[0] in _HEADING_STARTS:
            if len(text) > _LONGEST_HEADING:
                heading, rest = _run_on(text)
            section = section_of(heading) if heading else None
        else:
            section = plain.get(text) if len(text) < _LONGEST_HEADING else None
        if section is not None:
            known = parts.get(section.code)
            if known is not None and known[2] is not texts and _is_contents(parts, texts):
                before += [line for part in parts.values() for line in part[2]]
                parts.clear()
                known = None
            if known is None:
                texts = []
                parts[section.code] = (section, heading, texts)
                text = rest
        if text and not (text[0] in _SIGN_OFF_STARTS and _SIGN_OFF.match(text)):
            (before if texts is None else texts).append(text)
    mask = _masked if _may_be_personal(prose.whole) or prose.grid_lines else str
    return Narrative(
        _preface(before, from_its_end=bool(parts)),
        tuple(
            [
                ReportSection(section.code, position, heading, mask("\n".join(texts)))
                for position, (section, heading, texts) in enumerate(parts.values(), start=1)
            ]
        ),
    )


def _is_contents(parts: dict[str, tuple[Section, str, list[str]]], last: list[str] | None) -> bool:
    """Whether headings so far are a table of contents: no sentence stands under any of them but the last."""
    return not any("。" in line for _, _, texts in parts.values() if texts is not last for line in texts)


def _preface(texts: list[str], *, from_its_end: bool) -> str:
    """Whole paragraphs of a preface up to its longest length, masked."""
    kept: list[str] = []
    left = _LONGEST_PREFACE
    for text in reversed(texts) if from_its_end else texts:
        if len(text) > left:
            break
        kept.append(text)
        left -= len(text) + 1
    preface = "\n".join(reversed(kept) if from_its_end else kept)
    return _PERSON_OF_PAGE.sub(rf"\1{MASK}", _masked(preface))


def _run_on(text: str) -> tuple[str, str]:
    """Heading and text of a paragraph that begins with a heading in its own place (一、总体情况。…); no heading in any other."""
    found = _RUN_ON.match(text)
    section = section_of(found[1]) if found else None
    return (found[1], found[2]) if found and section and section.number == found[1][0] else ("", text)


def _outside(prose: Prose, table_lines: Collection[int]) -> list[str]:
    """The texts of the lines outside the tables, in reading order."""
    grids = [number for number in prose.grid_lines if number not in table_lines]
    if not grids:
        return [text for number, text in zip(prose.numbers, prose.texts, strict=True) if number not in table_lines]
    lines = prose.document.lines
    numbers = sorted({*grids, *prose.numbers}.difference(table_lines))
    return [text for number in numbers if (text := lines[number].text)]


def mask_personal_data(text: str) -> str:
    """The line without names in sign-off lines, telephone numbers and e-mail addresses."""
    return "" if _SIGN_OFF.match(text) else _masked(text)


def _may_be_personal(text: str) -> bool:
    """Whether anything stands in the text without which there is nobody to mask."""
    return "@" in text or "人:" in text or "编辑:" in text or " :" in text or _LONG_NUMBER.search(text) is not None


def _masked(text: str) -> str:
    if not _may_be_personal(text):
        return text
    text = _NAMED_PERSON.sub(rf"\1{MASK}", _EMAIL.sub(MASK, text))
    return _PHONE.sub(MASK, _NAMED_PHONE.sub(rf"\1\2{MASK}", text))
