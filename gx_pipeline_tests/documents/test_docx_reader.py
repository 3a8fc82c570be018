"""DOCX as Word prints it: everything of the body once and in order, revisions accepted, nothing hidden, no code of a field."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from gx_pipeline.documents import Document, describe, read_bytes
from gx_pipeline.errors import Refusal
from gx_pipeline_tests.generated.render_docx import cell, docx_bytes, paragraph, plain, run, table, text_box

BY = 'w:id="1" w:author="A" w:date="2024-01-01T00:00:00Z"'


def read(body: str, numbering: str = "", styles: str = "") -> Document:
    data = docx_bytes(body, numbering, styles)
    return read_bytes(data, describe(data, "report.docx"))


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines if line.table is None]


def grids(document: Document) -> list[list[str]]:
    return [
        [found.text if found.kind == "text" else f"[{found.kind}]" for found in line.cells]
        for line in document.lines
        if line.table is not None
    ]


def row(*cells: str, before: int = 0) -> str:
    properties = f'<w:trPr><w:gridBefore w:val="{before}"/></w:trPr>' if before else ""
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def cells(*printed: str) -> str:
    return row(*(cell(plain(text)) for text in printed))


# -- paragraphs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        pytest.param(run("一、") + run("总体") + run("情况"), ["一、总体情况"], id="runs split in mid word"),
        pytest.param(run("1") + f"<w:del {BY}><w:r><w:delText>9</w:delText></w:r></w:del>" + run("2"), ["12"], id="deletion"),
        pytest.param(run("1") + f"<w:moveFrom {BY}>{run('9')}</w:moveFrom>" + run("2"), ["12"], id="moved away"),
        pytest.param(f"<w:ins {BY}>{run('1')}</w:ins><w:moveTo {BY}>{run('2')}</w:moveTo>", ["12"], id="insertions"),
        pytest.param(f"<w:ins {BY}><w:del {BY}>{run('9')}</w:del>{run('1')}</w:ins>", ["1"], id="deleted from an insertion"),
        pytest.param(run("1") + run("9", "<w:vanish/>") + run("2", '<w:vanish w:val="0"/>'), ["12"], id="hidden text"),
        pytest.param(run("3", "<w:strike/>") + run("5", '<w:strike w:val="0"/>'), ["5"], id="text struck out"),
        pytest.param(run("3", '<w:dstrike w:val="true"/><w:strike w:val="0"/>') + run("5"), ["5"], id="text struck out twice"),
        pytest.param(run("见") + f'<w:hyperlink w:anchor="x">{run("附件")}</w:hyperlink>', ["见附件"], id="link"),
        pytest.param(
            f"<w:sdt><w:sdtPr/><w:sdtContent>{run('1')}</w:sdtContent></w:sdt>" + run("2"), ["12"], id="content control"
        ),
        pytest.param(run("甲\n乙"), ["甲", "乙"], id="line break"),
        pytest.param(run("甲") + "<w:r><w:tab/></w:r>" + run("乙"), ["甲 乙"], id="tab"),
        pytest.param(run("5") + '<w:r><w:footnoteReference w:id="2"/></w:r>', ["5"], id="reference to a note"),
        pytest.param(
            run("5") + '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>',
            ["5"],
            id="own mark of a note",
        ),
        pytest.param(run("5") + run("1", '<w:vertAlign w:val="superscript"/>'), ["5¹"], id="a raised digit joins no figure"),
        pytest.param("<w:r><w:lastRenderedPageBreak/><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t></w:r>", ["甲-乙"], id="marks"),
        pytest.param(
            "<w:ruby><w:rt>" + run("zi") + "</w:rt><w:rubyBase>" + run("字") + "</w:rubyBase></w:ruby>", ["字"], id="ruby"
        ),
        pytest.param("<w:r><w:t> 1 </w:t></w:r>" + run("2"), ["12"], id="white space that is not preserved"),
    ],
)
def test_a_paragraph_is_read_as_printed(content, wanted):
    assert texts(read(paragraph(content))) == wanted


def test_of_a_field_the_result_is_read_and_not_the_code():
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code = "<w:r><w:instrText> = 3 + 4 </w:instrText></w:r>"
    nested = (
        begin
        + "<w:r><w:instrText> IF </w:instrText></w:r>"
        + begin
        + code
        + separate
        + run("9")
        + end
        + separate
        + run("7")
        + end
    )
    assert texts(read(paragraph(nested + run("件")))) == ["7件"]


def test_a_field_that_never_ends_hides_nothing_after_its_paragraph():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(read(paragraph(run("甲") + begin) + plain("乙"))) == ["甲", "乙"]


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next():
    gone = f"<w:rPr><w:del {BY}/></w:rPr>"
    assert texts(read(paragraph(run("一、总体"), gone) + plain("情况") + plain("完"))) == ["一、总体情况", "完"]


@pytest.mark.parametrize("look", ["vanish", "strike", "dstrike"])
@pytest.mark.parametrize("kind", ["paragraph", "character"])
def test_text_hidden_or_struck_out_by_its_style_is_not_read(kind, look):
    styles = (
        f'<w:style w:type="{kind}" w:styleId="base"><w:rPr><w:{look}/></w:rPr></w:style>'
        f'<w:style w:type="{kind}" w:styleId="draft"><w:basedOn w:val="base"/></w:style>'
    )
    hidden = (
        paragraph(run("9"), '<w:pStyle w:val="draft"/>')
        if kind == "paragraph"
        else paragraph(run("9", '<w:rStyle w:val="draft"/>'))
    )
    assert texts(read(hidden + plain("完"), styles=styles)) == ["完"]


def test_a_text_box_is_read_once_and_after_its_paragraph():
    box = text_box(plain("政府信息公开") + table([cells("甲", "1")], 2))
    document = read(paragraph(run("前") + box) + plain("后"))
    assert texts(document) == ["前", "政府信息公开", "后"]
    assert grids(document) == [["甲", "1"]]


def test_a_text_box_of_older_programs_is_read():
    box = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{plain('年度报告')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    assert texts(read(paragraph(box))) == ["年度报告"]


# -- automatic numbers -------------------------------------------------------------------------------------------------


def numbered(text: str, number: int = 1, level: int = 0) -> str:
    return paragraph(run(text), f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def lists(*levels: tuple[str, str]) -> str:
    declared = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    return (
        f'<w:abstractNum w:abstractNumId="0">{declared}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{override}</w:num>'
    )


def test_numbers_that_word_prints_are_restored():
    body = (
        numbered("总体情况")
        + numbered("主动公开", level=1)
        + numbered("依申请公开", level=1)
        + numbered("其他", level=2)
        + numbered("申请情况")
        + numbered("渠道", level=1)
        + numbered("问题", 2)
        + numbered("事项", 2)
    )
    assert texts(read(body, lists(("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")))) == [
        "一、 总体情况",
        "(一) 主动公开",
        "(二) 依申请公开",
        "1. 其他",
        "二、 申请情况",
        "(一) 渠道",
        "五、 问题",
        "六、 事项",
    ]


def test_numbers_beyond_ten_are_counted_in_chinese():
    read_back = texts(read("".join(numbered("甲") for _ in range(21)), lists(("chineseCounting", "%1、"))))
    assert [read_back[at - 1] for at in (10, 11, 20, 21)] == ["十、 甲", "十一、 甲", "二十、 甲", "二十一、 甲"]


def test_marks_of_a_bulleted_list_and_of_unknown_kinds_are_left_out():
    assert texts(read(numbered("甲"), lists(("bullet", "•")))) == ["甲"]
    assert texts(read(numbered("甲"), lists(("lowerRoman", "%1.")))) == ["甲"]


def test_an_automatic_number_does_not_become_part_of_a_figure():
    document = read(table([row(cell(plain("甲")), cell(numbered("5")))], 2), lists(("decimal", "%1.")))
    assert grids(document) == [["甲", "1. 5"]]


def test_an_empty_paragraph_prints_no_number_into_a_cell():
    document = read(table([row(cell(plain("甲")), cell(numbered("")))], 2), lists(("decimal", "%1")))
    assert grids(document) == [["甲", "[blank]"]]


def test_headings_are_numbered_by_their_style():
    styles = (
        '<w:style w:type="paragraph" w:styleId="h1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="h1a"><w:basedOn w:val="h1"/></w:style>'
    )
    body = "".join(paragraph(run("情况"), f'<w:pStyle w:val="{style}"/>') for style in ("h1", "h1a"))
    assert texts(read(body, lists(("chineseCounting", "%1、")), styles)) == ["一、 情况", "二、 情况"]


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        pytest.param(
            [
                row(cell(plain("甲"), merge="restart"), cell(plain("乙"), span=2)),
                row(cell(plain("旧"), merge="continue"), cell(plain("1")), cell(plain("2"))),
            ],
            [["甲", "乙", "[covered]"], ["[covered]", "1", "2"]],
            id="merged cells cover their neighbours",
        ),
        pytest.param(
            [cells("甲", "1"), row(cell(plain("乙"), merge="continue"), cell(plain("2")))],
            [["甲", "1"], ["乙", "2"]],
            id="a merged cell that begins nowhere begins here",
        ),
        pytest.param(
            [cells("甲", "1", "2"), row(cell(plain("3")), cell(plain("4")), before=1)],
            [["甲", "1", "2"], ["[gap]", "3", "4"]],
            id="a row that begins later",
        ),
        pytest.param([cells("甲", "", " ", "\u3000")], [["甲", "[blank]", "[blank]", "[blank]"]], id="empty cells are blank"),
        pytest.param(
            [row(cell(plain("1") + plain("2")), cell(plain("3\n4")))], [["1 2", "3 4"]], id="figures in two lines stay two"
        ),
        pytest.param(
            [cells("甲", "1"), f"<w:sdt><w:sdtContent>{cells('乙', '2')}</w:sdtContent></w:sdt>"],
            [["甲", "1"], ["乙", "2"]],
            id="a row in a content control",
        ),
        pytest.param(
            [f"<w:tr>{cell(plain('甲'))}<w:sdt><w:sdtContent>{cell(plain('1'))}</w:sdtContent></w:sdt></w:tr>"],
            [["甲", "1"]],
            id="a cell in a content control",
        ),
        pytest.param(
            [cells("甲", "1"), f"<w:tr><w:trPr><w:del {BY}/></w:trPr>{cell(plain('9'))}{cell(plain('9'))}</w:tr>"],
            [["甲", "1"]],
            id="a deleted row",
        ),
        pytest.param(
            [f"<w:tr>{cell(plain('甲'))}<w:tc><w:tcPr><w:cellDel {BY}/></w:tcPr>{plain('9')}</w:tc>{cell(plain('1'))}</w:tr>"],
            [["甲", "1"]],
            id="a deleted cell",
        ),
        pytest.param(
            [row(cell(plain("甲")), cell(table([cells("5")], 1) + plain("")))],
            [["甲", "5"]],
            id="a table of one cell in a cell is its text",
        ),
        pytest.param(
            [
                "<w:tr><w:tc><w:tcPr><w:hMerge w:val='restart'/></w:tcPr><w:p/></w:tc><w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p/></w:tc>"
                f"{cell(plain('1'))}</w:tr>"
            ],
            [["[blank]", "[covered]", "1"]],
            id="cells merged the old way",
        ),
    ],
)
def test_a_table_is_read_as_its_grid(rows, wanted):
    assert grids(read(table(rows, 3))) == wanted


def test_a_layout_table_gives_its_paragraphs_and_the_table_inside_its_grid():
    inner = plain("政府信息公开") + table([cells("甲", "1"), cells("乙", "2")], 2) + plain("完")
    document = read(table([row(cell(plain("左")), cell(inner))], 2))
    assert texts(document) == ["左", "政府信息公开", "完"]
    assert grids(document) == [["甲", "1"], ["乙", "2"]]


def test_a_table_of_one_column_is_narrative():
    document = read(table([row(cell(plain("一、总体情况") + plain("甲。"))), row(cell(plain("乙。")))], 1))
    assert texts(document) == ["一、总体情况", "甲。", "乙。"]


def test_words_across_a_table_are_narrative_and_keep_their_place():
    document = read(table([row(cell(plain("甲。") + plain("乙。"), span=2)), cells("丙", "1"), row(cell(plain("7"), span=2))], 2))
    assert [(line.at, line.table, line.text) for line in document.lines] == [
        ("table 1 row 1", None, "甲。"),
        ("table 1 row 1", None, "乙。"),
        ("table 1 row 2", 1, "丙 1"),
        ("table 1 row 3", 1, "7"),
    ]


def test_locators_count_paragraphs_tables_rows_and_cells():
    document = read(
        plain("甲")
        + plain("")
        + plain("乙")
        + table([cells("1", "2")], 2)
        + plain("")
        + table([cells("3", "4"), cells("5", "6")], 2)
    )
    assert [line.at for line in document.lines] == [
        "paragraph 1",
        "paragraph 2",
        "table 1 row 1",
        "table 2 row 1",
        "table 2 row 2",
    ]
    assert document.lines[-1].locator(1) == "table 2 row 2 cell 2"


# -- the file ----------------------------------------------------------------------------------------------------------


def test_a_file_of_the_library_for_word_files_is_read():
    written = docx.Document()
    written.add_heading("一、总体情况", 1)
    grid = written.add_table(2, 3)
    grid.cell(0, 0).merge(grid.cell(1, 0)).text = "甲"
    grid.cell(0, 1).merge(grid.cell(0, 2)).text = "乙"
    grid.cell(1, 2).text = "1"
    written.sections[0].header.paragraphs[0].text = "页眉"
    file = io.BytesIO()
    written.save(file)
    document = read_bytes(file.getvalue(), describe(file.getvalue(), "x"))
    assert texts(document) == ["一、总体情况"]
    assert grids(document) == [["甲", "乙", "[covered]"], ["[covered]", "[blank]", "1"]]


def test_the_strict_variety_is_read():
    data = docx_bytes(plain("甲") + table([cells("乙", "1")], 2))
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name)
                .replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
                .replace(b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"),
            )
    document = read_bytes(file.getvalue(), describe(file.getvalue(), "x"))
    assert (texts(document), grids(document)) == (["甲"], [["乙", "1"]])


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        pytest.param("第一段。", "某局2024年政府信息公开工作年度报告", id="no title in print"),
        pytest.param("某局2025年政府信息公开工作年度报告", None, id="a template's old title beside the one in print"),
    ],
)
def test_the_title_of_the_properties_counts_where_none_is_printed(printed, title):
    written = docx.Document()
    written.core_properties.title = "某局2024年政府信息公开工作年度报告"
    written.add_paragraph(printed)
    file = io.BytesIO()
    written.save(file)
    assert read_bytes(file.getvalue(), describe(file.getvalue(), "x")).title == title


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param('<w:altChunk r:id="rId9"/>', "unsupported_format", id="text in an embedded file"),
        pytest.param(table([cells(*"甲" * 300)], 300), "too_large", id="too many columns"),
        pytest.param(table([cells("甲", "1")] * 4001, 2), "too_large", id="too many rows"),
        pytest.param(
            "<w:tbl><w:tr><w:tc>" * 40 + plain("甲") + "</w:tc></w:tr></w:tbl>" * 40, "too_large", id="tables in tables in tables"
        ),
        pytest.param("<w:sdt>" * 300 + "</w:sdt>" * 300, "unreadable", id="deeper than any document"),
        pytest.param("<w:p>", "unreadable", id="no XML"),
    ],
)
def test_what_is_out_of_bounds_is_refused(body, code):
    with pytest.raises(Refusal) as refused:
        read(body)
    assert refused.value.code == code


def picture(width: int) -> str:
    extent = f'<wp:extent cx="{width}" cy="{width}"/>'
    return paragraph(
        f'<w:r><w:drawing><wp:inline>{extent}<a:graphic><a:blip r:embed="rId9"/></a:graphic></wp:inline></w:drawing></w:r>'
    )


def test_pictures_are_counted_and_icons_are_not():
    assert read(plain("甲") + picture(5_000_000) + picture(100_000)).pictures == 1


@pytest.mark.parametrize(("body", "code"), [(picture(5_000_000), "scanned_image"), (plain(""), "unreadable")])
def test_a_document_without_text_is_refused(body, code):
    with pytest.raises(Refusal) as refused:
        read(body)
    assert refused.value.code == code
