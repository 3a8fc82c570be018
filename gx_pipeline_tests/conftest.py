"""What the tests share: the registry and samples of the checkout, the originals, and a writer of reports to be read back.

The writer lays out figures as pages and extracted texts do; its labels come from forms/official_wording.yml, not from
the package under test.
"""

from __future__ import annotations

import html
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import Document, describe, read_bytes
from gx_pipeline.parsing import Finding, Hints, ParsedReport, parse
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.workplaces import Place, made_once, make_place, place_of

WORDING: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "forms" / "official_wording.yml").read_text("utf-8"))
PRINTED_IDENTITY = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
NUMBER = re.compile(r"[+\-]?\d[\d,]*(?:\.\d+)?")
Table = list[list[str]]


def pytest_configure() -> None:
    """Widths are the tests' own to set: a COLUMNS from outside, which pytest's workers get too, would hold for every console."""
    os.environ.pop("COLUMNS", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that run the whole pipeline several times come first: begun last, they would leave the other workers idle."""
    items.sort(key=lambda item: item.path.name not in ("test_engines.py", "test_end_to_end.py"))


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The agencies of the checkout."""
    return Registry.read(CHECKOUT / "data" / "agencies.csv")


@pytest.fixture(scope="session")
def built_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The samples, taken in, loaded and built by dbt; to be read only, or copied with `copy_place`."""

    def build(folder: Path) -> None:
        make_place(folder).build()

    return place_of(made_once(tmp_path_factory, "built_place", build))


@pytest.fixture(scope="session")
def originals() -> Path:
    """The optional folder of the originals (reports/ and golden/); in CI it must be there."""
    folder = CHECKOUT.parent / "shared"
    if not (folder / "reports").is_dir() or not (folder / "golden").is_dir():
        if os.environ.get("CI"):
            pytest.fail("CI is set and ../shared with reports/ and golden/ is not there: the originals must be read in CI")
        pytest.skip("the originals (../shared/reports, ../shared/golden) are not there")
    return folder


@pytest.fixture(scope="session")
def sample_path() -> Callable[[str], Path]:
    """The file of a sample, by <agency_id>-<year>."""

    def find(name: str) -> Path:
        agency, _, year = name.rpartition("-")
        (path,) = (CHECKOUT / "data" / "raw" / year / agency).glob("report.[!m]*")
        return path

    return find


@pytest.fixture(scope="session")
def read_sample(sample_path: Callable[[str], Path]) -> Callable[[str], str]:
    """The text of a sample, by <agency_id>-<year>."""
    return lambda name: sample_path(name).read_text("utf-8")


@pytest.fixture(scope="session")
def read_document() -> Callable[[str | bytes], Document]:
    """A document of a file's content."""

    def read(content: str | bytes) -> Document:
        data = content.encode() if isinstance(content, str) else content
        return read_bytes(data, describe(data, "report"))

    return read


@pytest.fixture(scope="session")
def parse_text(registry: Registry, read_document: Callable[[str | bytes], Document]) -> Callable[..., ParsedReport]:
    """A parsed report of a file's content; year and agency_id are hints."""

    def read(content: str | bytes, year: int | None = None, agency_id: str | None = None) -> ParsedReport:
        return parse(read_document(content), registry, Hints(year, agency_id))

    return read


@pytest.fixture(scope="session")
def lost_numbers() -> Callable[[Document, ParsedReport], list[str]]:
    """Where a number of the document stands neither in exactly one cell of the report nor in a finding.

    Every cell of the document that is a bare number counts: in a report such cells stand in the tables only.
    """

    def lost(document: Document, report: ParsedReport) -> list[str]:
        numbers = [
            line.locator(index) for line in document.lines for index, cell in enumerate(line.cells) if NUMBER.fullmatch(cell.text)
        ]
        held = Counter(cell.locator for cell in report.cells if cell.placement)
        told = {place for finding in report.findings for place in re.findall(r"\(([^()]+)\)", finding.message)}
        return [place for place in numbers if held[place] > 1 or (held[place] == 0 and place not in told)]

    return lost


@pytest.fixture(scope="session")
def by_rule() -> Callable[..., list[Finding]]:
    """The findings of one rule."""

    def select(report: ParsedReport | list[Finding], rule: str) -> list[Finding]:
        findings = report.findings if isinstance(report, ParsedReport) else report
        return [finding for finding in findings if finding.rule == rule]

    return select


@dataclass
class WrittenReport:
    """A report as somebody might publish it: narrative and three tables of printed cells, which a test may damage."""

    title: str
    preface: str
    proactive: Table
    requests: Table
    disputes: Table
    overview: str = ""
    disclosed: str = ""
    received: str = ""
    disputed: str = ""
    problems: str = "无。"
    other: str = "无。"
    labels: dict[str, str] = field(default_factory=dict)

    def row(self, code: str) -> list[str]:
        """The printed cells of a row of sections 二 and 三: its label, then its figures."""
        return next(row for table in (self.requests, self.proactive) for row in table if row[0] == self.labels[code])

    def text(self) -> str:
        """One cell a line, each closed by a pipe: as text extractors leave a page."""
        return self._lines(lambda table: "".join(f"{cell} |\n" for row in table for cell in row))

    def piped(self) -> str:
        """One row a line, cells between pipes."""
        return self._lines(lambda table: "".join("| " + " | ".join(row) + " |\n" for row in table))

    def html(self) -> str:
        """A page with real tables."""
        paragraph = "<p>{}</p>\n".format
        body = "".join(
            part if part.startswith("<table") else "".join(map(paragraph, part.splitlines())) for part in self._parts(_grid)
        )
        return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><div>{body}</div></body></html>"

    def _lines(self, render: Callable[[Table], str]) -> str:
        return "\n".join(part for part in self._parts(render) if part)

    def _parts(self, render: Callable[[Table], str]) -> list[str]:
        return [
            self.title,
            self.preface,
            "一、总体情况",
            self.overview,
            "二、主动公开政府信息情况",
            self.disclosed,
            render(self.proactive) if self.proactive else "",
            "三、收到和处理政府信息公开申请情况",
            self.received,
            render(self.requests) if self.requests else "",
            "四、政府信息公开行政复议、行政诉讼情况",
            self.disputed,
            render(self.disputes) if self.disputes else "",
            "五、存在的主要问题及改进情况",
            self.problems,
            "六、其他需要报告的事项",
            self.other,
        ]


def _grid(table: Table) -> str:
    """A table of HTML; the two heading rows of the reconsideration table span as they do in print."""
    spans: dict[tuple[int, int], str] = {}
    if table and table[0][0] == "行政复议":
        spans = {(0, 0): ' colspan="5"', (0, 1): ' colspan="10"', (1, 5): ' colspan="5"', (1, 6): ' colspan="5"'}
        spans |= {(1, column): ' rowspan="2"' for column in range(5)}
    rows = [
        "".join(f"<td{spans.get((at, column), '')}>{html.escape(cell)}</td>" for column, cell in enumerate(row))
        for at, row in enumerate(table)
    ]
    return "<table>" + "".join(f"<tr>{row}</tr>\n" for row in rows) + "</table>\n"


@pytest.fixture(scope="session")
def write_report() -> Callable[..., WrittenReport]:
    """A writer of reports: all figures 0 but those given as in the golden files; narrative by keyword."""

    def write(
        figures: dict[str, Any] | None = None,
        *,
        form: str = "2021",
        requests_form: str | None = None,
        year: int = 2024,
        **narrative: str,
    ) -> WrittenReport:
        figures = figures or {}
        main, requests = WORDING[form], WORDING[requests_form or form]["requests"]
        narrative.setdefault("title", f"示例市数据局{year}年政府信息公开工作年度报告")
        narrative.setdefault("preface", f"本报告由示例市数据局编制。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。")
        return WrittenReport(
            proactive=_proactive(main["proactive_disclosure"], figures.get("proactive_disclosure", {})),
            requests=_requests(requests, figures.get("requests", {})),
            disputes=_disputes(main["reconsideration_litigation"], figures.get("reconsideration_litigation", {})),
            labels={**main["proactive_disclosure"]["rows"], **requests["rows"]},
            **narrative,
        )

    return write


def _proactive(wording: dict[str, Any], figures: dict[str, dict[str, Any]]) -> Table:
    table: Table = []
    for item, rows, columns in wording["blocks"]:
        table += [[item], ["信息内容", *(wording["columns"][column] for column in columns)]]
        for row in rows:
            table.append([wording["rows"][row], *(str(figures.get(row, {}).get(column, 0)) for column in columns)])
    return table


def _requests(wording: dict[str, Any], figures: dict[str, list[Any]]) -> Table:
    table: Table = [[PRINTED_IDENTITY, *wording["columns"].values()]]
    for row, label in wording["rows"].items():
        table += [[group] for group in wording["groups"].get(row, [])]
        table.append([label, *map(str, figures.get(row, [0] * 7))])
    return table


def _disputes(wording: dict[str, Any], figures: dict[str, list[Any]]) -> Table:
    results = list(wording["columns"].values())
    return [
        ["行政复议", "行政诉讼"],
        [*results, "未经复议直接起诉", "复议后起诉"],
        [*results, *results],
        [str(value) for row in wording["rows"] for value in figures.get(row, [0] * 5)],
    ]
