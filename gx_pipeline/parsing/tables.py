"""The three statutory tables of a document: where they stand, which form each follows, and every cell of that form.

What the labels and the places of the cells alone decide is kept as a plan, so that reports of one layout are laid out
once. Does not belong here: filling a table (`filling`), sums that do not tally (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gx_pipeline.forms import TABLE_CODES, CellKey, Column, Form, TableCode, form_of_year, load_forms
from gx_pipeline.parsing.filling import Fill, Tables
from gx_pipeline.parsing.model import Finding, Placement, ReportCell
from gx_pipeline.parsing.numbers import read_cell
from gx_pipeline.parsing.rows import MAX_FOREIGN, Rows, regions, scan
from gx_pipeline.parsing.tokens import PROSE_SIGNS, Stream

MAX_PLANS = 512


class PlannedCell(NamedTuple):
    """A cell of the form and the token of the shape that fills it (None: missing)."""

    key: CellKey
    column: Column
    token: int | None
    placement: Placement | None
    unit: str | None


class Plan(NamedTuple):
    """What the shape of a document settles: forms, cells and findings, tokens counted within the shape."""

    forms: dict[TableCode, Form]
    found: frozenset[TableCode]
    stretches: tuple[tuple[int, int], ...]
    cells: tuple[PlannedCell, ...]
    findings: tuple[Finding, ...]


_plans: dict[tuple[object, ...], Plan | None] = {}


def read_tables(stream: Stream, year: int | None) -> Tables:
    """All cells of the report's form(s).

    Args:
        stream: the document as a stream of tokens.
        year: the report year if known; it decides the form only where the tables' own labels do not.
    """
    signs, where = shape_of(stream)
    shape = (year, *signs)
    plan = _plans.get(shape)
    if plan is not None and (tables := _carry_out(plan, stream, where)):
        return tables
    tables = lay_out(stream, year)
    if shape not in _plans:
        if len(_plans) >= MAX_PLANS:
            _plans.pop(next(iter(_plans)))
        _plans[shape] = _plan(tables, where)
    return tables


def shape_of(stream: Stream) -> tuple[list[int], list[int]]:
    """All that rows and columns are found by: kinds and labels of the tokens, lines, grids; and the tokens that it counts.

    Running text longer than any that a table may hold counts the same whatever its length.
    """
    signs: list[int] = []
    where: list[int] = []
    current, prose, expected = -1, 0, 0
    lines, columns = stream.lines, stream.columns
    for index, (word, number) in enumerate(zip(stream.words, stream.at, strict=True)):
        sign = word.sign
        if number != current:
            line = lines[number]
            width = len(line.cells)
            single = width == 1 and line.table is None
            if not single:
                signs.append(-width if line.table is None else -1000 - width)
            current, expected = number, 0
        if single and sign in PROSE_SIGNS:
            prose += 1
            if prose > MAX_FOREIGN + 1:
                continue
        else:
            prose = 0
            if columns[index] != expected:
                signs.append(-100_000 - columns[index])
                expected = columns[index]
            expected += 1
        signs.append(sign)
        where.append(index)
    return signs, where


def lay_out(stream: Stream, year: int | None) -> Tables:
    """All cells of the report's form(s), found from the ground up."""
    tokens = stream.tokens()
    stretches = {table: regions(tokens, table) for table in TABLE_CODES}
    scanned: dict[TableCode, Rows] = {}
    for table in ("proactive_disclosure", "requests"):
        scanned[table] = Rows()
        for stretch in stretches[table]:
            scan(tokens, stretch, table, scanned[table])
    tables = Tables(forms=_forms(scanned, year))
    for table, parts in stretches.items():
        if parts:
            tables.found.add(table)
        tables.stretches += parts
        for start, stop in parts:
            tables.lines.update(token.line for token in tokens[start:stop])
    for table, rows in scanned.items():
        Fill(tables, table, table in tables.found).rows(rows)
    Fill(tables, "reconsideration_litigation", "reconsideration_litigation" in tables.found).single_row(
        tokens, stretches["reconsideration_litigation"]
    )
    order = {key: index for index, key in enumerate(key for table in TABLE_CODES for key in tables.forms[table].cells(table))}
    tables.cells.sort(key=lambda cell: order[cell.key])
    return tables


