"""The index of all layouts of all formats, and one document of a layout by its seed.

A module `render_*` exports LAYOUTS and, where needed, the names in it that are ONLY_2019 or ONLY_SINGLE (for reports of
that form), WRONG_FORM (reports of a year that the form is not for), NO_BLANKS (empty cells cannot be told from none) and
DAMAGED (figures are lost or in doubt and have to be told).
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gx_pipeline_tests.generated.compose import compose
from gx_pipeline_tests.generated.figures import make_truth
from gx_pipeline_tests.generated.model import Layout, PrintedReport, Truth

BROKEN_SHARE = 0.1
_ASKED = {"2019": "ONLY_2019", "2021-single": "ONLY_SINGLE"}


@dataclass(frozen=True)
class Entry:
    """A layout with what may be asked of it."""

    name: str
    layout: Layout
    form: str | None = None
    no_blanks: bool = False
    damaged: bool = False
    wrong_form: bool = False

    @property
    def family(self) -> str:
        """The format that the layout is of: text, HTML, DOCX, spreadsheets or PDF."""
        first = self.name.split()[0]
        return {"XLSX": "spreadsheets", "XLS": "spreadsheets", "pdf": "PDF"}.get(first, first)


@dataclass(frozen=True)
class Generated:
    """A document of a layout: its figures, the report in print, the file."""

    entry: Entry
    seed: int
    truth: Truth
    report: PrintedReport
    data: bytes
    chance: str = ""

    @property
    def name(self) -> str:
        """A file name that tells layout and seed."""
        words = "".join(sign if sign.isalnum() else "-" for sign in self.entry.name)
        return f"{words}-{self.seed}.{self.entry.name.split()[0].replace('text', 'txt').lower()}"

    def reprinted(self, report: PrintedReport) -> Generated:
        """Another report in print through the same layout, with the same chance; the figures stay the truth."""
        return replace(self, report=report, data=self.entry.layout(report, random.Random(self.chance)))


def entries() -> Iterator[Entry]:
    """Every layout of every renderer there is, in the order of the modules' names."""
    for path in sorted(Path(__file__).parent.glob("render_*.py")):
        module = importlib.import_module(f"gx_pipeline_tests.generated.{path.stem}")
        traits: dict[str, frozenset[str]] = {
            trait: getattr(module, trait, frozenset()) for trait in ("NO_BLANKS", "DAMAGED", "WRONG_FORM")
        }
        forms = {name: form for form, trait in _ASKED.items() for name in getattr(module, trait, ())}
        for name, layout in module.LAYOUTS.items():
            yield Entry(name, layout, forms.get(name), *(name in names for names in traits.values()))


def generate(
    entry: Entry,
    seed: int,
    *,
    noise_seed: int | None = None,
    wording_seed: int | None = None,
    broken: bool | None = None,
    form: str | None = None,
    figures_only: bool = False,
) -> Generated:
    """The document of a layout by its seed.

    The figures of a seed are the same in every layout that asks the same of its reports. `noise_seed` changes the layout's
    own chance, `wording_seed` the narrative, and both leave the figures; the rest is as for `make_truth`.
    """
    fails = random.Random(f"{seed} broken").random() < BROKEN_SHARE if broken is None else broken
    truth = make_truth(
        random.Random(f"{seed} figures"),
        form=entry.form or form,
        blanks=not entry.no_blanks,
        broken=fails,
        figures_only=figures_only,
        wrong_form=entry.wrong_form,
    )
    report = compose(truth, random.Random(f"{seed if wording_seed is None else wording_seed} wording"))
    chance = f"{seed if noise_seed is None else noise_seed} {entry.name}"
    return Generated(entry, seed, truth, report, entry.layout(report, random.Random(chance)), chance)
