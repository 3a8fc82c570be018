"""Asset checks on the partitioned stages: adapters that turn outcomes and findings into check evaluations.

A published error fails a check with severity WARN: it is shown and counted, and the report goes on; one that is confirmed
as published does not fail it. Only a broken contract, a refused file or an expired correction is an ERROR. The rules are
in `quality`, the contract in `facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from gx_pipeline.defs.metadata import findings_table
from gx_pipeline.defs.partitions import reports_by_year_and_agency
from gx_pipeline.lake.stages import Outcome
from gx_pipeline.parsing import Finding
from gx_pipeline.quality.corrections import EXPIRED

_ERROR, _WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
IDENTITIES = frozenset({"balance", "outcomes_total", "applicants_total", "results_total"})
NARRATIVE = frozenset({"narrative_mismatch"})


def check_specs() -> list[dg.AssetCheckSpec]:
    """The checks of the stages."""
    return [
        _spec("accepted", "raw_reports", "The file could be taken in: readable, an annual report, of a form that is read."),
        _spec("contract", "report_facts", "The facts satisfy their pandera schemas. Blocks what is downstream.", blocking=True),
        _spec(
            "totals_identities", "report_facts", "The printed totals tally (勾稽关系): balance, outcomes, applicants, results."
        ),
        _spec("narrative_against_table", "report_facts", "The figures that the text states agree with the tables."),
        _spec("corrections", "report_facts", "Every correction of the report finds in its cell what it expects."),
    ]


def _spec(name: str, asset: str, description: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name, asset=asset, description=description, blocking=blocking, partitions_def=reports_by_year_and_agency
    )


def evaluations(outcome: Outcome, partition: str) -> Iterator[dg.AssetCheckEvaluation]:
    """The check evaluations that an outcome gives for its partition."""
    if outcome.refused:
        broken = outcome.refused.code == "contract_broken"
        yield _evaluation(
            "contract" if broken else "accepted",
            "report_facts" if broken else "raw_reports",
            partition,
            passed=False,
            severity=_ERROR,
            description=f"{outcome.refused.relative}: {outcome.refused.code}: {outcome.refused.message}",
            metadata={"file": outcome.refused.relative, "code": outcome.refused.code, "stage": outcome.refused.stage},
        )
        return
    if outcome.report:
        yield _evaluation("accepted", "raw_reports", partition, passed=True, severity=_ERROR, description="taken in", metadata={})
    if outcome.facts:
        found = outcome.facts.open_findings
        yield _evaluation(
            "contract", "report_facts", partition, passed=True, severity=_ERROR, description="seven frames valid", metadata={}
        )
        for name, rules in (("totals_identities", IDENTITIES), ("narrative_against_table", NARRATIVE)):
            yield _of_findings(name, partition, [finding for finding in found if finding.rule in rules])
        yield _of_findings("corrections", partition, [finding for finding in found if finding.rule == EXPIRED], _ERROR)


def results(checked: Iterable[dg.AssetCheckEvaluation]) -> Iterator[dg.AssetCheckResult]:
    """One result a check over all partitions of a run: of a single partition its own, of many how many passed."""
    by_check: dict[tuple[dg.AssetKey, str], list[dg.AssetCheckEvaluation]] = {}
    for evaluation in checked:
        by_check.setdefault((evaluation.asset_key, evaluation.check_name), []).append(evaluation)
    for (asset_key, name), group in by_check.items():
        failed = [evaluation for evaluation in group if not evaluation.passed]
        single = group[0] if len(group) == 1 else None
        counts: Mapping[str, Any] = {"reports": len(group), "failed": len(failed)}
        summary = f"{len(group) - len(failed)} of {len(group)} reports passed"
        yield dg.AssetCheckResult(
            passed=not failed,
            asset_key=asset_key,
            check_name=name,
            severity=group[0].severity,
            description=(single.description if single else None)
            or "; ".join([summary, *(f"{evaluation.partition}: {evaluation.description}" for evaluation in failed[:10])]),
            metadata=single.metadata if single else counts,
        )


def _of_findings(
    name: str, partition: str, found: Iterable[Finding], severity: dg.AssetCheckSeverity = _WARN
) -> dg.AssetCheckEvaluation:
    broken = list(found)
    return _evaluation(
        name,
        "report_facts",
        partition,
        passed=not broken,
        severity=severity,
        description="; ".join(finding.message for finding in broken) or "agrees",
        metadata={"findings": findings_table(broken)} if broken else {},
    )


def _evaluation(
    name: str,
    asset: str,
    partition: str,
    *,
    passed: bool,
    severity: dg.AssetCheckSeverity,
    description: str,
    metadata: dict,  # type: ignore[type-arg]
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(asset),
        check_name=name,
        passed=passed,
        severity=severity,
        description=description[:2000],
        metadata=metadata,
        partition=partition,
        blocking=name == "contract",
    )
