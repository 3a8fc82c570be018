"""Tables as Parquet, CSV and data package: whole, typed, safe in a spreadsheet, the same bytes for the same facts."""

import csv
import json
import math
import subprocess
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import validate

from gx_pipeline.errors import ExportError
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline.warehouse.export import Format, export
from gx_pipeline.warehouse.export.files import guarded
from gx_pipeline.warehouse.export.manifest import describe_tables

TABLES = (
    "select table_schema, table_name from information_schema.tables where table_schema = 'marts' "
    "or (table_schema = 'core' and table_name similar to '(dim|fct)_.*') order by all"
)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read_csv(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True)))


def test_every_published_table_comes_out_with_all_its_rows(exported, query):
    for form, ending in ((Format.parquet, "parquet"), (Format.csv, "csv")):
        names = {path.name for path in exported[form].folder.iterdir()}
        assert names == {f"{schema}_{table}.{ending}" for schema, table in query(TABLES)}
    for schema, table in query(TABLES):
        rows = query(f"from {schema}.{table}")
        read = pq.read_table(exported[Format.parquet].folder / f"{schema}_{table}.parquet")
        assert sorted(map(repr, zip(*read.to_pydict().values(), strict=True))) == sorted(map(repr, rows)), table
        assert len(read_csv(exported[Format.csv].folder / f"{schema}_{table}.csv")) == len(rows)


def test_parquet_is_typed_and_knows_neither_index_nor_time(exported):
    schema = pq.read_schema(exported[Format.parquet].folder / "marts_agency_year.parquet")
    assert schema.field("published_on").type == pa.date32()
    assert schema.field("requests_new_received").type == pa.int64()
    assert schema.field("disclosure_rate").type == pa.float64()
    assert (
        pq.read_schema(exported[Format.parquet].folder / "core_dim_applicant_type.parquet").field("is_total").type == pa.bool_()
    )
    assert not schema.metadata


def test_a_blank_cell_is_no_zero_in_any_file(exported):
    folder = exported[Format.parquet].folder
    blank = pq.read_table(folder / "core_fct_requests.parquet", filters=[("state", "=", "blank")])
    assert blank.num_rows
    assert blank["value"].null_count == blank.num_rows
    values = {row["value"] for row in read_csv(exported[Format.csv].folder / "core_fct_requests.csv") if row["state"] == "blank"}
    assert values == {""}


def test_rows_stand_in_the_order_of_their_key(exported, built_place):
    described = describe_tables(built_place.settings.dbt_dir / "target" / "manifest.json")
    for path in exported[Format.parquet].folder.iterdir():
        schema, _, table = path.stem.partition("_")
        key = described[schema, table].keys[0]
        assert key, f"{schema}.{table} has no key"
        keys = list(zip(*(pq.read_table(path)[column].to_pylist() for column in key), strict=True))
        assert keys == sorted(set(keys)), table


def test_the_same_facts_give_the_same_bytes_in_whatever_order_they_are_stored(exported, changed, query):
    tables = [f"{schema}.{table}" for schema, table in query(TABLES)]
    place = changed(*(f"create or replace table {table} as from {table} order by random()" for table in tables))
    out = place.settings.data_dir / "again"
    export(place.settings, place.registry, Format, out=out)
    before = {name: data for form in Format for name, data in contents(exported[form].folder.parent).items()}
    assert contents(out) == before


def test_exporting_leaves_the_warehouse_as_it_is_and_open_to_others(built_place, tmp_path):
    path = built_place.settings.duckdb_path
    before = path.read_bytes(), path.stat().st_mtime_ns
    reader = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", reader, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        export(built_place.settings, built_place.registry, [Format.csv], out=tmp_path)
        other.stdin.close()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_csv_opens_in_chinese_excel_and_ends_its_lines_alike(exported):
    for path in exported[Format.csv].folder.iterdir():
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf"), path
        assert b"\r" not in data, path


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", '=HYPERLINK("x")'])
def test_a_text_that_would_run_as_a_formula_gets_an_apostrophe_that_can_be_taken_away(text):
    assert guarded(text)[0] == "'"
    assert guarded(text)[1:] == text


