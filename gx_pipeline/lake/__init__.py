"""The files: what lies under data/raw, and what each stage made of it. Knows no database and no Dagster."""

from gx_pipeline.lake.corrections import IdleCorrections, idle_corrections
from gx_pipeline.lake.inventory import (
    Inventory,
    Partition,
    Problem,
    RawFile,
    inventory_of,
    report_years,
    take_inventory,
)
from gx_pipeline.lake.store import STAGES, Lake, RawReport, RefusedReport, changed_partitions, code_digest, fingerprint

__all__ = [
    "STAGES",
    "IdleCorrections",
    "Inventory",
    "Lake",
    "Partition",
    "Problem",
    "RawFile",
    "RawReport",
    "RefusedReport",
    "changed_partitions",
    "code_digest",
    "fingerprint",
    "idle_corrections",
    "inventory_of",
    "report_years",
    "take_inventory",
]
