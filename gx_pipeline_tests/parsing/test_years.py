"""For which year a report stands: the period of its figures, its title, and never the day on which it was shown."""

from __future__ import annotations

import datetime as dt

import pytest

TITLE = "示例市数据局{}政府信息公开工作年度报告"
WHOLE_YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


@pytest.fixture
def dated(write_report, parse_text):
    """The report of a title and a preface; without a title where none is given."""

    def read(title: str = "", preface: str = "本报告由示例市数据局编制。", **hints):
        return parse_text(write_report(title=title, preface=preface).text(), **hints)

    return read


@pytest.mark.parametrize(
    "period",
    [
        "2024年1月1日至2024年12月31日",
        "自2024年1月1日起至2024年12月31日止",
        "2024年1月1日至12月31日",
        "2024年1月1日-12月31日",
        "2024.1.1-2024.12.31",
        "2024-01-01至2024-12-31",
        "2024/1/1—2024/12/31",
        "2024年1月1日零时至2024年12月31日",
        "二〇二四年一月一日至二〇二四年十二月三十一日",
        "二○二四年一月一日起至十二月三十一日止",
        "2024年1-12月",
        "2024年1月至12月",
        "2024年1月—2024年12月",
        "2024 年 1 月 1 日至 2024 年 12 月 31 日",
    ],
)
def test_a_period_is_read_however_it_is_printed(dated, by_rule, period):
    report = dated(preface=f"本报告由示例市数据局编制，所列数据的统计期限为{period}。")
    assert (report.year, report.period_start, report.period_end) == (2024, *WHOLE_YEAR)
    assert report.year_evidence.startswith("statistic period: ")
    assert report.year_evidence.endswith("(line 1)")
    assert [finding.rule for finding in report.findings] == []


@pytest.mark.parametrize(
    "preface",
    [
        "本年度(2024年1月1日至12月31日)我局公开信息45条。",
        "本报告所列数据自2024年1月1日起至2024年12月31日止。",
        "报告期为2024年1月1日至2024年12月31日。",
        "2024年1月1日至2024年12月31日为本报告的统计时限。",
        "统计期限为2024年度。",
    ],
)
def test_words_that_make_a_span_the_period(dated, preface):
    report = dated(preface=preface)
    assert (report.year, report.period_start, report.period_end) == (2024, *WHOLE_YEAR)


@pytest.mark.parametrize(
    "preface", ["2023年1月1日至2023年12月31日开展专项行动。", "合同期自2021年3月1日至2023年2月28日,已延长。"]
)
def test_a_span_of_other_matters_is_no_period(dated, preface):
    report = dated(TITLE.format("2024年"), preface)
    assert (report.year, report.period_start) == (2024, None)


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("2024年1月1日至2024年11月30日", 2024),
        ("2024年1月1日至2024年12月30日", 2024),
        ("2023年12月1日至2024年11月30日", None),
        ("2024年1月1日至2023年12月31日", None),
        ("2024年2月30日至2024年12月31日", None),
    ],
)
def test_a_period_that_is_no_calendar_year_is_told(dated, by_rule, period, year):
    report = dated(preface=f"统计期限为{period}。")
    (finding,) = by_rule(report, "period_not_a_year")
    assert finding.severity == "warn"
    assert period in finding.message
    assert "line 1" in finding.message
    assert report.year == year
    assert len(by_rule(report, "year_unresolved")) == (year is None)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        (TITLE.format("2024年"), 2024),
        (TITLE.format("2024年度"), 2024),
        (TITLE.format("二〇二四年"), 2024),
        (TITLE.format("二○二三年度"), 2023),
        (TITLE.format("二零二四年"), 2024),
        ("2024年示例市数据局政府信息公开年度报告", 2024),
        ("示例市数据局政府信息公开2024年度报告", 2024),
        ("示例市数据局政府信息公开工作年度报告(2024年)", 2024),
        ("示例市数据局关于2024年政府信息公开工作情况的报告", 2024),
        ("示例市数据局2023年政府信息公开工作年度报告(2024年1月发布)", 2023),
        ("示例市数据局2023年政府信息公开工作年度报告 2024-01-15", 2023),
        ("示数〔2024〕5号 示例市数据局2023年政府信息公开工作年度报告", 2023),
        ("示例市数据局2022年、2023年政府信息公开工作年度报告", None),
        ("示例市数据局政府信息公开工作年度报告", None),
        ("示例市数据局政府信息公开工作年度报告(2024年1月15日)", None),
    ],
)
def test_the_year_of_a_title(dated, by_rule, title, year):
    report = dated(title)
    assert report.year == year
    assert len(by_rule(report, "year_unresolved")) == (year is None)
    assert (report.year_evidence is None) == (year is None)


