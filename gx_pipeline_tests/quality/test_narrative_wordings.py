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


@pytest.mark.parametrize("section", ["overview", "received"])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("2022年至2024年共收到政府信息公开申请63件。", id="three years"),
        pytest.param("2020-2024年，我局共收到政府信息公开申请132件。", id="years with a hyphen"),
        pytest.param("2022—2024年共收到政府信息公开申请63件。", id="years with a dash"),
        pytest.param("2023年、2024年两年共收到政府信息公开申请45件。", id="two years named"),
        pytest.param("2023年和2024年共收到政府信息公开申请45件。", id="two years joined"),
        pytest.param("2020年至2024年累计收到政府信息公开申请132件。", id="years, cumulative"),
        pytest.param("2022年1月1日至2024年12月31日，共收到政府信息公开申请63件。", id="years by their days"),
        pytest.param("2024年初，收到政府信息公开申请3件。", id="at the beginning of the year"),
        pytest.param("2024年“五一”期间收到政府信息公开申请3件。", id="holidays"),
        pytest.param("2024年国庆前收到政府信息公开申请3件。", id="before a holiday"),
        pytest.param("汛期收到政府信息公开申请3件。", id="a season"),
        pytest.param("最多的一天收到政府信息公开申请3件。", id="a day"),
        pytest.param("通过邮政收到政府信息公开申请7件。", id="by post"),
        pytest.param("通过市长热线收到政府信息公开申请7件。", id="by the hotline"),
        pytest.param("政务大厅收到政府信息公开申请7件。", id="at the hall"),
        pytest.param("剔除重复件后，收到政府信息公开申请23件。", id="without those repeated"),
        pytest.param("收到有效政府信息公开申请23件。", id="only those valid"),
        pytest.param("今年新收25件中办结23件。", id="handled out of those new"),
        pytest.param("今年新收政府信息公开申请25件中办结23件。", id="handled out of the requests new"),
        pytest.param(
            "2024年新收的25件申请中，已办结23件，另2件结转下年度；上年结转2件全部办结。", id="new ones and those carried in"
        ),
        pytest.param("20个工作日内办结政府信息公开申请24件，延期办结1件。", id="handled within the days"),
        pytest.param("提前办结政府信息公开申请12件。", id="handled early"),
        pytest.param("随机抽取已办结政府信息公开申请10件。", id="a sample drawn"),
        pytest.param("收到政府信息公开申请25件，办公室直接办理3件，分办22件。", id="handed out"),
        pytest.param("共作出政府信息公开申请答复27件（含上年结转2件）。", id="answers with those carried in"),
        pytest.param("配合市政府办公室办理依申请公开12件。", id="helped with another's"),
        pytest.param("2024年，全市现行有效行政规范性文件126件，其中我局18件。", id="the city's documents"),
    ],
)
def test_a_part_of_the_requests_or_those_of_other_times_do_not_contradict_the_table(told, section, sentence):
    assert told(**{section: sentence}) == []


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        ("2024年1月1日至2024年12月31日，共收到政府信息公开申请63件。", "new_received"),
        ("2024年初印发要点，全年收到政府信息公开申请63件。", "new_received"),
        ("年初，我局印发工作要点，收到政府信息公开申请63件。", "new_received"),
        ("在统计期间收到政府信息公开申请63件。", "new_received"),
        ("20个工作日内办结政府信息公开申请34件。", "total_handled"),
        ("2024年，我局对申请中的共性问题作了研究，办结政府信息公开申请23件。", "total_handled"),
    ],
)
def test_the_whole_of_the_year_is_compared(told, sentence, row):
    (finding,) = told(received=sentence)
    assert (finding.rule, finding.severity, finding.cells[0].row) == ("narrative_mismatch", "error", row)


