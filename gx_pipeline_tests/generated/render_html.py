"""Reports as web pages: clean grids, tables pasted from Word, menus and lists full of numbers around them.

A layout is noise, a way to write a cell, and a page to put the article in. Does not belong here: what the noise does.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from gx_pipeline_tests.generated import noise, render_text
from gx_pipeline_tests.generated.model import Layout, Paragraph, PrintedCell, PrintedReport, PrintedTable

WriteTable = Callable[[PrintedTable, random.Random], str]
WritePage = Callable[[PrintedReport, str, random.Random], str]


@dataclass(frozen=True)
class Style:
    """How an article is written: its tables, its paragraphs."""

    table: WriteTable
    paragraph: Callable[[str, random.Random], str]


def render_html(report: PrintedReport, rng: random.Random, style: Style, page: WritePage, encoding: str = "utf-8") -> bytes:
    """A report as a web page."""
    parts = [
        style.paragraph(block.text, rng) if isinstance(block, Paragraph) else style.table(block, rng) for block in report.blocks
    ]
    return page(report, "\n".join(parts), rng).encode(encoding, "xmlcharrefreplace")


# -- cells and tables --------------------------------------------------------------------------------------------------


def _spans(cell: PrintedCell) -> str:
    return (f' colspan="{cell.colspan}"' if cell.colspan > 1 else "") + (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "")


def _escaped(text: str, line_break: str = "<br>") -> str:
    return html.escape(text, quote=False).replace("\n", line_break).replace("\u00a0", "&nbsp;")


def clean_table(table: PrintedTable, rng: random.Random) -> str:
    """A plain grid."""
    rows = ("".join(f"<td{_spans(cell)}>{_escaped(cell.text)}</td>" for cell in row) for row in table.rows)
    return "<table border=1>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"


def structured_table(table: PrintedTable, rng: random.Random) -> str:
    """A grid with caption, column widths, head, body and heading cells, indented."""
    rows = []
    for row in table.rows:
        cells = []
        for cell in row:
            tag = "th" if cell.role == "heading" else "td"
            cells.append(f"      <{tag}{_spans(cell)}>\n        {_escaped(cell.text)}\n      </{tag}>")
        rows.append("    <tr>\n" + "\n".join(cells) + "\n    </tr>")
    widths = "".join(f'<col width="{rng.randint(30, 90)}">' for _ in range(table.width))
    return (
        f"<table>\n  <colgroup>{widths}</colgroup>\n  <thead>\n{rows[0]}\n  </thead>\n  <tbody>\n"
        + "\n".join(rows[1:])
        + "\n  </tbody>\n</table>"
    )


def unclosed_table(table: PrintedTable, rng: random.Random) -> str:
    """Upper-case tags that are never closed, attributes without quotes."""
    rows = []
    for row in table.rows:
        cells = "".join(f"<TD align=center{_spans(cell).replace(chr(34), '')}>{_escaped(cell.text, '<BR>')}" for cell in row)
        rows.append(f"<TR>{cells}")
    return "<TABLE width=100% border=1>\n" + "\n".join(rows) + "\n</TABLE>"


def _word_text(text: str, rng: random.Random) -> str:
    """A text in spans as Word leaves it, cut between any two characters."""
    if not text.strip():
        return rng.choice(("<span lang=EN-US>&nbsp;</span>", "<span lang=EN-US><o:p>&nbsp;</o:p></span>", "&nbsp;"))
    cuts = sorted({0, len(text), *(rng.randrange(len(text)) for _ in range(rng.choice((0, 0, 1, 2))))})
    pieces = [text[start:stop] for start, stop in pairwise(cuts)]
    spans = (
        f"<span {rng.choice(('lang=EN-US ', ''))}style='font-size:{rng.choice(('10.5', '12.0'))}pt;font-family:宋体;"
        f"mso-bidi-font-family:宋体'>{_escaped(piece)}</span>"
        for piece in pieces
    )
    return "".join(spans)


def word_table(table: PrintedTable, rng: random.Random) -> str:
    """A table pasted from Word."""
    rows = []
    for at, row in enumerate(table.rows):
        cells = []
        for cell in row:
            paragraphs = "".join(
                f"<p class=MsoNormal align=center style='text-align:center;line-height:12.0pt;mso-pagination:widow-orphan'>"
                f"{_word_text(line, rng)}<span lang=EN-US style='font-size:12.0pt'><o:p></o:p></span></p>"
                for line in cell.text.split("\n")
            )
            cells.append(
                f"<td width={rng.randint(20, 99)}{_spans(cell)} nowrap style='width:{rng.randint(20, 80)}.{rng.randint(0, 9)}pt;"
                f"border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt;height:{rng.randint(9, 30)}.0pt'>\n{paragraphs}\n</td>"
            )
        rows.append(f"<tr style='mso-yfti-irow:{at};height:{rng.randint(9, 30)}.0pt'>{''.join(cells)}</tr>")
    hidden = "".join(f"<td width={rng.randint(20, 99)} style='border:none'></td>" for _ in range(table.width))
    return (
        "<!--[if gte mso 9]><xml><w:WordDocument><w:Zoom>100</w:Zoom></w:WordDocument></xml><![endif]-->\n"
        "<table class=MsoNormalTable border=0 cellspacing=0 cellpadding=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>\n"
        + "\n".join(rows)
        + f"\n<![if !supportMisalignedColumns]>\n<tr height=0>{hidden}</tr>\n<![endif]>\n</table>\n<p><o:p>&nbsp;</o:p></p>"
    )


def spreadsheet_table(table: PrintedTable, rng: random.Random) -> str:
    """A table saved from a spreadsheet: classes, numbers as attributes, column widths in a last hidden row."""
    rows = []
    for row in table.rows:
        cells = "".join(
            f"<td{_spans(cell)} class=xl{rng.randint(63, 99)} {'x:num ' if cell.role == 'figure' else ''}style='border-left:none'>"
            f"{_escaped(cell.text) or '　'}</td>"
            for cell in row
        )
        rows.append(f"<tr height=19 style='height:14.4pt'>{cells}</tr>")
    widths = "".join(f"<td width={rng.randint(40, 99)} style='width:54pt'></td>" for _ in range(table.width))
    return "<table x:str border=0>\n" + "\n".join(rows) + f"\n<tr height=0 style='display:none'>{widths}</tr>\n</table>"


def nested_table(table: PrintedTable, rng: random.Random) -> str:
    """A table in the one cell of another, that in the second of a row of two."""
    return (
        "<table width='100%'><tr><td width=10>&nbsp;</td><td><table cellpadding=3><tbody><tr><td>\n"
        + clean_table(table, rng)
        + "\n</td></tr></tbody></table></td></tr></table>"
    )


def broken_cells_table(table: PrintedTable, rng: random.Random) -> str:
    """Cells whose texts are cut over lines and paragraphs."""
    rows = []
    for row in table.rows:
        cells = []
        for cell in row:
            lines = cell.text.split("\n")
            inner = rng.choice(
                (
                    "<br/>".join(map(_escaped, lines)),
                    "".join(f"<p>{_escaped(line)}</p>" for line in lines),
                    "".join(f"<div><span>{_escaped(line)}</span></div>" for line in lines),
                    "\n".join(map(_escaped, lines)),
                )
            )
            cells.append(f"<td{_spans(cell)}>{inner}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "<table>" + "\n".join(rows) + "</table>"


def noted_table(table: PrintedTable, rng: random.Random) -> str:
    """Marks of notes as raised digits behind some figures."""

    def text(cell: PrintedCell) -> str:
        noted = cell.role == "figure" and noise.NUMBER.fullmatch(cell.text) and rng.random() < 0.1
        return _escaped(cell.text) + (f"<sup>{rng.randint(1, 3)}</sup>" if noted else "")

    rows = ("".join(f"<td{_spans(cell)}>{text(cell)}</td>" for cell in row) for row in table.rows)
    return "<table>" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def corrected_table(table: PrintedTable, rng: random.Random) -> str:
    """Some figures behind an older one that is struck out, some before one that is hidden."""

    def text(cell: PrintedCell) -> str:
        if cell.role != "figure" or not noise.NUMBER.fullmatch(cell.text) or rng.random() > 0.1:
            return _escaped(cell.text)
        old = rng.randint(1, 9)
        return rng.choice(
            (f"<s>{old}</s>{cell.text}", f"<del>{old}</del>{cell.text}", f"{cell.text}<span style='display:none'>{old}</span>")
        )

    rows = ("".join(f"<td{_spans(cell)}>{text(cell)}</td>" for cell in row) for row in table.rows)
    return "<table>" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def div_table(table: PrintedTable, rng: random.Random) -> str:
    """Boxes in place of a table."""
    rows = ("".join(f'<div class="cell">{_escaped(cell.text)}</div>' for cell in row) for row in table.rows)
    return '<div class="grid">' + "\n".join(f'<div class="row">{row}</div>' for row in rows) + "</div>"


def paragraphs_table(table: PrintedTable, rng: random.Random) -> str:
    """A paragraph a cell: a table pasted as text."""
    return "\n".join(f"<p>{_escaped(cell.text)}</p>" for row in table.rows for cell in row)


def mixed_table(table: PrintedTable, rng: random.Random) -> str:
    """Each table in a way of its own."""
    ways = (clean_table, structured_table, unclosed_table, word_table, spreadsheet_table, nested_table, broken_cells_table)
    return rng.choice(ways)(table, rng)


def preformatted(write: render_text.WriteTable) -> WriteTable:
    """The table as text that keeps its spaces."""
    return lambda table, rng: f"<pre>{html.escape(write(table, rng))}</pre>"


def broken_lines(write: render_text.WriteTable) -> WriteTable:
    """The table as text, its lines parted by breaks."""
    return lambda table, rng: "<p>" + html.escape(write(table, rng)).replace("\n", "<br>\n") + "</p>"


def plain_paragraph(text: str, rng: random.Random) -> str:
    """A paragraph."""
    return f"<p>{_escaped(text)}</p>"


def word_paragraph(text: str, rng: random.Random) -> str:
    """A paragraph pasted from Word."""
    return (
        "<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0'><span style='font-size:16.0pt;font-family:仿宋_GB2312'>"
        f"&nbsp;&nbsp;{_escaped(text)}<span lang=EN-US><o:p></o:p></span></span></p>"
    )


def broken_paragraph(text: str, rng: random.Random) -> str:
    """Lines parted by breaks, no paragraphs."""
    return f"　　{_escaped(text)}<br>"


# -- pages -------------------------------------------------------------------------------------------------------------


def plain_page(report: PrintedReport, article: str, rng: random.Random) -> str:
    """A page with nothing but the report."""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{report.title}</title></head>'
        f"<body><h1>{report.title}</h1>\n{article}\n</body></html>"
    )


def bare_page(report: PrintedReport, article: str, rng: random.Random) -> str:
    """The article as it lies in a database: no page around it."""
    return f"<p style='text-align:center'><strong>{report.title}</strong></p>\n{article}"


def old_page(report: PrintedReport, article: str, rng: random.Random) -> str:
    """A page of gb2312 laid out in tables."""
    return (
        '<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset=gb2312">'
        f"<TITLE>{report.title}</TITLE></HEAD><BODY bgcolor=#ffffff><CENTER><FONT size=4><B>{report.title}</B></FONT></CENTER>\n"
        f"<TABLE width=980 align=center><TR><TD>{article}</TD></TR></TABLE></BODY></HTML>"
    )


def _links(report: PrintedReport, rng: random.Random) -> str:
    years = range(2010, 2025)
    return "".join(
        f'<li><a href="/art/{year + 1}/1/{rng.randint(2, 30)}/art_{rng.randint(100, 999)}_{rng.randint(10_000, 99_999)}.html">'
        f"{report.publisher}{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-{rng.randint(2, 30):02d}</span></li>"
        for year in years
    )


def portal_page(report: PrintedReport, article: str, rng: random.Random) -> str:
    """A portal: menus, crumbs, widgets, counters, related lists, a calendar, a footer with numbers, scripts."""
    days = "".join(f"<td>{day}</td>" + ("</tr><tr>" if day % 7 == 0 else "") for day in range(1, 31))
    menu = "".join(
        f'<li><a href="/{at}/">{name}</a></li>'
        for at, name in enumerate(("首页", "政务公开", "政务服务", "互动交流", "数据开放"))
    )
    sizes = "【字体：<a href='javascript:doZoom(18)'>大</a> <a href='javascript:doZoom(16)'>中</a> <a href='javascript:doZoom(14)'>小</a>】"
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{report.title}-示例市人民政府门户网站</title>
<meta name="SiteName" content="示例市人民政府"><meta name="ArticleTitle" content="{report.title}">
<meta name="PubDate" content="{report.published_on} {rng.randint(8, 18):02d}:{rng.randint(10, 59)}">
<style>td {{ width: {rng.randint(20, 90)}px; }} .n{rng.randint(1, 9)} {{ color: #333333; }}</style>
<script>var total = {rng.randint(10, 9999)}; document.write("<td>3</td><td>4</td>");</script></head>
<body><div class="top"><span>今天是{rng.randint(2021, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日 星期{rng.choice("一二三四五")}</span>
<span>气温 {rng.randint(1, 20)}～{rng.randint(21, 35)}℃</span></div>
<div class="menu"><ul>{menu}</ul></div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/ndbg/">政府信息公开年报</a></div>
<div class="side"><ul>{_links(report, rng)}</ul><table class="calendar"><tr><td>日</td><td>一</td><td>二</td></tr><tr>{days}</tr></table></div>
<div class="main"><div class="wrap"><div class="head"><h1>{report.title}</h1>
<div class="info"><span>发布日期：{report.published_on}</span><span>来源：{report.publisher}</span>
<span>浏览次数：<em id="hits">{rng.randint(10, 5000)}</em></span>{sizes}<a href="javascript:window.print()">打印</a></div></div>
<div class="content" id="zoom">
{article}
</div><div class="code">扫一扫在手机上查看当前页面</div></div></div>
<div class="related"><h3>相关信息</h3><ul>{_links(report, rng)}</ul></div>
<div class="visits"><table><tr><td>年度</td><td>访问量</td></tr><tr><td>2023</td><td>{rng.randint(1000, 9000)}</td></tr>
<tr><td>2024</td><td>{rng.randint(1000, 9000)}</td></tr></table></div>
<div class="footer"><p>主办：示例市人民政府办公室　网站标识码：{rng.randint(10**9, 10**10 - 1)}</p>
<p>例ICP备{rng.randint(10_000_000, 20_000_000)}号-{rng.randint(1, 5)}　例公网安备{rng.randint(10**13, 10**14 - 1)}号</p>
<p>电话：0000-{rng.randint(1_000_000, 9_999_999)}</p></div>
<script>$.get("/hits?id={rng.randint(1, 10**6)}");</script></body></html>"""


