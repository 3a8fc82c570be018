"""Cases of rules as documents that are read, parsed and judged like any file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality import Correction, judge
from gx_pipeline.quality.copies import copied_findings, narrative_of
from gx_pipeline.quality.registry import Case
from gx_pipeline.quality.series import ReportOfYear, judge_series, of_report

NAMES = {False: "示例市数据局", True: "示例市人民政府"}


@pytest.fixture(scope="session")
def report_of_case(write_report, read_document, registry) -> Callable[[Case], ParsedReport]:
    """The parsed report of a case."""
    from gx_pipeline.parsing import parse

    def read(case: Case) -> ParsedReport:
        name = NAMES[case.government]
        texts = {
            "title": f"{name}{case.year}年政府信息公开工作年度报告",
            "preface": f"本报告由{name}编制。所列数据的统计期限自{case.year}年1月1日起至{case.year}年12月31日止。",
            **case.texts,
        }
        written = write_report(case.figures, form=case.form, requests_form=case.requests_form, year=case.year, **texts)
        text = case.document if case.document is not None else getattr(written, case.layout)()
        for old, new in case.replace:
            assert old in text, f"the case replaces {old!r}, which its document does not hold"
            text = text.replace(old, new)
        document = read_document(text)
        published = None if case.undated else case.published_on or dt.date(case.year + 1, 1, 15)
        return parse(replace(document, source=replace(document.source, published_on=published)), registry)

    return read


@pytest.fixture(scope="session")
def findings_of_case(report_of_case, registry) -> Callable[[Case], list[Finding]]:
    """All findings on a case, those that span years included."""
    department = registry.by_id["999900-sjj"]
    government = replace(
        department,
        agency_id="999900-rmzf",
        name=NAMES[True],
        short_names=("市人民政府", "市政府"),
        kind="government",
        function="government",
    )

    def agency_of(case: Case) -> Agency:
        return government if case.government else department

    def corrections_of(case: Case) -> list[Correction]:
        common = {
            "agency": agency_of(case).agency_id,
            "year": case.year,
            "reason": "The bulletin of the agency says otherwise.",
            "reference": "Bulletin 3",
            "date": dt.date(case.year + 1, 6, 30),
        }
        return [Correction.model_validate(common | entry) for entry in case.corrections]

    def judged(case: Case) -> list[Finding]:
        report = report_of_case(case)
        found = list(judge(report, agency_of(case), corrections_of(case)).findings)
        if case.neighbour is not None:
            other = narrative_of(report_of_case(case.neighbour), agency_of(case.neighbour))._replace(agency_id="999901-sjj")
            own = narrative_of(report, agency_of(case))
            found += [finding for _, agency_id, finding in copied_findings([other, own]) if agency_id == own.agency_id]
        if not (case.previous or case.following or case.replaced):
            return found
        return found + [finding for year, finding in judge_series(list(reports_around(case))) if year == case.year]

    def reports_around(case: Case) -> Iterator[ReportOfYear]:
        if case.previous:
            yield from reports_around(case.previous)
        files = [report_of_case(part).source.sha256 for part in (case.replaced, case) if part]
        yield of_report(report_of_case(case), tuple(files))
        if case.following:
            yield from reports_around(case.following)

    return judged
