"""Which warehouse the one setting names, and what may take the place of the published one. Whole builds: `test_engines`."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from gx_pipeline.errors import ConfigurationError, ExportError, NotPublishable
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline.warehouse import (
    building_anew,
    building_models,
    dbt_environment,
    find_due,
    open_building,
    open_warehouse,
    publish,
    start_building,
)
from gx_pipeline.warehouse.access import prepare_database, reader_notes
from gx_pipeline.warehouse.dependents import view_notes, views_file
from gx_pipeline.warehouse.engine import postgresql_url, reading, writing
from gx_pipeline.warehouse.export.published import reading_published
from gx_pipeline.warehouse.load import prepare
from gx_pipeline.warehouse.state import read_state, record_load, record_status
from gx_pipeline.warehouse.tables import metadata
from gx_pipeline_tests.workplaces import make_place

# -- the setting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("mysql://gx:secret@db/gx", "names mysql;"),
        ("sqlite:////data/gx.db", "names sqlite;"),
        ("postgres://gx:secret@db/gx", "names postgres;"),
        ("postgresql+psycopg2://gx:secret@db/gx", r"names postgresql\+psycopg2;"),
        ("/data/gx.duckdb", "names no scheme;"),
    ],
)
def test_another_scheme_is_refused_by_its_name(url, named, tmp_path):
    with pytest.raises(ConfigurationError, match=f"{named} the warehouse is a DuckDB file .* or a PostgreSQL database") as told:
        _ = Settings(tmp_path, url).engine
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "name", ["", ":memory:", "/data/gx.duckdb?access_mode=read_only", "/data/marts.duckdb", "/data/MARTS.db"]
)
def test_what_cannot_be_the_file_of_a_warehouse_is_refused(name, tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be the warehouse's file"):
        _ = Settings(tmp_path, f"duckdb:///{name}").duckdb_path


def test_a_run_with_another_scheme_ends_with_status_2_before_anything_is_taken_in(tmp_path, monkeypatch, capsys):
    from gx_pipeline.cli import main

    place = make_place(tmp_path / "data")
    monkeypatch.setenv("GX_DATA_DIR", str(place.settings.data_dir))
    monkeypatch.setenv("GX_WAREHOUSE_URL", "oracle://gx:secret@db/gx")
    monkeypatch.setattr(sys, "argv", ["gx-pipeline", "run"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "names oracle" in told
    assert "secret" not in told
    assert not place.lake.fingerprints()


NAMED = "postgresql+psycopg://gx@db:6000/facts"


@pytest.mark.parametrize(
    ("url", "name", "expected"),
    [
        ("postgresql+psycopg://gx:s%40cret@db:6000/facts", NAMED, ("gx", "s@cret", "db", 6000, "facts")),
        ("postgresql://gx:s%40cret@db:6000/facts?sslmode=require", NAMED, ("gx", "s@cret", "db", 6000, "facts")),
        ("postgresql://", "postgresql://", ("ann", "of ann", "elsewhere", 7000, "others")),
        ("postgresql:///facts", "postgresql:///facts", ("ann", "of ann", "elsewhere", 7000, "facts")),
        ("postgresql://gx@/facts?host=/run/pg", "postgresql://gx@/facts", ("gx", "of ann", "/run/pg", 7000, "facts")),
    ],
)
def test_loader_and_dbt_are_led_to_the_same_database(url, name, expected, tmp_path, monkeypatch):
    for variable, value in {
        "USER": "ann",
        "PASSWORD": "of ann",
        "HOST": "elsewhere",
        "PORT": "7000",
        "DATABASE": "others",
    }.items():
        monkeypatch.setenv(f"PG{variable}", value)
    settings = Settings(tmp_path, url)
    assert settings.warehouse_name.replace("postgresql+psycopg", "postgresql") == name.replace("postgresql+psycopg", "postgresql")
    whole = postgresql_url(settings)
    host = whole.host or whole.query["host"]
    assert (whole.drivername, whole.username, whole.password, host, whole.port, whole.database) == (
        "postgresql+psycopg",
        *expected,
    )
    user, password, host, port, database = expected
    assert dbt_environment(settings) == {
        "GX_DBT_TARGET": "postgres",
        "GX_POSTGRES_HOST": host,
        "GX_POSTGRES_PORT": str(port),
        "GX_POSTGRES_USER": user,
        "GX_POSTGRES_DATABASE": database,
        "GX_POSTGRES_SSLMODE": "require" if "require" in url else "prefer",
        "DBT_ENV_SECRET_GX_POSTGRES_PASSWORD": password,
        "PGCLIENTENCODING": "UTF8",
    }


@pytest.mark.parametrize("url", ["postgresql://gx:p/w@d?b@db/gx", "postgresql://gx:p@w@db:5432/gx", "postgresql://gx:p\nw@db/gx"])
def test_a_password_that_is_written_without_care_is_hidden_as_well(url, tmp_path):
    assert Settings(tmp_path, url).warehouse_name.startswith("postgresql://gx@db")


@pytest.mark.parametrize("password", ["se@cret", "se\ncret", "se%00cret"])
def test_a_password_that_leads_to_another_server_or_into_a_message_is_refused_with_the_way_to_write_it(password, tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot be read as .*%40") as told:
        open_warehouse(Settings(tmp_path, f"postgresql://gx:{password}@127.0.0.1:1/gx"))
    assert "cret" not in str(told.value)


def test_a_parameter_that_dbt_would_not_get_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="dbt would not get the parameter options"):
        postgresql_url(Settings(tmp_path, "postgresql://gx:secret@db/gx?options=-csearch_path%3Dx"))


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path):
    place = make_place(tmp_path / "data")
    with pytest.raises(ConfigurationError, match=r"postgresql://gx@127\.0\.0\.1:1/gx cannot be reached: .*refused") as told:
        find_due(Settings(place.settings.data_dir, "postgresql://gx:secret@127.0.0.1:1/gx"), place.registry)
    assert "secret" not in str(told.value)


def test_a_database_that_breaks_off_is_told_in_a_line_with_what_to_do(new_database, tmp_path):
    with (
        pytest.raises(ConfigurationError, match=r"postgresql://gx@.* broke off: .* Check"),
        reading(open_warehouse(Settings(tmp_path, new_database()))) as connection,
    ):
        connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


@pytest.mark.parametrize("damage", ["no warehouse", "a page"])
def test_a_file_that_is_damaged_is_told_in_a_line_with_what_to_do(damage, tmp_path):
    settings = Settings(tmp_path, default_warehouse_url(tmp_path))
    settings.duckdb_path.parent.mkdir()
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        connection.execute("create table pages as select md5(cast(range as varchar)) as page from range(100000)")
    with settings.duckdb_path.open("r+b") as file:
        file.seek(0 if damage == "no warehouse" else settings.duckdb_path.stat().st_size // 2)
        file.write(b"?" * 4096)
    with (
        pytest.raises(ConfigurationError, match=r"gx\.duckdb cannot be opened or read: .* delete it"),
        reading(open_warehouse(settings)) as connection,
    ):
        connection.execute(sa.text("SELECT max(page) FROM pages"))


# -- what may be published ---------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A DuckDB warehouse whose published file holds every mart, empty."""
    made = Settings(tmp_path, default_warehouse_url(tmp_path))
    fill(made)
    with building_models(made, every=True):
        pass
    publish(made)
    return made


