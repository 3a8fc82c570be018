"""The five originals and the eight samples against figures that were read from them by hand.

null in a golden file stands for a cell that holds no number, because it is printed empty or not printed at all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gx_pipeline.documents import Document, read_file
from gx_pipeline.forms import CellKey, load_forms
from gx_pipeline.parsing import Finding, ParsedReport, parse
from gx_pipeline.parsing.contract import to_storage
from gx_pipeline.quality import check_report

HERE = Path(__file__).parent
ORIGINALS = ("000", "001", "002", "003", "004")
SAMPLES = tuple(sorted(path.stem for path in HERE.glob("*.json")))
NAMED = {
    "requests": (
        "natural_person",
        "commercial_enterprise",
        "research_institution",
        "public_welfare_organization",
        "legal_service_organization",
        "other_organization",
        "total",
    ),
    "reconsideration_litigation": ("upheld", "corrected", "other_result", "pending", "total"),
}


@dataclass
class Case:
    golden: dict[str, Any]
    document: Document
    report: ParsedReport
    findings: tuple[Finding, ...]

    def rules(self, severity: str) -> list[str]:
        return [finding.rule for finding in self.findings if finding.severity == severity]


@pytest.fixture(scope="session")
def read_case(registry, request, sample_path):
    """The golden figures of an original or sample beside what is read from its file; each is read once."""
    known: dict[str, Case] = {}

    def read(name: str) -> Case:
        if name not in known:
            if name in ORIGINALS:
                folder: Path = request.getfixturevalue("originals")
                golden = json.loads((folder / "golden" / f"{name}.json").read_text("utf-8"))
                path = folder / "reports" / golden["file"]
            else:
                golden, path = json.loads((HERE / f"{name}.json").read_text("utf-8")), sample_path(name)
            document = read_file(path)
            report = parse(document, registry)
            known[name] = Case(golden, document, report, check_report(report))
        return known[name]

    return read


@pytest.fixture(params=[*ORIGINALS, *SAMPLES])
def case(request, read_case) -> Case:
    return read_case(request.param)


@pytest.fixture(params=ORIGINALS)
def original(request, read_case) -> Case:
    return read_case(request.param)


def golden_cells(golden: dict[str, Any]) -> dict[CellKey, int | float | None]:
    cells: dict[CellKey, int | float | None] = {}
    for table in ("proactive_disclosure", "requests", "reconsideration_litigation"):
        for row, entry in golden[table].items():
            named = entry.items() if isinstance(entry, dict) else zip(NAMED[table], entry, strict=True)
            cells |= {CellKey(table, row, column): value for column, value in named}
    return cells


def test_every_sample_has_golden_figures():
    assert len(SAMPLES) == 8


def test_every_cell_holds_the_published_figure(case):
    expected = golden_cells(case.golden)
    assert set(expected) == {cell.key for cell in case.report.cells} == set(load_forms()[case.golden["form"]].cells())
    wrong = {
        cell.key: (cell.state, cell.value, expected[cell.key])
        for cell in case.report.cells
        if cell.value != expected[cell.key]
        or (cell.state not in ("blank", "missing") if expected[cell.key] is None else cell.state != "reported")
    }
    assert wrong == {}


def test_agency_year_form_and_date_are_those_of_the_report(case):
    report, golden = case.report, case.golden
    published = report.published_on.isoformat() if report.published_on else None
    assert (report.agency_name, report.year, report.form, report.requests_form, published) == (
        golden["agency"],
        golden["year"],
        golden["form"],
        golden["form"],
        golden["published"],
    )
    assert report.agency_id == golden.get("agency_id", report.agency_id)
    assert report.agency_id is not None


def test_every_number_is_in_one_cell_or_in_a_finding(case, lost_numbers):
    assert lost_numbers(case.document, case.report) == []


def test_every_figure_leads_back_to_its_place_in_the_source(case):
    printed = {line.locator(index): cell.raw for line in case.document.lines for index, cell in enumerate(line.cells)}
    reported = [cell for cell in case.report.cells if cell.state == "reported"]
    assert all(printed[cell.locator] == cell.raw and cell.placement for cell in reported)


def test_the_six_sections_come_in_their_order(case):
    assert [(part.section, part.position) for part in case.report.sections] == [
        ("overview", 1),
        ("proactive_disclosure", 2),
        ("requests", 3),
        ("reconsideration_litigation", 4),
        ("problems_improvements", 5),
        ("other_matters", 6),
    ]


def test_the_originals_hold_998_cells(read_case):
    cases = [read_case(name) for name in ORIGINALS]
    assert sum(len(case.report.cells) for case in cases) == sum(len(golden_cells(case.golden)) for case in cases) == 998


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("000", {"reported": 200}),
        ("001", {"reported": 186, "missing": 14}),
        ("002", {"reported": 60, "blank": 138}),
        ("003", {"reported": 200}),
        ("004", {"reported": 200}),
    ],
)
def test_a_blank_is_not_a_zero_and_an_absent_cell_is_not_a_blank(read_case, name, states):
    assert Counter(cell.state for cell in read_case(name).report.cells) == states


def test_two_rows_without_any_cell_are_missing(read_case, by_rule):
    case = read_case("001")
    absent = {cell.key for cell in case.report.cells if cell.state == "missing"}
    assert absent == {CellKey("requests", row, column) for row in ("other_unpaid", "other_other") for column in NAMED["requests"]}
    (finding,) = by_rule(case.report, "missing_cells")
    assert set(finding.cells) == absent


def test_blank_cells_are_told(read_case, by_rule):
    case = read_case("002")
    (finding,) = by_rule(case.report, "blank_cells")
    assert set(finding.cells) == {cell.key for cell in case.report.cells if cell.state == "blank"}
    assert {key.column for key in finding.cells} == set(NAMED["requests"]) - {"total"}


def test_only_27_requests_in_the_text_against_25_in_the_table_is_an_error(original, by_rule):
    errors = [finding for finding in original.findings if finding.severity == "error"]
    mismatches = by_rule(original.findings, "narrative_mismatch")
    if original.golden["file"].startswith("004"):
        (error,) = errors
        assert mismatches == [error]
        assert error.cells == (CellKey("requests", "new_received", "total"),)
        assert "27" in error.message
        assert "25" in error.message
    else:
        assert errors == []
        assert mismatches == []


def test_an_altered_printed_identity_is_told_once(original):
    altered = "printed_identity_altered" in original.rules("info")
    assert altered == original.golden["file"].startswith("001")


def test_lost_column_headings_are_told(read_case):
    assert "headings_incomplete" in read_case("000").rules("info")


def test_the_name_of_the_person_who_signed_is_nowhere_in_the_report(read_case, originals):
    source = next((originals / "reports").glob("001*")).read_text("utf-8")
    name = re.search(r"审核人\s*[:：]\s*(\S+)", source)[1]
    report = read_case("001").report
    assert not any(name in part.heading + part.text for part in report.sections)
    assert name not in json.dumps(to_storage(report), ensure_ascii=False)


def test_whose_figures_they_are(original):
    government = original.golden["file"].startswith("004")
    assert original.report.scope == ("government_plus_office" if government else "own_organ")


def test_the_sample_with_two_wrong_sums_has_exactly_these_errors(read_case):
    errors = [finding for finding in read_case("999900-sjj-2023").findings if finding.severity == "error"]
    assert sorted(finding.rule for finding in errors) == ["applicants_total", "outcomes_total"]
    places = {finding.rule: set(finding.cells) for finding in errors}
    assert places["applicants_total"] == {CellKey("requests", "partially_granted", column) for column in NAMED["requests"]}
    assert {key.column for key in places["outcomes_total"]} == {"total"}
    assert {"total_handled", "granted", "other_other"} <= {key.row for key in places["outcomes_total"]}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ("999900-sjj-2023", "350102-rmzf-2024")])
def test_the_other_samples_are_without_errors(read_case, name):
    assert read_case(name).rules("error") == []
