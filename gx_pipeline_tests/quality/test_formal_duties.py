"""What the Regulations and the notices ask beside the figures: told where it is clear, and only there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from gx_pipeline.agencies import Agency
from gx_pipeline.documents import read_file
from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Hints, parse
from gx_pipeline.quality.formal import formal_findings
from gx_pipeline_tests.generated.layouts import entries, generate

APPLICANTS = 6
SAMPLES = (
    *("350100-kjj-2024", "350100-gxj-2025", "350102-rmzf-2024", "350505-kjj-2020", "652700-kjj-2024"),
    *("999900-sjj-2022", "999900-sjj-2023", "999900-sjj-2024"),
)
PREFACE = "本报告由示例市数据局编制。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
OVERVIEW = "一、总体情况"
PROACTIVE = "二、主动公开政府信息情况"
REQUESTS = "三、收到和处理政府信息公开申请情况"
DISPUTES = "四、政府信息公开行政复议、行政诉讼情况"
PROBLEMS = "五、存在的主要问题及改进情况"
OTHER = "六、其他需要报告的事项"


@pytest.fixture
def department(registry) -> Agency:
    return registry.by_id["999900-sjj"]


@pytest.fixture
def government(department) -> Agency:
    return replace(department, agency_id="999900-rmzf", name="示例市人民政府", kind="government", function="government")


@pytest.fixture
def judge(write_report, parse_text, department):
    """The findings on a report by rule, the missing date of publication apart."""

    def findings(*, figures=None, agency=department, change=lambda text: text, published_on=None, year=2024, **texts):
        texts = {"preface": PREFACE.format(year=year), "overview": "全年公开信息45条。", **texts}
        written = write_report(figures, year=year, **texts)
        report = parse_text(change(written.piped()) if figures is None else written.html())
        found = formal_findings(replace(report, published_on=published_on), agency)
        return [finding for finding in found if finding.rule != "publication_date_unknown"]

    return findings


def rules(findings) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in findings]


# -- when ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "published_on", "is_late"),
    [
        pytest.param("department", dt.date(2025, 1, 31), False, id="a department on the last day"),
        pytest.param("department", dt.date(2025, 2, 1), True, id="a department a day late"),
        pytest.param("government", dt.date(2025, 2, 1), False, id="a government has two months more"),
        pytest.param("government", dt.date(2025, 3, 31), False, id="a government on the last day"),
        pytest.param("government", dt.date(2025, 4, 1), True, id="a government a day late"),
    ],
)
def test_departments_publish_by_january_and_governments_by_march(judge, department, kind, published_on, is_late):
    findings = judge(agency=replace(department, kind=kind), published_on=published_on)
    assert ("published_late" in [finding.rule for finding in findings]) is is_late


def test_a_late_report_is_told_with_both_dates(judge):
    (finding,) = judge(published_on=dt.date(2025, 3, 2))
    assert "2025-03-02" in finding.message
    assert "2025-01-31" in finding.message
    assert "30 days" in finding.message


def test_who_has_no_deadline_is_not_late(judge, department):
    assert judge(agency=None, published_on=dt.date(2025, 9, 1)) == []
    assert judge(agency=replace(department, level="township", kind="government"), published_on=dt.date(2025, 9, 1)) == []


def test_a_report_without_a_date_cannot_be_late(write_report, parse_text, department):
    report = parse_text(write_report().piped())
    assert rules(formal_findings(report, department)) == [("publication_date_unknown", "info")]
    assert formal_findings(report, None) == []


def test_a_date_that_cannot_be_is_told_once_by_the_parser(write_report, read_document, registry, department, by_rule):
    document = read_document(write_report().piped())
    source = replace(document.source, published_on=dt.date(2024, 6, 1))
    report = parse(replace(document, source=source), registry)
    assert len(by_rule(report, "publication_date_implausible")) == 1
    assert formal_findings(report, department) == []


# -- sections --------------------------------------------------------------------------------------------------------------


def test_a_section_behind_its_successor_is_out_of_order(judge):
    def exchange(text: str) -> str:
        start, end, last = text.index(PROBLEMS), text.index(OTHER), len(text)
        return text[:start] + text[end:last] + "\n" + text[start:end]

    (finding,) = judge(change=exchange)
    assert (finding.rule, finding.severity, finding.at) == ("sections_out_of_order", "warn", PROBLEMS)


def test_a_heading_inside_another_section_is_headed_twice(judge):
    (finding,) = judge(problems=f"栏目更新不够及时。\n{DISPUTES}\n没有行政复议。")
    assert (finding.rule, finding.severity) == ("sections_out_of_order", "warn")
    assert PROBLEMS in finding.message


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({"other": "\n".join(["无。", OVERVIEW, PROACTIVE, REQUESTS, DISPUTES])}, id="links under the report"),
        pytest.param({"received": f"{REQUESTS}\n收到的申请见下表。"}, id="a heading printed again at once"),
        pytest.param(
            {"overview": "一、主动公开情况\n公开信息45条。\n二、依申请公开情况\n没有收到申请。"}, id="numbered subheadings"
        ),
        pytest.param(
            {"overview": "一、概况\n公开信息45条。\n二、依申请公开情况\n没有收到申请。"}, id="a subheading like a section's"
        ),
        pytest.param({"problems": "一、栏目更新不够及时。\n二、解读形式较少。"}, id="a numbered list"),
    ],
)
def test_other_numbered_lines_are_no_disorder(judge, texts):
    assert judge(**texts) == []


def test_a_subheading_that_stands_for_a_section_is_no_disorder(judge):
    overview = "一、概况\n公开信息45条。\n二、依申请公开情况\n没有收到申请。"
    assert judge(overview=overview, change=lambda text: text.replace(REQUESTS, "三、情况统计")) == []


def test_a_section_without_a_heading_is_left_to_the_parser(judge):
    assert judge(change=lambda text: text.replace(PROBLEMS, "")) == []


def test_a_number_that_comes_twice_is_told(judge):
    (finding,) = judge(change=lambda text: text.replace("六、其他", "五、其他"))
    assert (finding.rule, finding.severity) == ("sections_misnumbered", "info")


LISTED = "总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、{}存在的主要问题及改进情况、其他需要报告的事项"
ALL, FIVE = LISTED.format("政府信息公开行政复议、行政诉讼情况、"), LISTED.format("")


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(f"本报告由{FIVE}等六个部分组成。", id="six, five listed"),
        pytest.param(f"全文包括6部分，即{FIVE}。", id="in digits, the list behind"),
        pytest.param(f"本报告由{ALL}五个部分组成。", id="five, six listed"),
        pytest.param("本报告共分七个部分。", id="seven, six headed"),
    ],
)
@pytest.mark.parametrize("place", ["preface", "overview"])
def test_a_number_of_parts_that_does_not_hold_is_told(judge, sentence, place):
    texts = {"preface": PREFACE.format(year=2024) + sentence} if place == "preface" else {"overview": sentence}
    assert rules(judge(**texts)) == [("sections_miscounted", "warn")]


@pytest.mark.parametrize(
    "sentence",
    [
        f"本报告由{ALL}等六个部分组成。",
        "本报告由总体情况、主动公开政府信息情况等六个部分组成。",
        "本报告由总体情况等六部分组成。",
        "本报告由总体情况、主动公开情况、其他事项等六个部分组成。",
        "本报告由总体情况、主动公开情况、收到和处理申请情况、复议和诉讼情况等六个部分组成。",
        "全文共六大部分。",
        "本报告由文字和统计表2个部分组成，文字包括" + ALL + "。",
        "本报告第五部分写明问题，第六部分写明收费。",
        "全市分四个部分推进公开工作。",
    ],
)
def test_a_number_of_parts_that_holds_or_counts_others_is_not_told(judge, sentence):
    assert judge(preface=PREFACE.format(year=2024) + sentence) == []


def test_a_seventh_part_makes_seven(judge):
    preface = PREFACE.format(year=2024) + "全文共七个部分。"
    assert judge(preface=preface, other="无。\n七、附件\n附表一张。") == []
    assert rules(judge(preface=preface.replace("七", "六"), other="无。\n七、附件\n附表一张。")) == [
        ("sections_miscounted", "warn")
    ]


def test_parts_are_not_counted_where_a_section_has_no_heading(judge):
    change = lambda text: text.replace(OTHER, "")  # noqa: E731
    assert judge(preface=PREFACE.format(year=2024) + "全文共六个部分。", change=change) == []


# -- basis ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "basis", "rule"),
    [
        (2022, "国办公开办函〔2019〕60号", "obsolete_citation"),
        (2023, "《关于政府信息公开工作年度报告有关事项的通知》（国办公开办函[2019]60号）", "obsolete_citation"),
        (2020, "国办发〔2014〕32号", "obsolete_citation"),
        (2019, "《中华人民共和国政府信息公开条例》（国务院令第492号）", "obsolete_citation"),
        (2021, "《中华人民共和国政府信息公开条例》（2008年5月1日起施行）", "obsolete_citation"),
        (2024, "国办公开办函〔2022〕30号", "wrong_citation"),
        (2024, "《中华人民共和国政府信息公开条例》（国务院令第771号）", "wrong_citation"),
        (2024, "《政府信息公开工作年度报告格式》的通知（国办公开办函〔2021〕3号）", "wrong_citation"),
    ],
)
def test_a_basis_that_is_not_in_force_is_told(judge, year, basis, rule):
    preface = f"根据{basis}的要求，示例市数据局编制本报告。统计期限自{year}年1月1日起至{year}年12月31日止。"
    assert rules(judge(preface=preface, year=year)) == [(rule, "info")]


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        (2020, "根据国办公开办函〔2019〕60号的要求编制本报告。"),
        (2024, "根据国办公开办函〔2021〕30号的要求编制本报告。"),
        (2024, "根据国办公开办函〔2019〕60号、国办公开办函〔2021〕30号编制本报告。"),
        (2024, "根据《中华人民共和国政府信息公开条例》（国务院令第492号公布，国务院令第711号修订）编制本报告。"),
        (2024, "根据《中华人民共和国政府信息公开条例》（2007年公布，国务院令第711号修订）编制本报告。"),
        (2024, "本报告不再按照国办公开办函〔2019〕60号编制。"),
        (2024, "根据国办公开办函〔2019〕60号，清理了旧栏目。"),
        (2024, "2020年学习了国办公开办函〔2019〕60号。"),
        (2024, "根据国办函〔2020〕109号，公布收费标准。"),
        (2024, "根据国办公开办函〔2022〕8号编制公开专栏目录。"),
        (2024, "根据《示例省政府信息公开条例》（2008年）编制本报告。"),
    ],
)
def test_a_valid_basis_or_a_mention_is_not_told(judge, year, sentence):
    assert judge(preface=PREFACE.format(year=year) + sentence, year=year) == []


# -- assessment ----------------------------------------------------------------------------------------------------------


def test_a_government_reports_assessment_and_accountability(judge, government):
    assert rules(judge(agency=government, overview="公开信息300条。")) == [("assessment_missing", "info")]
    for words in ("公开工作纳入绩效考核。", "请代表评议一次。", "没有需要追究责任的情形，也没有责任追究。"):
        assert judge(agency=government, overview=words) == []
        assert judge(agency=government, overview="公开信息300条。", other=words) == []


def test_departments_and_townships_need_not(judge, department, government):
    assert judge(agency=department, overview="公开信息300条。") == []
    assert judge(agency=replace(government, level="township"), overview="公开信息300条。") == []


# -- cells that are due --------------------------------------------------------------------------------------------------


def filled(*parts: int | str, total: int | str) -> list[int | str]:
    return [*parts, *[0] * (APPLICANTS - len(parts)), total]


def test_a_total_left_empty_beside_figures_is_due_with_its_sum(judge):
    figures = {"requests": {"new_received": filled(2, 1, total=""), "granted": filled(2, 1, total=3)}}
    (finding,) = judge(figures=figures)
    assert rules([finding]) == [("blanks_due", "warn")]
    assert finding.cells == (CellKey("requests", "new_received", "total"),) == (finding.suspect,)
    assert (finding.expected, finding.found) == (3, None)


def test_a_total_of_all_outcomes_left_empty_is_due(judge):
    figures = {"requests": {"granted": filled(2, total=2), "total_handled": ["/", 0, 0, 0, 0, 0, 2]}}
    (finding,) = judge(figures=figures)
    assert (finding.cells, finding.severity) == ((CellKey("requests", "total_handled", "natural_person"),), "warn")
    assert finding.expected == 2


def test_a_total_of_a_procedure_left_empty_is_due(judge):
    (finding,) = judge(figures={"reconsideration_litigation": {"reconsideration": [1, 0, 0, 0, ""]}})
    assert (finding.cells, finding.severity) == ((CellKey("reconsideration_litigation", "reconsideration", "total"),), "warn")


def test_an_empty_row_in_a_table_filled_otherwise_is_due(judge):
    (finding,) = judge(figures={"requests": {"denied_state_secret": [""] * 7}})
    assert rules([finding]) == [("blanks_due", "warn")]
    assert {key.row for key in finding.cells} == {"denied_state_secret"}
    assert len(finding.cells) == 7


def test_a_total_left_empty_among_totals_of_0_is_only_a_hint(judge):
    (finding,) = judge(figures={"requests": {"new_received": ["", *[0] * 5, ""]}})
    assert rules([finding]) == [("blanks_due", "info")]
    assert finding.cells == (CellKey("requests", "new_received", "total"),)


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param({"requests": {"new_received": [2, *[""] * 5, 2], "granted": ["", "", "", "", "", "", 2]}}, id="only totals"),
        pytest.param(
            {"proactive_disclosure": {"regulations": {"made": "", "repealed": "", "in_force": ""}}}, id="no regulations"
        ),
        pytest.param({"requests": {"denied_state_secret": ["/"] * 7}}, id="a row struck out"),
    ],
)
def test_empty_cells_that_are_not_due_are_not_told(judge, figures):
    assert judge(figures=figures) == []


def test_a_report_that_prints_only_what_happened_is_not_told(judge, write_report):
    happened = ("new_received", "granted", "total_handled")
    figures = {row: [2, *[""] * 5, 2] if row in happened else [""] * 7 for row in write_report().labels}
    assert judge(figures={"requests": figures}) == []


# -- others' words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "place", "sentence", "foreign"),
    [
        ("prefecture", "示例市", "本报告全文可在虚构县人民政府门户网站查阅。", "虚构县"),
        ("prefecture", "示例市", "本报告电子版可从“别样市人民政府网站”下载。", "别样市"),
        ("prefecture", "示例市", "如对本报告有疑问，请与虚构区数据局办公室（地址：虚构路1号）联系。", "虚构区"),
        ("county", "示例市样本区", "如对本报告有疑问，请与虚构县数据局联系。", "虚构县"),
        ("county", "样本县", "年报可登录别样市虚构区政府网站查看。", "别样市虚构区"),
    ],
)
def test_another_place_named_as_ones_own_is_told(judge, department, level, place, sentence, foreign):
    agency = replace(department, level=level, place=place, place_aliases=(), name=f"{place}数据局")
    (finding,) = judge(agency=agency, preface=PREFACE.format(year=2024) + sentence)
    assert rules([finding]) == [("foreign_place", "warn")]
    assert foreign in finding.message


@pytest.mark.parametrize(
    ("level", "place", "sentence"),
    [
        pytest.param("prefecture", "示例市", "本报告全文可在示例市人民政府门户网站查阅。", id="one's own"),
        pytest.param("prefecture", "示例市", "本报告全文可在演示省人民政府门户网站查阅。", id="the province's"),
        pytest.param("prefecture", "示例市", "本报告全文可在市政府门户网站查阅。", id="without a name"),
        pytest.param("county", "样本区", "本报告全文可在示例市人民政府门户网站查阅。", id="the city's"),
        pytest.param("county", "样本区", "本报告全文可在示例市样本区人民政府网站查阅。", id="with the city before"),
        pytest.param("county", "示例市样本区", "如对本报告有疑问，请与样本区数据局联系。", id="without the city"),
        pytest.param("county", "样本县", "本报告在样本自治县人民政府网站公布。", id="a longer name"),
        pytest.param("county", "样本区", "本报告在样本县人民政府网站公布。", id="its earlier name"),
        pytest.param("county", "演州市样本区", "本报告在样本区人民政府网站公布。", id="a city's name that reads as two"),
        pytest.param("county", "演示区", "本报告在本区人民政府网站公布。", id="one's own, without a name"),
        pytest.param("county", "样本区", "本报告在虚构高新区政府网站公布。", id="a zone"),
        pytest.param("county", "演示经济开发区", "本报告在虚构县人民政府网站公布。", id="the report of a zone"),
        pytest.param("township", "演示镇", "本报告在虚构县人民政府网站公布。", id="a township"),
        pytest.param("prefecture", "示例市", "2024年学习了虚构县人民政府网站的栏目设置。", id="not of the report"),
        pytest.param("prefecture", "示例市", "本报告写明，今后加强与虚构县有关部门联系。", id="a plan"),
        pytest.param("prefecture", "示例市", "本报告地址：示例市虚构区一号路。", id="an address"),
    ],
)
def test_ones_own_place_and_those_above_are_not_told(judge, department, level, place, sentence):
    agency = replace(department, level=level, place=place, place_aliases=(), name=f"{place}水务局")
    assert judge(agency=agency, preface=PREFACE.format(year=2024) + sentence) == []


def test_a_department_speaks_of_its_own_problems(judge, department, government):
    problems = "多数部门对公开工作认识不到位，更新不及时。"
    assert rules(judge(problems=problems)) == [("generic_text", "info")]
    assert judge(problems="个别科室对公开工作认识不到位。") == []
    assert judge(problems="公开的目录不如一些地区公开得细，要学习他们的经验。") == []
    assert judge(agency=government, problems=problems, overview="年终考核一次。") == []
    assert judge(agency=replace(department, name="示例市政务服务和数据局"), problems=problems) == []
    assert judge(overview=problems) == []


# -- no false alarms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_lack_at_most_the_date(sample_path, registry, name):
    report = parse(read_file(sample_path(name)), registry)
    assert {finding.rule for finding in formal_findings(report, registry.by_id[report.agency_id])} <= {"publication_date_unknown"}


def test_the_originals_lack_at_most_the_date(originals, registry):
    for path in (originals / "reports").glob("*.txt"):
        report = parse(read_file(path), registry)
        found = {finding.rule for finding in formal_findings(report, registry.by_id[report.agency_id])}
        assert found <= {"publication_date_unknown"}


LAYOUTS = ("text pipes", "text one cell a line", "HTML clean", "HTML section headings gone", "DOCX merged cells")


@pytest.mark.parametrize("entry", [entry for entry in entries() if entry.name in LAYOUTS], ids=lambda entry: entry.name)
def test_sound_reports_raise_no_alarm(read_document, registry, department, entry):
    for seed in range(12):
        generated = generate(entry, seed, broken=False)
        name = generated.truth.agency
        kind = "government" if name.endswith("政府") else "department"
        agency = replace(department, name=name, place=name[:3], kind=kind, level="prefecture" if name[2] == "市" else "county")
        report = parse(read_document(generated.data), registry, Hints())
        alarms = [finding for finding in formal_findings(report, agency) if finding.severity != "info"]
        assert alarms == []
