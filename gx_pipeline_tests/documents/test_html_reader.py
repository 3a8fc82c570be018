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
        pytest.param(
            "<tr><td colspan=99>甲</td></tr><tr><td>乙</td><td>1</td></tr>",
            [["甲", "[covered]"], ["乙", "1"]],
            id="a colspan beyond the table ends with it",
        ),
        pytest.param(
            "<tbody><tr><td rowspan=0>甲</td><td>1</td></tr><tr><td>2</td></tr></tbody><tbody><tr><td>乙</td><td>3</td></tr></tbody>",
            [["甲", "1"], ["[covered]", "2"], ["乙", "3"]],
            id="a rowspan of 0 is to the end of its group of rows",
        ),
        pytest.param(
            "<thead><tr><td rowspan=3>甲</td><td>1</td></tr></thead><tbody><tr><td>乙</td><td>2</td></tr></tbody>",
            [["甲", "1"], ["乙", "2"]],
            id="a rowspan does not leave the head of its table",
        ),
        pytest.param(
            "<tr><td>甲</td><td rowspan=2>乙</td><td>1</td></tr><tr><td colspan=2>丙</td><td>2</td></tr>",
            [["甲", "乙", "1"], ["丙", "[covered]", "2"]],
            id="spans that overlap",
        ),
        pytest.param(
            "<tr><td>甲</td><td>1</td><td rowspan=2>2</td></tr><tr><td>乙</td></tr>",
            [["甲", "1", "2"], ["乙", "[gap]", "[covered]"]],
            id="a hole before a covered place is a gap",
        ),
        pytest.param(
            "<tr><td>三、本年度<span>办理</span>结果</td><td><p>1</p><p>2</p></td><td>3<br>4</td><td>5<b>6</b></td></tr>",
            [["三、本年度办理结果", "1 2", "3 4", "56"]],
            id="what stands in one line is joined, paragraphs and lines stay apart",
        ),
        pytest.param(
            "<tr><td><span>1</span> <span>2</span></td><td><b>3</b><i> </i><b>4</b></td><td><div>5</div>6</td></tr>",
            [["1 2", "3 4", "5 6"]],
            id="white space between elements counts",
        ),
        pytest.param("<tr><td>5<sup>1</sup></td><td>6</td></tr>", [["5¹", "6"]], id="a raised number is a mark, no digit"),
        pytest.param(
            "<tr style='display:none'><td>9</td><td>9</td></tr><tr><td>甲</td><td hidden>9</td>"
            "<td style='DISPLAY: none'>9</td><td>1<span style='visibility:hidden'>9</span></td></tr>",
            [["甲", "1"]],
            id="what is hidden is neither cell nor text",
        ),
        pytest.param(
            "<tr><td>甲</td><td><s>3</s>5</td><td><del>3</del> 6</td><td><strike>3</strike></td></tr>"
            "<tr><td>乙</td><td><s><p>3</p></s><p>7</p></td><td><span style='TEXT-DECORATION: underline Line-Through red'>3</span>8</td>"
            "<td style='color:red;text-decoration-line:line-through'>3<b>3</b></td></tr>",
            [["甲", "5", "6", "[blank]"], ["乙", "7", "8", "[blank]"]],
            id="what is struck out is no text, and its cell keeps its place",
        ),
        pytest.param(
            "<tr><td>甲</td><td><s style='text-decoration:none'>3</s>5</td><td><u style='text-decoration:underline'>6</u></td></tr>",
            [["甲", "35", "6"]],
            id="what is not shown as struck out is text",
        ),
        pytest.param(
            "<!-- 甲 --><tr><!-- 乙 --><form><td>甲</td><!-- 丙 --><td>1</td><input type=hidden value=3></form></tr><!-- 丁 -->",
            [["甲", "1"]],
            id="comments and forms between cells are neither cells nor rows",
        ),
        pytest.param(
            "<tr><td>甲<script>var n = 9;</script></td><td>1<style>.x{top:9px}</style><select><option>9</select></td></tr>",
            [["甲", "1"]],
            id="scripts, styles and fields in a cell are no text",
        ),
        pytest.param(
            "<tr><td>甲</td><td><table><tr><td>1</td><td>件</td></tr></table></td><td>2</td></tr>"
            "<tr><td>乙</td><td>3</td><td>4</td></tr>",
            [["甲", "1 件", "2"], ["乙", "3", "4"]],
            id="a small table within a cell is the text of the cell",
        ),
        pytest.param(
            "<tr><td>甲<td>1<tr><td>乙<td>2",
            [["甲", "1"], ["乙", "2"]],
            id="end tags left out",
        ),
        pytest.param(
            "<TR><TD>甲</TD><TD CLASS=xl25 x:num>1<o:p></o:p></TD><td><o:p>&nbsp;</o:p></td></TR>",
            [["甲", "1", "[blank]"]],
            id="elements of office programs",
        ),
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


