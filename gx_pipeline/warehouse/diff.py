"""What differs between two published warehouses: reports, cells, findings, corrections, refusals, and the tables of core and marts.

All of it is found by SQL over both files; only what is listed comes to Python. Does not belong here: opening the files
(`diff_files`), tables of any kind (`diff_tables`), the records (`diff_model`), drawing them (`diff_markdown`, `cli.diff`).
"""

# ruff: noqa: S608 - names in statements are declared here or quoted, values are bound

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gx_pipeline.errors import NotComparable
from gx_pipeline.facts.columns import CELL_TABLES, KEYS, REPORT
from gx_pipeline.forms import TableCode
from gx_pipeline.parsing import SEVERITIES, STATES
from gx_pipeline.warehouse.diff_files import NEW, OLD, SIDES, Files, Side, opened, path_of
from gx_pipeline.warehouse.diff_model import (
    Cell,
    CellChange,
    Changes,
    Correction,
    CorrectionChange,
    Diff,
    FieldChange,
    Finding,
    FindingChange,
    RefusalChange,
    ReportChange,
    Tally,
    position,
)
from gx_pipeline.warehouse.diff_tables import compare_tables, is_unique, quoted
from gx_pipeline.warehouse.tables import SCHEMA

LISTED = 1000
_CORRECTION = ("correction", "corrected_value", "correction_reason")
_CELL = ("form", "value", "state", "raw", "placement", "locator", *_CORRECTION)
_FINDING = ("rule", "severity", "status", "cause", "message", "cells", "suspect", "found", "expected")
_REFUSAL_KEY = ("source_path", "code")
# As the macro `used_value` of dbt has it; a test holds the two together.
_USED = "case {0}.correction when 'override' then {0}.corrected_value when 'set_null' then null else {0}.value end"


def diff_warehouses(old: Path | str, new: Path | str, *, limit: int | None = LISTED) -> Diff:
    """Compare two warehouses, without changing or locking either.

    Figures are compared exactly as stored, a null equals a null. Cells are paired by report, table, row and column, findings
    by report and id, refusals by file and code. What came or went with a report is in the counts, and of its cells only there.

    Args:
        old: the DuckDB file of the one, or its `duckdb:///` URL.
        new: that of the other.
        limit: how many entries each list may have; None for all. Counts are always whole.

    Raises:
        NotComparable: one of them is no DuckDB file, is damaged, is being written, or has not the layout of a warehouse of this
            version; the message names it and says what to do.
    """
    paths = path_of(old), path_of(new)
    with opened(*paths) as files:
        for side in SIDES:
            _check_layout(files, side)
        _pair_reports(files)
        for table in CELL_TABLES:
            _pair_cells(files, table)
        return Diff(
            *paths,
            reports=_reports(files, limit),
            cells=_cells(files, limit),
            findings=_findings(files, limit),
            corrections=_corrections(files, limit),
            refusals=_refusals(files, limit),
            tables=compare_tables(files),
            report_count=Tally("reports", *(_count(files, side, "reports") for side in SIDES)),
            states=_tallies(files, STATES, _STATES_SQL),
            severities=_tallies(files, SEVERITIES, _SEVERITIES_SQL),
        )


def _check_layout(files: Files, side: Side) -> None:
    """Refuse a file whose loaded tables are not those that a comparison needs, or hold an entry twice."""
    path = files.paths[side]
    needed: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        "reports": (REPORT, ("agency_name", "form")),
        "findings": (KEYS["findings"], _FINDING),
        "refusals": (_REFUSAL_KEY, ("year", "agency_id", "message")),
        **{table: (KEYS[table], _CELL) for table in CELL_TABLES},
    }
    schemas = {name for (name,) in files.rows("select schema_name from duckdb_schemas() where database_name = ?", (side,))}
    if lacking := [schema for schema in (SCHEMA, "core", "marts") if schema not in schemas]:
        raise NotComparable(
            f"{path} is no published warehouse: it has no schema {' and no '.join(lacking)}; `gx-pipeline run` builds one"
        )
    for name, (key, others) in needed.items():
        columns = files.columns(side, SCHEMA, name)
        if lacking := [column for column in (*key, *others) if column not in columns]:
            what = f"no column {', '.join(lacking)} in {SCHEMA}.{name}" if columns else f"no table {SCHEMA}.{name}"
            raise NotComparable(
                f"{path} has the layout of another version: {what}; build it again from its data folder, with `gx-pipeline run --all`"
            )
        if not is_unique(files, side, SCHEMA, name, key):
            raise NotComparable(
                f"{path} holds an entry of {SCHEMA}.{name} twice, or one without {', '.join(key)}: it is no warehouse whose checks "
                "passed; build it again with `gx-pipeline run --all`"
            )


