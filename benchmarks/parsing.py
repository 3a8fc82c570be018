"""How fast reports are read and parsed, and whether that stays so over thousands: `make bench`, or python -m with --help.

Reports are generated, each is read once, after others of the same layouts so that what is kept of a layout is known as
in a long run; making them is not counted. Counted is processor time on one core, of this process and of those it starts.
The same pages are read in turn by this package, by `pandas.read_html` and by lexbor, which makes the bare tree and
nothing of it; the ratios are those of each round, so that the noise of the machine hits all three alike. Figures are
medians over rounds, the worst and best round beside.

Not here: whether what is read is right (`make accuracy`), and formats that another program converts first (.doc, .rtf,
.odt). Never a test: a figure below its target is printed as missed and fails nothing.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import pandas as pd
import pypdfium2 as pdfium
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import describe, read_bytes
from gx_pipeline.documents.charset import decode
from gx_pipeline.parsing import parse
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.generated.layouts import Entry, entries, generate

FIRST_SEED = 1_000_000  # `make accuracy` and the tests start at 0
MIB = 1024 * 1024
Item = TypeVar("Item")


class Target(NamedTuple):
    """The least that a figure should be."""

    least: float
    unit: str

    def verdict(self, figure: float) -> str:
        """The target in words, and whether a figure meets it."""
        return f"≥ {self.least:,g} {self.unit}: {self.word(figure)}"

    def word(self, figure: float) -> str:
        """Whether a figure meets the target."""
        return "met" if figure >= self.least else "missed"


TEXTS = Target(1_000, "documents/s")
TIMES_READ_HTML = Target(6, "× read_html")
SHARE_OF_TREE = Target(0.4, "of the bare tree")
PAGES = Target(5, "pages/s")


@dataclass(frozen=True)
class Size:
    """How much is measured: documents a round, rounds, pages of HTML and PDF a round, documents of the long run."""

    documents: int
    rounds: int
    pages: int
    warm_up: int
    long_run: int


FULL = Size(documents=300, rounds=5, pages=40, warm_up=8, long_run=1000)
QUICK = Size(documents=80, rounds=3, pages=10, warm_up=3, long_run=100)


class File(NamedTuple):
    """A report as a file."""

    name: str
    data: bytes


class Speed(NamedTuple):
    """Documents (or pages) a second: median, worst and best of the rounds."""

    median: float
    worst: float
    best: float

    @classmethod
    def of(cls, rounds: Sequence[float]) -> Speed:
        """The speed over rounds."""
        return cls(statistics.median(rounds), min(rounds), max(rounds))

    def __str__(self) -> str:
        """Median and range."""
        digits = 0 if self.median >= 20 else 1
        return f"{self.median:,.{digits}f} ({self.worst:,.{digits}f} to {self.best:,.{digits}f})"


class Fresh:
    """Files of layouts in turn, none twice: every call makes the next ones."""

    def __init__(self, layouts: Sequence[Entry], seeds: Iterator[int]) -> None:
        self._layouts = cycle(layouts)
        self._seeds = seeds

    def take(self, number: int) -> Iterator[File]:
        """The next files, each made when it is asked for."""
        for entry in islice(self._layouts, number):
            made = generate(entry, next(self._seeds))
            yield File(made.name, made.data)


class Pages(NamedTuple):
    """Pages read by all three: pages a second of each, and how this package compares, round by round."""

    ours: Speed
    read_html: Speed
    tree: Speed
    times_read_html: Speed
    share_of_tree: Speed


@dataclass(frozen=True)
class Row:
    """A line of the first table."""

    what: str
    layouts: int
    measured: int
    speed: Speed
    target: str


class Milestone(NamedTuple):
    """The long run after so many documents: seconds a document since its start, memory held, the most ever held."""

    documents: int
    seconds_each: float
    resident: int
    peak: int


def used() -> float:
    """Processor seconds of this process and of the processes that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def seconds(work: Callable[[Item], object], items: Iterable[Item]) -> float:
    """Processor seconds of a piece of work, done on every item."""
    started = used()
    for item in items:
        work(item)
    return used() - started