def test_the_innermost_data_table_of_layouts_is_the_grid(read_document):
    data = "<table>" + "".join(f"<tr><td>行{n}</td><td>{n}</td></tr>" for n in range(6)) + "</table>"
    inner = f"<table><tr><td>{ARTICLE}</td></tr><tr><td>二、主动公开</td></tr><tr><td>{data}</td></tr></table>"
    document = read_document(page(f"<table><tr><td>栏目</td><td>{inner}</td></tr></table>"))
    assert tables(document) == [[f"行{n}", str(n)] for n in range(6)]
    assert [line.text for line in document.lines if line.table is None][-1] == "二、主动公开"


def test_prose_in_the_cells_of_a_table_is_read_as_paragraphs(read_document):
    text = "<p>第一段说明情况。</p><p>第二段说明情况。</p><p>第三段说明情况。</p>"
    document = read_document(page(f"<table><tr><td>侧栏</td><td>{text}</td></tr></table>"))
    assert list(document.texts()) == ["第一段说明情况。", "第二段说明情况。", "第三段说明情况。"]
    assert all(line.table is None for line in document.lines)


def test_a_table_in_two_parts_stays_in_two_parts(read_document):
    document = read_document(
        page(f"{ARTICLE}<table><tr><td>甲</td><td>1</td></tr></table><table><tr><td>乙</td><td>2</td></tr></table>")
    )
    assert [line.at for line in document.lines if line.table] == ["table 1 row 1", "table 2 row 1"]


def test_the_caption_of_a_table_is_a_line_before_it(read_document):
    document = read_document(page(f"{ARTICLE}<table><caption>表一</caption><tr><td>甲</td><td>1</td></tr></table>"))
    assert [line.text for line in document.lines][1:] == ["表一", "甲 1"]


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


SECTIONS = ("一、总体情况", "二、主动公开", "三、收到和处理", "四、复议诉讼", "五、问题和改进", "六、其他事项")
LEAD = "<p>本报告由市某局编制，所列数据的统计期限自2023年1月1日起至12月31日止。</p>"
GRID = "<table>" + "".join(f"<tr><td>行{n}</td><td>{n}</td><td>0</td></tr>" for n in range(4)) + "</table>"


def blocks() -> list[str]:
    """The parts of an article: its lead, and six sections of which three hold a table."""
    return [LEAD] + [
        f"<h3>{title}</h3><p>这一部分写的是{title}的内容，共有若干事项。</p>{GRID if title[0] in '二三四' else ''}"
        for title in SECTIONS
    ]


SIDE = (
    "<div class=side>"
    + "".join(f"<li><a href=/{n}>市某局{n}年政府信息公开工作年度报告</a></li>" for n in range(2008, 2023))
    + "</div>"
)
COMMENTS = "<div class=comments>" + "<p>网友留言：这里有一段很长的话，与报告无关，说了许多别的事情。</p>" * 40 + "</div>"
PARTS = {
    "in one block": "<div class=main><div>" + "".join(blocks()) + "</div></div>",
    "each section in a block": "<div class=main>" + "".join(f"<div><div>{part}</div></div>" for part in blocks()) + "</div>",
    "each table in a block": "<div>"
    + "".join(blocks()).replace("<table>", "<div><div><table>").replace("</table>", "</table></div></div>")
    + "</div>",
    "loose in the page": "".join(blocks()),
    "in a table": "<table><tr><td>" + "</td></tr><tr><td>".join(blocks()) + "</td></tr></table>",
    "beside a column, in a table": f"<table><tr><td>{SIDE}</td><td>{''.join(blocks())}</td></tr></table>",
    "in a form": "<form action=/><input type=hidden value=2019>" + "".join(blocks()) + "</form>",
    "in unknown elements": "<ucap-content><article-body>" + "".join(blocks()) + "</article-body></ucap-content>",
    "last section apart": "<div><div>" + "".join(blocks()[:-1]) + "</div></div><div><div>" + blocks()[-1] + "</div></div>",
    "lead apart": f"<div><div>{LEAD}</div></div><div><div>" + "".join(blocks()[1:]) + "</div></div>",
    "last text apart": "<div><div>"
    + "".join(blocks()).rpartition("<p>")[0]
    + "</div><div><p>这一部分写的是六、其他事项的内容，共有若干事项。</p></div></div>",
    "in a navigation left open": "<nav>" + "".join(blocks()),
    "in an inline element": "<span><font size=3>" + "".join(blocks()) + "</font></span>",
}


