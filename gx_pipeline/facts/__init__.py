"""The frames between the stages and their pandera schemas, derived from `forms`. Knows no store."""

from gx_pipeline.facts.columns import CELL_TABLES, FRAMES, KEYS
from gx_pipeline.facts.frames import Facts, build, confirmed_cells, figures, findings_frame, findings_rows, split, validate
from gx_pipeline.facts.schemas import schemas

__all__ = [
    "CELL_TABLES",
    "FRAMES",
    "KEYS",
    "Facts",
    "build",
    "confirmed_cells",
    "figures",
    "findings_frame",
    "findings_rows",
    "schemas",
    "split",
    "validate",
]
