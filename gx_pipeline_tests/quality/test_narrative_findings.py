"""The text against the tables: what is a contradiction, what a denial, what only another scope, and what none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gx_pipeline.documents import describe, read_bytes, read_file
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import parse
from gx_pipeline.quality import judge, narrative_facts, narrative_findings
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.generated.layouts import entries, generate

RECEIVED = CellKey("requests", "new_received", "total")
NATURAL = CellKey("requests", "new_received", "natural_person")
GOVERNMENT = "示例市人民政府2024年政府信息公开工作年度报告"
PERIOD = "所列数据的统计期限自2024年1月1日起至2024年12月31日止。"


def requests(**rows: int) -> dict[str, list[int]]:
    return {row: [count, 0, 0, 0, 0, 0, count] for row, count in rows.items()}


@pytest.fixture
def findings(write_report, parse_text):
    """The findings on the narrative of a report with these rows of requests, and perhaps of another government's scope."""

    def judge_text(overview: str, *, government: bool = False, covers: str = "", other: str = "无。", **rows: int):
        title = {"title": GOVERNMENT} if government else {}
        report = write_report({"requests": requests(**rows)}, overview=overview, other=other, preface=PERIOD + covers, **title)
        return narrative_findings(parse_text(report.piped()))

    return judge_text


def rules(found):
    return [(finding.rule, finding.severity) for finding in found]


def test_a_contradiction_names_both_figures_the_cell_and_its_cause(findings):
    (finding,) = findings("全年收到政府信息公开申请27件。", new_received=25, total_handled=25)
    assert (finding.rule, finding.expected, finding.found, finding.cells) == ("narrative_mismatch", 27, 25, (RECEIVED,))
    assert (finding.cause, finding.about) == ("publisher_error", "")


def test_a_large_figure_is_told_with_all_its_digits(findings):
    (finding,) = findings("全年收到政府信息公开申请1605965件。", new_received=1605964, total_handled=1605964)
    assert "the table gives 1605964 for" in finding.message


def test_the_id_of_a_contradiction_does_not_hang_on_its_wording(findings):
    plain, joined = (
        findings(text, new_received=25, total_handled=25)[0]
        for text in ("全年收到政府信息公开申请27件。", "全年受理并办结政府信息公开申请27件。")
    )
    assert (plain.rule, plain.cells, plain.about) == (joined.rule, joined.cells, joined.about)
    (most,) = findings("全年答复政府信息公开申请27件。", new_received=25, total_handled=25)
    (whole,) = findings("全年办结政府信息公开申请27件。", new_received=25, total_handled=25)
    assert (most.about, whole.about, most.cells) == ("at_most", "", whole.cells)


def test_nothing_received_in_the_text_and_some_in_the_table_is_a_denial(findings):
    assert rules(findings("全年未收到政府信息公开申请。", new_received=2)) == [("narrative_denial", "error")]


def test_some_received_in_the_text_and_none_in_the_table_is_a_denial_too(findings):
    (finding,) = findings("全年收到政府信息公开申请2件。", new_received=0)
    assert (finding.rule, finding.expected, finding.found) == ("narrative_denial", 2, 0)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("收到政府信息公开申请27件，其中上年结转2件。", id="carried in among those received"),
        pytest.param("收到政府信息公开申请25件，上年结转2件。", id="carried in beside those received"),
        pytest.param("收到政府信息公开申请27件（含上年结转2件）。", id="carried in, in brackets"),
        pytest.param("全年办理政府信息公开申请27件。", id="dealt with: received and carried in"),
        pytest.param("全年办理政府信息公开申请24件。", id="dealt with: handled"),
        pytest.param("全年答复政府信息公开申请20件。", id="not all handled are answered"),
        pytest.param("按期办结政府信息公开申请23件。", id="not all are handled in time"),
    ],
)
def test_a_wording_with_several_readings_contradicts_only_where_none_agrees(findings, text):
    rows = {"new_received": 25, "carried_in": 2, "granted": 24, "total_handled": 24, "carried_out": 3}
    assert findings(text, **rows) == []


@pytest.mark.parametrize("text", ["全年办理政府信息公开申请26件。", "全年答复政府信息公开申请30件。"])
def test_a_figure_beyond_every_reading_contradicts(findings, text):
    rows = {"new_received": 25, "carried_in": 2, "granted": 24, "total_handled": 24, "carried_out": 3}
    assert rules(findings(text, **rows)) == [("narrative_mismatch", "error")]


def test_the_office_beside_the_region_is_another_scope_and_no_contradiction(findings):
    text = "全年市政府办公室共办理依申请公开17件。"
    (finding,) = findings(text, government=True, new_received=95, total_handled=95)
    assert (finding.rule, finding.severity, finding.cause) == ("narrative_scope", "info", "scope_difference")
    assert (finding.expected, finding.found) == (17, 95)


@pytest.mark.parametrize(
    ("text", "covers", "expected"),
    [
        ("全市共收到政府信息公开申请90件。", "本报告数据汇总了全市各级行政机关的情况。", [("narrative_mismatch", "error")]),
        ("市政府办公室收到政府信息公开申请17件。", "本报告数据汇总了全市各级行政机关的情况。", [("narrative_scope", "info")]),
        ("各镇街收到政府信息公开申请40件。", "本报告数据汇总了全市各级行政机关的情况。", [("narrative_scope", "info")]),
        ("全市共收到政府信息公开申请90件。", "本报告仅为市本级数据。", [("narrative_scope", "info")]),
        ("全年收到政府信息公开申请90件。", "本报告仅为市本级数据。", [("narrative_mismatch", "error")]),
        ("全年收到政府信息公开申请90件。", "", [("narrative_mismatch", "warn")]),
        ("全市共收到政府信息公开申请95件，其中市政府办公室收到17件。", "", []),
        ("市政府办公室收到政府信息公开申请17件，各部门收到政府信息公开申请78件。", "", []),
    ],
)
def test_whom_the_text_and_the_table_speak_of_decides(findings, text, covers, expected):
    assert rules(findings(text, government=True, covers=covers, new_received=95, total_handled=95)) == expected


