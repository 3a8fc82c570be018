"""The partitioned stages raw_reports → normalized_text → parsed_tables → report_facts.

One op takes the whole batch of a run through the selected stages and logs a materialization for each report by itself:
Dagster would mark every partition of a run's range as materialized, also those without a file, if the op returned
outputs. The work is in `lake.stages`.
"""

import warnings
from collections.abc import Iterator

import dagster as dg

from gx_pipeline.defs.checks.reports import check_specs, evaluations, results
from gx_pipeline.defs.metadata import column_schema, materialization
from gx_pipeline.defs.partitions import key_of, partition_of, reports_by_year_and_agency
from gx_pipeline.defs.progress import advance
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.facts import FRAMES
from gx_pipeline.lake import STAGES, Partition, fingerprint
from gx_pipeline.lake.stages import Outcome, run_stages

OWNERS = ["team:data-engineering"]
_ABOUT = {
    "raw_reports": (
        "The file as published: digest, media type, address, dates. A (year, agency) without a file stays missing.",
        "file",
    ),
    "normalized_text": (
        "The document as lines of cells, NFKC-normalized, each line knowing where it stands in the source.",
        "text",
    ),
    "parsed_tables": (
        "Every cell of the form: value, state, raw text, placement, locator; agency, year, sections, findings.",
        "json",
    ),
    "report_facts": (
        "Seven tidy frames, validated by their pandera schemas before they are written: " + ", ".join(FRAMES) + ".",
        "parquet",
    ),
}
_GROUPS = dict(zip(STAGES, ("raw", "normalized", "parsed", "facts"), strict=True))

SPECS = [
    dg.AssetSpec(
        stage,
        deps=[STAGES[index - 1]] if index else [],
        description=_ABOUT[stage][0],
        group_name=_GROUPS[stage],
        kinds={"python", _ABOUT[stage][1]},
        owners=OWNERS,
        skippable=True,
        metadata={"columns of " + name: column_schema(name) for name in FRAMES} if stage == "report_facts" else {},
    )
    for index, stage in enumerate(STAGES)
]


class RefreshConfig(dg.Config):
    """What a run does with the partitions it was given."""

    only_changed: bool = False


with warnings.catch_warnings():
    # Checks per partition are marked as a preview in this version of Dagster.
    warnings.simplefilter("ignore", dg.PreviewWarning)
    _CHECKS = check_specs()


@dg.multi_asset(
    name="reports",
    specs=SPECS,
    check_specs=_CHECKS,
    partitions_def=reports_by_year_and_agency,
    backfill_policy=dg.BackfillPolicy.single_run(),
    can_subset=True,
)
def reports(context: dg.AssetExecutionContext, config: RefreshConfig, workplace: Workplace) -> Iterator[dg.AssetCheckResult]:
    """Take the files of the run's partitions through the selected stages."""
    registry = workplace.registry()
    inventory = workplace.inventory(registry)
    lake = workplace.lake
    wanted = [partition_of(key) for key in context.partition_keys]
    _tell_problems(context, inventory.problems, set(wanted))
    known = lake.fingerprints() if config.only_changed else {}
    files = [
        inventory.files[partition]
        for partition in wanted
        if partition in inventory.files and known.get(partition) != fingerprint(inventory.files[partition], registry)
    ]
    for partition in wanted:
        if partition not in inventory.files and inventory.corrections.of(*partition):
            context.log.warning(f"{partition}: corrections.yml corrects a report that has no file")
    context.log.info(
        f"{len(files)} of {len(wanted)} partitions have a file to take in; the others have none or are unchanged and stay as they are"
    )
    stages = {key.to_user_string() for key in context.selected_asset_keys}
    crashed: list[str] = []
    checked: list[dg.AssetCheckEvaluation] = []
    for outcome in run_stages(files, workplace.settings.data_dir, lake, registry, stages):
        _tell(context, workplace, outcome)
        checked += evaluations(outcome, key_of(outcome.partition))
        if outcome.crashed:
            crashed.append(f"{outcome.partition}: {outcome.refused.message if outcome.refused else ''}")
        if outcome.refused or outcome.stage == max(stages, key=STAGES.index):
            advance(str(outcome.partition))
    if not context.has_partition_key:
        for evaluation in checked:
            context.log_event(evaluation)
    selected = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
    yield from (result for result in results(checked) if (result.asset_key, result.check_name) in selected)
    if crashed:
        raise dg.Failure(f"{len(crashed)} reports broke the pipeline; the others went through: " + "; ".join(crashed[:5]))


def _tell_problems(context: dg.AssetExecutionContext, problems: tuple, wanted: set[Partition]) -> None:  # type: ignore[type-arg]
    for problem in problems:
        if problem.year is None or problem.agency_id is None or Partition(problem.year, problem.agency_id) in wanted:
            context.log.error(f"{problem.relative}: {problem.code}: {problem.message}")


def _tell(context: dg.AssetExecutionContext, workplace: Workplace, outcome: Outcome) -> None:
    """Log what became of a report: its materialization with metadata, or why there is none."""
    if outcome.refused:
        context.log.error(
            f"{outcome.refused.relative}: {outcome.refused.code}: {outcome.refused.message}\n{outcome.crashed or ''}"
        )
    else:
        context.log_event(materialization(outcome, key_of(outcome.partition), workplace.settings))
