"""Two warehouse files opened side by side, for reading only, in a database of their own that is forgotten.

Does not belong here: what is compared (`diff`, `diff_tables`).
"""

# ruff: noqa: S608 - names in statements are declared here or quoted, values are bound

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from gx_pipeline.errors import NotComparable
from gx_pipeline.settings import DUCKDB_SCHEME

Side = str
OLD, NEW = "old", "new"
SIDES: tuple[Side, Side] = (OLD, NEW)
# What a comparison may hold in memory; beyond it DuckDB writes to a temporary folder.
MEMORY = "2GB"
_MAGIC_AT, _MAGIC = 8, b"DUCK"
_BUILD = "`gx-pipeline run` builds one"


@dataclass(frozen=True)
class Files:
    """Both warehouses, attached as `old` and `new` to one connection."""

    connection: duckdb.DuckDBPyConnection
    paths: dict[Side, Path]

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql, list(values)).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """The only row of a query."""
        (row,) = self.rows(sql, values)
        return row

    def run(self, sql: str) -> None:
        """A statement."""
        self.connection.execute(sql)

    def columns(self, side: Side, schema: str, name: str) -> dict[str, str]:
        """The columns of a table with their types, in order; none where there is no such table."""
        return self._columns.get((side, schema, name), {})

    @cached_property
    def _columns(self) -> dict[tuple[Side, str, str], dict[str, str]]:
        """Of all tables at once: each question to the catalogue looks at every table and view of both files."""
        known: dict[tuple[Side, str, str], dict[str, str]] = {}
        found = self.rows(
            "select database_name, schema_name, table_name, column_name, data_type from duckdb_columns() "
            "where list_contains(?, database_name) order by column_index",
            (list(SIDES),),
        )
        for side, schema, table, column, kind in found:
            known.setdefault((side, schema, table), {})[column] = kind
        return known


def path_of(named: Path | str) -> Path:
    """The file that a path or a `duckdb:///` URL names.

    Raises:
        NotComparable: it is the URL of another database.
    """
    text = str(named)
    if text.startswith(DUCKDB_SCHEME):
        return Path(text.removeprefix(DUCKDB_SCHEME))
    scheme, mark, _ = text.partition("://")
    if mark:
        raise NotComparable(
            f"{scheme}:// names a server; a diff is between two DuckDB files. The facts are the same on both engines: run "
            "`gx-pipeline run` with GX_WAREHOUSE_URL=duckdb:////folder/gx.duckdb, and compare that file"
        )
    return Path(text)


@contextmanager
def opened(old: Path, new: Path) -> Iterator[Files]:
    """Both files, read only.

    What cannot be read while they are open is told as the fault of the file that is damaged.

    Raises:
        NotComparable: a file is not there, is no DuckDB file, is damaged, or is being written; or they are too large.
    """
    paths = dict(zip(SIDES, (old, new), strict=True))
    for path in paths.values():
        _look_at(path)
    with tempfile.TemporaryDirectory(prefix="gx_diff_") as folder, duckdb.connect(config=_config(folder)) as connection:
        for side, path in paths.items():
            _attach(connection, side, path)
        try:
            yield Files(connection, paths)
        except duckdb.InterruptException:
            raise
        except duckdb.OutOfMemoryException as error:
            raise NotComparable(
                f"comparing {old} and {new} takes more than {MEMORY} of memory and the room in {Path(folder).parent} "
                f"({_first_line(error)}); TMPDIR names a folder with more"
            ) from error
        except duckdb.Error as error:
            for path in paths.values():
                _read_through(path, error)
            raise


def _config(folder: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": MEMORY,
        "temp_directory": folder,
        "preserve_insertion_order": "false",
        # Whatever a file asks for, nothing is fetched from elsewhere.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def _look_at(path: Path) -> None:
    if not path.exists():
        raise NotComparable(f"{path}: there is no such file; name a warehouse that was published, or a copy of one; {_BUILD}")
    if not path.is_file():
        raise NotComparable(f"{path} is no file; name the DuckDB file of a warehouse")
    try:
        with path.open("rb") as file:
            head = file.read(_MAGIC_AT + len(_MAGIC))
    except OSError as error:
        raise NotComparable(f"{path} cannot be read: {error.strerror}") from None
    if head[_MAGIC_AT:] != _MAGIC:
        raise NotComparable(f"{path} is no DuckDB file; name the file of a warehouse, such as data/warehouse/gx.duckdb")


def _attach(connection: duckdb.DuckDBPyConnection, side: Side, path: Path) -> None:
    named = str(path.resolve()).replace("'", "''")
    try:
        connection.execute(f"attach '{named}' as {side} (type duckdb, read_only)")
    except duckdb.Error as error:
        if "set lock" in str(error):
            raise NotComparable(f"{path} is open in a process that writes it; wait until that has ended") from None
        raise NotComparable(
            f"{path} cannot be opened: {_first_line(error)}; it is damaged, or of another DuckDB; {_BUILD}"
        ) from None


def _read_through(path: Path, error: duckdb.Error) -> None:
    """Raise where a file by itself cannot be read from end to end; `error` is how that showed."""
    try:
        with duckdb.connect(config={"memory_limit": MEMORY}) as connection:
            _attach(connection, OLD, path)
            tables = connection.execute("select schema_name, table_name from duckdb_tables() where database_name = 'old'")
            for schema, name in tables.fetchall():
                connection.execute(f'select max(hash(columns(*))) from old."{schema}"."{name}"').fetchall()
    except duckdb.Error:
        raise NotComparable(f"{path} is damaged: {_first_line(error)}; {_BUILD}") from error


def _first_line(error: duckdb.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
