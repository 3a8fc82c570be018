"""The whole pipeline in this process: what `gx-pipeline run` and so `make run` call.

Takes in what is new or changed, year by year, then rebuilds the warehouse, through the same Dagster jobs and into the
same instance that the UI shows. Does not belong here: how the outcome is printed (`cli`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from gx_pipeline.agencies import Registry
from gx_pipeline.definitions import defs
from gx_pipeline.defs.automation import changed_partitions
from gx_pipeline.defs.partitions import ranges_by_year
from gx_pipeline.defs.progress import listening
from gx_pipeline.lake import Lake, Partition, take_inventory
from gx_pipeline.lake.files import write_atomically
from gx_pipeline.settings import Settings

Tell = Callable[[str, int], None]
_LOGGERS = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Ran:
    """What a run did. `failures` name what must not fail and did; a refused file or a published error is none."""

    log: Path
    changed: list[Partition] = field(default_factory=list)
    withdrawn: list[Partition] = field(default_factory=list)
    rebuilt: bool = False
    failures: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def run_pipeline(
    settings: Settings, registry: Registry, tell: Tell, listen: Callable[[str], None], *, everything: bool = False
) -> Ran:
    """Bring facts and warehouse up to date with data/raw.

    Args:
        settings: where data and warehouse are.
        registry: the agencies.
        tell: called at the start of each stage with its name and the number of steps that will be listened to.
        listen: called for each step done.
        everything: take in every file again, changed or not.
    """
    ran = Ran(log=settings.data_dir / "quality" / "run.log")
    lake = Lake(settings.lake_dir)
    started = time.monotonic()
    inventory = take_inventory(settings.raw_dir, registry, settings.lake_dir / "inventory.json")
    ran.changed = list(inventory.files) if everything else changed_partitions(inventory, lake, registry)
    ran.withdrawn = [partition for partition in lake.fingerprints() if partition not in inventory.files]
    for partition in ran.withdrawn:
        lake.withdraw(partition)
    ran.seconds["look through data/raw"] = time.monotonic() - started
    with (
        dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral() as instance,
        _quiet(ran.log),
    ):
        tell("reports", len(ran.changed))
        started = time.monotonic()
        with listening(listen):
            for year, (_, tags) in ranges_by_year(ran.changed).items():
                _execute(ran, instance, "refresh_reports", f"reports of {year}", tags, only_changed=not everything)
        ran.seconds["reports: files to facts"] = time.monotonic() - started
        state = _state(settings, lake, inventory.digest)
        if everything or ran.changed or ran.withdrawn or state != _last_state(settings):
            _forget_state(settings)
            job = defs.resolve_job_def("build_warehouse")
            tell("warehouse", sum(len(node.output_defs) for node in job.all_node_defs if hasattr(node, "output_defs")))
            started = time.monotonic()
            with listening(listen):
                ran.rebuilt = _execute(ran, instance, "build_warehouse", "warehouse", {})
            ran.seconds["warehouse: load, dbt models and tests"] = time.monotonic() - started
            if not ran.failures:
                write_atomically(_state_file(settings), state)
    return ran


def _execute(
    ran: Ran, instance: dg.DagsterInstance, job: str, what: str, tags: dict[str, str], *, only_changed: bool | None = None
) -> bool:
    """Execute a job in this process; a failure is recorded by the steps and checks that failed."""
    config: dict[str, object] = dict(_LOGGERS)
    if only_changed is not None:
        config["ops"] = {"reports": {"config": {"only_changed": only_changed}}}
    result = defs.resolve_job_def(job).execute_in_process(
        instance=instance, run_config=config, tags={**tags, "gx_pipeline/run": "true"}, raise_on_error=False
    )
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            reason = (error.cause or error).message.strip().splitlines() if error else ["?"]
            ran.failures.append(f"{what}: {event.step_key}: {reason[0] if reason else '?'}")
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            broken = evaluation.severity == dg.AssetCheckSeverity.ERROR and not evaluation.passed
            if broken and evaluation.check_name != "accepted":
                ran.failures.append(f"{what}: check {evaluation.check_name} on {evaluation.asset_key.to_user_string()} failed")
    if not result.success and not ran.failures:
        ran.failures.append(f"{what}: the run {result.run_id} failed; see {ran.log}")
    return result.success


@contextlib.contextmanager
def _quiet(log: Path):  # type: ignore[no-untyped-def]
    """What dbt and Dagster print goes to a log file, so that the terminal shows progress and the summary."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _state(settings: Settings, lake: Lake, inventory_digest: str) -> str:
    """What the warehouse depends on: the lake, the files that were refused by their place, the registry, the dbt project."""
    digest = hashlib.sha256((lake.digest() + inventory_digest).encode())
    digest.update(settings.agencies_csv.read_bytes())
    for path in sorted(settings.dbt_dir.rglob("*")):
        if path.suffix in (".sql", ".yml", ".csv", ".md") and not {"target", "logs"} & set(path.parts):
            digest.update(path.relative_to(settings.dbt_dir).as_posix().encode() + path.read_bytes())
    return json.dumps({"warehouse": settings.warehouse_url, "digest": digest.hexdigest()})


def _state_file(settings: Settings) -> Path:
    return settings.lake_dir / "warehouse_state.json"


def _last_state(settings: Settings) -> str | None:
    """The state in which the warehouse was last built whole; None when there is none or the file is gone."""
    path = settings.duckdb_path
    if path is not None and not path.exists():
        return None
    with contextlib.suppress(OSError):
        return _state_file(settings).read_text("utf-8")
    return None


def _forget_state(settings: Settings) -> None:
    _state_file(settings).unlink(missing_ok=True)
