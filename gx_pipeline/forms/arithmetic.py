"""The arithmetic of an identity over the cells of a report: holds, violated, or cannot be told; and figures in digits.

Pure functions over values; used to confirm a placement (`parsing`) and to judge a report (`quality`). What a violation
means to a reader is for `quality`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from gx_pipeline.forms.model import CellKey, Instance, Term

Outcome = Literal["holds", "assumed_zero", "violated", "not_evaluable"]
Lookup = Callable[[CellKey, Term], tuple[str, int | float | None]]
TOLERANCE = 1e-6


class Evaluation(NamedTuple):
    """What became of an identity at one place. The sums are over the reported terms only."""

    instance: Instance
    outcome: Outcome
    left_sum: int | float
    right_sum: int | float
    unknown: tuple[CellKey, ...]


def in_digits(value: int | float) -> str:
    """A figure as messages and exports write it: all its digits, decimals as far as sums are compared, no zeros behind them."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def evaluate(instance: Instance, lookup: Lookup) -> Evaluation:
    """Evaluate an identity at one place.

    Args:
        instance: the identity with its cells.
        lookup: gives state and value of a cell; a term marked `previous` is to be looked up in last year's report.

    Returns:
        `holds` or `violated` when every term is reported. With terms that are blank, placeholders or missing:
        `assumed_zero` when the sides are equal with zeros there, `violated` when the known part of a side already
        exceeds the complete other side, else `not_evaluable`. An unparsed term makes it `not_evaluable`.
    """
    sums: list[int | float] = [0, 0]
    unknown: list[tuple[int, CellKey, Term]] = []
    unparsed = False
    reported = 0
    for side, terms in enumerate((instance.left, instance.right)):
        for key, term in terms:
            state, value = lookup(key, term)
            if value is None:
                unknown.append((side, key, term))
                unparsed = unparsed or state == "unparsed"
            else:
                reported += 1
                sums[side] += term.sign * value
    outcome: Outcome
    equal = abs(sums[0] - sums[1]) < TOLERANCE
    if not unknown:
        outcome = "holds" if equal else "violated"
    elif unparsed or not reported:
        outcome = "not_evaluable"
    elif equal:
        outcome = "assumed_zero"
    else:
        sides = {side for side, _, _ in unknown}
        side = next(iter(sides))
        exceeded = len(sides) == 1 and all(term.sign > 0 for _, _, term in unknown) and sums[side] > sums[1 - side]
        outcome = "violated" if exceeded else "not_evaluable"
    return Evaluation(instance, outcome, sums[0], sums[1], tuple(key for _, key, _ in unknown))
