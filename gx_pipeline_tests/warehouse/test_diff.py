"""What differs between two builds of the samples, told figure by figure; and files that cannot be compared."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import astuple, replace

import duckdb
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gx_pipeline.errors import NotComparable
from gx_pipeline.warehouse.diff import diff_warehouses
from gx_pipeline.warehouse.diff_markdown import markdown, publication_markdown
from gx_pipeline.warehouse.diff_model import Changes, FieldChange, Tally, to_json
from gx_pipeline.warehouse.load import prepare

HOSTILE = "[red]x[/] | a\n| b <script>alert(1)</script> ![p](https://example.org/p.png) `c` \u202e\x1b[2J"


@pytest.fixture(scope="session")
def old(built_place):
    return built_place.settings.duckdb_path


@pytest.fixture(scope="session")
def new(changed_place):
    return changed_place.settings.duckdb_path


@pytest.fixture(scope="session")
def diff(old, new):
    return diff_warehouses(old, new)


def by_table(diff):
    return {table.full_name: table for table in diff.tables}


def test_a_warehouse_differs_in_nothing_from_itself_nor_from_a_copy(old, doctored):
    for other in (old, doctored()):
        diff = diff_warehouses(old, other)
        assert diff.same
        assert diff.report_count == Tally("reports", 8, 8)
        assert {table.kind for table in diff.tables} == {"same"}


def test_reports_are_told_that_went_or_have_another_file_or_other_figures(diff):
    assert [(change.year, change.agency_id, change.kind, change.cells, change.reread) for change in diff.reports.listed] == [
        (2020, "350505-kjj", "removed", 198, 0),
        (2022, "999900-sjj", "changed", 1, 0),
        (2023, "999900-sjj", "changed", 1, 0),
        (2024, "350100-kjj", "changed", 1, 0),
        (2025, "350100-gxj", "changed", 1, 0),
    ]
    fields = [[field.name for field in change.fields] for change in diff.reports.listed]
    assert fields == [[], ["sha256", "size_bytes"], [], ["sha256"], []]
    assert diff.reports.listed[1].fields[1] == FieldChange("size_bytes", "85638", "85642")
    assert (diff.reports.added, diff.reports.removed, diff.reports.changed) == (0, 1, 4)


def test_cells_are_told_whose_published_figure_state_or_used_figure_differs_and_no_other(diff):
    def held(cell):
        return cell.value, cell.state, cell.used_value, cell.raw

    assert [(*astuple(cell)[:2], cell.row, cell.column, held(cell.old), held(cell.new)) for cell in diff.cells.listed] == [
        (2022, "999900-sjj", "administrative_licenses", "decisions", (37, "reported", 37, "37"), (None, "blank", None, "\xa0")),
        (
            2023,
            "999900-sjj",
            "partially_granted",
            "total",
            (11, "reported", 11, "\xa011\xa0"),
            (11, "reported", 10, "\xa011\xa0"),
        ),
        (
            2024,
            "350100-kjj",
            "administrative_licenses",
            "decisions",
            (461, "reported", 461, "461"),
            (462, "reported", 462, "462"),
        ),
        (2025, "350100-gxj", "granted", "total", (0, "reported", 0, "0"), (0, "reported", None, "0")),
    ]
    assert diff.cells.listed[3].place == ("收到和处理政府信息公开申请情况", "三、本年度办理结果 (一)予以公开", "总计")


def test_cells_of_a_report_that_went_are_counted_and_not_listed(diff):
    assert (diff.cells.added, diff.cells.removed, diff.cells.changed, diff.cells.unlisted) == (0, 198, 4, 0)
    # The report that went has 60 figures and 138 blanks; one figure became a blank.
    assert diff.states == (
        Tally("reported", 1446, 1446 - 60 - 1),
        Tally("blank", 138, 1),
        Tally("not_applicable", 0, 0),
        Tally("missing", 14, 14),
        Tally("unparsed", 0, 0),
    )


def test_the_used_figure_is_the_one_of_the_published_facts(diff, new):
    with duckdb.connect(str(new), read_only=True) as connection:
        for cell in diff.cells.listed:
            if cell.table == "requests":
                (used,) = connection.execute(
                    "select used_value from core.fct_requests_totals where (year, agency_id, row_code, applicant_type) = (?, ?, ?, ?)",
                    [cell.year, cell.agency_id, cell.row, cell.column],
                ).fetchone()
                assert used == cell.new.used_value


def test_a_finding_that_is_confirmed_keeps_its_id_and_is_changed_not_closed(diff):
    (change,) = [entry for entry in diff.findings.listed if entry.kind == "changed"]
    assert (change.year, change.agency_id, change.old.rule) == (2024, "350102-rmzf", "narrative_mismatch")
    assert replace(change.old, status="confirmed") == change.new
    assert change.old.status == "open"


def test_findings_are_opened_and_closed_by_their_ids(diff):
    opened = {(entry.year, entry.agency_id, entry.new.rule) for entry in diff.findings.listed if entry.kind == "added"}
    assert opened == {
        (2022, "999900-sjj", "file_replaced"),
        (2022, "999900-sjj", "blank_cells"),
        (2023, "999900-sjj", "cell_corrected"),
        (2024, "350100-kjj", "file_replaced"),
        (2024, "350102-rmzf", "confirmed_as_published"),
        (2025, "350100-gxj", "cell_corrected"),
    }
    closed = [entry for entry in diff.findings.listed if entry.kind == "removed"]
    assert {(entry.year, entry.agency_id, entry.report) for entry in closed} == {(2020, "350505-kjj", "removed")}
    assert (diff.findings.added, diff.findings.removed, diff.findings.changed) == (6, len(closed), 1)


def test_corrections_and_refusals_that_came(diff):
    told = {(entry.agency_id, entry.row, entry.new.action, entry.new.value) for entry in diff.corrections.listed}
    assert told == {
        ("999900-sjj", "partially_granted", "override", 10),
        ("350100-gxj", "granted", "set_null", None),
        ("350102-rmzf", "new_received", "confirm_as_published", None),
    }
    assert {entry.kind for entry in diff.corrections.listed} == {"added"}
    (refused,) = diff.refusals.listed
    assert (refused.kind, refused.source_path, refused.code, refused.old_message) == (
        "added",
        "raw/2025/350100-kjj/notice.txt",
        "not_an_annual_report",
        None,
    )


def test_tables_tell_rows_by_their_natural_keys(diff):
    tables = by_table(diff)
    mart = tables["marts.agency_year"]
    assert (mart.key, mart.rows_added, mart.rows_removed, mart.rows_changed) == (("agency_year_key",), 0, 1, 5)
    assert {column.name: column.rows for column in mart.columns}["licenses_decisions"] == 2
    assert tables["core.dim_agency"].kind == "same"
    assert tables["core.dim_agency"].key == ("agency_id",)
    assert (tables["core.fct_refusals"].rows_added, tables["core.fct_refusals"].rows_removed) == (1, 0)
    for table in diff.tables:
        assert table.new_rows - table.old_rows == table.rows_added - table.rows_removed, table.full_name


def mirrored(changes):
    turned = {"added": "removed", "removed": "added", "changed": "changed", None: None}

    def turn(entry):
        sides = {"old": entry.new, "new": entry.old} if hasattr(entry, "old") else {}
        if hasattr(entry, "old_message"):
            sides = {"old_message": entry.new_message, "new_message": entry.old_message}
        if hasattr(entry, "fields"):
            sides = {"fields": tuple(FieldChange(field.name, field.new, field.old) for field in entry.fields)}
        if hasattr(entry, "report"):
            sides["report"] = turned[entry.report]
        return replace(entry, kind=turned[entry.kind], **sides)

    return Changes(changes.removed, changes.added, changes.changed, tuple(map(turn, changes.listed)), changes.unlisted)


def test_the_other_way_round_it_is_the_mirror_image(diff, old, new):
    back = diff_warehouses(new, old)
    for name in ("reports", "cells", "findings", "corrections", "refusals"):
        assert getattr(back, name) == mirrored(getattr(diff, name)), name
    for there, here in zip(diff.tables, back.tables, strict=True):
        assert (here.key, here.rows_changed) == (there.key, there.rows_changed)
        assert (here.rows_added, here.rows_removed) == (there.rows_removed, there.rows_added)
        assert here.columns == there.columns
    assert back.states == tuple(Tally(tally.name, tally.new, tally.old) for tally in diff.states)


def test_a_limit_cuts_the_lists_and_never_the_counts(diff, old, new):
    cut = diff_warehouses(old, new, limit=1)
    for name in ("reports", "cells", "findings", "corrections"):
        whole, short = getattr(diff, name), getattr(cut, name)
        assert (short.added, short.removed, short.changed) == (whole.added, whole.removed, whole.changed)
        assert short.listed == whole.listed[:1]
        assert short.unlisted == len(whole.listed) - 1
    assert cut.tables == diff.tables


def test_reading_leaves_both_files_as_they_are(old, new):
    before = [(path.read_bytes(), sorted(path.parent.iterdir())) for path in (old, new)]
    diff_warehouses(old, new)
    assert [(path.read_bytes(), sorted(path.parent.iterdir())) for path in (old, new)] == before


def test_the_json_has_every_count_and_change_with_labels(diff):
    told = json.loads(json.dumps(to_json(diff), ensure_ascii=False, allow_nan=False))
    assert told["same"] is False
    assert (told["old"]["reports"], told["new"]["reports"]) == (8, 7)
    assert told["new"]["cells"]["blank"] == 1
    assert {name: told["findings"][name] for name in ("opened", "closed", "changed")} == {"opened": 6, "closed": 4, "changed": 1}
    first = told["cells"]["listed"][0]
    assert first["labels"] == ["主动公开政府信息情况", "行政许可", "本年处理决定数量"]
    assert (first["old"]["value"], first["new"]["value"], first["new"]["state"]) == (37, None, "blank")
    assert len(told["tables"]) == len(diff.tables)


# -- what else may differ --------------------------------------------------------------------------------------------------


def test_a_cell_that_was_only_read_otherwise_is_counted_apart(old, doctored):
    moved = "update staging.requests set locator = 'line 1' where agency_id = '350100-kjj' and row_code = 'granted'"
    diff = diff_warehouses(old, doctored(moved))
    assert diff.cells.total == 0
    (report,) = diff.reports.listed
    assert (report.kind, report.cells, report.reread) == ("changed", 0, 7)


def test_decimals_are_compared_as_stored(old, doctored):
    cell = "where row_code = 'administrative_fees' and agency_id = '999900-sjj' and year = 2022"
    barely = doctored(f"update staging.proactive_disclosure set value = 12.35 + 2e-15 {cell}")
    (change,) = diff_warehouses(old, barely).cells.listed
    assert (change.old.value, change.new.value) == (12.35, 12.35 + 2e-15)
    assert change.new.value != 12.35


def test_a_report_of_another_form_has_cells_that_came_and_cells_that_went(old, doctored):
    other = doctored(
        "update staging.requests set row_code = 'other', form = '2019' where agency_id = '350100-kjj' and row_code = 'other_other'"
    )
    diff = diff_warehouses(old, other)
    assert (diff.cells.added, diff.cells.removed, diff.cells.changed) == (7, 7, 0)
    assert {(cell.kind, cell.row) for cell in diff.cells.listed} == {("added", "other"), ("removed", "other_other")}


def test_a_finding_whose_words_change_stays_the_same_finding(old, doctored):
    words = "update staging.findings set message = 'other words', locator = 'line 9' where rule = 'narrative_mismatch'"
    moved = "update staging.findings set locator = 'line 9' where rule = 'missing_cells'"
    diff = diff_warehouses(old, doctored(words, moved))
    (change,) = diff.findings.listed
    assert (change.kind, change.new.message, change.report) == ("changed", "other words", None)


def test_texts_of_others_are_no_markup_in_the_markdown(old, doctored):
    message = HOSTILE.replace("'", "''")
    hostile = doctored(f"update staging.findings set message = '{message}' where rule = 'narrative_mismatch'")
    text = markdown(diff_warehouses(old, hostile))
    (line,) = [line for line in text.splitlines() if "narrative\\_mismatch" in line]
    assert line.startswith("| \\~ | 2024 ")
    assert line.replace("\\|", "").count("|") == 6
    assert "<script" not in line.replace("\\<", "")
    assert "![" not in line.replace("\\!", "")
    assert "https://" not in line
    assert not {"\x1b", "\u202e", "\n"} & set(line)


def test_the_first_publication_and_one_after_an_unreadable_file_say_so(tmp_path, old, new):
    assert "No warehouse was published" in publication_markdown(None, new)
    assert "No warehouse was published" in publication_markdown(tmp_path / "none.duckdb", new)
    (tmp_path / "old.duckdb").write_text("no database")
    assert "Not compared" in publication_markdown(tmp_path / "old.duckdb", new)
    assert publication_markdown(old, old) == "Nothing differs from the warehouse published before."
    told = publication_markdown(old, new, limit=2)
    assert "- **Cells**: 198 removed, 4 changed" in told
    assert told.count("and 2 more") == 1  # of four cells
    assert told.count("and 3 more") == 1  # of five reports


# -- what cannot be compared -----------------------------------------------------------------------------------------------


def test_no_file_a_folder_and_another_kind_of_file_are_refused(old, tmp_path):
    (tmp_path / "table.csv").write_text("year,agency_id\n2024,350100-kjj\n")
    for path, reason in (("none.duckdb", "no such file"), (".", "is no file"), ("table.csv", "no DuckDB file")):
        for pair in ((old, tmp_path / path), (tmp_path / path, old)):
            with pytest.raises(NotComparable, match=reason) as caught:
                diff_warehouses(*pair)
            assert str(tmp_path) in str(caught.value)


def test_a_server_is_refused_without_its_password(old):
    with pytest.raises(NotComparable, match="between two DuckDB files") as caught:
        diff_warehouses(old, "postgresql+psycopg://gx:secret@localhost/gx")
    assert "secret" not in str(caught.value)
    assert diff_warehouses(f"duckdb:///{old}", old).same


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("drop schema marts cascade", "no schema marts"),
        ("drop table staging.refusals cascade", "no table staging.refusals"),
        ("alter table staging.requests drop column corrected_value", "no column corrected_value in staging.requests"),
        ("insert into staging.requests select * from staging.requests limit 1", "staging.requests twice"),
        ("update staging.findings set finding_id = null", "one without year, agency_id, finding_id"),
    ],
)
def test_a_database_that_is_no_warehouse_of_this_version_is_refused(old, doctored, statement, reason):
    path = doctored("drop view if exists staging.stg_requests", statement)
    with pytest.raises(NotComparable, match=reason) as caught:
        diff_warehouses(old, path)
    assert str(path) in str(caught.value)
    assert "gx-pipeline run" in str(caught.value)


def test_a_file_cut_short_or_overwritten_is_refused_by_name(old, tmp_path):
    whole = old.read_bytes()
    middle = bytearray(whole)
    middle[len(whole) // 8 : len(whole) * 7 // 8] = bytes(len(whole) * 7 // 8 - len(whole) // 8)
    for name, content in (("short", whole[: len(whole) // 2]), ("zeros", bytes(middle)), ("head", whole[:5000])):
        path = tmp_path / f"{name}.duckdb"
        path.write_bytes(content)
        with pytest.raises(NotComparable, match=f"{name}.duckdb (is damaged|cannot be opened)"):
            diff_warehouses(old, path)


def test_a_file_that_is_being_written_is_refused(old, doctored):
    path = doctored()
    writer = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        writer.stdout.readline()
        with pytest.raises(NotComparable, match="open in a process that writes it"):
            diff_warehouses(old, path)
    finally:
        writer.communicate()


# -- the whole of it: what differs leads from the one to the other ---------------------------------------------------------

_FIGURES = st.one_of(
    st.none().map(lambda _: (None, "blank")),
    st.integers(0, 3).map(lambda value: (value, "reported")),
)
_GRIDS = st.dictionaries(
    st.tuples(
        st.sampled_from([2023, 2024]),
        st.sampled_from(["granted", "denied_state_secret", "other"]),
        st.sampled_from(["total", "natural_person"]),
    ),
    _FIGURES,
)


def write_warehouse(path, cells):
    """A warehouse of two reports with these cells of section 三, and nothing else."""
    engine = sa.create_engine(f"duckdb:///{path}")
    with engine.begin() as connection:
        prepare(connection)
        for schema in ("core", "marts"):
            connection.execute(sa.text(f"create schema {schema}"))
        for year in (2023, 2024):
            connection.execute(
                sa.text(
                    "insert into staging.reports (year, agency_id, agency_name, form) values (:year, '350100-kjj', '示例', '2021')"
                ),
                {"year": year},
            )
        for (year, row, column), (value, state) in cells.items():
            connection.execute(
                sa.text(
                    "insert into staging.requests (year, agency_id, form, row_code, applicant_type, value, state) "
                    "values (:year, '350100-kjj', '2021', :row, :column, :value, :state)"
                ),
                {"year": year, "row": row, "column": column, "value": value, "state": state},
            )
    engine.dispose()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_GRIDS, after=_GRIDS)
def test_the_changes_applied_to_the_old_cells_give_the_new_ones(tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("grids")
    write_warehouse(folder / "old.duckdb", before)
    write_warehouse(folder / "new.duckdb", after)
    diff = diff_warehouses(folder / "old.duckdb", folder / "new.duckdb")
    cells = dict(before)
    for change in diff.cells.listed:
        place = (change.year, change.row, change.column)
        assert cells.pop(place, None) == (None if change.old is None else (change.old.value, change.old.state))
        if change.new is not None:
            cells[place] = (change.new.value, change.new.state)
    assert cells == after
    assert diff.same == (before == after)