def machine() -> str:
    """How fast the machine is at this moment, to hold runs against each other."""
    loop = min(seconds(_additions, [1_000_000]) for _ in range(5))
    return f"Python {sys.version.split()[0]}, {platform.machine()}; a loop of a million additions takes {1000 * loop:.0f} ms"


def _additions(number: int) -> None:
    total = 0
    for addend in range(number):
        total += addend


def read(registry: Registry, file: File) -> None:
    """What is measured: bytes to a parsed report. Raises Refusal, which no report of these layouts deserves."""
    parse(read_bytes(file.data, describe(file.data, file.name)), registry)


def speed_of(layouts: Sequence[Entry], registry: Registry, seeds: Iterator[int], size: Size, number: int) -> Speed:
    """Documents a second over rounds of fresh documents."""
    fresh = Fresh(layouts, seeds)
    for file in fresh.take(size.warm_up * len(layouts)):
        read(registry, file)
    rounds = []
    for _ in range(size.rounds):
        files = list(fresh.take(number))
        gc.collect()
        rounds.append(number / seconds(partial(read, registry), files))
    return Speed.of(rounds)


def speed_of_pdf(layout: Entry, registry: Registry, seeds: Iterator[int], size: Size, pages: int) -> tuple[Speed, int]:
    """Pages of PDF a second over rounds of at least so many pages, and how many pages were read."""
    fresh = Fresh([layout], seeds)
    for file in fresh.take(1):
        read(registry, file)
    rounds, read_in_all = [], 0
    for _ in range(size.rounds):
        spent, done = 0.0, 0
        while done < pages:
            (file,) = fresh.take(1)
            spent += seconds(partial(read, registry), [file])
            done += _pages(file)
        rounds.append(done / spent)
        read_in_all += done
    return Speed.of(rounds), read_in_all


def _pages(file: File) -> int:
    document = pdfium.PdfDocument(file.data)
    try:
        return len(document)
    finally:
        document.close()


def compare(rounds: Iterable[Sequence[File]], registry: Registry) -> Pages:
    """Pages read by this package, by read_html and to the bare tree: the three in turn, round by round."""
    speeds: dict[str, list[float]] = {"ours": [], "read_html": [], "tree": []}
    for number, files in enumerate(rounds):
        texts = [decode(file.data)[0] for file in files]
        ways: dict[str, Callable[[], float]] = {
            "ours": partial(seconds, partial(read, registry), files),
            "read_html": partial(seconds, _read_html, texts),
            "tree": partial(seconds, LexborHTMLParser, texts),
        }
        for turn in range(len(ways)):
            way = [*ways][(turn + number) % len(ways)]
            gc.collect()
            speeds[way].append(len(files) / ways[way]())
    ours, read_html, tree = speeds.values()
    return Pages(
        Speed.of(ours),
        Speed.of(read_html),
        Speed.of(tree),
        Speed.of([own / other for own, other in zip(ours, read_html, strict=True)]),
        Speed.of([own / other for own, other in zip(ours, tree, strict=True)]),
    )


def _read_html(text: str) -> None:
    pd.read_html(io.StringIO(text))


def compare_layouts(layouts: Sequence[Entry], registry: Registry, seeds: Iterator[int], size: Size) -> Pages:
    """The comparison over fresh pages of layouts."""
    fresh = Fresh(layouts, seeds)
    for file in fresh.take(size.warm_up * len(layouts)):
        read(registry, file)
    number = max(size.pages, len(layouts))
    return compare((list(fresh.take(number)) for _ in range(size.rounds)), registry)


def long_run(layouts: Sequence[Entry], registry: Registry, seeds: Iterator[int], size: Size) -> list[Milestone]:
    """Fresh documents one after another; what a document costs and what memory is held after N, 2N and so on to 16N.

    What is kept of texts and layouts is bounded; memory grows until it is full.
    """
    fresh = Fresh(layouts, seeds)
    for file in fresh.take(size.warm_up * len(layouts)):
        read(registry, file)
    marks = {size.long_run * factor for factor in (1, 2, 4, 8, 16)}
    spent = 0.0
    milestones = [Milestone(0, 0.0, resident_bytes(), peak_bytes())]
    for number, file in enumerate(fresh.take(max(marks)), start=1):
        spent += seconds(partial(read, registry), [file])
        if number in marks:
            milestones.append(Milestone(number, spent / number, resident_bytes(), peak_bytes()))
    return milestones


