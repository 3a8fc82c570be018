"""The identities (勾稽关系) of a report judged: which are violated, which hold only if blanks are zeros, which cannot be told.

The identities themselves come from `forms`. An identity that fails is a finding with its cells; the published figures
stay as they are. Does not belong here: which cell is to blame (`diagnosis`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import mul
from typing import NamedTuple

from gx_pipeline.forms import CellKey, Instance, TableCode, Term, load_forms
from gx_pipeline.forms.arithmetic import TOLERANCE, Evaluation, evaluate, in_digits
from gx_pipeline.parsing import Cause, Finding, ParsedReport
from gx_pipeline.quality.diagnosis import Place, Reading, Suspect, diagnose, place_of
from gx_pipeline.quality.registry import rule

Figures = Mapping[CellKey, tuple[str, int | float | None]]
_GRAVEST_FIRST: tuple[Cause, ...] = ("parse_doubt", "form_variant", "publisher_error")


class _Sums(NamedTuple):
    """An identity at one place, laid out for adding up: the cells of both sides, and their signs."""

    instance: Instance
    left: tuple[CellKey, ...]
    left_signs: tuple[int, ...]
    right: tuple[CellKey, ...]
    right_signs: tuple[int, ...]


def figures_of(report: ParsedReport) -> dict[CellKey, tuple[str, int | float | None]]:
    """State and value of every cell of a report."""
    return {cell.key: (cell.state, cell.value) for cell in report.cells}


def evaluations(report: ParsedReport) -> list[Evaluation]:
    """Every identity within the year, at every row or column of the report's own tables."""
    cells = report.by_key
    judged = []
    for sums in (
        *_within_the_year(report.form, ("proactive_disclosure", "reconsideration_litigation")),
        *_within_the_year(report.requests_form, ("requests",)),
    ):
        left, right = [cells[key].value for key in sums.left], [cells[key].value for key in sums.right]
        if None in left or None in right:
            judged.append(evaluate(sums.instance, lambda key, _: (cells[key].state, cells[key].value)))
            continue
        left_sum, right_sum = sum(map(mul, left, sums.left_signs)), sum(map(mul, right, sums.right_signs))
        tallies = abs(left_sum - right_sum) < TOLERANCE
        judged.append(Evaluation(sums.instance, "holds" if tallies else "violated", left_sum, right_sum, ()))
    return judged


@cache
def _within_the_year(form: str, tables: tuple[TableCode, ...]) -> tuple[_Sums, ...]:
    """The identities of these tables of a form that do not span years."""
    return tuple(
        _Sums(instance, *_laid_out(instance.left), *_laid_out(instance.right))
        for instance in load_forms()[form].instances()
        if instance.identity.table in tables and not instance.identity.spans_years
    )


def _laid_out(side: tuple[tuple[CellKey, Term], ...]) -> tuple[tuple[CellKey, ...], tuple[int, ...]]:
    return tuple(key for key, _ in side), tuple(term.sign for _, term in side)


def identity_findings(report: ParsedReport) -> list[Finding]:
    """Findings on the identities within the year, and on the cells that alone explain why some fail.

    Where one cell alone explains a violation, `found` is what stands there and `expected` what would fit. Otherwise `found` is the
    left side of the identity as printed (balance: received and carried in; the others: the total) and `expected` its right
    side (balance: handled and carried out; the others: the sum of the parts), blanks left out of both.
    """
    judged = evaluations(report)
    if all(evaluation.outcome == "holds" for evaluation in judged):
        return []
    reading, diagnosis = Reading(report), diagnose(judged, report)
    suspects = {suspect.cell: suspect for suspect in diagnosis.suspects}
    explained = {place: suspects[cell] for place, cell in diagnosis.explained.items()}
    return [*_findings(judged, explained, reading), *(_of_suspect(suspect, reading) for suspect in diagnosis.suspects)]


def series_evaluations(form: str, figures: Figures, previous: Figures) -> list[Evaluation]:
    """The identities that span years (carry_over, stock_flow), for a report and the one of the year before.

    An identity is left out where the earlier report follows a form without the cell.
    """
    lookup: Callable[[CellKey, Term], tuple[str, int | float | None]] = lambda key, term: (  # noqa: E731
        previous if term.previous else figures
    )[key]
    return [
        evaluate(instance, lookup)
        for instance in load_forms()[form].instances()
        if instance.identity.spans_years
        and all(key in (previous if term.previous else figures) for key, term in (*instance.left, *instance.right))
    ]


