"""A document to a report: which form, which year, whose figures, what the narrative keeps, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from gx_pipeline.documents import Source
from gx_pipeline.errors import Refusal
from gx_pipeline.parsing import parse
from gx_pipeline.parsing.contract import from_storage, refusal_to_contract, to_contract, to_storage
from gx_pipeline.quality import check_report

CITES_2019 = "本报告依据国办公开办函〔2019〕60号规定的格式编制。统计期限为2023年1月1日至2023年12月31日。"

# -- forms ---------------------------------------------------------------------------------------------------------------


def test_the_form_is_told_by_the_tables_not_by_the_citation(write_report, parse_text):
    report = parse_text(write_report(year=2023, preface=CITES_2019).text())
    assert (report.form, report.requests_form, report.year) == ("2021", "2021", 2023)


def test_each_table_follows_its_own_form(write_report, parse_text, by_rule):
    """Reports of later years carry the 2021 form's section 二 beside a section 三 with one row (六)其他处理."""
    figures = {"requests": {"other": [2, 0, 0, 0, 0, 0, 2]}}
    report = parse_text(write_report(figures, requests_form="2019", year=2023).text())
    assert (report.form, report.requests_form, len(report.cells)) == ("2021", "2019", 10 + 161 + 15)
    assert report.value("requests", "other", "natural_person") == 2
    assert len(by_rule(report, "mixed_forms")) == 1


@pytest.mark.parametrize(("form", "year", "wrong"), [("2019", 2022, True), ("2021", 2020, True), ("2021", 2025, False)])
def test_the_wrong_form_for_the_year_is_told(write_report, parse_text, by_rule, form, year, wrong):
    report = parse_text(write_report(form=form, year=year).text())
    assert report.form == form
    assert len(by_rule(report, "wrong_form")) == wrong


def test_an_altered_printed_identity_is_told(write_report, parse_text, by_rule):
    text = write_report().text()
    assert by_rule(parse_text(text), "printed_identity_altered") == []
    assert len(by_rule(parse_text(text.replace("等于第三项加", "等于第三加")), "printed_identity_altered")) == 1


# -- year, date and hints ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "preface", "year", "conflict"),
    [
        ("示例市数据局2024年年度报告", "统计期限自2024年1月1日起至2024年12月31日止。", 2024, False),
        ("示例市数据局2024年政府信息公开工作年度报告", "编制本报告。", 2024, False),
        ("", "统计时限为2024年1月1日至12月31日。", 2024, False),
        ("示例市数据局2023年政府信息公开工作年度报告", "统计期限自2024年1月1日起至2024年12月31日止。", 2024, True),
        ("", "编制本报告。", None, False),
    ],
)
def test_the_report_year_is_that_of_the_figures(write_report, parse_text, by_rule, title, preface, year, conflict):
    report = parse_text(write_report(title=title, preface=preface).text())
    assert report.year == year
    assert len(by_rule(report, "year_conflict")) == conflict
    assert len(by_rule(report, "year_unresolved")) == (year is None)


def test_the_period_is_read_to_the_day(write_report, parse_text):
    report = parse_text(write_report(year=2022).text())
    assert (report.period_start, report.period_end) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31))


@pytest.mark.parametrize(("hint", "rule"), [({"year": 2023}, "year_conflict"), ({"agency_id": "350100-kjj"}, "agency_conflict")])
def test_a_file_in_the_wrong_place_is_told_and_keeps_the_place(write_report, parse_text, by_rule, hint, rule):
    report = parse_text(write_report().text(), **hint)
    (finding,) = by_rule(report, rule)
    assert finding.severity == "error"
    assert {"year": report.year, "agency_id": report.agency_id}.items() >= hint.items()
    ((_, value),) = hint.items()
    assert str(value) in finding.message


