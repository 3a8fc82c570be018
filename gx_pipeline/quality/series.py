"""The years of an agency against each other: what carries over from one report to the next, and what cannot be.

Belongs here: sums that tie a year to the one before, breaks in the series, the agencies that came before. Does not belong here:
what shows over several years only (`series_runs`), reading the reports (`lake.series`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gx_pipeline.forms import CellKey, Instance
from gx_pipeline.forms.arithmetic import Evaluation, in_digits
from gx_pipeline.parsing import Cause, Finding
from gx_pipeline.quality.identities import Figures, series_evaluations
from gx_pipeline.quality.registry import rule
from gx_pipeline.quality.series_model import (
    Origin,
    ReportOfYear,
    added_up,
    differ_in_scope,
    doubted_cells,
    of_report,
    stretches,
)
from gx_pipeline.quality.series_runs import repeated, slipped, vanished

__all__ = ["Origin", "ReportOfYear", "doubted_cells", "judge_series", "of_report"]


def judge_series(reports: Sequence[ReportOfYear], origin: Origin | None = None) -> list[tuple[int, Finding]]:
    """Findings that the reports of an agency give together, each with the year of the report that it belongs to.

    Args:
        reports: all reports of one agency, by year; a single one will do.
        origin: the agency's predecessors, where it has any.
    """
    found: list[tuple[int, Finding]] = []
    for report in reports:
        found += [(report.year, finding) for finding in (*_replaced(report), *_made_without_trace(report))]
    if reports and origin:
        found += [(reports[0].year, finding) for finding in _beginning(reports[0], origin)]
    for earlier, later in pairwise(reports):
        if later.year == earlier.year + 1:
            found += [(later.year, finding) for finding in _continued(later, (earlier,))]
        else:
            found.append((later.year, _gap(earlier, later)))
    for stretch in stretches(reports):
        for judge in (repeated, vanished, slipped):
            found += judge(stretch)
    return sorted(found, key=lambda entry: entry[0])


# -- one report ----------------------------------------------------------------------------------------------------------


def _replaced(report: ReportOfYear) -> Iterator[Finding]:
    """A file that is not the one taken in before."""
    others = [digest for digest in report.files if digest != report.files[-1]]
    if others:
        before = ", ".join(digest[:12] for digest in others[-3:])
        message = f"the file taken in (SHA-256 {report.files[-1][:12]}…) is not the one taken in before ({before}…)"
        yield rule("file_replaced").finding(message, about=report.files[-1])


def _documents(row: str) -> tuple[CellKey, CellKey, CellKey]:
    """The cells of a kind of documents: made, repealed, in force (2021 form)."""
    made, repealed, in_force = (CellKey("proactive_disclosure", row, measure) for measure in ("made", "repealed", "in_force"))
    return made, repealed, in_force


def _made_without_trace(report: ReportOfYear) -> Iterator[Finding]:
    """More documents made in a year than are in force at its end or were repealed."""
    for row in ("regulations", "normative_documents"):
        cells = _documents(row)
        made, repealed, in_force = map(report.value, cells)
        if made is not None and repealed is not None and in_force is not None and made > in_force + repealed:
            message = (
                f"{row}: {in_digits(made)} made in {report.year}, but only {in_digits(in_force)} in force at its end "
                f"and {in_digits(repealed)} repealed"
            )
            yield rule("repealed_exceeds_stock").finding(
                message, cells, expected=in_force + repealed, found=made, about="made within the year"
            )


# -- against the year before ---------------------------------------------------------------------------------------------


def _continued(later: ReportOfYear, before: Sequence[ReportOfYear]) -> Iterator[Finding]:
    """A report against that of the year before, or against those of all predecessors together.

    Stocks of documents are not added up: what several agencies issued together each of them has counted.
    """
    previous = added_up(before)
    judged = [
        evaluation
        for form, table in ((later.requests_form, "requests"), (later.form, "proactive_disclosure"))
        for evaluation in series_evaluations(form, later.figures, previous)
        if evaluation.instance.identity.table == table and (table == "requests" or len(before) == 1)
    ]
    violated = [evaluation for evaluation in judged if evaluation.outcome == "violated"]
    differing = {
        evaluation.instance.at: evaluation.left_sum - evaluation.right_sum
        for evaluation in violated
        if evaluation.instance.identity.code == "carry_over"
    }
    for evaluation in violated:
        if evaluation.instance.identity.code == "carry_over":
            yield _carried(evaluation, later, before, previous, differing)
        else:
            yield _stock(evaluation, later, before[0])
    yield from _undecided(judged, later)
    if len(before) == 1:
        yield from _repealed_too_many(later, before[0])


def _carried(
    evaluation: Evaluation,
    later: ReportOfYear,
    before: Sequence[ReportOfYear],
    previous: Figures,
    differing: dict[str, int | float],
) -> Finding:
    """What a column carries in is not what was carried out of the year before.

    Which of the two figures is wrong the balance of the column may tell, in the one report or the other.
    """
    column = evaluation.instance.at
    cell = CellKey("requests", "carried_in", column)
    found, expected = evaluation.left_sum, evaluation.right_sum
    carried_out = CellKey("requests", "carried_out", column)
    doubted = _doubted((later, cell), *((report, carried_out) for report in before))
    own_gap, earlier_gap = _imbalance(later.figures, column), _imbalance(previous, column)
    is_own = bool(own_gap) and own_gap == found - expected
    is_earlier = bool(earlier_gap) and earlier_gap == found - expected
    parts = [code for code in differing if code != "total"]
    clues = [
        *([f"with {in_digits(expected)} the column of {later.year} would balance"] if is_own else []),
        *([f"with {in_digits(found)} the column of {later.year - 1} would balance"] if is_earlier else []),
        *([f"it differs as {' and '.join(parts)} do"] if column == "total" and parts and _explained(differing) else []),
    ]
    message = (
        f"requests / {column}: {in_digits(found)} carried in, but {_said_by(before)} {in_digits(expected)} carried out"
        f"{_summands(before, column)}{''.join(f'; {clue}' for clue in clues)}"
    )
    return rule("carry_over").finding(
        message,
        (cell,),
        expected=expected,
        found=found,
        suspect=cell if is_own and not is_earlier and not doubted else None,
        cause=_cause(later, before, doubted=doubted, is_confirmed=own_gap == 0 and earlier_gap == 0),
        about=column,
    )


def _explained(differing: dict[str, int | float]) -> bool:
    return sum(difference for code, difference in differing.items() if code != "total") == differing["total"]


def _said_by(before: Sequence[ReportOfYear]) -> str:
    if len(before) == 1:
        return f"the report for {before[0].year} has"
    return f"the reports of {_and([report.agency_id for report in before])} for {before[0].year} have"


def _summands(before: Sequence[ReportOfYear], column: str) -> str:
    if len(before) == 1:
        return ""
    cell = CellKey("requests", "carried_out", column)
    return f" ({' + '.join(in_digits(report.value(cell) or 0) for report in before)})"


def _imbalance(figures: Figures, column: str) -> int | float | None:
    """By how much what came in exceeds what went out of a column; None where a number is wanting."""
    total: int | float = 0
    for row, sign in (("new_received", 1), ("carried_in", 1), ("total_handled", -1), ("carried_out", -1)):
        value = figures.get(CellKey("requests", row, column), ("missing", None))[1]
        if value is None:
            return None
        total += sign * value
    return total


def _doubted(*cells: tuple[ReportOfYear, CellKey]) -> bool:
    """Whether one of the cells that are compared may have been read wrongly."""
    return any(cell in report.doubted for report, cell in cells)


def _cause(later: ReportOfYear, before: Sequence[ReportOfYear], *, doubted: bool, is_confirmed: bool = False) -> Cause | None:
    """Where a break between reports comes from: a doubt of the reader, different circles, or each is right by itself."""
    if doubted:
        return "parse_doubt"
    if any(differ_in_scope(report, later) for report in before):
        return "scope_difference"
    return "publisher_error" if is_confirmed else None


def _stock(evaluation: Evaluation, later: ReportOfYear, earlier: ReportOfYear) -> Finding:
    """What is in force does not follow from the year before."""
    row = evaluation.instance.at
    cells = _documents(row)
    made, repealed, in_force = map(later.value, cells)
    message = (
        f"{row}: {_or_none(in_force)} in force, but {_or_none(earlier.value(cells[2]))} in force the year before "
        f"+ {_or_none(made)} made - {_or_none(repealed)} repealed"
    )
    if not evaluation.unknown:
        message += f" = {in_digits(evaluation.right_sum)}"
    return rule("stock_flow").finding(
        message,
        cells,
        expected=None if evaluation.unknown else evaluation.right_sum,
        found=in_force,
        cause=_cause(later, (earlier,), doubted=_doubted((earlier, cells[2]), *((later, cell) for cell in cells))),
        about=row,
    )


def _or_none(value: int | float | None) -> str:
    return "no number" if value is None else in_digits(value)


def _repealed_too_many(later: ReportOfYear, earlier: ReportOfYear) -> Iterator[Finding]:
    """More documents repealed than were in force before the year or made in it."""
    for row in ("regulations", "normative_documents"):
        cells = _documents(row)
        made, repealed, _ = map(later.value, cells)
        stock = earlier.value(cells[2])
        if made is not None and repealed is not None and stock is not None and repealed > stock + made:
            message = (
                f"{row}: {in_digits(repealed)} repealed in {later.year}, but only {in_digits(stock)} in force at the end of {earlier.year} "
                f"and {in_digits(made)} made since"
            )
            yield rule("repealed_exceeds_stock").finding(
                message,
                cells[:2],
                expected=stock + made,
                found=repealed,
                cause=_cause(later, (earlier,), doubted=_doubted((earlier, cells[2]), *((later, cell) for cell in cells[:2]))),
                about="repealed since the year before",
            )


_UNTOLD = {
    "assumed_zero": "holds only if cells without a number count as 0",
    "not_evaluable": "cannot be told: cells hold no number",
}


def _undecided(judged: Sequence[Evaluation], later: ReportOfYear) -> Iterator[Finding]:
    """Sums across years in which some cells hold no number; where none does there is nothing to compare."""
    groups: dict[tuple[str, str], list[Instance]] = {}
    for evaluation in judged:
        instance = evaluation.instance
        if evaluation.outcome in _UNTOLD and len(evaluation.unknown) < len(instance.left + instance.right):
            groups.setdefault((instance.identity.code, evaluation.outcome), []).append(instance)
    for (code, untold), group in groups.items():
        own = [key for instance in group for key, term in instance.left + instance.right if not term.previous]
        places = _and([instance.at for instance in group])
        message = f"{code} from {later.year - 1} to {later.year} ({group[0].identity.label_en}) {_UNTOLD[untold]}: {places}"
        yield rule("series_undecided").finding(message, own, about=f"{code} {untold}")


# -- breaks --------------------------------------------------------------------------------------------------------------


def _gap(earlier: ReportOfYear, later: ReportOfYear) -> Finding:
    """Years between two reports of an agency for which there is none."""
    first, last = earlier.year + 1, later.year - 1
    years = f"{first}" if first == last else f"{first} to {last}"
    message = f"no report for {years} is at hand: {later.year} is not compared with the year before"
    return rule("series_break").finding(message, about="gap")


def _beginning(first: ReportOfYear, origin: Origin) -> Iterator[Finding]:
    """The first report of an agency that succeeds others: what it took over, and whether it can be compared."""
    if abs(first.year - origin.began.year) > 1:
        return
    before = [report for report in origin.reports if report.year == first.year - 1]
    obstacle = _obstacle(first, origin, before)
    took_over = f"{first.agency_id} took over from {_and(origin.predecessors)} on {origin.began}"
    compared = f"the reports of {first.year - 1}" if len(before) > 1 else f"the report of {first.year - 1}"
    outcome = f"nothing is compared with {first.year - 1}, {obstacle}" if obstacle else f"it is compared with {compared}"
    yield rule("series_break").finding(f"{took_over}: {outcome}", about="succession")
    if not obstacle:
        yield from _continued(first, before)


def _obstacle(first: ReportOfYear, origin: Origin, before: Sequence[ReportOfYear]) -> str | None:
    """Why the first report of a successor cannot be compared with what came before; None if it can."""
    if origin.divided:
        return f"for the duties of {_and(origin.divided)} went to other agencies too"
    if reporting := [report.agency_id for report in origin.reports if report.year == first.year]:
        return f"for {_and(reporting)} also reported for {first.year}"
    if lacking := sorted(set(origin.predecessors) - {report.agency_id for report in before}):
        return f"for no report of {_and(lacking)} for that year is at hand"
    return None


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
