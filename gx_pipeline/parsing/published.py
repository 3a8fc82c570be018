"""When a report was published, with the words that announce it, and whether that can be.

The date of writing (成文日期), the date under a signature and dates in addresses are not the date of publication.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import NamedTuple

from gx_pipeline.documents import Document
from gx_pipeline.documents.dates import find_published_on
from gx_pipeline.parsing.model import Finding
from gx_pipeline.parsing.prose import Paragraph, Prose

_LONGEST = 80
_TOP, _BOTTOM = 40, 20
_ANNOUNCED = ("发布日期", "发布时间", "发文日期", "公开日期", "公开时间", "发布于")
_OTHER_DATES = ("统计", "期限", "时限", "更新", "填报", "起止", "截止", "生效", "施行")
_LABEL = re.compile(rf"(?:{'|'.join(_ANNOUNCED)})\s?:?$")
# The law gives until 31 March of the year after; a page dated years later was moved there, not published then.
_LATEST_AFTER = 3


class Published(NamedTuple):
    """The date of publication with its words, None where none is shown or the one shown cannot be."""

    date: dt.date | None
    evidence: str | None
    findings: tuple[Finding, ...] = ()


def find_published(document: Document, prose: Prose, table_lines: Collection[int], year: int | None) -> Published:
    """The date of publication: from the sidecar, else the page's own, else one that the text announces."""
    if date := document.source.published_on:
        return Published(date, "sidecar", _implausible(date, "sidecar", year, "it is kept as given"))
    date, evidence = document.published_on, document.published_on_evidence
    if date is None:
        date, evidence = _in_text(document, prose, table_lines)
    if date is not None and (findings := _implausible(date, evidence or "", year, "it is not taken for the date of publication")):
        return Published(None, None, findings)
    return Published(date, evidence)


def _in_text(document: Document, prose: Prose, table_lines: Collection[int]) -> tuple[dt.date | None, str | None]:
    edges = (*range(min(_TOP, len(prose.texts))), *range(max(_TOP, len(prose.texts) - _BOTTOM), len(prose.texts)))
    shown = [
        prose.paragraph(index) for index in edges if prose.numbers[index] not in table_lines and _may_announce(prose.texts[index])
    ]
    shown += [
        Paragraph(f"{paragraph.text} {following}", paragraph.at)
        for paragraph in shown
        if _LABEL.search(paragraph.text) and (following := _after(prose, paragraph))
    ]
    shown += [
        Paragraph(document.lines[number].text, document.lines[number].at)
        for number in prose.grid_lines
        if number < _TOP and number not in table_lines
        if any(cell.text.startswith(_ANNOUNCED) for cell in document.lines[number].cells)
    ]
    if not shown:
        return None, None
    date, words = find_published_on([paragraph.text for paragraph in shown])
    if date is None:
        return None, None
    at = next(paragraph.at for paragraph in shown if (words or "") in paragraph.text)
    return date, f"{words} ({at})"


def _may_announce(text: str) -> bool:
    if len(text) > _LONGEST or not ("日期" in text or "时间" in text or "印发" in text or "发布于" in text):
        return False
    return not any(word in text for word in _OTHER_DATES) or any(word in text for word in _ANNOUNCED)


def _after(prose: Prose, paragraph: Paragraph) -> str | None:
    """The short text after a paragraph."""
    index = prose.numbers.index(paragraph.number) + 1
    following = prose.texts[index] if index < len(prose.texts) else ""
    return following if len(following) <= 20 else None


def _implausible(date: dt.date, words: str, year: int | None, what: str) -> tuple[Finding, ...]:
    if year is None or year < date.year <= year + _LATEST_AFTER:
        return ()
    when = "before the year of the figures is over" if date.year <= year else "years after the year of the figures"
    return (Finding("publication_date_implausible", "warn", f"{date} ({words}) lies {when}, which is {year}; {what}"),)
