"""dbt called on a warehouse by a test. Not here: what it is expected to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gx_pipeline.settings import CHECKOUT

DBT = CHECKOUT / "dbt"


def dbt(folder: Path, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """dbt on a warehouse, its artifacts and logs in a folder."""
    places = ("--project-dir", str(DBT), "--profiles-dir", str(DBT), "--target-path", str(folder), "--log-path", str(folder))
    program = str(Path(sys.executable).with_name("dbt"))
    return subprocess.run(
        [program, "--no-use-colors", *command, *places], env=os.environ | environment, check=False, capture_output=True, text=True
    )
