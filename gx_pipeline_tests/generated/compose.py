"""Figures to a report in print: the official layout of the three tables, and a narrative around them.

The narrative is full of years, dates and numbers, none of which is a cell of a table. Numbers are printed plainly; other
ways of printing them are for `noise`. Does not belong here: file formats (`render_*`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from gx_pipeline_tests.generated.model import (
    WORDING,
    Block,
    Figure,
    Key,
    Paragraph,
    PrintedCell,
    PrintedReport,
    PrintedTable,
    Truth,
)

PRINTED_IDENTITY = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
PLACEHOLDERS = ("/", "-", "—", "——", "无", "*", "--")
SECTIONS = (
    ("一、总体情况", "一、概述", "一、总体情况"),
    ("二、主动公开政府信息情况", "二、行政机关主动公开政府信息情况", "二、主动公开政府信息的情况"),
    ("三、收到和处理政府信息公开申请情况", "三、行政机关收到和处理政府信息公开申请情况"),
    ("四、政府信息公开行政复议、行政诉讼情况", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
    ("五、存在的主要问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"),
    ("六、其他需要报告的事项", "六、其他需要报告的事项"),
)


def compose(truth: Truth, rng: random.Random) -> PrintedReport:
    """A report in print: the truth's figures in the official tables, wording by chance."""
    heads = [rng.choice(choice) for choice in SECTIONS]
    placeholder = rng.choice(PLACEHOLDERS)
    title = rng.choice(
        (
            f"{truth.agency}{truth.year}年政府信息公开工作年度报告",
            f"{truth.agency}{truth.year}年度政府信息公开工作年度报告",
            f"{truth.year}年{truth.agency}政府信息公开工作年度报告",
            f"{truth.agency}{truth.year}年政府信息公开年度报告",
        )
    )
    blocks: list[Block] = [*_preface(truth, rng), Paragraph(heads[0], 2), *_overview(truth, rng)]
    tables = (proactive_table(truth, placeholder), requests_table(truth, placeholder), disputes_table(truth, placeholder))
    for head, table in zip(heads[1:4], tables, strict=True):
        blocks += [Paragraph(head, 2), *_before(truth, table.code, rng), table, *_after(truth, rng)]
    blocks += [Paragraph(heads[4], 2), *_problems(truth, rng), Paragraph(heads[5], 2), *_rest(truth, rng)]
    published = f"{truth.year + 1}-01-{rng.randint(8, 31):02d}"
    return PrintedReport(title, tuple(blocks), published, truth.agency)


def printed(figure: Figure, placeholder: str) -> str:
    """A figure as plain text."""
    if figure.state == "reported":
        return f"{figure.value:.6f}".rstrip("0").rstrip(".") if isinstance(figure.value, float) else str(figure.value)
    return placeholder if figure.state == "not_applicable" else ""


# -- tables ------------------------------------------------------------------------------------------------------------


def _figures(truth: Truth, table: str, row: str, columns: list[str], placeholder: str) -> Iterator[PrintedCell]:
    for column in columns:
        key = Key(table, row, column)
        yield PrintedCell(printed(truth.figures[key], placeholder), role="figure", key=key)


def proactive_table(truth: Truth, placeholder: str = "/") -> PrintedTable:
    """Section 二 as the notices print it: a block for each item of article 20, its measures as columns."""
    wording = WORDING[truth.form]["proactive_disclosure"]
    rows: list[tuple[PrintedCell, ...]] = []
    for item, block, columns in wording["blocks"]:
        rows.append((PrintedCell(item, colspan=4, role="heading"),))
        last = 4 - len(columns)
        heads = [PrintedCell(wording["columns"][column], role="heading") for column in columns]
        heads[-1] = PrintedCell(heads[-1].text, colspan=last, role="heading")
        rows.append((PrintedCell("信息内容", role="heading"), *heads))
        for row in block:
            cells = list(_figures(truth, "proactive_disclosure", row, columns, placeholder))
            cells[-1] = PrintedCell(cells[-1].text, colspan=last, role="figure", key=cells[-1].key)
            rows.append((PrintedCell(wording["rows"][row]), *cells))
    return PrintedTable("proactive_disclosure", tuple(rows))