# -- pairing: temporary tables of what differs -----------------------------------------------------------------------------


class _Names(NamedTuple):
    """The columns of two rows that are paired, `o` and `n`, as they stand in a select."""

    key: str
    matched: str
    kind: str

    @classmethod
    def of(cls, key: Sequence[str], named: Sequence[str] | None = None) -> _Names:
        """For rows paired by `key`, whose columns are called `named` in what comes out."""
        return cls(
            key=", ".join(f"coalesce(o.{column}, n.{column}) as {name}" for column, name in zip(key, named or key, strict=True)),
            matched=" and ".join(f"o.{column} = n.{column}" for column in key),
            kind=f"case when o.{key[0]} is null then 'added' when n.{key[0]} is null then 'removed' else 'changed' end as kind",
        )


def _any_differs(columns: Iterable[str]) -> str:
    return " or ".join(f"o.{column} is distinct from n.{column}" for column in columns)


def _both(columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column} as {side}_{column}" for alias, side in (("o", OLD), ("n", NEW)) for column in columns)


def _of_sides(name: str) -> str:
    return f"from {OLD}.{SCHEMA}.{name} as o full join {NEW}.{SCHEMA}.{name} as n"


def _pair_reports(files: Files) -> None:
    """`paired_reports`: every report of either side, and whether its own row differs."""
    names = _Names.of(REPORT)
    differing = " or ".join(f"{was} is distinct from {now}" for was, now in _report_fields(files).values())
    files.run(
        f"create temp table paired_reports as select {names.key}, {names.kind}, "
        f"coalesce(n.agency_name, o.agency_name) as agency_name, {differing} as row_differs "
        f"{_of_sides('reports')} on {names.matched}"
    )


def _report_fields(files: Files) -> dict[str, tuple[str, str]]:
    """The columns of `reports` that both sides have, each of both as text; the counts of cells say what the cells say."""
    old, new = (files.columns(side, SCHEMA, "reports") for side in SIDES)
    return {
        name: (f"cast(o.{quoted(name)} as varchar)", f"cast(n.{quoted(name)} as varchar)")
        for name in old
        if name in new and name not in REPORT and not name.startswith("cells_")
    }


def _pair_cells(files: Files, table: TableCode) -> None:
    """`paired_<table>`: the cells that differ, of the reports that both sides have.

    `figures` is whether value, state or used value differ, or a side has no such cell; else the cell was read otherwise.
    """
    names = _Names.of(KEYS[table], [*REPORT, "row_code", "column_code"])
    figures = f"{_any_differs(('value', 'state'))} or {_USED.format('o')} is distinct from {_USED.format('n')}"
    reread = _any_differs(("raw", "placement", "locator"))
    files.run(
        f"create temp table paired_{table} as select * from (select {names.key}, {names.kind}, {_both(('form', 'value', 'state', 'raw'))}, "
        f"{_USED.format('o')} as old_used, {_USED.format('n')} as new_used, ({figures}) as figures "
        f"{_of_sides(table)} on {names.matched} where {figures} or {reread}) "
        "where (year, agency_id) not in (select (year, agency_id) from paired_reports where kind <> 'changed')"
    )


# -- what came of it -------------------------------------------------------------------------------------------------------


