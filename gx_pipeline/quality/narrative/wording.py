"""What the readers of wordings share: the words around a number, and what they found it to count.

Does not belong here: any wording of a measure (`requests`, `disputes`, `documents`, `fees`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# Words between what is counted and the number that change nothing.
COUNT = (
    r"(?:的|总数量?|数量|件数|总量|数|量|共计|合计|总计|累计|一共|总共|共有|共|计|有|为|是|达到|达|了|:|,共计?|,总计|,合计){0,5}"
)


class Place(NamedTuple):
    """The words around a number.

    `lead` are those since the last number, `clause` those since the last comma, numbers included, `tail` those up to the next
    comma, `sentence` the whole, `before` all of it up to the number, `brackets` what stands in brackets right behind the
    number. `carried_in_behind` says how those carried in are named behind the number: `within` it, `beside` it.
    """

    lead: str
    clause: str
    tail: str
    sentence: str
    carried_in_behind: Literal["within", "beside"] | None
    brackets: tuple[str, ...] = ()
    before: str = ""


class Found(NamedTuple):
    """A measure, and where in the lead its words begin; `end` is where they end in the tail, where they stand behind the number."""

    measure: str
    start: int
    end: int = 0
