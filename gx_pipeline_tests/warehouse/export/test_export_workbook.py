"""The workbook: every printed figure in its printed place, what is no figure visibly none, faults and corrections marked."""

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gx_pipeline.errors import ExportError
from gx_pipeline.forms import load_forms
from gx_pipeline.warehouse.export import Format, export
from gx_pipeline.warehouse.export import workbook as written
from gx_pipeline.warehouse.export.printed import printed_table
from gx_pipeline_tests.conftest import WORDING

SHOWN = {"blank": "空白", "missing": "缺失"}
FACTS = """
select form, year, name, row_code, applicant_type, value, state, raw from core.fct_requests join core.dim_agency using (agency_id)
union all
select form, year, name, row_code, applicant_type, value, state, raw from core.fct_requests_totals join core.dim_agency using (agency_id)
"""
DISCLOSURE = """
select form, year, name, row_code, measure, value, state, raw from core.fct_proactive_disclosure join core.dim_agency using (agency_id)
"""
DISPUTES = """
select form, year, name, procedure, result, value, state, raw from core.fct_reconsideration_litigation
join core.dim_agency using (agency_id)
union all
select form, year, name, procedure, result, value, state, raw from core.fct_reconsideration_litigation_totals
join core.dim_agency using (agency_id)
"""


def sheet(workbook: openpyxl.Workbook, begins: str, form: str = "") -> Worksheet:
    return next(ws for ws in workbook if ws.title.startswith(begins) and (not form or ws.title.endswith(f"({form})")))


def shown(value, state, raw):
    return value if state == "reported" else SHOWN.get(state) or raw


def requests_in(ws: Worksheet, form: str) -> dict:
    """The figures of section 三 by the official wording of their row and heading."""
    rows = {label: code for code, label in WORDING[form]["requests"]["rows"].items()}
    columns = {label: code for code, label in WORDING[form]["requests"]["columns"].items()}
    heads = {at: [ws.cell(row, at).value for row in (2, 3, 4) if ws.cell(row, at).value][-1] for at in range(6, 13)}
    found = {}
    for line in ws.iter_rows(min_row=5):
        label = [cell.value for cell in line[2:5] if cell.value][-1]
        for at, head in heads.items():
            found[line[0].value, line[1].value, rows[label], columns[head]] = line[at - 1].value
    return found


def disclosure_in(ws: Worksheet, form: str) -> dict:
    """The figures of section 二 under the headings of their item."""
    wording = WORDING[form]["proactive_disclosure"]
    rows = {label: code for code, label in wording["rows"].items()}
    columns = {label: code for code, label in wording["columns"].items()}
    found, heads = {}, {}
    for line in ws.iter_rows(min_row=3):
        if line[2].value == "信息内容":
            heads = {at: columns[cell.value] for at, cell in enumerate(line) if at > 2 and cell.value}
        elif line[2].value in rows:
            for at, column in heads.items():
                found[line[0].value, line[1].value, rows[line[2].value], column] = line[at].value
    return found


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_request_figure_stands_in_its_printed_place(workbook, query, form):
    facts = {row[1:5]: shown(*row[5:]) for row in query(FACTS) if row[0] == form}
    assert requests_in(sheet(workbook, "三、", form), form) == facts


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_disclosure_figure_stands_under_its_heading(workbook, query, form):
    facts = {row[1:5]: shown(*row[5:]) for row in query(DISCLOSURE) if row[0] == form}
    assert disclosure_in(sheet(workbook, "二、", form), form) == facts


def test_every_dispute_figure_stands_in_its_printed_place(workbook, query):
    ws = sheet(workbook, "四、")
    wording = WORDING["2021"]["reconsideration_litigation"]
    places = [(row, column) for row in wording["rows"] for column in wording["columns"]]
    assert [ws.cell(3 if at < 8 else 4, at).value for at in range(3, 18)] == list(wording["columns"].values()) * 3
    found = {
        (line[0].value, line[1].value, *place): cell.value
        for line in ws.iter_rows(min_row=5)
        for place, cell in zip(places, line[2:], strict=True)
    }
    assert found == {row[1:5]: shown(*row[5:]) for row in query(DISPUTES)}


