"""What stands in a cell: a number in the column's unit, a blank, a placeholder, or text that is no number."""

from __future__ import annotations

import pytest

from gx_pipeline.documents import normalize
from gx_pipeline.forms import Column, load_forms
from gx_pipeline.parsing.numbers import chinese_number, read_cell

COLUMNS: dict[str, Column] = {
    "count": load_forms()["2021"].tables["requests"].column_by_code["natural_person"],
    "signed": load_forms()["2019"].tables["proactive_disclosure"].column_by_code["items_change"],
    "10k yuan": load_forms()["2021"].tables["proactive_disclosure"].column_by_code["amount_10k_yuan"],
    "yuan": load_forms()["2019"].tables["proactive_disclosure"].column_by_code["amount"],
}
EVERY_COLUMN = pytest.mark.parametrize("column", list(COLUMNS))


def read(printed: str, column: str) -> tuple[str, int | float | None]:
    return read_cell(normalize(printed), COLUMNS[column])[:2]


@pytest.mark.parametrize(
    ("column", "printed", "value"),
    [
        ("count", "0", 0),
        ("count", " 25 ", 25),
        ("count", "１２", 12),
        ("count", "358,721", 358721),
        ("count", "1，234", 1234),
        ("count", "1,234,567", 1234567),
        ("count", "12件", 12),
        ("count", "3 宗", 3),
        ("count", "两件", 2),
        ("count", "〇", 0),
        ("count", "十", 10),
        ("count", "二十七", 27),
        ("count", "一百零三", 103),
        ("count", "一千零五十", 1050),
        ("signed", "3", 3),
        ("signed", "+3", 3),
        ("signed", "-3", -3),
        ("signed", "－3", -3),
        ("signed", "\u22123", -3),
        ("signed", "＋22", 22),
        ("signed", "0", 0),
        ("10k yuan", "12.35", 12.35),
        ("10k yuan", "160.5964万元", 160.5964),
        ("10k yuan", "251000元", 25.1),
        ("10k yuan", "1.2亿元", 12000),
        ("10k yuan", "1,234.5", 1234.5),
        ("10k yuan", "0元", 0),
        ("yuan", "251000", 251000),
        ("yuan", "251000元", 251000),
        ("yuan", "3.5万元", 35000),
        ("yuan", "0.07元", 0.07),
    ],
)
def test_a_number_is_read_in_the_unit_of_its_column(column, printed, value):
    state, found = read(printed, column)
    assert (state, found) == ("reported", pytest.approx(value))


@EVERY_COLUMN
@pytest.mark.parametrize("printed", ["", " ", "\u3000", "\u00a0", "\u200b"])
def test_an_empty_cell_is_blank_and_no_zero(column, printed):
    assert read(printed, column) == ("blank", None)


@EVERY_COLUMN
@pytest.mark.parametrize("printed", ["/", "／", "-", "－", "—", "——", "*", "＊", "…", "……", "无", "暂无", "N/A"])
def test_a_placeholder_is_no_number(column, printed):
    assert read(printed, column) == ("not_applicable", None)


@pytest.mark.parametrize(
    ("column", "printed"),
    [
        ("count", "+3"),
        ("count", "-3"),
        ("count", "--253"),
        ("count", "2.5"),
        ("count", "1,23"),
        ("count", "0 12"),
        ("count", "12 34件"),
        ("count", "约12"),
        ("count", "3/4"),
        ("count", "2-3"),
        ("count", "12万"),
        ("count", "12元"),
        ("count", "1e3"),
        ("count", "12%"),
        ("count", "一二"),
        ("count", "十十"),
        ("count", "见附件"),
        ("count", "O"),
        pytest.param("count", "二百五", id="count-250 in speech, 205 by the letter"),
        pytest.param("count", "一千三", id="count-1300 in speech, 1003 by the letter"),
        ("signed", "--253"),
        ("signed", "增3"),
        ("signed", "+3.5"),
        ("signed", "3/0"),
        ("10k yuan", "-5"),
        ("10k yuan", "12件"),
        ("10k yuan", "12.35.1"),
        ("10k yuan", "十二"),
        ("yuan", "3万"),
        ("yuan", "$300"),
    ],
)
def test_what_is_not_clearly_a_number_that_may_stand_there_stays_unparsed(column, printed):
    assert read(printed, column) == ("unparsed", None)


@pytest.mark.parametrize(
    ("numeral", "number"), [("零", 0), ("两", 2), ("十二", 12), ("三十", 30), ("九千九百九十九", 9999), ("两千零一", 2001)]
)
def test_chinese_numerals(numeral, number):
    assert chinese_number(numeral) == number


@pytest.mark.parametrize("numeral", ["", "二〇二四", "百", "一十百", "万", "二百五", "十几"])
def test_what_is_no_clear_chinese_number_is_none(numeral):
    assert chinese_number(numeral) is None