def _reports(files: Files, limit: int | None) -> Changes[ReportChange]:
    cells = " union all ".join(f"select year, agency_id, figures from paired_{table}" for table in CELL_TABLES)
    files.run(
        "create temp table report_changes as select * from ("
        "select r.*, coalesce(c.cells, 0) as cells, coalesce(c.reread, 0) as reread from paired_reports as r left join "
        "(select year, agency_id, count(*) filter (where figures) as cells, count(*) filter (where not figures) as reread "
        f"from ({cells}) group by year, agency_id) as c using (year, agency_id)) "
        "where kind <> 'changed' or row_differs or cells > 0 or reread > 0"
    )
    fields = _report_fields(files)
    grids = {
        kind: " union all ".join(f"select year, agency_id from {side}.{SCHEMA}.{table}" for table in CELL_TABLES)
        for kind, side in (("added", NEW), ("removed", OLD))
    }
    files.run(
        "create temp table whole_reports as "
        + " union all ".join(
            f"select year, agency_id, count(*) as cells from ({grid}) "
            f"semi join (select * from report_changes where kind = '{kind}') using (year, agency_id) group by year, agency_id"
            for kind, grid in grids.items()
        )
    )
    found = files.rows(
        "select r.year, r.agency_id, r.agency_name, r.kind, coalesce(w.cells, r.cells), r.reread, "
        f"{', '.join(text for pair in fields.values() for text in pair)} from report_changes as r "
        "left join whole_reports as w using (year, agency_id) "
        f"left join {OLD}.{SCHEMA}.reports as o on r.year = o.year and r.agency_id = o.agency_id "
        f"left join {NEW}.{SCHEMA}.reports as n on r.year = n.year and r.agency_id = n.agency_id "
        f"order by r.year, r.agency_id {_cut(limit)}"
    )
    listed = []
    for year, agency_id, agency_name, kind, cells, reread, *values in found:
        sides = zip(fields, values[::2], values[1::2], strict=True)
        changed = [FieldChange(name, was, now) for name, was, now in sides if was != now]
        listed.append(
            ReportChange(year, agency_id, agency_name, kind, tuple(changed) if kind == "changed" else (), cells, reread)
        )
    return _changes(files, "report_changes", listed)


def _cells(files: Files, limit: int | None) -> Changes[CellChange]:
    """The cells of kept reports one by one, those of reports that came or went in the counts."""
    listed: list[CellChange] = []
    counts: dict[str, int] = {"added": 0, "removed": 0, "changed": 0}
    for table in CELL_TABLES:
        counted = files.rows(f"select kind, count(*) from paired_{table} where figures group by kind")
        counts = {kind: counts[kind] + dict(counted).get(kind, 0) for kind in counts}
        found = files.rows(
            "select c.year, c.agency_id, coalesce(r.agency_name, c.agency_id), c.row_code, c.column_code, c.kind, "
            + ", ".join(f"c.{side}_{name}" for side in SIDES for name in ("form", "value", "state", "used", "raw"))
            + f" from paired_{table} as c left join paired_reports as r using (year, agency_id) where c.figures "
            f"order by c.year, c.agency_id, c.row_code, c.column_code {_cut(limit)}"
        )
        for year, agency_id, agency_name, row, column, kind, *values in found:
            sides = (None if kind == "added" else Cell(*values[:5]), None if kind == "removed" else Cell(*values[5:]))
            listed.append(CellChange(year, agency_id, agency_name, table, row, column, kind, *sides))
    listed.sort(key=lambda cell: (cell.year, cell.agency_id, *_on_form(cell)))
    unlisted = sum(counts.values()) - len(listed[:limit])
    whole = files.rows(
        "select r.kind, coalesce(sum(w.cells), 0) from whole_reports as w join paired_reports as r using (year, agency_id) group by r.kind"
    )
    for kind, cells in whole:
        counts[kind] += int(cells)
    return Changes(**counts, listed=tuple(listed[:limit]), unlisted=unlisted)


def _findings(files: Files, limit: int | None) -> Changes[FindingChange]:
    names = _Names.of(KEYS["findings"])
    files.run(
        f"create temp table finding_changes as select {names.key}, {names.kind}, {_both(_FINDING)} "
        f"{_of_sides('findings')} on {names.matched} where {_any_differs(_FINDING)}"
    )
    ranks = " ".join(f"when '{severity}' then {rank}" for rank, severity in enumerate(SEVERITIES))
    found = files.rows(
        "select f.year, f.agency_id, coalesce(r.agency_name, f.agency_id), f.finding_id, f.kind, nullif(r.kind, 'changed'), "
        + ", ".join(f"f.{side}_{name}" for side in SIDES for name in _FINDING)
        + " from finding_changes as f left join paired_reports as r using (year, agency_id) "
        f"order by f.year, f.agency_id, case coalesce(f.new_severity, f.old_severity) {ranks} else {len(SEVERITIES)} end, "
        f"coalesce(f.new_rule, f.old_rule), f.finding_id {_cut(limit)}"
    )
    listed = []
    for year, agency_id, agency_name, finding_id, kind, report, *values in found:
        was = None if kind == "added" else Finding(*values[: len(_FINDING)])
        now = None if kind == "removed" else Finding(*values[len(_FINDING) :])
        listed.append(FindingChange(year, agency_id, agency_name, finding_id, kind, report, was, now))
    return _changes(files, "finding_changes", listed)


