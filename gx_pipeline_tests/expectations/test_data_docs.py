"""Great Expectations over the facts, and its site. Importing it costs over ten seconds: all tests of it stand here."""

from __future__ import annotations

import html
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import dagster as dg
import pandas as pd
import pytest
from typer.testing import CliRunner

from gx_pipeline.cli import app
from gx_pipeline.definitions import defs
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.errors import ConfigurationError
from gx_pipeline.expectations import Built, Validation, build_quality_docs, load_suites
from gx_pipeline.expectations.docs import PageView, ValidationPage
from gx_pipeline.expectations.frames import facts_of_year, frames_of, parameters
from gx_pipeline.expectations.outcomes import Outcome
from gx_pipeline.facts import Facts
from gx_pipeline.lake import Partition
from gx_pipeline_tests.workplaces import Place, copy_place, make_place

SUITES = {suite.name: suite for suite in load_suites()}
ROWS = "As many rows as the forms have cells, times the reports"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The samples of two years: one breaks identities, one contradicts its own text."""
    made = make_place(tmp_path_factory.mktemp("data_docs") / "data")
    for folder in made.settings.raw_dir.glob("*/*"):
        if (folder.parent.name, folder.name) not in {("2023", "999900-sjj"), ("2024", "999900-sjj"), ("2024", "350102-rmzf")}:
            shutil.rmtree(folder)
    made.take_in()
    made.find_series()
    return made


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a careless library would leave files: the working directory, the home, the folder for temporary files."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def built(place: Place, elsewhere: Path) -> Iterator[Built]:
    """The site of the samples, built where nothing may be connected to."""

    def refuse(*address: object) -> None:
        raise AssertionError(f"the network was asked for {address}")

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(elsewhere)
        patch.setenv("HOME", str(elsewhere))
        patch.setattr(tempfile, "tempdir", str(elsewhere))
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield build_quality_docs(place.lake, place.settings.data_docs_dir)


def pages(built: Built) -> list[Path]:
    return sorted(built.index.parent.rglob("*.html"))


def result_page(built: Built, suite: str, year: int) -> str:
    (page,) = built.index.parent.glob(f"validations/{suite}/{year}/*/*.html")
    return html.unescape(page.read_text("utf-8"))


# -- the site ------------------------------------------------------------------------------------------------------------


def test_the_site_has_a_page_for_every_suite_and_for_every_result(built):
    folder = built.index.parent
    assert {page.stem for page in folder.glob("expectations/*.html")} == SUITES.keys()
    assert len(list(folder.glob("validations/*/*/*/*.html"))) == len(SUITES) * 2
    assert {validation.year for validation in built.validations} == {2023, 2024}


def test_the_index_names_the_sample_that_contradicts_its_own_text_and_the_one_whose_totals_fail(built, place):
    index = html.unescape(built.index.read_text("utf-8"))
    found = place.lake.read_frame(Partition(2024, "350102-rmzf"), "findings")
    contradictions = list(found[found["severity"] == "error"]["message"])
    assert contradictions
    assert "福州市鼓楼区人民政府" in index
    assert [message for message in contradictions if message not in index] == []
    assert "total handled = sum of all outcomes" in index
    assert "The pipeline's contract holds" in index


def test_a_page_needs_nothing_but_itself(built):
    for page in pages(built):
        text = page.read_text("utf-8")
        assert "<script" not in text
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            assert (page.parent / unquote(target)).is_file(), f"{page}: {target}"
        assert not re.search(r"url\(|@import|https?://", text), page


def test_nothing_is_written_beside_the_site(built, elsewhere, place):
    assert list(elsewhere.iterdir()) == []
    assert [entry.name for entry in place.settings.data_docs_dir.parent.iterdir()] == ["data_docs"]


def test_a_result_says_what_was_expected_in_both_languages_with_its_source_and_the_rows_that_fail(built):
    page = result_page(built, "requests_by_applicant_type", 2023)
    assert "〔2021〕30号" in page
    assert "总计等于各项办理结果之和" in page
    (row,) = re.findall(r"<tr><td>999900-sjj</td>.*?</tr>", page)
    assert re.findall(r"<td>(.*?)</td>", row) == ["999900-sjj", "示例市数据局", "total", "70", "71"]


def test_a_build_that_dies_leaves_the_site_as_it_was(built, place, tmp_path):
    other = copy_place(place, tmp_path / "data")
    before = {page: page.read_bytes() for page in other.settings.data_docs_dir.rglob("*.html")}
    (other.settings.lake_dir / "report_facts" / "2024" / "350102-rmzf" / "requests.parquet").write_bytes(b"no parquet")
    with pytest.raises(Exception, match=r"(?i)parquet"):
        build_quality_docs(other.lake, other.settings.data_docs_dir, [2024])
    assert before == {page: page.read_bytes() for page in other.settings.data_docs_dir.parent.rglob("*.html")}
    assert len(before) == len(SUITES) * 3 + 1


def test_markup_in_a_published_report_is_shown_and_not_obeyed():
    hostile = "<script>alert(1)</script>"
    outcome = Outcome("expect", "", ("rule",), "warning", "", "", "", "", "", "warning", 1, 1, 1, rows=({"message": hostile},))
    shown = PageView().render(ValidationPage(SUITES["published_findings"], Validation("published_findings", 2024, (outcome,))))
    assert hostile not in shown
    assert html.escape(hostile) in shown


def test_a_year_without_facts_is_named_with_those_that_have_some(place, tmp_path):
    with pytest.raises(ConfigurationError, match=r"no facts of report year 2021; there are facts of 2023, 2024"):
        build_quality_docs(place.lake, tmp_path / "site", [2021, 2023])
    assert not (tmp_path / "site").exists()


# -- what fails, and how heavily -----------------------------------------------------------------------------------------


def test_a_published_error_is_a_warning_and_breaks_no_contract(built):
    assert built.contract_holds
    failed = {(entry.year, entry.suite, outcome.label_en) for entry, outcome in built.failures("warning")}
    assert (2023, "requests_by_applicant_type", "total handled = sum of all outcomes") in failed
    assert (2023, "requests_by_row_code", "total = sum of the six applicant types") in failed
    assert {(year, suite) for year, suite, _ in failed if year == 2024} == {(2024, "published_findings")}


def changed(
    frame: str, column: str, value: object, where: Callable[[pd.DataFrame], pd.Series] | None = None
) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        at = facts[frame].index[:1] if where is None else facts[frame].index[where(facts[frame])][:1]
        facts[frame].loc[at, column] = value

    return change


def repeat_a_row(facts: Facts) -> None:
    facts["requests"] = pd.concat([facts["requests"], facts["requests"].iloc[:1]], ignore_index=True)


def lose_a_column(facts: Facts) -> None:
    facts["requests"] = facts["requests"].drop(columns="raw")


@pytest.mark.parametrize(
    ("suite", "damage", "expected"),
    [
        ("requests", changed("requests", "value", -1), {"Counts and amounts are not negative"}),
        ("requests", changed("requests", "value", pd.NA), {"A reported cell has a value"}),
        ("requests", changed("requests", "state", "blank"), {"A cell that is not reported has no value"}),
        ("requests", changed("requests", "row_code", "other"), {"A code that the 2021 form has"}),
        ("tables", changed("requests", "row_code", "other"), {"No cell of the form is left out", "No cell that the form has not"}),
        ("requests", changed("requests", "agency_id", "350100-gxj"), {"Every row belongs to a report", ROWS}),
        ("requests", repeat_a_row, {"One row a key", ROWS}),
        ("requests", lose_a_column, {"Columns and their order", "A reported cell keeps its text as printed"}),
        ("reports", changed("reports", "year", 2022), {"Of the year that is checked"}),
        ("reports", changed("reports", "scope", "everywhere"), {"A known code"}),
        ("findings", changed("findings", "message", ""), {"Text that says something"}),
    ],
)  # fmt: skip
def test_a_broken_frame_fails_the_expectation_that_says_so_and_no_other(built, place, tmp_path, suite, damage, expected):
    from gx_pipeline.expectations.validation import Validator

    facts = facts_of_year(place.lake, 2023)
    damage(facts)
    frames = frames_of(facts, place.lake.read_series_findings())
    result = Validator(tmp_path).validate(SUITES[suite], frames[suite], 2023, parameters(suite, frames, 2023))
    assert {outcome.label_en for outcome in result.outcomes if outcome.status != "passed"} == expected
    assert result.status == "critical"


def test_an_identity_is_judged_only_where_every_term_holds_a_number(built, place, tmp_path):
    from gx_pipeline.expectations.validation import Validator

    facts = facts_of_year(place.lake, 2023)
    blank = facts["requests"]["applicant_type"].eq("total") & facts["requests"]["row_code"].eq("granted")
    facts["requests"].loc[blank, ["value", "state"]] = [pd.NA, "blank"]
    frames = frames_of(facts, place.lake.read_series_findings())
    name = "requests_by_applicant_type"
    outcomes = Validator(tmp_path).validate(SUITES[name], frames[name], 2023, parameters(name, frames, 2023)).outcomes
    assert [(outcome.judged, outcome.rows_in_all, outcome.status) for outcome in outcomes] == [(7, 7, "passed"), (6, 7, "passed")]


# -- the command and the asset -------------------------------------------------------------------------------------------


def call(place: Place) -> tuple[int, str]:
    env = {"GX_DATA_DIR": str(place.settings.data_dir), "GX_WAREHOUSE_URL": "", "COLUMNS": "200"}
    done = CliRunner().invoke(app, ["docs-quality", "--year", "2023"], env=env)
    return done.exit_code, done.output


def test_the_command_counts_by_suite_and_fails_only_for_a_broken_contract(built, place, tmp_path):
    other = copy_place(place, tmp_path / "data")
    status, printed = call(other)
    assert status == 0
    row = next(line for line in printed.splitlines() if line.startswith("requests_by_applicant_type"))
    assert row.split()[1:] == ["2", "1", "0", "1", "0"]
    assert str(other.settings.data_docs_dir / "index.html") in printed
    again = sorted(other.settings.data_docs_dir.glob("validations/*/2023/*/*.html"))
    assert len(again) == len(SUITES)
    for page in again:
        first = built.index.parent / page.relative_to(other.settings.data_docs_dir)
        assert page.read_bytes() == first.read_bytes(), "the same facts give the same pages"
    path = other.settings.lake_dir / "report_facts" / "2023" / "999900-sjj" / "requests.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "value"] = -1
    frame.to_parquet(path, index=False)
    status, printed = call(other)
    assert status == 1
    assert "contract broken 2023 requests: Counts and amounts are not negative (value): 1 of 175 rows fail" in printed


def test_the_asset_builds_the_site_and_tells_the_contract_from_published_errors(built, place, tmp_path):
    other = copy_place(place, tmp_path / "data")
    for agency in ("999900-sjj", "350102-rmzf"):
        other.lake.withdraw(Partition(2024, agency))
    with dg.DagsterInstance.ephemeral() as instance:
        done = defs.resolve_job_def("build_quality_docs").execute_in_process(
            instance=instance, resources={"workplace": Workplace(data_dir=str(other.settings.data_dir))}
        )
    checks = {entry.check_name: entry for entry in done.get_asset_check_evaluations()}
    assert checks["contract_expectations"].passed
    assert not checks["published_expectations"].passed
    assert checks["published_expectations"].severity == dg.AssetCheckSeverity.WARN
    (made,) = done.asset_materializations_for_node("quality_docs")
    assert made.metadata["site"].value == (other.settings.data_docs_dir / "index.html").as_uri()
    failed = [
        outcome for entry in built.validations if entry.year == 2023 for outcome in entry.outcomes if outcome.status != "passed"
    ]
    assert made.metadata["expectations failed"].value == len(failed) > 0
    assert "| requests_by_applicant_type | 2 | 0 | 1 | 0 |" in made.metadata["by suite"].value


def test_data_docs_are_no_part_of_the_run_that_everybody_waits_for():
    key = dg.AssetKey("quality_docs")
    assert key not in defs.resolve_job_def("build_warehouse").asset_layer.executable_asset_keys
    assert key in defs.resolve_job_def("build_quality_docs").asset_layer.executable_asset_keys
    assert defs.resolve_schedule_def("quality_docs_after_refresh").execution_timezone == "Asia/Shanghai"
