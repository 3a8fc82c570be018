"""The figures that the text of a report states, and whether the tables say the same.

`record` is what a figure of the text is; `sentences` parts a text, `quantities` finds its numbers, `context` tells whose and of
when they are, `requests`, `disputes`, `documents` and `fees` what they count, `reading` puts it together, and `findings` compares
with the tables. Does not belong here: finding the sections (`parsing.narrative`).
"""

from gx_pipeline.quality.narrative.findings import narrative_findings
from gx_pipeline.quality.narrative.reading import narrative_facts
from gx_pipeline.quality.narrative.record import STATED_PERIODS, SUBJECTS, NarrativeFact, StatedPeriod, Subject

__all__ = [
    "STATED_PERIODS",
    "SUBJECTS",
    "NarrativeFact",
    "StatedPeriod",
    "Subject",
    "narrative_facts",
    "narrative_findings",
]