@pytest.mark.parametrize(
    "around", ["{}", f"{SIDE}{{}}", f"{{}}{SIDE}", f"{{}}{COMMENTS}", f"{SIDE}{{}}{COMMENTS}{SIDE}", f"{COMMENTS}{{}}"]
)
@pytest.mark.parametrize("part", PARTS)
def test_the_article_is_never_cut(read_document, part, around):
    lines = read_document(page(around.format(PARTS[part]))).lines
    texts = [line.text for line in lines]
    assert [text for text in texts if text in SECTIONS] == list(SECTIONS)
    assert sum(text.startswith("这一部分") for text in texts) == 6
    assert sum("统计期限" in text for text in texts) == 1
    assert [line.at for line in lines if line.table] == [
        f"table {table} row {row}" for table in (1, 2, 3) for row in (1, 2, 3, 4)
    ]
    assert not any("年政府信息公开工作年度报告" in text for text in texts), "related links are no part of the article"


def test_text_after_an_article_in_its_own_block_is_left_out(read_document):
    texts = list(read_document(page(PARTS["in one block"] + COMMENTS + "<div>版权所有 2019</div>")).texts())
    assert not any("网友留言" in text or "版权所有" in text for text in texts)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("<p>甲<br>乙<br/>丙</p>", ["甲", "乙", "丙"], id="lines parted by br"),
        pytest.param("<div>甲<p>乙</p>丙<span>丁</span></div>", ["甲", "乙", "丙丁"], id="text beside blocks"),
        pytest.param("<pre>一、总体\n 甲  1\n\n二、</pre>", ["一、总体", "甲 1", "二、"], id="text that keeps its lines"),
        pytest.param("<dl><dt>甲</dt><dd>1</dd><dt>乙</dt><dd>2</dd></dl>", ["甲", "1", "乙", "2"], id="a list of definitions"),
        pytest.param("<p>甲<![if !supportEmptyParas]>&nbsp;<![endif]>乙</p>", ["甲 乙"], id="what other programs show"),
        pytest.param("<!--[if gte mso 9]><p>丙 2019</p><![endif]--><p>甲</p>", ["甲"], id="what only Word shows"),
        pytest.param(
            "<xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><p>甲</p>", ["甲"], id="an island of Word"
        ),
        pytest.param("<p>甲<span style='display:none'>乙<b hidden>丙</b></span></p>", ["甲"], id="hidden within hidden"),
        pytest.param("<p>全年<b>12</b><span>件</span></p>", ["全年12件"], id="a number in an element"),
        pytest.param("<p>2023<span> </span>12</p>", ["2023 12"], id="numbers with a space between"),
        pytest.param("<p>全年<s>12</s><ins>13</ins>件</p>", ["全年13件"], id="a number corrected"),
        pytest.param("<pre>甲 <del>3</del>5</pre>", ["甲 5"], id="struck out in text that keeps its lines"),
        pytest.param("<p>见注<sup>2</sup></p>", ["见注²"], id="a raised number"),
        pytest.param("<noscript>请打开脚本</noscript><p>甲</p>", ["甲"], id="what is shown without scripts"),
        pytest.param("<p>甲</p><button>打印</button><textarea>1</textarea>", ["甲"], id="what a reader fills in"),
        pytest.param("<?xml version='1.0' encoding='gb2312'?><p>甲</p>", ["甲"], id="a declaration of XML in UTF-8"),
    ],
)
def test_paragraphs_as_they_are_shown(read_document, body, texts):
    assert list(read_document(page(body)).texts()) == texts


HEADED = "".join(f"<p>{title}</p>" for title in SECTIONS)


@pytest.mark.parametrize(
    ("picture", "count"),
    [
        pytest.param("<img src='/u/2024/t.png'>", 1, id="of unknown size"),
        pytest.param("<img src='/u/2024/t.png' width=600 height=400>", 1, id="large"),
        pytest.param("<img src='t.jpg' style='width:100%'>", 1, id="as wide as the page"),
        pytest.param(
            "<p align=center><span><img src='data:image/png;base64,AAAA' width='554'></span></p>", 1, id="within the page"
        ),
        pytest.param("<img src='/icons/icon_word.gif'>", 0, id="an icon by its name"),
        pytest.param("<img src='a.png' width=16 height=16>", 0, id="an icon by its size"),
        pytest.param("<img src='a.png' style='height:20px;width:20px'>", 0, id="an icon by its style"),
        pytest.param("<img src='t.png' style='display:none'>", 0, id="hidden"),
        pytest.param("", 0, id="none"),
    ],
)
def test_pictures_in_the_article_are_counted(read_document, picture, count):
    logo = "<div><img src='/banner.jpg' width=1200></div>"
    assert read_document(page(f"{logo}<div><div>{HEADED}{picture}<p>完毕。</p></div></div>")).pictures == count