def test_headings_are_merged_and_stay_in_sight_as_on_the_form(workbook):
    ws = sheet(workbook, "三、", "2021")
    assert ws.freeze_panes == "C5"
    merged = {str(found) for found in ws.merged_cells.ranges}
    assert {"C2:E4", "F2:L2", "F3:F4", "G3:K3", "L3:L4"} <= merged  # the identity, 申请人情况, 自然人, 法人或其他组织, 总计
    assert {"C5:E5", "C7:C28", "D9:D16"} <= merged  # 一、; 三、本年度办理结果; (三)不予公开
    assert sheet(workbook, "四、")["H2"].value == "行政诉讼"


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_printed_table_has_each_cell_of_its_form_once_and_no_hole(form):
    for code, table in load_forms()[form].tables.items():
        printed = printed_table(code, table)
        assert sorted(box.key for box in printed.body if box.key) == sorted(load_forms()[form].cells(code))
        covered = [
            (row, column)
            for box in printed.body
            for row in range(box.row, box.row + box.rows)
            for column in range(box.column, box.column + box.columns)
        ]
        assert sorted(covered) == [(row, column) for row in range(printed.rows) for column in range(printed.columns)]


def test_the_suspected_cell_says_its_rule_and_what_would_fit(workbook):
    ws = sheet(workbook, "三、", "2021")
    (row,) = [
        line for line in ws.iter_rows(min_row=5) if line[0].value == 2023 and str(line[3].value).startswith("（二）部分公开")
    ]
    suspect = row[11]
    assert suspect.value == 11
    assert "suspect_cell" in suspect.comment.text
    assert "相符的数值:10" in suspect.comment.text
    beside = row[5]
    assert "applicants_total" in beside.comment.text
    assert suspect.fill.fgColor.rgb != beside.fill.fgColor.rgb != ws["F5"].fill.fgColor.rgb


def test_a_figure_that_the_text_contradicts_is_marked(workbook):
    (row,) = [
        line
        for line in sheet(workbook, "三、", "2021").iter_rows(min_row=5)
        if line[1].value == "福州市鼓楼区人民政府" and str(line[2].value).startswith("一、")
    ]
    assert row[11].value == 25
    assert "27件" in row[11].comment.text
    assert "正文所述:27" in row[11].comment.text
    assert "相符的数值" not in row[11].comment.text, "25 tallies in every sum, 27 would break them"
    assert row[5].comment is None


def rows_of(ws: Worksheet) -> list[dict]:
    headings = [cell.value for cell in ws[1]]
    return [dict(zip(headings, line, strict=True)) for line in ws.iter_rows(min_row=2, values_only=True)]


def about(workbook: openpyxl.Workbook) -> dict:
    return {line[0]: line[1] for line in workbook["说明"].iter_rows(values_only=True) if line[0]}


def test_each_finding_says_what_the_figure_is_that_it_compares_with(workbook):
    said = {(row["规则代码"], row["对照数值"]): row["对照数值是"] for row in rows_of(workbook["问题"])}
    assert said["narrative_mismatch", 27] == "正文所述"
    assert said["carry_over", 7] == "上年报告"
    assert said["suspect_cell", 10] == said["applicants_total", 10] == "相符的数值"
    assert {name for (_, expected), name in said.items() if expected is None} == {None}


def test_what_would_fit_stands_at_the_suspected_cell_alone(changed):
    """The sum of a row and one of its parts may hold the same figure; what fits in the one does not fit in the other."""
    place = changed(
        "update core.fct_requests set value = 11 where agency_id = '999900-sjj' and year = 2023 and row_code = 'partially_granted' "
        "and applicant_type = 'natural_person'"
    )
    (row,) = [
        line
        for line in sheet(exported_again(place), "三、", "2021").iter_rows(min_row=5)
        if line[0].value == 2023 and str(line[3].value).startswith("（二）部分公开")
    ]
    assert (row[5].value, row[11].value) == (11, 11)
    assert "applicants_total" in row[5].comment.text
    assert "相符的数值" not in row[5].comment.text
    assert "相符的数值:10" in row[11].comment.text


