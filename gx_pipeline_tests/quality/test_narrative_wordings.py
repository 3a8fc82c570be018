"""Wordings that speak of a part, of another time or of others, judged beside one and the same table.

A table that agrees with every sentence must raise nothing; a sentence that cannot be true beside it must be told.
"""

from __future__ import annotations

import pytest

from gx_pipeline.quality import narrative_findings

FIGURES = {
    "proactive_disclosure": {"normative_documents": {"made": 5, "repealed": 3, "in_force": 18}},
    "requests": {
        "new_received": [16, 9, 0, 0, 0, 0, 25],
        "carried_in": [2, 0, 0, 0, 0, 0, 2],
        "granted": [9, 0, 0, 0, 0, 0, 9],
        "partially_granted": [4, 0, 0, 0, 0, 0, 4],
        "denied_other_law": [2, 0, 0, 0, 0, 0, 2],
        "unavailable_not_held": [7, 0, 0, 0, 0, 0, 7],
        "not_processed_petition": [2, 0, 0, 0, 0, 0, 2],
        "other_other": [1, 0, 0, 0, 0, 0, 1],
        "total_handled": [16, 9, 0, 0, 0, 0, 25],
        "carried_out": [2, 0, 0, 0, 0, 0, 2],
    },
    "reconsideration_litigation": {
        "reconsideration": [3, 1, 0, 1, 5],
        "litigation_direct": [1, 0, 0, 0, 1],
        "litigation_after_reconsideration": [0, 0, 1, 0, 1],
    },
}
GOVERNMENT = "示例市人民政府2024年政府信息公开工作年度报告"


@pytest.fixture
def told(write_report, parse_text):
    """The findings on sentences of sections beside the table."""

    def judge(*, government: bool = False, **sections: str):
        title = {"title": GOVERNMENT} if government else {}
        return narrative_findings(parse_text(write_report(FIGURES, **sections, **title).piped()))

    return judge


@pytest.mark.parametrize("section", ["overview", "disputed"])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("行政诉讼2件，其中直接起诉1件，复议后起诉1件，均未被纠正。", id="none corrected"),
        pytest.param("因政府信息公开引起的行政诉讼2件，均未被撤销或纠正。", id="none annulled or corrected"),
        pytest.param("行政诉讼2件，均不涉及纠正。", id="no correction concerned"),
        pytest.param("行政诉讼2件，均没有纠正。", id="none corrected, said with 没有"),
        pytest.param("因政府信息公开引起的行政诉讼2件，一审均维持。", id="upheld in first instance only"),
        pytest.param("因政府信息公开引起的行政复议5件，复议机关基本都维持。", id="nearly all upheld"),
        pytest.param("收到行政复议13件（其中政府信息公开5件），行政诉讼6件（其中政府信息公开2件）。", id="ours in brackets"),
        pytest.param("全年共有行政复议案件13件，涉及政府信息公开5件。", id="ours behind a comma"),
        pytest.param("没有因政府信息公开被提起行政赔偿诉讼。", id="no suit for compensation"),
        pytest.param("未发生二审行政诉讼案件。", id="none in second instance"),
        pytest.param("没有集体行政复议案件。", id="none of many applicants"),
        pytest.param("未发生因未按时答复引起的行政复议。", id="none over late answers"),
        pytest.param("未发生因规范性文件引发的行政复议和行政诉讼。", id="none over documents"),
        pytest.param("本年新收行政复议4件，上年结转1件。", id="new reviews beside those carried over"),
        pytest.param("上年结转行政复议1件，本年新收行政复议4件，共5件。", id="reviews carried over first"),
        pytest.param("一审行政诉讼1件、二审行政诉讼1件。", id="suits by instance"),
    ],
)
def test_cases_of_a_kind_do_not_contradict_the_table(told, section, sentence):
    assert told(**{section: sentence}) == []


@pytest.mark.parametrize(
    ("sentence", "row", "expected"),
    [
        ("因政府信息公开引起的行政复议5件，均被维持。", "reconsideration", 5),
        ("全年共有行政复议案件13件，涉及政府信息公开4件。", "reconsideration", 4),
        ("收到行政复议13件（其中政府信息公开4件）。", "reconsideration", 4),
        ("没有发生因信息公开被申请行政复议后又提起行政诉讼的情况。", "litigation_after_reconsideration", 0),
        ("未发生因不服政府信息公开答复引发的行政复议。", "reconsideration", 0),
        ("全年没有行政复议案件。", "reconsideration", 0),
    ],
)
def test_cases_that_the_table_counts_otherwise_are_told(told, sentence, row, expected):
    (finding,) = told(disputed=sentence)
    assert (finding.severity, finding.expected) == ("error", expected)
    assert {cell.row for cell in finding.cells} == {row}


def test_both_procedures_in_one_figure_leave_open_which_a_part_is_of(told):
    assert told(disputed="行政复议和行政诉讼19件，其中涉及政府信息公开4件。") == []
