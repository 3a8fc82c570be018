"""A real PostgreSQL for the tests, started by the script that `make run-postgres` uses, on a port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gx_pipeline.settings import CHECKOUT

SCRIPT = CHECKOUT / "scripts" / "postgres.sh"


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