def fill(settings: Settings, digest: str = "first") -> None:
    """Load nothing, and make the marts as dbt would."""
    start_building(settings, anew=True)
    with writing(open_building(settings)) as connection:
        for schema in ("staging", "core", "marts"):
            connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        metadata().create_all(connection)
        record_load(connection, digest)
        for model in (settings.dbt_dir / "models" / "marts").glob("*.sql"):
            connection.execute(sa.text(f"CREATE OR REPLACE TABLE marts.{model.stem} AS SELECT '{digest}' AS digest"))


def published(settings: Settings) -> str:
    with duckdb.connect(str(settings.duckdb_path), read_only=True) as connection:
        ((digest,),) = connection.execute("SELECT digest FROM marts.agency_year").fetchall()
    return str(digest)


def test_what_is_built_and_checked_takes_the_place_of_the_published_file(settings):
    fill(settings, "second")
    assert published(settings) == "first"
    with building_models(settings, every=True):
        pass
    seen = []
    made = publish(settings, lambda old, new: seen.append((old, new, published(settings))))
    assert seen == [(settings.duckdb_path, settings.building_path, "first")]
    assert published(settings) == "second"
    assert made.name == str(settings.duckdb_path)
    assert made.size_bytes == settings.duckdb_path.stat().st_size
    assert made.rows["marts.agency_year"] == 1
    assert {path.name for path in settings.duckdb_path.parent.rglob("*")} == {"gx.duckdb", "building", ".lock"}


