"""What is no annual report of a unit: refused with the reason and the way out.

Asked twice: before the tables are looked at closely there is nothing to know, so all of it comes after them. Does not
belong here: files that cannot be read (`documents`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gx_pipeline.documents import Document
from gx_pipeline.errors import Refusal
from gx_pipeline.forms import FIRST_YEAR, load_sections, load_unsupported_forms
from gx_pipeline.parsing.labels import key
from gx_pipeline.parsing.model import ReportSection
from gx_pipeline.parsing.prose import Paragraph, Prose
from gx_pipeline.parsing.tables import Tables
from gx_pipeline.parsing.titles import REPORT, bears_year, organs_of_title
from gx_pipeline.parsing.years import Period, Year, year_of_title

_MARK = r"[xX×✕╳*_□○〇?]"
_PLACEHOLDER = re.compile(
    rf"{_MARK}{{2,}}\s?(?:省|市|县|区|州|局|厅|委|办|镇|乡|街道|单位|部门|机关|政府|人民政府)|某某|某(?:省|市|县|区|局|厅|委|单位|部门|机关|镇|乡)"
    r"|[(\[](?:单位|机关|部门|行政机关)(?:名称|全称)[)\]]|^(?:单位|机关|部门|行政机关)(?:名称|全称)"
)
_MADE_BY_NOBODY = re.compile(rf"(?:由|单位:|机关:|机构:)\s?{_MARK}{{2,}}[\u4e00-\u9fff]{{0,8}}")
# A title without any of these characters is neither a form, a sample nor a notice.
_ODD = frozenset("xX×✕╳*_□○〇?某([单机部行通式板范样说")
_NO_YEAR = re.compile(rf"(?:20{_MARK}{{2}}|{_MARK}{{4}})\s?年")
_FORM_NOTICE = re.compile(
    r"报告格式|报告(?:模板|样式|范本|样本|参考)|(?:格式|有关事项)[^。]{0,4}的通知|(?:模板|范本|样表|填报说明|填表说明)[)\]]?$"
)
_CALL_FOR_REPORTS = re.compile(
    r"关于(?:切实|认真|进一步)?(?:做好|报送|编制|编报|组织|开展|填报|编写|撰写)[^。]{0,40}报告?[^。]{0,16}通知"
)
_NOTICE_BEGINS = re.compile(
    r"(?:附件\d?\s?:?\s?)?[《<]?(?:[\u4e00-\u9fff]{2,24}(?:局|厅|办|办公室|委|委员会|政府))?关于|[《<]?(?:国务院|中华人民共和国|政府信息公开|年度报告)"
)
_NOTICE_ENDS = re.compile(r"(?:通知|格式|模板|样式|范本|样本|样表|参考|说明)[》>)\]]*$")
_PART_OF_A_YEAR = re.compile(
    r"第?[一二三四1-4]\s?季度|[上下]半年|半年度|(?<!\d)\d{1,2}月份|(?<!\d)(?!1\s?[-—至]\s?12)\d{1,2}\s?[-—至]\s?\d{1,2}\s?月|月报|季报"
)
_KINDS = (
    ("信息公开指南", "a guide to disclosure (公开指南)"),
    ("信息公开目录", "a catalogue of disclosure (公开目录)"),
    ("公开申请表", "a form for requests"),
    ("预算", "a budget"),
    ("决算", "final accounts"),
    ("工作要点", "a work plan"),
    ("工作方案", "a work plan"),
    ("管理办法", "a regulation"),
    ("会议", "news of disclosure work"),
    ("培训", "news of disclosure work"),
)
_RECEIVED = key("一、本年新收政府信息公开申请数量")
_WHAT_IS_READ = f"annual reports on government information disclosure of {FIRST_YEAR} and later are read"


def refuse_others(
    document: Document,
    prose: Prose,
    titles: Sequence[Paragraph],
    tables: Tables,
    parts: Sequence[ReportSection],
    periods: Sequence[Period],
    year: Year,
) -> None:
    """Refuse what is no annual report of a form that is read.

    Raises:
        Refusal: `not_an_annual_report`, `unsupported_form` or `scanned_image`, saying why.
    """
    if "requests" not in tables.found:
        _refuse_older_forms(document, titles)
    _refuse_forms_to_be_filled(titles, prose)
    if not tables.found:
        _refuse_without_tables(document, prose, titles, parts)
    if year.year is not None and year.year < FIRST_YEAR:
        raise Refusal(
            "unsupported_form", f"a report for {year.year} ({year.evidence}); only reports from {FIRST_YEAR} on are read"
        )
    if "requests" not in tables.found and len(parts) < 3 and not any(REPORT.search(title.text) for title in titles):
        raise Refusal(
            "not_an_annual_report",
            f"a table of {', '.join(sorted(tables.found))} stands in the file, but no title, sections or table of requests of an annual "
            f"report; {_WHAT_IS_READ}",
        )
    _refuse_parts_of_a_year(titles, periods)
    told = any(finding.rule in ("unplaced_cells", "unknown_row") for finding in tables.findings)
    if not told and not any(cell.state in ("reported", "unparsed") for cell in tables.cells):
        raise Refusal(
            "not_an_annual_report", "the tables hold no figure: an empty form, not a report; fetch the report of an agency"
        )
    _refuse_collections(document, prose, periods, tables)


def _refuse_older_forms(document: Document, titles: Sequence[Paragraph]) -> None:
    found = {key(cell.text) for line in document.lines for cell in line.cells if cell.text}
    for form in load_unsupported_forms():
        hits = [label for label in form.labels if any(key(label) in text for text in found)]
        if len(hits) >= form.at_least:
            raise Refusal(
                "unsupported_form",
                f"the tables follow the form {form.title}; only reports from {FIRST_YEAR} on are read",
            )
    dated = next(((year, title) for title in titles if (year := year_of_title(title.text))), None)
    if dated and dated[0] < FIRST_YEAR:
        year, title = dated
        raise Refusal(
            "unsupported_form",
            f"a report for {year} (title: {title.text}, {title.at}); only reports from {FIRST_YEAR} on are read",
        )


def _refuse_forms_to_be_filled(titles: Sequence[Paragraph], prose: Prose) -> None:
    """Forms, samples and the notices that send them: with or without figures they are nobody's report."""
    reported = any(bears_year(title.text) and organs_of_report(title.text) and not _is_notice(title.text) for title in titles)
    for title in titles:
        text = title.text
        if _ODD.isdisjoint(text) or ("报告" not in text and "年报" not in text):
            continue
        if (found := _PLACEHOLDER.search(text)) or (found := _NO_YEAR.search(text)):
            raise Refusal(
                "not_an_annual_report",
                f"a sample: “{found[0]}” stands in the title “{text}” ({title.at}) where a report names its agency and year; "
                "fetch the report of an agency",
            )
        if not reported and _is_notice(text):
            raise Refusal(
                "not_an_annual_report",
                f"a notice about annual reports or their form, not a report: “{text}” ({title.at}); fetch the report of an agency",
            )

    if not any(organs_of_title(title.text) for title in titles) and (found := _MADE_BY_NOBODY.search(prose.preface)):
        raise Refusal(
            "not_an_annual_report",
            f"a sample: “{found[0]}” ({prose.at(found.start())}) stands where a report names its agency; fetch the report of an agency",
        )


