"""The narrative against the tables: figures that the text states and the tables give otherwise.

Raised only where both are clear: a figure of the report's year, of those whom the table covers, and cells that hold numbers. Does
not belong here: reading the text (`reading`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from gx_pipeline.forms import CellKey
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.parsing import Cause, Finding, ParsedReport, Severity
from gx_pipeline.quality.narrative.fees import MENTIONED
from gx_pipeline.quality.narrative.measures import measure
from gx_pipeline.quality.narrative.reading import narrative_facts
from gx_pipeline.quality.narrative.record import NarrativeFact
from gx_pipeline.quality.registry import rule

_UNPAID = CellKey("requests", "other_unpaid", "total")
_CARRIED_IN = CellKey("requests", "carried_in", "total")
# What was done to read a cell that bears on its figure, beside what the parser warns of.
_READ_WITH_HELP = frozenset({"digits_joined", "note_mark"})


def narrative_findings(report: ParsedReport, facts: Sequence[NarrativeFact] | None = None) -> list[Finding]:
    """A finding for each figure that the text states otherwise than the table; `facts` are those of its narrative.

    Where the text states a figure several times (a total and its parts), one that agrees is enough, unless another sentence plainly
    says what cannot be a part of it; where it states a total otherwise, the parts of that total are not told again.
    """
    stated: dict[tuple[tuple[CellKey, ...], bool], list[NarrativeFact]] = defaultdict(list)
    for fact in narrative_facts(report) if facts is None else facts:
        if fact.period == "this_year" and fact.cells and fact.value is not None and _is_anybodys(fact, report):
            stated[fact.cells, measure(fact.measure).at_most].append(fact)
    differing: list[list[NarrativeFact]] = []
    beside: list[list[NarrativeFact]] = []
    for group in stated.values():
        (beside if _any_agrees(group, report) else differing).append(group)
    wholes = {_row(fact) for group in differing for fact in group if fact.measure.endswith("/total")}
    findings: list[Finding] = []
    for group in differing:
        if all(fact.measure.endswith("/total") or _row(fact) not in wholes for fact in group):
            findings += _contradiction(group, report)
    for group in beside:
        for plain in _plainly_otherwise(group, report):
            findings += _contradiction(plain, report, agrees_elsewhere=True)
    return [*findings, *_fee_notices(report)]


def _is_anybodys(fact: NarrativeFact, report: ParsedReport) -> bool:
    """Whether it is certain whose a fact is, or as little so as whose figures the table holds."""
    return fact.subject != "unknown" or report.scope in ("region_aggregate", "unknown")


def _row(fact: NarrativeFact) -> str:
    """The table and row of a fact: its parts are not told apart where the whole is told."""
    return fact.measure.rpartition("/")[0]


def _sums(fact: NarrativeFact, report: ParsedReport) -> list[tuple[tuple[CellKey, ...], int | float]] | None:
    """The cells that a fact may be the sum of, with their sums; None where a cell holds no number."""
    sums = []
    for cells in measure(fact.measure).readings_of(report.by_key):
        values = [report.value(*key) for key in cells]
        if any(value is None for value in values):
            return None
        sums.append((cells, sum(value for value in values if value is not None)))
    return sums


def _any_agrees(group: Sequence[NarrativeFact], report: ParsedReport) -> bool:
    """Whether one fact agrees with the tables, or those of several subjects or of one sentence do so together."""
    if any(_agrees(fact, report) for fact in group):
        return True
    if len({fact.subject for fact in group}) == len(group) and _agree_together(group, report):
        return True
    return any(_agree_together(facts, report) for facts in _by_sentence(group).values())


def _agree_together(facts: Sequence[NarrativeFact], report: ParsedReport) -> bool:
    """Whether several facts are parts that make up a reading of them."""
    together = sum(fact.value or 0 for fact in facts)
    return len(facts) > 1 and any(together == total for _, total in _sums(facts[0], report) or ())


def _by_sentence(group: Sequence[NarrativeFact]) -> dict[tuple[str, str], list[NarrativeFact]]:
    sentences: dict[tuple[str, str], list[NarrativeFact]] = defaultdict(list)
    for fact in group:
        sentences[fact.section, fact.sentence].append(fact)
    return sentences


def _plainly_otherwise(group: Sequence[NarrativeFact], report: ParsedReport) -> Iterator[list[NarrativeFact]]:
    """The facts that contradict the table although another sentence agrees with it: denials, and more than the whole.

    A smaller figure may be a part, one with those carried in may count them, and one beside a figure that agrees may explain it.
    """
    first = group[0]
    if first.cells[0].table == "proactive_disclosure" or not first.measure.endswith("/total"):
        return
    denials, larger = [], []
    for facts in _by_sentence(group).values():
        if any(_agrees(fact, report) for fact in facts) or _agree_together(facts, report):
            continue
        for fact in facts:
            if fact.subject == "unknown" or not _is_covered(fact, report):
                continue
            if fact.value == 0:
                denials.append(fact)
            elif fact.value not in _with_carried_in(fact, report) and (fact.value or 0) > _most(fact, report):
                larger.append(fact)
    yield from (facts for facts in (denials, larger) if facts)


def _most(fact: NarrativeFact, report: ParsedReport) -> int | float:
    return max(total for _, total in _sums(fact, report) or [((), 0)])


def _with_carried_in(fact: NarrativeFact, report: ParsedReport) -> set[int | float]:
    """What a figure of requests would be with those carried in."""
    carried = report.value(*_CARRIED_IN) or 0 if fact.cells[0].table == "requests" else 0
    return {total + carried for _, total in _sums(fact, report) or ()}


def _agrees(fact: NarrativeFact, report: ParsedReport) -> bool:
    """Whether a fact agrees with a reading of it, or cannot be compared."""
    sums = _sums(fact, report)
    if sums is None or fact.value is None:
        return True
    at_most = measure(fact.measure).at_most
    return any(fact.value == total or (at_most and fact.value < total) for _, total in sums)


def _contradiction(group: Sequence[NarrativeFact], report: ParsedReport, *, agrees_elsewhere: bool = False) -> Iterator[Finding]:
    """The finding on facts of the same cells that all differ from them: of those whose they are, else of other subjects."""
    own = [fact for fact in group if _is_covered(fact, report)]
    fact = (own or group)[0]
    if not own and fact.cells[0].table == "proactive_disclosure":
        return
    cells, found = (_sums(fact, report) or [])[0]
    code: str
    cause: Cause
    words = "; ".join(f"“{other.words}”" for other in own or group)
    where = f"{cells[0].table}/{cells[0].row}" if len(cells) == 1 else f"{fact.measure} ({len(cells)} cells)"
    message = f"the text says {words}, the table gives {in_digits(found)} for {where}"
    if not own:
        message += f"; the text speaks of {_SPOKEN_OF[fact.subject]}, the table of {_COVERED[report.scope]}"
        code, cause = "narrative_scope", "scope_difference"
    else:
        message += "; whose figure the text gives is not said" if fact.subject == "unknown" else ""
        denial = (fact.value == 0) != (found == 0) and cells[0].table != "proactive_disclosure"
        message += "; another sentence agrees with the table" if agrees_elsewhere else ""
        code, cause = ("narrative_denial" if denial else "narrative_mismatch"), _cause(cells, report)
    unsure = cells[0].table == "proactive_disclosure" or all(other.subject == "unknown" for other in own)
    unsure = unsure or (agrees_elsewhere and code == "narrative_mismatch")
    severity: Severity = "info" if not own else "warn" if unsure else "error"
    about = "at_most" if measure(fact.measure).at_most else ""
    yield rule(code).finding(message, cells, severity=severity, cause=cause, expected=fact.value, found=found, about=about)


_SPOKEN_OF = {
    "own_organ": "the organ itself",
    "office": "the government's office",
    "whole_region": "the whole region",
    "subordinates": "subordinate bodies",
    "unknown": "somebody who is not certain",
}
_COVERED = {
    "own_organ": "the organ itself",
    "government_plus_office": "the government and its office",
    "region_aggregate": "the whole region",
    "joint_body": "a joint body",
    "unknown": "somebody whom the report does not name",
}


def _is_covered(fact: NarrativeFact, report: ParsedReport) -> bool:
    """Whether a fact is of those whom the table covers; one that is nobody's in particular may be."""
    if fact.subject == "unknown":
        return fact.cells[0].table != "proactive_disclosure"
    if report.scope == "region_aggregate":
        return fact.subject == "whole_region"
    return fact.subject == "own_organ"


