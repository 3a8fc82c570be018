"""Two builds of the samples to compare: as they are shipped, and after things happened to some of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from gx_pipeline.lake import Partition
from gx_pipeline_tests.workplaces import Place, copy_place

WITHDRAWN = Partition(2020, "350505-kjj")


@pytest.fixture(scope="session")
def changed_place(built_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Built again after two files were replaced, one was withdrawn, one came that is no report, and three cells were settled.

    Replaced: 福州市科学技术局 2024 prints 462 licences instead of 461, 示例市数据局 2022 prints none instead of 37. Settled:
    one figure overridden, one set aside, one confirmed as published.
    """
    place = copy_place(built_place, tmp_path_factory.mktemp("changed_place") / "data")
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
    return place


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
