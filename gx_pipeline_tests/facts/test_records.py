"""Frames back to records: what was taken in is what was read."""

from dataclasses import replace

import pandas as pd
import pytest

from gx_pipeline.facts import broken_contracts, build, cells_of, findings_of, forms_of, split, validate
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Finding
from gx_pipeline.quality import Checked, with_ids

KEY = CellKey("requests", "new_received", "total")


@pytest.fixture(scope="module")
def checked(parse_text, read_sample) -> Checked:
    report = parse_text(read_sample("350505-kjj-2020"))
    findings = (
        *report.findings,
        Finding("balance", "error", "one", (KEY,), 27, 25, KEY, "publisher_error", "line 3", "total"),
        Finding("unit_slip", "warn", "another", expected=160.5964),
    )
    return Checked(report, findings)


@pytest.fixture(scope="module")
def facts(checked):
    return validate(build([checked]))


def test_cells_and_forms_come_back_as_they_were_read(checked, facts):
    assert cells_of(facts) == checked.report.by_key
    assert set(forms_of(facts).values()) == {"2019"}


def test_findings_come_back_with_their_ids(checked, facts):
    known = [(name, replace(finding, about="")) for name, finding in with_ids(checked.findings, 2020, "350505-kjj")]
    assert findings_of(facts["findings"]) == known


def test_whole_numbers_come_back_whole_and_decimals_as_decimals(facts):
    numbers = [finding.expected for _, finding in findings_of(facts["findings"]) if finding.expected]
    assert [(type(number), number) for number in numbers] == [(int, 27), (float, 160.5964)]


def test_the_report_whose_frames_break_the_contract_is_named_among_those_that_keep_it(facts):
    years = []
    for year in (2019, 2020, 2021):
        frames = {name: frame.assign(year=year) for name, frame in facts.items()}
        years.append(split(frames)[(year, "350505-kjj")])
    assert broken_contracts(years) == {}
    years[1]["requests"].loc[0, "value"] = -1
    years[1]["requests"].loc[0, "state"] = "reported"
    assert list(broken_contracts(years)) == [1]
    assert "requests" in broken_contracts(years)[1]


def test_no_reports_break_nothing_by_being_none_of_a_kind(facts):
    assert broken_contracts([{name: pd.DataFrame(frame) for name, frame in facts.items()}]) == {}
