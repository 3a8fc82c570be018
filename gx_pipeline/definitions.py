"""The code location: collects what is in `defs`, nothing else."""

import dagster as dg

from gx_pipeline.defs.assets.dbt import dbt_models, dbt_resource
from gx_pipeline.defs.assets.published import published_warehouse
from gx_pipeline.defs.assets.quality import quality_docs
from gx_pipeline.defs.assets.reports import reports
from gx_pipeline.defs.assets.warehouse import series_findings, warehouse_load
from gx_pipeline.defs.automation import SCHEDULES, SENSORS
from gx_pipeline.defs.jobs import build_quality_docs, build_warehouse, refresh_reports
from gx_pipeline.defs.resources import Workplace

defs = dg.Definitions(
    assets=[reports, series_findings, warehouse_load, dbt_models, published_warehouse, quality_docs],
    jobs=[refresh_reports, build_warehouse, build_quality_docs],
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources={"workplace": Workplace(), "dbt": dbt_resource},
    # Importing the stack costs more than the work of a step: one process a run, parallel work inside the batch.
    executor=dg.in_process_executor,
)
