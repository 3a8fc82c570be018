"""The load: idempotent, partition by partition, and whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.facts import FRAMES
from gx_pipeline.lake import Partition
from gx_pipeline.warehouse import open_building
from gx_pipeline.warehouse.tables import table
from gx_pipeline_tests.workplaces import Place, copy_place, make_place


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = make_place(tmp_path_factory.mktemp("taken_in") / "data")
    made.take_in()
    made.find_series()
    return made


@pytest.fixture
def place(taken_in: Place, tmp_path: Path) -> Place:
    return copy_place(taken_in, tmp_path / "data")


def contents(place: Place) -> dict[str, pd.DataFrame]:
    """Every loaded table, in a fixed order of rows."""
    engine = open_building(place.settings)
    with engine.connect() as connection:
        frames = {
            name: pd.DataFrame(connection.execute(sa.select(table(name))).mappings().all())
            for name in (*FRAMES, "agencies", "refusals", "loaded_partitions")
        }
    engine.dispose()
    return {
        name: frame.sort_values(list(frame.columns)).reset_index(drop=True) if len(frame) else frame
        for name, frame in frames.items()
    }


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], obj=name)


def test_the_load_holds_every_cell_of_every_report(place):
    loaded = place.load()
    assert len(loaded.written) == 8
    assert loaded.rows["reports"] == 8
    cells = sum(loaded.rows[name] for name in ("proactive_disclosure", "requests", "reconsideration_litigation"))
    assert cells == 7 * 200 + 198


def test_loading_again_changes_nothing(place):
    place.load()
    before = contents(place)
    again = place.load()
    assert again.written == again.removed == ()
    assert_same(before, contents(place))


def test_a_changed_report_replaces_its_partition_only(place):
    place.load()
    before = contents(place)["requests"]
    report = place.report(2024, "652700-kjj")
    text = report.read_text("utf-8")
    report.write_text(text.replace("㈦总计 |\n0 |", "㈦总计 |\n5 |", 1), "utf-8")
    place.take_in()
    loaded = place.load()
    assert loaded.written == (Partition(2024, "652700-kjj"),)
    after = contents(place)["requests"]
    changed = after.merge(before, how="outer", indicator=True, on=["year", "agency_id", "row_code", "applicant_type", "value"])
    new = changed[changed["_merge"] == "left_only"]
    assert list(zip(new["agency_id"], new["row_code"], new["applicant_type"], new["value"], strict=True)) == [
        ("652700-kjj", "total_handled", "natural_person", 5)
    ]


def test_a_report_whose_file_is_gone_leaves_the_warehouse(place):
    place.load()
    place.lake.withdraw(Partition(2020, "350505-kjj"))
    loaded = place.load()
    assert loaded.removed == (Partition(2020, "350505-kjj"),)
    assert all((frame["year"] != 2020).all() for name, frame in contents(place).items() if name in FRAMES)


def test_refused_and_misplaced_files_are_in_the_warehouse_with_their_reason(place):
    place.report(2024, "350100-kjj").write_bytes(b"")
    stray = place.settings.raw_dir / "2018" / "350100-kjj" / "report.txt"
    stray.parent.mkdir(parents=True)
    stray.write_text("x", "utf-8")
    place.take_in()
    place.load()
    refusals = contents(place)["refusals"]
    assert set(zip(refusals["source_path"], refusals["code"], strict=True)) == {
        ("raw/2024/350100-kjj/report.txt", "unreadable"),
        ("raw/2018/350100-kjj/report.txt", "year_outside_partitions"),
    }


KILLED = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from gx_pipeline.agencies import Registry
from gx_pipeline.lake import Lake, take_inventory
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline.warehouse import load, open_building

folder = Path(sys.argv[1])
import_module("gx_pipeline.warehouse.load").BATCH = 2
registry = Registry.read(folder / "agencies.csv")
engine = open_building(Settings(folder, default_warehouse_url(folder)))
die = lambda done: os.kill(os.getpid(), signal.SIGKILL) if done == 4 else None
load(engine, Lake(folder / "lake"), registry, take_inventory(folder / "raw", registry), die)
"""


def kill_in_mid_load(place: Place) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(place.settings.data_dir)], check=False, timeout=120)
    assert killed.returncode == -9


def test_a_kill_in_the_middle_of_the_first_load_leaves_nothing_and_the_next_load_is_whole(place):
    kill_in_mid_load(place)
    assert len(place.load().written) == 8


def test_a_kill_in_the_middle_of_a_load_loses_nothing(place):
    place.load()
    before = contents(place)
    for path in place.settings.raw_dir.glob("*/*/report.*t*"):
        if path.suffix in (".txt", ".html"):
            path.write_bytes(path.read_bytes() + b"\n<!-- -->\n")
    place.take_in()
    kill_in_mid_load(place)
    assert_same(before, contents(place))
    assert len(place.load().written) == 8


def test_a_warehouse_that_another_process_has_open_is_named(place):
    place.load()
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    path = str(place.settings.building_path)
    with subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(ConfigurationError, match="another process has"):
            place.load()
        holder.stdin.close()


def test_tables_of_an_earlier_version_are_made_anew(place):
    place.load()
    engine = open_building(place.settings)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE staging.reports DROP COLUMN title"))
    engine.dispose()
    assert len(place.load().written) == 8
    assert contents(place)["reports"]["title"].notna().any()
