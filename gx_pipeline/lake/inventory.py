"""What lies under data/raw: which report belongs to which partition, and what lies wrong, each with the way out.

The place of a file says year and agency: raw/<year>/<agency_id>/<one file>, beside it optionally <file stem>.meta.yml. The
corrections on a report belong to its file: where they change, the partition is due as if the file had changed.
Does not belong here: reading the content (`documents`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gx_pipeline.agencies import Registry
from gx_pipeline.documents.sidecar import SIDECAR
from gx_pipeline.errors import RefusalCode
from gx_pipeline.forms import FIRST_YEAR
from gx_pipeline.lake.files import write_atomically
from gx_pipeline.quality import Correction, Corrections
from gx_pipeline.settings import Settings


class Partition(NamedTuple):
    """A report's place: report year and agency."""

    year: int
    agency_id: str

    def __str__(self) -> str:
        """As Dagster prints the key: agency|year."""
        return f"{self.agency_id}|{self.year}"


@dataclass(frozen=True)
class RawFile:
    """A report's file with the corrections on it.

    `path` is absolute, `relative` below data/; `sha256` is of the file, `digest` also of its sidecar and its corrections.
    """

    partition: Partition
    path: Path
    relative: str
    sha256: str
    digest: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A file that cannot be taken for a partition's report. Year and agency are given as far as its place tells them."""

    relative: str
    code: RefusalCode
    message: str
    year: int | None = None
    agency_id: str | None = None


@dataclass(frozen=True)
class Inventory:
    """Everything under data/raw, and all corrections, also those of reports that do not lie there."""

    files: dict[Partition, RawFile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    corrections: Corrections = field(default_factory=Corrections)

    @cached_property
    def digest(self) -> str:
        """One digest of all files and problems by content: a touched file does not change it."""
        parts = [f"{partition}:{raw.digest}" for partition, raw in sorted(self.files.items())]
        parts += sorted(f"{problem.relative}:{problem.code}" for problem in self.problems)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def report_years(today: dt.date | None = None) -> range:
    """The report years there can be: from the first form that is read to the last year that is over, in China."""
    return range(FIRST_YEAR, (today or dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()).year)


def inventory_of(settings: Settings, registry: Registry) -> Inventory:
    """The inventory of a data folder as it is now, with the corrections that lie beside data/raw.

    Raises:
        ConfigurationError: for the file of corrections.
    """
    corrections = Corrections.read(settings.corrections_yml, registry)
    return take_inventory(settings.raw_dir, registry, settings.lake_dir / "inventory.json", corrections=corrections)


def take_inventory(
    raw_dir: Path,
    registry: Registry,
    cache: Path | None = None,
    today: dt.date | None = None,
    corrections: Corrections | None = None,
) -> Inventory:
    """Look through data/raw.

    Args:
        raw_dir: the folder.
        registry: the agencies there are.
        cache: a file that remembers digests by size and time of change, so that a large folder is not read anew each time.
        today: for tests; decides which years are over.
        corrections: those there are.
    """
    corrections = corrections or Corrections()
    digests = _Digests(cache)
    files: dict[Partition, RawFile] = {}
    problems: list[Problem] = []
    for folder, year, agency_id, names in _folders(raw_dir):
        reports = [name for name in names if not name.endswith(SIDECAR)]
        relative = [str((folder / name).relative_to(raw_dir.parent)) for name in reports]
        wrong = _misplaced(year, agency_id, registry, report_years(today))
        if wrong is None and len(reports) > 1:
            wrong = (
                "duplicate_report",
                f"{len(reports)} files for one report ({', '.join(reports)}); keep the one that was published last",
            )
        if wrong is not None:
            problems += [Problem(name, wrong[0], wrong[1], _year(year), agency_id) for name in relative]
            continue
        for name, shown in zip(reports, relative, strict=True):
            partition = Partition(int(year or 0), agency_id or "")
            path = folder / name
            try:
                sha256 = digests.of(path)
                sidecar = path.with_name(path.stem + SIDECAR)
                parts = (sha256, digests.of(sidecar) if sidecar.exists() else "", corrections.digest(*partition), name)
            except OSError as error:
                problems.append(
                    Problem(shown, "unreadable", f"{error.strerror}; check its permissions", partition.year, agency_id)
                )
                continue
            digest = hashlib.sha256(" ".join(parts).encode()).hexdigest()
            files[partition] = RawFile(partition, path, shown, sha256, digest, corrections.of(*partition))
    digests.save()
    return Inventory(dict(sorted(files.items())), tuple(problems), corrections)


def _year(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _folders(raw_dir: Path) -> Iterator[tuple[Path, str | None, str | None, list[str]]]:
    """Every folder below data/raw that holds files, with the year and agency that its place names."""
    if not raw_dir.is_dir():
        return
    for name, _, names in sorted(os.walk(raw_dir)):
        kept = sorted(name for name in names if not name.startswith((".", "~")))
        if kept:
            folder = Path(name)
            parts = folder.relative_to(raw_dir).parts
            yield folder, parts[0] if parts else None, "/".join(parts[1:]) or None, kept


def _misplaced(year: str | None, agency_id: str | None, registry: Registry, years: range) -> tuple[RefusalCode, str] | None:
    """What is wrong with a folder as the place of a report."""
    if year is None or agency_id is None or _year(year) is None:
        return "misplaced_file", (
            "a report lies at raw/<year>/<agency_id>/<file>; `gx-pipeline parse` on the file tells year and agency, "
            "`gx-pipeline agencies` lists the ids"
        )
    if int(year) not in years:
        early = int(year) < FIRST_YEAR
        return "year_outside_partitions", (
            f"report year {year} is not one of {years.start} to {years.stop - 1}: "
            + (
                "the forms before 2019 are not read"
                if early
                else "the year is not over; a report's year is the year it reports on"
            )
        )
    if agency_id not in registry.by_id:
        near = registry.closest(agency_id)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return "unknown_agency", f"the registry has no agency {agency_id}{hint} Add a line to agencies.csv or move the file"
    return None


class _Digests:
    """SHA-256 of files, remembered by size and time of change."""

    def __init__(self, cache: Path | None) -> None:
        self.cache = cache
        self.known: dict[str, list[object]] = {}
        self.seen: dict[str, list[object]] = {}
        if cache and cache.exists():
            try:
                self.known = json.loads(cache.read_text("utf-8"))
            except (ValueError, OSError):
                self.known = {}

    def of(self, path: Path) -> str:
        stat = path.stat()
        mark = [stat.st_size, stat.st_mtime_ns]
        entry = self.known.get(str(path))
        if not entry or entry[:2] != mark:
            with path.open("rb") as file:
                entry = [*mark, hashlib.file_digest(file, "sha256").hexdigest()]
        self.seen[str(path)] = entry
        return str(entry[2])

    def save(self) -> None:
        if self.cache and self.seen != self.known:
            write_atomically(self.cache, json.dumps(self.seen))
