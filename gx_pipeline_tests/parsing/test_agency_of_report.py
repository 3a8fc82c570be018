"""Who reports: found where the document settles it among the known agencies, and never guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from gx_pipeline.agencies import Agency, Registry
from gx_pipeline.parsing import Hints, parse

PERIOD = "所列数据的统计期限自2024年1月1日起至2024年12月31日止。"


@pytest.fixture
def who(write_report, parse_text):
    """The report of a title, a preface and a narrative."""

    def read(title: str, preface: str, narrative: str = ""):
        title = f"{title}2024年政府信息公开工作年度报告" if title else ""
        return parse_text(write_report(title=title, preface=preface + PERIOD, overview=narrative).text())

    return read


@pytest.mark.parametrize(
    ("title", "preface", "narrative", "agency_id"),
    [
        pytest.param("福州市科学技术局", "", "", "350100-kjj", id="full name in the title"),
        pytest.param("福州市科技局", "", "", "350100-kjj", id="short name in the title"),
        pytest.param("关于印发福州市科学技术局", "", "", "350100-kjj", id="a notice that sends the report out"),
        pytest.param(
            "福州市科学技术局", "", "泉州市科学技术局、泉州市科学技术局来访。", "350100-kjj", id="the title beats mentions"
        ),
        pytest.param("市科技局", "", "泉州市各县市的科技工作。", "350500-kjj", id="short title, the place in the text"),
        pytest.param(
            "", "由自治州科技局编制。", "在博州人民政府网公示。", "652700-kjj", id="no title, the prefecture's short name"
        ),
        pytest.param("泉港区科学技术局", "", "泉州市的科技工作。", "350505-kjj", id="district without its city"),
        pytest.param("泉州市泉港区科学技术局", "", "", "350505-kjj", id="district with its city"),
        pytest.param("", "可与鼓楼区人民政府信息公开办公室联系。", "", "350102-rmzf", id="whom to ask"),
        pytest.param("福州市鼓楼区人民政府", "", "福州市人民政府检查。", "350102-rmzf", id="district government, not the city's"),
        pytest.param("福州市人民政府", "", "鼓楼区人民政府上报。", "350100-rmzf", id="city government, not a district's"),
    ],
)
def test_the_agency_that_the_document_settles(who, title, preface, narrative, agency_id):
    report = who(title, preface, narrative)
    assert report.agency_id == agency_id
    assert report.agency_evidence


FUZHOU = "学习福州市的做法；福州市科学技术局来访，与福州市科学技术局座谈。"


@pytest.mark.parametrize(
    ("title", "preface", "narrative"),
    [
        pytest.param("厦门市科学技术局", "由厦门市科学技术局编制。", FUZHOU, id="another city, Fuzhou is mentioned"),
        pytest.param("厦门市科学技术局", "由市科技局编制。", FUZHOU, id="another city, which calls itself 市科技局"),
        pytest.param("福州市晋安区科学技术局", "", FUZHOU, id="a district of a known city"),
        pytest.param("南京市鼓楼区人民政府", "由南京市鼓楼区人民政府编制。", "鼓楼区各街道。", id="a district of the same name"),
        pytest.param("昌吉回族自治州科学技术局", "由自治州科技局编制。", "学习博州的做法。", id="another autonomous prefecture"),
        pytest.param("福建省科学技术厅", "", "福州市科学技术局上报。", id="the province above"),
        pytest.param("", "由市科技局编制。", "", id="a short name that several share"),
        pytest.param("", "由自治州科技局编制。", "", id="a prefecture that is never named"),
        pytest.param("", "由市科技局编制。", "福州市和泉州市的科技工作。", id="two places named alike"),
        pytest.param("", "编制本报告。", "", id="nobody named"),
    ],
)
def test_nobody_is_named_where_the_document_does_not_settle_it(who, by_rule, title, preface, narrative):
    report = who(title, preface, narrative)
    assert report.agency_id is None
    assert not title or report.agency_name == title
    (finding,) = by_rule(report, "agency_unresolved")
    assert finding.severity == "warn"


@pytest.mark.parametrize(
    ("preface", "agency_id"),
    [
        ("由福州市科学技术局编制。", "350100-kjj"),
        ("由泉州市泉港区科学技术局编制。", None),
        ("由厦门市科学技术局编制。", None),
    ],
)
def test_a_shared_name_in_the_title_is_settled_by_who_made_the_report(who, preface, agency_id):
    assert who("市科技局", preface, "学习泉州市、福州市、泉州市的做法。").agency_id == agency_id


def test_the_candidates_are_named(who, by_rule):
    (finding,) = by_rule(who("", "由市科技局编制。"), "agency_unresolved")
    assert "350100-kjj" in finding.message
    assert "350500-kjj" in finding.message
    assert "350505-kjj" not in finding.message


def test_a_website_is_where_a_report_stands_not_whose_it_is(who):
    report = who("", "本报告在福州市人民政府网站、福州市人民政府门户网站公布，由福州市科学技术局编制。")
    assert report.agency_id == "350100-kjj"


# -- how titles name their organ -----------------------------------------------------------------------------------------

KJJ, DISTRICT_KJJ, DISTRICT = "350100-kjj", "350505-kjj", "350102-rmzf"


@pytest.mark.parametrize(
    ("title", "agency_id"),
    [
        ("福州市科学技术局2024年政府信息公开工作年度报告", KJJ),
        ("福州市科技局2024年度政府信息公开工作年度报告", KJJ),
        ("福州科技局2024年政府信息公开年度报告", KJJ),
        ("福建省福州市科学技术局2024年政府信息公开工作年度报告", KJJ),
        ("2024年福州市科学技术局政府信息公开工作年度报告", KJJ),
        ("2024年度政府信息公开工作年度报告(福州市科学技术局)", KJJ),
        ("福州市科学技术局关于2024年政府信息公开工作的年度报告", KJJ),
        ("福州市科学技术局政府信息公开2024年度报告", KJJ),
        ("福州市科学技术局二〇二四年政府信息公开工作年度报告", KJJ),
        ("关于印发福州市科学技术局2024年政府信息公开工作年度报告的通知", KJJ),
        ("关于印发《福州市科学技术局2024年政府信息公开工作年度报告》的通知", KJJ),
        ("鼓楼区人民政府办公室关于印发福州市科学技术局2024年政府信息公开工作年度报告的通知", KJJ),
        ("福州市科学技术局2024年政府信息公开工作年度报告_福州市人民政府", KJJ),
        ("首页 > 福州市人民政府 > 福州市科学技术局2024年政府信息公开工作年度报告", KJJ),
        ("福州市科学技术局\n2024年政府信息公开工作年度报告", KJJ),
        ("福州市科学技术局关于印发\n2024年度政府信息公开工作年度报告的通知", KJJ),
        ("福州市科学技术局\n2024年度\n政府信息公开工作年度报告", KJJ),
        ("泉州市泉港区科学技术局2024年政府信息公开工作年度报告", DISTRICT_KJJ),
        ("泉港区科技局2024年政府信息公开工作年度报告", DISTRICT_KJJ),
        ("福建省泉州市泉港区科学技术局2024年政府信息公开工作年度报告", DISTRICT_KJJ),
        ("鼓楼区人民政府2024年政府信息公开工作年度报告", DISTRICT),
        ("福州市鼓楼区人民政府(本级)2024年政府信息公开工作年度报告", DISTRICT),
        ("博尔塔拉蒙古自治州科学技术局2024年政府信息公开工作年度报告", "652700-kjj"),
        ("新疆维吾尔自治区博尔塔拉蒙古自治州科学技术局2024年政府信息公开工作年度报告", "652700-kjj"),
    ],
)
def test_the_organ_of_a_title(write_report, parse_text, title, agency_id):
    report = parse_text(write_report(title=title, preface="编制本报告。" + PERIOD).text())
    assert report.agency_id == agency_id
    assert report.agency_evidence.startswith("title: ")
    assert "(line " in report.agency_evidence


@pytest.mark.parametrize(
    "name",
    [
        "福州市鼓楼区人民政府办公室",
        "福州市科学技术局仓山分局",
        "福州市科学技术局科技中心",
        "南京市鼓楼区人民政府",
        "鼓楼区人民政府东街街道办事处",
        "鼓楼区东街街道",
        "福州高新技术产业开发区管委会",
        "锡林郭勒盟科学技术局",
        "鄂温克族自治旗科学技术局",
        "第八师石河子市科学技术局",
        "新疆生产建设兵团",
        "厦门市科学技术局",
        "山亭镇人民政府",
        "山亭镇",
        "福州市自来水集团",
    ],
)
def test_an_organ_that_the_registry_does_not_have_keeps_its_name(write_report, parse_text, by_rule, name):
    title = f"{name}2024年政府信息公开工作年度报告"
    report = parse_text(
        write_report(title=title, preface="学习福州市科学技术局。" + PERIOD, overview="福州市科学技术局来访。").text()
    )
    assert (report.agency_id, report.agency_name) == (None, name)
    (finding,) = by_rule(report, "agency_unresolved")
    assert name in finding.message


def test_the_agencies_of_the_place_are_candidates(write_report, parse_text, by_rule):
    text = write_report(title="福州市教育局2024年政府信息公开工作年度报告", preface=PERIOD).text()
    (finding,) = by_rule(parse_text(text), "agency_unresolved")
    assert "350100-kjj" in finding.message
    assert "350500-kjj" not in finding.message


@pytest.mark.parametrize(
    ("preface", "agency_id"),
    [
        ("按照条例要求，福州市科学技术局编制完成本报告。", KJJ),
        ("本报告由福州市科学技术局办公室负责编制。", KJJ),
        ("编制单位：福州市科学技术局。", KJJ),
        ("发布机构: 福州市科学技术局。", KJJ),
        ("如有疑问，请联系福州市科学技术局，电话略。", KJJ),
        ("本报告依据国务院办公厅编制的格式撰写。", None),
        ("本报告由福州市财政局编制。", None),
        ("本报告由市财政局编制，学习福州市科学技术局。", None),
        ("本报告由鼓楼区人民政府办公室编制。", None),
    ],
)
def test_who_made_a_report_without_a_title(who, preface, agency_id):
    assert who("", preface).agency_id == agency_id


@pytest.mark.parametrize(
    ("closing", "agency_id"),
    [
        ("福州市科学技术局\n2025年1月12日", KJJ),
        ("福州市科学技术局 2025年1月12日", KJJ),
        ("福州市科学技术局\n二〇二五年一月十二日", KJJ),
        ("主办：福州市科学技术局", None),
        ("学习福州市科学技术局的做法", None),
    ],
)
def test_who_signed_a_report_without_a_title(write_report, parse_text, closing, agency_id):
    text = write_report(title="", preface="编制本报告。" + PERIOD, other=f"无。\n{closing}").text()
    assert parse_text(text).agency_id == agency_id


@pytest.mark.parametrize(
    ("narrative", "agency_id"),
    [
        ("2024年，福州市科学技术局坚持公开。", KJJ),
        ("学习福州市科学技术局的做法，福州市科学技术局、泉州市科学技术局来访。", None),
        ("在福州市科学技术局网站公布，见福州市科学技术局门户网站。", None),
        ("2024年，福州市科学技术局坚持公开。2024年，泉州市科学技术局坚持公开。", None),
    ],
)
def test_a_name_in_the_narrative_counts_where_it_acts(who, narrative, agency_id):
    assert who("", "", narrative).agency_id == agency_id


@pytest.mark.parametrize(
    ("preface", "closing", "conflicts"),
    [
        ("本报告由泉州市科学技术局编制。", "无。", 1),
        ("本报告由厦门市科学技术局编制。", "无。", 1),
        ("编制本报告。", "无。\n泉州市科学技术局\n2025年1月12日", 1),
        ("本报告由福州市科学技术局综合科编制。", "无。\n福州市科学技术局\n2025年1月12日", 0),
        ("本报告由市科技局编制。", "无。", 0),
        ("发布机构：泉州市科学技术局。", "无。", 0),
        ("编制单位：泉州市科学技术局。", "无。", 1),
        ("本报告由局办公室编制。", "无。", 0),
        ("编制本报告，学习泉州市科学技术局。", "泉州市科学技术局来访。", 0),
    ],
)
def test_text_that_names_another_organ_than_the_title_is_told(write_report, parse_text, by_rule, preface, closing, conflicts):
    text = write_report(title="福州市科学技术局2024年政府信息公开工作年度报告", preface=preface + PERIOD, other=closing).text()
    report = parse_text(text)
    findings = by_rule(report, "agency_conflict")
    assert (report.agency_id, len(findings)) == (KJJ, conflicts)
    assert all(finding.severity == "error" and "(line " in finding.message for finding in findings)


def test_links_to_reports_of_others_below_the_title_are_no_conflict(write_report, parse_text, by_rule):
    titles = "\n".join(
        f"{name}2024年政府信息公开工作年度报告" for name in ("福州市科学技术局", "泉州市科学技术局", "厦门市财政局")
    )
    report = parse_text(write_report(title=titles, preface=PERIOD).text())
    assert (report.agency_id, by_rule(report, "agency_conflict")) == (KJJ, [])


@pytest.mark.parametrize(
    ("page_title", "conflicts"),
    [
        ("福州市人民政府-政府信息公开年度报告", 0),
        ("福州市科学技术局2024年政府信息公开工作年度报告 - 福州市人民政府门户网站", 0),
        ("泉州市科学技术局2024年政府信息公开工作年度报告", 1),
    ],
)
def test_the_title_of_a_page_against_the_title_of_its_text(write_report, read_document, registry, by_rule, page_title, conflicts):
    text = write_report(title="福州市科学技术局2024年政府信息公开工作年度报告", preface=PERIOD).text()
    report = parse(replace(read_document(text), title=page_title), registry)
    assert len(by_rule(report, "agency_conflict")) == conflicts
    assert conflicts or report.agency_id == KJJ
    assert report.title.startswith(("福州市科学技术局2024年", "泉州市"))


def test_the_office_that_compiles_its_governments_report_is_no_conflict(write_report, parse_text, by_rule):
    text = write_report(
        title="鼓楼区人民政府2024年政府信息公开工作年度报告", preface="本报告由鼓楼区人民政府办公室编制。" + PERIOD
    ).text()
    assert by_rule(parse_text(text), "agency_conflict") == []


# -- agencies that end, many agencies, hostile names ---------------------------------------------------------------------


def agency(name: str, agency_id: str, start: int = 2019, end: int | None = None, **other) -> Agency:
    values = {"short_names": (), "place": "示例市", "place_aliases": (), "level": "prefecture", "kind": "department", **other}
    last = dt.date(end, 12, 31) if end else None
    return Agency(
        agency_id=agency_id,
        name=name,
        place_code=agency_id[:6],
        function="x",
        valid_from=dt.date(start, 1, 1),
        valid_to=last,
        **values,
    )


def test_of_agencies_with_one_name_the_one_of_the_year_reports(write_report, read_document):
    registry = Registry((agency("示例市数据局", "999901-a", end=2022), agency("示例市数据局", "999901-b", start=2023)))
    for year, agency_id in ((2021, "999901-a"), (2024, "999901-b")):
        assert parse(read_document(write_report(year=year).text()), registry).agency_id == agency_id


def test_a_report_of_an_agency_that_had_ended_is_told(write_report, read_document, by_rule):
    registry = Registry((agency("示例市数据局", "999901-a", end=2022),))
    report = parse(read_document(write_report(year=2024).text()), registry, Hints())
    (finding,) = by_rule(report, "agency_conflict")
    assert (report.agency_id, "2022-12-31" in finding.message) == ("999901-a", True)


def test_names_made_of_marks_of_patterns_are_names(write_report, read_document):
    registry = Registry(
        tuple(agency(name, f"99990{at}-a") for at, name in enumerate(["(.*)+局", "[局", "示例市数据局", "\\d{9}|局"]))
    )
    assert parse(read_document(write_report().text()), registry).agency_id == "999902-a"


def test_among_thousands_of_agencies_a_shared_name_needs_its_place(write_report, read_document, by_rule):
    places = [f"{first}{second}" for first in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉" for second in "东南西北中上下左右前"]
    agencies = tuple(
        agency(f"{place}市{name}", f"{at:06d}-a{number}", short_names=(f"市{name}",), place=f"{place}市", place_aliases=(place,))
        for at, place in enumerate(places)
        for number, name in enumerate(["教育局", "公安局", "民政局", "司法局", "财政局"])
    )
    registry = Registry(agencies)
    assert len(agencies) == 1000
    written = write_report(title="市司法局2024年政府信息公开工作年度报告", preface=PERIOD, overview="丁西市各县区。")
    assert parse(read_document(written.text()), registry).agency_name == "丁西市司法局"
    report = parse(read_document(replace(written, overview="各县区。").text()), registry)
    (finding,) = by_rule(report, "agency_unresolved")
    assert report.agency_id is None
    assert "195 more" in finding.message
