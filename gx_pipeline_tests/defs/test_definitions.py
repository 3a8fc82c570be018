"""The code location: what it holds, that it loads light, and when things run by themselves."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import dbt.version
import pytest
from dagster_dbt import DbtCliResource

from gx_pipeline.agencies import Registry
from gx_pipeline.definitions import defs
from gx_pipeline.defs.assets.dbt import dbt_resource
from gx_pipeline.defs.automation import (
    departments_refresh,
    governments_refresh,
    raw_files,
    warehouse_after_reports,
    weekly_catch_up,
)
from gx_pipeline.defs.checks.reports import FAMILY_CHECKS, across_years, evaluations
from gx_pipeline.defs.metadata import findings_table, materialization
from gx_pipeline.defs.partitions import partition_of, ranges_by_year, reports_by_year_and_agency
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.facts import FRAMES
from gx_pipeline.lake import STAGES, Partition, report_years
from gx_pipeline.lake.stages import Outcome
from gx_pipeline.parsing import Finding
from gx_pipeline.settings import CHECKOUT, Settings
from gx_pipeline_tests.workplaces import Place, make_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("definitions") / "data")


@pytest.fixture
def workplace(place: Place) -> Workplace:
    return Workplace(data_dir=str(place.settings.data_dir))


def test_the_stages_are_partitioned_by_year_and_agency_and_backfill_in_a_single_run():
    graph = defs.resolve_asset_graph()
    for stage in STAGES:
        node = graph.get(dg.AssetKey(stage))
        assert node.partitions_def == reports_by_year_and_agency
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
        assert node.description
        assert node.owners
        assert node.kinds
    assert [graph.get(dg.AssetKey(stage)).group_name for stage in STAGES] == ["raw", "normalized", "parsed", "facts"]
    chain = [graph.get(dg.AssetKey(stage)).parent_keys for stage in STAGES]
    assert chain == [set(), *({dg.AssetKey(stage)} for stage in STAGES[:-1])]


def test_a_build_starts_dbt_once_and_no_adapter_beside_it():
    left_out = ("_cli_version", "_initialize_dbt_core_adapter")
    assert set(left_out) <= vars(DbtCliResource).keys(), "dagster-dbt has other names for what defs/assets/dbt.py leaves out"
    assert set(left_out) <= vars(type(dbt_resource)).keys()
    assert str(dbt_resource._cli_version) == dbt.version.__version__


def test_every_dbt_model_is_an_asset_downstream_of_the_facts():
    graph = defs.resolve_asset_graph()
    models = [path.stem for path in (CHECKOUT / "dbt" / "models").rglob("*.sql") if not path.stem.startswith("int_")]
    known = {key.path[-1]: key for key in graph.get_all_asset_keys()}
    assert set(models) <= known.keys()
    for name in ("agency_year", "fct_requests", "fct_findings"):
        key = known[name]
        ancestors, todo = set(), [key]
        while todo:
            parents = graph.get(todo.pop()).parent_keys - ancestors
            ancestors |= parents
            todo += parents
        assert dg.AssetKey("report_facts") in ancestors, name


def test_the_checks_on_partitioned_stages_are_partitioned_and_only_the_contract_blocks():
    checks = (
        {spec.name: spec for spec in defs.resolve_all_asset_checks_specs()}
        if hasattr(defs, "resolve_all_asset_checks_specs")
        else {key.name: defs.resolve_asset_graph().get(key) for key in defs.resolve_asset_graph().asset_check_keys}
    )
    for name in ("accepted", "contract", "corrections", *(name for name, _ in FAMILY_CHECKS.values())):
        assert checks[name].partitions_def == reports_by_year_and_agency, name
        assert checks[name].blocking == (name == "contract")


def test_the_years_are_those_that_the_inventory_takes():
    keys = {partition_of(key).year for key in reports_by_year_and_agency.get_partition_keys()}
    assert keys == set(report_years())


def test_the_agencies_are_those_of_the_registry():
    keys = {partition_of(key).agency_id for key in reports_by_year_and_agency.get_partition_keys()}
    assert keys == set(Registry.read(CHECKOUT / "data" / "agencies.csv").by_id)


def test_loading_the_code_location_does_not_import_great_expectations():
    code = "import sys, gx_pipeline.definitions; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=CHECKOUT).returncode == 0


def test_a_range_of_partitions_spans_one_year():
    found = ranges_by_year([Partition(2024, "350100-kjj"), Partition(2023, "999900-sjj"), Partition(2024, "350102-rmzf")])
    assert found[2024][1] == {
        "dagster/asset_partition_range_start": "350100-kjj|2024",
        "dagster/asset_partition_range_end": "350102-rmzf|2024",
    }
    assert list(found) == [2023, 2024]


# -- automation ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "fires", "silent"),
    [
        (departments_refresh, ["2025-02-01T06:00"], ["2025-01-31T06:00", "2025-04-01T06:00"]),
        (governments_refresh, ["2025-04-01T06:00"], ["2025-03-31T06:00", "2025-02-01T06:00"]),
        (weekly_catch_up, ["2025-02-03T06:00", "2025-03-31T06:00"], ["2025-02-04T06:00", "2025-04-07T06:00", "2025-01-27T06:00"]),
    ],
)
def test_the_refreshes_fire_in_shanghai_after_the_statutory_dates(schedule, fires, silent):
    from zoneinfo import ZoneInfo

    assert schedule.execution_timezone == "Asia/Shanghai"
    for text in fires + silent:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        ticks = schedule.get_cron_schedule() if hasattr(schedule, "get_cron_schedule") else schedule.cron_schedule
        from dagster._utils.schedules import schedule_execution_time_iterator

        first = next(
            iter(schedule_execution_time_iterator((moment - dt.timedelta(minutes=1)).timestamp(), ticks, "Asia/Shanghai"))
        )
        assert (first == moment) == (text in fires), text


@pytest.mark.parametrize(("year", "agencies"), [(2025, ["350100-kjj", "999900-sjj"]), (2026, ["350100-gxj"]), (2030, [])])
def test_a_refresh_asks_for_the_year_before_and_only_where_there_is_a_file(workplace, year, agencies):
    moment = dt.datetime(year, 2, 1, 6, tzinfo=dt.UTC)
    with dg.build_schedule_context(scheduled_execution_time=moment, resources={"workplace": workplace}) as context:
        data = departments_refresh.evaluate_tick(context)
    if not agencies:
        assert not data.run_requests
        assert "no new or changed file" in data.skip_message
        return
    (request,) = data.run_requests
    assert request.tags["dagster/asset_partition_range_start"] == f"{agencies[0]}|{year - 1}"
    assert request.tags["dagster/asset_partition_range_end"] == f"{agencies[-1]}|{year - 1}"
    assert request.run_config == {"ops": {"reports": {"config": {"only_changed": True}}}}


def look(workplace: Workplace, cursor: str | None) -> dg.SensorResult:
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance, cursor=cursor, resources={"workplace": workplace}, definitions=defs) as context,
    ):
        return raw_files.evaluate_tick(context)


def test_the_sensor_asks_once_for_new_files_and_not_for_touched_ones(workplace, place):
    first = look(workplace, None)
    assert {request.tags["dagster/asset_partition_range_start"].split("|")[1] for request in first.run_requests} == {
        "2020",
        "2022",
        "2023",
        "2024",
        "2025",
    }
    for report in place.settings.raw_dir.glob("*/*/report.*"):
        os.utime(report, (1, 1))
    second = look(workplace, first.cursor)
    assert not second.run_requests
    report = place.report(2024, "652700-kjj")
    report.write_bytes(report.read_bytes() + b"\n")
    third = look(workplace, first.cursor)
    assert third.run_requests
    assert third.cursor != first.cursor
    keys = {request.run_key for request in first.run_requests}
    assert [request.run_key in keys for request in third.run_requests].count(False) == 1


def test_a_run_that_the_sensor_asks_for_can_be_made_and_takes_in_only_what_changed(workplace, place, tmp_path: Path):
    request = next(
        request for request in look(workplace, None).run_requests if "2024" in request.tags["dagster/asset_partition_range_start"]
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("refresh_reports").execute_in_process(
            instance=instance, run_config=request.run_config, tags=request.tags, resources={"workplace": workplace}
        )
        assert result.success
        seen = instance.get_materialized_partitions(dg.AssetKey("report_facts"))
        assert seen == {"350100-kjj|2024", "350102-rmzf|2024", "652700-kjj|2024", "999900-sjj|2024"}
        again = defs.resolve_job_def("refresh_reports").execute_in_process(
            instance=instance, run_config=request.run_config, tags=request.tags, resources={"workplace": workplace}
        )
        assert not [event for event in again.all_events if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION]


def test_a_user_can_materialize_one_stage_of_one_partition(place, monkeypatch):
    monkeypatch.setenv("GX_DATA_DIR", str(place.settings.data_dir))
    job = defs.resolve_job_def("refresh_reports")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            partition_key="350505-kjj|2020",
            asset_selection=[dg.AssetKey("raw_reports")],
        )
        assert result.success
        assert instance.get_materialized_partitions(dg.AssetKey("raw_reports")) == {"350505-kjj|2020"}
        assert instance.get_materialized_partitions(dg.AssetKey("normalized_text")) == set()


def test_a_partition_without_a_file_stays_missing(workplace):
    job = defs.resolve_job_def("refresh_reports")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, partition_key="350100-rmzf|2024", resources={"workplace": workplace})
        assert result.success
        assert instance.get_materialized_partitions(dg.AssetKey("raw_reports")) == set()


def test_the_sensor_asks_for_the_report_whose_corrections_changed_and_the_check_shows_an_expired_one(place):
    workplace = Workplace(data_dir=str(place.settings.data_dir))
    place.take_in()
    before = look(workplace, None)
    assert isinstance(before, dg.SkipReason) or not before.run_requests
    cell = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "total"}
    place.correct({**cell, "expect": 27, "action": "confirm_as_published"})
    try:
        (request,) = look(workplace, before.cursor).run_requests
        assert request.tags["dagster/asset_partition_range_start"] == "350102-rmzf|2024"
        with dg.DagsterInstance.ephemeral() as instance:
            result = defs.resolve_job_def("refresh_reports").execute_in_process(
                instance=instance, run_config=request.run_config, tags=request.tags, resources={"workplace": workplace}
            )
        assert result.success
        told = [check for check in result.get_asset_check_evaluations() if check.check_name == "corrections"]
        assert {(check.passed, check.severity) for check in told} == {(False, dg.AssetCheckSeverity.ERROR)}
        assert all("expects 27, but 25 stands there" in check.description for check in told)
    finally:
        place.settings.corrections_yml.unlink()


def test_a_correction_that_is_made_removed_and_made_again_asks_for_a_run_each_time(place):
    workplace = Workplace(data_dir=str(place.settings.data_dir))
    place.take_in()
    cursor, keys = look_for_cursor(workplace), []
    cell = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "total"}
    try:
        for made in (True, False, True, False):
            if made:
                place.correct({**cell, "expect": 25, "action": "override", "value": 27})
            else:
                place.settings.corrections_yml.unlink()
            asked = look(workplace, cursor)
            (request,) = asked.run_requests
            keys.append(request.run_key)
            cursor = asked.cursor
            place.take_in()
    finally:
        place.settings.corrections_yml.unlink(missing_ok=True)
    assert len(set(keys)) == 4


def look_for_cursor(workplace: Workplace) -> str | None:
    seen = look(workplace, None)
    return None if isinstance(seen, dg.SkipReason) else seen.cursor


def test_findings_across_years_that_are_confirmed_as_published_fail_no_check():
    row = {"agency_id": "999900-sjj", "year": 2024, "severity": "warn", "rule": "carry_over", "message": "m"}
    assert not across_years([{**row, "status": "open"}]).passed
    assert across_years([{**row, "status": "confirmed"}, {**row, "severity": "info", "status": "open"}]).passed


def test_every_frame_is_loaded_by_an_asset():
    loaded = {key.path[-1] for key in defs.resolve_asset_graph().get_all_asset_keys() if key.path[0] == "staging"}
    assert set(FRAMES) <= loaded


def test_an_error_that_is_confirmed_as_published_fails_no_check(place):
    def failing() -> set[str]:
        (facts,) = [done for done in place.take_in() if done.facts and done.partition == Partition(2023, "999900-sjj")]
        return {check.check_name for check in evaluations(facts, "999900-sjj|2023") if not check.passed}

    before = failing()
    cell = {"agency": "999900-sjj", "year": 2023, "table": "requests", "row": "partially_granted", "column": "total"}
    place.correct({**cell, "expect": 11, "action": "confirm_as_published"})
    try:
        assert failing() < before
    finally:
        place.settings.corrections_yml.unlink()


def test_the_warehouse_is_rebuilt_after_reports_were_taken_in():
    assert warehouse_after_reports.job_name == "build_warehouse" or "build_warehouse" in {
        target.job_name for target in warehouse_after_reports.targets
    }


HOSTILE = "![seen](https://elsewhere.example/pixel.png) <script>x</script> a|b\n# heading"


def test_what_a_document_says_is_no_mark_up_in_the_ui():
    found = Finding("narrative_mismatch", "error", HOSTILE)
    row = {"agency_id": "350100-kjj", "year": 2024, "severity": "error", "rule": "repeated", "message": HOSTILE, "status": "open"}
    shown = [findings_table([found]).value, across_years([row]).metadata["findings"].value]
    for text in map(str, shown):
        assert r"\!\[seen\]" in text
        assert "://" not in text
        assert "<script" not in text.replace(r"\<", "")
        assert len(text.splitlines()) == 3


def test_a_document_does_not_end_the_fence_of_its_preview(read_document, tmp_path):
    document = read_document("第一行\n```\n![seen](https://elsewhere.example/pixel.png)\n")
    event = materialization(
        Outcome(Partition(2024, "350100-kjj"), "normalized_text", document=document), "2024|350100-kjj", Settings(tmp_path, "")
    )
    assert str(event.metadata["preview"].value).count("```") == 2
