"""How well the parser reads generated reports, layout by layout: `make accuracy`, or python -m with --help.

Columns: cells of the forms; right, value and (where a number is printed) state; states right; `wrong` another number than
printed and `unread` a printed number that was not read, both told by a finding; `silent` either, told by none; documents
refused; crashed; whole and right documents with findings of severity error (`alarms`); documents a second, read and parsed
on one core (making them is not counted).

Exit status 1 when anything was wrong in silence, or a document crashed.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gx_pipeline.agencies import Registry
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.generated.layouts import Entry, Generated, entries, generate
from gx_pipeline_tests.generated.scoring import Score, score

SHOWN = 12
COLUMNS = ("cells", "right %", "states %", "wrong", "unread", "silent", "refused", "crashed", "alarms", "docs/s")


@dataclass
class Tally:
    """Sums over documents."""

    documents: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, result: Score) -> None:
        """Count one document."""
        self.documents += 1
        self.seconds += result.seconds
        self.counts.update(cell.verdict for cell in result.cells)
        self.counts["cells"] += len(result.cells)
        self.counts["states"] += sum(cell.same_state for cell in result.cells)
        self.counts["refused"] += result.refusal is not None
        self.counts["alarmed"] += bool(result.alarms) and not result.document.entry.damaged

    def merge(self, other: Tally) -> None:
        """Add the sums of another."""
        self.documents += other.documents
        self.seconds += other.seconds
        self.counts.update(other.counts)

    def figures(self) -> list[str]:
        """The sums in the order of COLUMNS."""
        counts = self.counts
        plain = [str(counts[name]) for name in ("wrong", "unread", "silent", "refused", "crashed", "alarmed")]
        speed = f"{self.documents / self.seconds:.0f}" if self.seconds else "-"
        return [str(counts["cells"]), self._percent("right"), self._percent("states"), *plain, speed]

    def _percent(self, what: str) -> str:
        return f"{100 * self.counts[what] / self.counts['cells']:.3f}" if self.counts["cells"] else "-"


def measure(document: Generated, registry: Registry, tally: Tally) -> Score | None:
    """Parse one document into the tally; None when the parser crashed."""
    try:
        result = score(document, registry)
    except Exception:  # noqa: BLE001  a crash is counted, and the others are still measured
        tally.documents += 1
        tally.counts["crashed"] += 1
        print(f"{document.entry.name}, seed {document.seed} crashed:\n{traceback.format_exc(limit=-3)}", file=sys.stderr)
        return None
    tally.add(result)
    return result


def listing(result: Score, everything: bool) -> Iterable[str]:
    """What was not read as printed, a line each."""
    document = result.document
    where = f"[{document.entry.name} #{document.seed}]"
    if result.refusal:
        yield f"{where} refused: {result.refusal}"
    bad = [cell for cell in result.cells if cell.verdict == "silent" or (everything and cell.verdict != "right")]
    for cell in bad[:SHOWN]:
        yield (
            f"{where} {cell.verdict}: {'/'.join(cell.key)} printed {cell.printed.state} {cell.printed.value}, "
            f"read {cell.read.state} {cell.read.value} ({(cell.raw or '')[:60]!r})"
        )
    if len(bad) > SHOWN:
        yield f"{where} and {len(bad) - SHOWN} more cells"
    if everything and (bad or not document.entry.damaged):
        yield from (f"{where} finding {finding.rule}: {finding.message[:200]}" for finding in result.alarms)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and tell by the exit status whether anything was wrong in silence."""
    options = _options().parse_args(arguments)
    registry = Registry.read(CHECKOUT / "data" / "agencies.csv")
    chosen = [entry for entry in entries() if all(word in entry.name for word in options.layout or ())]
    seeds = [options.seed] if options.seed is not None else range(options.documents)
    tallies: dict[str, Tally] = {}
    lines: list[str] = []
    started = time.perf_counter()
    for entry in chosen:
        tally = tallies[entry.name] = Tally()
        for document in (generate(entry, seed) for seed in seeds):
            if options.save:
                _save(document, options.save)
            result = measure(document, registry, tally)
            lines += listing(result, options.list) if result else ()
    for line in lines:
        print(line, file=sys.stderr if options.markdown else sys.stdout)
    sums = {
        title: _sum(tallies[entry.name] for entry in chosen if entry.damaged in wanted)
        for title, wanted in (("whole layouts", {False}), ("damaged layouts", {True}), ("all", {False, True}))
    }
    if options.markdown:
        print("\n".join(markdown(chosen, tallies, sums)))
    else:
        _print_table(chosen, tallies, sums)
        spent = time.perf_counter() - started
        print(
            f"{sums['all'].documents} documents in {spent:.0f} s, of which reading and parsing took {sums['all'].seconds:.0f} s"
        )
    return int(bool(sums["all"].counts["silent"] or sums["all"].counts["crashed"]))


def markdown(chosen: Sequence[Entry], tallies: dict[str, Tally], sums: dict[str, Tally]) -> Iterator[str]:
    """The table of the README: families of layouts, whole and damaged."""
    families = dict.fromkeys(entry.family for entry in chosen)
    rows = {
        (family, damaged): [entry for entry in chosen if entry.family == family and entry.damaged == damaged]
        for damaged in (False, True)
        for family in families
    }
    yield "| layouts | number | documents | cells | right % | states % | silent | refused | documents/s |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for (family, damaged), members in rows.items():
        if members:
            tally = _sum(tallies[entry.name] for entry in members)
            yield _markdown_row(f"{family}, {'damaged' if damaged else 'whole'}", len(members), tally)
    yield _markdown_row("all", len(chosen), sums["all"])


def _markdown_row(title: str, layouts: int, tally: Tally) -> str:
    figures = dict(zip(COLUMNS, tally.figures(), strict=True))
    shown = ("cells", "right %", "states %", "silent", "refused", "docs/s")
    return f"| {title} | {layouts} | {tally.documents} | " + " | ".join(figures[name] for name in shown) + " |"


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.merge(tally)
    return total


def _print_table(chosen: Sequence[Entry], tallies: dict[str, Tally], sums: dict[str, Tally]) -> None:
    title = "Generated reports read back (~ figures lost or in doubt by design)"
    table = Table("layout", "docs", *COLUMNS, padding=0, title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for entry in chosen:
        tally = tallies[entry.name]
        table.add_row(_name(entry), str(tally.documents), *tally.figures(), style="red" if tally.counts["silent"] else None)
    for name, tally in sums.items():
        table.add_row(name, str(tally.documents), *tally.figures(), style="bold")
    Console(width=None if sys.stdout.isatty() else 175).print(table)


def _name(entry: Entry) -> str:
    return f"~ {entry.name}" if entry.damaged else entry.name


def _save(document: Generated, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / document.name).write_bytes(document.data)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="accuracy", description=__doc__)
    parser.add_argument("--documents", type=int, default=20, help="documents a layout (seeds 0 to N-1)")
    parser.add_argument("--seed", type=int, help="this one document of each layout")
    parser.add_argument("--layout", action="append", help="layouts whose name holds this; may be given again to narrow")
    parser.add_argument("--list", action="store_true", help="list every cell not read as printed, not only the silent ones")
    parser.add_argument("--markdown", action="store_true", help="print the table by families of layouts for the README")
    parser.add_argument("--save", type=Path, metavar="DIR", help="write the documents there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