def test_hints_settle_what_the_document_leaves_open(write_report, parse_text):
    report = parse_text(write_report(title="年度报告", preface="编制本报告。").text(), year=2024, agency_id="350100-gxj")
    assert (report.year, report.agency_id, report.agency_name) == (2024, "350100-gxj", "福州市工业和信息化局")
    assert report.findings == ()


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("来源:科技局 时间:2025-01-15 16:01", dt.date(2025, 1, 15)),
        ("发布日期：2025年1月9日", dt.date(2025, 1, 9)),
        ("示例市数据局综合股 2025年1月12日印发", dt.date(2025, 1, 12)),
        ("成文日期：2025-01-03", None),
        ("示例市数据局 2025年1月12日", None),
    ],
)
def test_the_day_of_publication_is_the_one_announced(write_report, parse_text, line, published):
    report = write_report()
    report.title += "\n" + line
    assert parse_text(report.text()).published_on == published


# -- the narrative -------------------------------------------------------------------------------------------------------

PERSON, PHONE, MOBILE, MAIL = "王小明", "0591-83350561", "13800138000", "kjj@example.com"


@pytest.mark.parametrize(
    "line",
    [
        f"审核人：{PERSON}",
        f"责任编辑:{PERSON}",
        f"签发人：{PERSON}  拟稿人：{PERSON}",
        f"如有疑问，请与办公室联系，联系人：{PERSON}，联系电话：{PHONE}，电子邮箱：{MAIL}。",
        f"联系人:{PERSON} 手机:{MOBILE}",
        f"请致电{PHONE}或{MOBILE}，也可发邮件到{MAIL}。",
        f"传真：{PHONE}；电话：83350561、83350562。",
    ],
)
def test_personal_data_leave_no_trace(write_report, parse_text, line):
    report = parse_text(write_report(overview=f"主动公开信息45条。\n{line}", other=f"没有其他事项。\n{line}").text())
    stored = json.dumps(to_storage(report), ensure_ascii=False)
    assert not [found for found in (PERSON, PHONE, MOBILE, MAIL, "83350561", "83350562") if found in stored]
    assert "主动公开信息45条" in report.sections[0].text
    assert "没有其他事项" in report.sections[-1].text


def test_figures_of_the_narrative_are_no_telephone_numbers(write_report, parse_text):
    text = "访问量12345678次，办理12345诉求件48件，收费1234567.89元，期间2024-01-01至2024-12-31。"
    assert parse_text(write_report(overview=text).text()).sections[0].text == text.translate(str.maketrans("，。", ",。"))


def test_a_section_holds_its_text_without_the_table(write_report, parse_text):
    report = parse_text(write_report(received="全年收到申请0件。", problems="一是不够及时。").text())
    texts = {part.section: (part.heading, part.text) for part in report.sections}
    assert texts["requests"] == ("三、收到和处理政府信息公开申请情况", "全年收到申请0件。")
    assert texts["problems_improvements"][1] == "一是不够及时。"


