"""What lies under data/raw: places that make a partition, and places that are wrong, each with the way out."""

import os
from pathlib import Path

import pytest

from gx_pipeline.lake import Partition, report_years
from gx_pipeline_tests.workplaces import Place, make_place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path / "data")


def test_each_sample_belongs_to_the_partition_that_its_place_names(place):
    inventory = place.inventory()
    assert inventory.problems == ()
    assert {(part.year, part.agency_id) for part in inventory.files} == {
        (2020, "350505-kjj"),
        (2022, "999900-sjj"),
        (2023, "999900-sjj"),
        (2024, "350100-kjj"),
        (2024, "350102-rmzf"),
        (2024, "652700-kjj"),
        (2024, "999900-sjj"),
        (2025, "350100-gxj"),
    }


@pytest.mark.parametrize(
    ("path", "code", "hint"),
    [
        ("2024/report.txt", "misplaced_file", "raw/<year>/<agency_id>/<file>"),
        ("report.txt", "misplaced_file", "raw/<year>/<agency_id>/<file>"),
        ("last year/350100-kjj/report.txt", "misplaced_file", "raw/<year>/<agency_id>/<file>"),
        ("2024/350100-kjj/old/report.txt", "unknown_agency", "Add a line to agencies.csv"),
        ("2024/350100-kjx/report.txt", "unknown_agency", "did you mean 350100-kjj"),
        ("2018/350100-kjj/report.txt", "year_outside_partitions", "before 2019"),
        ("2999/350100-kjj/report.txt", "year_outside_partitions", "the year is not over"),
        ("2024/350100-kjj/report_2.txt", "duplicate_report", "keep the one that was published last"),
    ],
)
def test_a_file_in_the_wrong_place_is_named_with_the_way_out(place, path, code, hint):
    file = place.settings.raw_dir / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("一、总体情况", "utf-8")
    inventory = place.inventory()
    problem = next(problem for problem in inventory.problems if problem.relative == f"raw/{path}")
    assert problem.code == code
    assert hint in problem.message
    others = set(make_place(place.settings.data_dir.parent / "other").inventory().files)
    assert set(inventory.files) | {Partition(2024, "350100-kjj")} == others


def test_two_files_for_one_report_give_none_of_them(place):
    place.report(2024, "350100-kjj").with_name("report.html").write_text("<p>", "utf-8")
    inventory = place.inventory()
    assert Partition(2024, "350100-kjj") not in inventory.files
    assert {problem.relative for problem in inventory.problems} == {
        "raw/2024/350100-kjj/report.html",
        "raw/2024/350100-kjj/report.txt",
    }


def test_touching_a_file_changes_nothing_and_editing_it_or_its_sidecar_does(place):
    report = place.report(2024, "350100-kjj")
    before = place.inventory().digest
    os.utime(report, (1, 1))
    assert place.inventory().digest == before
    report.with_name("report.meta.yml").write_text("note: edited\n", "utf-8")
    edited = place.inventory().digest
    assert edited != before
    report.write_bytes(report.read_bytes() + b"\n")
    assert place.inventory().digest not in (before, edited)


def test_the_digest_cache_sees_a_change_of_content(place, tmp_path):
    from gx_pipeline.lake import take_inventory

    cache = tmp_path / "cache.json"
    first = take_inventory(place.settings.raw_dir, place.registry, cache)
    report = place.report(2024, "350100-kjj")
    report.write_bytes(report.read_bytes() + b" ")
    second = take_inventory(place.settings.raw_dir, place.registry, cache)
    key = Partition(2024, "350100-kjj")
    assert first.files[key].sha256 != second.files[key].sha256
    assert second.digest == place.inventory().digest


def test_a_report_year_is_one_that_is_over():
    import datetime as dt

    assert report_years(dt.date(2026, 1, 1)) == range(2019, 2026)
