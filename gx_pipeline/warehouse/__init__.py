"""The warehouse: engines and loading through SQLAlchemy. Knows no Dagster; what it holds for analysts is dbt's work."""

from gx_pipeline.warehouse.engine import open_warehouse
from gx_pipeline.warehouse.load import Loaded, load
from gx_pipeline.warehouse.state import Due, find_due, forget_state, remember_state

__all__ = ["Due", "Loaded", "find_due", "forget_state", "load", "open_warehouse", "remember_state"]