def requests_table(truth: Truth, placeholder: str = "/") -> PrintedTable:
    """Section 三 as the notices print it: three heading rows, three columns of merged labels, seven of figures."""
    wording = WORDING[truth.requests_form]["requests"]
    columns = list(wording["columns"])
    names = list(wording["columns"].values())
    rows: list[tuple[PrintedCell, ...]] = [
        (
            PrintedCell(PRINTED_IDENTITY, colspan=3, rowspan=3, role="heading"),
            PrintedCell("申请人情况", colspan=7, role="heading"),
        ),
        (
            PrintedCell(names[0], rowspan=2, role="heading"),
            PrintedCell("法人或其他组织", colspan=5, role="heading"),
            PrintedCell(names[6], rowspan=2, role="heading"),
        ),
        tuple(PrintedCell(name, role="heading") for name in names[1:6]),
    ]
    codes = list(wording["rows"])
    for code, label in wording["rows"].items():
        groups = wording["groups"].get(code, [])
        opening = [PrintedCell(name, rowspan=_group_height(codes, code)) for name in groups]
        inner = _prefix(code) is not None and code != "other"
        colspan = 3 if code in ("new_received", "carried_in", "carried_out") else 1 if inner else 2
        rows.append((*opening, PrintedCell(label, colspan=colspan), *_figures(truth, "requests", code, columns, placeholder)))
    return PrintedTable("requests", tuple(rows))


def _prefix(code: str) -> str | None:
    return next((prefix for prefix in ("denied_", "unavailable_", "not_processed_", "other") if code.startswith(prefix)), None)


def _group_height(codes: list[str], first: str) -> int:
    if (prefix := _prefix(first)) is None:
        return codes.index("total_handled") - codes.index(first) + 1
    return sum(code.startswith(prefix) for code in codes)


def disputes_table(truth: Truth, placeholder: str = "/") -> PrintedTable:
    """Section 四 as the notices print it: two procedures over two ways to court over five results, one row of figures."""
    wording = WORDING[truth.form]["reconsideration_litigation"]
    names = list(wording["columns"].values())
    codes = list(wording["columns"])
    first, *courts = wording["rows"].values()
    return PrintedTable(
        "reconsideration_litigation",
        (
            (PrintedCell(first, colspan=5, role="heading"), PrintedCell("行政诉讼", colspan=10, role="heading")),
            (
                *(PrintedCell(name, rowspan=2, role="heading") for name in names),
                *(PrintedCell(court, colspan=5, role="heading") for court in courts),
            ),
            tuple(PrintedCell(name, role="heading") for name in names * 2),
            tuple(
                cell for row in wording["rows"] for cell in _figures(truth, "reconsideration_litigation", row, codes, placeholder)
            ),
        ),
    )


# -- narrative ---------------------------------------------------------------------------------------------------------


def _preface(truth: Truth, rng: random.Random) -> Iterator[Paragraph]:
    year, agency = truth.year, truth.agency
    notice = "国办公开办函〔2019〕60号" if truth.form == "2019" else "国办公开办函〔2021〕30号"
    scope = rng.choice(
        (
            "本报告只反映本机关自身的公开工作，不含下属单位。",
            "报告所列数据包括本级机关和办公室。",
            "全文共六个部分。",
            "",
        )
    )
    yield Paragraph(
        rng.choice(
            (
                f"按照《中华人民共和国政府信息公开条例》（国务院令第711号）第五十条和{notice}所附格式，{agency}编写了本年度报告。"
                f"数据的统计期限为{year}年1月1日至{year}年12月31日。{scope}",
                f"本报告由{agency}编制，分为总体情况等六个部分。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。{scope}",
                f"{agency}现公布{year}年政府信息公开工作年度报告。统计时间从{year}年1月1日到{year}年12月31日，"
                f"报告于{year + 1}年1月{rng.randint(5, 28)}日定稿。{scope}",
            )
        )
    )
    if rng.random() < 0.5:
        yield Paragraph(f"电子版可在门户网站（www.example.gov.cn）下载，编号{year}-{rng.randint(1, 400):03d}。")


