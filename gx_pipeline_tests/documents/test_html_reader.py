"""Pages as lines of cells: merged cells spread out, menus left out, the date of publication found."""

from __future__ import annotations

import datetime as dt

import pytest

from gx_pipeline.documents import Document
from gx_pipeline.errors import Refusal

ARTICLE = "<p>本报告依据政府信息公开条例编制，所列数据的统计期限为一整年，欢迎查阅。</p>"


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def tables(document: Document) -> list[list[str]]:
    return [
        [cell.text if cell.kind == "text" else f"[{cell.kind}]" for cell in line.cells]
        for line in document.lines
        if line.table is not None
    ]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        pytest.param(
            "<tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>1</td><td>2</td></tr>",
            [["甲", "乙", "[covered]"], ["[covered]", "1", "2"]],
            id="merged cells cover their neighbours",
        ),
        pytest.param(
            "<tr><td rowspan=2 colspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr>",
            [["甲", "[covered]", "1"], ["[covered]", "[covered]", "2"]],
            id="a block of merged cells",
        ),
        pytest.param(
            "<tr><td rowspan=99>甲</td><td>1</td></tr><tr><td>2</td></tr>",
            [["甲", "1"], ["[covered]", "2"]],
            id="a rowspan ends with the table",
        ),
        pytest.param(
            "<tr><td>甲</td><td>&nbsp;</td><td></td><td>&#12288;</td></tr>",
            [["甲", "[blank]", "[blank]", "[blank]"]],
            id="cells that are there and empty are blank, not covered",
        ),
        pytest.param(
            "<tr><td>甲</td></tr><tr><td>1</td><td rowspan=2>2</td></tr><tr><td>3</td></tr>",
            [["甲"], ["1", "2"], ["3", "[covered]"]],
            id="rows of different length",
        ),
        pytest.param(
            "<tr><td rowspan=2>甲</td><td>1</td></tr><tr></tr>",
            [["甲", "1"], ["[covered]"]],
            id="a row that is all covered",
        ),
        pytest.param(
            "<thead><tr><th>自<br>然人</th></tr></thead><tbody><tr><td><p>商业</p><p>企业</p></td></tr></tbody>",
            [["自 然人"], ["商业 企业"]],
            id="breaks inside a cell",
        ),
        pytest.param("<tr><td colspan=0>甲</td><td rowspan=x>1</td></tr>", [["甲", "1"]], id="spans that are none"),
    ],
)
def test_a_table_keeps_its_grid(read_document, table, rows):
    assert tables(read_document(page(f"{ARTICLE}<table>{table}</table>"))) == rows


def test_a_table_that_lays_out_the_page_is_none(read_document):
    inner = "<table><tr><td>规章</td><td>0</td></tr></table>"
    document = read_document(page(f"<table><tr><td>{ARTICLE}{inner}</td></tr></table>"))
    assert tables(document) == [["规章", "0"]]
    assert document.lines[0].table is None
    assert "政府信息公开条例" in document.lines[0].text


def test_each_table_has_its_own_number_in_the_locators(read_document):
    table = "<table><tr><td>甲</td><td>1</td></tr></table>"
    document = read_document(page(f"{ARTICLE}{table}{ARTICLE}{table}"))
    assert [line.locator(1) for line in document.lines if line.table] == ["table 1 row 1 cell 2", "table 2 row 1 cell 2"]


@pytest.mark.parametrize(
    "menu",
    [
        "<div class='top'><ul><li><a href='/'>首页</a></li><li><a href='/a'>政务公开</a></li></ul></div>",
        "<nav>首页 政务公开</nav>",
        "<select><option>首页</option></select>",
        "<script>var 首页 = 1;</script><style>.首页 {}</style>",
        "<div><a href='/'>首页</a> | <a href='/b'>政务公开</a></div>",
    ],
)
def test_menus_are_no_part_of_the_article(read_document, menu):
    table = "<table><tr><td>规章</td><td>0</td></tr></table>"
    document = read_document(page(f"{menu}<div><div>{ARTICLE * 3}{table}</div></div><footer>首页</footer>"))
    assert not any("首页" in text for text in document.texts())
    assert [line.text for line in document.lines].count("规章 0") == 1


SHOWN = dt.date(2024, 1, 18)
META = '<meta name="PubDate" content="2024-01-26 09:30">'


@pytest.mark.parametrize(
    ("info", "head", "published"),
    [
        pytest.param("<p>发布日期：2024-01-18</p>", META, SHOWN, id="what is shown comes before what the page's head says"),
        pytest.param("<p>发布时间: 2024年1月18日 16:01</p>", "", SHOWN, id="in Chinese"),
        pytest.param("<div><span>发布日期：</span><span>2024-01-18</span></div>", META, SHOWN, id="shown in two elements"),
        pytest.param("<p>成文日期：2024-01-02</p><p>发布日期：2024/1/18</p>", META, SHOWN, id="not the date of writing"),
        pytest.param("", META, dt.date(2024, 1, 26), id="only in the head"),
        pytest.param("<p>成文日期：2024-01-02</p>", "", None, id="the date of writing alone is none"),
        pytest.param("<p>发布日期：2024-02-31</p>", "", None, id="no such day"),
        pytest.param("<p>统计期限自2023年1月1日起</p>", "", None, id="any other date is none"),
    ],
)
def test_the_date_of_publication_is_the_one_announced(read_document, info, head, published):
    document = read_document(page(f"<h1>年度报告</h1>{info}<div>{ARTICLE * 3}</div>", head))
    assert document.published_on == published
    assert (document.published_on_evidence is None) == (published is None)


def test_the_title_is_the_articles_own(read_document):
    head = '<title>年报 - 某市人民政府</title><meta name="ArticleTitle" content="市科技局2024年年报"><meta name="SiteName" content="某市人民政府">'
    document = read_document(page(f"<h1>标题</h1><div>{ARTICLE}</div>", head))
    assert (document.title, document.site_name) == ("市科技局2024年年报", "某市人民政府")
    assert {"标题", "年报 - 某市人民政府"} <= set(document.headers)


def test_attachments_are_listed(read_document):
    links = '<a href="/f/年报.docx">附件</a><a href="/f/list.html">更多</a><a href="/f/table.xls?x=1">表</a>'
    assert read_document(page(f"<div>{ARTICLE}{links}</div>")).attachments == ("/f/年报.docx", "/f/table.xls?x=1")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("<tr><td colspan=9999>1</td></tr>", id="colspan"),
        pytest.param("<tr>" + "<td>1</td>" * 65 + "</tr>", id="columns"),
        pytest.param("<tr><td>1</td></tr>" * 4001, id="rows"),
    ],
)
def test_a_table_beyond_all_measure_is_refused(read_document, table):
    with pytest.raises(Refusal) as refused:
        read_document(page(f"{ARTICLE}<table>{table}</table>"))
    assert refused.value.code == "too_large"