def test_a_load_on_which_no_model_was_built_is_not_published(settings):
    fill(settings, "second")
    with pytest.raises(NotPublishable, match="not all built and tested since the load"):
        publish(settings)
    assert published(settings) == "first"


def test_some_models_alone_do_not_make_a_load_publishable(settings):
    fill(settings, "second")
    with building_models(settings, every=False):
        pass
    with pytest.raises(NotPublishable, match="not all built and tested since the load"):
        publish(settings)


def test_models_that_failed_are_not_published_until_all_are_built_again(settings):
    with pytest.raises(ZeroDivisionError), building_models(settings, every=True):
        _ = 1 / 0
    with pytest.raises(NotPublishable, match="a model or a test of dbt failed"):
        publish(settings)
    with building_models(settings, every=False):
        pass
    with pytest.raises(NotPublishable, match="a model or a test of dbt failed"):
        publish(settings)
    with building_models(settings, every=True):
        pass
    publish(settings)


def test_models_at_which_dbt_was_killed_are_not_published(settings):
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom gx_pipeline.settings import Settings\n"
        "from gx_pipeline.warehouse import building_models\n"
        "with building_models(Settings(Path(sys.argv[1]), sys.argv[2]), every=True): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(settings.data_dir), settings.warehouse_url], check=False)
    assert killed.returncode == -9
    with pytest.raises(NotPublishable, match="was cut off"):
        publish(settings)
    assert published(settings) == "first"


def test_a_single_model_of_what_is_published_starts_from_a_copy_and_may_be_published(settings):
    with building_models(settings, every=False), writing(open_building(settings)) as connection:
        connection.execute(sa.text("UPDATE marts.agency_year SET digest = 'mended'"))
    assert published(settings) == "first"
    publish(settings)
    assert published(settings) == "mended"


def test_a_build_without_one_of_the_marts_is_not_published(settings):
    fill(settings, "second")
    with building_models(settings, every=True), writing(open_building(settings)) as connection:
        connection.execute(sa.text("DROP TABLE marts.quality_scorecard"))
    with pytest.raises(NotPublishable, match="the marts quality_scorecard are not there"):
        publish(settings)


def test_a_load_starts_from_the_published_file_whatever_an_earlier_build_left(settings):
    fill(settings, "left")
    start_building(settings, anew=True)
    with reading(open_building(settings)) as connection:
        state = read_state(connection)
        assert state is not None
        assert (state.digest, state.status) == ("first", "published")


def test_a_published_file_that_somebody_writes_to_is_neither_copied_nor_replaced(settings):
    fill(settings, "second")
    with building_models(settings, every=True):
        pass
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    path = str(settings.duckdb_path)
    with subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(ConfigurationError, match="open for writing; close it"):
            publish(settings)
        with pytest.raises(ConfigurationError, match="open for writing; close it"):
            start_building(settings, anew=True)
        holder.stdin.close()
    assert published(settings) == "first"


