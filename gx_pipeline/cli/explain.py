"""`gx-pipeline explain`: one finding, its rule, its cells, and the place in the source.

Does not belong here: finding a place in a document (`sources`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer
from rapidfuzz import fuzz, process
from rich.table import Table
from rich.text import Text

from gx_pipeline.cli.check import NOTHING_TAKEN_IN
from gx_pipeline.cli.console import Bar, err, out, readable, said, short
from gx_pipeline.cli.findings import (
    CAUSES_IN_WORDS,
    column_in_words,
    indented,
    places_in_words,
    print_heading,
    row_in_words,
    table_in_words,
)
from gx_pipeline.cli.judged import JudgedReport
from gx_pipeline.cli.rules import print_rule
from gx_pipeline.cli.sources import excerpt, places_in_text, places_of_cells, together
from gx_pipeline.forms import TABLE_CODES, CellKey, load_forms
from gx_pipeline.forms.arithmetic import in_digits
from gx_pipeline.parsing import Finding
from gx_pipeline.quality.registry import load_rules
from gx_pipeline.settings import Settings

if TYPE_CHECKING:
    from gx_pipeline.facts import Facts
    from gx_pipeline.lake import Lake, Partition

_SERIES = "series-"
_BATCH = 100
_LISTED = 20
_MOST_PLACES = 7


def explain(
    finding_id: Annotated[str, typer.Argument(help="The finding's id, as `gx-pipeline check` shows it, or how it begins.")],
) -> None:
    """Explain a finding: the rule and what to do, the cells, and the place in the source.

    Examples:
      gx-pipeline explain narrative_mismatch-3272c6a4aef9

      gx-pipeline explain balance-01

    Exit status: 0, 1 when no finding or more than one has such an id, 2 wrong usage.
    """
    from gx_pipeline.lake import Lake

    settings = Settings.from_environment()
    lake = Lake(settings.lake_dir)
    messages, places = _all_findings(lake)
    if not places:
        err.print(said(NOTHING_TAKEN_IN.format(data=settings.data_dir)))
        raise typer.Exit(1)
    chosen = matching(finding_id, places)
    if len(chosen) == 1:
        _explain(settings, lake, places[chosen[0]], chosen[0])
        return
    if chosen:
        err.print(said(f"{len(chosen)} findings have an id that begins with {finding_id}; name one of them:"))
        listed = chosen[:_LISTED]
    else:
        listed = _alike(finding_id, places)
        near = "; these look like it:" if listed else ""
        err.print(
            said(
                f"no finding has the id {finding_id}: it may be of a report that has changed, or of a file that is not taken in. "
                f"`gx-pipeline check --severity info` lists all, `gx-pipeline run` takes in what is new{near}"
            )
        )
    for name in listed:
        err.print(Text.assemble((name, "bold"), "  ", said(f"{places[name]}: {messages[name]}")), soft_wrap=True)
    if len(chosen) > _LISTED:
        err.print(f"and {len(chosen) - _LISTED} more")
    raise typer.Exit(1)


def matching(given: str, names: Iterable[str]) -> list[str]:
    """The ids that are meant: the one that it is, else all that begin so, with or without the prefix of findings over years."""
    known = sorted(names)
    for same in (str.__eq__, str.startswith):
        if found := [name for name in known if same(name, given) or same(name.removeprefix(_SERIES), given)]:
            return found
    return []


def _alike(given: str, names: Iterable[str]) -> list[str]:
    """Ids that begin about as the given one."""
    heads = {name: name.removeprefix(_SERIES)[: len(given)] for name in names}
    return [
        name for _, _, name in process.extract(given.removeprefix(_SERIES), heads, scorer=fuzz.ratio, limit=5, score_cutoff=60)
    ]


def _all_findings(lake: Lake) -> tuple[dict[str, str], dict[str, Partition]]:
    """The message, and the report, of every finding of the lake by its id.

    Raises:
        typer.Exit: with status 1, where the lake cannot be read.
    """
    from gx_pipeline.lake import Partition

    columns = ["finding_id", "year", "agency_id", "message"]
    frames = [lake.read_series_findings()[columns]]
    partitions = list(lake.fact_fingerprints())
    with Bar("looking through the findings", len(partitions)) as bar:
        for start in range(0, len(partitions), _BATCH):
            batch = partitions[start : start + _BATCH]
            try:
                frames.append(lake.read_frames(batch, "findings", columns))
            except (OSError, ValueError) as error:
                err.print(
                    said(f"the findings cannot be read ({error}); `gx-pipeline check` tells whose, `run --all` makes them anew")
                )
                raise typer.Exit(1) from None
            bar.advance(len(batch))
    messages: dict[str, str] = {}
    places: dict[str, Partition] = {}
    for frame in frames:
        for name, year, agency_id, message in frame.itertuples(index=False, name=None):
            messages[name], places[name] = message, Partition(year, agency_id)
    return messages, places


def _explain(settings: Settings, lake: Lake, partition: Partition, name: str) -> None:
    facts, report = _report(settings, lake, partition)
    finding = next(named.finding for named in report.findings if named.name == name)
    out.rule(said(name, "bold"))
    out.print(said(f"{report.agency_name or partition.agency_id} {partition.year}  ·  {partition.agency_id}"))
    print_heading(finding)
    for line in (said(finding.message), *places_in_words(report, finding)):
        out.print(indented(line))
    if finding.cause:
        out.print(indented(said(f"cause: {CAUSES_IN_WORDS[finding.cause]}")))
    if rule := load_rules().get(finding.rule):
        print_rule(rule)
    else:
        out.print(
            indented(said("the registry has no such rule: the finding is of another version, `gx-pipeline run` makes it anew"))
        )
    _print_source(lake, partition, report, finding, finding.cells, _stated(facts, finding))
    if name.startswith(_SERIES):
        _print_earlier(settings, lake, partition, finding)


def _report(settings: Settings, lake: Lake, partition: Partition) -> tuple[Facts, JudgedReport]:
    facts = lake.read_facts(partition)
    series = lake.read_series_findings()
    own = series[(series["year"] == partition.year) & (series["agency_id"] == partition.agency_id)]
    report = JudgedReport.of_facts(facts, own)
    return facts, replace(report, path=short(settings.data_dir / report.path))


def _stated(facts: Facts, finding: Finding) -> list[str]:
    """The words in which the narrative states something about exactly the finding's cells."""
    if not finding.cells:
        return []
    frame = facts["narrative_facts"]
    wanted = set(finding.cells)
    return [
        words
        for words, cells in frame[["words", "cells"]].itertuples(index=False, name=None)
        if {CellKey(*key) for key in json.loads(cells)} == wanted
    ]


