"""Who reports: found where the document settles it among the known agencies, and never guessed."""

from __future__ import annotations

import pytest

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


def test_the_candidates_are_named(who, by_rule):
    (finding,) = by_rule(who("", "由市科技局编制。"), "agency_unresolved")
    assert "350100-kjj" in finding.message
    assert "350500-kjj" in finding.message
    assert "350505-kjj" not in finding.message


def test_a_website_is_where_a_report_stands_not_whose_it_is(who):
    report = who("", "本报告在福州市人民政府网站、福州市人民政府门户网站公布，由福州市科学技术局编制。")
    assert report.agency_id == "350100-kjj"