def test_two_builds_at_a_time_are_one_too_many(settings):
    with building_anew(settings):
        for second in (lambda: publish(settings), lambda: building_models(settings, every=True).__enter__()):
            with pytest.raises(ConfigurationError, match="another process is building"):
                second()
    assert published(settings) == "first"


def test_a_load_that_another_process_made_while_dbt_was_at_work_is_not_taken_for_checked(settings):
    with (
        pytest.raises(NotPublishable, match="another build began"),
        building_models(settings, every=True),
        writing(open_building(settings)) as connection,
    ):
        record_load(connection, "of another process")
    with pytest.raises(NotPublishable, match="not all built and tested"):
        publish(settings)


def test_a_log_that_a_writer_left_beside_the_published_file_is_not_taken_for_the_new_ones(settings):
    Path(f"{settings.duckdb_path}.wal").write_bytes(b"left")
    with pytest.raises(ConfigurationError, match=r"gx\.duckdb\.wal lies beside the published warehouse"):
        start_building(settings, anew=True)


def test_a_warehouse_that_was_loaded_but_not_published_is_still_due(tmp_path):
    place = make_place(tmp_path / "data")
    place.take_in()
    place.find_series()
    place.load()
    assert find_due(place.settings, place.registry).build
    place.publish_without_models()
    assert not find_due(place.settings, place.registry).build
    place.settings.agencies_csv.write_text(place.settings.agencies_csv.read_text("utf-8") + "\n", "utf-8")
    assert find_due(place.settings, place.registry).build


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


def test_without_the_right_to_create_roles_the_warehouse_is_built_and_it_is_said_what_to_do(new_database, tmp_path):
    url = sa.make_url(new_database())
    with sa.create_engine(url).connect() as connection:  # rolled back in the end: roles belong to the whole server
        connection.execute(sa.text("CREATE ROLE builder NOLOGIN"))
        connection.execute(sa.text(f"GRANT CREATE ON DATABASE {url.database} TO builder"))
        if connection.execute(sa.text("SELECT count(*) FROM pg_roles WHERE rolname = 'gx_reader'")).scalar_one():
            connection.execute(sa.text("ALTER ROLE gx_reader RENAME TO gx_reader_away"))
        connection.execute(sa.text("SET LOCAL ROLE builder"))
        prepare_database(connection)
        metadata().create_all(connection)
        (note,) = reader_notes(connection)
        assert "builder may not create roles; have an administrator run CREATE ROLE gx_reader NOLOGIN" in note
        connection.execute(sa.text("RESET ROLE"))
        connection.execute(sa.text("CREATE ROLE gx_reader NOLOGIN"))
        connection.execute(sa.text("SET LOCAL ROLE builder"))
        assert reader_notes(connection) == ()
        connection.rollback()


def test_views_of_others_that_a_build_drops_can_be_had_back(new_database, tmp_path):
    settings = Settings(tmp_path, new_database())
    engine = open_building(settings)
    make = "CREATE TABLE marts.agency_year AS SELECT 2024 AS year"
    with writing(engine) as connection:
        prepare(connection)
        record_load(connection, "digest")
        connection.execute(sa.text(make))
        connection.execute(sa.text('CREATE VIEW public."My years" AS SELECT year FROM marts.agency_year'))
        connection.execute(sa.text('CREATE MATERIALIZED VIEW marts.latest AS SELECT max(year) AS year FROM public."My years"'))
        connection.execute(sa.text("CREATE VIEW public.apart AS SELECT 1 AS one"))
        assert view_notes(connection, settings) == ()
    with building_models(settings, every=True), writing(engine) as connection:
        connection.execute(sa.text("DROP TABLE marts.agency_year CASCADE"))
        connection.execute(sa.text(make))
    with writing(engine) as connection:
        (note,) = view_notes(connection, settings)
        assert 'the views marts.latest, public."My years" stood on' in note
        connection.execute(sa.text(views_file(settings).read_text("utf-8")))
        assert connection.execute(sa.text("SELECT year FROM marts.latest")).scalar_one() == 2024
        assert view_notes(connection, settings) == ()
    kept = views_file(settings).read_text("utf-8")
    with building_models(settings, every=True):
        assert views_file(settings).read_text("utf-8") == kept
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE VIEW public.loads AS SELECT digest FROM staging.build_state"))
    with building_anew(settings):  # whose load makes tables anew that have other columns than before
        assert views_file(settings).read_text("utf-8").startswith(kept + "-- public.loads\nCREATE VIEW public.loads AS\n")


