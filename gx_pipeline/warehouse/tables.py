"""The tables that Python loads into the warehouse (schema `staging`), derived from the fact schemas.

What analysts query is built on them by dbt. Does not belong here: loading (`load`), models (`dbt/`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from gx_pipeline.facts import schemas

SCHEMA = "staging"
_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "string": sa.Text,
    "bool": sa.Boolean,
    "int64": sa.BigInteger,
    "Int64": sa.BigInteger,
    "Float64": sa.Double,
    "datetime64[ns]": sa.Date,
}
_AGENCY_TEXTS = ("agency_id", "name", "short_names", "place_code", "place", "place_aliases", "level", "kind", "function")


@cache
def metadata() -> sa.MetaData:
    """All loaded tables: the seven facts, the agencies, the refused files, the files taken in, which partitions are loaded, and the build's record.

    No key is declared: DuckDB checks keys before the deletes of the same transaction, and dbt tests them anyway.
    """
    known = sa.MetaData(schema=SCHEMA)
    for name, schema in schemas().items():
        sa.Table(name, known, *(_column(column, str(entry.dtype)) for column, entry in schema.columns.items()))
    sa.Table(
        "agencies",
        known,
        *(sa.Column(name, sa.Text) for name in _AGENCY_TEXTS),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("predecessors", sa.Text),
    )
    sa.Table(
        "refusals",
        known,
        sa.Column("year", sa.Integer),
        *(sa.Column(name, sa.Text) for name in ("agency_id", "source_path", "code", "message")),
    )
    sa.Table(
        "report_files",
        known,
        sa.Column("year", sa.Integer),
        sa.Column("agency_id", sa.Text),
        sa.Column("position", sa.Integer),
        sa.Column("sha256", sa.Text),
    )
    sa.Table(
        "loaded_partitions",
        known,
        sa.Column("year", sa.Integer),
        sa.Column("agency_id", sa.Text),
        sa.Column("digest", sa.Text),
    )
    sa.Table("build_state", known, *(sa.Column(name, sa.Text) for name in ("digest", "status", "loaded_at")))
    return known


def _column(name: str, dtype: str) -> sa.Column[object]:
    kind = sa.Integer if name in ("year", "position") or name.startswith("cells_") else _TYPES[dtype.removesuffix("[python]")]
    return sa.Column(name, kind)


def table(name: str) -> sa.Table:
    """A loaded table by its name."""
    return metadata().tables[f"{SCHEMA}.{name}"]