def test_each_report_says_whose_figures_it_holds_and_whether_they_may_be_added(changed, query):
    place = changed(
        "update core.fct_report set scope = 'region_aggregate', is_additive = false, not_additive_reason = 'region_aggregate' "
        "where agency_id = '350102-rmzf'"
    )
    book = exported_again(place)
    reports = {row["机构"]: row for row in rows_of(book["报告"]) if row["年度"] == 2024}
    names = ("口径", "可否相加", "不可相加的原因", "层级", "机构类别")
    assert [reports["福州市鼓楼区人民政府"][name] for name in names] == [
        "本行政区域汇总",
        "否",
        "本行政区域汇总",
        "县级",
        "人民政府",
    ]
    assert [reports["示例市数据局"][name] for name in names] == ["本机关", "是", None, "地市级", "部门"]
    assert reports["示例市数据局"]["报告格式"].startswith("2021年格式")
    dates = dict(query("select agency_name, published_on from core.fct_report where year = 2024"))
    assert {name: row["公布日期"].date() if row["公布日期"] else None for name, row in reports.items()} == dates
    flat = {(row["机构"], row["口径"], row["可否相加"]) for row in rows_of(book["明细"]) if row["年度"] == 2024}
    assert ("福州市鼓楼区人民政府", "本行政区域汇总", "否") in flat
    assert ("示例市数据局", "本机关", "是") in flat
    assert "重复计算" in about(book)["相加"]


def test_without_the_printed_totals_the_flat_sheet_sums_up_to_the_facts(workbook, query):
    flat = [row for row in rows_of(workbook["明细"]) if row["表"].startswith("收到和处理")]
    parts = sum(row["数值"] or 0 for row in flat if row["是否合计"] == "否")
    assert parts == query("select sum(value) from core.fct_requests")[0][0]
    totals = {(row["行代码"], row["栏代码"]) for row in flat if row["是否合计"] == "是"}
    assert totals == set(query("select distinct row_code, applicant_type from core.fct_requests_totals"))


def test_what_is_not_taken_in_is_listed_with_its_reason(changed):
    refused = "'2022|bad', 2022, '350505-kjj', 'raw/2022/350505-kjj/report.pdf', 'unreadable', 'the PDF has no end'"
    place = changed(
        f"insert into core.fct_refusals values ({refused})",
        "update marts.coverage set status = 'refused' where year = 2022 and agency_id = '350505-kjj'",
        "insert into core.fct_refusals values ('2024|twice', 2024, '350100-kjj', 'raw/copy.txt', 'duplicate_report', 'there are two')",
    )
    book = exported_again(place)
    lacking = {(row["年度"], row["机构代码"]): row for row in rows_of(book["未收录"])}
    pdf = lacking[2022, "350505-kjj"]
    assert (pdf["机构"], pdf["收录状态"], pdf["原因"]) == ("泉州市泉港区科学技术局", "文件未能收入", "文件无法读取")
    assert (pdf["说明"], pdf["文件"]) == ("the PDF has no end", "raw/2022/350505-kjj/report.pdf")
    assert lacking[2022, "350100-kjj"]["收录状态"] == "没有文件"
    assert lacking[2024, "350100-kjj"]["原因"] == "同一机构同一年度有多份", (
        "a second file is not taken in although there is a report"
    )
    with_report = {(row["年度"], row["机构代码"]) for row in rows_of(book["报告"])}
    assert with_report & lacking.keys() == {(2024, "350100-kjj")}
    number = sum(row["收录状态"] == "没有文件" for row in lacking.values())
    assert f"文件未能收入 2、没有文件 {number};" in about(book)["未收录"]


