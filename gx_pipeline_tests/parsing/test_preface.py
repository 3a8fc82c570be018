"""What stands before the first section: kept short, without personal data, and apart from the sections."""

from __future__ import annotations

import json

import pytest

from gx_pipeline.parsing.contract import from_storage, to_contract, to_storage
from gx_pipeline.parsing.narrative import MASK

BASIS = "本报告由示例市数据局编制。所列数据的统计期限自2024年1月1日起至2024年12月31日止。"


def test_the_preface_is_what_stands_before_the_first_section(write_report, parse_text):
    report = parse_text(write_report(preface=BASIS, overview="公开信息45条。").text())
    assert report.preface.endswith(BASIS)
    assert "公开信息45条" not in report.preface
    assert BASIS not in "".join(part.text for part in report.sections)


def test_a_preface_behind_a_table_of_contents_is_the_preface(write_report, parse_text):
    text = write_report(preface="", overview="公开信息45条。").text()
    contents = "目录\n一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
    report = parse_text(text.replace("一、总体情况", f"{contents}{BASIS}\n一、总体情况", 1))
    assert report.preface.endswith(BASIS)
    assert (len(report.sections), report.sections[0].text) == (6, "公开信息45条。")


def test_links_to_the_sections_under_a_report_do_not_take_its_narrative(write_report, parse_text):
    links = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况"
    report = parse_text(write_report(preface=BASIS, overview="公开信息45条。", other="无。\n" + links).text())
    assert [part.position for part in report.sections] == [1, 2, 3, 4, 5, 6]
    assert (report.preface.endswith(BASIS), report.sections[0].text) == (True, "公开信息45条。")


@pytest.mark.parametrize(
    ("line", "private"),
    [
        ("如有疑问，请拨打电话：0591-12345678，电子邮箱：someone@example.gov.cn。", ("12345678", "someone@")),
        ("来源：示例市数据局 作者：甲乙丙 浏览次数：12", ("甲乙丙",)),
        ("责任编辑：甲乙", ("甲乙",)),
        ("通讯员：甲 乙 发布时间：2025-01-15", ("甲 乙",)),
        ("审核人：甲乙丙", ("甲乙丙",)),
    ],
)
def test_personal_data_of_the_preface_are_masked(write_report, parse_text, line, private):
    report = parse_text(write_report(preface=f"{line}\n{BASIS}").text())
    stored = json.dumps(to_storage(report), ensure_ascii=False)
    assert not any(words in stored for words in private)
    assert report.preface.endswith(BASIS)


def test_a_source_is_no_person(write_report, parse_text):
    report = parse_text(write_report(preface=f"来源：示例市数据局 作者：示例市数据局办公室\n{BASIS}").text())
    assert "示例市数据局办公室" in report.preface
    assert MASK not in report.preface


def test_of_a_long_preface_its_end_is_kept(write_report, parse_text):
    lines = [f"第{number}条说明文字，写在报告正文之前。" for number in range(400)]
    report = parse_text(write_report(preface="\n".join([*lines, BASIS])).text())
    assert 1900 < len(report.preface) <= 2000
    assert report.preface.startswith("第")
    assert report.preface.endswith(BASIS)


def test_a_report_without_headings_keeps_its_beginning(write_report, parse_text):
    text = write_report(preface=BASIS, overview="公开信息45条。").text()
    report = parse_text(
        "".join(
            line + "\n"
            for line in text.splitlines()
            if line[:2] not in ("一、", "二、", "三、", "四、", "五、", "六、") or "|" in line
        )
    )
    assert report.sections == ()
    assert BASIS in report.preface


def test_the_preface_is_stored_and_not_in_the_public_contract(write_report, parse_text):
    report = parse_text(write_report(preface=BASIS).text())
    assert from_storage(json.loads(json.dumps(to_storage(report)))) == report
    assert BASIS not in json.dumps(to_contract(report, report.findings), ensure_ascii=False)
