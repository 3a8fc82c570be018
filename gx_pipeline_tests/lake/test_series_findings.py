"""Findings over the whole lake: every report read once, successors beside their predecessors, files that were replaced."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from gx_pipeline.agencies import Registry
from gx_pipeline.facts import CELL_TABLES
from gx_pipeline.lake import Lake, Partition, changed_partitions, store
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline_tests.workplaces import Place, copy_place, make_place

MENDED = Partition(2024, "350100-kjj")
HEADER = "agency_id,name,short_names,place_code,place,place_aliases,level,kind,function,valid_from,valid_to,predecessors\n"
OLD = "999901-{0},{1},,999901,演示市,,prefecture,department,data,2019-01-01,2023-06-30,\n"
NEW = "999901-{0},{1},,999901,演示市,,prefecture,department,data,2023-07-01,,999901-sjb;999901-zwb\n"
OFFICE, SERVICES, BUREAU = "演示市大数据办公室", "演示市政务服务办公室", "演示市数据局"


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = make_place(tmp_path_factory.mktemp("series") / "data")
    made.take_in()
    return made


@pytest.fixture
def place(taken_in: Place, tmp_path: Path) -> Place:
    return copy_place(taken_in, tmp_path / "data")


def told(place: Place, rule: str) -> pd.DataFrame:
    place.find_series()
    found = place.lake.read_series_findings()
    return found[found["rule"] == rule]


# -- files that were replaced --------------------------------------------------------------------------------------------


def change(place: Place, partition: Partition = MENDED, words: bytes = "\n一、总体情况有补充。\n".encode()) -> bytes:
    """Put another file in a report's place; gives the one before."""
    path = place.report(*partition)
    before = path.read_bytes()
    path.write_bytes(before + words)
    return before


def test_files_that_stay_as_they_are_raise_nothing_however_often_they_are_taken_in(place):
    place.take_in()
    assert told(place, "file_replaced").empty
    assert {len(place.lake.read_files_taken_in(part)) for part in place.lake.fact_fingerprints()} == {1}


def test_a_file_that_was_replaced_is_told_at_its_report_and_goes_on_being_told(place):
    (old,) = place.lake.read_files_taken_in(MENDED)
    change(place)
    for _ in range(2):
        place.take_in()
        found = told(place, "file_replaced")
        assert list(zip(found["year"], found["agency_id"], found["severity"], strict=True)) == [(*MENDED, "warn")]
        assert old[:12] in found["message"].iloc[0]
        assert found["sha256"].iloc[0] == place.lake.read_files_taken_in(MENDED)[-1] != old
    assert changed_partitions(place.inventory(), place.lake, place.registry) == []


def test_what_was_taken_in_before_has_no_part_in_the_facts(place):
    digest = place.lake.digest()
    before = change(place)
    place.take_in()
    place.report(*MENDED).write_bytes(before)
    place.take_in()
    assert place.lake.digest() == digest
    assert len(place.lake.read_files_taken_in(MENDED)) == 3


def test_a_damaged_file_that_is_mended_was_never_taken_in(place):
    good = change(place, words=b"")
    for content in (b"", b"%PDF-1.4 ...", good):
        place.report(*MENDED).write_bytes(content)
        place.take_in()
    assert told(place, "file_replaced").empty


def test_a_file_that_was_gone_for_a_while_is_remembered(place):
    change(place)
    place.lake.withdraw(MENDED)
    assert told(place, "file_replaced").empty
    place.take_in()
    assert len(told(place, "file_replaced")) == 1


def test_the_memory_of_files_is_bounded(place, monkeypatch):
    monkeypatch.setattr(store, "MOST_FILES", 3)
    for _ in range(5):
        change(place)
        place.take_in()
    assert len(place.lake.read_files_taken_in(MENDED)) == 3
    assert len(told(place, "file_replaced")) == 1


# -- successors ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def merged(tmp_path: Path, write_report) -> Place:
    """Two offices report for 2022, the bureau that took over from them for 2023: it carries in 5, they carried out 2 + 4."""
    folder = tmp_path / "merged"
    folder.mkdir()
    (folder / "agencies.csv").write_text(
        HEADER + OLD.format("sjb", OFFICE) + OLD.format("zwb", SERVICES) + NEW.format("sjj", BUREAU), "utf-8"
    )

    def publish(year: int, agency_id: str, name: str, **rows: int) -> None:
        figures = {"requests": {row: [number, 0, 0, 0, 0, 0, number] for row, number in rows.items()}}
        preface = f"本报告由{name}编制。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
        report = write_report(figures, year=year, title=f"{name}{year}年政府信息公开工作年度报告", preface=preface)
        path = folder / "raw" / str(year) / agency_id / "report.txt"
        path.parent.mkdir(parents=True)
        path.write_text(report.piped(), "utf-8")

    publish(2022, "999901-sjb", OFFICE, new_received=2, carried_out=2)
    publish(2022, "999901-zwb", SERVICES, new_received=4, carried_out=4)
    publish(2023, "999901-sjj", BUREAU, carried_in=5, granted=5, total_handled=5)
    place = Place(Settings(folder, default_warehouse_url(folder)), Registry.read(folder / "agencies.csv"))
    place.take_in()
    return place