def _is_notice(text: str) -> bool:
    """Whether a title is that of a notice about reports or their form; a line that cites one in passing is not."""
    if not _NOTICE_BEGINS.match(text) or not _NOTICE_ENDS.search(text):
        return False
    return bool(_CALL_FOR_REPORTS.search(text)) or (_FORM_NOTICE.search(text) is not None and not organs_of_report(text))


def organs_of_report(title: str) -> tuple[str, ...]:
    """The organs whose report a title names, the State Council's offices apart: they prescribe the form."""
    return tuple(organ for organ in organs_of_title(title) if "国务院" not in organ and "政务公开办公室" not in organ)


def _refuse_without_tables(document: Document, prose: Prose, titles: Sequence[Paragraph], parts: Sequence[ReportSection]) -> None:
    headings = [text for text in prose.texts if len(text) < 50]
    headed = sum(any(word in text for text in headings for word in section.keywords) for section in load_sections())
    attached = _attached(document, prose)
    named = any(REPORT.search(title.text) for title in titles)
    if document.pictures and (headed >= 4 or len(parts) >= 4 or (named and not attached)):
        raise Refusal(
            "scanned_image",
            f"the report's tables are not in the text, which holds {document.pictures} pictures: they are pictures of the tables; "
            f"fetch {attached or 'the report with its tables as text'}",
        )
    if headed >= 4 or len(parts) >= 4:
        raise Refusal(
            "not_an_annual_report",
            "the sections of an annual report are there but none of its three tables: they may be pictures or an attachment; "
            f"fetch {attached or 'the file that holds the tables'}",
        )
    links = {year for text in prose.texts if len(text) <= 80 and (year := year_of_title(text))}
    if len(links) >= 3:
        raise Refusal(
            "not_an_annual_report",
            f"a list of annual reports ({', '.join(map(str, sorted(links)))}) without any of the tables; fetch the reports themselves",
        )
    if attached and named:
        raise Refusal("not_an_annual_report", f"the page has none of the tables, the report is attached; fetch {attached}")
    told = "".join(title.text + "\n" for title in titles) + "\n".join(prose.texts[:6])
    kind = next((f"; it looks like {what}" for word, what in _KINDS if word in told), "")
    raise Refusal("not_an_annual_report", f"none of the three statutory tables is in the file{kind}; {_WHAT_IS_READ}")


