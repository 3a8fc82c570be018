"""The project's exceptions: a small family with stable codes, each naming the file, what is wrong and the way out.

Does not belong here: findings. An error in a published report is data (`parsing.model.Finding`), never an exception.
"""

from __future__ import annotations

from typing import Literal

RefusalCode = Literal[
    # what `gx-pipeline parse` may answer
    "unsupported_format",
    "unreadable",
    "encrypted",
    "scanned_image",
    "not_an_annual_report",
    "unsupported_form",
    "too_large",
    # what only the place of a file under data/raw can make wrong
    "misplaced_file",
    "unknown_agency",
    "year_outside_partitions",
    "duplicate_report",
    "contract_broken",
    "internal_error",
]


class GxError(Exception):
    """Base of all errors that this project raises on purpose."""


class ConfigurationError(GxError):
    """Something the operator set up is wrong: a setting, the agency registry, a form declaration."""


class NotComparable(ConfigurationError):
    """A warehouse that cannot be compared with another: no file, no DuckDB file, damaged, of another layout."""


class NotPublishable(GxError):
    """What was built may not become the warehouse that analysts read; the published one stays as it is."""


class Refusal(GxError):
    """A file that is not taken in. `code` is stable, `message` says what is wrong and what to do."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        """Keep the code beside the message."""
        super().__init__(message)
        self.code: RefusalCode = code
        self.message = message


class ExportError(GxError):
    """An export that is not made: an unknown year or place, no warehouse, more than the format holds. Nothing was written."""
