"""The warehouse: engines, loading, publishing. Knows no Dagster; what it holds for analysts is dbt's work."""

from gx_pipeline.warehouse.engine import dbt_environment, open_building, open_warehouse
from gx_pipeline.warehouse.load import Loaded, load
from gx_pipeline.warehouse.publishing import Published, building_anew, building_models, publish, start_building
from gx_pipeline.warehouse.state import Due, current_digest, find_due

__all__ = [
    "Due",
    "Loaded",
    "Published",
    "building_anew",
    "building_models",
    "current_digest",
    "dbt_environment",
    "find_due",
    "load",
    "open_building",
    "open_warehouse",
    "publish",
    "start_building",
]