def _attached(document: Document, prose: Prose) -> str | None:
    """The attachments that may hold the report, for a message."""
    if document.attachments:
        return f"the attachment {', '.join(document.attachments[:3])}"
    named = next((paragraph.text for paragraph in prose.holding("附件") if len(paragraph.text) <= 60), None)
    return f"the attachment that the page names ({named})" if named else None


def _refuse_parts_of_a_year(titles: Iterable[Paragraph], periods: Sequence[Period]) -> None:
    if any(period.is_a_year for period in periods):
        return
    for title in titles:
        if (found := _PART_OF_A_YEAR.search(title.text)) and "信息公开" in title.text and "年度报告" not in title.text:
            raise Refusal(
                "not_an_annual_report",
                f"figures for a part of a year (“{found[0]}” in the title “{title.text}”, {title.at}), not a year; fetch the annual report",
            )


def _refuse_collections(document: Document, prose: Prose, periods: Sequence[Period], tables: Tables) -> None:
    """Several reports in one file: their tables must not be mixed."""
    of_periods = {period.year for period in periods if period.year is not None}
    years = set(of_periods)
    organs: set[str] = set()
    for text in prose.texts:
        if len(text) <= 60 and "信息公开" in text and not text.endswith("。") and (year := year_of_title(text)):
            years.add(year)
            organs.update(organs_of_title(text)[-1:])
    if len(years) < 2 and not _are_several(organs):
        return
    if len(of_periods) < 2 and not any(cell.state == "unparsed" and cell.key.table == "requests" for cell in tables.cells):
        return
    tables_of_requests = sum(
        _RECEIVED in key(cell.text)
        for line in document.lines
        for cell in line.cells
        if "新收" in cell.text and len(cell.text) < 40
    )
    if tables_of_requests >= 2:
        held = ", ".join(map(str, sorted(years))) if len(years) > 1 else ", ".join(sorted(organs)[:5])
        raise Refusal("not_an_annual_report", f"the file holds several reports ({held}); split it into one file for each")


def _are_several(organs: set[str]) -> bool:
    """Whether names are of several organs: of one organ each name ends the longer one."""
    longest = max(organs, key=len, default="")
    return any(not longest.endswith(organ) for organ in organs)
