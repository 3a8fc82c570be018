"""Figures that the narrative of a report states, as records with the sentence that states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gx_pipeline.forms import CellKey

Subject = Literal["own_organ", "office", "whole_region", "subordinates", "unknown"]
SUBJECTS: tuple[Subject, ...] = ("own_organ", "office", "whole_region", "subordinates", "unknown")
StatedPeriod = Literal["this_year", "last_year", "cumulative", "other"]
STATED_PERIODS: tuple[StatedPeriod, ...] = ("this_year", "last_year", "cumulative", "other")


@dataclass(frozen=True)
class NarrativeFact:
    """A figure of the text.

    `measure` names it in the codes of the forms (`requests/new_received/natural_person`) or, where no form has it, in a code of
    its own (`information_fees/received`). `cells` are the cells whose sum it should be, empty where the tables do not have it.
    `value` is None where the text says that there is some without saying how many; `negated` marks a figure of 0 that
    the text states in words (未收到). `unit` is as printed (件, 元), `subject` whose figure and `period` of when it is.
    `sentence` is the whole sentence, `words` the part that states the figure, `section` the code of its section.
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
