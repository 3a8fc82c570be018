"""Data folders of generated reports: a registry of agencies that do not exist, and a report of each for each year.

For what needs many reports in a warehouse: benchmarks, and comparisons between engines. Does not belong here: how a report is
made (`figures`, `compose`, `render_*`).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice, product
from pathlib import Path

from gx_pipeline.agencies.registry import COLUMNS
from gx_pipeline_tests.generated.compose import compose
from gx_pipeline_tests.generated.figures import make_truth
from gx_pipeline_tests.generated.layouts import BROKEN_SHARE, Entry, entries

YEARS = range(2019, 2026)
# Places are named by two of these, so that no name is part of another.
_SIGNS = "东西南北安宁平和长永清明新兴福泰昌盛华光青云石林河江湖海山川春秋松柏梅兰玉金龙凤"
_FIRST_CODE = 900_000


def add_generated_agencies(agencies_csv: Path, number: int) -> list[tuple[str, str]]:
    """Write agencies into a registry, after those that are there already; their ids and names."""
    made: list[tuple[str, str]] = []
    there = agencies_csv.exists()
    with agencies_csv.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if not there:
            writer.writeheader()
        for at, (first, second) in enumerate(islice(product(_SIGNS, _SIGNS), number)):
            code, place = f"{_FIRST_CODE + at:06d}", f"{first}{second}县"
            entry = {"agency_id": f"{code}-sjj", "name": f"{place}数据局", "place_code": code, "place": place}
            writer.writerow(
                {**entry, "level": "county", "kind": "department", "function": "data", "valid_from": f"{YEARS[0]}-01-01"}
            )
            made.append((entry["agency_id"], entry["name"]))
    if len(made) < number:
        raise ValueError(f"at most {len(_SIGNS) ** 2} agencies can be named")
    return made


def write_generated_reports(raw_dir: Path, agencies: list[tuple[str, str]], number: int) -> None:
    """Write reports below data/raw, year by year of agency after agency, in the whole layouts of text and HTML in turn.

    A tenth of them has a sum that fails.
    """
    for seed, ((agency_id, name), year, entry) in enumerate(islice(_places(agencies), number)):
        folder = raw_dir / str(year) / agency_id
        folder.mkdir(parents=True)
        suffix = "html" if entry.family == "HTML" else "txt"
        (folder / f"report.{suffix}").write_bytes(_report(seed, name, year, entry))


def _places(agencies: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], int, Entry]]:
    layouts = cycle(
        entry for entry in entries() if entry.family in ("text", "HTML") and not (entry.damaged or entry.wrong_form or entry.form)
    )
    for agency, year in product(agencies, YEARS):
        yield agency, year, next(layouts)


def _report(seed: int, agency: str, year: int, entry: Entry) -> bytes:
    chance = random.Random(f"{seed} figures")
    form = "2019" if year <= 2020 else "2021"
    truth = make_truth(chance, form=form, blanks=not entry.no_blanks, broken=chance.random() < BROKEN_SHARE)
    report = compose(replace(truth, year=year, agency=agency), random.Random(f"{seed} wording"))
    return entry.layout(report, random.Random(f"{seed} {entry.name}"))
