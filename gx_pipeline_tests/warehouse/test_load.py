"""The load: idempotent, partition by partition, and whole or not at all; the same on both engines."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from gx_pipeline.errors import ConfigurationError, GxError
from gx_pipeline.facts import FRAMES
from gx_pipeline.lake import Partition
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline.warehouse import open_building
from gx_pipeline.warehouse.bulk import append
from gx_pipeline.warehouse.engine import writing
from gx_pipeline.warehouse.load import prepare
from gx_pipeline.warehouse.tables import table
from gx_pipeline_tests.workplaces import Place, copy_place, make_place


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = make_place(tmp_path_factory.mktemp("taken_in") / "data")
    made.take_in()
    made.find_series()
    return made


@pytest.fixture(params=["duckdb", "postgresql"])
def place(taken_in: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    url = request.getfixturevalue("new_database")() if request.param == "postgresql" else None
    return copy_place(taken_in, tmp_path / "data", url)


def contents(place: Place) -> dict[str, pd.DataFrame]:
    """Every loaded table, in a fixed order of rows."""
    engine = open_building(place.settings)
    with engine.connect() as connection:
        frames = {
            name: pd.DataFrame(connection.execute(sa.select(table(name))).mappings().all())
            for name in (*FRAMES, "agencies", "refusals", "report_files", "loaded_partitions")
        }
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
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse import load, open_building

folder = Path(sys.argv[1])
import_module("gx_pipeline.warehouse.load").BATCH = 2
registry = Registry.read(folder / "agencies.csv")
engine = open_building(Settings(folder, sys.argv[2]))
die = lambda done: os.kill(os.getpid(), signal.SIGKILL) if done == 4 else None
load(engine, Lake(folder / "lake"), registry, take_inventory(folder / "raw", registry), die)
"""


def kill_in_mid_load(place: Place) -> None:
    command = [sys.executable, "-c", KILLED, str(place.settings.data_dir), place.settings.warehouse_url]
    killed = subprocess.run(command, check=False, timeout=120)
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


def test_a_file_that_another_process_has_open_is_named(taken_in, tmp_path):
    place = copy_place(taken_in, tmp_path / "data")
    place.load()
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    path = str(place.settings.building_path)
    with subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(ConfigurationError, match="another process has"):
            place.load()
        holder.stdin.close()


def test_a_database_that_another_process_writes_to_is_named_without_its_password(taken_in, tmp_path, new_database):
    place = copy_place(taken_in, tmp_path / "data", new_database())
    with writing(open_building(place.settings)), pytest.raises(ConfigurationError, match="another process is writing") as told:
        place.load()
    assert sa.make_url(place.settings.warehouse_url).password not in str(told.value)
    assert len(place.load().written) == 8


def test_both_engines_hold_the_same_rows(taken_in, tmp_path, new_database):
    places = [copy_place(taken_in, tmp_path / name, url) for name, url in (("duckdb", None), ("postgres", new_database()))]
    for place in places:
        place.load()
    duckdb, postgresql = map(contents, places)
    assert all(len(duckdb[name]) for name in FRAMES)
    assert_same(duckdb, postgresql)


TEXTS = [
    *(
        "",
        " ",
        "a",
        " surrounded ",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "\n",
        "\\",
        "\\N",
        "\\.",
        "a\n\\.\nb",
        "\\t",
        '"',
        '""',
        '","',
        "'",
        ",",
        ";",
    ),
    *("NULL", "\\x41", "%s", ":name", "{}", '[["requests","a\\"b"]]', "信息公开", "𠀀", "\u2028", "\ufeff", "\x01\x1f\x7f", None),
]


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_every_value_arrives_as_it_is(engine, tmp_path, request):
    url = request.getfixturevalue("new_database")() if engine == "postgresql" else default_warehouse_url(tmp_path)
    target = sa.Table(
        "hostile",
        sa.MetaData(),
        sa.Column("position", sa.Integer),
        sa.Column("text", sa.Text),
        sa.Column("whole", sa.BigInteger),
        sa.Column("decimal", sa.Double),
        sa.Column("sure", sa.Boolean),
        sa.Column("day", sa.Date),
    )
    size = len(TEXTS)
    wholes = [0, -1, 2**62, None]
    decimals = [0.1, 12.35, -1e-300, 1 / 3, None]
    days = [dt.date(2019, 1, 1), dt.date(2024, 2, 29), None]
    frame = pd.DataFrame(
        {
            "position": pd.Series(range(size), dtype="int64"),
            "text": pd.Series(TEXTS, dtype="string"),
            "whole": pd.Series([wholes[at % 4] for at in range(size)], dtype="Int64"),
            "decimal": pd.Series([decimals[at % 5] for at in range(size)], dtype="Float64"),
            "sure": [at % 2 == 0 for at in range(size)],
            "day": pd.to_datetime(pd.Series([days[at % 3] for at in range(size)])),
        }
    )
    with writing(open_building(Settings(tmp_path, url))) as connection:
        target.create(connection)
        append(connection, target, frame)
        append(connection, target, frame.head(0))
        rows = connection.execute(sa.select(target).order_by(target.c.position)).all()
    expected = [(at, TEXTS[at], wholes[at % 4], decimals[at % 5], at % 2 == 0, days[at % 3]) for at in range(size)]
    assert list(map(tuple, rows)) == expected


@pytest.mark.parametrize("encoding", ["LATIN1", "GBK"])
def test_text_arrives_as_it_is_whatever_encoding_the_environment_names(encoding, tmp_path, new_database, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", encoding)
    target = sa.Table("named", sa.MetaData(), sa.Column("text", sa.Text), sa.Column("characters", sa.Integer))
    with writing(open_building(Settings(tmp_path, new_database()))) as connection:
        target.create(connection)
        append(connection, target, pd.DataFrame({"text": ["福州市"], "characters": [0]}))
        connection.execute(sa.update(target).values(characters=sa.func.length(target.c.text)))
        assert connection.execute(sa.select(target)).one() == ("福州市", 3)


def test_a_database_without_an_encoding_is_refused_with_what_to_do(tmp_path, new_database):
    named = sa.make_url(new_database())
    with sa.create_engine(named, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {named.database}_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"))
    url = named.set(database=f"{named.database}_ascii").render_as_string(hide_password=False)
    with (
        pytest.raises(ConfigurationError, match=r"the database is in SQL_ASCII .* ENCODING 'UTF8'"),
        writing(open_building(Settings(tmp_path, url))) as connection,
    ):
        prepare(connection)


def test_text_that_postgresql_cannot_hold_is_refused_with_the_table(tmp_path, new_database):
    target = sa.Table("hostile", sa.MetaData(), sa.Column("text", sa.Text))
    with writing(open_building(Settings(tmp_path, new_database()))) as connection:
        target.create(connection)
        with pytest.raises(GxError, match="hostile cannot be loaded into PostgreSQL"):
            append(connection, target, pd.DataFrame({"text": ["a\x00b"]}))


def test_tables_of_an_earlier_version_are_made_anew(place):
    place.load()
    engine = open_building(place.settings)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE staging.reports DROP COLUMN title"))
    engine.dispose()
    assert len(place.load().written) == 8
    assert contents(place)["reports"]["title"].notna().any()