def test_a_successor_is_compared_with_the_sum_of_its_predecessors(merged):
    found = told(merged, "carry_over")
    assert list(zip(found["agency_id"], found["year"], found["expected"], found["found"], strict=True)) == [
        ("999901-sjj", 2023, 6, 5),
        ("999901-sjj", 2023, 6, 5),
    ]
    assert all(found["finding_id"].str.startswith("series-carry_over-"))
    breaks = told(merged, "series_break")
    assert list(breaks["agency_id"]) == ["999901-sjj"]


def test_a_predecessor_whose_report_is_gone_ends_the_comparison(merged):
    merged.lake.withdraw(Partition(2022, "999901-zwb"))
    assert told(merged, "carry_over").empty
    (message,) = told(merged, "series_break")["message"]
    assert "no report of 999901-zwb for that year" in message


# -- reading -------------------------------------------------------------------------------------------------------------


def test_every_frame_of_cells_is_read_once_and_again_only_for_a_successor(merged, taken_in, monkeypatch):
    read: Counter[tuple[Partition, str]] = Counter()
    real = Lake.read_columns

    def counting(self, partition, name, columns):
        read[(partition, name)] += 1
        return real(self, partition, name, columns)

    monkeypatch.setattr(Lake, "read_columns", counting)
    taken_in.find_series()
    assert {count for (_, name), count in read.items() if name in CELL_TABLES} == {1}
    assert {partition for partition, _ in read} == taken_in.lake.fact_fingerprints().keys()
    read.clear()
    merged.find_series()
    assert {partition.agency_id: count for (partition, name), count in read.items() if name == "requests"} == {
        "999901-sjb": 2,
        "999901-zwb": 2,
        "999901-sjj": 1,
    }


# -- narratives that agencies share --------------------------------------------------------------------------------------


def test_a_narrative_that_two_agencies_share_is_told_to_both_and_to_no_other(place, write_report):
    words = "".join(
        f"第{number}项工作围绕{topic}展开，先后完善了制度、流程和平台，接受了公众监督，并按季度检查落实情况。"
        for number, topic in enumerate(
            ("主动公开", "依申请公开", "信息管理", "平台建设", "监督保障", "政策解读", "队伍培训"), start=1
        )
    )
    names = {"350100-gxj": "福州市工业和信息化局", "350500-kjj": "泉州市科学技术局"}
    for agency_id, name in names.items():
        report = write_report(
            year=2023,
            title=f"{name}2023年政府信息公开工作年度报告",
            preface=f"本报告由{name}编制。所列数据的统计期限自2023年1月1日起至2023年12月31日止。",
            overview=f"{name}" + words * 2,
        )
        folder = place.settings.raw_dir / "2023" / agency_id
        folder.mkdir(parents=True)
        (folder / "report.txt").write_text(report.piped(), "utf-8")
    place.take_in()
    found = told(place, "copied_narrative")
    assert sorted(zip(found["agency_id"], found["year"], strict=True)) == [("350100-gxj", 2023), ("350500-kjj", 2023)]
    assert found.set_index("agency_id")["message"]["350100-gxj"].find("泉州市科学技术局") > 0


# -- what may have been misread ------------------------------------------------------------------------------------------


def test_a_figure_that_its_own_report_leaves_in_doubt_is_held_against_nobody(place):
    """The row of 2023 loses its label; 2024 carries in something else."""
    assert set(told(place, "carry_over")["cause"]) == {"publisher_error"}
    path = place.report(2023, "999900-sjj")
    words = path.read_text("utf-8")
    assert words.count("四、结转下年度继续办理") == 1
    path.write_text(words.replace("四、结转下年度继续办理", ""), "utf-8")
    place.take_in()
    found = told(place, "carry_over")
    assert list(found["expected"]) == [5, 7]
    assert set(found["cause"]) == {"parse_doubt"}
