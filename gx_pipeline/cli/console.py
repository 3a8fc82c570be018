"""What the commands share: the two consoles, colours, the way to print, the registry. Knows no report."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from gx_pipeline.agencies import Registry
from gx_pipeline.errors import ConfigurationError
from gx_pipeline.parsing import SEVERITIES
from gx_pipeline.settings import Settings

# Characters that would steer the terminal or turn the direction of a line: a published text may hold any.
_STEERING = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
COLOURS = {"error": "bold red", "warn": "yellow", "info": "cyan"}
out = Console(soft_wrap=False)
err = Console(stderr=True)


class Format(StrEnum):
    """How `parse` and `check` print."""

    table = "table"
    jsonl = "jsonl"


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format", help="[bold]table[/] for people, [bold]jsonl[/] for programs. Default: table on a terminal, else jsonl."
    ),
]


def as_table(form: Format | None) -> bool:
    """Whether to print for people."""
    return form is Format.table or (form is None and sys.stdout.isatty())


def said(text: str, style: str = "") -> Text:
    """A text of a report, a file's name or a message, as it is: no markup, nothing that steers the terminal."""
    return Text(text.translate(_STEERING), style=style)


def readable(raw: str) -> str:
    """What is printed in a cell, with blanks that nobody sees told: 70 between two no-break spaces is `70 (blanks around it)`."""
    text = raw.strip()
    if not text:
        return "(only blanks)" if raw else ""
    return "".join(map(_visible, text)) + ("" if text == raw else " (blanks around it)")


def _visible(character: str) -> str:
    if character in "\r\n":
        return "⏎"
    if character.isspace() and character != " ":
        return "␣"
    return character if character.isprintable() else f"\\u{ord(character):04x}"


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[str | Text]], *, lead: int) -> None:
    """A list in which no code is ever cut in two, for the eye and for grep.

    On a terminal that is wide enough a table of a line a row; on a narrow one two lines a row, the first so many columns (`lead`)
    above the others. Elsewhere a line a row with tabs between the columns.
    """
    if not out.is_terminal:
        for row in (headings, *rows):
            sys.stdout.write("\t".join(" ".join(str(cell).split()) for cell in row) + "\n")
        return
    widths = [max(cell_len(str(row[at])) for row in (headings, *rows)) for at in range(len(headings))]
    if sum(widths) + 2 * len(widths) <= out.width:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for name in headings:
            table.add_column(name, no_wrap=True)
        for row in rows:
            table.add_row(*row)
        out.print(table)
        return
    for row in rows:
        first = [Text(str(cell)) if isinstance(cell, str) else cell.copy() for cell in row[:lead]]
        for cell, width in zip(first, widths, strict=False):
            cell.pad_right(width - cell.cell_len + 2)
        out.print(Text.assemble(*first), soft_wrap=True)
        out.print(Padding(Text(" · ".join(filter(None, map(str, row[lead:]))), "dim"), (0, 0, 0, 4), expand=False))


def print_json(entry: dict[str, object]) -> None:
    """One object on one line."""
    sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")


def print_findings(findings: list[tuple[str, str, str, str]]) -> None:
    """Findings as lines of severity, rule and message; the last of each is where, empty for a report by itself."""
    if not findings:
        out.print("[green]no findings[/]")
        return
    table = Table(show_header=True, box=None, pad_edge=False)
    for name in ("severity", "rule", "finding"):
        table.add_column(name, overflow="fold")
    for severity, rule, message, where in sorted(findings, key=lambda entry: SEVERITIES.index(entry[0])):
        table.add_row(Text(severity, style=COLOURS[severity]), rule, said((where + "  " if where else "") + message))
    out.print(table)


def print_refusal(console: Console, path: str, code: str, message: str) -> None:
    """Why a file was refused, on one line."""
    console.print(Text.assemble(("refused ", "bold red"), said(f"{path}: {code}: {message}")))


def progress_columns() -> tuple[ProgressColumn, ...]:
    """What every bar shows: the work, how much of it is done, for how long."""
    return (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


class Bar:
    """How far a long work has come, on standard error; leaves nothing behind, and is not shown where that is no terminal.

    Use as a context manager, and `aside` for whatever is printed meanwhile.
    """

    def __init__(self, doing: str, total: int) -> None:
        """Name the work and how much of it there is; less than two is done before anybody looks."""
        hidden = not err.is_terminal or total < 2
        columns = progress_columns()
        self._progress = Progress(*columns, console=err, transient=True, redirect_stdout=False, disable=hidden)
        self._task = self._progress.add_task(doing, total=total)

    def advance(self, steps: int = 1) -> None:
        """Some more is done."""
        self._progress.advance(self._task, steps)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Away while something is printed."""
        self._progress.stop()
        yield
        self._progress.start()

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def short(path: Path) -> str:
    """A path from here, when it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def read_registry(*, optional: bool = False) -> Registry:
    """The agencies of the data folder.

    Raises:
        typer.Exit: with status 2, where the file is broken, or is not there and not `optional`.
    """
    path = Settings.from_environment().agencies_csv
    try:
        return Registry.read(path)
    except ConfigurationError as error:
        if optional and not path.exists():
            err.print(
                f"[yellow]no registry at {path}: agencies stay unresolved; set GX_DATA_DIR to the folder that holds agencies.csv[/]"
            )
            return Registry(())
        err.print(f"[bold red]{escape(str(error))}[/]")
        raise typer.Exit(2) from None


def unknown_agency(agency: str, registry: Registry) -> typer.BadParameter:
    """The answer to an agency's id that nothing knows, with those that look like it."""
    near = registry.closest(agency)
    return typer.BadParameter(f"the registry has no agency {agency}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
