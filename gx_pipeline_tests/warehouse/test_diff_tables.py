"""Tables of core and marts of any shape: paired by a key that is found, their columns, what came or went whole."""

from __future__ import annotations

import shutil

import duckdb
import pytest
import sqlalchemy as sa

from gx_pipeline.warehouse.diff import diff_warehouses
from gx_pipeline.warehouse.diff_markdown import markdown
from gx_pipeline.warehouse.diff_model import ColumnChange
from gx_pipeline.warehouse.load import prepare


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "gx.duckdb"
    engine = sa.create_engine(f"duckdb:///{path}")
    with engine.begin() as connection:
        prepare(connection)
        connection.execute(sa.text("create schema core"))
        connection.execute(sa.text("create schema marts"))
    engine.dispose()
    return path


@pytest.fixture
def compared(empty, tmp_path):
    """The tables that differ between two warehouses that hold only what these statements make."""

    def compare(old, new):
        paths = []
        for name, statement in (("old", old), ("new", new)):
            paths.append(tmp_path / name / "gx.duckdb")
            paths[-1].parent.mkdir()
            shutil.copy(empty, paths[-1])
            with duckdb.connect(str(paths[-1])) as connection:
                connection.execute(statement)
        return diff_warehouses(*paths)

    return compare


def test_rows_are_paired_by_the_fewest_leading_columns_that_are_unique(compared):
    diff = compared(
        "create table marts.m as select * from (values (2023, 'a', 1.5), (2023, 'b', null), (2024, 'a', 2.0)) t(year, agency_id, rate)",
        "create table marts.m as select * from (values (2023, 'a', 1.5), (2023, 'b', 0.0), (2025, 'a', 2.0)) t(year, agency_id, rate)",
    )
    (table,) = diff.tables
    assert table.key == ("year", "agency_id")
    assert (table.rows_added, table.rows_removed, table.rows_changed) == (1, 1, 1)
    assert table.columns == (ColumnChange("rate", "DECIMAL(2,1)", "DECIMAL(2,1)", 1),)


def test_a_declared_key_goes_before_one_that_happens_to_be_unique(compared):
    make = "create table core.t (label varchar, code integer primary key); insert into core.t values "
    diff = compared(make + "('a', 1), ('b', 2)", make + "('a', 2), ('b', 1)")
    (table,) = diff.tables
    assert (table.key, table.rows_added, table.rows_removed, table.rows_changed) == (("code",), 0, 0, 2)


def test_a_table_without_a_key_is_compared_as_a_multiset_and_says_so(compared):
    diff = compared(
        "create table core.t as select * from (values ('a', 1.5), ('a', 1.5), ('b', null)) t(name, amount)",
        "create table core.t as select * from (values ('a', 1.5), ('b', null), ('b', null), ('b', null)) t(name, amount)",
    )
    (table,) = diff.tables
    assert table.unkeyed
    assert (table.key, table.rows_added, table.rows_removed, table.rows_changed) == ((), 2, 1, 0)
    assert "core.t (without a key)" in markdown(diff)


def test_a_column_that_is_null_somewhere_is_no_key(compared):
    make = "create table core.t (source_path varchar, code varchar); insert into core.t values (null, 'x'), "
    diff = compared(make + "('a', 'y')", make + "('b', 'y')")
    assert diff.tables[0].key == ()
    assert (diff.tables[0].rows_added, diff.tables[0].rows_removed) == (1, 1)


def test_columns_that_came_went_or_have_another_type(compared):
    diff = compared(
        "create table marts.m as select 1 as m_key, 7 as kept, 7 as widened, '7' as retyped, 1 as gone",
        "create table marts.m as select 1 as m_key, 7 as kept, 7::bigint as widened, 7.5 as retyped, 'x' as came",
    )
    (table,) = diff.tables
    assert (table.kind, table.rows_added, table.rows_removed, table.rows_changed) == ("changed", 0, 0, 1)
    assert {(column.name, column.kind, column.rows) for column in table.columns} == {
        ("widened", "retyped", 0),
        ("retyped", "retyped", 1),
        ("came", "added", 0),
        ("gone", "removed", 0),
    }
    assert not diff.same


def test_tables_that_came_and_went_are_counted_with_their_rows(compared):
    diff = compared("create table marts.gone as select * from range(3)", "create table marts.came as select * from range(2)")
    told = {
        table.name: (table.kind, table.old_rows, table.new_rows, table.rows_added, table.rows_removed) for table in diff.tables
    }
    assert told == {"gone": ("removed", 3, None, 0, 3), "came": ("added", None, 2, 2, 0)}


def test_a_view_is_compared_by_its_definition(compared):
    table = "create table core.t as select 1 as t_key; create table core.empty (a integer); create view marts.v as select t_key{} from core.t"
    diff = compared(table.format(""), table.format(" + 1 as t_key"))
    told = {entry.full_name: (entry.kind, entry.view, entry.definition_changed) for entry in diff.tables}
    assert told == {"core.t": ("same", False, False), "core.empty": ("same", False, False), "marts.v": ("changed", True, True)}


def test_names_that_would_break_a_statement_are_only_names(compared):
    make = 'create table marts."o""; drop table x; --" as select 1 as "a""key", {} as "select"'
    diff = compared(make.format(1), make.format(2))
    (table,) = diff.tables
    assert (table.key, table.rows_changed) == (('a"key',), 1)
    assert table.columns == (ColumnChange("select", "INTEGER", "INTEGER", 1),)
