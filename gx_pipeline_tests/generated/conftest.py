"""Generated documents and their readings, made once a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import Document, describe, read_bytes
from gx_pipeline.parsing import Finding, Hints, ParsedReport, parse
from gx_pipeline.quality import identity_findings
from gx_pipeline_tests.generated.layouts import Entry, Generated, generate
from gx_pipeline_tests.generated.scoring import Judged, judge


class Reading(NamedTuple):
    """A generated file, the document read from it, the report parsed from that, and every cell judged."""

    generated: Generated
    document: Document
    report: ParsedReport
    cells: tuple[Judged, ...]

    @property
    def findings(self) -> list[Finding]:
        """What the parser and the identities say."""
        return [*self.report.findings, *identity_findings(self.report)]

    def cells_not_right(self, *verdicts: str) -> list[str]:
        """The cells of such a verdict, a line each."""
        return [
            f"{'/'.join(cell.key)} {cell.printed} {cell.read} {cell.raw!r}" for cell in self.cells if cell.verdict in verdicts
        ]


@pytest.fixture(scope="session")
def read_back(registry: Registry) -> Callable[[Generated], Reading]:
    """A generated document read as a file of its own."""

    def read(generated: Generated) -> Reading:
        document = read_bytes(generated.data, describe(generated.data, generated.name))
        report = parse(document, registry, Hints())
        return Reading(generated, document, report, judge(generated.truth, report))

    return read


@pytest.fixture(scope="session")
def reading_of(read_back: Callable[[Generated], Reading]) -> Callable[[Entry, int], Reading]:
    """The reading of a layout's document by its seed."""
    return cache(lambda entry, seed: read_back(generate(entry, seed)))
