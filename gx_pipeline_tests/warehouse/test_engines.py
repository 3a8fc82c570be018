"""Whole builds, by the command that `make run` calls: the same marts on both engines, and what readers see meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from docs_site.cookbook import PAGE, read_cookbook
from gx_pipeline.agencies import Registry
from gx_pipeline.settings import CHECKOUT, Settings
from gx_pipeline.warehouse import dbt_environment, open_building, open_warehouse
from gx_pipeline.warehouse.engine import postgresql_url, reading
from gx_pipeline_tests.generated.places import add_generated_agencies, write_generated_reports
from gx_pipeline_tests.warehouse.running_dbt import dbt
from gx_pipeline_tests.warehouse.same_rows import columns_by_table, differences, rows_of
from gx_pipeline_tests.workplaces import Place, make_place

GENERATED = 21
COOKBOOK = read_cookbook(PAGE.read_text("utf-8"))
READER = """
import hashlib, sys, time
from pathlib import Path
import duckdb

def look(connection):
    tables = connection.execute("select table_name from information_schema.tables where table_schema = 'marts' order by 1").fetchall()
    rows = [sorted(map(repr, connection.execute(f"select * from marts.{name}").fetchall())) for (name,) in tables]
    return hashlib.sha256(repr((tables, rows)).encode()).hexdigest()

path, stop, keeping = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "keeping"
# Within one process DuckDB opens a file only once: who keeps a connection does not see the file that took its place.
kept = duckdb.connect(path, read_only=True) if keeping else None
while True:
    last = stop.exists()
    with kept.cursor() if kept else duckdb.connect(path, read_only=True) as connection:
        print(look(connection), flush=True)
    if last:
        break
    time.sleep(0.02)
