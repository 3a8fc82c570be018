"""Reports in Traditional characters: read as any other, quoted as printed; a simplified report is never converted."""

from __future__ import annotations

from functools import cache

import pytest
from opencc import OpenCC

from gx_pipeline.documents import normalize
from gx_pipeline.documents.chinese import is_traditional, simplify
from gx_pipeline.forms import load_forms, load_sections
from gx_pipeline.parsing.labels import labels_of

LAYOUTS = pytest.mark.parametrize("layout", ["text", "piped", "html"])
SCRIPTS = pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
FIGURES = {
    "proactive_disclosure": {
        "normative_documents": {"made": 3, "repealed": 1, "in_force": 40},
        "administrative_fees": {"amount_10k_yuan": 1.5},
    },
    "requests": {row: [4, 1, 0, 0, 2, 0, 7] for row in ("new_received", "denied_internal_affairs", "total_handled")},
    "reconsideration_litigation": {"litigation_direct": [1, 0, 0, 2, 3]},
}


@cache
def converter(script):
    return OpenCC(script)


@pytest.fixture
def printed(write_report):
    """A report as printed in Traditional characters, and the same in simplified ones."""

    def write(layout, script="s2t", **how):
        simplified = getattr(write_report(FIGURES, **how), layout)()
        return converter(script).convert(simplified), simplified

    return write


@LAYOUTS
@SCRIPTS
@pytest.mark.parametrize("form", ["2021", "2019"])
def test_a_report_in_traditional_characters_reads_as_the_same_in_simplified_ones(printed, parse_text, layout, script, form):
    year = {"2021": 2024, "2019": 2020}[form]
    traditional, simplified = printed(layout, script, form=form, year=year)
    assert traditional != simplified
    read, expected = parse_text(traditional), parse_text(simplified)
    assert [(cell.key, cell.value, cell.state) for cell in read.cells] == [
        (cell.key, cell.value, cell.state) for cell in expected.cells
    ]
    assert (read.form, read.year, read.agency_id, read.scope) == (
        expected.form,
        expected.year,
        expected.agency_id,
        expected.scope,
    )
    assert [part.section for part in read.sections] == [section.code for section in load_sections()]
    assert {finding.rule for finding in read.findings} == {finding.rule for finding in expected.findings}


def test_its_agency_is_found(printed, parse_text):
    traditional, _ = printed("html")
    report = parse_text(traditional)
    assert (report.agency_id, report.agency_name) == ("999900-sjj", "示例市数据局")


@LAYOUTS
def test_what_a_cell_says_is_kept_as_printed(printed, read_document, layout):
    traditional, _ = printed(layout)
    document = read_document(traditional)
    cells = [cell for line in document.lines for cell in line.cells]
    assert any(cell.raw == "一、本年新收政府信息公開申請數量" for cell in cells)
    assert any(cell.text == "一、本年新收政府信息公开申请数量" for cell in cells)
    assert all(cell.raw.strip("| ") in traditional for cell in cells if cell.kind == "text")


def test_a_cell_that_cannot_be_read_is_quoted_as_printed(write_report, parse_text, by_rule):
    report = write_report()
    report.row("granted")[2] = "見附件"
    text = converter("s2t").convert(report.html())
    parsed = parse_text(text)
    assert any("見附件" in finding.message for finding in by_rule(parsed, "unparsed_cell"))


@pytest.mark.parametrize("printed_number", ["兩", "十二", "3項", "3個", "5（註1）", "5（注1）", "無"])
def test_figures_in_words_and_with_marks_are_read_or_told(write_report, parse_text, printed_number):
    report = write_report()
    report.row("regulations")[1] = printed_number
    parsed = parse_text(converter("s2t").convert(report.html()))
    cell = next(cell for cell in parsed.cells if (cell.key.row, cell.key.column) == ("regulations", "made"))
    expected = {"兩": 2, "十二": 12, "3項": 3, "3個": 3, "5（註1）": 5, "5（注1）": 5, "無": None}[printed_number]
    told = {key for finding in parsed.findings for key in finding.cells}
    assert cell.value == expected or (cell.value is None and cell.key in told)


# -- which script --------------------------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize("quoted", ["報告", "機關", "報告報告報告", "資訊與檔案"])
def test_a_simplified_report_that_quotes_a_traditional_word_is_untouched(write_report, read_document, layout, quoted):
    """One of the words that tell the script is a quotation, however often it comes."""
    text = getattr(write_report(problems=f"台胞来信中写道：“{quoted}”。规范性文件的档案齐全。"), layout)()
    document = read_document(text)
    assert any(quoted in line and "规范性文件的档案齐全" in line for line in document.texts())
    assert all(cell.text == normalize(cell.raw) for line in document.lines for cell in line.cells)


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("政府信息公開工作年度報告", True),
        ("總計 結果維持", True),
        ("政府信息公开工作年度报告", False),
        ("他说:報告", False),
        ("報告 報告 報告", False),
        ("", False),
    ],
)
def test_two_of_the_words_that_every_report_prints_tell_the_script(text, traditional):
    assert is_traditional(text) is traditional


@pytest.mark.parametrize("form", ["2021", "2019"])
def test_every_label_of_the_forms_is_known_from_its_traditional_characters(form):
    labels = [
        (code, named.code, named.label)
        for code, table in load_forms()[form].tables.items()
        for named in (*table.rows, *table.columns)
    ]
    for script in ("s2t", "s2tw", "s2hk"):
        unknown = [
            label
            for table, code, label in labels
            if (table, code) not in {(found.table, found.code) for found in labels_of(simplify(converter(script).convert(label)))}
        ]
        assert unknown == []


def test_title_and_headers_are_simplified_too(printed, read_document):
    traditional, _ = printed("html")
    page = traditional.replace("<head>", "<head><title>示例市數據局2024年政府信息公開工作年度報告</title>")
    document = read_document(page)
    shown = "\n".join([document.title or "", *document.headers])
    assert "数据局" in shown
    assert "數據局" not in shown
