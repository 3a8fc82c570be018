"""Why the identities of a report fail: which single figure would mend them, and whether the source or the reading is to blame.

The identities of the requests table cross: a cell stands in the sum of its row and in one or two of its column. So a figure
that is wrong alone breaks a set of identities that no other cell breaks. The fewest cells that mend all that fails are
sought; a cell is suspected only if every way that takes so few needs it, with the same value. Blanks count as 0 here, and
a blank may be what has to be filled; a sum over a cell that is missing or cannot be read takes no part, since its figure may be
anything. Where another cell would do as well, nothing is named. That fewer cells are wrong rather than more is assumed.

Tells only; no figure is changed. Does not belong here: whether an identity holds (`forms.arithmetic`), the findings
(`identities`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gx_pipeline.documents import normalize
from gx_pipeline.forms import CellKey, Instance, load_forms
from gx_pipeline.forms.arithmetic import TOLERANCE, Evaluation
from gx_pipeline.parsing import Cause, Finding, ParsedReport

# Where more cells than this are wrong at once, too much else explains it as well.
MOST_CELLS = 2
Place = tuple[str, str]
Number = int | float

# Findings of the parser after which a whole row may stand elsewhere: then no single cell of it is to blame.
_PLACES_IN_DOUBT = frozenset(
    {
        "headings_lost",
        "headings_out_of_order",
        "headings_twice",
        "row_label_lost",
        "row_may_be_shifted",
        "row_printed_twice",
        "unknown_heading",
        "unplaced_cells",
    }
)
# Findings of the parser on headings that do not say which column is whose.
_UNSURE_HEADINGS = frozenset({"headings_incomplete", "headings_out_of_order"})
# Findings of the parser that say only what is printed.
_AS_PRINTED = frozenset({"blank_cells", "not_applicable_cells"})
_PLAIN = re.compile(r"\d[\d,]*")


class Change(NamedTuple):
    """A cell, and the figure that would fit there."""

    cell: CellKey
    value: Number


class Suspect(NamedTuple):
    """A cell that is to blame: what stands there (None where no number does), what would fit, and the identities that it mends.

    `alone` says that no other cell has to be changed for these.
    """

    cell: CellKey
    expected: Number
    found: Number | None
    mends: tuple[Instance, ...]
    alone: bool


class Diagnosis(NamedTuple):
    """The cells to blame, and the one cell that explains an identity by itself, by the identity's code and place."""

    suspects: tuple[Suspect, ...]
    explained: Mapping[Place, CellKey]


def place_of(instance: Instance) -> Place:
    """An identity at its place: its code, and the column or row."""
    return instance.identity.code, instance.at


def diagnose(judged: Sequence[Evaluation], report: ParsedReport) -> Diagnosis:
    """The cells to blame for what fails among the identities of a report.

    Args:
        judged: every identity within the year, at every place.
        report: the report that they were judged on.
    """
    reading = Reading(report)
    suspects: list[Suspect] = []
    explained: dict[Place, CellKey] = {}
    for group in _connected(judged) if any(map(_fails, judged)) else ():
        if not any(map(_fails, group)):
            continue
        found = _Equations(group, report).explanation()
        named = [suspect for suspect in found.suspects if not reading.places_in_doubt(suspect.cell)]
        cells = {suspect.cell for suspect in named}
        suspects += named
        explained |= {place: cell for place, cell in found.explained.items() if cell in cells}
    return Diagnosis(tuple(suspects), explained)


def _fails(evaluation: Evaluation) -> bool:
    """Whether the sides differ with blanks as 0, be it a violation or open."""
    return abs(evaluation.left_sum - evaluation.right_sum) >= TOLERANCE


