"""Whose figures a report holds: only words that speak of the figures count."""

from __future__ import annotations

import pytest

GOVERNMENT, DEPARTMENT = "350102-rmzf", "350100-kjj"


@pytest.fixture
def scope_of(write_report, parse_text):
    """Scope and evidence of a report by the agency with these words in its preface."""

    def read(agency_id: str, words: str, title: str = ""):
        report = parse_text(write_report(preface=words, title=title).text(), year=2024, agency_id=agency_id)
        return report.scope, report.scope_evidence

    return read


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("本报告的数据为区本级政府及政府办的数据。", "government_plus_office"),
        ("2024年,区本级政府及政府办主动公开政府信息47条。", "government_plus_office"),
        ("2024年,区人民政府和区政府办公室共收到政府信息公开申请27件。", "government_plus_office"),
        ("本报告汇总了各街道和区政府各部门的数据。", "region_aggregate"),
        ("本报告由区政府办公室根据各镇街、各部门报送的数据汇总编制。", "region_aggregate"),
        ("本报告统计范围为区政府各部门、各街道。", "region_aggregate"),
        ("本报告所列数据涵盖区政府工作部门和各镇人民政府。", "region_aggregate"),
        ("本报告所列数据包括全区各级行政机关。", "region_aggregate"),
        ("本报告所列数据不包括下级政府及各部门。", "own_organ"),
        ("本报告数据未汇总各街道。", "own_organ"),
        ("本报告所列数据为区政府本级数据，不含各部门、各镇街。", "own_organ"),
        ("本报告由开发区管委会与区人民政府合并编制。", "joint_body"),
        ("本报告由开发区管理委员会和鼓楼区人民政府联合编制。", "joint_body"),
    ],
)
def test_a_government_says_whose_figures_it_gives(scope_of, words, scope):
    found, evidence = scope_of(GOVERNMENT, words)
    assert found == scope
    assert evidence.endswith("(line 1)")


@pytest.mark.parametrize(
    "words",
    [
        "本报告由鼓楼区人民政府编制。",
        "本报告汇总区政府各部门数据，不含各街道。",
        "定期汇总各部门政务公开情况并通报。",
        "市政府各部门、各县(市、区)人民政府：现将报告印发给你们。",
        "推动各部门规范公开，组织全市各级行政机关培训3次。",
        "加强数据管理，推动各部门数据共享。",
        "本报告由总体情况等六部分组成，各部门积极配合。",
        "本报告是根据条例要求和各部门工作编制。",
        "据统计，全区各级行政机关共公开信息5万条。",
        "区政府及政府办公室高度重视信息公开工作。",
        "按照市政府及市政府办公厅部署，认真落实。",
        "开发区管委会与区人民政府分别编制年度报告，未合并编制。",
        "与第三方机构联合编制政务公开目录，各部门参与。",
        "区管委会与区人民政府联合开展公开培训。",
    ],
)
def test_words_that_do_not_speak_of_the_figures_leave_it_unknown(scope_of, words):
    assert scope_of(GOVERNMENT, words) == ("unknown", None)


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("本报告由福州市科学技术局编制。", "own_organ"),
        ("全市各级行政机关共公开信息5万条。", "own_organ"),
        ("本报告汇总各股室政府信息公开工作情况编制而成。", "own_organ"),
        ("本报告所列数据汇总了局机关及下属事业单位的情况。", "own_organ"),
        ("按照市政府及政府办公室要求，主动公开45条。", "own_organ"),
        ("本报告所列数据包括各县(市、区)科技局的数据。", "region_aggregate"),
    ],
)
def test_a_department_reports_for_itself_unless_it_says_otherwise(scope_of, words, scope):
    found, evidence = scope_of(DEPARTMENT, words)
    assert found == scope
    assert evidence


def test_a_title_of_two_bodies_is_a_joint_report(scope_of):
    title = "鼓楼区人民政府、鼓楼高新区管委会2024年政府信息公开工作年度报告"
    assert scope_of(GOVERNMENT, "编制本报告。", title)[0] == "joint_body"


def test_whose_report_nobody_knows_has_no_scope(write_report, parse_text):
    report = parse_text(write_report(title="", preface="编制本报告。").text())
    assert (report.agency_id, report.scope, report.scope_evidence) == (None, "unknown", None)