def _findings(judged: Iterable[Evaluation], explained: Mapping[Place, Suspect], reading: Reading) -> Iterator[Finding]:
    """A finding for each violation, and one for each identity and way in which it is undecided."""
    undecided: dict[tuple[str, str], list[Evaluation]] = defaultdict(list)
    for evaluation in judged:
        if evaluation.outcome == "violated":
            yield _violation(evaluation, explained.get(place_of(evaluation.instance)), reading)
        elif evaluation.outcome != "holds":
            undecided[(evaluation.instance.identity.code, evaluation.outcome)].append(evaluation)
    for group in undecided.values():
        yield _undecided(group, explained, reading)


def _violation(evaluation: Evaluation, suspect: Suspect | None, reading: Reading) -> Finding:
    instance = evaluation.instance
    identity = instance.identity
    return rule(identity.code).finding(
        f"{identity.table} / {instance.at}: {_side(instance.left)} = {in_digits(evaluation.left_sum)}, but "
        f"{_side(instance.right)} = {in_digits(evaluation.right_sum)} ({identity.label})",
        (key for key, _ in (*instance.left, *instance.right)),
        expected=suspect.expected if suspect else evaluation.right_sum,
        found=suspect.found if suspect else evaluation.left_sum,
        suspect=suspect.cell if suspect else None,
        cause=reading.cause(evaluation, suspect.cell if suspect else None),
        about=instance.at,
    )


def _undecided(group: Sequence[Evaluation], explained: Mapping[Place, Suspect], reading: Reading) -> Finding:
    """The places where an identity tallies only with blanks as zeros, or cannot be told; one outcome for all of them.

    The suspect is the cell that explains all of them, the cause the gravest of theirs. A sum that tallies with zeros has a cause only
    where the reading is in doubt or the form another: nothing is wrong with it.
    """
    identity, outcome = group[0].instance.identity, group[0].outcome
    places = ", ".join(evaluation.instance.at for evaluation in group[:4]) + (", …" if len(group) > 4 else "")
    cells = tuple(dict.fromkeys(key for evaluation in group for key in evaluation.unknown))
    suspects = {explained.get(place_of(evaluation.instance)) for evaluation in group}
    suspect = suspects.pop() if len(suspects) == 1 else None
    causes = {reading.cause(evaluation, suspect.cell if suspect else None) for evaluation in group}
    gravest = next((cause for cause in _GRAVEST_FIRST if cause in causes), None)
    if outcome == "assumed_zero":
        return rule("assumed_zero").finding(
            f"{identity.code} ({identity.label}) tallies in {len(group)} places ({places}) only if {len(cells)} cells "
            "without a number count as 0",
            cells,
            cause=None if gravest == "publisher_error" else gravest,
            about=identity.code,
        )
    empty = all(len(evaluation.unknown) == len((*evaluation.instance.left, *evaluation.instance.right)) for evaluation in group)
    return rule("not_evaluable").finding(
        f"{identity.code} ({identity.label}) cannot be told in {len(group)} places ({places}): {len(cells)} cells hold no number",
        cells,
        severity="info" if empty else "warn",
        expected=suspect.expected if suspect else None,
        suspect=suspect.cell if suspect else None,
        cause=gravest,
        about=identity.code,
    )


def _of_suspect(suspect: Suspect, reading: Reading) -> Finding:
    table, row, column = suspect.cell
    mended = ", ".join(f"{instance.identity.code} ({instance.at})" for instance in suspect.mends)
    stands = "no number stands here" if suspect.found is None else f"{in_digits(suspect.found)} stands here"
    return rule("suspect_cell").finding(
        f"{table} / {row} / {column}: {stands}, and {in_digits(suspect.expected)} would make {mended} tally"
        + ("; no other cell alone would" if suspect.alone else "; other cells are wrong beside it"),
        (suspect.cell,),
        expected=suspect.expected,
        found=suspect.found,
        suspect=suspect.cell,
        cause=reading.cause_at(suspect.cell),
    )


def _side(terms: tuple[tuple[CellKey, Term], ...]) -> str:
    if len(terms) > 4:
        return f"the sum of {len(terms)} cells ({terms[0][1].code} … {terms[-1][1].code})"
    return " ".join(("- " if term.sign < 0 else "+ ") + term.code for _, term in terms).removeprefix("+ ")
