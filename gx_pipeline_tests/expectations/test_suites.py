"""The suites follow the forms, the schemas and the registry; none of it needs Great Expectations."""

import re

import pandera.pandas as pa
import pytest

from gx_pipeline.expectations import Suite, load_suites
from gx_pipeline.expectations.suites import PUBLISHED, TABLES, Expectation, identities_by_frame, of_check, sides
from gx_pipeline.facts import CELL_TABLES, FRAMES, KEYS, schemas
from gx_pipeline.forms import load_forms
from gx_pipeline.quality.registry import load_rules

SUITES = {suite.name: suite for suite in load_suites()}


def of_kind(suite: Suite, kind: str, column: str | None = None) -> list[Expectation]:
    return [entry for entry in suite.expectations if entry.kind == kind and column in (None, entry.arguments.get("column"))]


def test_every_fact_frame_has_a_suite_with_its_columns_and_its_key():
    for name in FRAMES:
        (columns,) = of_kind(SUITES[name], "ExpectTableColumnsToMatchOrderedList")
        (key,) = of_kind(SUITES[name], "ExpectCompoundColumnsToBeUnique")
        assert columns.arguments["column_list"] == list(schemas()[name].columns)
        assert key.arguments["column_list"] == KEYS[name]
        required = {column for column, declared in schemas()[name].columns.items() if not declared.nullable}
        assert required <= {entry.arguments["column"] for entry in of_kind(SUITES[name], "ExpectColumnValuesToNotBeNull")}


@pytest.mark.parametrize(
    ("table", "expression"),
    [
        ("proactive_disclosure", "22 * reports_2019 + 10 * reports_2021"),
        ("requests", "161 * reports_2019 + 175 * reports_2021"),
        ("reconsideration_litigation", "15 * reports_2019 + 15 * reports_2021"),
    ],
)
def test_a_table_has_as_many_rows_as_its_forms_have_cells_times_the_reports(table, expression):
    (count,) = of_kind(SUITES[table], "ExpectTableRowCountToEqual")
    assert count.arguments["value"] == {"$PARAMETER": expression}


def test_the_cells_of_each_table_are_counted_by_form():
    counted = {entry.where.value: entry.arguments["value_set"] for entry in SUITES[TABLES].expectations if entry.where}
    assert counted == {
        f"{table} {code}": [len(form.cells(table))] for code, form in load_forms().items() for table in CELL_TABLES
    }


def test_codes_are_those_of_the_form_that_a_report_follows():
    entries = of_kind(SUITES["requests"], "ExpectColumnValuesToBeInSet", "row_code")
    by_form = {entry.where.value: set(entry.arguments["value_set"]) for entry in entries if entry.where}
    assert by_form["2019"] - by_form["2021"] == {"other"}
    assert by_form["2021"] - by_form["2019"] == {"other_uncorrected", "other_unpaid", "other_other"}


def test_only_a_column_of_changes_may_be_negative():
    for table in CELL_TABLES:
        (sign,) = of_kind(SUITES[table], "ExpectColumnValuesToBeBetween", "value")
        assert sign.arguments["min_value"] == 0
        assert (sign.where.value if sign.where else ()) == (("items_change",) if table == "proactive_disclosure" else ())


def test_every_identity_within_a_report_is_expected_and_none_breaks_the_contract():
    entries = [entry for name in identities_by_frame() for entry in SUITES[name].expectations]
    expected = {(entry.arguments["column_A"], entry.arguments["column_B"]) for entry in entries}
    declared = [identity for form in load_forms().values() for identity in form.identities if not identity.spans_years]
    assert {sides(identity) for identity in declared} == expected
    assert {entry.severity for entry in entries} == {"warning"}
    assert not [left for left, _ in expected if "carry_over" in left]


def test_every_rule_that_may_find_an_error_has_an_expectation_of_its_own_and_no_finding_is_lost():
    own = {entry.arguments["value_set"][0] for entry in of_kind(SUITES[PUBLISHED], "ExpectColumnValuesToNotBeInSet")}
    assert own == {rule.code for rule in load_rules().values() if {rule.severity, *rule.severities} != {"info"}}
    (others,) = of_kind(SUITES[PUBLISHED], "ExpectColumnValuesToBeInSet")
    assert set(others.arguments["value_set"]) == own


def test_only_what_reports_say_is_less_than_critical():
    for name, suite in SUITES.items():
        contract = name in (*FRAMES, TABLES)
        assert {entry.severity for entry in suite.expectations} <= ({"critical"} if contract else {"warning", "info"}), name


def test_every_expectation_speaks_both_languages_and_names_its_source():
    for suite in SUITES.values():
        assert re.search("[一-鿿]", suite.label)
        assert suite.label_en.isascii()
        for entry in suite.expectations:
            assert re.search("[一-鿿]", entry.label), entry
            assert not re.search("[一-鿿]", entry.label_en), entry
            assert bool(entry.explanation) == bool(entry.explanation_en), entry
            assert entry.source


def test_a_check_of_a_schema_that_no_expectation_says_is_not_passed_over():
    with pytest.raises(ValueError, match=r"facts\.share: no expectation says what the check 'less_than' says"):
        of_check("share", pa.Check.lt(1), "facts")
