"""The stages over partitions: what each stores, and that one bad report never stops the others."""

from pathlib import Path

import pytest

from gx_pipeline.lake import STAGES, Partition, changed_partitions, idle_corrections
from gx_pipeline.lake import stages as stages_module
from gx_pipeline.lake.files import replace_folder, write_atomically
from gx_pipeline.lake.stages import run_stages
from gx_pipeline_tests.workplaces import Place, make_place

BAD = Partition(2024, "350100-kjj")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path / "data")


def test_every_stage_of_every_report_is_stored_and_reads_back_equal(place):
    outcomes = place.take_in()
    assert {outcome.stage for outcome in outcomes} == set(STAGES)
    assert not any(outcome.refused for outcome in outcomes)
    for outcome in outcomes:
        if outcome.document:
            assert place.lake.read_document(outcome.partition)[0] == outcome.document
        if outcome.report:
            assert place.lake.read_report(outcome.partition)[0] == outcome.report
        if outcome.raw:
            assert place.lake.read_raw_report(outcome.partition) == outcome.raw
    assert place.lake.fingerprints().keys() == place.inventory().files.keys()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable"),
        (bytes(range(256)) * 40, "unsupported_format"),
        ("关于召开会议的通知。各单位:请于2024年5月1日参加会议。".encode(), "not_an_annual_report"),
        (b"%PDF-1.4 ...", "unreadable"),
        (b"\x89PNG....", "scanned_image"),
        ("政府信息公开�年度报告".encode(), "unreadable"),
    ],
)
def test_one_broken_file_leaves_the_others_through_and_is_named(place, content, code):
    place.take_in()
    place.report(2024, "350100-kjj").write_bytes(content)
    outcomes = place.take_in()
    refused = [outcome for outcome in outcomes if outcome.refused]
    assert [(outcome.partition, outcome.refused.code) for outcome in refused] == [(BAD, code)]
    record = place.lake.refusals()[BAD]
    assert record.relative == "raw/2024/350100-kjj/report.txt"
    assert record.message
    assert place.lake.fact_fingerprints().keys() == place.inventory().files.keys() - {BAD}


def test_a_mended_file_takes_the_place_of_its_refusal(place):
    report = place.report(2024, "350100-kjj")
    good = report.read_bytes()
    report.write_bytes(b"")
    place.take_in()
    report.write_bytes(good)
    place.take_in()
    assert place.lake.refusals() == {}
    assert BAD in place.lake.fact_fingerprints()


def test_a_defect_of_ours_on_one_report_is_recorded_and_tried_again(place, monkeypatch):
    real = stages_module.parse

    def breaks(document, registry, hints):
        if hints.agency_id == BAD.agency_id:
            raise ZeroDivisionError("on purpose")
        return real(document, registry, hints)

    monkeypatch.setattr(stages_module, "parse", breaks)
    outcomes = place.take_in()
    crashed = [outcome for outcome in outcomes if outcome.crashed]
    assert [outcome.partition for outcome in crashed] == [BAD]
    assert "ZeroDivisionError" in crashed[0].crashed
    assert place.lake.refusals()[BAD].code == "internal_error"
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [BAD]
    assert len(place.lake.fact_fingerprints()) == 7


def test_a_broken_contract_stops_that_report_only(place, monkeypatch):
    real = stages_module.judge

    def twice(report, *rest):
        if report.agency_id == BAD.agency_id:
            object.__setattr__(report, "cells", report.cells + report.cells[-1:])
        return real(report, *rest)

    monkeypatch.setattr(stages_module, "judge", twice)
    outcomes = [outcome for outcome in place.take_in() if outcome.stage == "report_facts"]
    assert [outcome.partition for outcome in outcomes if outcome.refused] == [BAD]
    assert place.lake.refusals()[BAD].code == "contract_broken"
    assert len(place.lake.fact_fingerprints()) == 7


def test_taking_in_again_changes_no_fact(place):
    place.take_in()
    before = {part: place.lake.read_facts(part) for part in place.lake.fact_fingerprints()}
    digest = place.lake.digest()
    assert changed_partitions(place.inventory(), place.lake, place.registry) == []
    place.take_in()
    assert place.lake.digest() == digest
    for part, facts in before.items():
        for name, frame in place.lake.read_facts(part).items():
            assert frame.equals(facts[name]), (part, name)


def test_a_stage_without_its_input_says_which_stages_to_make_first(place):
    files = list(place.inventory().files.values())[:1]
    (outcome,) = run_stages(files, place.settings.data_dir, place.lake, place.registry, {"parsed_tables"})
    assert "materialize the stages before parsed_tables first" in outcome.refused.message
    assert files[0].partition in changed_partitions(place.inventory(), place.lake, place.registry)


