"""Data Docs: the facts validated by Great Expectations, as a static site. The work is in `expectations`."""

import dagster as dg

from gx_pipeline.defs.assets.reports import OWNERS
from gx_pipeline.defs.progress import advance
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.expectations import Built, Status, build_quality_docs, told

CONTRACT, PUBLISHED = "contract_expectations", "published_expectations"


@dg.asset(
    deps=["report_facts", "series_findings"],
    group_name="quality",
    kinds={"python", "greatexpectations"},
    owners=OWNERS,
    description="Data Docs of Great Expectations over the facts of every year: suites generated from the forms, results, a static site.",
    check_specs=[
        dg.AssetCheckSpec(CONTRACT, asset="quality_docs", description="Every expectation on the pipeline's own contract passes."),
        dg.AssetCheckSpec(
            PUBLISHED, asset="quality_docs", description="Published reports contain nothing that an expectation points at."
        ),
    ],
)
def quality_docs(context: dg.AssetExecutionContext, workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Build the site anew, in this process."""
    built = build_quality_docs(workplace.lake, workplace.settings.data_docs_dir, tell=context.log.info)
    advance("quality_docs")
    broken, published = (_all(built, *statuses) for statuses in (("critical",), ("warning", "info")))
    evaluated = sum(len(validation.outcomes) for validation in built.validations)
    return dg.MaterializeResult(
        metadata={
            "site": dg.MetadataValue.url(built.index.as_uri()),
            "years": ", ".join(map(str, sorted({validation.year for validation in built.validations}))),
            "expectations evaluated": evaluated,
            "expectations failed": evaluated - len(built.failures("passed")),
            "by suite": dg.MetadataValue.md(_table(built)),
        },
        check_results=[
            dg.AssetCheckResult(
                passed=built.contract_holds,
                check_name=CONTRACT,
                severity=dg.AssetCheckSeverity.ERROR,
                description=broken or "the contract holds",
            ),
            dg.AssetCheckResult(
                passed=not published,
                check_name=PUBLISHED,
                severity=dg.AssetCheckSeverity.WARN,
                description=published or "nothing to point at",
            ),
        ],
    )


def _all(built: Built, *statuses: Status) -> str:
    """What failed with one of some statuses, as a text that a check can hold."""
    return "; ".join(told(*entry) for status in statuses for entry in built.failures(status))[:2000]


def _table(built: Built) -> str:
    """How many expectations by suite, evaluated and failed."""
    lines = ["| suite | evaluated | contract broken | published errors | notes |", "|---|---|---|---|---|"]
    for suite, counts in built.by_suite().items():
        lines.append(f"| {suite} | {counts.total()} | {counts['critical']} | {counts['warning']} | {counts['info']} |")
    return "\n".join(lines)
