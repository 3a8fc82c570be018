"""Exports of the built samples, and warehouses like theirs that a test may change."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from gx_pipeline.agencies import Registry
from gx_pipeline.settings import Settings, default_warehouse_url
from gx_pipeline.warehouse.export import Exported, Format, export
from gx_pipeline_tests.workplaces import Place

Query = Callable[[str], list[tuple]]


@pytest.fixture(scope="session")
def exported(built_place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[Format, Exported]:
    """Everything, in every format."""
    folder = tmp_path_factory.mktemp("exports")
    return {one.format: one for one in export(built_place.settings, built_place.registry, Format, out=folder)}


@pytest.fixture(scope="session")
def workbook(exported: dict[Format, Exported]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(exported[Format.xlsx].folder / "annual_reports.xlsx")


@pytest.fixture(scope="session")
def query(built_place: Place) -> Query:
    """Rows of the built warehouse."""

    def run(sql: str) -> list[tuple]:
        with duckdb.connect(str(built_place.settings.duckdb_path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return run


@pytest.fixture
def changed(built_place: Place, tmp_path: Path) -> Callable[..., Place]:
    """The same warehouse after some statements."""

    def change(*statements: str) -> Place:
        settings = Settings(tmp_path / "data", default_warehouse_url(tmp_path / "data"))
        settings.duckdb_path.parent.mkdir(parents=True)
        shutil.copy(built_place.settings.duckdb_path, settings.duckdb_path)
        with duckdb.connect(str(settings.duckdb_path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return Place(settings, Registry(built_place.registry.agencies))

    return change
