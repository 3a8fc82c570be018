"""Narratives that two agencies share: found among many, whatever names and figures were put in."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from gx_pipeline.quality.copies import Narrative, comparable, copied_findings, narrative_of, near_duplicates

WORDS = (
    "公开信息机构职责财政预算规划解读网站栏目群众办事答复申请登记审核答疑培训检查整改目录指南档案移交查询渠道热线平台数据服务窗口"
)


def text_of(seed: int, length: int = 900) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(WORDS) for _ in range(length))


def changed(text: str, share: float, seed: int) -> str:
    """The text with a stretch of it written anew."""
    rng = random.Random(seed)
    length = int(len(text) * share)
    start = rng.randrange(len(text) - length)
    return text[:start] + text_of(seed + 10_000, length) + text[start + length :]


def similarity(first: str, second: str) -> float:
    one, two = ({text[at : at + 6] for at in range(len(text) - 5)} for text in (first, second))
    return len(one & two) / len(one | two)


def test_a_text_written_off_is_found_among_others():
    texts = {f"agency {seed}": text_of(seed) for seed in range(60)}
    texts["copy"] = changed(texts["agency 7"], 0.02, seed=1)
    ((first, second, share),) = near_duplicates(texts)
    assert (first, second) == ("agency 7", "copy")
    assert share == pytest.approx(similarity(texts["agency 7"], texts["copy"]))


def test_what_is_found_is_what_comparing_all_pairs_finds():
    rng = random.Random(5)
    texts: dict[int, str] = {}
    for number in range(80):
        like = rng.choice(list(texts.values())) if texts and rng.random() < 0.6 else text_of(number)
        texts[number] = changed(like, rng.choice((0.0, 0.01, 0.03, 0.05, 0.2)), seed=number)
    alike = {pair for pair in combinations(texts, 2) if similarity(texts[pair[0]], texts[pair[1]]) >= 0.9}
    found = near_duplicates(texts)
    assert {(first, second) for first, second, _ in found} <= alike
    assert {second for _, second, _ in found} == {second for _, second in alike}
    assert len(found) > 10


def test_texts_that_share_half_and_short_ones_are_not_alike():
    half = text_of(1)[:450] + text_of(2)[:450]
    assert near_duplicates({"one": text_of(1), "half": half}) == []
    assert near_duplicates({"one": text_of(3, 399), "two": text_of(3, 399)}) == []


def test_texts_of_one_owner_are_not_compared():
    texts = {("甲", 2023): text_of(1), ("甲", 2024): text_of(1), ("乙", 2024): text_of(1)}
    pairs = near_duplicates(texts, owner=lambda key: key[0])
    assert [(first[0], second[0]) for first, second, _ in pairs] == [("甲", "乙")]


def test_names_places_and_figures_make_no_difference():
    one = comparable("2024年，示例市数据局公开信息45条。我市网站改版。", ("示例市数据局", "示例市"))
    two = comparable("2023年,虚构县水务局公开信息四百零七条;全县网站改版", ("虚构县水务局", "虚构县"))
    assert one == two
    assert "网站改版" in one


def narrative(agency: str, text: str, year: int = 2024, *, shared: bool = False) -> Narrative:
    return Narrative(year, agency, f"{agency}局", text, shared)


def test_both_agencies_are_told_of_each_other():
    found = copied_findings([narrative("甲", text_of(1)), narrative("乙", text_of(2)), narrative("丙", text_of(1))])
    assert [(year, agency, finding.rule, finding.severity) for year, agency, finding in found] == [
        (2024, "丙", "copied_narrative", "warn"),
        (2024, "甲", "copied_narrative", "warn"),
    ]
    assert "甲局" in found[0][2].message
    assert "丙局" in found[1][2].message


def test_a_report_of_the_year_before_may_be_the_source():
    found = copied_findings(
        [narrative("甲", text_of(1), 2023), narrative("甲", text_of(4), 2024), narrative("乙", text_of(1), 2024)]
    )
    assert [(year, agency) for year, agency, _ in found] == [(2023, "甲"), (2024, "乙")]


def test_ones_own_earlier_report_and_joint_reports_are_no_copies():
    assert copied_findings([narrative("甲", text_of(1), 2023), narrative("甲", text_of(1), 2024)]) == []
    assert copied_findings([narrative("甲", text_of(1), shared=True), narrative("乙", text_of(1), shared=True)]) == []


def test_many_that_share_a_text_are_named_in_part():
    found = copied_findings([narrative(f"第{number}", text_of(1)) for number in range(20)])
    assert len(found) == 20
    assert max(len(finding.message) for _, _, finding in found) < 200


def test_the_narrative_of_a_report_is_its_own_words(write_report, parse_text, registry):
    texts = {"overview": "公开信息45条。", "problems": "更新不够及时。", "disclosed": "见下表。"}
    report = parse_text(write_report(**texts).text())
    own = narrative_of(report, registry.by_id["999900-sjj"])
    assert (own.year, own.agency_id, own.agency_name, own.shared) == (2024, "999900-sjj", "示例市数据局", False)
    assert own.text == "公开信息条更新不够及时无"
    assert narrative_of(replace(report, scope="joint_body"), None).shared
    with pytest.raises(ValueError, match="needs the year"):
        narrative_of(replace(report, year=None), None)
