"""Reports as frames: the schemas take in every sample and stop whatever breaks the contract."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from gx_pipeline.errors import Refusal
from gx_pipeline.facts import (
    CELL_TABLES,
    FRAMES,
    KEYS,
    Facts,
    build,
    cells_of,
    findings_frame,
    schemas,
    split,
    validate,
)
from gx_pipeline.forms import load_forms
from gx_pipeline.parsing import Finding
from gx_pipeline.quality import Checked, Correction, check_report, figures_of, judge

SAMPLES = sorted(path.stem for path in (Path(__file__).parents[1] / "golden").glob("*.json"))


@pytest.fixture(scope="module")
def checked(request) -> list[Checked]:
    """Every sample, judged."""
    parse_text, read_sample = (request.getfixturevalue(name) for name in ("parse_text", "read_sample"))
    reports = [parse_text(read_sample(name)) for name in SAMPLES]
    return [judge(report) for report in reports]


@pytest.fixture(scope="module")
def valid(checked) -> Facts:
    return validate(build(checked))


@pytest.fixture
def facts(valid) -> Facts:
    """Valid facts of all samples, to be broken."""
    return {name: frame.copy() for name, frame in valid.items()}


def test_the_samples_fill_every_frame(valid, checked):
    assert tuple(valid) == FRAMES
    assert len(valid["reports"]) == 8
    assert len(valid["report_sections"]) == 8 * 6
    assert sum(len(valid[table]) for table in CELL_TABLES) == 7 * 200 + 198
    assert {name for name, frame in valid.items() if frame.duplicated(KEYS[name]).any()} == set()


def test_the_frames_hold_what_was_parsed(valid, checked):
    for entry in checked:
        report = entry.report
        one = {
            name: frame[(frame["year"] == report.year) & (frame["agency_id"] == report.agency_id)]
            for name, frame in valid.items()
        }
        assert {key: (cell.state, cell.value) for key, cell in cells_of(one).items()} == figures_of(report)
        row = one["reports"].iloc[0]
        states = Counter(cell.state for cell in report.cells)
        assert {state: row[f"cells_{state}"] for state in states} == states
        assert [json.loads(cells) for cells in one["findings"]["cells"]] == [
            [list(key) for key in finding.cells] for finding in entry.findings
        ]


def test_a_blank_stays_without_a_value(valid):
    requests = valid["requests"]
    blank = requests[requests["state"] == "blank"]
    assert len(blank) == 138
    assert blank["value"].isna().all()
    assert requests["value"].dtype == "Int64"


def test_split_gives_back_each_report(valid, checked):
    parts = split(valid)
    assert list(parts) == [(entry.report.year, entry.report.agency_id) for entry in checked]
    for entry in checked:
        alone = validate(build([entry]))
        part = parts[entry.report.year, entry.report.agency_id]
        for name in FRAMES:
            pd.testing.assert_frame_equal(part[name], alone[name])


def test_a_report_without_findings_keeps_an_empty_frame(write_report, parse_text):
    report = parse_text(write_report().text())
    part = split(validate(build([Checked(report, ())])))[2024, "999900-sjj"]
    assert part["findings"].empty
    assert list(part["findings"].columns) == list(findings_frame([]).columns)


def test_the_same_finding_has_the_same_id_in_every_run(checked):
    (entry,) = [found for found in checked if (found.report.year, found.report.agency_id) == (2023, "999900-sjj")]
    first, second = (build([entry])["findings"]["finding_id"].tolist() for _ in range(2))
    assert first == second
    twice = build([replace(entry, findings=(*entry.findings, entry.findings[0]))])["findings"]
    assert twice["finding_id"].tolist() == first


CORRECTED = {
    ("requests", "new_received", "total"): {"expect": 4, "action": "override", "value": 3},
    ("requests", "granted", "total"): {"expect": 3, "action": "set_null"},
    ("reconsideration_litigation", "reconsideration", "total"): {"expect": 0, "action": "confirm_as_published"},
    ("proactive_disclosure", "administrative_fees", "amount_10k_yuan"): {"expect": 0, "action": "override", "value": 16.05},
    ("requests", "carried_in", "total"): {"expect": 9, "action": "override", "value": 8},
}


def test_corrections_stand_beside_the_published_values(write_report, parse_text):
    figures_printed = {"requests": {"new_received": [3, 0, 0, 0, 0, 0, 4], "granted": [3, 0, 0, 0, 0, 0, 3]}}
    common = {
        "agency": "999900-sjj",
        "year": 2024,
        "reason": "As the agency says.",
        "reference": "letter",
        "date": dt.date(2025, 3, 10),
    }
    corrections = [
        Correction.model_validate({**common, "table": table, "row": row, "column": column, **said})
        for (table, row, column), said in CORRECTED.items()
    ]
    report = parse_text(write_report(figures_printed).text())
    valid = validate(build([judge(report, None, corrections)]))
    assert {key: (cell.state, cell.value) for key, cell in cells_of(valid).items()} == figures_of(report)
    beside = {
        (table, *(getattr(entry, name) for name in CELL_TABLES[table])): (entry.value, entry.corrected_value, entry.correction)
        for table in CELL_TABLES
        for entry in valid[table][valid[table]["correction"].notna()].itertuples()
    }
    none = pd.NA
    assert beside == {
        ("requests", "new_received", "total"): (4, 3, "override"),
        ("requests", "granted", "total"): (3, none, "set_null"),
        ("reconsideration_litigation", "reconsideration", "total"): (0, none, "confirm_as_published"),
        ("proactive_disclosure", "administrative_fees", "amount_10k_yuan"): (0, 16.05, "override"),
    }
    assert set(valid["requests"]["correction_reason"].dropna()) == {"As the agency says. (letter; 2025-03-10)"}
    assert valid["requests"]["correction_reason"].notna().sum() == 2


def test_findings_on_a_confirmed_cell_are_marked_and_kept(write_report, parse_text):
    report = parse_text(write_report({"requests": {"new_received": [0, 0, 0, 0, 0, 0, 4]}}).text())
    confirmed = Correction(
        agency="999900-sjj",
        year=2024,
        table="requests",
        row="new_received",
        column="total",
        expect=4,
        action="confirm_as_published",
        reason="So the page prints.",
        reference="the page",
        date=dt.date(2025, 3, 10),
    )
    alone, silenced = (validate(build([judge(report, None, said)]))["findings"] for said in ((), (confirmed,)))
    assert set(alone["status"]) == {"open"}
    assert set(alone["finding_id"]) < set(silenced["finding_id"])
    status = dict(zip(silenced["rule"], silenced["status"], strict=True))
    assert status["balance"] == status["applicants_total"] == "confirmed"


# -- what must be stopped ------------------------------------------------------------------------------------------------


def put(frame: str, column: str, value: object, at: int = 0) -> Callable[[Facts], None]:
    def spoil(facts: Facts) -> None:
        values = facts[frame][column].astype(object)
        values.iloc[at] = value
        facts[frame][column] = values

    return spoil


def correct(frame: str, action: str | None, value: object, reason: str | None) -> Callable[[Facts], None]:
    def spoil(facts: Facts) -> None:
        for column, said in (("correction", action), ("corrected_value", value), ("correction_reason", reason)):
            put(frame, column, said)(facts)

    return spoil


def drop_row(frame: str) -> Callable[[Facts], None]:
    def spoil(facts: Facts) -> None:
        facts[frame] = facts[frame].iloc[1:]

    return spoil


def repeat_row(frame: str) -> Callable[[Facts], None]:
    def spoil(facts: Facts) -> None:
        facts[frame] = pd.concat([facts[frame], facts[frame].iloc[[0]]], ignore_index=True)

    return spoil


def add_column(frame: str) -> Callable[[Facts], None]:
    def spoil(facts: Facts) -> None:
        facts[frame]["remark"] = "x"

    return spoil


def drop_column(frame: str, column: str) -> Callable[[Facts], None]:
    def spoil(facts: Facts) -> None:
        facts[frame] = facts[frame].drop(columns=column)

    return spoil


BREAKS = [
    *(pytest.param(frame, repeat_row(frame), id=f"{frame}: a key twice") for frame in FRAMES),
    *(pytest.param(frame, add_column(frame), id=f"{frame}: an extra column") for frame in FRAMES),
    *(pytest.param(frame, drop_column(frame, "sha256"), id=f"{frame}: a column short") for frame in FRAMES),
    *(pytest.param(frame, put(frame, "year", "2024年"), id=f"{frame}: a year that is no number") for frame in FRAMES),
    *(pytest.param(frame, put(frame, "year", 2018), id=f"{frame}: a year before the forms") for frame in FRAMES),
    *(pytest.param(frame, put(frame, "agency_id", "福州"), id=f"{frame}: no agency id") for frame in FRAMES),
    *(pytest.param(frame, put(frame, "sha256", "abc"), id=f"{frame}: no digest") for frame in FRAMES),
    *(pytest.param(frame, drop_row(frame), id=f"{frame}: a cell of the grid is missing") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, row, "nobody"), id=f"{frame}: an unknown row") for frame, (row, _) in CELL_TABLES.items()),
    *(
        pytest.param(frame, put(frame, column, "nobody"), id=f"{frame}: an unknown column")
        for frame, (_, column) in CELL_TABLES.items()
    ),
    *(pytest.param(frame, put(frame, "form", "2014"), id=f"{frame}: an unknown form") for frame in (*CELL_TABLES, "reports")),
    *(pytest.param(frame, put(frame, "value", -1), id=f"{frame}: a negative count") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "value", "many"), id=f"{frame}: a value that is no number") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "value", None), id=f"{frame}: reported without a value") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "state", "blank"), id=f"{frame}: a value in a blank") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "state", "guessed"), id=f"{frame}: an unknown state") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "placement", None), id=f"{frame}: placed by nothing") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "locator", None), id=f"{frame}: leads nowhere") for frame in CELL_TABLES),
    *(pytest.param(frame, put(frame, "correction", "guess"), id=f"{frame}: an unknown correction") for frame in CELL_TABLES),
    *(
        pytest.param(frame, spoil, id=f"{frame}: {what}")
        for frame in CELL_TABLES
        for what, spoil in (
            ("a corrected value without a correction", put(frame, "corrected_value", 1)),
            ("an override without a value", correct(frame, "override", None, "why")),
            ("a value for a confirmed cell", correct(frame, "confirm_as_published", 1, "why")),
            ("a value for a cell set to null", correct(frame, "set_null", 1, "why")),
            ("a correction without a reason", correct(frame, "override", 1, None)),
            ("a reason without a correction", put(frame, "correction_reason", "why")),
            ("a negative correction", correct(frame, "override", -1, "why")),
        )
    ),
    pytest.param("findings", put("findings", "status", "closed"), id="findings: an unknown status"),
    pytest.param("requests", put("requests", "value", 2.5), id="requests: half a request"),
    pytest.param("reports", put("reports", "scope", "everybody"), id="reports: an unknown scope"),
    pytest.param("reports", put("reports", "published_on", "spring"), id="reports: no date"),
    pytest.param("reports", put("reports", "cells_reported", -1), id="reports: a negative number of cells"),
    pytest.param("report_sections", put("report_sections", "section", "annex"), id="report_sections: an unknown section"),
    pytest.param("report_sections", put("report_sections", "position", 0), id="report_sections: no position"),
    pytest.param("findings", put("findings", "severity", "fatal"), id="findings: an unknown severity"),
    pytest.param("findings", put("findings", "message", ""), id="findings: nothing said"),
    pytest.param("findings", put("findings", "cells", "requests"), id="findings: cells that are no list"),
]


@pytest.mark.parametrize(("frame", "spoil"), BREAKS)
def test_each_schema_stops_what_breaks_it(facts, frame, spoil):
    spoil(facts)
    with pytest.raises(SchemaErrors):
        schemas()[frame].validate(facts[frame], lazy=True)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (put("requests", "value", -1), "requests.* negative number"),
        (drop_row("reconsideration_litigation"), "reconsideration_litigation.* grid of the form is not complete"),
        (put("findings", "severity", "fatal"), "findings.severity.* 'fatal'"),
        (drop_row("reports"), "rows without a report.*350100-gxj"),
    ],
)
def test_a_broken_contract_is_refused_and_named(facts, spoil, told):
    spoil(facts)
    with pytest.raises(Refusal, match=told) as refused:
        validate(facts)
    assert refused.value.code == "contract_broken"


@pytest.mark.parametrize("unknown", [{"year": None}, {"agency_id": None}])
def test_a_report_that_nobody_or_no_year_claims_becomes_no_fact(checked, unknown):
    with pytest.raises(Refusal, match="year and an agency") as refused:
        build([replace(checked[0], report=replace(checked[0].report, **unknown))])
    assert refused.value.code == "contract_broken"


def test_a_change_of_items_may_be_negative(write_report, parse_text):
    report = write_report(form="2019", year=2020)
    report.row("administrative_coercion")[2] = "-4"
    frame = validate(build([Checked(parse_text(report.text()), ())]))["proactive_disclosure"]
    assert frame.loc[frame["value"] < 0, ["row_code", "measure", "value"]].to_numpy().tolist() == [
        ["administrative_coercion", "items_change", -4.0]
    ]


def test_findings_on_published_errors_pass(write_report, parse_text):
    """A wrong sum in the source is data: shown and passed on, never a broken contract."""
    report = parse_text(write_report({"requests": {"granted": [1, 0, 0, 0, 0, 0, 5]}}).text())
    findings = check_report(report)
    assert any(finding.severity == "error" for finding in findings)
    assert len(validate(build([Checked(report, findings)]))["findings"]) == len(findings)


def test_a_finding_without_cells_is_an_empty_list(checked):
    finding = Finding("sections_incomplete", "warn", "5 of 6 sections are headed")
    frame = validate(build([replace(checked[0], findings=(finding,))]))["findings"]
    assert frame["cells"].tolist() == ["[]"]


def test_the_grids_of_the_schemas_are_those_of_the_forms(valid):
    for table in CELL_TABLES:
        sizes = valid[table].groupby(["year", "agency_id"]).size()
        forms = valid[table].groupby(["year", "agency_id"])["form"].first()
        assert (sizes == forms.map({code: len(form.cells(table)) for code, form in load_forms().items()})).all()