def _corrections(files: Files, limit: int | None) -> Changes[CorrectionChange]:
    """What is corrected in one side only, or otherwise; also of reports that came or went."""
    selects = []
    for table, (row, column) in CELL_TABLES.items():
        key = (*REPORT, row, column)
        names = _Names.of(key, [*REPORT, "row_code", "column_code"])
        sides = (
            f"(select {', '.join(key)}, form, correction, cast(corrected_value as double) as corrected_value, correction_reason "
            f"from {side}.{SCHEMA}.{table} where correction is not null) as {alias}"
            for side, alias in ((OLD, "o"), (NEW, "n"))
        )
        selects.append(
            f"select '{table}' as table_code, {names.key}, {names.kind}, {_both(('form', *_CORRECTION))} "
            f"from {' full join '.join(sides)} on {names.matched} where {_any_differs(_CORRECTION)}"
        )
    files.run(f"create temp table correction_changes as {' union all '.join(selects)}")
    found = files.rows(
        "select c.year, c.agency_id, coalesce(r.agency_name, c.agency_id), c.table_code, c.row_code, c.column_code, c.kind, "
        + ", ".join(f"c.{side}_{name}" for side in SIDES for name in ("form", *_CORRECTION))
        + " from correction_changes as c left join paired_reports as r using (year, agency_id) "
        f"order by c.year, c.agency_id, c.table_code, c.row_code, c.column_code {_cut(limit)}"
    )
    listed = []
    for year, agency_id, agency_name, table, row, column, kind, *values in found:
        was = None if kind == "added" else Correction(*values[:4])
        now = None if kind == "removed" else Correction(*values[4:])
        listed.append(CorrectionChange(year, agency_id, agency_name, table, row, column, kind, was, now))
    listed.sort(key=lambda entry: (entry.year, entry.agency_id, *_on_form(entry)))
    return _changes(files, "correction_changes", listed)


def _refusals(files: Files, limit: int | None) -> Changes[RefusalChange]:
    names = _Names.of(_REFUSAL_KEY)
    files.run(
        f"create temp table refusal_changes as select {names.key}, coalesce(n.year, o.year) as year, "
        f"coalesce(n.agency_id, o.agency_id) as agency_id, {names.kind}, {_both(('message',))} "
        f"{_of_sides('refusals')} on {names.matched} where {_any_differs(('message', 'source_path', 'year', 'agency_id'))}"
    )
    found = files.rows(f"select * from refusal_changes order by year nulls last, source_path, code {_cut(limit)}")
    return _changes(files, "refusal_changes", [RefusalChange(*entry) for entry in found])


def _changes(files: Files, table: str, listed: Sequence[Any]) -> Changes[Any]:
    counts: dict[str, int] = dict(files.rows(f"select kind, count(*) from {table} group by kind"))
    return Changes(**counts, listed=tuple(listed), unlisted=sum(counts.values()) - len(listed))


def _on_form(entry: CellChange | CorrectionChange) -> tuple[int, int, str, str]:
    held = entry.new or entry.old
    return position(held.form if held else "", entry.table, entry.row, entry.column)


def _cut(limit: int | None) -> str:
    return "" if limit is None else f"limit {limit:d}"


_STATES_SQL = "select state, count(*) from ({}) group by state".format(
    " union all ".join(f"select state from {{side}}.{SCHEMA}.{table}" for table in CELL_TABLES)
)
_SEVERITIES_SQL = f"select severity, count(*) from {{side}}.{SCHEMA}.findings where status = 'open' group by severity"


def _tallies(files: Files, known: Sequence[str], sql: str) -> tuple[Tally, ...]:
    old, new = (dict(files.rows(sql.format(side=side))) for side in SIDES)
    return tuple(Tally(name, old.get(name, 0), new.get(name, 0)) for name in dict.fromkeys((*known, *old, *new)))


def _count(files: Files, side: Side, name: str) -> int:
    return int(files.one(f"select count(*) from {side}.{SCHEMA}.{name}")[0])