def test_a_page_of_pictures_and_no_text_is_refused_as_such(read_document):
    with pytest.raises(Refusal) as refused:
        read_document("<html><body><p><img src='1.jpg'></p><p><img src='2.jpg'></p></body></html>")
    assert refused.value.code == "scanned_image"


@pytest.mark.parametrize("body", ["<script src=/app.js></script><div id=app></div>", "<iframe src=/a.html></iframe>"])
def test_a_page_that_shows_no_text_is_refused(read_document, body):
    with pytest.raises(Refusal) as refused:
        read_document(f"<html><body>{body}</body></html>")
    assert refused.value.code == "unreadable"


SHOWN = dt.date(2024, 1, 18)
META = '<meta name="PubDate" content="2024-01-26 09:30">'


@pytest.mark.parametrize(
    ("info", "head", "published"),
    [
        pytest.param("<p>发布日期：2024-01-18</p>", META, SHOWN, id="what is shown comes before what the page's head says"),
        pytest.param("<p>发布时间: 2024年1月18日 16:01</p>", "", SHOWN, id="in Chinese"),
        pytest.param("<div><span>发布日期：</span><span>2024-01-18</span></div>", META, SHOWN, id="shown in two elements"),
        pytest.param("<p>成文日期：2024-01-02</p><p>发布日期：2024/1/18</p>", META, SHOWN, id="not the date of writing"),
        pytest.param(
            "<table><tr><td>发布日期</td><td>2024-01-18</td><td>成文日期</td><td>2024-01-02</td></tr></table>",
            META,
            SHOWN,
            id="in a table",
        ),
        pytest.param("<p>成文日期：2024-01-02 公开日期：2024-01-18</p>", "", SHOWN, id="beside the date of writing"),
        pytest.param("<p>来源：市某局 时间：2024-01-18 09:00 浏览次数：2019</p>", "", SHOWN, id="beside the source"),
        pytest.param("<p>2024-01-18 16:01 来源：市某局</p>", "", SHOWN, id="before the source"),
        pytest.param("<p>来源：市某局 2024年1月18日</p>", "", SHOWN, id="after the source"),
        pytest.param(
            "<p>更新时间：2025-03-01</p><p>当前时间：2026-01-01</p><p>发布时间：[2024-01-18]</p>", "", SHOWN, id="not of a change"
        ),
        pytest.param("<p>更新时间：2025-03-01</p>", "", None, id="of a change alone is none"),
        pytest.param("<p>【发布日期】2024-01-18</p>", "", SHOWN, id="in brackets"),
        pytest.param("<p style='display:none'>发布日期：2023-01-01</p>", META, dt.date(2024, 1, 26), id="not a hidden one"),
        pytest.param("<p>见 /art/2024/2/1/art_1.html</p>", "", None, id="not one in an address"),
        pytest.param(
            "",
            '<meta property="article:published_time" content="2024-01-26T09:30:00">',
            dt.date(2024, 1, 26),
            id="by another name",
        ),
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
    links = (
        '<a href="/f/年报.docx">附件</a><a href="/f/list.html">更多</a><a href="/f/table.xls?x=1">表</a>'
        '<a href="/down?id=3">年报表格.pdf</a><a name="a.doc">处</a><iframe src="/f/scan.pdf"></iframe>'
    )
    attachments = read_document(page(f"<div>{ARTICLE}{links}</div>")).attachments
    assert attachments == ("/f/年报.docx", "/f/table.xls?x=1", "/down?id=3", "/f/scan.pdf")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("<tr><td colspan=9999>甲</td><td>1</td></tr>", id="colspan"),
        pytest.param("<tr>" + "<td>1</td>" * 65 + "</tr>", id="columns"),
        pytest.param("<tr><td>1</td></tr>" * 4001, id="rows"),
    ],
)
def test_a_table_beyond_all_measure_is_refused(read_document, table):
    with pytest.raises(Refusal) as refused:
        read_document(page(f"{ARTICLE}<table>{table}</table>"))
    assert refused.value.code == "too_large"
