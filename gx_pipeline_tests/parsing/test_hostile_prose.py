"""Long lines of repeated characters cost time in proportion to their length, whatever the characters are."""

from __future__ import annotations

import contextlib

import pytest

from gx_pipeline.errors import Refusal

LENGTH = 40_000
PIECES = [
    "局", "市", "由", "与", "a", "1", "2024", "2024年", "二〇二四", "@", "a@", "a.", "0591-", "年1月1日至", "统计",
    "统计2024年1月1日至", "2024年1月1日至2024年12月31日统计", "编制", "联系", "市科技局", "福州市",
    "福州市科学技术局", "人民政府", "政府及", "汇总", "本报告", "本报告汇总各部门数据", "管委会", "信息公开", "报告",
    "政府信息公开2024年度报告", "电话:", "联系人:", "(", "〔", "xx", "某", "|",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("end", ["", "。"], ids=["one line", "sentences"])
def test_a_long_run_of_one_piece_is_refused_or_read(write_report, parse_text, piece, end):
    """A pattern that goes over the run again from each of its characters would not come to an end here."""
    run = (piece + end) * (LENGTH // len(piece + end))
    report = write_report(title=f"示例市数据局2024年政府信息公开工作年度报告\n{run}", overview=run)
    with contextlib.suppress(Refusal):
        assert parse_text(report.text()).agency_id in ("999900-sjj", None)
