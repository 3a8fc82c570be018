"""dbt's manifest as the export reads it: a file that may be missing or stale. Not here: what the manifest says (`described`)."""

from __future__ import annotations

import json
from pathlib import Path

from gx_pipeline.errors import ExportError
from gx_pipeline.warehouse.described import DescribedTable, described_tables


def describe_tables(path: Path) -> dict[tuple[str, str], DescribedTable]:
    """The stored tables of the manifest by schema and name.

    Args:
        path: dbt's `manifest.json`.

    Raises:
        ExportError: the file is not there or is none of dbt's.
    """
    try:
        tables = described_tables(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise ExportError(f"{path} is not there: run `make setup`, which has dbt write it") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{path} is no manifest of dbt ({error}): delete it and run `make setup`") from None
    return {(table.schema, table.name): table for table in tables if table.kind != "source"}
