"""`gx-pipeline export` on the built samples."""

from typer.testing import CliRunner

from gx_pipeline.cli import app


def run(place, *arguments):
    environment = {"GX_DATA_DIR": str(place.settings.data_dir), "GX_WAREHOUSE_URL": ""}
    return CliRunner().invoke(app, ["export", *arguments], env=environment, terminal_width=300)


def test_it_says_what_lies_where(built_place, tmp_path):
    result = run(built_place, "--format", "csv", "--format", "xlsx", "--year", "2024", "--place", "福州", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert f"{tmp_path / 'csv'}  " in result.output
    assert f"{tmp_path / 'xlsx'}  1 file, 400 cells" in result.output
    assert (tmp_path / "xlsx" / "annual_reports.xlsx").exists()


def test_what_cannot_be_exported_is_refused_with_what_there_is(built_place, tmp_path):
    result = run(built_place, "--format", "csv", "--year", "2019", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "report years there are: 2020" in result.output
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_is_wrong_usage(built_place):
    result = run(built_place, "--format", "ods")
    assert result.exit_code == 2
    assert "parquet, csv, xlsx, datapackage" in " ".join(result.output.replace("│", "").split())