"""
WITHOUT_FINDINGS = """
from gx_pipeline.facts import frames
frames.findings_rows = lambda *_: []
from gx_pipeline.cli.__main__ import console
console()
"""


@dataclass(frozen=True)
class Built:
    """A place whose warehouse was built by the command, with what that printed."""

    place: Place
    output: str

    @property
    def settings(self) -> Settings:
        return self.place.settings


def run(
    place: Place, *arguments: str, code: str = "from gx_pipeline.cli.__main__ import console; console()"
) -> subprocess.CompletedProcess[str]:
    """`gx-pipeline run` in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "GX_", "DAGSTER_"))}
    settings = {"GX_DATA_DIR": str(place.settings.data_dir), "GX_WAREHOUSE_URL": place.settings.warehouse_url, "COLUMNS": "250"}
    return subprocess.run(
        [sys.executable, "-c", code, "run", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env=kept | settings,
    )


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The samples, generated reports, a refused file and a correction, on DuckDB."""
    place = make_place(tmp_path_factory.mktemp("engines") / "data")
    agencies = add_generated_agencies(place.settings.agencies_csv, GENERATED // 7)
    write_generated_reports(place.settings.raw_dir, agencies, GENERATED)
    place = replace(place, registry=Registry.read(place.settings.agencies_csv))
    place.report(2025, "350100-gxj").write_bytes(b"")
    cell = {"agency": "350102-rmzf", "year": 2024, "table": "requests", "row": "new_received", "column": "total"}
    place.correct({**cell, "expect": 25, "action": "override", "value": 27})
    done = run(place)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(place, done.stdout)


@pytest.fixture(scope="module")
def on_postgresql(on_duckdb: Built, new_database: Callable[[], str]) -> Built:
    """The same facts on PostgreSQL."""
    settings = Settings(on_duckdb.settings.data_dir, new_database())
    place = Place(settings, on_duckdb.place.registry)
    done = run(place)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(place, done.stdout)


def test_both_engines_give_the_same_rows_in_every_table_of_core_and_marts(on_duckdb, on_postgresql):
    with reading(open_warehouse(on_duckdb.settings)) as one, reading(open_warehouse(on_postgresql.settings)) as other:
        tables = columns_by_table(one, ["core", "marts"])
        assert {"marts.agency_year", "core.fct_requests"} <= tables.keys()
        assert all(rows_of(one, name, columns) for name, columns in tables.items() if name.startswith("marts."))
        assert differences(one, other, ["core", "marts"]) == []


def test_a_value_that_differs_between_the_engines_is_named(on_duckdb, on_postgresql):
    with reading(open_warehouse(on_duckdb.settings)) as one, reading(open_warehouse(on_postgresql.settings)) as other:
        other.execute(sa.text("UPDATE marts.agency_year SET requests_granted = 99 WHERE agency_id = '350102-rmzf'"))
        (told,) = differences(one, other, ["core", "marts"])
        other.rollback()
    assert told.startswith("marts.agency_year.requests_granted: 7 and 99")


@pytest.mark.parametrize("query", COOKBOOK, ids=lambda query: query.anchor)
def test_every_query_of_the_cookbook_answers_alike_on_both_engines(query, on_duckdb, on_postgresql):
    with reading(open_warehouse(on_duckdb.settings)) as one, reading(open_warehouse(on_postgresql.settings)) as other:
        answers = [[tuple(row) for row in connection.exec_driver_sql(query.sql).all()] for connection in (one, other)]
    assert len(answers[0]) > 0
    assert [tuple(map(_plain, row)) for row in answers[0]] == [tuple(map(_plain, row)) for row in answers[1]]


def _plain(value: object) -> object:
    """Decimals and floats alike."""
    return float(value) if isinstance(value, Decimal) else value


def test_the_models_work_out_alike_on_postgresql_what_was_worked_out_by_hand(on_postgresql, tmp_path):
    done = dbt(tmp_path, dbt_environment(on_postgresql.settings), "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout


def test_the_reader_sees_the_marts_and_nothing_they_are_made_from(on_postgresql):
    with reading(open_warehouse(on_postgresql.settings)) as connection:
        tables = columns_by_table(connection, ["staging", "core", "marts"])
        # Made as dbt makes tables in a later build.
        connection.execute(sa.text("CREATE TABLE marts.made_later AS SELECT 1 AS one"))
        connection.execute(sa.text("SET LOCAL ROLE gx_reader"))
        for name in (*tables, "marts.made_later"):
            nested = connection.begin_nested()
            if name.startswith("marts."):
                assert connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() > 0
            else:
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied for schema"):
                    connection.execute(sa.text(f"SELECT count(*) FROM {name}"))
            nested.rollback()
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.execute(sa.text("DELETE FROM marts.agency_year"))
        connection.rollback()


def test_a_second_run_on_postgresql_changes_nothing_and_says_so(on_postgresql):
    with reading(open_warehouse(on_postgresql.settings)) as connection:
        before = connection.execute(sa.text("SELECT loaded_at FROM staging.build_state")).scalar_one()
    again = run(on_postgresql.place)
    assert again.returncode == 0
    assert "Nothing has changed" in again.stdout
    with reading(open_warehouse(on_postgresql.settings)) as connection:
        assert connection.execute(sa.text("SELECT loaded_at FROM staging.build_state")).scalar_one() == before


def test_the_password_stands_nowhere_in_what_a_run_prints_or_writes(on_postgresql):
    url = postgresql_url(on_postgresql.settings)
    assert f"postgresql+psycopg://gx@127.0.0.1:{url.port}/{url.database}" in on_postgresql.output
    assert url.password
    secret = url.password.encode()
    assert secret not in on_postgresql.output.encode()
    folders = (on_postgresql.settings.data_dir, CHECKOUT / "dbt" / "target")
    written = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert [path for path in written if secret in path.read_bytes()] == []


def test_readers_have_the_whole_old_marts_until_they_have_the_whole_new_ones(on_duckdb, tmp_path):
    place = on_duckdb.place
    report = place.report(2024, "652700-kjj")
    report.write_text(report.read_text("utf-8").replace("㈦总计 |\n0 |", "㈦总计 |\n5 |", 1), "utf-8")
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(place.settings.duckdb_path), str(stop), how],
            stdout=(tmp_path / how).open("w"),
            stderr=subprocess.PIPE,
            text=True,
        )
        for how in ("opening", "keeping")
    ]
    try:
        while not all((tmp_path / how).stat().st_size for how in ("opening", "keeping")):
            assert all(reader.poll() is None for reader in readers)
        done = run(place)
    finally:
        stop.touch()
        wrong = [reader.communicate(timeout=60)[1] for reader in readers]
    assert done.returncode == 0, done.stdout
    assert ([reader.returncode for reader in readers], wrong) == ([0, 0], ["", ""])
    seen = (tmp_path / "opening").read_text().split()
    old, new = seen[0], seen[-1]
    assert new != old
    assert seen == [old] * seen.count(old) + [new] * seen.count(new)
    assert seen.count(old) > 10
    assert set((tmp_path / "keeping").read_text().split()) == {old}, "who has the old file open keeps it"


def test_a_single_model_can_be_built_and_published_by_itself(on_duckdb, monkeypatch):
    import dagster as dg

    from gx_pipeline.definitions import defs

    published, building = on_duckdb.settings.duckdb_path, on_duckdb.settings.building_path
    inode = published.stat().st_ino
    assert not building.exists()
    monkeypatch.setenv("GX_DATA_DIR", str(on_duckdb.settings.data_dir))
    monkeypatch.delenv("GX_WAREHOUSE_URL", raising=False)

    def materialize(*names: str) -> dg.ExecuteInProcessResult:
        wanted = [dg.AssetKey(name.split(".")) for name in names]
        with dg.DagsterInstance.ephemeral() as instance:
            job = defs.resolve_implicit_global_asset_job_def()
            return job.execute_in_process(instance=instance, asset_selection=wanted, raise_on_error=False)

    assert materialize("marts.agency_year").success
    assert published.stat().st_ino == inode
    assert building.exists()
    assert materialize("published_warehouse").success
    assert published.stat().st_ino != inode
    assert not building.exists()
    assert not Path(f"{published}.wal").exists()
    with reading(open_warehouse(on_duckdb.settings)) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM marts.agency_year")).scalar_one() == 7 + GENERATED


def test_a_build_whose_tests_fail_leaves_the_published_file_as_it_was_and_says_what_failed(on_duckdb):
    published = on_duckdb.settings.duckdb_path
    before = hashlib.sha256(published.read_bytes()).hexdigest()
    done = run(on_duckdb.place, "--all", code=WITHOUT_FINDINGS)
    assert done.returncode == 1
    assert "violations_have_findings" in done.stdout
    assert hashlib.sha256(published.read_bytes()).hexdigest() == before
    with reading(open_building(on_duckdb.settings)) as connection:
        assert connection.execute(sa.text("SELECT status FROM staging.build_state")).scalar_one() == "failed"
        assert connection.execute(sa.text("SELECT count(*) FROM marts.agency_year")).scalar_one() > 0
    alone = subprocess.run(
        [sys.executable, "-c", PUBLISH_ALONE, json.dumps([str(on_duckdb.settings.data_dir), on_duckdb.settings.warehouse_url])],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    assert "NotPublishable" in alone.stderr
    assert hashlib.sha256(published.read_bytes()).hexdigest() == before


PUBLISH_ALONE = """
import json, sys
from pathlib import Path
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse import publish
folder, url = json.loads(sys.argv[1])
publish(Settings(Path(folder), url))
"""
