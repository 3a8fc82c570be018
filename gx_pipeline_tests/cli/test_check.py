"""`gx-pipeline check`: which cell is wrong, by which rule, and what would fit; of files and of what was taken in."""

import json

import pandas as pd
import pytest
from rich.cells import cell_len

from gx_pipeline.cli.console import out
from gx_pipeline.cli.findings import print_list
from gx_pipeline.cli.judged import JudgedReport, Named
from gx_pipeline.cli.tables import print_report
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Finding
from gx_pipeline.quality import Checked, judge
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.terminal import borders, call, row_of
from gx_pipeline_tests.workplaces import copy_place

SAMPLE = CHECKOUT / "data" / "raw" / "2024" / "350102-rmzf" / "report.txt"
FIELDS = [
    "id",
    "agency_id",
    "year",
    "path",
    "rule",
    "severity",
    "cause",
    "message",
    "cells",
    "suspect",
    "expected",
    "found",
    "locator",
]  # as docs tell programs
# Three were received and two handled: the seventh item of the third is one too few.
UNBALANCED = {
    "requests": {
        "new_received": [3, 0, 0, 0, 0, 0, 3],
        "granted": [2, 0, 0, 0, 0, 0, 2],
        "total_handled": [2, 0, 0, 0, 0, 0, 2],
    }
}
NEW_TOTAL = CellKey("requests", "new_received", "total")
HANDLED_TOTAL = CellKey("requests", "total_handled", "total")


@pytest.fixture
def file_of(tmp_path, write_report):
    def write(figures, name="report.txt", **narrative):
        path = tmp_path / name
        path.write_text(write_report(figures, **narrative).piped(), "utf-8")
        return path

    return write


@pytest.fixture
def drawn(monkeypatch, parse_text, write_report):
    """The tables and the list of a balanced report on which these findings were made."""

    def draw(*findings, width=100):
        monkeypatch.setenv("COLUMNS", str(width))
        report = JudgedReport.of_checked(Checked(parse_text(write_report(UNBALANCED).piped()), ()))
        judged = JudgedReport(**vars(report) | {"findings": tuple(Named(f"{found.rule}-0", found) for found in findings)})
        with out.capture() as caught:
            print_report(judged, numbered=True)
            print_list(judged)
        return caught.get()

    return draw


def test_a_wrong_column_is_marked_and_its_rule_named_in_both_languages(file_of):
    result = call("check", file_of(UNBALANCED), "--format", "table")
    assert result.exit_code == 0
    assert row_of(result.output, "一、本年新收")[:7] == ["3!", "0", "0", "0", "0", "0", "3!"]
    assert "收办平衡 · Received and handled balance" in result.output
    assert "收到和处理政府信息公开申请情况 › 自然人: 一、本年新收政府信息公开申请数量 3" in result.output
    assert "1 reports checked, 1 with findings" in result.output
    assert "findings: 2 error" in result.output
    assert "by rule: balance 2" in result.output


def test_a_suspect_alone_is_marked_with_the_value_that_would_fit_beside_it(drawn):
    finding = Finding("balance", "error", "it does not tally", (NEW_TOTAL, HANDLED_TOTAL), 3, 2, HANDLED_TOTAL, "publisher_error")
    output = drawn(finding)
    assert row_of(output, "(七)总计")[-2:] == ["2!", "3 [1]"]
    assert row_of(output, "一、本年新收")[-2:] == ["3", ""]
    assert "收到和处理政府信息公开申请情况 › 三、本年度办理结果 (七)总计 › 总计: 2, 3 would fit" in output
    assert "原文如此 · the source prints it so" in output
    assert "id: balance-0" in output


def test_the_graver_of_two_findings_marks_the_cell_and_a_remark_marks_none(drawn):
    warned, erred, told = (Finding("balance", severity, "so", (NEW_TOTAL,)) for severity in ("warn", "error", "info"))
    assert row_of(drawn(warned, erred), "一、本年新收")[-2] == "3!"
    assert row_of(drawn(warned), "一、本年新收")[-2] == "3~"
    assert row_of(drawn(told), "一、本年新收")[-2] == "3"