def table_page(report: PrintedReport, article: str, rng: random.Random) -> str:
    """A portal laid out in nested tables, its menu in the cell beside the article."""
    menu = "".join(
        f"<tr><td><a href='?id={at}'>{year}年年报</a></td><td>{rng.randint(1, 50)}</td></tr>"
        for at, year in enumerate(range(2012, 2025))
    )
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{report.title}</title></head>
<body><table width="1000" align="center"><tr><td colspan="2"><table><tr><td>首页</td><td>公开指南</td><td>公开目录</td></tr></table></td></tr>
<tr><td width="180" valign="top"><table>{menu}</table></td>
<td><table width="100%"><tr><td align="center"><b>{report.title}</b></td></tr>
<tr><td>发布时间：{report.published_on}　点击数：{rng.randint(10, 900)}</td></tr>
<tr><td>{article}</td></tr></table></td></tr>
<tr><td colspan="2">版权所有 示例市人民政府 建议使用1024×768分辨率</td></tr></table></body></html>"""


# -- layouts -----------------------------------------------------------------------------------------------------------


def layout(
    table: WriteTable,
    *noises: noise.Noise,
    page: WritePage = plain_page,
    paragraph: Callable[[str, random.Random], str] = plain_paragraph,
    encoding: str = "utf-8",
) -> Layout:
    """A layout of noise, a way to write tables and paragraphs, and a page."""
    disturb = noise.chain(*noises)
    return lambda report, rng: render_html(disturb(report, rng), rng, Style(table, paragraph), page, encoding)


def traditional(layout_: Layout, way: str) -> Layout:
    """Everything in traditional characters."""
    return lambda report, rng: render_text.converter(way).convert(layout_(report, rng).decode()).encode()


_SHAPES = (
    noise.none,
    noise.none,
    noise.repeated,
    noise.unmerged,
    noise.split(),
    noise.split(headings=True, repeat=True),
    noise.empty_first_cells,
    noise.cut_labels,
)

LAYOUTS: dict[str, Layout] = {
    "HTML clean": layout(clean_table),
    "HTML clean, blanks as spaces": layout(clean_table, noise.blanks_as("\u00a0")),
    "HTML head and body, indented": layout(structured_table),
    "HTML tags unclosed": layout(unclosed_table, paragraph=broken_paragraph),
    "HTML pasted from Word": layout(word_table, paragraph=word_paragraph),
    "HTML pasted from Word, labels cut": layout(word_table, noise.cut_labels, paragraph=word_paragraph),
    "HTML saved from a spreadsheet": layout(spreadsheet_table),
    "HTML nested tables": layout(nested_table),
    "HTML page laid out in tables": layout(clean_table, page=table_page),
    "HTML headings cut": layout(broken_cells_table, noise.cut_headings),
    "HTML labels cut": layout(broken_cells_table, noise.cut_labels),
    "HTML portal": layout(clean_table, page=portal_page),
    "HTML portal, pasted from Word": layout(word_table, page=portal_page, paragraph=word_paragraph),
    "HTML portal, lines broken": layout(clean_table, page=portal_page, paragraph=broken_paragraph),
    "HTML no page around": layout(clean_table, page=bare_page),
    "HTML no page around, pasted from Word": layout(word_table, page=bare_page, paragraph=word_paragraph),
    "HTML gb2312": layout(clean_table, page=old_page, encoding="gbk"),
    "HTML gb2312, unclosed": layout(unclosed_table, page=old_page, paragraph=broken_paragraph, encoding="gbk"),
    "HTML blank first cells": layout(clean_table, noise.empty_first_cells),
    "HTML merged cells repeated down": layout(clean_table, noise.repeated),
    "HTML merged cells undone": layout(clean_table, noise.unmerged),
    "HTML split": layout(clean_table, noise.split()),
    "HTML split, headings again": layout(clean_table, noise.split(headings=True, repeat=True)),
    "HTML split, page number between": layout(clean_table, noise.split(between="— 5 —")),
    "HTML split within a label": layout(clean_table, noise.split(broken_label=True)),
    "HTML boxes": layout(div_table),
    "HTML a paragraph a cell": layout(paragraphs_table),
    "HTML preformatted, tabs": layout(preformatted(render_text.tabs), noise.blanks_as("\u3000")),
    "HTML preformatted, pipes": layout(preformatted(render_text.piped), noise.blanks_as("\u3000")),
    "HTML broken lines, pipes": layout(broken_lines(render_text.remnants), noise.blanks_as("\u3000")),
    "HTML traditional, portal": traditional(layout(clean_table, page=portal_page), "s2t"),
    "HTML traditional of Hong Kong": traditional(layout(clean_table), "s2hk"),
    "HTML typos in row labels": layout(clean_table, noise.typos),
    "HTML typos in headings": layout(clean_table, noise.typos_in_headings),
    "HTML spaces in labels": layout(clean_table, noise.spaced_labels),
    "HTML ㈠㈡ and half-width brackets": layout(clean_table, noise.odd_brackets),
    "HTML thousands": layout(clean_table, noise.half_width_commas),
    "HTML thousands and units": layout(clean_table, noise.thousands_and_units),
    "HTML units in cells": layout(clean_table, noise.units),
    "HTML units in headings": layout(clean_table, noise.amounts_in_other_units),
    "HTML Chinese numerals": layout(clean_table, noise.chinese_numerals),
    "HTML digits broken over lines": layout(broken_cells_table, noise.broken_digits),
    "HTML 2019 unpivoted": layout(clean_table, noise.unpivoted),
    "HTML 2019 unpivoted, label repeated": layout(word_table, noise.unpivoted, noise.repeated),
    "HTML columns in another order": layout(clean_table, noise.headings_in_other_order),
    "HTML total first": layout(clean_table, noise.totals_first),
    "HTML notes raised": layout(noted_table),
    "HTML corrections struck out": layout(corrected_table),
    "HTML spans too long": layout(clean_table, noise.overlong_spans),
    "HTML group labels lost": layout(clean_table, noise.lost_group_labels),
    "HTML group labels emptied": layout(clean_table, noise.emptied_group_labels),
    "HTML headings lost": layout(clean_table, noise.lost_headings),
    "HTML headings emptied": layout(clean_table, noise.emptied_headings),
    "HTML heading rows lost": layout(clean_table, noise.lost_heading_rows),
    "HTML row labels lost": layout(clean_table, noise.lost_row_labels),
    "HTML row labels emptied": layout(clean_table, noise.emptied_row_labels),
    "HTML figures lost": layout(clean_table, noise.lost_figures),
    "HTML rows lost": layout(clean_table, noise.lost_rows),
    "HTML mixed by table": layout(mixed_table),
    "HTML extra rows": layout(clean_table, noise.extra_rows),
    "HTML labels doubled": layout(clean_table, noise.repeated, noise.doubled_labels),
    "HTML a table twice": layout(clean_table, noise.tables_twice),
    "HTML table of contents": layout(clean_table, noise.contents),
    "HTML section headings gone": layout(clean_table, noise.lost_section_headings),
    "HTML single (六)": layout(clean_table),
    "HTML single (六), labels cut": layout(broken_cells_table, noise.cut_labels),
    "HTML wrong form for the year": layout(clean_table),
    "HTML spaced digits": layout(clean_table, noise.spaced_digits),
    "HTML 2019 other minus signs": layout(clean_table, noise.other_minus_signs),
    "HTML 2019 doubled signs": layout(clean_table, noise.doubled_signs),
    "HTML a table lost": layout(clean_table, noise.lost_table),
    "HTML a column lost": layout(clean_table, noise.lost_column),
    "HTML a column and headings lost": layout(clean_table, noise.lost_column, noise.lost_heading_rows),
    "HTML several at once": layout(mixed_table, noise.several(*_SHAPES), page=portal_page),
    "HTML everything at once": layout(
        mixed_table,
        noise.everything(*_SHAPES, noise.overlong_spans, noise.split(broken_label=True)),
        page=portal_page,
        paragraph=broken_paragraph,
    ),
}
ONLY_2019 = frozenset(name for name in LAYOUTS if "2019" in name)
ONLY_SINGLE = frozenset(name for name in LAYOUTS if "single (六)" in name)
WRONG_FORM = frozenset(name for name in LAYOUTS if "wrong form" in name)
NO_BLANKS = frozenset({"HTML boxes", "HTML a paragraph a cell"})
DAMAGED = frozenset(
    {
        *(name for name in LAYOUTS if " lost" in name or "emptied" in name or "everything" in name),
        "HTML spaced digits",
        "HTML 2019 doubled signs",
        "HTML units in headings",
        "HTML digits broken over lines",
        "HTML split within a label",
        "HTML notes raised",
        "HTML corrections struck out",
        "HTML spans too long",
    }
)