def resident_bytes() -> int:
    """Memory that this process holds; where the system does not tell, the most it ever held."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * resource.getpagesize() if statm.exists() else peak_bytes()


def peak_bytes() -> int:
    """The most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def named(known: Sequence[Entry], *names: str) -> list[Entry]:
    """The layouts of these names. Raises KeyError where one is gone."""
    by_name = {entry.name: entry for entry in known}
    return [by_name[name] for name in names]


def measure_documents(known: Sequence[Entry], registry: Registry, seeds: Iterator[int], size: Size) -> Iterator[Row]:
    """Text and office formats: documents a second. PDF: pages a second."""
    texts = [entry for entry in known if entry.family == "text"]
    plain = ("text pipes", "text one cell a line", "text tabs", "text Markdown")
    groups = [
        ("text, all layouts", texts, TEXTS),
        *((name, named(known, name), TEXTS) for name in plain),
        ("DOCX", [entry for entry in known if entry.family == "DOCX"], None),
        ("XLSX", [entry for entry in known if entry.name.startswith("XLSX")], None),
        ("XLS", named(known, "XLS"), None),
    ]
    for what, layouts, target in groups:
        number = size.documents if target else size.pages
        speed = speed_of(layouts, registry, seeds, size, number)
        verdict = target.verdict(speed.median) if target else ""
        yield Row(f"{what} (documents/s)", len(layouts), number * size.rounds, speed, verdict)
    for entry in known:
        if entry.family == "PDF":
            speed, pages = speed_of_pdf(entry, registry, seeds, size, max(6, size.pages // 4))
            yield Row(f"{entry.name.replace('pdf', 'PDF')} (pages/s)", 1, pages, speed, PAGES.verdict(speed.median))


def measure_pages(known: Sequence[Entry], registry: Registry, seeds: Iterator[int], size: Size) -> Iterator[tuple[str, Pages]]:
    """HTML beside read_html and the bare tree, by family and for the shipped samples."""
    families = {
        "HTML, clean": ("HTML clean",),
        "HTML, pasted from Word": ("HTML pasted from Word", "HTML no page around, pasted from Word"),
        "HTML, portal pages": ("HTML portal", "HTML portal, pasted from Word", "HTML portal, lines broken"),
    }
    for what, names in families.items():
        yield what, compare_layouts(named(known, *names), registry, seeds, size)
    with_tables = [entry for entry in known if entry.family == "HTML" and _has_tables(entry)]
    yield f"HTML, all {len(with_tables)} layouts with tables", compare_layouts(with_tables, registry, seeds, size)
    samples = [
        File(str(path), path.read_bytes()) for path in sorted((CHECKOUT / "data" / "raw").glob("*/999900-sjj/report.html"))
    ]
    again = samples * max(1, size.pages // len(samples))
    for file in again:
        read(registry, file)
    yield "shipped samples, read again", compare((again for _ in range(size.rounds)), registry)


def _has_tables(entry: Entry) -> bool:
    """Whether read_html finds any table in pages of a layout, without which it gives up."""
    return b"<table" in generate(entry, 0).data.lower()


def markdown(documents: Sequence[Row], pages: Sequence[tuple[str, Pages]], milestones: Sequence[Milestone]) -> Iterator[str]:
    """The tables of the README."""
    yield "| read and parsed, one core | layouts | per second | target |"
    yield "|---|---:|---:|---|"
    for what, rows in _condensed(documents).items():
        low, high = min(row.speed.median for row in rows), max(row.speed.median for row in rows)
        speed = f"{low:,.0f}" if len(rows) == 1 else f"{low:,.0f} to {high:,.0f}"
        target = TEXTS if what.startswith("text") else PAGES if what.startswith("PDF") else None
        layouts = sum(row.layouts for row in rows)
        yield f"| {what} | {layouts} | {speed} | {target.verdict(low) if target else ''} |"
    yield ""
    yield f"| pages | per second | × `pandas.read_html` (≥ {TIMES_READ_HTML.least:g}) | speed of the bare tree (≥ {SHARE_OF_TREE.least:.0%}) |"
    yield "|---|---:|---:|---:|"
    for what, page in pages:
        times, share = page.times_read_html.median, page.share_of_tree.median
        met = [target.word(figure) for target, figure in ((TIMES_READ_HTML, times), (SHARE_OF_TREE, share))]
        yield f"| {what} | {page.ours.median:,.0f} | {times:.1f}: {met[0]} | {share:.0%}: {met[1]} |"
    yield ""
    yield "| one after another | " + " | ".join(f"{mark.documents:,}" for mark in milestones[1:]) + " |"
    yield "|---|" + "---:|" * len(milestones[1:])
    yield "| ms a document | " + " | ".join(f"{1000 * mark.seconds_each:.2f}" for mark in milestones[1:]) + " |"
    yield "| memory held, MiB | " + " | ".join(f"{mark.resident / MIB:.0f}" for mark in milestones[1:]) + " |"


def _condensed(documents: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of the first table, the plain text layouts together and those of PDF together."""
    condensed: dict[str, list[Row]] = {}
    for row in documents:
        plain, pdf = row.what.startswith("text "), row.what.startswith("PDF")
        what = (
            "text, the plain layouts one by one (documents/s)"
            if plain
            else "PDF, layout by layout (pages/s)"
            if pdf
            else row.what
        )
        condensed.setdefault(what, []).append(row)
    return condensed


def show(documents: Sequence[Row], pages: Sequence[tuple[str, Pages]], milestones: Sequence[Milestone], console: Console) -> None:
    """The tables in full, for the terminal."""
    speeds = _table("Read and parsed, one core: median of the rounds (worst to best)", "", "layouts", "measured", "per second")
    speeds.add_column("target")
    for row in documents:
        speeds.add_row(row.what, str(row.layouts), str(row.measured), str(row.speed), row.target, style=_style(row.target))
    compared = _table("Pages a second", "", "gx_pipeline", "read_html", "bare tree", "× read_html", "share of tree")
    compared.add_column("targets")
    for what, page in pages:
        verdicts = f"{TIMES_READ_HTML.verdict(page.times_read_html.median)}; {SHARE_OF_TREE.verdict(page.share_of_tree.median)}"
        share = f"{page.share_of_tree.median:.2f} ({page.share_of_tree.worst:.2f} to {page.share_of_tree.best:.2f})"
        compared.add_row(
            *(what, str(page.ours), str(page.read_html), str(page.tree), str(page.times_read_html), share, verdicts),
            style=_style(verdicts),
        )
    run = _table(
        "One after another (text and HTML, whole layouts)", "documents", "ms each", "to the first", "MiB held", "peak MiB"
    )
    start, first = milestones[0], milestones[1]
    run.add_row("warm-up", "", "", f"{start.resident / MIB:.1f}", f"{start.peak / MIB:.1f}")
    for mark in milestones[1:]:
        ratio = f"{mark.seconds_each / first.seconds_each:.2f}"
        run.add_row(
            *(
                f"{mark.documents:,}",
                f"{1000 * mark.seconds_each:.3f}",
                ratio,
                f"{mark.resident / MIB:.1f}",
                f"{mark.peak / MIB:.1f}",
            )
        )
    for table in (speeds, compared, run):
        console.print(table)


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(first, title=title, padding=(0, 1))
    for column in others:
        table.add_column(column, justify="right")
    return table


def _style(verdict: str) -> str | None:
    return "red" if "missed" in verdict else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = _options().parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    size = QUICK if options.quick else FULL
    registry = Registry.read(CHECKOUT / "data" / "agencies.csv")
    known = [entry for entry in entries() if not entry.damaged]
    seeds = count(FIRST_SEED)
    milestones = long_run([entry for entry in known if entry.family in ("text", "HTML")], registry, seeds, size)
    pages = list(measure_pages(known, registry, seeds, size))
    documents = list(measure_documents(known, registry, seeds, size))
    if options.markdown:
        print("\n".join(markdown(documents, pages, milestones)))
        print(f"\n{machine()}.")
    else:
        print(machine())
        show(documents, pages, milestones, Console(width=None if sys.stdout.isatty() else 175))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works; its figures are noisy")
    parser.add_argument("--markdown", action="store_true", help="print the condensed tables for the README")
    return parser


if __name__ == "__main__":
    sys.exit(main())