def test_a_selection_without_a_report_says_so_and_lists_what_is_lacking(changed):
    place = changed("insert into core.fct_refusals values ('k', 2022, '350505-kjj', 'raw/x.pdf', 'unreadable', 'no end')")
    out = place.settings.data_dir / "out"
    (one,) = export(place.settings, place.registry, [Format.xlsx], years=[2022], places=["350505"], out=out)
    assert (one.rows, one.reports) == (0, 0)
    book = openpyxl.load_workbook(out / "xlsx" / "annual_reports.xlsx")
    assert "没有已收录的年度报告" in about(book)["内容"]
    assert [(row["年度"], row["机构代码"], row["文件"]) for row in rows_of(book["未收录"])] == [(2022, "350505-kjj", "raw/x.pdf")]


def test_a_row_of_findings_is_as_high_as_its_longest_text_is_wrapped(workbook):
    ws = workbook["问题"]
    at = {cell.value: cell.column for cell in ws[1]}
    for row in range(2, ws.max_row + 1):
        text = ws.cell(row, at["说明"]).value
        chinese = sum("一" <= sign <= "鿿" for sign in text)
        assert ws.row_dimensions[row].height >= 13 * (len(text) + chinese) / 60
    assert len({ws.row_dimensions[row].height for row in range(2, ws.max_row + 1)}) > 1


def test_a_report_begins_on_a_page_of_its_own_and_lists_repeat_whose_row_it_is(workbook):
    ws = sheet(workbook, "三、", "2021")
    begins = [row for row in range(5, ws.max_row + 1) if str(ws.cell(row, 3).value).startswith("一、")]
    assert [found.id for found in ws.row_breaks.brk] == [row - 1 for row in begins[1:]]
    assert not ws.sheet_properties.pageSetUpPr.fitToPage, "Excel drops page breaks where it fits pages"
    assert ws.page_setup.scale < 100
    for name in ("问题", "明细", "报告", "未收录"):
        assert workbook[name].print_title_cols == "$A:$C"
        assert (workbook[name].page_setup.paperSize, workbook[name].page_setup.orientation) == (8, "landscape")
    assert workbook["明细"].page_setup.fitToWidth == 2
    assert not sheet(workbook, "四、").row_breaks.brk


def test_what_is_no_figure_looks_like_none(workbook):
    fills = {}
    for form in ("2019", "2021"):
        for line in sheet(workbook, "三、", form).iter_rows(min_row=5, min_col=6):
            for cell in line:
                if cell.comment is None:
                    fills.setdefault(cell.value if isinstance(cell.value, str) else "figure", set()).add(
                        (cell.fill.patternType, cell.fill.fgColor.rgb)
                    )
    assert fills["空白"].isdisjoint(fills["figure"])


def test_the_flat_sheet_has_a_row_for_every_cell(workbook, query):
    ws = workbook["明细"]
    rows = rows_of(ws)
    facts = {(row[1], row[2], row[3], row[4]): row[5] for facts in (FACTS, DISCLOSURE, DISPUTES) for row in query(facts)}
    assert {(row["年度"], row["机构"], row["行代码"], row["栏代码"]): row["数值"] for row in rows} == facts
    assert len(rows) == len(facts)
    assert {row["状态"] for row in rows} == {"有数字", "空白", "缺失"}
    assert all(row["原文位置"] for row in rows if row["状态"] == "有数字")


def test_every_finding_and_every_report_is_listed(workbook, query):
    ids = [line[-1] for line in workbook["问题"].iter_rows(min_row=2, values_only=True)]
    assert sorted(ids) == sorted(name for (name,) in query("select finding_id from core.fct_findings"))
    reports = {line[:2] for line in workbook["报告"].iter_rows(min_row=2, values_only=True)}
    assert reports == set(query("select year, agency_id from marts.agency_year"))
    assert "8 份年度报告" in about(workbook)["内容"]
    assert "条例" in about(workbook)["许可"]


def exported_again(place) -> openpyxl.Workbook:
    out = place.settings.data_dir / "out"
    export(place.settings, place.registry, [Format.xlsx], out=out)
    return openpyxl.load_workbook(out / "xlsx" / "annual_reports.xlsx")


