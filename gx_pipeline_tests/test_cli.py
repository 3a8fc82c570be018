"""The command line: the JSON contract, exit statuses, and what people see."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gx_pipeline.cli import main
from gx_pipeline.forms import load_forms
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.terminal import call
from gx_pipeline_tests.workplaces import Place, make_place

SAMPLES = CHECKOUT / "data" / "raw"
BLANKS = SAMPLES / "2020" / "350505-kjj" / "report.txt"
CONTRADICTED = SAMPLES / "2024" / "350102-rmzf" / "report.txt"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path / "data")


def test_parse_prints_one_object_per_report_in_the_words_of_the_contract():
    result = call("parse", BLANKS, CONTRADICTED, "--format", "jsonl")
    assert result.exit_code == 0
    first, second = map(json.loads, result.output.splitlines())
    assert first.keys() == {"source", "report", "cells", "findings"}
    assert first["source"].keys() == {"path", "sha256", "media_type", "encoding"}
    assert first["report"] == {
        "agency_id": "350505-kjj",
        "agency_name": "泉州市泉港区科学技术局",
        "year": 2020,
        "form": "2019",
        "published_on": "2021-01-12",
        "scope": "own_organ",
    }
    assert len(first["cells"]) == len(load_forms()["2019"].cells())
    assert first["cells"][-1].keys() == {"table", "row", "column", "value", "state", "raw", "placement", "locator"}
    (error,) = [finding for finding in second["findings"] if finding["severity"] == "error"]
    assert error["cells"] == [["requests", "new_received", "total"]]


def test_a_refused_file_stands_as_an_error_in_its_place_and_the_others_are_parsed(tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    result = call("parse", empty, CONTRADICTED, tmp_path / "not there.txt", "--format", "jsonl")
    assert result.exit_code == 1
    refused, parsed, missing = map(json.loads, result.output.splitlines())
    assert refused == {"source": {"path": str(empty)}, "error": {"code": "unreadable", "message": refused["error"]["message"]}}
    assert parsed["report"]["agency_id"] == "350102-rmzf"
    assert missing["error"]["code"] == "unreadable"


@pytest.mark.parametrize(
    "arguments",
    [["parse"], ["parse", CONTRADICTED, "--year", "2012"], ["parse", CONTRADICTED, "--agency", "350100-kj"], ["pasre"]],
)
def test_wrong_usage_ends_with_status_2(arguments):
    assert call(*arguments).exit_code == 2


def test_an_unknown_agency_id_is_answered_with_those_that_look_like_it():
    result = call("parse", CONTRADICTED, "--agency", "350100-kj")
    assert "350100-kjj" in result.output


def test_an_agency_that_the_registry_does_not_know_does_not_stop_the_parse(tmp_path):
    text = CONTRADICTED.read_text("utf-8").replace("鼓楼", "思明").replace("福州", "厦门")
    file = tmp_path / "report.txt"
    file.write_text(text, "utf-8")
    result = call("parse", file, "--format", "jsonl")
    assert result.exit_code == 0
    report = json.loads(result.output)
    assert report["report"]["agency_id"] is None
    (finding,) = [finding for finding in report["findings"] if finding["rule"] == "agency_unresolved"]
    assert "candidates" in finding["message"]


def test_parse_works_without_a_registry(tmp_path):
    result = call("parse", CONTRADICTED, "--format", "jsonl", data_dir=tmp_path)
    assert result.exit_code == 0
    assert "no registry" in result.stderr


def test_the_table_shows_the_official_layout_with_the_faulty_cell_marked():
    result = call("parse", CONTRADICTED, "--format", "table")
    row = next(line for line in result.output.splitlines() if "本年新收政府信息公开申请数量" in line)
    assert row.split("│")[-2].strip() == "25!"
    assert "narrative_mismatch" in result.output


def test_blank_and_missing_cells_are_shown_as_such_and_not_as_zero():
    result = call("parse", BLANKS, "--format", "table")
    row = next(line for line in result.output.splitlines() if "本年新收政府信息公开申请数量" in line)
    assert [cell.strip() for cell in row.split("│")[2:-1]] == ["␣"] * 6 + ["0"]


def test_agencies_lists_and_filters():
    assert "652700-kjj" in call("agencies").output
    found = call("agencies", "泉港").output
    assert "350505-kjj" in found
    assert "652700-kjj" not in found
    assert call("agencies", "no such place").exit_code == 1


def test_status_tells_taken_in_from_waiting_refused_and_missing(place):
    place.report(2024, "350100-kjj").write_bytes(b"")
    place.take_in()
    report = place.report(2025, "350100-gxj")
    report.write_bytes(report.read_bytes() + b"\n")
    lines = call("status", data_dir=place.settings.data_dir).output.splitlines()
    row = {
        agency: next(line for line in lines if agency in line).split("│")[2:-1]
        for agency in ("350100-kjj", "350100-gxj", "652700-kjj")
    }
    assert [cell.strip() for cell in row["350100-kjj"]][5] == "✗"
    assert [cell.strip() for cell in row["350100-gxj"]][6] == "↻"
    assert [cell.strip() for cell in row["652700-kjj"]][4:6] == ["·", "✓"]
    assert any("raw/2024/350100-kjj/report.txt: unreadable" in line for line in lines)


def test_a_run_with_an_expired_correction_lists_it_and_fails_even_when_nothing_else_is_due(place):
    cell = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "total"}
    place.correct({**cell, "expect": 27, "action": "confirm_as_published"})
    place.take_in()
    place.find_series()
    place.load()
    place.publish_without_models()
    result = call("run", data_dir=place.settings.data_dir)
    assert result.exit_code == 1
    assert "Nothing has changed" in result.output
    assert (
        "failed 350102-rmzf 2024: requests / new_received / total: the correction of 2026-03-10 expects 27, but 25"
        in result.output
    )


def test_a_mistake_in_the_corrections_stops_the_run_and_is_named_with_its_line(place, capsys, monkeypatch):
    place.correct({"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "sum"})
    monkeypatch.setenv("GX_DATA_DIR", str(place.settings.data_dir))
    monkeypatch.setattr(sys, "argv", ["gx-pipeline", "run"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "corrections.yml: entry 1 (line 1): expect is missing" in capsys.readouterr().err.replace("\n", "")


def test_a_broken_registry_is_named_with_its_line(place):
    path = place.settings.agencies_csv
    path.write_text(path.read_text("utf-8").replace("350100-kjj", "kjj"), "utf-8")
    result = call("status", data_dir=place.settings.data_dir)
    assert result.exit_code == 2
    assert "agencies.csv: line 3" in result.stderr.replace("\n", "")


@pytest.mark.parametrize("command", ["parse", "check"])
def test_a_file_is_read_and_judged_without_frames_and_dagster(command):
    code = (
        "import sys; sys.argv = ['gx-pipeline', *sys.argv[1:]]\n"
        "from gx_pipeline.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "assert not {'pandas', 'dagster', 'sqlalchemy'} & sys.modules.keys(), sys.modules.keys()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, command, str(CONTRADICTED)],
        check=False,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
