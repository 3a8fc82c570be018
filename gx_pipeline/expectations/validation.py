"""Great Expectations at work: suites made into its objects, frames validated, Data Docs built by its site builder.

The only module that imports great_expectations, and so never at the top of another. The context is ephemeral: stores in
memory, no project folder, no analytics, nothing sent or fetched. Pages are rendered by `docs`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
from great_expectations.expectations.row_conditions import Column

from gx_pipeline.expectations import suites
from gx_pipeline.expectations.outcomes import SHOWN_ROWS, Validation, read_result
from gx_pipeline.expectations.suites import Expectation, Suite

SITE = "gx_pipeline"
_PAGES = "gx_pipeline.expectations.docs"
# Fixed, as it is part of every page's address: the same facts give the same site.
_CONTEXT_ID = "00000000-0000-4000-8000-000000000000"


class Validator:
    """One run over any number of frames, ending in a site."""

    def __init__(self, folder: Path) -> None:
        """Open a context whose site lies in `folder`; nothing is written before `build_docs`."""
        self._context = gx.get_context(mode="ephemeral", project_config=_config(folder))
        self._assets = self._context.data_sources.add_pandas("facts")
        self._definitions: dict[str, Any] = {}

    def validate(self, suite: Suite, frame: pd.DataFrame, year: int, parameters: dict[str, Any]) -> Validation:
        """Validate a frame of a year."""
        asked: dict[str, Any] = {
            "batch_parameters": {"dataframe": frame},
            "expectation_parameters": parameters,
            "run_id": RunIdentifier(run_name=str(year), run_time=dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)),
        }
        result = self._definition(suite).run(result_format="BASIC", **asked)
        if not result.success:
            # Only now the rows that fail, which cost nearly as much again to find. The result takes the place of the first.
            rows = {
                "result_format": "SUMMARY",
                "unexpected_index_column_names": [name for name in suite.shown if name in frame.columns],
                "partial_unexpected_count": SHOWN_ROWS,
            }
            result = self._definition(suite).run(result_format=rows, **asked)
        return read_result(result)

    def _definition(self, suite: Suite) -> Any:
        if suite.name not in self._definitions:
            made = gx.ExpectationSuite(
                name=suite.name,
                expectations=[_make(entry, position) for position, entry in enumerate(suite.expectations)],
                notes=[suite.label_en, suite.label],
            )
            batch = self._assets.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("year")
            definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=self._context.suites.add(made))
            self._definitions[suite.name] = self._context.validation_definitions.add(definition)
        return self._definitions[suite.name]

    def build_docs(self) -> None:
        """Write the site."""
        self._context.build_data_docs()


def _config(folder: Path) -> Any:
    view = {"module_name": _PAGES, "class_name": "PageView"}

    def page(renderer: str) -> dict[str, Any]:
        return {"renderer": {"module_name": _PAGES, "class_name": renderer}, "view": view}

    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", **page("IndexRenderer")},
        "site_section_builders": {
            "expectations": page("SuiteRenderer"),
            "validations": page("ValidationRenderer"),
            "profiling": "None",
        },
    }
    return DataContextConfig(
        data_context_id=_CONTEXT_ID,
        analytics_enabled=False,
        progress_bars={"globally": False},
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={SITE: site},
    )


def _make(entry: Expectation, position: int) -> Any:
    """An expectation of Great Expectations, carrying what a reader needs in its description, notes and meta."""
    return getattr(gxe, entry.kind)(
        **entry.arguments,
        **({"row_condition": _condition(entry.where)} if entry.where else {}),
        severity=entry.severity,
        description=f"{entry.label_en} · {entry.label}",
        notes=[text for text in (entry.explanation_en, entry.explanation, entry.source) if text],
        meta={
            "position": position,
            "label": entry.label,
            "label_en": entry.label_en,
            "explanation": entry.explanation,
            "explanation_en": entry.explanation_en,
            "source": entry.source,
        },
    )


def _condition(where: suites.Condition) -> Any:
    column = Column(where.column)
    if where.operator == "not in":
        return column.is_not_in(list(where.value))
    return column == where.value if where.operator == "==" else column != where.value
