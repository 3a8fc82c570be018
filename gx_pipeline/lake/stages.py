"""The stages as plain functions: raw_reports, normalized_text, parsed_tables, report_facts, over any set of partitions.

Each report goes by itself: one that is refused, or that breaks the code, is recorded and the others go on. Dagster only
calls `run_stages` and reports; nothing here knows it.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import Document, read_bytes
from gx_pipeline.errors import Refusal
from gx_pipeline.facts import Facts, build, split, validate
from gx_pipeline.lake.inventory import Partition, RawFile
from gx_pipeline.lake.store import STAGES, Lake, RawReport, RefusedReport, fingerprint
from gx_pipeline.parsing import Hints, ParsedReport, parse
from gx_pipeline.quality import Checked, judge

BATCH = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a stage made for a partition, or why it made nothing. `crashed` marks a defect of ours, not of the file."""

    partition: Partition
    stage: str
    raw: RawReport | None = None
    document: Document | None = None
    report: ParsedReport | None = None
    facts: Checked | None = None
    refused: RefusedReport | None = None
    crashed: str | None = None


@dataclass
class _Batch:
    """Reports on their way to facts, validated together."""

    checked: dict[Partition, tuple[Checked, str]] = field(default_factory=dict)


def run_stages(
    files: Iterable[RawFile],
    data_dir: Path,
    lake: Lake,
    registry: Registry,
    stages: Collection[str] = STAGES,
) -> Iterator[Outcome]:
    """Take each file through the stages and yield what each gave.

    A stage that is not selected is read from the lake. A partition whose earlier stage was refused gives nothing more.
    """
    batch = _Batch()
    for raw in files:
        yield from _one(raw, data_dir, lake, registry, stages, batch)
        if len(batch.checked) >= BATCH:
            yield from _facts(batch, lake)
    yield from _facts(batch, lake)


def _one(
    raw: RawFile, data_dir: Path, lake: Lake, registry: Registry, stages: Collection[str], batch: _Batch
) -> Iterator[Outcome]:
    partition = raw.partition
    stage = STAGES[0]
    try:
        if "raw_reports" in stages:
            yield Outcome(partition, stage, raw=lake.write_raw_report(raw, registry))
        stage = "normalized_text"
        if stage in stages:
            record = lake.read_raw_report(partition)
            document = read_bytes(_unchanged(data_dir, record), record.source, record.charset)
            lake.write_document(partition, document, record.fingerprint)
            yield Outcome(partition, stage, document=document)
        stage = "parsed_tables"
        if stage in stages:
            document, made_from = lake.read_document(partition)
            report = parse(document, registry, Hints(partition.year, partition.agency_id))
            lake.write_report(partition, report, made_from)
            yield Outcome(partition, stage, report=report)
        stage = "report_facts"
        if stage in stages:
            report, made_from = lake.read_report(partition)
            checked = judge(report, registry.by_id.get(report.agency_id or ""), raw.corrections)
            # Corrections may have changed since raw_reports was made: facts of both count as old.
            batch.checked[partition] = (checked, made_from if made_from == fingerprint(raw, registry) else "")
    except Refusal as refusal:
        yield _refuse(lake, raw, registry, stage, refusal)
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        yield _out_of_step(lake, raw, stage, f"{name} is not there: materialize the stages before {stage} first")
    except _OutOfStepError as error:
        yield _out_of_step(lake, raw, stage, str(error))
    except Exception as error:  # noqa: BLE001  one report must not stop the others; it is recorded and fails the run
        yield _crash(lake, partition, raw.relative, stage, error)


class _OutOfStepError(Exception):
    """A stage was asked for whose input is not that of the file as it is now."""


def _out_of_step(lake: Lake, raw: RawFile, stage: str, message: str) -> Outcome:
    """Record that a stage lacks its input. No verdict on the file: without a fingerprint the next run takes it in."""
    refused = RefusedReport(raw.relative, "unreadable", message, stage, "")
    lake.refuse(raw.partition, refused)
    return Outcome(raw.partition, stage, refused=refused)


def _unchanged(data_dir: Path, record: RawReport) -> bytes:
    """The bytes of a recorded file, which must still be those that were recorded."""
    data = (data_dir / record.relative).read_bytes()
    if hashlib.sha256(data).hexdigest() != record.source.sha256:
        raise _OutOfStepError("the file has changed since raw_reports was made: materialize raw_reports first")
    return data


def _refuse(lake: Lake, raw: RawFile, registry: Registry, stage: str, refusal: Refusal) -> Outcome:
    refused = RefusedReport(raw.relative, refusal.code, refusal.message, stage, fingerprint(raw, registry))
    lake.refuse(raw.partition, refused)
    return Outcome(raw.partition, stage, refused=refused)


def _crash(lake: Lake, partition: Partition, relative: str, stage: str, error: Exception) -> Outcome:
    log.error("%s: %s broke in %s", partition, relative, stage, exc_info=error)
    # A crash is no verdict on the file: without a fingerprint the next run tries again.
    refused = RefusedReport(
        relative, "internal_error", f"{type(error).__name__}: {error}; this is a defect of gx_pipeline", stage, ""
    )
    lake.refuse(partition, refused)
    return Outcome(partition, stage, refused=refused, crashed="".join(traceback.format_exception(error)))


def _facts(batch: _Batch, lake: Lake) -> Iterator[Outcome]:
    """Validate the waiting reports together and store them; if the batch breaks the contract, find out which did."""
    waiting, batch.checked = batch.checked, {}
    if not waiting:
        return
    try:
        stored = split(validate(build([checked for checked, _ in waiting.values()])))
    except Exception:  # noqa: BLE001  whichever report it was is found below, one by one
        stored = {}
    for partition, (checked, made_from) in waiting.items():
        try:
            facts: Facts = stored.get((partition.year, partition.agency_id)) or validate(build([checked]))
        except Refusal as refusal:
            refused = RefusedReport(checked.report.source.path, refusal.code, refusal.message, "report_facts", "")
            lake.refuse(partition, refused)
            yield Outcome(partition, "report_facts", refused=refused, crashed=refusal.message)
            continue
        except Exception as error:  # noqa: BLE001  as in `_one`
            yield _crash(lake, partition, checked.report.source.path, "report_facts", error)
            continue
        lake.write_facts(partition, facts, made_from)
        yield Outcome(partition, "report_facts", facts=checked)