def test_a_reader_that_was_given_more_has_the_marts_alone_again(new_database, tmp_path):
    with sa.create_engine(new_database()).connect() as connection:  # rolled back in the end: roles belong to the whole server
        prepare_database(connection)
        connection.execute(sa.text("CREATE TABLE core.facts AS SELECT 1 AS one"))
        connection.execute(sa.text("CREATE TABLE marts.rates AS SELECT 1 AS one"))
        connection.execute(sa.text("GRANT ALL ON SCHEMA core, marts TO gx_reader"))
        connection.execute(sa.text("GRANT ALL ON ALL TABLES IN SCHEMA core, marts TO gx_reader"))
        assert reader_notes(connection) == ()
        may = "has_schema_privilege('gx_reader', '{}', '{}')".format
        asked = [may("marts", "USAGE"), may("marts", "CREATE"), may("core", "USAGE")]
        asked += [f"has_table_privilege('gx_reader', '{table}')" for table in ("marts.rates', 'SELECT", "marts.rates', 'DELETE")]
        answers = connection.execute(sa.text(f"SELECT {', '.join(asked)}")).one()
        assert tuple(answers) == (True, False, False, True, False)
        connection.rollback()


def test_a_database_at_which_a_build_was_cut_off_is_not_exported(new_database, tmp_path):
    settings = Settings(tmp_path, new_database())
    with writing(open_building(settings)) as connection:
        prepare(connection)
        record_load(connection, "digest")
        record_status(connection, "building")
    with pytest.raises(ExportError, match=r"\(building\): .*gx-pipeline run"), reading_published(settings):
        pass
    with writing(open_building(settings)) as connection:
        record_status(connection, "published")
    with reading_published(settings) as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1


def test_schemas_that_may_not_be_created_are_named(new_database):
    with sa.create_engine(new_database()).connect() as connection:
        connection.execute(sa.text("CREATE ROLE guest NOLOGIN"))
        connection.execute(sa.text("SET LOCAL ROLE guest"))
        with pytest.raises(ConfigurationError, match="staging, core, marts cannot be created: permission denied"):
            prepare_database(connection)
        connection.rollback()


def test_the_script_starts_once_tells_where_and_leaves_other_servers_alone(postgres):
    first, again = postgres("status"), postgres("start")
    assert (first.returncode, again.returncode) == (0, 0)
    url = postgres("url").stdout.strip()
    secret = sa.make_url(url).password
    assert secret
    assert not any(secret in told.stdout + told.stderr for told in (first, again))
    named = {"GX_WAREHOUSE_URL": "postgresql+psycopg://ann@db/facts"}
    assert postgres("url", **named).stdout.strip() == named["GX_WAREHOUSE_URL"]
    assert "left running" in postgres("stop", **named).stdout
    assert postgres("status").returncode == 0


def test_a_record_that_another_version_left_makes_a_build_due(tmp_path):
    place = make_place(tmp_path / "data")
    place.settings.duckdb_path.parent.mkdir(parents=True)
    with duckdb.connect(str(place.settings.duckdb_path)) as connection:
        connection.execute("create schema staging; create table staging.build_state as select 'of another version' as digest")
    assert find_due(place.settings, place.registry).build


def test_the_record_of_a_build_is_none_where_nothing_was_loaded(tmp_path):
    made = Settings(tmp_path, default_warehouse_url(tmp_path))
    with reading(open_building(made)) as connection:
        assert read_state(connection) is None
    with pytest.raises(ConfigurationError, match="nothing is loaded"), building_models(made, every=True):
        pass
