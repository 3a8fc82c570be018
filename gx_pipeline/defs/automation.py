"""When things run by themselves: the annual refresh, the weekly catch-up, the watch on data/raw, the warehouse after each.

All of them ask for the same thing: the partitions whose file, or the corrections on it, are new or changed by content.
Statutory dates, article 49 of the Regulations: departments by 31 January, governments by 31 March, for the year before.
"""

import hashlib
from collections.abc import Iterator

import dagster as dg

from gx_pipeline.agencies import Registry
from gx_pipeline.defs.jobs import build_quality_docs, build_warehouse, refresh_reports
from gx_pipeline.defs.partitions import ranges_by_year
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.lake import Inventory, Lake, changed_partitions, fingerprint

TIMEZONE = "Asia/Shanghai"
_ONLY_CHANGED = {"ops": {"reports": {"config": {"only_changed": True}}}}


def run_requests(inventory: Inventory, lake: Lake, registry: Registry, year: int | None = None) -> Iterator[dg.RunRequest]:
    """A run for each year that has new or changed files; the run key makes the same files ask only once.

    Files, or corrections, that were taken in, changed and changed back ask again: the key also says when they were taken in.
    """
    changed = [partition for partition in changed_partitions(inventory, lake, registry) if year in (None, partition.year)]
    for report_year, (group, tags) in ranges_by_year(changed).items():
        mark = hashlib.sha256()
        for partition in group:
            mark.update(f"{fingerprint(inventory.files[partition], registry)} {lake.taken_in_at(partition)} ".encode())
        yield dg.RunRequest(run_key=f"{report_year}-{mark.hexdigest()[:16]}", run_config=_ONLY_CHANGED, tags=tags)


def _refresh(name: str, cron: str, description: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        job=refresh_reports,
        cron_schedule=cron,
        execution_timezone=TIMEZONE,
        description=description,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def scheduled(context: dg.ScheduleEvaluationContext, workplace: Workplace) -> Iterator[dg.RunRequest | dg.SkipReason]:
        registry = workplace.registry()
        year = context.scheduled_execution_time.year - 1
        requests = list(run_requests(workplace.inventory(registry), workplace.lake, registry, year))
        yield from requests
        if not requests:
            yield dg.SkipReason(f"no new or changed file for report year {year} under data/raw")

    return scheduled


departments_refresh = _refresh(
    "departments_refresh", "0 6 1 2 *", "After 31 January: the departments' reports for the year before."
)
governments_refresh = _refresh(
    "governments_refresh", "0 6 1 4 *", "After 31 March: the governments' reports for the year before."
)
weekly_catch_up = _refresh("weekly_catch_up", "0 6 * 2,3 1", "Every Monday between the two dates: what came late.")
quality_docs_after_refresh = dg.ScheduleDefinition(
    name="quality_docs_after_refresh",
    job=build_quality_docs,
    cron_schedule=["0 9 1 2 *", "0 9 1 4 *"],
    execution_timezone=TIMEZONE,
    description="Three hours after each statutory refresh: Data Docs of what it took in.",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)


@dg.sensor(
    job=refresh_reports,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Takes in new or changed files under data/raw, and reports whose corrections changed. The cursor is a digest of the "
        "content: a touched file does not run."
    ),
)
def raw_files(context: dg.SensorEvaluationContext, workplace: Workplace) -> dg.SensorResult | dg.SkipReason:
    """Ask for a run of what changed since the last look."""
    registry = workplace.registry()
    inventory = workplace.inventory(registry)
    if inventory.digest == context.cursor:
        return dg.SkipReason("nothing under data/raw has changed by content")
    requests = list(run_requests(inventory, workplace.lake, registry))
    if not requests:
        context.update_cursor(inventory.digest)
        return dg.SkipReason(f"all {len(inventory.files)} files under data/raw are taken in as they are")
    return dg.SensorResult(run_requests=requests, cursor=inventory.digest)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    request_job=build_warehouse,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Rebuilds the warehouse after any run that took reports in.",
)
def warehouse_after_reports(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for the warehouse when the run made facts."""
    if "gx_pipeline/run" in context.dagster_run.tags:
        return dg.SkipReason("`gx-pipeline run` builds the warehouse itself")
    made = context.dagster_run.asset_selection or frozenset()
    if context.dagster_run.job_name != refresh_reports.name and dg.AssetKey("report_facts") not in made:
        return dg.SkipReason("the run took no reports in")
    return dg.RunRequest(run_key=context.dagster_run.run_id)


SCHEDULES = [departments_refresh, governments_refresh, weekly_catch_up, quality_docs_after_refresh]
SENSORS = [raw_files, warehouse_after_reports]
