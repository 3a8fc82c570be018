"""Titles: which texts of a document stand as one, and whose report a title says it is.

Does not belong here: the registry (`agency`) and the report year (`years`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from gx_pipeline.documents import Document
from gx_pipeline.parsing.prose import Paragraph, Prose

_ZERO = "〇○零oO0Οο◯"
_NUMERALS = {**dict.fromkeys(_ZERO, 0), **{digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}}
_NUMERAL = f"[{_ZERO}一二三四五六七八九]"
YEAR = rf"(?:20\d\d|二[{_ZERO}]{_NUMERAL}{_NUMERAL})"
REPORT = re.compile(
    r"(?:政府|政务)?信息公开[工作年度情况的总结]{0,10}?(?:\(?" + YEAR + r"\)?年?度?[工作年度情况的]{0,6})?(?:报告|年报)"
)
_HAS_YEAR = re.compile(YEAR)
_YEAR_WORDS = re.compile(rf"[(\[]?{YEAR}\s?[)\]]?\s?年?\s?度?|年度")
_SENDING_OUT = re.compile(r"关于(?:印发|转发|公布|发布|报送|公开|公示)?|印发|公布")
_PIECES = re.compile(r"[\s,、:>|/\-_—·•《》〈〉<“”\"()\[\]【】〔〕.。]+")
# A trail of links (首页 > …) ends with the page's own name.
_TRAIL = re.compile(r"[>»:]")
# What an organ's name ends with. Places alone (鼓楼区) are no organs.
ORGAN = re.compile(
    r"(?:局|厅|委|委员会|政府|办|办公室|办公厅|管委会|街道|街道办|办事处|镇|乡|苏木|中心|院|部|署|处|队|海关|集团|公司|学校|大学|学院|中学|小学|兵团|团场"
    r"|师|协会|联合会|研究所|站|银行|法院)$"
)
_OF_ITS_OWN = re.compile(r"^(?:我|本|该|各|全)")
_TOP, _LONGEST = 25, 60


def year_of(text: str) -> int:
    """A year in digits or in Chinese numerals, of the form of `YEAR`."""
    return int(text) if text.isdecimal() else int("".join(str(_NUMERALS[digit]) for digit in text))


def find_titles(document: Document, prose: Prose) -> list[Paragraph]:
    """Texts that stand as a title: the page's own, then short lines near the top that name a report, whole or broken in two."""
    own = [(document.title, "page title"), *((header, "page heading") for header in document.headers)]
    titles = [Paragraph(text, at) for text, at in own if text and len(text) <= 2 * _LONGEST]
    top = prose.paragraphs([index for index, text in enumerate(prose.texts[:_TOP]) if len(text) <= _LONGEST])
    for index, paragraph in enumerate(top):
        if _may_name_a_report(paragraph.text):
            titles += _broken(top[max(0, index - 2) : index + 1])
            titles.append(paragraph)
        elif "信息公开" in paragraph.text:
            titles += _broken(top[max(0, index - 1) : index + 2])
    unlike: dict[str, Paragraph] = {}
    for title in titles:
        unlike.setdefault(title.text, title)
    return list(unlike.values())


def _broken(lines: Sequence[Paragraph]) -> list[Paragraph]:
    """A title broken over lines, from the line that names the organ on; none where the last line names it itself."""
    if len(lines) < 2 or organs_of_title(lines[-1].text):
        return []
    for start in range(len(lines) - 2, -1, -1):
        first = lines[start].text
        if first.endswith(("印发", "关于", "关于公布", "关于发布")) or _organs(first) == (first,):
            whole = "".join(line.text for line in lines[start:])
            return [Paragraph(whole, lines[start].at, lines[start].number)] if _may_name_a_report(whole) else []
    return []


def _may_name_a_report(text: str) -> bool:
    return len(text) <= 2 * _LONGEST and "报" in text and "信息公开" in text and not text.endswith(("。", ";", ","))


@lru_cache(maxsize=1 << 12)
def organs_of_title(title: str) -> tuple[str, ...]:
    """The organs whose report a title says it is, as printed; none when it names only a place, a year or nobody.

    “甲局关于印发乙局2024年…报告的通知” is a report of 乙局; what follows the report's name is the website's.
    """
    report = REPORT.search(title)
    if report is None:
        return ()
    head = _YEAR_WORDS.sub(" ", _TRAIL.split(title[: report.start()])[-1])
    for part in reversed(_SENDING_OUT.split(head)):
        if organs := _organs(part):
            return organs
    bracket = re.match(r"[年度工作的\s]*\(([^()]{3,30})\)", title[report.end() :])
    return _organs(bracket[1]) if bracket else ()


def _organs(part: str) -> tuple[str, ...]:
    pieces = [piece for piece in _PIECES.split(part) if piece]
    if len(pieces) > 3 and all(len(piece) == 1 for piece in pieces):
        pieces = ["".join(pieces)]
    return tuple(
        piece
        for raw in pieces
        if len(piece := raw.removesuffix("的")) >= 3 and ORGAN.search(piece) and not _OF_ITS_OWN.match(piece)
    )


def bears_year(title: str) -> bool:
    """Whether a title names a year, as a report's own does and the name of a website's column does not."""
    return _HAS_YEAR.search(title) is not None


def title_of(titles: Sequence[Paragraph]) -> str | None:
    """The title of the report itself, rather than of the notice that sends it out or of the column that shows it."""
    named = [title.text for title in titles if "报告" in title.text or "年报" in title.text]
    return min(named, key=lambda title: ("通知" in title, not bears_year(title)), default=None)
