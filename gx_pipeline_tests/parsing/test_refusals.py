"""What is no annual report of a unit is refused, with the reason and the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gx_pipeline.errors import Refusal
from gx_pipeline.parsing import parse

TITLE = "示例市数据局2024年政府信息公开工作年度报告"
SECTIONS = """一、总体情况
主动公开信息45条。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
六、其他需要报告的事项
"""


@pytest.fixture
def refused(parse_text):
    """The refusal of a text."""

    def read(content: str) -> Refusal:
        with pytest.raises(Refusal) as refusal:
            parse_text(content)
        return refusal.value

    return read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("示例市数据局政府信息公开指南\n本机关主动公开下列信息。", "公开指南", id="guide"),
        pytest.param("示例市数据局政府信息公开目录\n机构职能。", "catalogue", id="catalogue"),
        pytest.param("示例市数据局2024年部门预算\n收入预算 | 120 |\n支出预算 | 120 |", "budget", id="budget"),
        pytest.param("示例市数据局2024年度决算公开\n行政事业性收费收入 | 30 |", "final accounts", id="final accounts"),
        pytest.param("市数据局召开政务公开会议\n会议指出，2024年收到申请25件。", "news", id="news"),
        pytest.param(
            "\n".join(f"示例市数据局{year}年政府信息公开工作年度报告 {year + 1}-01-15" for year in range(2019, 2025)),
            "2019, 2020, 2021, 2022, 2023, 2024",
            id="list of links",
        ),
        pytest.param(f"{TITLE}\n附件：示例市数据局2024年年度报告.pdf", "附件:示例市数据局2024年年度报告.pdf", id="attachment"),
        pytest.param(f"{TITLE}\n{SECTIONS}", "pictures or an attachment", id="sections without tables"),
        pytest.param(f"{TITLE}\n{SECTIONS}附件：表格.docx", "表格.docx", id="sections with an attachment"),
        pytest.param("品种 | 产量 | 价格 |\n小麦 | 120 | 3.5 |\n玉米 | 80 | 2.1 |", "none of the three", id="another table"),
        pytest.param("示例市第一中学2024年信息公开工作年度报告\n学校公开招生信息12条。", "none of the three", id="school"),
    ],
)
def test_what_has_none_of_the_tables_is_refused_for_what_it_is(refused, text, told):
    refusal = refused(text)
    assert refusal.code == "not_an_annual_report"
    assert told in refusal.message


@pytest.mark.parametrize(
    "title",
    [
        "××局2024年政府信息公开工作年度报告",
        "XX市数据局2024年政府信息公开工作年度报告",
        "ＸＸ单位2024年政府信息公开工作年度报告",
        "某某单位2024年政府信息公开工作年度报告",
        "某局2024年政府信息公开工作年度报告",
        "____局2024年政府信息公开工作年度报告",
        "(单位名称)2024年政府信息公开工作年度报告",
        "示例市数据局20XX年政府信息公开工作年度报告",
        "示例市数据局××××年政府信息公开工作年度报告",
        "政府信息公开工作年度报告模板",
        "国务院办公厅政府信息与政务公开办公室关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
        "关于做好2024年政府信息公开工作年度报告编制发布工作的通知",
        "示例市数据局关于报送2024年度政府信息公开工作年度报告的通知",
    ],
)
@pytest.mark.parametrize("figures", [{}, {"requests": {"granted": [7, 0, 0, 0, 0, 0, 7]}}])
def test_forms_samples_and_the_notices_that_send_them_are_nobodys_report(write_report, refused, title, figures):
    refusal = refused(write_report(figures, title=title).text())
    assert refusal.code == "not_an_annual_report"
    assert "fetch the report of an agency" in refusal.message


@pytest.mark.parametrize(
    "line",
    [
        "国务院办公厅政府信息与政务公开办公室关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
        "府信息公开工作年度报告格式>的通知》(国办公开办函〔2021〕30号)",
        "根据《关于做好2024年政府信息公开工作年度报告编制发布工作的通知》",
        "示例市数据局2018年政府信息公开工作年度报告",
    ],
)
def test_a_report_that_cites_a_notice_or_links_to_others_is_a_report(write_report, parse_text, line):
    report = parse_text(write_report(title=f"{TITLE}\n{line}").text())
    assert (report.agency_id, report.year) == ("999900-sjj", 2024)


@pytest.mark.parametrize(
    "line", ["府信息公开工作年度报告格式>的通知》(国办公开办函〔2021〕30号)", "示例市数据局2024年1-12月政府信息公开工作报告"]
)
def test_a_line_of_a_sentence_is_no_title_of_a_notice(write_report, parse_text, line):
    assert parse_text(write_report(title=line).text()).year == 2024


@pytest.mark.parametrize(
    "title",
    [
        "示例市数据局关于印发2024年政府信息公开工作年度报告的通知",
        "关于印发《示例市数据局2024年政府信息公开工作年度报告》的通知",
        "示例市数据局关于公布2024年政府信息公开工作年度报告的通知",
        "示例市数据局2024年政府信息公开工作年度报告(按新格式)",
    ],
)
def test_a_notice_that_sends_a_report_out_holds_the_report(write_report, parse_text, title):
    report = parse_text(write_report(title=title).text())
    assert (report.agency_id, report.year) == ("999900-sjj", 2024)


@pytest.mark.parametrize(
    "title",
    [
        "示例市数据局2024年第一季度政府信息公开工作报告",
        "示例市数据局2024年上半年政府信息公开情况报告",
        "示例市数据局2024年6月份政府信息公开工作报告",
    ],
)
def test_figures_for_a_part_of_a_year_are_no_annual_report(write_report, refused, title):
    refusal = refused(write_report(title=title, preface="由示例市数据局编制。").text())
    assert (refusal.code, "part of a year" in refusal.message) == ("not_an_annual_report", True)


@pytest.mark.parametrize(
    ("title", "year"),
    [("示例市数据局2018年政府信息公开工作年度报告", "2018"), ("示例市数据局二〇一七年政府信息公开工作年度报告", "2017")],
)
def test_prose_of_a_year_before_the_forms_is_refused_by_its_year(refused, title, year):
    refusal = refused(f"{title}\n全年主动公开信息45条，收到申请0件。")
    assert (refusal.code, year in refusal.message) == ("unsupported_form", True)


def test_a_table_alone_that_others_print_too_is_no_report(write_report, refused):
    report = write_report({"proactive_disclosure": {"administrative_licenses": {"decisions": 6}}})
    rows = "".join("| " + " | ".join(row) + " |\n" for row in report.proactive)
    refusal = refused("行政执法统计\n" + rows)
    assert (refusal.code, "proactive_disclosure" in refusal.message) == ("not_an_annual_report", True)


def test_a_page_that_lost_its_head_is_still_a_report(write_report, parse_text):
    text = write_report({"requests": {"granted": [7, 0, 0, 0, 0, 0, 7]}}).text()
    report = parse_text(text[text.index("三、收到和处理") :])
    assert report.value("requests", "granted", "total") == 7


@pytest.mark.parametrize(
    ("second", "held"),
    [
        ({"year": 2023}, "2023, 2024"),
        ({"year": 2024, "title": "示例市科学技术局2024年政府信息公开工作年度报告"}, "示例市数据局"),
    ],
)
def test_several_reports_in_one_file_are_not_mixed(write_report, refused, second, held):
    one = write_report({"requests": {"granted": [7, 0, 0, 0, 0, 0, 7]}})
    refusal = refused(one.text() + "\n" + write_report(**second).text())
    assert refusal.code == "not_an_annual_report"
    assert held in refusal.message
    assert "split it" in refusal.message


def test_two_reports_without_figures_are_several_by_their_periods(write_report, refused):
    assert "2023, 2024" in refused(write_report().text() + "\n" + write_report(year=2023).text()).message


@pytest.mark.parametrize("preface", ["本报告由××局编制。", "编制单位：XX市数据局。", "本报告由____编制。"])
def test_a_sample_without_a_title_is_told_by_its_maker(write_report, refused, preface):
    refusal = refused(write_report(title="", preface=preface).text())
    assert (refusal.code, "a sample" in refusal.message) == ("not_an_annual_report", True)


def test_the_same_report_twice_is_one_report(write_report, parse_text):
    text = write_report({"requests": {"granted": [7, 0, 0, 0, 0, 0, 7]}}).text()
    assert parse_text(text + "\n" + text).value("requests", "granted", "total") == 7


def test_links_to_reports_of_other_years_make_no_second_report(write_report, parse_text):
    links = "\n".join(f"示例市数据局{year}年政府信息公开工作年度报告" for year in (2022, 2023))
    assert parse_text(write_report().text() + "\n" + links).year == 2024


def test_pictures_in_the_place_of_tables_are_refused_as_pictures(read_document, registry):
    document = replace(read_document(f"{TITLE}\n{SECTIONS}"), pictures=3)
    with pytest.raises(Refusal, match="3 pictures") as refused:
        parse(document, registry)
    assert refused.value.code == "scanned_image"


def test_a_title_above_pictures_only_is_a_scan(read_document, registry):
    with pytest.raises(Refusal) as refused:
        parse(replace(read_document(TITLE), pictures=2), registry)
    assert refused.value.code == "scanned_image"


def test_a_missing_table_beside_pictures_may_be_one_of_them(write_report, read_document, registry, by_rule):
    written = write_report()
    written.disputes = []
    document = read_document(written.text())
    for pictures, told in ((0, False), (1, True)):
        (finding,) = by_rule(parse(replace(document, pictures=pictures), registry), "table_missing")
        assert ("pictures" in finding.message) == told