def _cause(cells: Sequence[CellKey], report: ParsedReport) -> Cause:
    """Whether the cells are read beyond doubt: placed by headings or position, and nothing that the parser says doubts their rows."""
    rows = {(key.table, key.row) for key in cells}
    for key in cells:
        if report.by_key[key].placement not in ("header", "position"):
            return "parse_doubt"
    for finding in report.findings:
        if finding.severity != "info" and any((key.table, key.row) in rows for key in finding.cells):
            return "parse_doubt"
        if finding.rule in _READ_WITH_HELP and not set(cells).isdisjoint(finding.cells):
            return "parse_doubt"
    return "publisher_error"


def _fee_notices(report: ParsedReport) -> Iterator[Finding]:
    """Requests given up for want of payment, of which section six says nothing (2021 form)."""
    unpaid = report.by_key.get(_UNPAID)
    if unpaid is None or not unpaid.value:
        return
    last = [section.text for section in report.sections if section.section == "other_matters"]
    if any(MENTIONED.search(re.sub(r"\s", "", text)) for text in last or [section.text for section in report.sections]):
        return
    yield rule("fee_notice_not_mentioned").finding(
        f"{in_digits(unpaid.value)} requests were given up because the fee was not paid as notified; section six says nothing of the notices or fees",
        (_UNPAID,),
        found=unpaid.value,
        cause=_cause((_UNPAID,), report) if last else "parse_doubt",
    )
