"""A figure that the narrative of a report states, as a record with the sentence that states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from gx_pipeline.forms import CellKey

Subject = Literal["own_organ", "office", "whole_region", "subordinates", "unknown"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
StatedPeriod = Literal["this_year", "last_year", "cumulative", "other"]
STATED_PERIODS: tuple[StatedPeriod, ...] = get_args(StatedPeriod)


@dataclass(frozen=True)
class NarrativeFact:
    """A figure of the text.

    `measure` names it in the codes of the forms (`requests/new_received/natural_person`) or, where no form has it, in a code of
    its own (`information_fees/received`); `measures` declares all. `cells` are the cells whose sum it should be, empty where the
    tables do not have it. `value` is None where the text says that there is some without saying how many; `negated` marks a figure
    of 0 that the text states in words (未收到). `unit` is as printed (件), amounts are in 元 also where 万元 is printed. `subject`
    is whose figure and `period` of when it is. `sentence` is the whole sentence, `words` the part that states the figure, `section`
    the code of its section.
    """

    measure: str
    value: int | float | None
    unit: str | None
    subject: Subject
    period: StatedPeriod
    negated: bool
    words: str
    sentence: str
    section: str
    cells: tuple[CellKey, ...] = ()