def _plan(tables: Tables, where: Sequence[int]) -> Plan | None:
    """What may be kept of the tables: nothing where a figure had a say in it, or where a finding quotes the document."""
    if tables.by_value or any(finding.rule not in _OF_SHAPE for finding in tables.findings):
        return None
    counted = {index: position for position, index in enumerate(where)}
    columns = {
        CellKey(code, row.code, column.code): column
        for code, form in tables.forms.items()
        for row in form.tables[code].rows
        for column in form.tables[code].columns_of(row.code)
    }
    return Plan(
        tables.forms,
        frozenset(tables.found),
        tuple((counted[start], counted[stop - 1] + 1) for start, stop in tables.stretches),
        tuple(
            PlannedCell(
                cell.key, columns[cell.key], None if token is None else counted[token], cell.placement, tables.units.get(cell.key)
            )
            for cell in tables.cells
            for token in [tables.sources.get(cell.key)]
        ),
        tuple(tables.findings),
    )


# Findings that the shape of a document settles; any other quotes what is printed there.
_OF_SHAPE = frozenset({"headings_incomplete", "table_missing"})


def _carry_out(plan: Plan, stream: Stream, where: Sequence[int]) -> Tables | None:
    """The tables after a plan; None where a cell does not simply read as what it is (a finding has to tell)."""
    cells, at, lines, columns = stream.cells, stream.at, stream.lines, stream.columns
    found: list[ReportCell] = []
    for key, column, token, placement, unit in plan.cells:
        if token is None:
            found.append(ReportCell(key, None, "missing"))
            continue
        index = where[token]
        cell = cells[index]
        state, value, how = read_cell(cell.text, column, unit)
        if how is not None or (value and column.unit == "元" and not unit and "元" not in cell.text):
            return None
        found.append(ReportCell(key, value, state, cell.raw, placement, lines[at[index]].locator(columns[index])))
    taken = {number for start, stop in plan.stretches for number in at[where[start] : where[stop - 1] + 1]}
    return Tables(forms=plan.forms, cells=found, findings=list(plan.findings), lines=taken, found=set(plan.found))


def _forms(scanned: dict[TableCode, Rows], year: int | None) -> dict[TableCode, Form]:
    """The form of each table, from its own labels; the year settles only what they leave open."""
    known = load_forms()
    fallback = _official(year)
    votes = {
        code: _votes(form, "proactive_disclosure", [code for run in scanned["proactive_disclosure"].runs for code in run])
        + _votes(form, "proactive_disclosure", [d.code for d in scanned["proactive_disclosure"].drafts if d.code])
        for code, form in known.items()
    }
    best = max(votes, key=lambda code: (votes[code], code == fallback.form))
    main = known[best] if votes[best] > 0 else fallback
    rows = {draft.code for draft in scanned["requests"].drafts if draft.code and (draft.explicit or draft.pairs)}
    requests = [
        form for form in known.values() if rows & ({row.code for row in form.tables["requests"].rows} - _shared_rows("requests"))
    ]
    return {
        "proactive_disclosure": main,
        "requests": requests[0] if len(requests) == 1 else main,
        "reconsideration_litigation": main,
    }


def _official(year: int | None) -> Form:
    try:
        return form_of_year(year) if year is not None else list(load_forms().values())[-1]
    except KeyError:
        return next(iter(load_forms().values()))


def _votes(form: Form, table: TableCode, codes: Iterable[str]) -> int:
    """How many of the codes only this form has."""
    others = {code for other in load_forms().values() if other is not form for code in _codes(other, table)}
    return len(set(codes) & (_codes(form, table) - others))


def _codes(form: Form, table: TableCode) -> set[str]:
    declared = form.tables[table]
    return {row.code for row in declared.rows} | {column.code for column in declared.columns}


def _shared_rows(table: TableCode) -> set[str]:
    return set.intersection(*({row.code for row in form.tables[table].rows} for form in load_forms().values()))