def test_several_cells_together_are_compared_as_a_sum(drawn):
    output = drawn(Finding("balance", "error", "so", (NEW_TOTAL, HANDLED_TOTAL), expected=27.5, found=25))
    assert "25 stands, the right side of the sum is 27.5" in output


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("narrative_mismatch", "the text says 27"),
        ("carry_over", "the report of the year before gives 27"),
        ("stock_flow", "from the year before follows 27"),
        ("repealed_exceeds_stock", "there can be at most 27"),
    ],
)
def test_what_another_source_says_is_not_told_as_what_would_fit(drawn, rule, says):
    output = drawn(Finding(rule, "warn", "so", (NEW_TOTAL,), expected=27, found=25), width=200)
    assert f": 3, {says}" in output
    assert "would fit" not in output
    assert row_of(output, "一、本年新收")[-1] != "27 [1]"


def test_a_figure_of_the_year_before_that_mends_the_balance_as_well_would_fit(drawn):
    output = drawn(Finding("carry_over", "warn", "so", (NEW_TOTAL,), expected=27, found=3, suspect=NEW_TOTAL))
    assert ": 3, 27 would fit" in output


def test_a_finding_on_no_cell_says_where_in_the_document_it_is(drawn):
    assert "line 7" in drawn(Finding("period_not_a_year", "warn", "half a year", at="line 7"))


def test_nothing_in_a_report_steers_the_terminal_or_is_taken_for_markup(drawn):
    output = drawn(Finding("balance", "warn", "[bold]\x1b[2J\u202e[/nothing]", (NEW_TOTAL,)))
    assert "[bold]\ufffd[2J\ufffd[/nothing]" in output


def test_columns_line_up_and_fit_the_terminal_although_chinese_is_twice_as_wide(file_of):
    output = call("check", file_of(UNBALANCED), "--format", "table", width=100).output
    assert max(map(cell_len, output.splitlines())) <= 100
    tables, rows = [], []
    for line in (*output.splitlines(), ""):
        if line.startswith(("│", "┃")):
            rows.append(borders(line))
        elif rows and not line.startswith("┡"):
            tables.append(set(rows))
            rows = []
    assert [len(table) for table in tables] == [1, 1, 1]


def test_programs_get_one_object_a_finding_with_every_field(file_of):
    result = call("check", file_of(UNBALANCED), SAMPLE, "--format", "jsonl")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(list(entry) == FIELDS for entry in found)
    balance = next(entry for entry in found if entry["rule"] == "balance")
    assert (balance["agency_id"], balance["year"], balance["severity"]) == ("999900-sjj", 2024, "error")
    assert ["requests", "total_handled", "natural_person"] in balance["cells"]
    assert balance["id"].startswith("balance-")
    assert any(entry["path"] == str(SAMPLE) and entry["rule"] == "narrative_mismatch" for entry in found)


def test_a_file_and_the_same_report_taken_in_give_the_same_findings(taken_in):
    def found(*arguments):
        output = call("check", *arguments, "--severity", "info", "--format", "jsonl", data_dir=taken_in.settings.data_dir).stdout
        return [{name: value for name, value in json.loads(line).items() if name != "path"} for line in output.splitlines()]

    of_file = found(taken_in.report(2024, "350102-rmzf"))
    assert of_file == found("--agency", "350102-rmzf")
    assert of_file


def test_a_report_whose_agency_nobody_knows_has_findings_without_an_id(file_of):
    file = file_of(UNBALANCED, title="无名市数据局2024年政府信息公开工作年度报告", preface="统计期限为2024年1月1日至12月31日。")
    (entry, *_) = map(json.loads, call("check", file, "--format", "jsonl").stdout.splitlines())
    assert entry["id"] is None
    assert entry["agency_id"] is None
    hinted = call("check", file, "--agency", "999900-sjj", "--format", "jsonl").stdout.splitlines()
    assert all(json.loads(line)["id"] for line in hinted)


def test_of_many_reports_only_tables_at_which_a_finding_points_are_shown(file_of):
    good, bad = file_of({}, "good.txt", year=2023), file_of(UNBALANCED, "bad.txt")
    output = call("check", good, bad, "--format", "table", "--severity", "error").output
    assert "示例市数据局 2024" in output
    assert "示例市数据局 2023" not in output
    assert "│(七)总计" in output
    assert "│行政复议" not in output
    assert "2 reports checked, 1 with findings of severity error" in output


def test_a_report_alone_is_shown_also_when_nothing_is_wrong(file_of):
    output = call("check", file_of({}), "--format", "table", "--severity", "error").output
    assert row_of(output, "(七)总计") == ["0"] * 7
    assert "no findings" in output


