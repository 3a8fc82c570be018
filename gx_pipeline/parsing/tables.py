"""The three statutory tables of a document: where they stand, which form each follows, and every cell of that form.

What the labels and the places of the cells alone decide is kept as a plan, so that tables of one layout are laid out
once. Does not belong here: filling a table (`filling`), sums that do not tally (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from gx_pipeline.documents import normalize
from gx_pipeline.forms import CellKey, Column, Form, TableCode, form_of_year, load_forms
from gx_pipeline.parsing.filling import Fill
from gx_pipeline.parsing.labelled_table import LabelledTable
from gx_pipeline.parsing.model import Finding, Placement, ReportCell
from gx_pipeline.parsing.numbers import Reads, read_cell, reads_of
from gx_pipeline.parsing.rows import Rows, headless, regions, scan
from gx_pipeline.parsing.shifted import shifted_rows
from gx_pipeline.parsing.single_row_table import SingleRowTable
from gx_pipeline.parsing.tokens import VALUES, Stream, Token, TokenKind

MAX_PLANS = 512
_DISPUTES = 15
_DISPUTE_WORDS = ("复议", "诉讼")
# Findings that the shape of a table settles; any other quotes what is printed there.
_OF_SHAPE = frozenset({"headings_incomplete", "table_missing"})


@dataclass
class Tables:
    """The tables as read: form by table, cells, findings, and the lines of the document that they take up."""

    forms: dict[TableCode, Form]
    cells: list[ReportCell] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    found: set[TableCode] = field(default_factory=set)


Signs = tuple[object, ...]


class Shape(NamedTuple):
    """All that the rows and columns of a table are found by, and the tokens of the stream that stand in it."""

    signs: Signs
    where: list[int]
    stretches: list[tuple[int, int]]


class PlannedCell(NamedTuple):
    """A cell of the form, and the token of the shape that fills it (None: missing)."""

    key: CellKey
    column: Column
    token: int | None
    placement: Placement | None
    unit: str | None
    alone: bool
    reads: Reads


class Plan(NamedTuple):
    """What the shape of a table settles: its cells, its findings, and the cells of the source that no cell of the form takes.

    `filled`: some cell of the table holds something; `empty_rows`: those of which no cell does. A table or row that is empty
    is not found in the same way as one that is filled.
    """

    cells: tuple[PlannedCell, ...]
    findings: tuple[Finding, ...]
    left: tuple[tuple[int, TokenKind], ...]
    filled: bool
    empty_rows: frozenset[str]


_codes_of_shape: dict[tuple[TableCode, Signs], tuple[str, ...]] = {}
_plans: dict[tuple[str, TableCode, Signs], Plan | None] = {}


def read_tables(stream: Stream, year: int | None, *, planned: bool = True) -> Tables:
    """All cells of the report's form(s).

    Args:
        stream: the document as a stream of tokens.
        year: the report year if known; it decides the form only where the tables' own labels do not.
        planned: whether what is known of tables of the same shape may be used; it makes no difference to what is read.
    """
    stretches = regions(stream)
    if not stretches["reconsideration_litigation"] and stretches["requests"]:
        taken = [stretch for parts in stretches.values() for stretch in parts]
        stretches["reconsideration_litigation"] = headless(stream, _DISPUTES, _DISPUTE_WORDS, taken)
    shapes = {table: _shape(stream, parts) for table, parts in stretches.items()}
    tables = Tables(
        _forms(
            _codes_met(stream, "proactive_disclosure", shapes["proactive_disclosure"]),
            _codes_met(stream, "requests", shapes["requests"]),
            year,
        )
    )
    for table, shape in shapes.items():
        form = tables.forms[table]
        if shape.stretches:
            tables.found.add(table)
            for start, stop in stretches[table]:
                tables.lines.update(stream.at[start:stop])
        before = len(tables.cells)
        plan = _plans.get((form.form, table, shape.signs)) if planned else None
        if plan is None or not _carry_out(plan, form, stream, shape, tables):
            fill = _lay_out(stream, form, table, shape)
            tables.cells += fill.cells
            tables.findings += fill.findings
            for cell in fill.cells:
                if cell.state == "reported":
                    tables.findings += _of_cell(cell, _columns(form)[cell.key], fill.units.get(cell.key), form)
            _keep(_plans, (form.form, table, shape.signs), _plan(fill, stream, shape))
        if shape.stretches:
            tables.findings += shifted_rows(form, table, tables.cells[before:])
    return tables


def _shape(stream: Stream, stretches: list[tuple[int, int]]) -> Shape:
    """The tokens of a table: kinds and labels, lines and grids, places in the line. A value is a value, blank or not."""
    signs: list[object] = []
    where: list[int] = []
    anew: list[tuple[int, int]] = []
    for start, stop in stretches:
        anew.append((len(where), len(where) + stop - start))
        where += range(start, stop)
        first, last = stream.at[start], stream.at[stop - 1]
        signs += (
            tuple(stream.signs[start:stop]),
            tuple([number - first for number in stream.at[start:stop]]),
            tuple(stream.columns[start:stop]),
            tuple([len(line.cells) if line.table is None else -len(line.cells) for line in stream.lines[first : last + 1]]),
        )
    return Shape(tuple(signs), where, anew)


def _codes_met(stream: Stream, table: TableCode, shape: Shape) -> tuple[str, ...]:
    """The codes of the rows that have cells, and of the columns, as the labels give them."""
    known = _codes_of_shape.get((table, shape.signs))
    if known is None:
        rows = _scan(stream.tokens(shape.where), table, shape)
        found = [draft.code for draft in rows.drafts if draft.code and (draft.explicit or draft.pairs)]
        known = (*dict.fromkeys([*found, *(code for run in rows.runs for code in run)]),)
        _keep(_codes_of_shape, (table, shape.signs), known)
    return known


def _scan(tokens: Sequence[Token], table: TableCode, shape: Shape) -> Rows:
    rows = Rows()
    for stretch in shape.stretches:
        scan(tokens, stretch, table, rows)
    return rows


def _lay_out(stream: Stream, form: Form, table: TableCode, shape: Shape) -> Fill:
    """The cells of a table found from the ground up, in printed order."""
    tokens = stream.tokens(shape.where)
    fill: Fill
    if table == "reconsideration_litigation":
        fill = single = SingleRowTable(form, table, bool(shape.stretches))
        single.single_row(tokens, shape.stretches)
    else:
        fill = labelled = LabelledTable(form, table, bool(shape.stretches))
        labelled.rows(_scan(tokens, table, shape))
    order = _columns(form)
    places = {key: place for place, key in enumerate(order)}
    fill.cells.sort(key=lambda cell: places[cell.key])
    return fill


@cache
def _columns_of(form: str) -> dict[CellKey, Column]:
    declared = load_forms()[form]
    return {key: declared.tables[key.table].column_by_code[key.column] for key in declared.cells()}


def _columns(form: Form) -> dict[CellKey, Column]:
    """The column of every cell of a form, in printed order."""
    return _columns_of(form.form)


def _plan(fill: Fill, stream: Stream, shape: Shape) -> Plan | None:
    """What may be kept of a table: nothing where a figure had a say in it, or where a finding quotes the document."""
    kinds = [stream.words[index].kind for index in shape.where]
    filled = any(kinds[index] != "blank" for index in fill.sources.values())
    if fill.by_value or (fill.sources and not filled) or any(finding.rule not in _OF_SHAPE for finding in fill.findings):
        return None
    columns = _columns(fill.form)
    used = set(fill.sources.values())
    return Plan(
        tuple(
            PlannedCell(cell.key, columns[cell.key], token, cell.placement, unit, alone, reads_of(columns[cell.key], unit))
            for cell in fill.cells
            for unit in (fill.units.get(cell.key),)
            for token in (fill.sources.get(cell.key),)
            for line in (stream.lines[stream.at[shape.where[token]]] if token is not None else None,)
            for alone in (line is not None and len(line.cells) == 1 and line.table is None,)
        ),
        tuple(fill.findings),
        tuple((index, kind) for index, kind in enumerate(kinds) if kind in VALUES and index not in used),
        filled,
        _empty_rows(fill.cells),
    )


def _empty_rows(cells: Iterable[ReportCell]) -> frozenset[str]:
    """The rows of which cells are printed and all of them blank."""
    states: dict[str, set[str]] = {}
    for cell in cells:
        states.setdefault(cell.key.row, set()).add(cell.state)
    return frozenset(row for row, found in states.items() if "blank" in found and found <= {"blank", "missing"})


def _carry_out(plan: Plan, form: Form, stream: Stream, shape: Shape, tables: Tables) -> bool:
    """Add a table after a plan; False, and nothing added, where this document does not bear it out."""
    where, words = shape.where, stream.words
    if any(words[where[left]].kind != kind for left, kind in plan.left):
        return False
    cells, at, lines, columns = stream.cells, stream.at, stream.lines, stream.columns
    found: list[ReportCell] = []
    findings: list[Finding] = []
    filled, blanks = not plan.filled, False
    new = tuple.__new__  # what ReportCell(…) does, without its checks: this runs once for every figure of every report
    add = found.append
    for key, column, token, placement, unit, alone, reads in plan.cells:
        if token is None:
            add(ReportCell(key, None, "missing"))
            continue
        index = where[token]
        cell = cells[index]
        state, value, how = reads[cell.text]
        locator = lines[at[index]].at if alone else f"{lines[at[index]].at} cell {columns[index] + 1}"
        read = new(ReportCell, (key, value, state, cell.raw, placement, locator))
        add(read)
        if state == "blank":
            blanks = True
            continue
        filled = True
        if how is not None or (value and column.unit == "元"):
            if how == "apart":
                return False
            findings += _of_cell(read, column, unit, form)
    if not filled or (blanks and not _empty_rows(found) <= plan.empty_rows):
        return False
    tables.cells += found
    tables.findings += plan.findings
    tables.findings += findings
    return True


def _keep(plans: dict, key: tuple, value: object) -> None:  # type: ignore[type-arg]
    """Keep a plan, the oldest making room."""
    if key not in plans and len(plans) >= MAX_PLANS:
        plans.pop(next(iter(plans)))
    plans[key] = value


def _of_cell(cell: ReportCell, column: Column, unit: str | None, form: Form) -> Iterable[Finding]:
    """What has to be told of a figure by itself: a mark left out, a unit taken for granted."""
    text = normalize(cell.raw or "")
    where = f"{form.tables[cell.key.table].label}: {(cell.raw or '').strip()!r} ({cell.locator})"
    if read_cell(text, column, unit).how == "note":
        yield Finding("note_mark", "info", f"{where} is read as {cell.value}", (cell.key,))
    if column.unit == "元" and cell.value and not unit and "元" not in text:
        yield Finding(
            "unit_not_printed",
            "info",
            f"{where} has no unit, in the cell or in the heading; it is read as {column.unit}",
            (cell.key,),
        )


@lru_cache(maxsize=1 << 12)
def _forms(disclosed: tuple[str, ...], requested: tuple[str, ...], year: int | None) -> dict[TableCode, Form]:
    """The form of each table, from the codes of its own labels; the year settles only what they leave open."""
    known = load_forms()
    fallback = _official(year)
    votes = {code: _votes(form, "proactive_disclosure", disclosed) for code, form in known.items()}
    best = max(votes, key=lambda code: (votes[code], code == fallback.form))
    main = known[best] if votes[best] > 0 else fallback
    rows = set(requested)
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
