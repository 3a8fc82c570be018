"""The warehouse: engines and loading through SQLAlchemy. Knows no Dagster; what it holds for analysts is dbt's work."""

from gx_pipeline.warehouse.engine import open_warehouse
from gx_pipeline.warehouse.load import Loaded, load

__all__ = ["Loaded", "load", "open_warehouse"]