def test_a_refused_file_fails_the_check_and_the_others_are_shown(tmp_path, file_of):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    result = call("check", empty, file_of(UNBALANCED), "--format", "table")
    assert result.exit_code == 1
    assert f"refused {empty}: unreadable" in result.output.replace("\n", "")
    assert "1 files refused" in result.output
    assert "balance" in result.output
    lines = call("check", empty, file_of(UNBALANCED), "--format", "jsonl")
    assert lines.exit_code == 1
    assert all("rule" in json.loads(line) for line in lines.stdout.splitlines())
    assert "unreadable" in lines.stderr


def test_the_lake_is_checked_with_its_series_and_published_errors_fail_nothing(taken_in):
    result = call("check", "--format", "jsonl", data_dir=taken_in.settings.data_dir)
    assert result.exit_code == 0
    rules = {(entry["agency_id"], entry["year"], entry["rule"]) for entry in map(json.loads, result.stdout.splitlines())}
    assert ("350102-rmzf", 2024, "narrative_mismatch") in rules
    assert ("999900-sjj", 2024, "carry_over") in rules
    assert not any(rule == "blank_cells" for _, _, rule in rules)


def test_findings_on_a_cell_that_is_confirmed_as_published_are_counted_apart(taken_in, tmp_path):
    place = copy_place(taken_in, tmp_path / "data")
    cell = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "total"}
    place.correct({**cell, "expect": 25, "action": "confirm_as_published"})
    place.take_in()
    asked = ("check", "--agency", "350102-rmzf", "--year", "2024")
    shown = call(*asked, "--format", "table", data_dir=place.settings.data_dir).output
    assert "narrative_mismatch" not in shown
    assert "more on cells that corrections.yml confirms as published" in shown
    assert "narrative_mismatch" in call(*asked, "--format", "table", data_dir=taken_in.settings.data_dir).output


def test_year_agency_and_severity_narrow_the_check(taken_in):
    def found(*arguments):
        output = call("check", *arguments, "--format", "jsonl", data_dir=taken_in.settings.data_dir).stdout
        return [(entry["agency_id"], entry["year"], entry["severity"]) for entry in map(json.loads, output.splitlines())]

    assert {(agency, year) for agency, year, _ in found("--year", 2024, "--agency", "999900-sjj")} == {("999900-sjj", 2024)}
    assert {severity for _, _, severity in found("--severity", "error")} == {"error"}
    assert "info" in {severity for _, _, severity in found("--severity", "info")}


def test_broken_facts_fail_the_check_by_name(taken_in, tmp_path):
    place = copy_place(taken_in, tmp_path / "data")
    path = place.settings.lake_dir / "report_facts" / "2024" / "350102-rmzf" / "requests.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "value"] = -1
    frame.to_parquet(path, index=False)
    (place.settings.lake_dir / "report_facts" / "2024" / "652700-kjj" / "requests.parquet").write_bytes(b"no parquet")
    broken = call("check", "--format", "table", data_dir=place.settings.data_dir)
    assert broken.exit_code == 1
    assert "contract broken 350102-rmzf|2024: requests" in broken.output
    assert "contract broken 652700-kjj|2024: the facts cannot be read" in broken.output
    assert "2 break the contract" in broken.output
    assert "carry_over" in broken.output


def test_where_nothing_is_taken_in_it_says_what_to_do(tmp_path):
    result = call("check", data_dir=tmp_path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "nothing is taken in" in result.stderr
    assert "gx-pipeline run" in result.stderr


def test_a_year_without_reports_is_no_silent_pass(taken_in):
    result = call("check", "--year", 2021, data_dir=taken_in.settings.data_dir)
    assert "no report of 2021 is taken in" in result.stderr
    assert "gx-pipeline status" in result.stderr


def test_an_agency_that_nobody_knows_is_wrong_usage(taken_in):
    result = call("check", "--agency", "350102-rmz", data_dir=taken_in.settings.data_dir)
    assert result.exit_code == 2
    assert "350102-rmzf" in result.output


def test_parse_and_check_judge_alike(parse_text, registry, file_of):
    file = file_of(UNBALANCED)
    report = parse_text(file.read_text("utf-8"))
    judged = judge(report, registry.by_id[report.agency_id]).findings
    parsed = json.loads(call("parse", file, "--format", "jsonl").stdout)["findings"]
    assert [entry["message"] for entry in parsed] == [finding.message for finding in judged]
