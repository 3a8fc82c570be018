"""Rows whose cells may all stand a column too far to one side: what the figures themselves say against their places.

Only tells; no figure is moved. Does not belong here: sums that do not hold in a row whose places are certain (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gx_pipeline.forms import Form, TableCode
from gx_pipeline.parsing.model import Finding, ReportCell
from gx_pipeline.parsing.placing import sums_of_row, tallies


def shifted_rows(form: Form, table: TableCode, cells: Sequence[ReportCell]) -> Iterator[Finding]:
    """Findings on the rows of a table that may be shifted. `cells` are the table's, in printed order."""
    if cells and all(cell.state == "blank" for cell in cells):
        yield Finding(
            "table_empty",
            "warn",
            f"{form.tables[table].label}: every cell of the table is printed empty",
            tuple(cell.key for cell in cells),
        )
        return
    if table == "requests":
        yield from _without_total(form, cells)
    elif table == "reconsideration_litigation":
        yield from _one_row(form, cells)


def _without_total(form: Form, cells: Sequence[ReportCell]) -> Iterator[Finding]:
    """A row without a total, of which the last figure is the sum of those before it."""
    declared = form.tables["requests"]
    width = len(declared.columns)
    for start in range(0, len(cells), width):
        row = cells[start : start + width]
        if row[-1].value is not None or not row[-2].value:
            continue
        filled = [cell.value for cell in row if cell.value is not None]
        if len(filled) > 1 and filled[-1] == sum(filled[:-1]):
            label = declared.row_by_code[row[0].key.row].label
            yield Finding(
                "row_may_be_shifted",
                "warn",
                f"{declared.label}: row “{label}” has no total, and its last figure {filled[-1]} is the sum of those before it; "
                "its cells may stand a column too far left",
                tuple(cell.key for cell in row),
            )


def _one_row(form: Form, cells: Sequence[ReportCell]) -> Iterator[Finding]:
    """A single row of figures of which a sum fails while they stand by position, or while its first or last cell is empty."""
    sure = all(cell.placement == "header" for cell in cells) and cells[0].state != "blank" and cells[-1].state != "blank"
    if sure or all(cell.placement is None for cell in cells):
        return
    declared = form.tables["reconsideration_litigation"]
    for row in declared.rows:
        values = {cell.key.column: cell.value or 0 for cell in cells if cell.key.row == row.code}
        if not tallies(values, sums_of_row(form, "reconsideration_litigation", row.code)):
            yield Finding(
                "row_may_be_shifted",
                "warn",
                f"{declared.label}: a sum of its one row of figures does not hold, and they stand there by position or beside an empty "
                "cell; all of them may be shifted",
                tuple(cell.key for cell in cells),
            )
            return
