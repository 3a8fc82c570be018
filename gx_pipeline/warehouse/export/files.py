"""A file a table: Parquet and CSV, written a batch at a time. Does not belong here: which rows (`selection`), a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gx_pipeline.warehouse.export.published import ColumnType, PublishedTable, Row

_ARROW: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
# What a spreadsheet takes for the beginning of a formula, in both widths, and the mark put before it.
_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_MARK = "'"
_HARMLESS = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?|[+-]+", re.ASCII)
_WHOLE = 2**53


def write_parquet(path: Path, table: PublishedTable, parts: Iterable[Sequence[Row]], done: Callable[[int], None]) -> int:
    """Write a table as Parquet: typed, nulls kept, no index, no time of writing.

    Args:
        path: the file.
        table: what is written.
        parts: its rows; each part becomes a row group.
        done: called with the number of rows of each part written.

    Returns:
        the number of rows.
    """
    schema = pa.schema([pa.field(column.name, _ARROW[column.type]) for column in table.columns])
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for part in parts:
            arrays = [pa.array(values, field.type) for values, field in zip(zip(*part, strict=True), schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=len(part))
            rows += len(part)
            done(len(part))
    return rows


def write_csv(path: Path, table: PublishedTable, parts: Iterable[Sequence[Row]], done: Callable[[int], None]) -> int:
    r"""Write a table as CSV for people with a spreadsheet and for programs.

    UTF-8 with a byte order mark, without which Excel in China takes a file for GBK; lines end in \n; null is empty. A text that
    a spreadsheet would run as a formula has an apostrophe before it (`guarded`); figures stay figures.

    Args:
        path: the file.
        table: what is written.
        parts: its rows.
        done: called with the number of rows of each part written.

    Returns:
        the number of rows.
    """
    rows = 0
    texts = [_in_words(column.type) for column in table.columns]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        for part in parts:
            writer.writerows([text(value) for text, value in zip(texts, row, strict=True)] for row in part)
            rows += len(part)
            done(len(part))
    return rows


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula: one that would begin one gets an apostrophe before it.

    A text that begins with an apostrophe gets one as well, so that taking the first one away gives every text back. A bare number
    and a placeholder of dashes run nothing and stay as they are.
    """
    if text.startswith(_MARK) or (text.startswith(_STARTS_A_FORMULA) and not _HARMLESS.fullmatch(text)):
        return _MARK + text
    return text


def _in_words(kind: ColumnType) -> Callable[[object], str]:
    def words(value: object) -> str:
        if value is None:
            return ""
        match value:
            case bool():
                return "true" if value else "false"
            case float():
                return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
            case dt.date():
                return value.isoformat()
        return guarded(str(value)) if kind == "text" else str(value)

    return words
