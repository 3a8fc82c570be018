"""Names of the fact frames and of their key columns; the same names stand in the warehouse."""

from gx_pipeline.forms import TableCode

CELL_TABLES: dict[TableCode, tuple[str, str]] = {
    "proactive_disclosure": ("row_code", "measure"),
    "requests": ("row_code", "applicant_type"),
    "reconsideration_litigation": ("procedure", "result"),
}
REPORT = ["year", "agency_id"]
KEYS: dict[str, list[str]] = {
    "reports": REPORT,
    "report_sections": [*REPORT, "section"],
    **{table: [*REPORT, row, column] for table, (row, column) in CELL_TABLES.items()},
    "findings": [*REPORT, "finding_id"],
    "narrative_facts": [*REPORT, "fact_id"],
}
FRAMES: tuple[str, ...] = tuple(KEYS)
