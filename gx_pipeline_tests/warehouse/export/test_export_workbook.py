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
    assert row[5].comment is None


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
    headings = [cell.value for cell in ws[1]]
    rows = [dict(zip(headings, line, strict=True)) for line in ws.iter_rows(min_row=2, values_only=True)]
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
    about = "\n".join(str(value) for line in workbook["说明"].iter_rows(values_only=True) for value in line if value)
    assert "8 份年度报告" in about
    assert "条例" in about


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
    rows = exported_again(place)["明细"].iter_rows(min_row=2, values_only=True)
    raw = [row[12] for row in rows if row[1] == "350100-kjj" and row[19] == "granted" and row[20] != "total"]
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
