"""An export from beginning to end: one reading of the warehouse, a folder a format, each replaced as a whole or not at all.

Does not belong here: what a format looks like (`files`, `datapackage`, `workbook`), printing (`cli`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from xlsxwriter.exceptions import FileCreateError

from gx_pipeline.agencies import Registry
from gx_pipeline.errors import ExportError
from gx_pipeline.lake.files import replace_folder
from gx_pipeline.settings import Settings
from gx_pipeline.warehouse.export.cells import Core
from gx_pipeline.warehouse.export.datapackage import descriptor
from gx_pipeline.warehouse.export.files import write_csv, write_parquet
from gx_pipeline.warehouse.export.manifest import describe_tables
from gx_pipeline.warehouse.export.published import PublishedTable, batches, count, published_tables, reading_published
from gx_pipeline.warehouse.export.selection import Selection, select_facts
from gx_pipeline.warehouse.export.workbook import refuse_too_many, write_workbook

WORKBOOK = "annual_reports.xlsx"
DESCRIPTOR = "datapackage.json"


class Format(StrEnum):
    """What an export may be; also the name of its folder."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"
    datapackage = "datapackage"


# What an export leaves in the folder of a format: nothing else there is ever replaced.
_OWN = {
    Format.parquet: re.compile(r"(core|marts)_\w+\.parquet"),
    Format.csv: re.compile(r"(core|marts)_\w+\.csv"),
    Format.xlsx: re.compile(re.escape(WORKBOOK)),
    Format.datapackage: re.compile(rf"(core|marts)_\w+\.csv|{re.escape(DESCRIPTOR)}"),
}


@dataclass(frozen=True)
class Exported:
    """A format that was written: its folder, the number of files and of rows (of a workbook, the cells).

    `reports` is how many annual reports the selection has: dimensions and what is not there are written without any as well.
    """

    format: Format
    folder: Path
    files: int
    rows: int
    reports: int


class Progress(Protocol):
    """Told how far an export has come."""

    def begin(self, what: str, rows: int) -> None:
        """A format begins, with so many rows to come."""

    def advance(self, rows: int) -> None:
        """So many rows more are written."""


class _Silent:
    def begin(self, what: str, rows: int) -> None:
        pass

    def advance(self, rows: int) -> None:
        pass


def export(
    settings: Settings,
    registry: Registry,
    formats: Iterable[Format],
    *,
    years: Iterable[int] = (),
    places: Iterable[str] = (),
    out: Path | None = None,
    manifest: Path | None = None,
    progress: Progress | None = None,
) -> list[Exported]:
    """Write the published tables of the warehouse in one or more formats.

    Args:
        settings: where the warehouse is.
        registry: the agencies, for the other names of places.
        formats: what to write, each into a folder of its name.
        years: report years; none for all.
        places: places by name, code or how a code begins; none for all.
        out: the folder for the folders; `data/exports` where none is named.
        manifest: dbt's manifest, which a data package describes its tables from; that of the checkout where none is named.
        progress: told how far it has come.

    Returns:
        what was written, in the order of the formats.

    Raises:
        ExportError: nothing can be exported as asked; what an earlier export wrote is as it was.
    """
    target = out or settings.data_dir / "exports"
    wanted = list(dict.fromkeys(formats))
    for form in wanted:
        _refuse_foreign(target / form, _OWN[form])
    told = progress or _Silent()
    with reading_published(settings) as connection:
        tables = published_tables(connection)
        selection = select_facts(connection, tables, registry, years, places)
        work = _Export(connection, tables, selection, manifest or settings.dbt_dir / "target" / "manifest.json", told)
        for form in wanted:
            work.check(form)
        return [work.write(form, target / form) for form in wanted]


def _refuse_foreign(folder: Path, own: re.Pattern[str]) -> None:
    """Refuse to replace a folder that holds what no export wrote."""
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"{folder} is a file; name another folder with --out")
    foreign = sorted(path.name for path in folder.iterdir() if not own.fullmatch(path.name)) if folder.exists() else []
    if foreign:
        raise ExportError(
            f"{folder} holds {foreign[0]}, which no export wrote and which would be lost; name another folder with --out"
        )


@dataclass
class _Export:
    connection: sa.Connection
    tables: Sequence[PublishedTable]
    selection: Selection
    manifest: Path
    progress: Progress

    def check(self, form: Format) -> None:
        """Refuse what cannot be written, before anything is."""
        if form is Format.xlsx:
            refuse_too_many(Core(self.connection, self.tables, self.selection))
        elif form is Format.datapackage:
            self._descriptor()

    def write(self, form: Format, folder: Path) -> Exported:
        fill: Callable[[Path], int] = {
            Format.parquet: self._parquet,
            Format.csv: lambda fresh: self._csv(fresh),
            Format.xlsx: self._workbook,
            Format.datapackage: self._datapackage,
        }[form]
        reports = Core(self.connection, self.tables, self.selection).number_of_reports()
        rows = 0

        def keep(fresh: Path) -> None:
            nonlocal rows
            rows = fill(fresh)

        try:
            replace_folder(folder, keep)
        except (OSError, FileCreateError) as error:
            raise ExportError(
                f"{folder} cannot be written: {error}; make room or give yourself the right, or name another folder with --out"
            ) from error
        return Exported(form, folder, len(list(folder.iterdir())), rows, reports)

    def _parquet(self, folder: Path) -> int:
        return self._tables("Parquet", lambda table: folder / f"{table.file_name}.parquet", write_parquet)

    def _csv(self, folder: Path, what: str = "CSV") -> int:
        return self._tables(what, lambda table: folder / f"{table.file_name}.csv", write_csv)

    def _datapackage(self, folder: Path) -> int:
        (folder / DESCRIPTOR).write_text(self._descriptor(), "utf-8", newline="\n")
        return self._csv(folder, "data package")

    def _descriptor(self) -> str:
        return descriptor(self.tables, describe_tables(self.manifest), self.selection)

    def _workbook(self, folder: Path) -> int:
        core = Core(self.connection, self.tables, self.selection)
        return write_workbook(
            folder / WORKBOOK,
            core,
            self.selection,
            lambda cells: self.progress.begin("Excel workbook", cells),
            self.progress.advance,
        )

    def _tables(self, what: str, path: Callable[[PublishedTable], Path], write: Callable[..., int]) -> int:
        conditions = {table: self.selection.conditions(table) for table in self.tables}
        self.progress.begin(what, sum(count(self.connection, table, found) for table, found in conditions.items()))
        return sum(
            write(path(table), table, batches(self.connection, table, found), self.progress.advance)
            for table, found in conditions.items()
        )
