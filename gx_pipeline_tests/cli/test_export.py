"""`gx-pipeline export` on the built samples."""

import shutil

import duckdb
from typer.testing import CliRunner

from gx_pipeline.cli import app
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline_tests.workplaces import Place


def run(place, *arguments):
    environment = {"GX_DATA_DIR": str(place.settings.data_dir), "GX_WAREHOUSE_URL": ""}
    return CliRunner().invoke(app, ["export", *arguments], env=environment, terminal_width=300)


def test_it_says_what_lies_where(built_place, tmp_path):
    result = run(built_place, "--format", "csv", "--format", "xlsx", "--year", "2024", "--place", "福州", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert f"{tmp_path / 'csv'}  " in result.output
    assert f"{tmp_path / 'xlsx'}  1 file, 400 cells" in result.output
    assert (tmp_path / "xlsx" / "annual_reports.xlsx").exists()


def test_a_selection_without_a_report_is_warned_of(built_place, tmp_path):
    settings = Settings(tmp_path / "data", default_warehouse_url(tmp_path / "data"))
    settings.duckdb_path.parent.mkdir(parents=True)
    shutil.copy(built_place.settings.duckdb_path, settings.duckdb_path)
    shutil.copy(built_place.settings.agencies_csv, settings.agencies_csv)
    with duckdb.connect(str(settings.duckdb_path)) as warehouse:
        warehouse.execute("insert into core.fct_refusals values ('k', 2022, '350505-kjj', 'raw/x.pdf', 'unreadable', 'no end')")
    place = Place(settings, built_place.registry)
    chosen = ("--format", "xlsx", "--place", "350505", "--out", str(tmp_path / "out"))
    empty = run(place, *chosen, "--year", "2022")
    assert empty.exit_code == 0
    assert "no report of this selection" in empty.stderr
    full = run(place, *chosen, "--year", "2020")
    assert full.stderr == ""


def test_what_cannot_be_exported_is_refused_with_what_there_is(built_place, tmp_path):
    result = run(built_place, "--format", "csv", "--year", "2019", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "report years there are: 2020" in result.output
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_is_wrong_usage(built_place):
    result = run(built_place, "--format", "ods")
    assert result.exit_code == 2
    assert "parquet, csv, xlsx, datapackage" in " ".join(result.output.replace("│", "").split())
