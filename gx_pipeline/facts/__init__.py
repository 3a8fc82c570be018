"""The frames between the stages and their pandera schemas, derived from `forms`. Knows no store."""

from gx_pipeline.facts.columns import CELL_TABLES, FRAMES, KEYS
from gx_pipeline.facts.frames import Facts, build, findings_frame, findings_rows, split, validate
from gx_pipeline.facts.records import broken_contracts, cells_of, findings_of, forms_of
from gx_pipeline.facts.schemas import schemas

__all__ = [
    "CELL_TABLES",
    "FRAMES",
    "KEYS",
    "Facts",
    "broken_contracts",
    "build",
    "cells_of",
    "findings_frame",
    "findings_of",
    "findings_rows",
    "forms_of",
    "schemas",
    "split",
    "validate",
]
