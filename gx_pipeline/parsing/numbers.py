"""What stands in a cell: a number, a blank, a placeholder, or text that is no number.

What is not clearly a number is `unparsed`; nothing is rounded, cut or guessed. Does not belong here: which cell it is.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from gx_pipeline.forms import Column
from gx_pipeline.parsing.model import State

Kind = Literal["number", "placeholder", "blank", "text"]
Value = int | float

_PLACEHOLDER = re.compile(r"[/\\*\-\u2010-\u2015\u2212\u2500….·~]{1,12}|无|暂无|无数据|不适用|未发生|N/?A", re.IGNORECASE)
_UNIT = r"(?P<unit>件|条|项|宗|起|个|次|份|元|万元|亿元)?"
_NUMBER = re.compile(r"(?P<sign>[+\-\u2212])? ?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)? ?" + _UNIT)
_CHINESE = re.compile(r"(?P<numeral>[〇零一二两三四五六七八九十百千]+) ?(?P<unit>件|条|项|宗|起|个|次|份)?")
# Digits without a word: meant as a figure, also where it cannot be read as one (5-6, --253, 1/3).
_GARBLED = re.compile(r"(?=.*\d)[^\u4e00-\u9fffA-Za-z]{1,24}")
# The mark of a note behind a figure: 5①, 5[1], 5〔1〕, 5(注1), 5注1, 5*.
_NOTE = re.compile(
    r" ?(?:[\u2460-\u2473]|[\u00b9\u00b2\u00b3\u2070-\u2079]{1,2}|[\[〔](?:注)?\d{1,2}[\]〕]|\((?:见)?注\d{0,2}\)|注\d{0,2}|[*※#]{1,3})$"
)
_APART = re.compile(r"\d(?:[\d,.]| (?=[\d,.]))*")
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_SHORT, _MOST_KNOWN = 64, 1 << 14
_COUNTED = frozenset("件条项宗起个次份")


@lru_cache(maxsize=1 << 14)
def kind_of(text: str) -> Kind:
    """What the normalized text of a cell is, whatever the column; a `number` may still be none that can be read."""
    if not text:
        return "blank"
    if _PLACEHOLDER.fullmatch(text):
        return "placeholder"
    if len(text) > 40:
        return "text"
    bare = _NOTE.sub("", text) or text
    if _NUMBER.fullmatch(bare) or _CHINESE.fullmatch(text) or _GARBLED.fullmatch(text):
        return "number"
    return "text"


class Read(NamedTuple):
    """A cell as read. `how` says what had to be done to read it: `note` mark dropped, digits that stood `apart` joined."""

    state: State
    value: Value | None
    how: Literal["note", "apart"] | None = None


def read_cell(text: str, column: Column, unit: str | None = None) -> Read:
    """State and value of a cell.

    Args:
        text: the normalized text of the cell.
        column: the form's column, which says whether a sign or decimals may stand there and in which unit.
        unit: the unit printed in the table's heading, for an amount that has none of its own.

    Returns:
        `reported` with the number in the column's unit; `blank`, `not_applicable` or `unparsed` with None.
    """
    return reads_of(column, unit)[text]


class Reads(dict[str, Read]):
    """What cells of one kind of column are read as, by their text; short texts, which repeat from report to report, are read once."""

    def __init__(self, column: Column, unit: str | None) -> None:
        """None is read yet."""
        super().__init__()
        self._number, self._unit, self._heading_unit = column.number, column.unit, unit

    def __missing__(self, text: str) -> Read:
        read = _read(text, self._number, self._unit, self._heading_unit)
        if len(text) <= _SHORT:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[text] = read
        return read


_READS: dict[tuple[str, str, str | None], Reads] = {}


def reads_of(column: Column, unit: str | None = None) -> Reads:
    """How the cells of a column are read, with the unit printed in the table's heading."""
    kind = column.number, column.unit, unit
    known = _READS.get(kind)
    if known is None:
        known = _READS[kind] = Reads(column, unit)
    return known


def _read(text: str, number: str, unit: str, heading_unit: str | None) -> Read:
    kind = kind_of(text)
    if kind == "blank":
        return Read("blank", None)
    if kind == "placeholder":
        return Read("not_applicable", None)
    if kind == "text":
        return Read("unparsed", None)
    if found := _NUMBER.fullmatch(text):
        return _as_read(_in_unit(found, number, unit, heading_unit))
    if number != "amount" and (value := chinese_number(text)) is not None:
        return Read("reported", value)
    if (bare := _NOTE.sub("", text)) != text and (found := _NUMBER.fullmatch(bare)):
        return _as_read(_in_unit(found, number, unit, heading_unit), "note")
    if joined := join_digits(text):
        found = _NUMBER.fullmatch(joined)
        return _as_read(_in_unit(found, number, unit, heading_unit) if found else None, "apart")
    return Read("unparsed", None)


def _as_read(value: Value | None, how: Literal["note", "apart"] | None = None) -> Read:
    return Read("unparsed", None) if value is None else Read("reported", value, how)


def join_digits(text: str) -> str | None:
    """Digits of one figure that a space or line break parts, put together; None where that makes no plain number.

    A figure does not begin with a zero, so `0 0` are two.
    """
    if " " not in text or not _APART.fullmatch(text) or text.startswith("0 "):
        return None
    joined = text.replace(" ", "")
    return joined if not joined.startswith("00") else None


def _in_unit(found: re.Match[str], number: str, declared: str, heading_unit: str | None) -> Value | None:
    if found["sign"] and number != "signed":
        return None
    if found["decimals"] and number != "amount":
        return None
    value = Decimal(found["digits"].replace(",", "") + (found["decimals"] or ""))
    if found["sign"] and found["sign"] != "+":
        value = -value
    unit = found["unit"]
    if number == "amount":
        unit = unit or heading_unit
        if unit and unit not in _YUAN:
            return None
        if unit:
            value = value * _YUAN[unit] / _YUAN[declared]
    elif unit and unit not in _COUNTED:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


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