def _overview(truth: Truth, rng: random.Random) -> Iterator[Paragraph]:
    year = truth.year
    yield Paragraph(
        f"{year}年，本机关在门户网站公开信息{rng.randint(20, 3000)}条，其中工作动态{rng.randint(5, 900)}条、"
        f"通知公告{rng.randint(1, 99)}条，比{year - 1}年增加{rng.randint(1, 80)}.{rng.randint(0, 9)}%。"
    )
    received = truth.figures[Key("requests", "new_received", "total")]
    lines = [
        f"（一）主动公开。全年制作信息{rng.randint(30, 800)}件，其中公文{rng.randint(3, 90)}件，解读稿{rng.randint(1, 40)}篇。",
        f"（二）信息管理。对{year - 3}年以来的{rng.randint(10, 200)}件规范性文件做了清理，{rng.randint(1, 12)}月{rng.randint(1, 28)}日前完成。",
        f"（三）平台建设。网站改版于{year}年{rng.randint(2, 11)}月上线，设{rng.randint(4, 12)}个栏目，访问量{rng.randint(1, 90)}万次。",
        f"（四）监督保障。举办培训{rng.randint(1, 6)}次，{rng.randint(20, 300)}人次参加；工作经费{rng.randint(1, 20)}.{rng.randint(1, 9)}万元。",
        f"1.政务新媒体发布{rng.randint(100, 2000)}条。",
        f"2.办理人大建议{rng.randint(1, 40)}件、政协提案{rng.randint(1, 60)}件。",
    ]
    yield from (Paragraph(line) for line in lines if rng.random() < 0.8)
    if received.state == "reported" and truth.broken is None:
        number = "未收到政府信息公开申请" if received.value == 0 else f"新收政府信息公开申请{received.value}件"
        yield Paragraph(f"依申请公开方面，{year}年{number}，均按期办理。")


def _before(truth: Truth, table: str, rng: random.Random) -> Iterator[Paragraph]:
    year = truth.year
    if table == "proactive_disclosure":
        lines = (
            f"截至{year}年12月31日，累计公开信息{rng.randint(300, 9000)}条。",
            "主动公开的数量如下：",
            f"权责清单{year}年调整{rng.randint(1, 9)}次。",
        )
    elif table == "requests":
        lines = (
            "收到和处理申请的情况见下表：",
            f"申请渠道有当面、邮寄和网络3种，平均{rng.randint(5, 19)}个工作日答复。",
            "单位：件",
        )
    else:
        lines = ("有关情况如下表。", f"{year}年旁听庭审{rng.randint(1, 3)}次。", "")
    yield from (Paragraph(line) for line in lines if line and rng.random() < 0.4)


def _after(truth: Truth, rng: random.Random) -> Iterator[Paragraph]:
    if rng.random() < 0.25:
        yield Paragraph(
            rng.choice(
                (
                    f"注：以上数据截至{truth.year}年12月31日。",
                    "说明：表中数据由各科室汇总，与2个系统核对一致。",
                    f"数据来源：政务公开管理系统，{truth.year + 1}年1月{rng.randint(3, 20)}日导出。",
                )
            )
        )


def _problems(truth: Truth, rng: random.Random) -> Iterator[Paragraph]:
    year = truth.year
    yield Paragraph(f"{year}年的不足有{rng.choice(('两', '三', '2', '3'))}点：一是栏目更新不够及时，二是解读形式较少。")
    yield Paragraph(f"{year + 1}年将每月检查1次，{rng.randint(2, 6)}月底前完成{rng.randint(2, 8)}项整改。")


def _rest(truth: Truth, rng: random.Random) -> Iterator[Paragraph]:
    unpaid = truth.figures.get(Key("requests", "other_unpaid", "total"))
    nothing = "无。" if unpaid is None or not unpaid.value else "有申请人收到信息处理费收费通知后没有缴费，本机关不再处理其申请。"
    yield Paragraph(
        rng.choice(
            (
                "本年度没有收取信息处理费，没有其他需要报告的事项。",
                f"依据《政府信息公开信息处理费管理办法》，{truth.year}年收取信息处理费0元。",
                f"信息处理费：{truth.year}年发出收费通知0件，总金额0元。",
                nothing,
            )
        )
    )
    if rng.random() < 0.4:
        yield Paragraph(truth.agency)
        yield Paragraph(f"{truth.year + 1}年1月{rng.randint(5, 30)}日")