@pytest.mark.parametrize("text", ["-3", "+1.5", "-", "——", "—", "25", "", "规章", "1=1"])
def test_figures_and_placeholders_stay_as_they_are(text):
    assert guarded(text) == text


def test_figures_below_zero_stay_figures_and_hostile_texts_become_texts(changed):
    place = changed(
        "update core.fct_proactive_disclosure set value = -3, raw = '-3' where measure = 'items_change'",
        "update core.fct_findings set message = '=cmd|''/c calc''!A1' where rule = 'carry_over'",
    )
    out = place.settings.data_dir / "out"
    export(place.settings, place.registry, [Format.csv, Format.parquet], out=out)
    changes = [row for row in read_csv(out / "csv" / "core_fct_proactive_disclosure.csv") if row["measure"] == "items_change"]
    assert {(row["value"], row["raw"]) for row in changes} == {("-3", "-3")}
    told = {row["message"] for row in read_csv(out / "csv" / "core_fct_findings.csv") if row["rule"] == "carry_over"}
    assert told == {"'=cmd|'/c calc'!A1"}
    exact = pq.read_table(out / "parquet" / "core_fct_findings.parquet", filters=[("rule", "=", "carry_over")])
    assert set(exact["message"].to_pylist()) == {"=cmd|'/c calc'!A1"}


def test_the_data_package_is_valid_and_knows_keys_codes_and_references(exported):
    path = exported[Format.datapackage].folder / "datapackage.json"
    report = validate(str(path))
    assert report.valid, report.flatten(["name", "message"])[:5]
    package = json.loads(path.read_text("utf-8"))
    by_name = {resource["name"]: resource for resource in package["resources"]}
    assert by_name.keys() == {csv_file.stem for csv_file in path.parent.glob("*.csv")}
    findings = by_name["core_fct_findings"]["schema"]
    assert findings["primaryKey"] == ["finding_key"]
    assert {"fields": ["rule"], "reference": {"resource": "core_dim_rule", "fields": ["rule"]}} in findings["foreignKeys"]
    fields = {field["name"]: field for field in findings["fields"]}
    assert fields["severity"]["constraints"]["enum"] == ["error", "warn", "info"]
    for resource in package["resources"]:
        assert resource["description"], resource["name"]
        assert all(field.get("description") for field in resource["schema"]["fields"]), resource["name"]
    assert "licenses" not in package


@pytest.mark.parametrize(
    ("table", "old", "new", "error"),
    [
        ("core_fct_findings", ",error,", ",grave,", "constraint-error"),
        ("core_fct_findings", ",carry_over,", ",made_up,", "foreign-key"),
        ("marts_agency_year", "2025-", "2025/", "type-error"),
    ],
)
def test_a_broken_file_of_the_package_fails_its_validation(exported, tmp_path, table, old, new, error):
    for path in exported[Format.datapackage].folder.iterdir():
        data = path.read_bytes()
        if path.stem == table:
            assert old.encode() in data
            data = data.replace(old.encode(), new.encode())
        (tmp_path / path.name).write_bytes(data)
    report = validate(str(tmp_path / "datapackage.json"))
    assert not report.valid
    assert error in {kind for (kind,) in report.flatten(["type"])}


def test_years_and_places_cut_facts_and_marts_and_leave_dimensions_whole(built_place, tmp_path, query):
    export(built_place.settings, built_place.registry, [Format.datapackage], years=[2024], places=["福州"], out=tmp_path)
    folder = tmp_path / "datapackage"
    reports = {(row["year"], row["agency_id"]) for row in read_csv(folder / "core_fct_requests.csv")}
    assert reports == {("2024", "350100-kjj"), ("2024", "350102-rmzf")}
    assert {(row["year"], row["agency_id"]) for row in read_csv(folder / "marts_agency_year.csv")} == reports
    assert len(read_csv(folder / "core_dim_agency.csv")) == query("select count(*) from core.dim_agency")[0][0]
    assert validate(str(folder / "datapackage.json")).valid


