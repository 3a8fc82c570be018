"""Dates as Chinese pages print them, and which of them is the date of publication.

Belongs here because pages, DOCX properties and text all print it the same way; knows no form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

_DATE = r"(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})"
DATE = re.compile(_DATE)
# A date of publication is announced as one. Dates of writing (成文, 生成), of a change and of the visit are none.
_ANNOUNCED = (
    re.compile(r"(?:发布日期|发布时间|发文日期|公开日期|公开时间|发布于)\s*[\]】]?\s*[:：]?\s*[\[【]?\s*" + _DATE),
    re.compile(
        r"(?<!成文|生成|截止|截至|更新|修改|当前|打印|访问|登录|生效|施行|实施|失效|废止)(?:日期|时间)\s*[:：]\s*[\[【]?\s*"
        + _DATE
    ),
    re.compile(_DATE + r"\s*日?\s*(?:\d{1,2}:\d{2}(?::\d{2})?)?\s{0,4}(?:信息|文章|稿件)?来源\s*[:：]"),
    re.compile(r"(?:信息|文章|稿件)?来源\s*[:：]\s*[^\s\d]{2,30}\s+[\[【]?\s*" + _DATE),
)
_PRINTED = re.compile(_DATE + r"\s*日?\s*印发")


def to_date(found: re.Match[str]) -> dt.date | None:
    """The date of a match of `DATE`, or None when there is no such day."""
    try:
        return dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


def find_published_on(texts: Iterable[str]) -> tuple[dt.date | None, str | None]:
    """The first date announced as that of publication, else a plain 日期 or 时间, else that of printing (印发), with the words."""
    known = list(texts)
    for pattern in (*_ANNOUNCED, _PRINTED):
        for text in known:
            if (found := pattern.search(text)) and (date := to_date(found)):
                return date, found[0]
    return None, None
