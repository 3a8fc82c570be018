"""What the text states for the year against what the table gives: raised where both are clear, and only there."""

from __future__ import annotations

import pytest

from gx_pipeline.forms import CellKey
from gx_pipeline.quality import narrative_findings

FIGURES = {
    "proactive_disclosure": {
        "normative_documents": {"made": 23, "repealed": 37, "in_force": 18},
        "administrative_licenses": {"decisions": 6},
    },
    "requests": {
        "new_received": [25, 0, 0, 0, 0, 0, 25],
        "carried_in": [2, 0, 0, 0, 0, 0, 2],
        "granted": [24, 0, 0, 0, 0, 0, 24],
        "total_handled": [24, 0, 0, 0, 0, 0, 24],
        "carried_out": [3, 0, 0, 0, 0, 0, 3],
    },
    "reconsideration_litigation": {"reconsideration": [2, 0, 0, 0, 2], "litigation_direct": [1, 0, 0, 0, 1]},
}
RECEIVED = CellKey("requests", "new_received", "total")
HANDLED = CellKey("requests", "total_handled", "total")
CARRIED_IN, CARRIED_OUT = (CellKey("requests", row, "total") for row in ("carried_in", "carried_out"))
REVIEWS, SUITS, LATER_SUITS = (
    CellKey("reconsideration_litigation", row, "total")
    for row in ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
)


@pytest.fixture
def mismatches(write_report, parse_text):
    """The mismatches that a sentence in a section of the narrative raises."""

    def judge(sentence: str, section: str = "overview", figures=FIGURES):
        return narrative_findings(parse_text(write_report(figures, **{section: sentence}).text()))

    return judge


@pytest.mark.parametrize(
    ("sentence", "cells"),
    [
        ("2024年，区本级政府及政府办共收到政府信息公开申请27件，均已答复并办结。", {RECEIVED}),
        ("全年共受理依申请公开7件，申请主体均为自然人。", {RECEIVED}),
        ("2024年新收政府信息公开申请二十七件。", {RECEIVED}),
        ("共收到政府信息公开申请1,025件。", {RECEIVED}),
        ("共收到政府信息公开申请27件，其中自然人20件。", {RECEIVED}),
        pytest.param("全年新收政府信息公开申请27件，上年结转2件。", {RECEIVED}, id="received beside carried in"),
        pytest.param("全年办结政府信息公开申请30件。", {HANDLED}, id="handled"),
        ("上年结转5件。", {CARRIED_IN}),
        ("结转下年度继续办理1件。", {CARRIED_OUT}),
        ("因信息公开申请被行政复议三件。", {REVIEWS}),
        ("因政府信息公开引起的行政诉讼4件。", {SUITS, LATER_SUITS}),
    ],
)
def test_a_text_that_contradicts_the_table_is_an_error(mismatches, sentence, cells):
    (finding,) = mismatches(sentence)
    assert (finding.rule, finding.severity, set(finding.cells)) == ("narrative_mismatch", "error", cells)


@pytest.mark.parametrize(
    ("sentence", "cells"),
    [
        ("2024年，我局未收到依申请公开事项。", {RECEIVED}),
        ("全年没有收到政府信息公开申请。", {RECEIVED}),
        ("2024年未收到依申请公开信息受理件。", {RECEIVED}),
        ("未发生因政府信息公开被申请行政复议的情况。", {REVIEWS}),
        ("没有因政府信息公开工作被提起行政诉讼。", {SUITS, LATER_SUITS}),
        ("收到因信息公开引起的行政复议和行政诉讼0件。", {REVIEWS, SUITS, LATER_SUITS}),
        ("全年收到政府信息公开申请0件。", {RECEIVED}),
    ],
)
def test_a_text_that_denies_what_the_table_shows_is_an_error(mismatches, sentence, cells):
    (finding,) = mismatches(sentence)
    assert (finding.rule, finding.severity, set(finding.cells)) == ("narrative_denial", "error", cells)


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("制发规范性文件20份、废止37份。", "made"),
        ("现行有效规范性文件共28份。", "in_force"),
        ("制发规范性文件23份，规范性文件废止30件。", "repealed"),
    ],
)
def test_other_numbers_of_documents_are_a_warning(mismatches, sentence, measure):
    (finding,) = mismatches(sentence, "disclosed")
    assert finding.severity == "warn"
    assert finding.cells == (CellKey("proactive_disclosure", "normative_documents", measure),)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("共收到政府信息公开申请25件，均已办结。", id="it agrees"),
        pytest.param("共收到政府信息公开申请二十五件。", id="it agrees in Chinese"),
        pytest.param("因信息公开申请被行政复议两件，均被市政府维持。", id="两 is two"),
        pytest.param("因政府信息公开引起的行政复议2件、行政诉讼1件。", id="reviews and suits agree"),
        pytest.param("收到因信息公开引起的行政复议和行政诉讼3件。", id="reviews and suits in one sum"),
        pytest.param("全年新收政府信息公开申请25件，上年结转2件，办结24件，结转下年度3件。", id="the whole balance agrees"),
        pytest.param("收到政府信息公开申请历年累计受理了20件。", id="cumulative"),
        pytest.param("历年累计受理政府信息公开申请620件。", id="cumulative, put first"),
        pytest.param("截至目前，市科技局窗口业务受理2635件。", id="the service counter"),
        pytest.param("办理12345诉求件48件、信访件2件。", id="hotline and petitions"),
        pytest.param("受理来信来访51件、受理中央巡视组专项交办工作32件。", id="letters and visits"),
        pytest.param("公布权责事项141项，其中：行政许可1项、行政处罚60项、行政强制0项。", id="powers are no decisions"),
        pytest.param("通过网站收到申请的有20件，其中网络申请收到政府信息公开申请18件。", id="a part"),
        pytest.param("申请量比上年增加14件。", id="a difference"),
        pytest.param("2023年共收到政府信息公开申请30件，2024年有所下降。", id="another year"),
        pytest.param("去年共收到政府信息公开申请30件。", id="last year"),
        pytest.param("主动公开政府信息44条，全文电子化率达100%。", id="proactive disclosure"),
        pytest.param("全局办理各类行政复议案件12件。", id="reviews of anything"),
        pytest.param("制发规范性文件23份、废止37份，现行有效规范性文件共18份。", id="documents agree"),
    ],
)
def test_a_text_that_does_not_clearly_contradict_raises_nothing(mismatches, sentence):
    assert mismatches(sentence) == []


@pytest.mark.parametrize("section", ["problems", "other"])
def test_plans_and_other_matters_state_no_figure_of_the_year(mismatches, section):
    assert mismatches("上一报告中共收到政府信息公开申请27件。", section) == []


def test_a_figure_stated_rightly_once_outweighs_its_parts(mismatches):
    text = "共收到政府信息公开申请25件。市局收到政府信息公开申请20件。下属单位收到政府信息公开申请5件。"
    assert mismatches(text) == []


def test_a_table_cell_without_a_number_cannot_be_contradicted(write_report, parse_text):
    report = write_report(FIGURES, overview="共收到政府信息公开申请27件。")
    report.row("new_received")[7] = "\u3000"
    assert narrative_findings(parse_text(report.text())) == []


def test_nothing_received_agrees_with_zeros(write_report, parse_text):
    text = "未收到政府信息公开申请，未收到因信息公开引起的行政复议和行政诉讼。"
    assert narrative_findings(parse_text(write_report(overview=text).text())) == []
