"""A place whose reports were taken in once, for commands that only look."""

import shutil

import pytest

from gx_pipeline_tests.workplaces import Place, make_place

REFUSED = (2024, "350100-kjj")


@pytest.fixture(scope="session")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = make_place(tmp_path_factory.mktemp("taken_in") / "data")
    shutil.rmtree(place.report(*REFUSED).parent)
    place.take_in()
    place.find_series()
    return place
