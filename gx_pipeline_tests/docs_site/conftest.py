"""The documentation site, built once over the samples' warehouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs_site.build import build
from gx_pipeline_tests.workplaces import Place


@pytest.fixture(scope="session")
def site(built_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site. The build is strict, so that it fails on any link, anchor or page that leads nowhere."""
    folder = tmp_path_factory.mktemp("site")
    assert build(folder, built_place.settings), "the site must be built over a warehouse, with the types of its columns"
    return folder
