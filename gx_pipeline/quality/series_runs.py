"""What shows only over several years of an agency: figures that repeat, vanish or jump by a change of unit.

Does not belong here: sums that tie one year to the next (`series`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.parsing import Finding, Severity
from gx_pipeline.quality.registry import rule
from gx_pipeline.quality.series_model import ReportOfYear, differ_in_scope

# Stocks stay as they are in quiet years; only what happened within the year says that a table was copied.
_STOCKS = frozenset({"in_force", "total_public", "items_prev_year"})
# How much must repeat before a repetition is told. A small office may well have the same two or three cases again.
_THREE_YEARS = (4, 20)
_TWO_YEARS = (8, 100)
# How much must stand in the years around one that is all zero.
_BUSY = 5


def repeated(stretch: Sequence[ReportOfYear]) -> Iterator[tuple[int, Finding]]:
    """Years whose three tables are those of the years before, figure by figure."""
    length = 1
    for earlier, later in pairwise(stretch):
        length = length + 1 if _all_figures(later) == _all_figures(earlier) else 1
        happened = _happened(later)
        number, amount = len(happened), sum(abs(value) for value in happened.values())
        years = f"{later.year - length + 1} to {later.year}"
        if length >= 3 and (number >= _THREE_YEARS[0] or amount >= _THREE_YEARS[1]):
            message = f"the three tables are the same in all reports from {years}, {number} figures that are not 0 among them"
            yield later.year, rule("identical_years").finding(message, happened, severity="warn", about="three years")
        elif length == 2 and number >= _TWO_YEARS[0] and amount >= _TWO_YEARS[1]:
            message = f"the three tables are the same in the reports for {years}, {number} figures that are not 0 among them"
            yield later.year, rule("identical_years").finding(message, happened, severity="info", about="two years")


def vanished(stretch: Sequence[ReportOfYear]) -> Iterator[tuple[int, Finding]]:
    """Years in which every figure is 0 between two years in which something stands."""
    for before, report, after in zip(stretch, stretch[1:], stretch[2:], strict=False):
        if not _is_all_zero(report) or any(
            sum(abs(value) for value in (*_happened(year).values(), *_stocks(year).values())) < _BUSY for year in (before, after)
        ):
            continue
        around = [{key for key, (_, value) in year.figures.items() if value} & report.figures.keys() for year in (before, after)]
        cells = around[0] & around[1] or around[0] | around[1]
        message = (
            f"every figure for {report.year} is 0, but {len(around[0])} are not in {before.year} "
            f"and {len(around[1])} are not in {after.year}"
        )
        yield report.year, rule("zero_year").finding(message, [key for key in report.figures if key in cells])


@cache
def _cells_of_the_year(form: str, requests_form: str) -> tuple[CellKey, ...]:
    """The cells that count what happened within the year, each case once: no totals, no stocks."""
    forms = load_forms()
    return tuple(
        key
        for name, tables in ((form, ("proactive_disclosure", "reconsideration_litigation")), (requests_form, ("requests",)))
        for key in forms[name].cells()
        if key.table in tables
        and key.column not in _STOCKS
        and forms[name].tables[key.table].row_by_code[key.row].role != "total"
        and forms[name].tables[key.table].column_by_code[key.column].role != "total"
    )


def _happened(report: ReportOfYear) -> dict[CellKey, int | float]:
    """What happened within the year, where it is not 0."""
    return {key: value for key in _cells_of_the_year(report.form, report.requests_form) if (value := report.value(key))}


def _stocks(report: ReportOfYear) -> dict[CellKey, int | float]:
    return {key: value for key, (_, value) in report.figures.items() if value and key.column in _STOCKS}


def _all_figures(report: ReportOfYear) -> dict[CellKey, int | float | str]:
    """Every figure, an empty cell as 0; one that could not be read is like no other."""
    return {
        key: f"{state} in {report.year}" if state == "unparsed" else value or 0 for key, (state, value) in report.figures.items()
    }


def _is_all_zero(report: ReportOfYear) -> bool:
    """Whether every figure is 0, and enough of them are printed to say so."""
    states = [state for state, _ in report.figures.values()]
    return (
        "unparsed" not in states
        and 2 * states.count("reported") > len(states)
        and not any(value for _, value in report.figures.values())
    )


# -- units ---------------------------------------------------------------------------------------------------------------

_FACTOR = 10_000
# A jump is told where it is the factor itself, near enough, or of its order with a figure that is hardly possible.
_NEAR = 0.05
_ORDER = (3_000, 30_000)


class _Amount(NamedTuple):
    """A sum of money on a form, with the sizes beyond which a figure is hardly possible in its unit, and its words."""

    cell: CellKey
    small: float
    large: float
    least: float
    slip: str


_AMOUNTS = (
    # Yuan in the column of 10,000 yuan makes a fee too large; the other way round nobody prints.
    _Amount(
        CellKey("proactive_disclosure", "administrative_fees", "amount_10k_yuan"),
        small=0,
        large=10_000,
        least=100,
        slip="yuan in a cell whose unit is 10,000 yuan",
    ),
    # The form names no unit for procurement, so both happen; the amount is kept in yuan.
    _Amount(
        CellKey("proactive_disclosure", "government_procurement", "amount"),
        small=10_000,
        large=10_000_000_000,
        least=100_000,
        slip="the units yuan and 10,000 yuan confused",
    ),
)


class _Level(NamedTuple):
    """Reports that follow each other with amounts of one order, and the jumps at its ends that a change of unit explains."""

    reports: list[ReportOfYear]
    jumps: list[tuple[ReportOfYear, bool]]


def slipped(stretch: Sequence[ReportOfYear]) -> Iterator[tuple[int, Finding]]:
    """Amounts that are about 10,000 times those of the years beside them, or a part of 10,000."""
    for amount in _AMOUNTS:
        for level, is_high in _wrong_levels(amount, stretch):
            certain = len(level.reports) == 1 and (len(level.jumps) == 2 or any(is_near for _, is_near in level.jumps))
            yield from (_slip(amount, report, level, is_high, "error" if certain else "warn") for report in level.reports)


def _wrong_levels(amount: _Amount, stretch: Sequence[ReportOfYear]) -> Iterator[tuple[_Level, bool]]:
    """The levels that are printed in the wrong unit, each with whether its figures are too large."""
    levels: list[_Level] = []
    wrong: dict[int, bool] = {}
    earlier: ReportOfYear | None = None
    for report in stretch:
        value = report.value(amount.cell)
        if not value or value < 0:
            earlier = None
            continue
        before = earlier.value(amount.cell) if earlier and not differ_in_scope(earlier, report) else None
        if before and max(value, before) / min(value, before) < _ORDER[0]:
            levels[-1].reports.append(report)
        else:
            levels.append(_Level([report], []))
            if earlier and before and (jump := _jump(amount, before, value)):
                is_high = amount.small == 0 or min(value, before) >= amount.small
                index = len(levels) - (1 if (value > before) is is_high else 2)
                beside = earlier if index == len(levels) - 1 else report
                levels[index].jumps.append((beside, jump == "near"))
                wrong[index] = is_high
        earlier = report
    for index, is_high in wrong.items():
        yield levels[index], is_high


def _jump(amount: _Amount, one: float, other: float) -> str | None:
    """What a step from one amount to another says of their units: "near" the factor, of its "order", or nothing."""
    small, large = sorted((one, other))
    ratio = large / small
    if abs(ratio / _FACTOR - 1) <= _NEAR and large >= amount.least:
        return "near"
    if _ORDER[0] <= ratio <= _ORDER[1] and (large >= amount.large or small < amount.small):
        return "order"
    return None


def _slip(amount: _Amount, report: ReportOfYear, level: _Level, is_high: bool, severity: Severity) -> tuple[int, Finding]:
    value = report.value(amount.cell) or 0
    beside = " and ".join(f"{in_digits(year.value(amount.cell) or 0)} for {year.year}" for year, _ in level.jumps)
    message = (
        f"{amount.cell.row}: {in_digits(value)} for {report.year} beside {beside}, about {'10,000 times' if is_high else 'a 10,000th of'} "
        f"that: perhaps {amount.slip}"
    )
    expected = round(value / _FACTOR, 6) if is_high else value * _FACTOR
    return report.year, rule("unit_slip").finding(
        message,
        (amount.cell,),
        severity=severity,
        expected=expected,
        found=value,
        suspect=amount.cell,
        cause="parse_doubt" if amount.cell in report.doubted else None,
    )