@pytest.mark.parametrize(
    "line",
    ["发布日期:2025-01-15", "公开日期:2025年1月15日", "成文日期:2025年1月10日", "示例市数据局 2025年1月12日", "2025-01-15 16:01"],
)
def test_a_day_of_showing_or_writing_is_never_the_report_year(dated, line):
    assert dated(f"示例市数据局政府信息公开工作年度报告\n{line}").year is None


def test_period_and_title_that_differ_are_told_with_words_and_places(dated, by_rule):
    report = dated(TITLE.format("2023年"), "统计期限为2024年1月1日至2024年12月31日。")
    (finding,) = by_rule(report, "year_conflict")
    assert (report.year, finding.severity) == (2024, "error")
    assert "2024年1月1日至2024年12月31日 (line 2)" in finding.message
    assert "2023年政府信息公开工作年度报告 (line 1)" in finding.message


def test_two_periods_of_different_years_are_told(dated, by_rule):
    report = dated("", "统计期限为2024年1月1日至2024年12月31日。\n以上统计期限为2023年1月1日至2023年12月31日。")
    assert report.year == 2024
    assert len(by_rule(report, "year_conflict")) == 1


def test_titles_of_other_reports_beside_a_period_are_links(dated, by_rule):
    titles = "\n".join(TITLE.format(f"{year}年") for year in (2024, 2023, 2022))
    report = dated(titles, "统计期限为2024年1月1日至2024年12月31日。")
    assert report.year == 2024
    assert by_rule(report, "year_conflict") == []


def test_titles_of_different_years_without_a_period_are_told(dated, by_rule):
    report = dated("\n".join(TITLE.format(f"{year}年") for year in (2024, 2023)))
    assert len(by_rule(report, "year_conflict")) == 1


def test_the_place_of_the_file_against_the_document(dated, by_rule):
    report = dated(TITLE.format("2024年"), year=2023)
    (finding,) = by_rule(report, "year_conflict")
    assert report.year == 2023
    assert "lies under 2023" in finding.message
    assert "2024年政府信息公开工作年度报告 (line 1)" in finding.message


@pytest.mark.parametrize(
    ("narrative", "year"),
    [
        ("2024年,主动公开信息45条。2024年,收到申请0件。", 2024),
        ("2024年,主动公开信息45条。", None),
        ("2024年,公开45条。2024年,收到0件。2023年,公开40条。2023年,收到1件。", None),
        ("2025年1月5日发布。2025年1月15日更新。", None),
    ],
)
def test_the_narrative_settles_the_year_only_where_it_speaks_of_one(write_report, parse_text, narrative, year):
    assert parse_text(write_report(title="", preface="编制本报告。", overview=narrative).text()).year == year


@pytest.mark.parametrize(
    ("shown", "published", "told"),
    [
        ("发布日期:2025-01-15", dt.date(2025, 1, 15), 0),
        ("发布日期:\n2025-01-15", dt.date(2025, 1, 15), 0),
        ("索引号 | 123-456 | 公开日期 | 2025-01-15 |", dt.date(2025, 1, 15), 0),
        ("成文日期:2025-01-03 发布日期:2025-01-15", dt.date(2025, 1, 15), 0),
        ("发布日期:2024-03-15", None, 1),
        ("发布日期:2031-03-15", None, 1),
        ("统计时间:2024-01-01", None, 0),
        ("更新时间:2025-03-01", None, 0),
    ],
)
def test_the_day_of_publication_can_only_come_after_the_year_of_the_figures(dated, by_rule, shown, published, told):
    report = dated(TITLE.format("2024年") + "\n" + shown)
    assert report.published_on == published
    assert (report.published_on_evidence is None) == (published is None)
    findings = by_rule(report, "publication_date_implausible")
    assert len(findings) == told
    assert all("line 2" in finding.message and finding.severity == "warn" for finding in findings)


def test_the_words_of_the_day_of_publication_lead_to_their_line(dated):
    report = dated(TITLE.format("2024年") + "\n来源:科技局 发布时间:2025-01-15 16:01")
    assert report.published_on_evidence == "发布时间:2025-01-15 (line 2)"
