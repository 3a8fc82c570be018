"""The parser's vocabulary: every label of the notices is known, however it is printed, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from gx_pipeline.documents import normalize
from gx_pipeline.parsing.labels import labels_of

WORDING = yaml.safe_load((Path(__file__).parents[1] / "forms" / "official_wording.yml").read_text("utf-8"))
NUMERALS = dict(zip("一二三四五六七", "㈠㈡㈢㈣㈤㈥㈦", strict=True))
LABELS = [
    (form, table, kind, code, label)
    for form, tables in WORDING.items()
    for table, wording in tables.items()
    for kind in ("row", "column")
    for code, label in wording[f"{kind}s"].items()
]


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(lambda label: label, id="as in the notice"),
        pytest.param(lambda label: label.translate(str.maketrans("（），：、", "(),:,")), id="half-width"),
        pytest.param(
            lambda label: label.translate(str.maketrans("().,:0123456789", "（）．，：０１２３４５６７８９")), id="full-width"
        ),
        pytest.param(
            lambda label: re.sub(r"（([一二三四五六七])）", lambda found: NUMERALS[found[1]], label), id="one-character numerals"
        ),
        pytest.param(lambda label: " ".join(label), id="spaced out"),
        pytest.param(lambda label: f"\u3000{label[:3]}\u00a0{label[3:]}\u200b ", id="odd spaces"),
        pytest.param(lambda label: label.replace("“", '"').replace("”", '"'), id="straight quotes"),
    ],
)
def test_every_label_of_the_notices_is_known_however_printed(printed):
    unknown = [
        (form, table, code)
        for form, table, kind, code, label in LABELS
        if (table, kind, code) not in {(found.table, found.kind, found.code) for found in labels_of(normalize(printed(label)))}
    ]
    assert unknown == []


@pytest.mark.parametrize("label", ["（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理", "三、本年度办理结果"])
def test_group_labels_are_known_as_groups(label):
    assert ("requests", "group") in {(found.table, found.kind) for found in labels_of(normalize(label))}


def test_a_label_copied_twice_into_a_merged_cell_counts_once():
    assert labels_of("三、本年度办理结果 三、本年度办理结果") == labels_of("三、本年度办理结果") != frozenset()


@pytest.mark.parametrize(
    ("label", "kinds"), [("其他", {"column", "row"}), ("总计", {"column", "row"})]
)  # 3.其他 and (七)总计 without their numbers
def test_what_labels_both_a_row_and_a_column_is_known_as_both(label, kinds):
    assert {found.kind for found in labels_of(label) if found.table == "requests"} == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "一、总体情况",
        "9.属于工作秘密",
        "内部管理信息",
        "无法联系到申请人",
        "2024年共收到政府信息公开申请27件",
        "公开" * 60,
    ],
)
def test_other_texts_label_nothing(text):
    assert labels_of(text) == frozenset()
