"""Numbers with a counting word or an amount of money, as texts print them.

Only exact ones: about, more than, ranges and ordinals are none. Does not belong here: what they count.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from gx_pipeline.parsing.numbers import chinese_number

MOST_QUANTITIES = 60
COUNTING = "件次|件|起|宗|份|条|例|次|个|项|部|封|单"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?"
_NUMERALS = r"[〇零一二两三四五六七八九十百千万]{1,12}"
_QUANTITY = re.compile(
    rf"(?<![\d.第〔\[/])(?<!\d[,\- ~—～至到])(?:(?P<digits>{_DIGITS})(?P<times>[万亿])?|(?P<numeral>{_NUMERALS}))"
    rf"(?:(?P<unit>{COUNTING}|元)(?![/\d])|(?=[,;。、]|$))"
)
_NO_COUNT = re.compile(
    r"个(?!申请|案件|规范|行政|政府|自然人)[\u4e00-\u9fff]|次[数序日]|条[例款件]|份额|部[门分委]|单位|项目|件套"
)
_ABOUT = ("近", "约", "逾", "超", "超过", "不足", "多达", "不少于", "至少", "至多", "最多", "将近", "大于", "每", "第", "No.")
_TIMES = {"万": 10_000, "亿": 100_000_000}
# A number without a counting word is a figure only behind a word that asks for one.
_ASKS = ("为", "是", ":", "数", "数量", "量")


class Quantity(NamedTuple):
    """A number of the text and its place; `unit` is None where a word before it asks for a figure and none is printed."""

    value: int | float
    unit: str | None
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """The quantities of a sentence, in order."""
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text):
        unit = match["unit"]
        before = text[max(0, match.start() - 4) : match.start()]
        if before.endswith(_ABOUT) or (unit is None and not before.endswith(_ASKS)):
            continue
        if unit and _NO_COUNT.match(text, match.start("unit")):
            continue
        value = _value(match["digits"], match["times"], match["numeral"])
        if value is None or (value != int(value) and unit != "元"):
            continue
        found.append(Quantity(value, unit, match.start(), match.end()))
        if len(found) == MOST_QUANTITIES:
            break
    return found


def _value(digits: str | None, times: str | None, numeral: str | None) -> int | float | None:
    if digits:
        value = Decimal(digits.replace(",", "")) * _TIMES.get(times or "", 1)
        return int(value) if value == value.to_integral_value() else float(value)
    high, ten_thousands, low = (numeral or "").rpartition("万")
    if not ten_thousands:
        return chinese_number(low)
    above = chinese_number(high)
    below = chinese_number(low.removeprefix("零")) if low else 0
    return None if above is None or below is None else above * 10_000 + below