def _print_earlier(settings: Settings, lake: Lake, partition: Partition, finding: Finding) -> None:
    """The report before, with which a finding over years compares."""
    years = [known.year for known in lake.fact_fingerprints() if known.agency_id == partition.agency_id]
    before = max((year for year in years if year < partition.year), default=None)
    if before is None:
        out.print(f"[yellow]the report of {partition.agency_id} before {partition.year} is no longer taken in[/]")
        return
    earlier = partition._replace(year=before)
    _, report = _report(settings, lake, earlier)
    form = report.forms[finding.cells[0].table] if finding.cells else report.form
    out.print()
    out.print(said(f"compared with {report.agency_name or partition.agency_id} {before}", "bold"))
    _print_source(lake, earlier, report, None, _cells_before(finding, form), ())


def _cells_before(finding: Finding, form: str) -> tuple[CellKey, ...]:
    """The cells of the earlier report that a finding over years compares with: by its identity, else the same cells."""
    for instance in load_forms()[form].instances():
        terms = (*instance.left, *instance.right)
        own = {key for key, term in terms if not term.previous}
        if instance.identity.code == finding.rule and own == set(finding.cells):
            return tuple(key for key, term in terms if term.previous)
    return finding.cells


def _print_source(
    lake: Lake,
    partition: Partition,
    report: JudgedReport,
    finding: Finding | None,
    cells: Sequence[CellKey],
    stated: Sequence[str],
) -> None:
    """The cells as they were read, and the lines of the source around them and around what the finding quotes."""
    suspect = finding.suspect if finding else None
    for _, group in groupby(sorted(cells, key=lambda key: TABLE_CODES.index(key.table)), key=lambda key: key.table):
        _print_cells(report, list(group), suspect)
    out.print(Text.assemble(("source  ", "bold"), said("  ·  ".join(filter(None, (report.path, report.url))))), soft_wrap=True)
    try:
        document, made_from = lake.read_document(partition)
    except FileNotFoundError:
        out.print("[yellow]the text of the source is no longer kept; `gx-pipeline run --all` makes it anew[/]")
        return
    if made_from != lake.fact_fingerprints().get(partition):
        out.print("[yellow]the text that is kept is newer than the finding; `gx-pipeline run` brings them together[/]")
    text = places_in_text(document, finding, stated) if finding else {}
    pointed = _pointed(cells, suspect, in_text=bool(text))
    places = together(text, places_of_cells(document, [report.cells[key] for key in pointed if key in report.cells]))
    if places:
        out.print(excerpt(document, places))
    else:
        out.print("    [dim]the finding is on the report as a whole: it points at no place in it[/]")
    if pointed and len(pointed) < len(set(cells)):
        out.print(f"    [dim]{len(set(cells)) - len(pointed)} more cells stand where the list above says[/]")


def _pointed(cells: Sequence[CellKey], suspect: CellKey | None, *, in_text: bool) -> list[CellKey]:
    """The cells whose lines are shown: the suspect alone, else some, and none of very many where the text is what counts."""
    chosen = [suspect] if suspect else list(dict.fromkeys(cells))
    return [] if in_text and len(chosen) > _MOST_PLACES else chosen[:_MOST_PLACES]


def _print_cells(report: JudgedReport, cells: Sequence[CellKey], suspect: CellKey | None) -> None:
    """Cells of one table: what was read, what is printed, and where."""
    title = said(table_in_words(report, cells[0]), "bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title=title, title_justify="left")
    for name in ("row", "column", "value", "state", "raw", "where"):
        table.add_column(name, overflow="fold", justify="right" if name == "value" else "left")
    for key in cells:
        cell = report.cells.get(key)
        row, column = said(("> " if key == suspect else "") + row_in_words(report, key)), column_in_words(report, key)
        if cell is None:
            table.add_row(row, column, "", "no such cell")
            continue
        value = in_digits(cell.value) if cell.value is not None else ""
        printed = readable(cell.raw) if cell.raw is not None else ""
        table.add_row(row, column, value, cell.state, said(printed), said(cell.locator or ""))
    out.print(table)
