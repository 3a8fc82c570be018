"""Two builds of the samples to compare, and a real PostgreSQL, started by the script that `make run-postgres` uses."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gx_pipeline.lake import Partition
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.workplaces import Place, copy_place, made_once, place_of

WITHDRAWN = Partition(2020, "350505-kjj")
SCRIPT = CHECKOUT / "scripts" / "postgres.sh"


@pytest.fixture(scope="session")
def changed_place(built_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Built again after two files were replaced, one was withdrawn, one came that is no report, and three cells were settled.

    Replaced: 福州市科学技术局 2024 prints 462 licences instead of 461, 示例市数据局 2022 prints none instead of 37. Settled:
    one figure overridden, one set aside, one confirmed as published.
    """
    return place_of(made_once(tmp_path_factory, "changed_place", lambda folder: _change(copy_place(built_place, folder))))


def _change(place: Place) -> None:
    _replace(place.report(2024, "350100-kjj"), "\n461\n", "\n462\n")
    _replace(place.report(2022, "999900-sjj"), ">37</span>", ">&nbsp;</span>")
    place.correct(
        {**_cell("999900-sjj", 2023, "partially_granted"), "expect": 11, "action": "override", "value": 10},
        {**_cell("350100-gxj", 2025, "granted"), "expect": 0, "action": "set_null"},
        {**_cell("350102-rmzf", 2024, "new_received"), "expect": 25, "action": "confirm_as_published"},
    )
    shutil.rmtree(place.report(*WITHDRAWN).parent)
    place.lake.withdraw(WITHDRAWN)
    notice = place.settings.raw_dir / "2025" / "350100-kjj" / "notice.txt"
    notice.parent.mkdir(parents=True)
    notice.write_text("关于召开会议的通知\n请准时参加。\n", "utf-8")
    place.build()


@pytest.fixture
def doctored(built_place: Place, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the built warehouse after some SQL."""

    def make(*statements: str, name: str = "doctored") -> Path:
        path = tmp_path / name / "gx.duckdb"
        path.parent.mkdir()
        shutil.copy(built_place.settings.duckdb_path, path)
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return path

    return make


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _cell(agency: str, year: int, row: str) -> dict[str, object]:
    return {"agency": agency, "year": year, "table": "requests", "row": row, "column": "total"}


# -- PostgreSQL -------------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """The script, called on a server of the tests' own."""
    # Not pytest's folder: where root runs the tests, another user runs the server and cannot enter it.
    folder = Path(tempfile.mkdtemp(prefix="gx-postgres-"))
    folder.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "GX_"))}
    environment = {**kept, "GX_POSTGRES_DIR": str(folder / "server"), "GX_POSTGRES_LOCAL_PORT": str(free_port())}

    def call(command: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SCRIPT), command], check=False, capture_output=True, text=True, timeout=120, env=environment | changed
        )

    try:
        started = call("start")
        if started.returncode and "no PostgreSQL server is installed" in started.stderr and not os.environ.get("CI"):
            pytest.skip("there is no PostgreSQL server: apt-get install postgresql")
        assert started.returncode == 0, started.stderr
        yield call
    finally:
        call("stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def new_database(postgres: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[[], str]:
    """The URL of a database of its own, at each call."""
    url = sa.make_url(postgres("url").stdout.strip())
    numbers = count()

    def make() -> str:
        name = f"test_{next(numbers)}"
        engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        return url.set(database=name).render_as_string(hide_password=False)

    return make
