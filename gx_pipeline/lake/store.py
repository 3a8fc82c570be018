"""The store between the stages: per partition small files, each replaced as a whole.

    lake/raw_reports/<year>/<agency>.json        what is known of the file
    lake/normalized_text/<year>/<agency>.jsonl   the document as lines of cells
    lake/parsed_tables/<year>/<agency>.json      the report with every cell
    lake/report_facts/<year>/<agency>/*.parquet  the validated frames
    lake/refusals/<year>/<agency>.json           why the file was refused, in place of what it would have given
    lake/files_taken_in/<year>/<agency>.json     digests of the files that gave facts, oldest first; kept when they go
    lake/series_findings.parquet                 findings that span years

Each stage hands on the fingerprint of what it was made from, so that facts made of an old document count as old;
the facts also carry a digest of what they say, in which the files before have no part. Does not belong here: databases (`warehouse`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow.parquet import ParquetFile

import gx_pipeline
from gx_pipeline.agencies import Registry
from gx_pipeline.documents import Document, Source, describe, read_sidecar
from gx_pipeline.errors import Refusal, RefusalCode
from gx_pipeline.facts import FRAMES, Facts, findings_frame
from gx_pipeline.lake.files import remove, replace_folder, write_atomically
from gx_pipeline.lake.inventory import Inventory, Partition, RawFile
from gx_pipeline.parsing import ParsedReport
from gx_pipeline.parsing.contract import from_storage, to_storage

STAGES = ("raw_reports", "normalized_text", "parsed_tables", "report_facts")
MOST_FILES = 20
_ROOMS = ("agencies", "documents", "facts", "forms", "lake", "parsing", "quality")


@cache
def code_digest() -> str:
    """Digest of the code and forms that shape and store a figure: a changed parser makes every partition due again."""
    package = Path(gx_pipeline.__file__).parent
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def fingerprint(raw: RawFile, registry: Registry) -> str:
    """What a partition's facts depend on: the file with its sidecar and the corrections on it, the registry, the code."""
    return hashlib.sha256(f"{raw.digest} {registry.digest} {code_digest()}".encode()).hexdigest()


@dataclass(frozen=True)
class RawReport:
    """The record of a raw file: its source, where its bytes lie (below data/), the charset that came with it."""

    source: Source
    relative: str
    charset: str | None
    fingerprint: str


@dataclass(frozen=True)
class RefusedReport:
    """The record of a refused file."""

    relative: str
    code: RefusalCode
    message: str
    stage: str
    fingerprint: str


