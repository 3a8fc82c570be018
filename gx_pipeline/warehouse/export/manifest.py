"""What dbt's manifest says of the published tables: descriptions, keys, references, codes. Reads nothing of the warehouse."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gx_pipeline.errors import ExportError

_REF = re.compile(r"ref\('(\w+)'\)")


@dataclass
class DescribedColumn:
    """A column: its description, its Chinese title where one is declared, what its tests say of its values."""

    description: str = ""
    title: str | None = None
    not_null: bool = False
    values: tuple[str, ...] | None = None


@dataclass
class DescribedTable:
    """A table: its description, key, columns, and references as (column, table name, column there)."""

    description: str
    key: tuple[str, ...]
    columns: dict[str, DescribedColumn]
    references: list[tuple[str, str, str]] = field(default_factory=list)


def describe_tables(path: Path) -> dict[tuple[str, str], DescribedTable]:
    """The models of the manifest by schema and name.

    Args:
        path: dbt's `manifest.json`.

    Raises:
        ExportError: the file is not there or is none of dbt's.
    """
    try:
        nodes: dict[str, Any] = json.loads(path.read_text("utf-8"))["nodes"]
    except FileNotFoundError:
        raise ExportError(f"{path} is not there: run `make setup`, which has dbt write it") from None
    except (ValueError, KeyError) as error:
        raise ExportError(f"{path} is no manifest of dbt ({error}): delete it and run `make setup`") from None
    found = {
        key: DescribedTable(
            node["description"].strip(),
            tuple(node.get("primary_key") or ()),
            {name: _column(entry) for name, entry in node["columns"].items()},
        )
        for key, node in nodes.items()
        if node["resource_type"] == "model"
    }
    for node in nodes.values():
        # A test that only warns, or looks at some rows only, promises nothing of the whole table.
        if node["resource_type"] == "test" and node.get("attached_node") in found and _holds(node):
            _learn(found[node["attached_node"]], node)
    return {(nodes[key]["schema"], nodes[key].get("alias") or nodes[key]["name"]): table for key, table in found.items()}


def _column(entry: Mapping[str, Any]) -> DescribedColumn:
    meta = {**entry.get("meta", {}), **entry.get("config", {}).get("meta", {})}
    required = any(constraint["type"] in ("not_null", "primary_key") for constraint in entry.get("constraints", ()))
    return DescribedColumn(" ".join(entry["description"].split()), meta.get("label"), required)


def _holds(test: Mapping[str, Any]) -> bool:
    return test["config"]["severity"].lower() == "error" and not test["config"].get("where")


def _learn(table: DescribedTable, test: Mapping[str, Any]) -> None:
    """Take in what a generic test promises."""
    given = test.get("test_metadata") or {"name": "", "kwargs": {}}
    # dbt keeps the arguments flat or under `arguments`.
    arguments: dict[str, Any] = {**given["kwargs"], **given["kwargs"].get("arguments", {})}
    column = table.columns.get(test.get("column_name") or "")
    match given["name"]:
        case "unique_combination" if not table.key:
            table.key = tuple(arguments["columns"])
        case "not_null" if column:
            column.not_null = True
        case "accepted_values" if column:
            column.values = tuple(map(str, arguments["values"]))
        case "relationships" if found := _REF.fullmatch(arguments["to"]):
            table.references.append((arguments["column_name"], found[1], arguments["field"]))
