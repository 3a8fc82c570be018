"""`datapackage.json`: what a folder of CSV files holds, as a Frictionless tabular data package (version 1, which every tool knows).

Everything it says comes from the warehouse's own columns and from dbt's manifest. Does not belong here: writing the CSV files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gx_pipeline import __version__
from gx_pipeline.errors import ExportError
from gx_pipeline.warehouse.described import DescribedColumn, DescribedTable
from gx_pipeline.warehouse.export.published import ColumnType, PublishedTable
from gx_pipeline.warehouse.export.selection import Selection
from gx_pipeline.warehouse.labels import Labels, load_labels

LICENSE_NOTE = (
    "The figures are facts that government bodies have published in their annual reports, as the Regulations on Open Government "
    "Information (政府信息公开条例, articles 49 and 50) ask of them. No licence of the reports is recorded here, and none is granted "
    "or claimed. Name the reporting body, the year and the report when you pass a figure on."
)
LICENSE_NOTE_ZH = (
    "本数据为行政机关依照《中华人民共和国政府信息公开条例》第四十九条、第五十条向社会公布的年度报告所载事实。本数据未记录报告的许可协议,"
    "亦不授予或主张任何许可。转引时请注明编制机关、年度和报告来源。"
)
_TYPES: dict[ColumnType, str] = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean", "date": "date"}


def descriptor(
    tables: Sequence[PublishedTable],
    described: Mapping[tuple[str, str], DescribedTable],
    selection: Selection,
) -> str:
    """The text of `datapackage.json`.

    Args:
        tables: the tables of the package, each a CSV file beside it.
        described: what the manifest says of them.
        selection: which rows were taken.

    Raises:
        ExportError: the manifest does not know a table or column of the warehouse.
    """
    resources = {table.name: table.file_name for table in tables}
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "government-information-disclosure-annual-reports",
        "title": "政府信息公开工作年度报告数据 (annual reports on government information disclosure)",
        "description": (
            "Figures of the annual reports on government information disclosure of Chinese government bodies, with the findings of "
            "the checks on them. A published figure is never changed: corrections stand beside it. A blank is no zero: column "
            "`state` tells blank, placeholder and missing apart. A text that a spreadsheet would run as a formula has an "
            "apostrophe before it."
        ),
        "version": __version__,
        "keywords": ["政府信息公开", "年度报告", "依申请公开", "行政复议", "行政诉讼"],
        "sources": [{"title": "政府信息公开工作年度报告, published by the reporting bodies on their own sites (article 49)"}],
        "licenseNote": LICENSE_NOTE,
        "licenseNoteZh": LICENSE_NOTE_ZH,
        "selection": {"years": list(selection.years), "placeCodesBeginWith": list(selection.prefixes)},
        "resources": [_resource(table, _description(table, described), resources) for table in tables],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _description(table: PublishedTable, described: Mapping[tuple[str, str], DescribedTable]) -> DescribedTable:
    known = described.get((table.schema, table.name))
    missing = [] if known is None else [name for name in table.column_names if name not in known.by_name]
    if known is None or missing:
        what = f"{table.schema}.{table.name}" + (f": {', '.join(missing)}" if missing else "")
        raise ExportError(
            f"dbt's manifest does not describe {what}: manifest and warehouse are of different models; "
            "run `make setup`, then `gx-pipeline run`"
        )
    return known


def _resource(table: PublishedTable, described: DescribedTable, resources: Mapping[str, str]) -> dict[str, Any]:
    labels = load_labels()
    schema: dict[str, Any] = {
        "fields": [_field(table.name, column.type, described.by_name[column.name], labels) for column in table.columns],
        "missingValues": [""],
    }
    if described.keys:
        schema["primaryKey"] = list(described.keys[0])
    if references := [
        # An empty name of a resource means the table itself.
        {
            "fields": [column.name],
            "reference": {"resource": "" if to.table == table.name else resources[to.table], "fields": [to.column]},
        }
        for column in described.columns
        for to in column.references
        if to.table in resources
    ]:
        schema["foreignKeys"] = references
    return {
        "profile": "tabular-data-resource",
        "name": table.file_name,
        "title": f"{table.schema}.{table.name}",
        "description": " ".join(described.description.split()),
        "path": f"{table.file_name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _field(table: str, kind: ColumnType, described: DescribedColumn, labels: Labels) -> dict[str, Any]:
    field: dict[str, Any] = {"name": described.name, "type": _TYPES[kind]}
    if kind == "date":
        field["format"] = "%Y-%m-%d"
    if name := labels.column(table, described.name):
        field["title"] = name.label
    if described.description:
        field["description"] = described.description
    constraints: dict[str, Any] = {}
    if described.required:
        constraints["required"] = True
    if described.values:
        constraints["enum"] = list(described.values)
    if constraints:
        field["constraints"] = constraints
    return field
