"""From raw files through Dagster and dbt to the marts, by the command that `make run` calls."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner

from gx_pipeline.cli import app
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.workplaces import Place, make_place


@dataclass
class Built:
    """A place that was run once, with the command's output and the Dagster instance that saw it."""

    place: Place
    home: Path
    output: str
    exit_code: int

    def run(self) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["run"], env=self.environment, terminal_width=300)
        return result.exit_code, result.output

    @property
    def environment(self) -> dict[str, str]:
        return {"GX_DATA_DIR": str(self.place.settings.data_dir), "DAGSTER_HOME": str(self.home), "GX_WAREHOUSE_URL": ""}

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.place.settings.duckdb_path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def instance(self) -> dg.DagsterInstance:
        return dg.DagsterInstance.from_config(str(self.home))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("end_to_end")
    home = folder / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text((CHECKOUT / ".dagster" / "dagster.yaml").read_text("utf-8"), "utf-8")
    made = Built(make_place(folder / "data"), home, "", -1)
    saved = dict(os.environ)
    os.environ.update(made.environment)
    made.exit_code, made.output = made.run()
    yield made
    os.environ.clear()
    os.environ.update(saved)


def test_the_run_succeeds_although_published_reports_contain_errors(built):
    assert built.exit_code == 0, built.output
    assert "8 files taken in" in built.output
    assert "3 error" in built.output
    assert "27件”, the table gives 25" in built.output.replace("\n", "")


def test_the_mart_has_a_row_per_report_with_the_printed_figures(built):
    rows = built.query(
        "select year, agency_id, requests_new_received, requests_total_handled, reconsideration_total, findings_error "
        "from marts.agency_year order by year, agency_id"
    )
    by_report = {row[:2]: row[2:] for row in rows}
    assert len(by_report) == 8
    assert by_report[(2024, "350102-rmzf")] == (25, 25, 2, 1)
    assert by_report[(2025, "350100-gxj")] == (7, 7, 0, 0)
    assert by_report[(2020, "350505-kjj")] == (0, 0, 0, 0)
    assert by_report[(2023, "999900-sjj")][3] == 2


def test_summing_a_fact_never_counts_a_total_twice(built):
    (handled,) = built.query(
        "select sum(value) from core.fct_requests where role = 'outcome' and agency_id = '350102-rmzf' and year = 2024"
    )[0]
    assert handled == 25
    assert built.query("select count(*) from core.fct_requests where applicant_type = 'total' or row_code = 'total_handled'") == [
        (0,)
    ]


def test_a_figure_is_traced_to_the_line_of_its_file(built):
    raw, locator, path = built.query(
        "select f.raw, f.locator, r.source_path from core.fct_proactive_disclosure f "
        "join staging.stg_reports r using (year, agency_id) "
        "where f.agency_id = '350100-kjj' and f.row_code = 'administrative_licenses'"
    )[0]
    line = int(locator.removeprefix("line "))
    text = (built.place.settings.data_dir / path).read_text("utf-8").split("\n")[line - 1]
    assert raw == text.strip() == "461"


def test_a_published_blank_is_null_in_the_warehouse_with_its_state(built):
    assert (
        built.query("select count(*), count(value) from core.fct_requests where agency_id = '350505-kjj' and state = 'blank'")[0][
            1
        ]
        == 0
    )
    assert built.query("select cells_blank from marts.agency_year where agency_id = '350505-kjj'") == [(138,)]
    assert built.query("select cells_missing from marts.agency_year where agency_id = '652700-kjj'") == [(14,)]


def test_a_fee_keeps_its_decimals(built):
    (fee,) = built.query("select fees_amount_10k_yuan from marts.agency_year where agency_id = '999900-sjj' and year = 2022")[0]
    assert Decimal(str(fee)) == Decimal("12.35")


def test_every_violated_identity_is_pointed_at(built):
    violated = built.query("select year, identity, at_code from core.fct_identity_results where status = 'violated' order by all")
    assert violated == [
        (2023, "applicants_total", "partially_granted"),
        (2023, "outcomes_total", "total"),
        (2024, "carry_over", "natural_person"),
        (2024, "carry_over", "total"),
    ]


def test_dagster_saw_each_report_and_nothing_else(built):
    with built.instance() as instance:
        for stage in ("raw_reports", "normalized_text", "parsed_tables", "report_facts"):
            seen = instance.get_materialized_partitions(dg.AssetKey(stage))
            assert seen == {f"{part.agency_id}|{part.year}" for part in built.place.inventory().files}, stage
        event = instance.get_latest_materialization_event(dg.AssetKey("report_facts"))
        assert event is not None
        metadata = event.asset_materialization.metadata
        assert {"figures", "findings", "raw file", "dagster/row_count"} <= metadata.keys()
        for model in ("agency_year", "fct_requests", "dim_agency"):
            schema = "marts" if model == "agency_year" else "core"
            assert instance.get_latest_materialization_event(dg.AssetKey([schema, model])), model


