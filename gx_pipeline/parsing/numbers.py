"""What stands in a cell: a number, a blank, a placeholder, or text that is no number.

What is not clearly a number is `unparsed`; nothing is rounded, cut or guessed. Does not belong here: which cell it is.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from gx_pipeline.forms import Column
from gx_pipeline.parsing.model import State

Kind = Literal["number", "placeholder", "blank", "text"]

_PLACEHOLDER = re.compile(r"[/\\*\-\u2010-\u2015\u2212\u2500….·~]{1,12}|无|暂无|无数据|不适用|未发生|N/?A", re.IGNORECASE)
_UNIT = r"(?P<unit>件|条|项|宗|起|个|次|份|元|万元|亿元)?"
_NUMBER = re.compile(r"(?P<sign>[+\-\u2212])? ?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)? ?" + _UNIT)
_CHINESE = re.compile(r"(?P<numeral>[〇零一二两三四五六七八九十百千]+) ?(?P<unit>件|条|项|宗|起|个|次|份)?")
# Digits without a word: meant as a figure, also where it cannot be read as one (5①, --253, 1/3).
_GARBLED = re.compile(r"(?=.*\d)[^\u4e00-\u9fffA-Za-z]{1,24}")
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_COUNTED = frozenset("件条项宗起个次份")


@lru_cache(maxsize=1 << 14)
def kind_of(text: str) -> Kind:
    """What the normalized text of a cell is, whatever the column; a `number` may still be none that can be read."""
    if not text:
        return "blank"
    if _PLACEHOLDER.fullmatch(text):
        return "placeholder"
    if _NUMBER.fullmatch(text) or _CHINESE.fullmatch(text) or _GARBLED.fullmatch(text):
        return "number"
    return "text"


def read_cell(text: str, column: Column) -> tuple[State, int | float | None]:
    """State and value of a cell.

    Args:
        text: the normalized text of the cell.
        column: the form's column, which says whether a sign or decimals may stand there and in which unit.

    Returns:
        `reported` with the number in the column's unit; `blank`, `not_applicable` or `unparsed` with None.
    """
    kind = kind_of(text)
    if kind == "blank":
        return "blank", None
    if kind == "placeholder":
        return "not_applicable", None
    if found := _NUMBER.fullmatch(text):
        value = _in_unit(found, column)
        return ("unparsed", None) if value is None else ("reported", value)
    if kind == "number" and column.number == "count" and (number := chinese_number(text)) is not None:
        return "reported", number
    return "unparsed", None


def _in_unit(found: re.Match[str], column: Column) -> int | float | None:
    if found["sign"] and column.number != "signed":
        return None
    if found["decimals"] and column.number != "amount":
        return None
    number = Decimal(found["digits"].replace(",", "") + (found["decimals"] or ""))
    if found["sign"] and found["sign"] != "+":
        number = -number
    if unit := found["unit"]:
        if column.number == "amount":
            if unit not in _YUAN:
                return None
            number = number * _YUAN[unit] / _YUAN[column.unit]
        elif unit not in _COUNTED:
            return None
    return int(number) if number == number.to_integral_value() else float(number)


def chinese_number(text: str) -> int | None:
    """A number below 10,000 written in Chinese (两, 十二, 一百零三), with or without a counting word; None if it is none."""
    found = _CHINESE.fullmatch(text)
    if not found:
        return None
    numeral = found["numeral"]
    if not any(sign in _TENS for sign in numeral):
        return _DIGITS[numeral] if len(numeral) == 1 else None
    # 二百五 is 250 to some and 205 to others: a skipped place must be said (二百零五).
    if len(numeral) > 2 and numeral[-1] in _DIGITS and numeral[-2] in "百千":
        return None
    total, digit, last = 0, None, 10_000
    for sign in numeral:
        if sign in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[sign]
            continue
        unit = _TENS[sign]
        if unit >= last or (digit is None and not (unit == 10 and total == 0)):
            return None
        total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
    return total + (digit or 0)
