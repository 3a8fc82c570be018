"""`gx-pipeline parse`: what files say, cell by cell, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gx_pipeline.agencies import Registry
from gx_pipeline.cli.console import (
    FormatOption,
    as_table,
    err,
    print_findings,
    print_json,
    print_refusal,
    read_registry,
    unknown_agency,
)
from gx_pipeline.cli.judged import JudgedReport
from gx_pipeline.cli.tables import print_report
from gx_pipeline.documents import read_file, read_sidecar
from gx_pipeline.errors import Refusal
from gx_pipeline.forms import FIRST_YEAR
from gx_pipeline.parsing import Hints, parse
from gx_pipeline.parsing.contract import refusal_to_contract, to_contract
from gx_pipeline.quality import Checked, judge


def parse_files(
    files: Annotated[list[Path], typer.Argument(help="Report files.", metavar="FILE...")],
    year: Annotated[int | None, typer.Option(help="The report year, where the file does not say it.", min=FIRST_YEAR)] = None,
    agency: Annotated[
        str | None, typer.Option(help="The agency's id, where the file does not say it: see `gx-pipeline agencies`.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """Read report files and show every cell of the form, with what is wrong. Stores nothing.

    Examples:
      gx-pipeline parse report.html

      gx-pipeline parse data/raw/2024/*/report.txt --format jsonl | jq .findings

    Exit status: 0 every file was parsed (whatever is wrong in it), 1 some file was refused or unreadable, 2 wrong usage.
    """
    registry = read_registry(optional=True)
    if agency is not None and agency not in registry.by_id:
        raise unknown_agency(agency, registry)
    for_people = as_table(form)
    refused = 0
    for path in files:
        try:
            checked = read_and_judge(path, registry, Hints(year, agency))
        except Refusal as refusal:
            refused += 1
            if for_people:
                print_refusal(err, str(path), refusal.code, refusal.message)
            else:
                print_json(refusal_to_contract(str(path), refusal))
            continue
        if for_people:
            print_report(JudgedReport.of_checked(checked))
            print_findings([(found.severity, found.rule, found.message, "") for found in checked.findings])
        else:
            print_json(to_contract(checked.report, checked.findings))
    if refused:
        raise typer.Exit(1)


def read_and_judge(path: Path, registry: Registry, hints: Hints) -> Checked:
    """A file with its sidecar, parsed and judged.

    Raises:
        Refusal: also for a defect of ours, so that the other files go on.
    """
    sidecar = read_sidecar(path)
    document = read_file(path, sidecar.charset)
    document = replace(document, source=replace(document.source, url=sidecar.url, published_on=sidecar.published_on))
    try:
        report = parse(document, registry, hints)
        return judge(report, registry.by_id.get(report.agency_id or ""))
    except Refusal:
        raise
    except Exception as error:
        raise Refusal(
            "unreadable", f"{type(error).__name__}: {error}; this is a defect of gx_pipeline, please report it"
        ) from error
