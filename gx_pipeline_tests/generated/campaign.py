"""Many damaged documents, and every silent error among them: python -m gx_pipeline_tests.generated.campaign --help.

Each line of the list names layout, seed and chance of a document, so that `--again LAYOUT SEED CHANCE` makes it again.
Exit status 1 when anything was wrong in silence, or crashed. Does not belong here: the mutations (`mutations`).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from gx_pipeline.agencies import Registry
from gx_pipeline.errors import Refusal
from gx_pipeline.parsing import ParsedReport
from gx_pipeline.settings import CHECKOUT
from gx_pipeline_tests.generated.layouts import Entry, Generated, entries, generate
from gx_pipeline_tests.generated.model import Key
from gx_pipeline_tests.generated.mutations import SHIFTING, Mutated, moved_up, mutate, names_for
from gx_pipeline_tests.generated.scoring import Judged, judge, read_generated

FORMATS = ("text", "HTML")


@lru_cache(maxsize=512)
def _document(entry: Entry, seed: int, figures_only: bool) -> Generated:
    return generate(entry, seed, broken=False, figures_only=figures_only)


def damaged(entry: Entry, seed: int, chance: str, at_most: int = 1, names: Sequence[str] = ()) -> Mutated | None:
    """A damaged document by what makes it; None where the mutation may not be had there."""
    rng = random.Random(chance)
    chosen = rng.choices(names or names_for(entry), k=rng.randint(1, at_most))
    return mutate(_document(entry, seed, not SHIFTING.isdisjoint(chosen)), chosen, rng)


def silent_cells(mutated: Mutated, registry: Registry) -> tuple[str, list[Judged]]:
    """`read` or `refused`, and the cells that were read wrong in silence."""
    try:
        report = read_generated(mutated.document, registry)
    except Refusal:
        return "refused", []
    return "read", _silent(mutated.document, report)


def _silent(document: Generated, report: ParsedReport) -> list[Judged]:
    cells = judge(document.truth, report)
    return [cell for cell in cells if cell.verdict == "silent" and not moved_up(document.entry, cell)]


def silent_before(mutated: Mutated, registry: Registry) -> frozenset[Key]:
    """The cells that are read wrong in silence in the document before the damage."""
    document = mutated.document
    figures_only = all(figure.state == "reported" for figure in document.truth.figures.values())
    before = _document(document.entry, document.seed, figures_only)
    return frozenset(cell.key for cell in _silent(before, read_generated(before, registry)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Damage, read, list."""
    options = _options().parse_args(arguments)
    registry = Registry.read(CHECKOUT / "data" / "agencies.csv")
    by_name = {entry.name: entry for entry in entries()}
    if options.again:
        layout, seed, chance = options.again
        found = damaged(by_name[layout], int(seed), chance, options.at_most, options.mutation or ())
        if found:
            sys.stdout.buffer.write(found.document.data)
        return int(found is None)
    chosen = [
        entry
        for entry in by_name.values()
        if entry.name.startswith(tuple(options.formats)) and all(word in entry.name for word in options.layout or ())
    ]
    counts: Counter[str] = Counter()
    errors: Counter[tuple[str, str]] = Counter()
    rng = random.Random(options.seed)
    started = time.monotonic()
    while counts["documents"] < options.documents and time.monotonic() - started < options.seconds:
        entry, seed, chance = rng.choice(chosen), rng.randrange(options.seeds), f"{options.seed}-{rng.getrandbits(40):x}"
        if (mutated := damaged(entry, seed, chance, options.at_most, options.mutation or ())) is None:
            continue
        counts["documents"] += 1
        what = " + ".join(mutated.done)
        try:
            outcome, silent = silent_cells(mutated, registry)
        except Exception:  # noqa: BLE001  a crash is counted and told, the others go on
            counts["crashed"] += 1
            print(f"CRASH {entry.name!r} {seed} {chance} {what}\n{traceback.format_exc(limit=-2)}", flush=True)
            continue
        counts[outcome] += 1
        known = silent_before(mutated, registry) if silent else frozenset()
        if silent := [cell for cell in silent if cell.key not in known]:
            counts["silent"] += 1
            errors[what, entry.name] += 1
            first = silent[0]
            print(
                f"SILENT {entry.name!r} {seed} {chance} [{what}] {len(silent)} cells: {'/'.join(first.key)} printed "
                f"{first.printed.state} {first.printed.value}, read {first.read.state} {first.read.value} ({(first.raw or '')[:40]!r})",
                flush=True,
            )
            if options.save:
                options.save.mkdir(parents=True, exist_ok=True)
                (options.save / f"{counts['silent']}-{mutated.document.name}").write_bytes(mutated.document.data)
    print(dict(counts))
    for (what, name), number in errors.most_common():
        print(f"{number:6} {what} | {name}")
    return int(bool(counts["silent"] or counts["crashed"]))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__)
    parser.add_argument("--documents", type=int, default=2000, help="how many damaged documents")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after this time")
    parser.add_argument("--seed", type=int, default=1, help="of the campaign")
    parser.add_argument("--seeds", type=int, default=12, help="reports a layout to choose from")
    parser.add_argument("--at-most", type=int, default=1, help="mutations a document")
    parser.add_argument("--formats", nargs="+", default=FORMATS, help="first words of the layouts")
    parser.add_argument("--layout", action="append", help="layouts whose name holds this; may be given again to narrow")
    parser.add_argument("--mutation", action="append", help="this mutation only; may be given again")
    parser.add_argument("--save", type=Path, metavar="DIR", help="write the documents with silent errors there")
    parser.add_argument("--again", nargs=3, metavar=("LAYOUT", "SEED", "CHANCE"), help="print this one document")
    return parser


if __name__ == "__main__":
    sys.exit(main())