def _connected(judged: Sequence[Evaluation]) -> Iterable[list[Evaluation]]:
    """The identities in groups that share cells, directly or through others."""
    leader = list(range(len(judged)))

    def led_by(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    first_in: dict[CellKey, int] = {}
    for number, evaluation in enumerate(judged):
        for key, _ in (*evaluation.instance.left, *evaluation.instance.right):
            leader[led_by(first_in.setdefault(key, number))] = led_by(number)
    groups: dict[int, list[Evaluation]] = defaultdict(list)
    for number, evaluation in enumerate(judged):
        groups[led_by(number)].append(evaluation)
    return groups.values()


class _Equations:
    """A group of identities as equations over cells, blanks as 0; one in which a cell is missing or cannot be read takes no part."""

    def __init__(self, group: Sequence[Evaluation], report: ParsedReport) -> None:
        self.report = report
        states = {key: report.by_key[key].state for evaluation in group for key in evaluation.unknown}
        self.judged = [one for one in group if all(states[key] not in ("unparsed", "missing") for key in one.unknown)]
        self.whole = len(self.judged) == len(group)
        self.terms = [
            [
                *((key, term.sign) for key, term in evaluation.instance.left),
                *((key, -term.sign) for key, term in evaluation.instance.right),
            ]
            for evaluation in self.judged
        ]
        self.of_cell: dict[CellKey, list[tuple[int, int]]] = defaultdict(list)
        for number, terms in enumerate(self.terms):
            for key, sign in terms:
                self.of_cell[key].append((number, sign))
        self.most = max(map(len, self.of_cell.values()), default=0)
        self.failing = {number: one.left_sum - one.right_sum for number, one in enumerate(self.judged) if _fails(one)}

    def explanation(self) -> Diagnosis:
        """The cells to blame in this group.

        First the one cell that mends all that is violated, whatever blanks leave open; then the fewest that mend what is left.
        Where an identity takes no part, a cell may be in one sum alone, and two could share the difference in many ways.
        """
        violated = {number for number in self.failing if self.judged[number].outcome == "violated"}
        alone = list(self._alone(violated)) if violated else []
        first = {change.cell: change.value for change in alone} if len(alone) == 1 else {}
        left = self._after(self.failing, alone[0]) if first else self.failing
        ways = self._fewest(left, first, MOST_CELLS if self.whole else 1)
        if not ways:
            return Diagnosis((), {})
        needed = frozenset.intersection(*ways)
        touched: dict[int, set[CellKey]] = defaultdict(set)
        for change in {change for way in ways for change in way}:
            for number, _ in self.of_cell[change.cell]:
                touched[number].add(change.cell)
        return Diagnosis(
            tuple(self._suspect(change, touched) for change in sorted(needed, key=self._in_print)),
            {
                place_of(self.judged[number].instance): change.cell
                for change in needed
                for number, _ in self.of_cell[change.cell]
                if number in self.failing and touched[number] == {change.cell}
            },
        )

    def _in_print(self, change: Change) -> int:
        return next(number for number, cell in enumerate(self.report.cells) if cell.key == change.cell)

    def _suspect(self, change: Change, touched: Mapping[int, set[CellKey]]) -> Suspect:
        mended = [number for number, _ in self.of_cell[change.cell] if number in self.failing]
        return Suspect(
            change.cell,
            change.value,
            self.report.by_key[change.cell].value,
            tuple(self.judged[number].instance for number in mended),
            all(touched[number] == {change.cell} for number, _ in self.of_cell[change.cell]),
        )

    def _alone(self, violated: set[int]) -> Iterator[Change]:
        """The single changes that mend all of these, break none that tallies and make none violated that blanks leave open."""
        for change in self._changes(min(violated), self.failing, {}):
            if self.report.by_key[change.cell].value is None:
                continue
            after = self._after(self.failing, change)
            touched = {number for number, _ in self.of_cell[change.cell]}
            if violated <= touched and not any(self._broken(number, after) for number in touched):
                yield change

    def _broken(self, number: int, failing: Mapping[int, Number]) -> bool:
        """Whether a change leaves this identity failing, and not just open for its blanks as it was before."""
        if number not in failing:
            return False
        judged = self.judged[number]
        if number not in self.failing or judged.outcome == "violated":
            return True
        left, right = (any(key in judged.unknown for key, _ in side) for side in (judged.instance.left, judged.instance.right))
        return left != right and (failing[number] > 0) == left

    def _fewest(self, failing: Mapping[int, Number], first: Mapping[CellKey, Number], most: int) -> list[frozenset[Change]]:
        """Every way to mend what still fails with as few changes as possible beside the first; only that where it takes too many."""
        for number in range(most + 1):
            if ways := set(self._ways(failing, first, number)):
                return list(ways)
        return [_changes_of(first)] if first else []

    def _ways(self, failing: Mapping[int, Number], made: Mapping[CellKey, Number], left: int) -> Iterator[frozenset[Change]]:
        """The ways to mend all that fails with so many changes beside those made.

        Of two wrong cells, which share one identity at most, each stands alone in some identity, and that fails by as much as
        the cell is wrong. So it is enough to try, for each that fails, each of its cells by the whole difference.
        """
        if not failing:
            yield _changes_of(made)
            return
        if len(failing) > left * self.most:
            return
        shortest = min(failing, key=lambda number: len(self.terms[number]))
        for number in [shortest] if left == 1 else failing:
            for change in self._changes(number, failing, made):
                yield from self._ways(self._after(failing, change), {**made, change.cell: change.value}, left - 1)

    def _changes(self, number: int, failing: Mapping[int, Number], made: Mapping[CellKey, Number]) -> Iterator[Change]:
        """The changes of one cell each that mend an identity; counts are never below 0."""
        for cell, sign in self.terms[number]:
            value = (self.report.by_key[cell].value or 0) - sign * failing[number]
            if value >= 0 and cell not in made:
                yield Change(cell, value)

    def _after(self, failing: Mapping[int, Number], change: Change) -> dict[int, Number]:
        """What fails, and by how much, after a change."""
        by = change.value - (self.report.by_key[change.cell].value or 0)
        after = dict(failing)
        for number, sign in self.of_cell[change.cell]:
            difference = after.get(number, 0) + sign * by
            if abs(difference) < TOLERANCE:
                after.pop(number, None)
            else:
                after[number] = difference
        return after


def _changes_of(made: Mapping[CellKey, Number]) -> frozenset[Change]:
    return frozenset(Change(cell, value) for cell, value in made.items())


@dataclass(frozen=True)
class Reading:
    """How certainly a report was read, told by what the parser says of its cells."""

    report: ParsedReport

    def cause(self, evaluation: Evaluation, suspect: CellKey | None = None) -> Cause:
        """What is behind an identity that fails or cannot be told; where one cell explains it, what is behind that.

        A sum over every row of a kind is said to follow from the form where the table has other rows than that form.
        """
        instance = evaluation.instance
        if suspect is not None:
            return self.cause_at(suspect)
        if _sums_a_kind_of_row(instance) and self._is_variant(instance.identity.table):
            return "form_variant"
        rows = {(key.table, key.row) for key, _ in (*instance.left, *instance.right)}
        doubted = instance.identity.table in self._doubted_tables or rows & (self._doubted_rows | self._unconfirmed_rows)
        return "parse_doubt" if doubted else "publisher_error"

    def cause_at(self, suspect: CellKey) -> Cause:
        """`publisher_error` where the row of a cell to blame is printed so beyond doubt, else `parse_doubt`.

        That one cell mends all confirms that the others of its row are in their columns.
        """
        doubted = suspect.table in self._doubted_tables or (suspect.table, suspect.row) in self._doubted_rows
        return "parse_doubt" if doubted else "publisher_error"

    def places_in_doubt(self, cell: CellKey) -> bool:
        """Whether the row of a cell may stand elsewhere as a whole."""
        displaced = cell.table in self._doubted_tables or (cell.table, cell.row) in self._displaced_rows
        return displaced or self.report.by_key[cell].placement == "identity"

    @cached_property
    def _displaced_rows(self) -> set[tuple[str, str]]:
        return {
            (key.table, key.row) for finding in self.report.findings if finding.rule in _PLACES_IN_DOUBT for key in finding.cells
        }

    @cached_property
    def _doubted_rows(self) -> set[tuple[str, str]]:
        """Rows of which the parser says more than what is printed, or a figure is not printed as plain digits."""
        pointed = {
            (key.table, key.row) for finding in self.report.findings if finding.rule not in _AS_PRINTED for key in finding.cells
        }
        return pointed | {
            (cell.key.table, cell.key.row)
            for cell in self.report.cells
            if cell.placement == "identity" or (cell.value is not None and not _is_plain(cell.raw or ""))
        }

    @cached_property
    def _unconfirmed_rows(self) -> set[tuple[str, str]]:
        """Rows that stand by their position under headings which do not say so."""
        tables = {_table_of(found) for found in self.report.findings if found.rule in _UNSURE_HEADINGS}
        return {
            (cell.key.table, cell.key.row)
            for cell in self.report.cells
            if cell.placement == "position" and cell.key.table in tables
        }

    @cached_property
    def _doubted_tables(self) -> set[str]:
        """Tables with numbers or headings of which the parser cannot say to which cells they belong."""
        return {
            _table_of(finding)
            for finding in self.report.findings
            if not finding.cells and finding.severity != "info" and finding.rule in _PLACES_IN_DOUBT
        }

    def _is_variant(self, table: str) -> bool:
        """Whether a table has rows that the form of the other tables or of the year has not, or that no form has."""
        year, form = self.report.year, self.report.form_of(table)
        if form != self.report.form or (year is not None and not load_forms()[form].serves(year)):
            return True
        return any(finding.rule == "unknown_row" and _table_of(finding) == table for finding in self.report.findings)


def _table_of(finding: Finding) -> str:
    """The table that a finding of the parser on reading one is about, be it without a cell."""
    return finding.about.partition("/")[0]


def _is_plain(raw: str) -> bool:
    return bool(_PLAIN.fullmatch(raw) or _PLAIN.fullmatch(normalize(raw)))


def _sums_a_kind_of_row(instance: Instance) -> bool:
    identity = instance.identity
    return identity.terms == "rows" and any(text.startswith("role:") for text in (*identity.left, *identity.right))
