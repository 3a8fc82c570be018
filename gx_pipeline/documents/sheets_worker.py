"""The program that opens a workbook by calamine, run as a process of its own: workbook on stdin, JSON on stdout.

A workbook made to do harm can make the library ask for any amount of memory, which ends the process it runs in. Does not
belong here: what the cells mean (`sheets`). Imports nothing of this package.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import sys

import python_calamine as calamine

MAX_PLACES = 1_000_000
MEMORY = 1536 * 1024 * 1024
SECONDS = 60
Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def main() -> None:
    """Print the visible worksheets, or why there are none."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, object] = {"sheets": read(sys.stdin.buffer.read())}
    except calamine.PasswordError:
        answer = {"refused": "encrypted"}
    except TooLargeError as error:
        answer = {"refused": "too_large", "why": str(error)}
    except (calamine.CalamineError, ValueError, OSError, MemoryError) as error:
        answer = {"refused": "unreadable", "why": str(error) or type(error).__name__}
    json.dump(answer, sys.stdout)


class TooLargeError(Exception):
    """A sheet spans more rows and columns than are read."""


def read(data: bytes) -> list[dict[str, object]]:
    """Name, filled rows and merged ranges of each visible worksheet; rows and columns count from 0."""
    workbook = calamine.CalamineWorkbook.from_object(io.BytesIO(data))
    sheets: list[dict[str, object]] = []
    for index, about in enumerate(workbook.sheets_metadata):
        if about.visible != calamine.SheetVisibleEnum.Visible or about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(index)
        if sheet.total_height * sheet.total_width > MAX_PLACES:
            raise TooLargeError(f"sheet {about.name} spans {sheet.total_height:,} rows and {sheet.total_width:,} columns")
        rows = enumerate(sheet.to_python(skip_empty_area=False))
        sheets.append(
            {
                "index": index,
                "name": about.name,
                "rows": [[number, list(map(plain, row))] for number, row in rows if any(cell != "" for cell in row)],
                "merged": sheet.merged_cell_ranges or [],
            }
        )
    return sheets


def plain(value: Value) -> int | float | str | bool:
    """A value as JSON has it; dates and times as text."""
    return value if isinstance(value, int | float | str | bool) else str(value)


if __name__ == "__main__":
    main()