def test_a_figure_of_somebody_uncertain_is_not_compared_with_the_organs_own(findings):
    assert findings("我局及下属单位共收到政府信息公开申请8件。", new_received=6) == []


def test_parts_are_not_told_again_where_their_whole_is_contradicted(findings):
    (finding,) = findings("收到政府信息公开申请27件，均为自然人。", new_received=25)
    assert finding.cells == (RECEIVED,)


def test_a_part_that_differs_is_told_where_the_whole_agrees(findings):
    (finding,) = findings("收到政府信息公开申请25件，其中自然人20件、商业企业5件。", new_received=25)[:1]
    assert finding.cells == (NATURAL,)


def test_a_cell_that_the_parser_doubts_is_no_error_of_the_publisher(write_report, parse_text):
    report = write_report({"requests": requests(new_received=25, total_handled=25)}, overview="收到政府信息公开申请27件。")
    row = report.row("new_received")
    row[7] = "25①"
    (finding,) = [finding for finding in narrative_findings(parse_text(report.piped())) if finding.cells == (RECEIVED,)]
    assert (finding.rule, finding.cause) == ("narrative_mismatch", "parse_doubt")


def test_documents_are_a_warning_and_those_of_others_are_not_compared(write_report, parse_text):
    figures = {"proactive_disclosure": {"normative_documents": {"made": 5, "repealed": 0, "in_force": 9}}}

    def judged(text):
        return rules(narrative_findings(parse_text(write_report(figures, disclosed=text).piped())))

    assert judged("全年制发行政规范性文件3件，现行有效9件。") == [("narrative_mismatch", "warn")]
    assert judged("全年未制定行政规范性文件。") == [("narrative_mismatch", "warn")]
    assert judged("全市各部门共制发行政规范性文件130件。") == []


def test_requests_given_up_unpaid_ask_for_a_word_on_notices(findings):
    rows = {"new_received": 3, "other_unpaid": 3, "total_handled": 3}
    (finding,) = findings("", **rows)
    assert (finding.rule, finding.severity, finding.found) == ("fee_notice_not_mentioned", "warn", 3)
    assert findings("", other="发出信息 处理费收费通知3件。", **rows) == []
    assert findings("", new_received=3, granted=3, total_handled=3) == []


def test_the_2019_form_has_no_row_of_unpaid_requests(write_report, parse_text):
    figures = {"requests": requests(new_received=3, other=3, total_handled=3)}
    report = parse_text(
        write_report(figures, form="2019", year=2020, overview="全年收到政府信息公开申请3件，其他处理3件。").piped()
    )
    assert narrative_findings(report) == []
    assert [fact.cells for fact in narrative_facts(report)][1] == (CellKey("requests", "other", "total"),)


def test_judging_keeps_the_facts_beside_the_findings(write_report, parse_text):
    checked = judge(parse_text(write_report(overview="全年收到政府信息公开申请27件。").piped()))
    (fact,) = checked.narrative
    assert (fact.measure, fact.value, fact.unit) == ("requests/new_received/total", 27, "件")
    assert (fact.words, fact.sentence) == ("收到政府信息公开申请27件", "全年收到政府信息公开申请27件。")
    assert fact.cells == (RECEIVED,)
    assert "narrative_denial" in {finding.rule for finding in checked.findings}


def test_a_sentence_over_two_lines_is_one(write_report, parse_text):
    text = "2024年，我局继续规范办理流程，统一告知文书的样式，全年共收到政府信息公开申请2\n7件，均已按照规定答复。"
    (fact,) = narrative_facts(parse_text(write_report(overview=text).piped()))
    assert fact.value == 27


def test_the_samples_hold_one_contradiction_and_nothing_else(registry):
    told = []
    for path in sorted((CHECKOUT / "data" / "raw").glob("*/*/report.[!m]*")):
        report = parse(read_file(path), registry)
        told += [(report.agency_id, finding.rule, finding.expected, finding.found) for finding in narrative_findings(report)]
    assert told == [("350102-rmzf", "narrative_mismatch", 27, 25)]


def test_the_originals_hold_one_contradiction_and_nothing_else(registry, originals: Path):
    told = []
    for path in sorted((originals / "reports").iterdir()):
        report = parse(read_file(path), registry)
        told += [(report.agency_id, finding.rule, finding.expected, finding.found) for finding in narrative_findings(report)]
    assert told == [("350102-rmzf", "narrative_mismatch", 27, 25)]


@pytest.mark.parametrize("layout", ["HTML clean", "text pipes, closing only"])
def test_generated_reports_whose_text_agrees_raise_nothing(registry, layout):
    (entry,) = [entry for entry in entries() if entry.name == layout]
    for seed in range(60):
        generated = generate(entry, seed)
        report = parse(read_bytes(generated.data, describe(generated.data, generated.name)), registry)
        assert [finding.message for finding in narrative_findings(report)] == [], seed