def test_the_checks_show_the_contradiction_as_a_warning_and_the_contract_as_kept(built):
    with built.instance() as instance:
        found = {}
        for run in instance.get_runs():
            for record in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
                evaluation = record.dagster_event.asset_check_evaluation_data
                found[(evaluation.check_name, evaluation.partition)] = (evaluation.passed, evaluation.severity)
    warn = dg.AssetCheckSeverity.WARN
    assert found[("narrative_against_table", "350102-rmzf|2024")] == (False, warn)
    assert found[("totals_identities", "999900-sjj|2023")] == (False, warn)
    assert found[("totals_identities", "350102-rmzf|2024")] == (True, warn)
    assert all(passed for (name, _), (passed, _) in found.items() if name == "contract")
    assert any("identity" in name and partition is None for name, partition in found)


def test_running_again_changes_nothing_and_says_so(built):
    path = built.place.settings.duckdb_path
    before = path.read_bytes()
    exit_code, output = built.run()
    assert exit_code == 0
    assert "Nothing has changed" in output
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def changed(built: Built) -> Iterator[Built]:
    """The place, run again after a file broke and figures were corrected."""
    report = built.place.report(2025, "350100-gxj")
    good = report.read_bytes()
    report.write_bytes(b"")
    kept = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "column": "total"}
    built.place.correct(
        {**kept, "row": "new_received", "expect": 25, "action": "override", "value": 27},
        {**kept, "row": "granted", "expect": 7, "action": "set_null"},
        {
            **kept,
            "agency": "999900-sjj",
            "year": 2023,
            "row": "partially_granted",
            "expect": 11,
            "action": "confirm_as_published",
        },
        {**kept, "year": 2019, "row": "granted", "expect": 7, "action": "set_null"},
    )
    exit_code, output = built.run()
    yield Built(built.place, built.home, output, exit_code)
    report.write_bytes(good)
    built.place.settings.corrections_yml.unlink()


def test_one_broken_file_leaves_the_others_and_is_named_in_the_summary_and_the_warehouse(changed):
    assert changed.exit_code == 0, changed.output
    assert "raw/2025/350100-gxj/report.txt: unreadable: the file is empty" in changed.output.replace("\n", "")
    assert changed.query("select count(*) from marts.agency_year") == [(7,)]
    assert changed.query("select source_path, code from core.fct_refusals") == [("raw/2025/350100-gxj/report.txt", "unreadable")]
    with changed.instance() as instance:
        runs = instance.get_runs(limit=2)
        assert all(run.status == dg.DagsterRunStatus.SUCCESS for run in runs)


def test_the_mart_uses_corrected_figures_and_says_so_while_the_facts_keep_the_published_ones(changed):
    assert changed.query(
        "select requests_new_received, requests_granted, disclosure_rate, requests_total_handled, cells_corrected "
        "from marts.agency_year where agency_id = '350102-rmzf'"
    ) == [(27, None, None, 25, 2)]
    assert changed.query("select sum(cells_corrected) from marts.agency_year") == [(2,)]
    assert changed.query(
        "select row_code, value, corrected_value, correction, correction_reason, used_value from core.fct_requests_totals "
        "where correction is not null and year = 2024 order by row_code"
    ) == [
        ("granted", 7, None, "set_null", "The agency says so. (letter of 3 March; 2026-03-10)", None),
        ("new_received", 25, 27, "override", "The agency says so. (letter of 3 March; 2026-03-10)", 27),
    ]
    assert changed.query("select count(*) from core.fct_requests where used_value is distinct from value") == [(0,)]


def test_identities_go_on_judging_what_was_published(changed):
    assert changed.query(
        "select left_sum, right_sum, status from core.fct_identity_results "
        "where agency_id = '350102-rmzf' and identity = 'balance' and at_code = 'total'"
    ) == [(25, 25, "holds")]


def test_what_is_confirmed_as_published_no_longer_counts_as_open_and_is_kept(changed):
    ((errors, confirmed, corrected),) = changed.query(
        "select findings_error, findings_confirmed, cells_corrected from marts.agency_year where agency_id = '999900-sjj' and year = 2023"
    )
    assert (errors, corrected) == (0, 0)
    assert confirmed > 0
    kept = changed.query("select distinct status from core.fct_findings where year = 2023 and severity = 'error'")
    assert kept == [("confirmed",)]
    assert f"and {confirmed} on cells that corrections.yml confirms as published" in changed.output


def test_a_correction_of_a_report_that_is_not_there_is_told(changed):
    told = "350102-rmzf 2019: corrections.yml corrects 1 cell of a report that is not taken in"
    assert told in changed.output.replace("\n", "")


def test_every_query_of_the_readme_works_and_finds_something(built):
    queries = re.findall(r"```sql\n(.*?)```", (CHECKOUT / "README.md").read_text("utf-8"), re.DOTALL)
    assert queries
    for query in queries:
        assert built.query(query), query


def test_a_failure_of_dbt_fails_the_run(built, monkeypatch):
    from gx_pipeline.facts import frames

    monkeypatch.setattr(frames, "findings_rows", lambda *_: [])
    result = CliRunner().invoke(app, ["run", "--all"], env=built.environment, terminal_width=300)
    assert result.exit_code == 1
    assert "violations_have_findings" in result.output.replace("\n", "")