def test_a_corrected_cell_keeps_the_published_figure_and_shows_both(changed):
    where = "where agency_id = '350102-rmzf' and applicant_type = 'total' and row_code ="
    place = changed(
        "update core.fct_requests_totals set correction = 'override', corrected_value = 27, used_value = 27, "
        f"correction_reason = 'a letter' {where} 'new_received'",
        f"update core.fct_requests_totals set correction = 'set_null', used_value = null, correction_reason = 'a letter' {where} 'granted'",
    )
    rows = [
        line
        for line in sheet(exported_again(place), "三、", "2021").iter_rows(min_row=5)
        if line[1].value == "福州市鼓楼区人民政府"
    ]
    assert rows[0][11].value == 25
    assert rows[0][11].number_format == '#,##0" → 27"'
    assert "以更正值代替:公布值 25,更正值 27" in rows[0][11].comment.text
    assert "a letter" in rows[0][11].comment.text
    assert rows[2][11].number_format == '#,##0" → 不采用数字"'


def test_hostile_texts_of_a_document_stay_texts(changed):
    hostile = '=HYPERLINK("http://x")\x01_x0041_\ufffe<&>'
    place = changed(
        f"update core.fct_requests set state = 'unparsed', value = null, used_value = null, raw = '{hostile}' "
        "where agency_id = '350100-kjj' and row_code = 'granted'",
        "update core.fct_findings set message = '@SUM(1)' || repeat('长', 40000)",
    )
    book = exported_again(place)
    (row,) = [
        line
        for line in sheet(book, "三、", "2021").iter_rows(min_row=5)
        if line[1].value == "福州市科学技术局" and line[3].value == "（一）予以公开"
    ]
    assert row[5].data_type == "s"
    # Spreadsheets read _xHHHH_ as a character, so that a text which holds it is written escaped; openpyxl does not undo that.
    assert row[5].value.replace("_x005F_", "_") == hostile.replace("\x01", "\ufffd").replace("\ufffe", "\ufffd")
    message = book["问题"]["G2"]
    assert message.data_type == "s"
    assert message.value.startswith("@SUM(1)长")
    assert message.value.endswith("(此处截断)")


@pytest.mark.parametrize("text", ["<r>&<b></r>", "<r><t>12</t></r>"])
def test_a_text_that_looks_like_the_inside_of_a_workbook_stays_that_text(text, changed):
    place = changed(
        f"update core.fct_requests set state = 'unparsed', value = null, used_value = null, raw = '{text}' "
        "where agency_id = '350100-kjj' and row_code = 'granted'"
    )
    granted = [
        row for row in rows_of(exported_again(place)["明细"]) if (row["机构代码"], row["行代码"]) == ("350100-kjj", "granted")
    ]
    raw = [row["原文"] for row in granted if row["是否合计"] == "否"]
    assert raw == [text] * 6


def test_above_a_number_of_reports_labels_stand_in_every_row_instead_of_merged_cells(changed, monkeypatch, query):
    monkeypatch.setattr(written, "MERGED_UP_TO", 1)
    ws = sheet(exported_again(changed()), "三、", "2021")
    assert {ws.cell(row, 3).value for row in range(7, 29)} == {"三、本年度办理结果"}
    assert requests_in(ws, "2021") == {row[1:5]: shown(*row[5:]) for row in query(FACTS) if row[0] == "2021"}


def test_more_cells_than_a_sheet_has_rows_are_refused_with_the_years_to_choose(built_place, tmp_path, monkeypatch):
    monkeypatch.setattr(written, "MAX_ROWS", 1_000)
    with pytest.raises(ExportError, match=r"--year or --place \(2020: 198 cells"):
        export(built_place.settings, built_place.registry, [Format.csv, Format.xlsx], out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_facts_that_are_not_the_cells_of_a_form_make_no_workbook(changed):
    place = changed("delete from core.fct_requests where agency_id = '350100-kjj' and row_code = 'granted'")
    with pytest.raises(ExportError, match="350100-kjj 2024"):
        exported_again(place)
    assert not list((place.settings.data_dir / "out").iterdir())
