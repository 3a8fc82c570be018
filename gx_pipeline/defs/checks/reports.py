"""Asset checks on the partitioned stages: adapters that turn outcomes and findings into check evaluations.

One check a family of rules. A published error fails it with severity WARN: it is shown and counted, and the report goes on;
one that is confirmed as published does not fail it. Where we may have read wrongly it is an ERROR, as are a refused file, an
expired correction and a broken contract; only the contract blocks. The rules are in `quality`, the contract in `facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from gx_pipeline.defs.metadata import LONGEST_MESSAGE, findings_table
from gx_pipeline.defs.partitions import reports_by_year_and_agency
from gx_pipeline.lake.stages import Outcome
from gx_pipeline.parsing import Finding
from gx_pipeline.quality.corrections import EXPIRED
from gx_pipeline.quality.registry import Family, load_rules
from gx_pipeline.warehouse.diff_markdown import plain

_ERROR, _WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
# The check of each family of rules that a report by itself can break.
FAMILY_CHECKS: dict[Family, tuple[str, str]] = {
    "reading": ("tables_read", "Every cell of the three tables was found and read, and none in doubt."),
    "report": ("report_identified", "Agency, year, form, period and date are told by the document and agree."),
    "identities": (
        "totals_identities",
        "The printed totals tally (勾稽关系): balance, outcomes, applicants, results.",
    ),
    "narrative": ("narrative_against_table", "The figures that the text states agree with the tables."),
    "formal": ("formal_duties", "Six sections in order, published in time, the law in force cited, no figure left blank."),
}
ACROSS_YEARS = "across_years"
MAX_ROWS = 200


def check_specs() -> list[dg.AssetCheckSpec]:
    """The checks of the stages."""
    return [
        _spec("accepted", "raw_reports", "The file could be taken in: readable, an annual report, of a form that is read."),
        _spec("contract", "report_facts", "The facts satisfy their pandera schemas. Blocks what is downstream.", blocking=True),
        *(_spec(name, "report_facts", description) for name, description in FAMILY_CHECKS.values()),
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
        families = {code: rule.family for code, rule in load_rules().items()}
        for family, (name, _) in FAMILY_CHECKS.items():
            yield _of_findings(name, partition, [finding for finding in found if families[finding.rule] == family])
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
            severity=max((evaluation.severity for evaluation in failed or group), key=(_WARN, _ERROR).index),
            description=(single.description if single else None)
            or "; ".join([summary, *(f"{evaluation.partition}: {evaluation.description}" for evaluation in failed[:10])]),
            metadata=single.metadata if single else counts,
        )


def _of_findings(
    name: str, partition: str, found: Iterable[Finding], severity: dg.AssetCheckSeverity = _WARN
) -> dg.AssetCheckEvaluation:
    """The check of a family: passed where nothing of severity error or warn was found; a doubt of ours raises its severity."""
    shown = list(found)
    broken = [finding for finding in shown if finding.severity != "info"]
    return _evaluation(
        name,
        "report_facts",
        partition,
        passed=not broken,
        severity=_ERROR if any(map(_is_doubt, broken)) else severity,
        description="; ".join(finding.message for finding in broken) or "agrees",
        metadata={"findings": findings_table(shown), "failing": len(broken)} if shown else {},
    )


def _is_doubt(finding: Finding) -> bool:
    """Whether the fault may be ours: a reading that is not certain, as against an error that the source prints."""
    return finding.cause == "parse_doubt" or (finding.severity == "error" and load_rules()[finding.rule].family == "reading")


def across_years(rows: Sequence[Mapping[str, Any]]) -> dg.AssetCheckResult:
    """The check of the rules that span years, over all agencies at once: rows of the `findings` frame."""
    broken = [row for row in rows if row["severity"] != "info" and row["status"] == "open"]
    lines = ["| agency | year | severity | rule | message |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['agency_id']} | {row['year']} | {row['severity']} | {row['rule']} | {plain(row['message'], LONGEST_MESSAGE)} |"
        for row in broken[:MAX_ROWS]
    ]
    reports = {(row["agency_id"], row["year"]) for row in broken}
    return dg.AssetCheckResult(
        passed=not broken,
        check_name=ACROSS_YEARS,
        severity=_WARN,
        description=f"{len(broken)} findings on {len(reports)} reports" if broken else "agrees",
        metadata={"failing": len(broken), **({"findings": dg.MetadataValue.md("\n".join(lines))} if broken else {})},
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
