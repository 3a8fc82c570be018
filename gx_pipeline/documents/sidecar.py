"""The sidecar of a file: <stem>.meta.yml beside it, with what came along when the file was fetched.

Keys: `url` and `published_on` (where and when it was published), `charset` (from the HTTP header), `fetched_at`, `note`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import yaml

from gx_pipeline.errors import Refusal

SIDECAR = ".meta.yml"
_KEYS = frozenset({"url", "published_on", "charset", "fetched_at", "note"})


@dataclass(frozen=True)
class Sidecar:
    """What came with a file: where it was published and when, its charset."""

    url: str | None = None
    published_on: dt.date | None = None
    charset: str | None = None


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar of a file, empty when there is none.

    Raises:
        Refusal: `unreadable`, when it is no mapping of the known keys.
    """
    sidecar = path.with_name(path.stem + SIDECAR)
    if not sidecar.exists():
        return Sidecar()
    try:
        entry = yaml.safe_load(sidecar.read_text("utf-8")) or {}
    except (yaml.YAMLError, ValueError, OSError) as error:
        raise Refusal("unreadable", f"{sidecar.name} is not readable YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(entry, dict) or not entry.keys() <= _KEYS:
        raise Refusal("unreadable", f"{sidecar.name} must hold only the keys {', '.join(sorted(_KEYS))}")
    published = entry.get("published_on")
    if published is not None and type(published) is not dt.date:
        raise Refusal("unreadable", f"{sidecar.name}: published_on {published!r} is not a date like 2025-01-15")
    return Sidecar(_optional(entry.get("url")), published, _optional(entry.get("charset")))


def _optional(value: object) -> str | None:
    return str(value) if value else None
