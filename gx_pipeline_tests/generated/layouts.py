"""The index of all layouts of all formats, and one document of a layout by its seed.

A module `render_*` exports LAYOUTS and, where needed, the names in it that are ONLY_2019 (for reports of that form),
NO_BLANKS (empty cells cannot be told from none) and DAMAGED (figures are lost or in doubt and have to be told).
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gx_pipeline_tests.generated.compose import compose
from gx_pipeline_tests.generated.figures import make_truth
from gx_pipeline_tests.generated.model import Layout, PrintedReport, Truth

BROKEN_SHARE = 0.1


@dataclass(frozen=True)
class Entry:
    """A layout with what may be asked of it."""

    name: str
    layout: Layout
    only_2019: bool = False
    no_blanks: bool = False
    damaged: bool = False


@dataclass(frozen=True)
class Generated:
    """A document of a layout: its figures, the report in print, the file."""

    entry: Entry
    seed: int
    truth: Truth
    report: PrintedReport
    data: bytes

    @property
    def name(self) -> str:
        """A file name that tells layout and seed."""
        words = "".join(sign if sign.isalnum() else "-" for sign in self.entry.name)
        return f"{words}-{self.seed}.{self.entry.name.split()[0].replace('text', 'txt').lower()}"


def entries() -> Iterator[Entry]:
    """Every layout of every renderer there is, in the order of the modules' names."""
    for path in sorted(Path(__file__).parent.glob("render_*.py")):
        module = importlib.import_module(f"gx_pipeline_tests.generated.{path.stem}")
        traits: list[frozenset[str]] = [getattr(module, trait, frozenset()) for trait in ("ONLY_2019", "NO_BLANKS", "DAMAGED")]
        for name, layout in module.LAYOUTS.items():
            yield Entry(name, layout, *(name in trait for trait in traits))


def generate(
    entry: Entry, seed: int, *, noise_seed: int | None = None, broken: bool | None = None, form: str | None = None
) -> Generated:
    """The document of a layout by its seed; `noise_seed` changes the layout's own chance and leaves the figures.

    The figures of a seed are the same in every layout that asks the same of its reports.
    """
    fails = random.Random(f"{seed} broken").random() < BROKEN_SHARE if broken is None else broken
    form = "2019" if entry.only_2019 else form
    truth = make_truth(random.Random(f"{seed} figures"), form=form, blanks=not entry.no_blanks, broken=fails)
    report = compose(truth, random.Random(f"{seed} wording"))
    chance = random.Random(f"{seed if noise_seed is None else noise_seed} {entry.name}")
    return Generated(entry, seed, truth, report, entry.layout(report, chance))
