"""For which year a report stands: the statistic period, the years of titles, what the narrative speaks of.

The year of the figures is the report year. A date of upload, of writing or of printing is never looked at. Does not
belong here: where a file lies (`report` sets that beside the year found).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from gx_pipeline.parsing.prose import MOST_SENTENCES, Paragraph, Prose, sentence_around
from gx_pipeline.parsing.titles import REPORT, YEAR, year_of

_MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_SPAN = re.compile(
    rf"(?P<y1>{YEAR})\s?[年./-]\s?(?P<m1>{_MONTH})(?:\s?[月./-]\s?(?P<d1>{_DAY})\s?日?|\s?月)?\s?(?:零时|0时)?起?\s?"
    rf"(?:至|到|止|[-—–―~]{{1,2}})\s?"
    rf"(?:(?P<y2>{YEAR})\s?[年./-]\s?)?(?P<m2>{_MONTH})(?:\s?[月./-]\s?(?P<d2>{_DAY})\s?日?|\s?月)?"
)
# Words that make a span of days in their sentence the period of the figures; the weaker ones where there are no others.
_PERIOD_WORDS = ("统计", "期限", "时限", "报告期", "所列数据")
_WEAKER_WORDS = ("数据", "本年度", "时间范围", "起止")
_LONGEST, _LONGEST_SPAN = 200, 50
_MAX_PERIODS = 5
_WHOLE_YEAR = re.compile(rf"(?:统计|期限|时限|报告期)[^。;\n\d]{{0,16}}?(?P<y>{YEAR})\s?年(?:度|全年)(?!\s?\d)")
_DATED = re.compile(
    rf"(?P<y>{YEAR})(?!\d)(?P<date>\s?年\s?{_MONTH}\s?月|\s?[-./]\s?\d{{1,2}}\s?[-./]\s?\d{{1,2}}|\s?[〕\])】]\s?第?\d+\s?号)?"
)
_SPOKEN_YEAR = re.compile(r"(20\d\d)\s?年(?!\s?\d{1,2}\s?月\s?\d)")
_DIGITS = {**{digit: value for value, digit in enumerate("零一二三四五六七八九")}, "十": 10}


class Period(NamedTuple):
    """A statistic period as the report states it, with the words and their place; `start` and `end` are None for no such days."""

    start: dt.date | None
    end: dt.date | None
    words: str
    at: str
    offset: int = 0

    @property
    def year(self) -> int | None:
        """The year in which the whole period lies."""
        return self.end.year if self.start and self.end and self.start.year == self.end.year else None

    @property
    def is_a_year(self) -> bool:
        """Whether the period is a calendar year."""
        return self.year is not None and (self.start, self.end) == (dt.date(self.year, 1, 1), dt.date(self.year, 12, 31))


class Year(NamedTuple):
    """The report year with the words that give it, and the words that claim another year."""

    year: int | None
    evidence: str | None
    conflicting: tuple[str, ...] = ()


def find_periods(prose: Prose) -> list[Period]:
    """The spans of days of which the report says that its figures cover them, in reading order, none twice."""
    clear, vague = _spans(prose, 0, len(prose.preface))
    rest = len(prose.preface)
    if not clear or any(prose.whole.find(word, rest) >= 0 for word in ("统计期限", "统计时限", "报告期")):
        more_clear, more_vague = _spans(prose, rest, len(prose.whole))
        clear, vague = more_clear | clear, more_vague | vague
    if periods := clear or vague:
        return sorted(periods.values(), key=lambda period: period.offset)
    for offset, sentence in prose.sentences(*_PERIOD_WORDS, longest=_LONGEST):
        if named := _WHOLE_YEAR.search(sentence):
            year = year_of(named["y"])
            return [Period(dt.date(year, 1, 1), dt.date(year, 12, 31), named[0], prose.at(offset), offset)]
    return []


_Days = tuple[dt.date | None, dt.date | None]


def _spans(prose: Prose, start: int, stop: int) -> tuple[dict[_Days, Period], dict[_Days, Period]]:
    """The spans of days in a stretch of the text that their sentence calls the period: clearly, and by weaker words."""
    whole = prose.whole
    clear: dict[_Days, Period] = {}
    vague: dict[_Days, Period] = {}
    for found in islice(_SPAN.finditer(whole, max(0, start - _LONGEST_SPAN), stop), MOST_SENTENCES):
        low, high = sentence_around(whole, found.start(), _LONGEST)
        sentence = whole[low : max(high, found.end())]
        if any(word in sentence for word in _PERIOD_WORDS):
            stated = clear
        elif any(word in sentence for word in _WEAKER_WORDS):
            stated = vague
        else:
            continue
        days = _days(found)
        if days not in stated and len(stated) < _MAX_PERIODS:
            stated[days] = Period(*days, found[0].strip(), prose.at(found.start()), found.start())
    return clear, vague


def _days(found: re.Match[str]) -> _Days:
    """First and last day of a span; None where there are no such days or the last comes before the first."""
    first_year = year_of(found["y1"])
    last_year = year_of(found["y2"]) if found["y2"] else first_year
    start = _date(first_year, found["m1"], found["d1"], last=False)
    end = _date(last_year, found["m2"], found["d2"], last=True)
    return (start, end) if start and end and start <= end else (None, None)


def _date(year: int, month: str, day: str | None, *, last: bool) -> dt.date | None:
    """A day; without a day in print the first or the last of the month. None where there is no such day."""
    try:
        of_month = _number(month)
        of_day = _number(day) if day else calendar.monthrange(year, of_month)[1] if last else 1
        return dt.date(year, of_month, of_day)
    except (ValueError, calendar.IllegalMonthError):
        return None


def _number(text: str) -> int:
    """A number up to 99 in digits or in Chinese numerals."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text] if len(text) == 1 else 0
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


@lru_cache(maxsize=1 << 12)
def year_of_title(title: str) -> int | None:
    """The year for which a title says that the report stands; dates and document numbers are not it."""
    report = REPORT.search(title)
    if report is None:
        return None
    years = [(found.start(), year_of(found["y"])) for found in _DATED.finditer(title) if not found["date"]]
    before = {year for at, year in years if at < report.end()}
    for named in (before, {year for _, year in years}):
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def find_year(periods: Sequence[Period], titles: Iterable[Paragraph], prose: Prose) -> Year:
    """The report year: from the statistic period, else the title, else the year of which the narrative clearly speaks.

    The narrative settles it only when one year is named at least twice as often as any other.
    """
    claims: list[tuple[int, str]] = [
        (period.year, f"statistic period: {period.words} ({period.at})") for period in periods if period.year is not None
    ]
    of_titles: dict[int, str] = {}
    for title in titles:
        if year := year_of_title(title.text):
            of_titles.setdefault(year, f"title: {title.text} ({title.at})")
    # Beside a period only the first title counts: those of other years are links to other reports.
    claims += list(of_titles.items())[: 1 if claims else None]
    if claims:
        year, evidence = claims[0]
        return Year(year, evidence, tuple(words for other, words in claims if other != year))
    counts = Counter(map(int, _SPOKEN_YEAR.findall(prose.whole)))
    leading = counts.most_common(2)
    if leading and leading[0][1] >= 2 and (len(leading) == 1 or leading[0][1] >= 2 * leading[1][1]):
        year, times = leading[0]
        return Year(year, f"narrative: {year}年 is named {times} times")
    return Year(None, None)