def test_facts_made_of_an_old_document_count_as_old(place):
    place.take_in()
    report = place.report(2024, "350100-kjj")
    report.write_bytes(report.read_bytes() + b"\n")
    raw = place.inventory().files[BAD]
    for stage in ("raw_reports", "report_facts"):
        (outcome,) = run_stages([raw], place.settings.data_dir, place.lake, place.registry, {stage})
        assert not outcome.refused
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [BAD]


def test_a_document_is_not_made_of_a_file_that_changed_since_it_was_recorded(place):
    place.take_in()
    report = place.report(2024, "350100-kjj")
    report.write_bytes(report.read_bytes() + b"\n")
    raw = place.inventory().files[BAD]
    (outcome,) = run_stages([raw], place.settings.data_dir, place.lake, place.registry, {"normalized_text"})
    assert "materialize raw_reports first" in outcome.refused.message
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [BAD]


def test_series_findings_belong_to_the_later_report_and_point_at_its_cells(place):
    place.take_in()
    place.find_series()
    found = place.lake.read_series_findings()
    assert sorted(zip(found["agency_id"], found["year"], found["rule"], found["cells"], strict=True)) == [
        ("999900-sjj", 2024, "carry_over", '[["requests", "carried_in", "natural_person"]]'),
        ("999900-sjj", 2024, "carry_over", '[["requests", "carried_in", "total"]]'),
    ]


def test_a_write_that_dies_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, "old")

    def dies(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "folder"
    replace_folder(folder, lambda new: (new / "a").write_text("1"))

    def dies(new):
        (new / "b").write_text("2")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_folder(folder, dies)
    with pytest.raises(FileNotFoundError):  # what was written is gone before it takes the name
        replace_folder(folder, lambda new: new.rmdir())
    assert [entry.name for entry in folder.iterdir()] == ["a"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


# -- corrections ---------------------------------------------------------------------------------------------------------

CORRECTED = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "total"}


def test_a_changed_correction_makes_exactly_its_report_due(place):
    place.take_in()
    place.correct({**CORRECTED, "expect": 25, "action": "override", "value": 27})
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [Partition(2024, "350102-rmzf")]
    place.take_in()
    assert changed_partitions(place.inventory(), place.lake, place.registry) == []
    place.correct({**CORRECTED, "expect": 25, "action": "override", "value": 26})
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [Partition(2024, "350102-rmzf")]
    place.settings.corrections_yml.unlink()
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [Partition(2024, "350102-rmzf")]


def test_facts_made_with_other_corrections_than_their_raw_report_count_as_old(place):
    place.take_in()
    place.correct({**CORRECTED, "expect": 25, "action": "override", "value": 27})
    raw = place.inventory().files[Partition(2024, "350102-rmzf")]
    (outcome,) = run_stages([raw], place.settings.data_dir, place.lake, place.registry, {"report_facts"})
    assert outcome.facts.in_force
    place.settings.corrections_yml.unlink()
    assert changed_partitions(place.inventory(), place.lake, place.registry) == [raw.partition]


def test_what_the_lake_holds_is_the_published_figure_with_the_corrected_one_beside_it(place):
    place.correct({**CORRECTED, "expect": 25, "action": "override", "value": 27})
    place.take_in()
    frame = place.lake.read_frame(Partition(2024, "350102-rmzf"), "requests")
    (cell,) = frame[frame["correction"].notna()].itertuples()
    assert (cell.row_code, cell.applicant_type, cell.value, cell.corrected_value) == ("new_received", "total", 25, 27)
    assert idle_corrections(place.inventory(), place.lake) == ((), ())


def test_corrections_that_change_nothing_are_told_until_somebody_looks_at_them(place):
    place.correct(
        {**CORRECTED, "expect": 27, "action": "confirm_as_published"},
        {**CORRECTED, "agency": "350100-kjj", "year": 2023, "expect": 1, "action": "set_null"},
    )
    place.take_in()
    for _ in range(2):
        idle = idle_corrections(place.inventory(), place.lake)
        (expired,), (waiting,) = idle
        assert expired.startswith(
            "350102-rmzf 2024: requests / new_received / total: the correction of 2026-03-10 expects 27, but 25"
        )
        assert waiting.startswith("350100-kjj 2023: corrections.yml corrects 1 cell of a report that is not taken in")


def test_a_confirmed_cell_settles_the_findings_that_span_years(place):
    cell = {"agency": "999900-sjj", "year": 2024, "table": "requests", "row": "carried_in", "column": "total"}
    place.correct({**cell, "expect": 5, "action": "confirm_as_published"})
    place.take_in()
    place.find_series()
    found = place.lake.read_series_findings()
    assert dict(zip(found["cells"], found["status"], strict=True)) == {
        '[["requests", "carried_in", "natural_person"]]': "open",
        '[["requests", "carried_in", "total"]]': "confirmed",
    }
