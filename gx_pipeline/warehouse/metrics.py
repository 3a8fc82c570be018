"""The metrics as `vars: metrics:` of dbt_project.yml declares them. Not here: their SQL at work (dbt's macros), their values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from gx_pipeline.settings import CHECKOUT


class Metric(BaseModel):
    """A share: numerator and denominator as SQL over core.int_report_figures, with their names and what to beware of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    label: str
    label_en: str
    numerator: str
    numerator_label: str
    denominator: str
    denominator_label: str
    unit: str
    small_denominator: int
    note: str
    note_en: str


def metrics_of(project: Mapping[str, Any]) -> tuple[Metric, ...]:
    """The metrics that a dbt_project.yml declares, each with the denominator below which all are flagged as small."""
    declared = project["vars"]
    return tuple(
        Metric.model_validate({"small_denominator": declared["small_denominator"], **entry}) for entry in declared["metrics"]
    )


@cache
def load_metrics() -> tuple[Metric, ...]:
    """The metrics of this version."""
    return metrics_of(yaml.safe_load((CHECKOUT / "dbt" / "dbt_project.yml").read_text("utf-8")))
