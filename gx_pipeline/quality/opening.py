"""With what words a report opens: the sentences that name its basis, its parts and whom to ask.

They stand before section 一, or at its beginning. Does not belong here: what the rules make of them (`citations`,
`structure`, `borrowed`).
"""

from __future__ import annotations

import re

from gx_pipeline.parsing import ParsedReport

_SENTENCE_ENDS = re.compile(r"[。;；\n]")
# A sentence that is longer is none: a table without its grid, or a page without a full stop.
_LONGEST_SENTENCE = 600
_OPENING_OF_OVERVIEW = 800


def opening_sentences(report: ParsedReport) -> list[str]:
    """The sentences of the preface, then those with which section 一 begins."""
    overview = next((part.text for part in report.sections if part.section == "overview"), "")
    texts = (report.preface, overview[:_OPENING_OF_OVERVIEW])
    return [sentence for text in texts for sentence in _SENTENCE_ENDS.split(text) if 0 < len(sentence) <= _LONGEST_SENTENCE]
