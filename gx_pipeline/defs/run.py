"""The whole pipeline in this process: what `gx-pipeline run` and so `make run` call when something is due.

Takes in what is new or changed, year by year, then rebuilds the warehouse, through the same Dagster jobs and into the
same instance that the UI shows. Does not belong here: finding out what is due (`warehouse.state`), printing (`cli`).
"""

from __future__ import annotations

import contextlib
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from gx_pipeline.definitions import defs
from gx_pipeline.defs.assets.published import NOTES, published_warehouse
from gx_pipeline.defs.checks.reports import ACROSS_YEARS, FAMILY_CHECKS
from gx_pipeline.defs.partitions import ranges_by_year
from gx_pipeline.defs.progress import listening
from gx_pipeline.lake import Lake
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse import Due

_QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


@dataclass
class Ran:
    """What a run did.

    `failures` name what must not fail and did; a refused file or a published error is none. `notes` say what did not fail and
    still asks for somebody.
    """

    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def run_pipeline(settings: Settings, due: Due, tell: Callable[[str, int], None], listen: Callable[[str], None], log: Path) -> Ran:
    """Bring facts and warehouse up to date.

    Args:
        settings: where data and warehouse are.
        due: what there is to do.
        tell: called at the start of each stage with its name and the number of steps that will be listened to.
        listen: called for each step done.
        log: where what Dagster and dbt print goes.
    """
    ran = Ran()
    lake = Lake(settings.lake_dir)
    for partition in due.withdrawn:
        lake.withdraw(partition)
    with _instance() as instance, _into(log), listening(listen):
        started = time.monotonic()
        tell("reports", len(due.changed))
        for year, (_, tags) in ranges_by_year(due.changed).items():
            config = {"ops": {"reports": {"config": {"only_changed": not due.everything}}}}
            _execute(ran, instance, "refresh_reports", f"reports of {year}", tags, config, log)
        ran.seconds["reports: files to facts"] = time.monotonic() - started
        started = time.monotonic()
        tell("warehouse", len(set(defs.resolve_job_def("build_warehouse").asset_layer.executable_asset_keys)))
        _execute(ran, instance, "build_warehouse", "warehouse", {}, {}, log)
        ran.seconds["warehouse: load, dbt models and tests, publishing"] = time.monotonic() - started
    return ran


def _execute(
    ran: Ran, instance: dg.DagsterInstance, job: str, what: str, tags: dict[str, str], config: Mapping[str, object], log: Path
) -> None:
    """Execute a job in this process and record which steps and checks failed."""
    result = defs.resolve_job_def(job).execute_in_process(
        instance=instance,
        run_config={**config, "loggers": _QUIET},
        tags={**tags, "gx_pipeline/run": "true"},
        raise_on_error=False,
    )
    before = len(ran.failures)
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            reason = (error.cause or error).message.strip().splitlines() if error else []
            ran.failures.append(f"{what}: {event.step_key}: {reason[0] if reason else 'no reason given'}")
        elif event.is_step_materialization and event.asset_key == published_warehouse.key:
            noted = event.step_materialization_data.materialization.metadata[NOTES].value
            ran.notes += str(noted).splitlines()
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR and _must_hold(evaluation):
                ran.failures.append(f"{what}: check {evaluation.check_name} on {evaluation.asset_key.to_user_string()} failed")
    if not result.success and len(ran.failures) == before:
        ran.failures.append(f"{what}: the run {result.run_id} failed; see {log}")


def _must_hold(evaluation: dg.AssetCheckEvaluation) -> bool:
    """Whether a check may not fail: the contract and dbt's tests. What is wrong in a source, or read in doubt, is shown."""
    # Refused files and expired corrections are told from what is stored, in every run.
    return evaluation.check_name not in ("accepted", "corrections", *(name for name, _ in FAMILY_CHECKS.values()), ACROSS_YEARS)


@contextlib.contextmanager
def _instance() -> Iterator[dg.DagsterInstance]:
    """The instance of DAGSTER_HOME, which the UI shows; without one, an instance that is forgotten."""
    with dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral() as instance:
        yield instance


@contextlib.contextmanager
def _into(log: Path) -> Iterator[None]:
    """What dbt and Dagster print goes to a log file, so that the terminal shows progress and the summary."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