@pytest.mark.parametrize(
    ("place", "agencies"),
    [
        ("35", {"350100-gxj", "350100-kjj", "350102-rmzf", "350505-kjj"}),
        ("350000", {"350100-gxj", "350100-kjj", "350102-rmzf", "350505-kjj"}),
        ("福建省", {"350100-gxj", "350100-kjj", "350102-rmzf", "350505-kjj"}),
        ("350100", {"350100-gxj", "350100-kjj", "350102-rmzf"}),
        ("鼓楼区", {"350102-rmzf"}),
        ("350102", {"350102-rmzf"}),
        ("泉州市", {"350505-kjj"}),
    ],
)
def test_a_place_takes_in_what_lies_below_it(built_place, tmp_path, place, agencies):
    export(built_place.settings, built_place.registry, [Format.parquet], places=[place], out=tmp_path)
    found = pq.read_table(tmp_path / "parquet" / "core_fct_requests.parquet")["agency_id"].to_pylist()
    assert set(found) == agencies


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"years": [2021]}, "report years there are: 2020, 2022, 2023, 2024, 2025"),
        ({"places": ["福州事"]}, "did you mean 福州"),
        ({"places": ["11"]}, "350100 福州市"),
        ({"places": ["350"]}, "2 digits are a province"),
        ({"years": [2025], "places": ["泉州市"]}, "no report in the warehouse is of 2025 泉州市"),
    ],
)
def test_an_unknown_year_or_place_is_refused_with_what_there_is(built_place, tmp_path, wanted, told):
    with pytest.raises(ExportError, match=told):
        export(built_place.settings, built_place.registry, [Format.csv], out=tmp_path, **wanted)
    assert not list(tmp_path.iterdir())


def test_a_failed_export_leaves_what_was_there_and_nothing_half_written(changed):
    place = changed()
    out = place.settings.data_dir / "out"
    export(place.settings, place.registry, [Format.csv], out=out)
    before = contents(out)
    with duckdb.connect(str(place.settings.duckdb_path)) as connection:
        connection.execute("update marts.agency_year set disclosure_rate = ?", [math.nan])
    with pytest.raises(ExportError, match=r"marts\.agency_year\.disclosure_rate"):
        export(place.settings, place.registry, [Format.csv], out=out)
    assert contents(out) == before


def test_a_folder_with_other_files_is_never_replaced(built_place, tmp_path):
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "thesis.docx").write_text("mine")
    with pytest.raises(ExportError, match=r"thesis\.docx"):
        export(built_place.settings, built_place.registry, [Format.csv], out=tmp_path)
    assert (tmp_path / "csv" / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize("form", [Format.csv, Format.xlsx])
def test_a_place_that_cannot_be_written_is_refused_by_its_name(form, built_place, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ExportError, match=rf"taken/{form} cannot be written: .*--out"):
        export(built_place.settings, built_place.registry, [form], out=tmp_path / "taken")


def test_without_warehouse_or_manifest_the_refusal_says_what_to_run(built_place, tmp_path):
    with pytest.raises(ExportError, match="gx-pipeline run"):
        export(Settings(tmp_path, default_warehouse_url(tmp_path)), built_place.registry, [Format.csv])
    with pytest.raises(ExportError, match="make setup"):
        export(built_place.settings, built_place.registry, [Format.datapackage], out=tmp_path, manifest=tmp_path / "none.json")
    assert not list(tmp_path.iterdir())


def test_a_table_that_the_manifest_does_not_describe_stays_out_of_no_package_unsaid(changed):
    place = changed("create table marts.of_another_version as select 1 as year")
    with pytest.raises(ExportError, match=r"marts\.of_another_version"):
        export(place.settings, place.registry, [Format.datapackage], out=place.settings.data_dir)


def test_a_type_that_no_format_is_declared_for_is_refused_by_name(changed):
    place = changed("create table marts.odd as select [1, 2] as listed")
    with pytest.raises(ExportError, match=r"marts\.odd\.listed"):
        export(place.settings, place.registry, [Format.parquet], out=place.settings.data_dir)
