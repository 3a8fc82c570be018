"""Corrections: what the file may say, and what becomes of them on a report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Finding
from gx_pipeline.quality import Correction, Corrections, judge, status_of
from gx_pipeline.settings import CHECKOUT

TODAY = dt.date(2026, 5, 1)
ENTRY: dict[str, Any] = {
    "agency": "999900-sjj",
    "year": 2024,
    "table": "requests",
    "row": "new_received",
    "column": "total",
    "expect": 4,
    "action": "override",
    "value": 3,
    "reason": "The agency gave 3 on inquiry.",
    "reference": "letter of 3 March 2025",
    "date": dt.date(2025, 3, 10),
}
TOTAL = CellKey("requests", "new_received", "total")
FOUR_FOR_THREE = {
    "requests": {
        "new_received": [3, 0, 0, 0, 0, 0, 4],
        "granted": [3, 0, 0, 0, 0, 0, 3],
        "total_handled": [3, 0, 0, 0, 0, 0, 3],
    }
}


def entry(**changes: Any) -> dict[str, Any]:
    """The entry of the tests, changed; a field given as ... is left out."""
    return {name: said for name, said in (ENTRY | changes).items() if said is not ...}


def confirming(key: CellKey, expect: object) -> Correction:
    return Correction.model_validate(
        entry(table=key.table, row=key.row, column=key.column, expect=expect, action="confirm_as_published", value=None)
    )


@pytest.fixture
def read(tmp_path, registry):
    """Corrections from a text, or from entries."""

    def read(content: str | bytes | list[Any]) -> Corrections:
        path = tmp_path / "corrections.yml"
        text = content if isinstance(content, str | bytes) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Corrections.read(path, registry, TODAY)

    return read


@pytest.fixture
def judged(write_report, parse_text):
    """A report in which 4 is printed where 3 would fit, judged with some corrections of it."""

    def judge_with(*entries: dict[str, Any], figures: dict[str, Any] | None = None, **changes: Any):
        written = write_report(figures or FOUR_FOR_THREE, **changes)
        return judge(parse_text(written.piped()), None, [Correction.model_validate(said) for said in entries])

    return judge_with


# -- the file ------------------------------------------------------------------------------------------------------------


def test_without_a_file_there_are_no_corrections(tmp_path):
    assert Corrections.read(tmp_path / "corrections.yml").entries == ()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "[]\n", "null\n"])
def test_an_empty_file_holds_none(read, text):
    assert read(text).entries == ()


def test_the_shipped_file_corrects_nothing_and_its_example_is_a_correction(read, registry):
    path = CHECKOUT / "data" / "corrections.yml"
    assert Corrections.read(path, registry).entries == ()
    example = path.read_text("utf-8").partition("every line is a comment:\n")[2]
    (entry,) = read("\n".join(line.removeprefix("#").removeprefix(" ") for line in example.splitlines())).entries
    assert (entry.agency, entry.expect, entry.value) == ("999900-sjj", 11, 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- date: 2025-02-30", 'entry 1 (line 1): date: "2025-02-30" is not the day on which the correction was made'),
        ("- agency: 350100-kjj\n  2: x", "entry 1 (line 1): 2 is no field of a correction"),
        ("- ? [agency]\n  : x", "line 1: a key is no word"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_line(read, text, told):
    with pytest.raises(ConfigurationError) as refused:
        read(text)
    assert told in str(refused.value)


def test_entries_are_found_by_report(read):
    corrections = read([entry(), entry(year=2023), entry(column="natural_person", expect="/")])
    assert [found.column for found in corrections.of(2024, "999900-sjj")] == ["total", "natural_person"]
    assert len(corrections.of(2023, "999900-sjj")) == 1
    assert corrections.of(2024, "350100-kjj") == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agency": "福州"}, 'agency: "福州" is not the id of an agency, such as 350100-kjj'),
        ({"agency": "350100-kj"}, "agency: the registry has no agency 350100-kj; did you mean 350100-kjj"),
        ({"year": "2024年"}, 'year: "2024年" is not a report year, such as 2024'),
        ({"year": 2018}, "year: 2018 is not one of 2019 to 2025; give the year that the report reports on"),
        ({"year": 2026}, "year: 2026 is not one of 2019 to 2025"),
        ({"table": "request"}, 'table: "request" is not one of proactive_disclosure, requests, reconsideration_litigation'),
        ({"row": "new_recieved"}, "row: requests has no row new_recieved; did you mean new_received"),
        ({"column": "sum"}, "column: requests has no column sum; it has commercial_enterprise, "),
        (
            {"table": "proactive_disclosure", "row": "administrative_fees", "column": "repealed"},
            "column: row administrative_fees has no cell in repealed; it has amount_10k_yuan, items_change, items_prev_year",
        ),
        ({"action": "fix"}, 'action: "fix" is not one of override, set_null, confirm_as_published'),
        (
            {"expect": ...},
            "expect is missing: give the cell as published: its number (27, 12.35), its printed text in quotes, or null",
        ),
        ({"expect": True}, "expect: true is not the cell as published"),
        ({"expect": dt.date(2024, 1, 1)}, 'expect: "2024-01-01" is not the cell as published'),
        ({"value": ...}, "value is missing: an override gives the figure to use"),
        ({"value": "27"}, 'value: "27" is not a number, written plainly: 27 or 12.35'),
        ({"value": True}, "value: true is not a number"),
        ({"value": 10**30}, "value: 1000000000000000000000000000000 is not a number, written plainly"),
        ({"action": "set_null"}, "value: stands only with action override; remove it, or change the action set_null"),
        ({"action": "confirm_as_published"}, "value: stands only with action override"),
        ({"value": 4}, "value: is the figure as published; use confirm_as_published, without value"),
        ({"value": -1}, "value: -1 is negative, which nothing in the column total can be"),
        ({"value": 2.5}, "value: 2.5 is not a whole number, and the column total counts"),
        (
            {"action": "set_null", "value": ..., "expect": None},
            "expect: a blank has no figure to set aside; use confirm_as_published",
        ),
        ({"reason": ...}, "reason is missing: give a text that says what is wrong and how that is known"),
        ({"reason": "  "}, 'reason: "  " is not a text that says what is wrong'),
        ({"reference": 3}, "reference: 3 is not a text that says where it can be looked up"),
        ({"date": ...}, "date is missing: give the day on which the correction was made, such as 2025-06-30"),
        ({"date": "spring"}, 'date: "spring" is not the day on which the correction was made'),
        ({"date": dt.date(2026, 5, 2)}, "date: 2026-05-02 lies ahead; give the day on which the correction was made"),
        (
            {"expected": 4},
            "expected is no field of a correction; the fields are agency, year, table, row, column, expect, action, value",
        ),
    ],
)
def test_a_mistake_is_told_with_its_entry_its_line_its_field_and_what_to_do(read, changes, told):
    with pytest.raises(ConfigurationError) as error:
        read([entry(year=2022), entry(**changes)])
    (line,) = str(error.value).splitlines()
    assert "corrections.yml: entry 2 (line 12): " in line
    assert told in line


def test_a_cell_that_is_corrected_twice_is_told_with_both_places(read):
    with pytest.raises(
        ConfigurationError,
        match=r"entry 2 \(line 12\): the cell requests/new_received/total .* entry 1 \(line 1\) already; keep one",
    ):
        read([entry(), entry(value=5)])


def test_all_mistakes_of_a_file_are_told_at_once(read):
    with pytest.raises(ConfigurationError) as error:
        read([entry(action="fix", reason=...), entry(year=2018), "a note"])
    lines = [line.partition("corrections.yml: ")[2] for line in str(error.value).splitlines()]
    assert [line.partition(" (")[0] for line in lines] == ["entry 1", "entry 1", "entry 2", "entry 3"]
    assert "is not a correction; write its fields as `agency: …`" in lines[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agency: 999900-sjj\nyear: 2024\n", "line 1: the file is a list of corrections; open each with `- agency: …`"),
        ("- agency: 999900-sjj\n  year: 2024\n  year: 2023\n", "line 3: year is given twice"),
        (
            "- agency: 999900-sjj\n  reason: 27: not 25\n",
            "line 2: mapping values are not allowed here; texts with : or # stand in quotes",
        ),
        ("- agency: '999900-sjj\n", "line 2: "),
        ("- \x00\n", "must be YAML"),
        ("- agency: 福州\n".encode("gb18030"), "is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_told_with_the_line(read, text, told):
    with pytest.raises(ConfigurationError) as error:
        read(text)
    assert told in str(error.value)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    (tmp_path / "corrections.yml").mkdir()
    with pytest.raises(ConfigurationError, match=r"corrections\.yml: Is a directory"):
        Corrections.read(tmp_path / "corrections.yml")


@pytest.mark.parametrize("figure", ["010", "1_000", "1:30", "0x1F", ".inf", "1.2e+3"])
def test_a_figure_that_yaml_would_take_for_another_is_no_number(read, figure):
    """YAML reads 010 as 8 and 1:30 as 90: nobody who writes a figure so means that."""
    text = yaml.safe_dump([entry(value=27)]).replace("value: 27", f"value: {figure}")
    with pytest.raises(ConfigurationError, match=r"value: .* is not a number, written plainly"):
        read(text)


def test_decimals_and_signs_are_numbers(read):
    fees = {"table": "proactive_disclosure", "row": "administrative_fees", "column": "amount_10k_yuan"}
    change = {"table": "proactive_disclosure", "row": "administrative_coercion", "column": "items_change", "year": 2020}
    corrections = read([entry(**fees, expect=160000.5, value=16.05), entry(**change, value=-3)])
    assert [found.value for found in corrections.entries] == [16.05, -3]


def test_the_digest_of_a_report_changes_with_its_own_corrections_only(read):
    first, other = entry(), entry(year=2023)
    before = read([first, other])
    assert read([other, first]).digest(2024, "999900-sjj") == before.digest(2024, "999900-sjj")
    after = read([first, other | {"reason": "The agency gave 3 in its bulletin."}])
    assert after.digest(2024, "999900-sjj") == before.digest(2024, "999900-sjj")
    assert after.digest(2023, "999900-sjj") != before.digest(2023, "999900-sjj")
    assert before.digest(2022, "999900-sjj") == ""


# -- a report ------------------------------------------------------------------------------------------------------------


def test_an_overridden_figure_stays_as_published_and_the_corrected_one_stands_beside_it(judged, by_rule):
    checked = judged(entry())
    assert checked.report.value(*TOTAL) == 4
    assert checked.in_force[TOTAL].value == 3
    (told,) = by_rule(list(checked.findings), "cell_corrected")
    assert (told.severity, told.found, told.expected, told.cells) == ("info", 4, 3, (TOTAL,))
    assert "4 as published, 3 is used: The agency gave 3 on inquiry. (letter of 3 March 2025; 2025-03-10)" in told.message


def test_identities_go_on_judging_what_was_published(judged, by_rule):
    with_correction, without = judged(entry()), judged()
    assert by_rule(list(without.findings), "balance")
    assert [finding for finding in with_correction.findings if finding.rule != "cell_corrected"] == list(without.findings)
    assert by_rule(list(with_correction.open_findings), "balance")


def test_a_figure_can_be_set_aside_without_another(judged, by_rule):
    checked = judged(entry(action="set_null", value=...))
    (told,) = by_rule(list(checked.findings), "cell_corrected")
    assert "4 as published, no figure is used" in told.message
    assert told.expected is None
    assert checked.in_force[TOTAL].value is None


def test_a_correction_whose_cell_holds_something_else_has_expired(judged, by_rule):
    checked = judged(entry(expect=5))
    (told,) = by_rule(list(checked.findings), "correction_expired")
    assert (told.severity, told.found, told.expected, told.cells) == ("error", 4, 5, (TOTAL,))
    assert "the correction of 2025-03-10 expects 5, but 4 stands there; it is not applied" in told.message
    assert "change `expect` in corrections.yml or remove the entry" in told.message
    assert checked.in_force == {}


def test_a_confirmation_expires_as_well(judged, by_rule):
    checked = judged(entry(expect=5, action="confirm_as_published", value=None))
    assert by_rule(list(checked.open_findings), "balance")
    assert by_rule(list(checked.findings), "correction_expired")
    assert checked.confirmed == frozenset()


@pytest.mark.parametrize(
    ("printed", "expect", "fits", "stands"),
    [
        ("", None, True, ""),
        ("0", None, False, "0 stands there"),
        ("/", None, False, "“/” stands there"),
        ("/", "/", True, ""),
        ("／", " / ", True, ""),
        ("/", "—", False, "“/” stands there"),
        ("", 0, False, "a blank stands there"),
        ("", "", True, ""),
        ("12件", 12, True, ""),
        ("12件", "12件", True, ""),
        ("12件", "12", False, "12 stands there"),
        ("十二三", "十二三", True, ""),
        ("十二三", 12, False, "“十二三” stands there"),
    ],
)
def test_what_a_correction_expects(judged, by_rule, printed, expect, fits, stands):
    figures = {"requests": {"carried_in": [printed, 0, 0, 0, 0, 0, 0]}}
    said = entry(row="carried_in", column="natural_person", expect=expect, value=7)
    told = by_rule(list(judged(said, figures=figures).findings), "correction_expired")
    assert [finding.message for finding in told] == [] if fits else stands in told[0].message


def test_a_cell_that_is_missing_from_the_document_can_be_corrected(parse_text, read_sample, by_rule):
    report = parse_text(read_sample("652700-kjj-2024"))
    key = next(cell.key for cell in report.cells if cell.state == "missing")
    said = entry(agency="652700-kjj", table=key.table, row=key.row, column=key.column, expect=None, value=2)
    checked = judge(report, None, [Correction.model_validate(said)])
    (told,) = by_rule(list(checked.findings), "cell_corrected")
    assert "no cell as published, 2 is used" in told.message
    assert checked.report.by_key[key].state == "missing"


def test_a_cell_that_the_form_of_the_report_lacks_is_told_without_pointing_at_it(judged, by_rule):
    said = entry(table="proactive_disclosure", row="administrative_licenses", column="items_change", expect=1, value=2)
    (told,) = by_rule(list(judged(said).findings), "correction_expired")
    assert told.cells == ()
    assert "the report follows the 2021 form, which has no such cell" in told.message


# -- what a confirmation silences ----------------------------------------------------------------------------------------


def test_a_confirmed_cell_silences_the_contradiction_and_leaves_it_among_the_findings(judged, by_rule):
    checked = judged(entry(action="confirm_as_published", value=None))
    assert by_rule(list(checked.findings), "balance")
    assert not by_rule(list(checked.open_findings), "balance")
    (told,) = by_rule(list(checked.open_findings), "confirmed_as_published")
    assert "the source prints 4: The agency gave 3 on inquiry." in told.message
    assert checked.report.value(*TOTAL) == 4


CARRIED, GRANTED = CellKey("requests", "carried_in", "total"), CellKey("requests", "granted", "total")


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (Finding("balance", "error", "m", (TOTAL, CARRIED), suspect=TOTAL), "confirmed"),
        (Finding("balance", "error", "m", (TOTAL, CARRIED), suspect=CARRIED), "open"),
        (Finding("balance", "error", "m", (TOTAL, CARRIED)), "open"),
        (Finding("outcomes_total", "error", "m", (TOTAL, *[CARRIED] * 5)), "confirmed"),
        (Finding("outcomes_total", "error", "m", (CARRIED, *[TOTAL] * 5)), "open"),
        (Finding("balance", "error", "m", (CARRIED, GRANTED)), "open"),
        (Finding("carry_over", "warn", "m", (TOTAL,)), "confirmed"),
        (Finding("identical_years", "warn", "m", (CARRIED, TOTAL)), "open"),
        (Finding("blank_cells", "info", "m", (TOTAL, CARRIED)), "open"),
        (Finding("blank_cells", "info", "m", (TOTAL,)), "confirmed"),
        (Finding("sections_incomplete", "warn", "m"), "open"),
    ],
    ids=[
        "the cell it suspects",
        "another than it suspects",
        "one of a few",
        "the total of many",
        "one of many",
        "none of a sum",
        "the figure carried in",
        "one of a year that repeats",
        "one of a list",
        "all of a list",
        "a finding without cells",
    ],
)
def test_which_findings_a_confirmed_cell_settles(finding, status):
    assert status_of(finding, {TOTAL}) == status