class Lake:
    """The files of the stages below one folder."""

    def __init__(self, root: Path) -> None:
        """Keep the folder; nothing is made until something is written."""
        self.root = root

    def _path(self, stage: str, partition: Partition, suffix: str = "") -> Path:
        return self.root / stage / str(partition.year) / f"{partition.agency_id}{suffix}"

    # -- raw_reports ---------------------------------------------------------------------------------------------------

    def write_raw_report(self, raw: RawFile, registry: Registry) -> RawReport:
        """Describe a raw file and record it.

        Raises:
            Refusal: `unreadable`, for the file or its sidecar.
        """
        sidecar = read_sidecar(raw.path)
        try:
            source = describe(raw.path.read_bytes(), raw.relative)
        except OSError as error:
            raise Refusal("unreadable", f"{error.strerror}; check its permissions") from None
        source = replace(source, url=sidecar.url, published_on=sidecar.published_on)
        record = RawReport(source, raw.relative, sidecar.charset, fingerprint(raw, registry))
        write_atomically(self._path("raw_reports", raw.partition, ".json"), _json(asdict(record)))
        remove(self._path("refusals", raw.partition, ".json"))
        return record

    def read_raw_report(self, partition: Partition) -> RawReport:
        """The record of a raw file.

        Raises:
            FileNotFoundError: the stage was not made for the partition.
        """
        entry = json.loads(self._path("raw_reports", partition, ".json").read_text("utf-8"))
        source = entry["source"]
        published = source["published_on"]
        source["published_on"] = pd.Timestamp(published).date() if published else None
        return RawReport(Source(**source), entry["relative"], entry["charset"], entry["fingerprint"])

    # -- normalized_text -----------------------------------------------------------------------------------------------

    def write_document(self, partition: Partition, document: Document, made_from: str) -> None:
        """Store the document as readable lines, the first of which is the fingerprint it was made from."""
        path = self._path("normalized_text", partition, ".jsonl")
        write_atomically(path, f"{json.dumps({'made_from': made_from})}\n{document.dumps()}")

    def read_document(self, partition: Partition) -> tuple[Document, str]:
        """The document of a partition, with the fingerprint it was made from."""
        text = self._path("normalized_text", partition, ".jsonl").read_text("utf-8")
        head, _, lines = text.partition("\n")
        return Document.loads(lines), json.loads(head)["made_from"]

    # -- parsed_tables -------------------------------------------------------------------------------------------------

    def write_report(self, partition: Partition, report: ParsedReport, made_from: str) -> None:
        """Store the parsed report with the fingerprint it was made from."""
        path = self._path("parsed_tables", partition, ".json")
        write_atomically(path, _json({"made_from": made_from, **to_storage(report)}))

    def read_report(self, partition: Partition) -> tuple[ParsedReport, str]:
        """The parsed report of a partition, with the fingerprint it was made from."""
        entry = json.loads(self._path("parsed_tables", partition, ".json").read_text("utf-8"))
        return from_storage(entry), entry["made_from"]

    # -- report_facts --------------------------------------------------------------------------------------------------

    def write_facts(self, partition: Partition, facts: Facts, made_from: str) -> Path:
        """Store the validated frames of a report, with the fingerprint they were made from."""

        def fill(folder: Path) -> None:
            digest = hashlib.sha256()
            for name in FRAMES:
                facts[name].to_parquet(folder / f"{name}.parquet", index=False)
                digest.update((folder / f"{name}.parquet").read_bytes())
            (folder / "digest").write_text(digest.hexdigest(), "utf-8")
            (folder / "fingerprint").write_text(made_from, "utf-8")

        self._remember_file(partition, str(facts["reports"]["sha256"].iloc[0]))
        path = self._path("report_facts", partition)
        replace_folder(path, fill)
        return path

    def read_facts(self, partition: Partition) -> Facts:
        """The frames of a report."""
        folder = self._path("report_facts", partition)
        return {name: pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES}

    def read_frame(self, partition: Partition, name: str) -> pd.DataFrame:
        """One frame of a report."""
        return pd.read_parquet(self._path("report_facts", partition) / f"{name}.parquet")

    def read_frames(self, partitions: Sequence[Partition], name: str, columns: list[str]) -> pd.DataFrame:
        """Some columns of one frame of several reports, one below the other; much faster than one by one."""
        paths: Any = [self._path("report_facts", partition) / f"{name}.parquet" for partition in partitions]
        frame: pd.DataFrame = pd.read_parquet(paths, columns=columns)
        return frame

    def read_columns(self, partition: Partition, name: str, columns: Sequence[str]) -> dict[str, list[Any]]:
        """Some columns of one frame as plain values, None where none stands: many times faster than a frame, for whole lakes."""
        with ParquetFile(self._path("report_facts", partition) / f"{name}.parquet") as file:
            found: dict[str, list[Any]] = file.read(columns=list(columns), use_threads=False).to_pydict()
        return found

    def taken_in_at(self, partition: Partition) -> int:
        """When a partition was last taken in or refused, in nanoseconds; 0 before the first time."""
        made = (self._path("report_facts", partition) / "fingerprint", self._path("refusals", partition, ".json"))
        return max((path.stat().st_mtime_ns for path in made if path.exists()), default=0)

    def fact_fingerprints(self) -> dict[Partition, str]:
        """The partitions that have facts, with the fingerprint each was made from."""
        return self._marks("fingerprint")

    def fact_digests(self) -> dict[Partition, str]:
        """The partitions that have facts, with a digest of what they say."""
        return self._marks("digest")

    def _marks(self, name: str) -> dict[Partition, str]:
        return {
            Partition(int(path.parent.parent.name), path.parent.name): path.read_text("utf-8")
            for path in sorted((self.root / "report_facts").glob(f"[0-9]*/[!.]*/{name}"))
        }

    # -- files_taken_in ------------------------------------------------------------------------------------------------

    def _remember_file(self, partition: Partition, sha256: str) -> None:
        """Record that a file gives a partition's facts, unless it was the last that did.

        Refused files are none that anybody could have relied on, so they leave no mark.
        """
        known = self.read_files_taken_in(partition)
        if known[-1:] != (sha256,):
            write_atomically(self._path("files_taken_in", partition, ".json"), _json([*known, sha256][-MOST_FILES:]))

    def read_files_taken_in(self, partition: Partition) -> tuple[str, ...]:
        """Digests (SHA-256) of the files that gave a partition's facts, oldest first, the present one last."""
        path = self._path("files_taken_in", partition, ".json")
        return tuple(json.loads(path.read_text("utf-8"))) if path.exists() else ()

    # -- refusals ------------------------------------------------------------------------------------------------------

    def refuse(self, partition: Partition, refused: RefusedReport) -> None:
        """Record why a partition's file was refused and withdraw what an earlier file gave."""
        self.withdraw(partition, STAGES[STAGES.index(refused.stage) :])
        write_atomically(self._path("refusals", partition, ".json"), _json(asdict(refused)))

    def refusals(self) -> dict[Partition, RefusedReport]:
        """The refused files by partition."""
        return dict(self._refusals())

    def _refusals(self) -> Iterator[tuple[Partition, RefusedReport]]:
        for path in sorted((self.root / "refusals").glob("[0-9]*/*.json")):
            yield Partition(int(path.parent.name), path.stem), RefusedReport(**json.loads(path.read_text("utf-8")))

    def withdraw(self, partition: Partition, stages: tuple[str, ...] = (*STAGES, "refusals")) -> None:
        """Remove what the stages made for a partition."""
        for stage in stages:
            for suffix in ("", ".json", ".jsonl"):
                path = self._path(stage, partition, suffix)
                if path.exists():
                    remove(path)

    def fingerprints(self) -> dict[Partition, str]:
        """The partitions that were taken to the end, facts or refusal, with the fingerprint of what they were made from."""
        return self.fact_fingerprints() | {partition: refused.fingerprint for partition, refused in self._refusals()}

    # -- over all partitions -------------------------------------------------------------------------------------------

    def write_series_findings(self, rows: list[dict[str, Any]]) -> None:
        """Store the findings that span years."""
        path = self.root / "series_findings.parquet"
        temporary = path.with_name(".series_findings.tmp")
        path.parent.mkdir(parents=True, exist_ok=True)
        findings_frame(rows).to_parquet(temporary, index=False)
        temporary.replace(path)

    def read_series_findings(self) -> pd.DataFrame:
        """The findings that span years; empty when they were not made yet."""
        path = self.root / "series_findings.parquet"
        return pd.read_parquet(path) if path.exists() else findings_frame([])

    def digest(self) -> str:
        """One digest of all that the warehouse is loaded from."""
        parts = [f"{partition}:{mark}" for partition, mark in sorted(self.fact_digests().items())]
        parts += [f"{partition}:{refused.code}:{refused.message}" for partition, refused in sorted(self._refusals())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def changed_partitions(inventory: Inventory, lake: Lake, registry: Registry) -> list[Partition]:
    """The partitions whose file was not taken in as it is now."""
    known = lake.fingerprints()
    return [partition for partition, raw in inventory.files.items() if known.get(partition) != fingerprint(raw, registry)]


def _json(entry: dict[str, Any] | list[str]) -> str:
    return json.dumps(entry, ensure_ascii=False, indent=1, default=str) + "\n"