@pytest.mark.parametrize(
    ("heading", "other"),
    [
        ("四、政府信息公开行政复议、行政诉讼情况", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        ("五、存在的主要问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("三、收到和处理政府信息公开申请情况", "三、行政机关收到和处理政府信息公开申请的情况"),
        ("一、总体情况", "一、基本情况"),
    ],
)
def test_headings_are_known_by_their_keywords(write_report, parse_text, heading, other):
    report = parse_text(write_report().text().replace(heading, other))
    assert [part.section for part in report.sections][:2] == ["overview", "proactive_disclosure"]
    assert len(report.sections) == 6
    assert other in [part.heading for part in report.sections]


def test_a_heading_may_open_its_own_paragraph(write_report, parse_text):
    text = (
        write_report(overview="OVERVIEW")
        .text()
        .replace("一、总体情况\nOVERVIEW", "一、总体情况。" + "2024年主动公开信息45条，" * 8)
    )
    report = parse_text(text)
    assert (report.sections[0].heading, report.sections[0].text[:8]) == ("一、总体情况", "2024年主动公")
    assert len(report.sections) == 6


def test_a_paragraph_that_begins_with_a_number_is_no_heading(write_report, parse_text):
    sentence = "一、主动公开情况。" + "全年主动公开信息45条，" * 8
    report = parse_text(write_report(problems=sentence).text())
    assert report.sections[4].text.startswith("一、主动公开情况")


def test_a_table_of_contents_gives_way_to_the_sections(write_report, parse_text):
    report = write_report(overview="主动公开信息45条。", other="没有其他事项。")
    contents = [
        line
        for line in report.text().splitlines()
        if line[:2] in ("一、", "二、", "三、", "四、", "五、", "六、") and "数量" not in line
    ]
    headings = [line for line in contents if "结果" not in line and "|" not in line]
    parsed = parse_text(report.text().replace("一、总体情况", "\n".join([*headings, "一、总体情况"]), 1))
    assert [part.position for part in parsed.sections] == [1, 2, 3, 4, 5, 6]
    assert (parsed.sections[0].text, parsed.sections[5].text) == ("主动公开信息45条。", "没有其他事项。")


def test_headings_without_numbers_are_known_by_their_official_words(write_report, parse_text):
    text = write_report(overview="主动公开信息45条。").text()
    report = parse_text(text.replace("一、总体情况", "总体情况").replace("六、其他需要报告的事项", "其他需要报告的事项"))
    assert [part.heading for part in report.sections][:1] == ["总体情况"]
    assert len(report.sections) == 6


def test_a_missing_section_is_told(write_report, parse_text, by_rule):
    report = parse_text(write_report().text().replace("六、其他需要报告的事项", ""))
    (finding,) = by_rule(report, "sections_incomplete")
    assert "其他需要报告的事项" in finding.message


@pytest.mark.parametrize(
    ("agency_id", "preface", "scope"),
    [
        ("350100-kjj", "本报告由福州市科学技术局编制。", "own_organ"),
        ("350102-rmzf", "本报告的数据为区本级政府及政府办的数据。", "government_plus_office"),
        ("350102-rmzf", "本报告汇总了各街道和区政府各部门的数据。", "region_aggregate"),
        ("350102-rmzf", "本报告由鼓楼区人民政府编制。", "unknown"),
        ("350100-rmzf", "本报告由开发区管委会与区人民政府合并编制。", "joint_body"),
    ],
)
def test_whose_figures_a_report_holds_is_stated_or_unknown(write_report, parse_text, agency_id, preface, scope):
    report = parse_text(write_report(preface=preface, title="").text(), year=2024, agency_id=agency_id)
    assert report.scope == scope
    assert (report.scope_evidence is None) == (scope == "unknown")


# -- refusals ------------------------------------------------------------------------------------------------------------

NEWS = "<html><body><h1>市数据局召开政府信息公开工作会议</h1><p>会议指出，2024年共收到政府信息公开申请25件，行政许可461件。</p></body></html>"
LINK = '<li><a href="/{0}.html">示例市数据局{0}年政府信息公开工作年度报告</a> {0}-01-15</li>'
LINKS = "<html><body><ul>" + "".join(map(LINK.format, range(2019, 2025))) + "</ul></body></html>"
FORM_2014 = """示例市数据局2015年政府信息公开工作年度报告
政府信息公开情况统计表
一、主动公开情况
主动公开政府信息数（不同渠道和方式公开相同信息计1条） | 条 | 120 |
其中：主动公开规范性文件数 | 条 | 3 |
制发规范性文件总数 | 件 | 3 |
三、依申请公开情况
（一）收到申请数 | 件 | 5 |
（二）申请办结数 | 件 | 5 |
四、行政复议数量 | 件 | 0 |
"""
FORM_2008 = """示例市数据局2012年政府信息公开工作年度报告
指标名称 | 代码 | 单位 | 数量 |
主动公开信息数 | 01 | 条 | 45 |
其中：全文电子化的主动公开信息数 | 02 | 条 | 45 |
新增的行政规范性文件数 | 03 | 条 | 1 |
申请总数 | 10 | 条 | 0 |
"""
SECTIONS_ONLY = """示例市数据局2024年政府信息公开工作年度报告
一、总体情况
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
六、其他需要报告的事项
"""


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        pytest.param(NEWS, "not_an_annual_report", "tables", id="news"),
        pytest.param(LINKS, "not_an_annual_report", "tables", id="list of links"),
        pytest.param(SECTIONS_ONLY, "not_an_annual_report", "attachment", id="tables are pictures or attached"),
        pytest.param(FORM_2014, "unsupported_form", "国办发〔2014〕32号", id="form of 2014"),
        pytest.param(FORM_2008, "unsupported_form", "2013", id="local form before 2014"),
    ],
)
def test_what_is_no_report_of_a_form_that_is_read_is_refused(parse_text, content, code, told):
    with pytest.raises(Refusal) as refused:
        parse_text(content)
    assert refused.value.code == code
    assert told in refused.value.message


