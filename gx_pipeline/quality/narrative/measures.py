"""What a figure of the text may count, and the cells of the tables that count the same.

A measure has several readings where its wording leaves open what is counted: the text then contradicts the table only where
none agrees. Does not belong here: the wordings (`requests`, `disputes`, `documents`).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import product
from typing import NamedTuple

from gx_pipeline.forms import CellKey, TableCode

Rows = tuple[tuple[str, ...], ...]
_DENIED = (
    "denied_state_secret",
    "denied_other_law",
    "denied_three_securities_one_stability",
    "denied_third_party_rights",
    "denied_internal_affairs",
    "denied_deliberative_process",
    "denied_enforcement_file",
    "denied_administrative_inquiry",
)
_UNAVAILABLE = ("unavailable_not_held", "unavailable_needs_creation", "unavailable_unclear_after_correction")
_NOT_PROCESSED = (
    "not_processed_petition",
    "not_processed_repeat",
    "not_processed_publication",
    "not_processed_excessive",
    "not_processed_reconfirmation",
)
_LEGAL_PERSONS = (
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organization",
    "legal_service_organization",
    "other_organization",
)
_SUITS = ("litigation_direct", "litigation_after_reconsideration")
_NEW, _BOTH, _HANDLED = ("new_received",), ("new_received", "carried_in"), ("total_handled",)

# A code that is not listed is the row or column of that name. `received` counts what came in where those carried in are named
# with it, `dealt_with` what an agency had in hand or settled.
_ROWS: dict[str, Rows] = {
    "received": (_NEW, _BOTH),
    "received_and_carried_in": (_BOTH,),
    "received_and_handled": (_NEW, _HANDLED),
    "dealt_with": (_HANDLED, _NEW, _BOTH),
    "answered": (_HANDLED,),
    "handled_in_time": (_HANDLED,),
    "denied": (_DENIED,),
    "unavailable": (_UNAVAILABLE,),
    "not_processed": (_NOT_PROCESSED,),
    "other": (("other",), ("other_uncorrected", "other_unpaid", "other_other")),
    "litigation": (_SUITS,),
    "all": (("reconsideration", *_SUITS),),
}
_COLUMNS: dict[str, Rows] = {
    "legal_persons": (_LEGAL_PERSONS,),
    "enterprises": (("commercial_enterprise",), _LEGAL_PERSONS),
    "organizations": (("other_organization",), _LEGAL_PERSONS),
}
# Figures of which the table's is the most that they can be.
_AT_MOST = frozenset({"answered", "handled_in_time"})
_STOCKS = frozenset({"carried_in", "carried_out", "pending", "in_force", "total_public"})


class Measure(NamedTuple):
    """A measure: its code, the sums of cells that may be it, and how it compares.

    `at_most` is a figure that may be less than the table's; `stock` one that is counted on a day and not over the year.
    """

    code: str
    readings: tuple[tuple[CellKey, ...], ...]
    at_most: bool
    stock: bool

    def readings_of(self, form: Collection[CellKey]) -> tuple[tuple[CellKey, ...], ...]:
        """The readings of which a form has every cell."""
        return tuple(cells for cells in self.readings if all(cell in form for cell in cells))


@cache
def measure(code: str) -> Measure:
    """A measure by its code, `table/row/column`; one of `information_fees` is in no table."""
    table, *rest = code.split("/")
    readings: list[tuple[CellKey, ...]] = []
    if table != "information_fees":
        known: TableCode = table  # type: ignore[assignment]
        row, column = rest
        for rows, columns in product(_ROWS.get(row, ((row,),)), _COLUMNS.get(column, ((column,),))):
            readings.append(tuple(CellKey(known, one, other) for one in rows for other in columns))
    return Measure(code, tuple(readings), not _AT_MOST.isdisjoint(rest), not _STOCKS.isdisjoint(rest))
