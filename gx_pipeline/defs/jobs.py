"""The jobs: take reports in (partitioned), rebuild the warehouse from all that was taken in, build the Data Docs.

Data Docs stand apart: Great Expectations takes longer to start than the whole warehouse to build.
"""

from __future__ import annotations

import dagster as dg

from gx_pipeline.lake import STAGES

refresh_reports = dg.define_asset_job(
    "refresh_reports",
    selection=dg.AssetSelection.assets(*STAGES),
    description="Take the files of the given partitions through all stages. With `only_changed`, pass over unchanged files.",
)
build_warehouse = dg.define_asset_job(
    "build_warehouse",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*STAGES) - dg.AssetSelection.groups("quality"),
    description="Findings that span years, the load, every dbt model and test.",
)
build_quality_docs = dg.define_asset_job(
    "build_quality_docs",
    selection=dg.AssetSelection.groups("quality"),
    description="Data Docs: the facts of every year, validated by Great Expectations.",
)