def test_the_citys_reviews_are_another_scope_and_those_against_several_organs_are_parts(told):
    city = told(disputed="全市政府信息公开行政复议案件12件，行政诉讼案件9件。")
    assert {(finding.rule, finding.severity) for finding in city} == {("narrative_scope", "info")}
    against = "以市政府为被申请人的政府信息公开行政复议案件2件，市政府部门为被申请人的3件。"
    assert told(government=True, disputed=against) == []
    (own,) = told(disputed="我局作为被申请人的政府信息公开行政复议案件3件。")
    assert own.severity == "error"


@pytest.mark.parametrize(
    "sentence",
    [
        "办公室收到政府信息公开申请12件，法规科收到13件。",
        "办公室收到政府信息公开申请12件，法规科收到政府信息公开申请13件。",
        pytest.param(
            "办公室收到政府信息公开申请12件，法规科收到13件，均为自然人。", id="all of them of one type is not the last one's"
        ),
    ],
)
def test_parts_of_one_sentence_that_make_up_the_whole_agree(told, sentence):
    assert told(overview=sentence) == []
    (finding,) = told(overview=sentence.replace("12", "11"))
    assert finding.rule == "narrative_mismatch"


AGREES = "共收到政府信息公开申请25件。"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("全年未收到政府信息公开申请。", ("narrative_denial", "error")),
        ("全年收到政府信息公开申请0件。", ("narrative_denial", "error")),
        ("全年收到政府信息公开申请28件。", ("narrative_mismatch", "warn")),
    ],
)
def test_a_sentence_that_agrees_hides_no_plain_contradiction_elsewhere(told, sentence, expected):
    for sections in ({"overview": sentence, "received": AGREES}, {"overview": AGREES, "received": sentence}):
        (finding,) = told(**sections)
        assert (finding.rule, finding.severity) == expected
        assert "another sentence agrees with the table" in finding.message


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("收到政府信息公开申请27件。", id="with those carried in"),
        pytest.param("收到政府信息公开申请20件。", id="it may be a part"),
        pytest.param("下属单位未收到政府信息公开申请。", id="of others"),
        pytest.param("上半年未收到政府信息公开申请。", id="a part of the year"),
        pytest.param("2023年收到政府信息公开申请28件。", id="last year"),
    ],
)
def test_what_may_stand_beside_a_sentence_that_agrees_raises_nothing(told, sentence):
    assert [finding for finding in told(overview=sentence, received=AGREES) if finding.severity != "info"] == []


@pytest.mark.parametrize(
    ("right", "wrong", "column"),
    [
        (
            "从办理结果看，予以公开9件，部分公开4件，不予公开2件。",
            "从办理结果看，予以公开15件，部分公开4件，不予公开2件。",
            "granted",
        ),
        ("其中，商业企业9件。", "其中，商业企业8件。", "new_received"),
        ("无法提供7件、不予处理2件、其他处理1件。", "无法提供7件、不予处理5件、其他处理1件。", "not_processed_petition"),
    ],
)
def test_outcomes_and_applicants_in_a_sentence_of_their_own_are_compared(told, right, wrong, column):
    assert told(received=AGREES + right) == []
    (finding,) = told(received=AGREES + wrong)
    assert column in {cell.row for cell in finding.cells}


@pytest.mark.parametrize(
    "sentence",
    [
        "组织企业座谈会3次，走访企业12家，收集意见8件。",
        "全年组织培训2次，法人库新增信息30条。",
        "面向企业发布惠企政策12件，其中企业开办类3件。",
        "主动公开信息120条，其中予以公开政策文件18件。",
        "聘请律师1名，律师参与审核5件。",
        "主动公开信息120条，其中企业30条，个人20条。",
        "发布政策文件30件，其中企业12件、个人8件。",
        "公开双公示信息50条，其中法人30条、自然人20条。",
        "制作政策解读12件，涉及企业8件、公民4件。",
        "主动公开信息予以公开120条。",
        "归集信用信息，法人30条。",
        "发布信息1200条。其中，企业500条，个人700条。",
        "服务个人办事事项12件，企业办事事项9件。",
    ],
)
def test_companies_and_people_of_other_matters_are_no_applicants(told, sentence):
    assert told(received=AGREES + sentence) == []
    assert told(overview=AGREES + sentence) == []
