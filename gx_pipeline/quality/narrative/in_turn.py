"""Numbers that a sentence gives in turn for several things named before (新收、结转分别为25件、2件).

Where there are not as many numbers as names, none is anything. Does not belong here: numbers with words of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gx_pipeline.quality.narrative.context import Context
from gx_pipeline.quality.narrative.quantities import Quantity

_IN_TURN = re.compile(r"分别")
_LONGEST_NAMES, _FARTHEST = 60, 8
_BETWEEN = re.compile(r"[、,和及与]{1,2}|以及")
_NAMES = re.compile(
    r"(?P<carried_out>结转(?:至|到)?下一?年度?)|(?P<carried_in>上一?年度?结转)|(?P<new_received>新收到?|收到|受理)|(?P<total_handled>办结)"
    r"|(?P<natural_person>自然人)|(?P<legal_persons>法人(?:或者?|和|及)其[他它]组织)|(?P<commercial_enterprise>商业企业)"
    r"|(?P<granted>(?<!不)予以公开)|(?P<partially_granted>部分公开)|(?P<denied>不予公开)|(?P<unavailable>无法提供)|(?P<not_processed>不予处理)"
    r"|(?P<litigation_direct>直接起诉)|(?P<litigation_after_reconsideration>复议后起诉)|(?P<reconsideration>行政复议)|(?P<litigation>行政诉讼)"
    r"|(?P<unknown>\d{4}年|[一-龥]{2,6}(?=、|和|及|与|分别))"
)
_TYPES = ("natural_person", "legal_persons", "commercial_enterprise")
_DISPUTES = ("reconsideration", "litigation", "litigation_direct", "litigation_after_reconsideration")


def measures(text: str, numbers: Sequence[Quantity]) -> dict[int, str | None]:
    """What each number behind 分别 is of, by its place; None where that cannot be told."""
    told: dict[int, str | None] = {}
    for found in _IN_TURN.finditer(text):
        series = _series(text, numbers, found.end())
        if len(series) < 2:
            continue
        start = max((number.end for number in numbers if number.end <= found.start()), default=0)
        start = max(start, text.rfind(";", 0, found.start()) + 1, found.start() - _LONGEST_NAMES)
        names = [name.lastgroup for name in _NAMES.finditer(text, start, found.start())]
        clear = len(names) == len(series) and "unknown" not in names
        told |= {
            number.start: name if clear else None
            for number, name in zip(series, names if clear else [None] * len(series), strict=True)
        }
    return told


def _series(text: str, numbers: Sequence[Quantity], start: int) -> list[Quantity]:
    """The numbers that follow one another from a place on."""
    series: list[Quantity] = []
    for number in numbers:
        if number.start < start:
            continue
        if not series:
            if number.start - start > _FARTHEST * 2:
                break
        elif not _BETWEEN.fullmatch(text[series[-1].end : number.start]):
            break
        series.append(number)
    return series


def code(name: str, context: Context) -> str | None:
    """The measure of a name, where the text speaks of it."""
    if name in _DISPUTES:
        return f"reconsideration_litigation/{name}/total"
    if context.topic != "requests":
        return None
    if name in _TYPES:
        return f"requests/{context.last_row}/{name}" if context.last_row else None
    return f"requests/{name}/total"