@pytest.mark.parametrize("layout", ["text", "html"])
def test_an_empty_form_is_no_report(write_report, parse_text, layout):
    report = write_report()
    for table in (report.proactive, report.requests, report.disputes):
        for row in table:
            row[:] = ["\u3000" if cell == "0" else cell for cell in row]
    with pytest.raises(Refusal) as refused:
        parse_text(getattr(report, layout)())
    assert (refused.value.code, "empty form" in refused.value.message) == ("not_an_annual_report", True)


@pytest.mark.parametrize("year", [2014, 2018])
def test_a_report_for_a_year_before_the_forms_is_refused_by_its_year(write_report, parse_text, year):
    with pytest.raises(Refusal) as refused:
        parse_text(write_report(form="2019", year=year).text())
    assert refused.value.code == "unsupported_form"
    assert str(year) in refused.value.message


# -- storage and the public contract -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["350505-kjj-2020", "652700-kjj-2024", "999900-sjj-2023"])
def test_a_report_survives_storage(read_sample, parse_text, name):
    report = parse_text(read_sample(name))
    assert from_storage(json.loads(json.dumps(to_storage(report)))) == report


def test_the_contract_names_source_report_cells_and_findings(write_report, parse_text):
    report = parse_text(write_report({"requests": {"granted": [7, 0, 0, 0, 0, 0, 7]}}).text())
    contract = json.loads(json.dumps(to_contract(report, check_report(report))))
    assert contract["source"].keys() == {"path", "sha256", "media_type", "encoding"}
    assert contract["report"] == {
        "agency_id": "999900-sjj",
        "agency_name": "示例市数据局",
        "year": 2024,
        "form": "2021",
        "published_on": None,
        "scope": "own_organ",
    }
    (cell,) = [cell for cell in contract["cells"] if cell["row"] == "granted" and cell["column"] == "natural_person"]
    assert cell.pop("locator").startswith("line ")
    assert cell == {
        "table": "requests",
        "row": "granted",
        "column": "natural_person",
        "value": 7,
        "state": "reported",
        "raw": "7",
        "placement": "position",
    }
    assert {finding["rule"] for finding in contract["findings"]} == {"outcomes_total", "suspect_cell"}
    assert ["requests", "granted", "total"] in [place for finding in contract["findings"] for place in finding["cells"]]


def test_a_refused_file_has_an_error_in_its_place():
    entry = refusal_to_contract("a.pdf", Refusal("unsupported_format", "PDF is not read"))
    assert entry == {"source": {"path": "a.pdf"}, "error": {"code": "unsupported_format", "message": "PDF is not read"}}


def test_a_sidecars_date_comes_before_the_one_in_the_text(write_report, read_document, registry):
    document = read_document(write_report(overview="发布日期：2025-01-20").text())
    source: Source = replace(document.source, published_on=dt.date(2025, 1, 15))
    assert parse(document, registry).published_on == dt.date(2025, 1, 20)
    assert parse(replace(document, source=source), registry).published_on == dt.date(2025, 1, 15)
