"""`gx-pipeline rules`: what a finding may say. The rules themselves are data of `quality.registry`."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from gx_pipeline.cli.console import COLOURS, err, out, print_rows, said
from gx_pipeline.quality.registry import Rule, load_rules


def rules(code: Annotated[str | None, typer.Argument(help="The rule to explain; none: list all.")] = None) -> None:
    """List the rules, or explain one: what it says, whence it comes, what to do about a finding.

    Where the output is no terminal, the list has a line a rule, with tabs between the columns.

    Exit status: 0, 1 when there is no such rule.
    """
    known = load_rules()
    if code is None:
        _print_list(list(known.values()))
    elif code in known:
        out.print(Text.assemble((code, "bold"), f"  {known[code].label} · {known[code].label_en}"))
        print_rule(known[code])
    else:
        near = difflib.get_close_matches(code, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`gx-pipeline rules` lists all"
        err.print(said(f"there is no rule {code}; {hint}"))
        raise typer.Exit(1)


def print_rule(rule: Rule) -> None:
    """What a rule says of itself, in both languages."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    severities = ", ".join(dict.fromkeys((rule.severity, *rule.severities)))
    for name, text in (
        ("rule", f"{rule.explanation}\n{rule.explanation_en}"),
        ("source", rule.source),
        ("what to do", f"{rule.advice}\n{rule.advice_en}"),
        ("severity", f"{severities}; family {rule.family}; forms {', '.join(rule.forms)} from {rule.first_year} on"),
        ("checks", ", ".join(rule.checks)),
    ):
        if text:
            table.add_row(f"    {name}", said(text))
    out.print(table)


def _print_list(known: list[Rule]) -> None:
    rows = [
        (rule.family, rule.code, Text(rule.severity, style=COLOURS[rule.severity]), rule.label, rule.label_en) for rule in known
    ]
    print_rows(("family", "code", "severity", "label", "in English"), rows, lead=3)
    if out.is_terminal:
        out.print("[dim]`gx-pipeline rules CODE` explains one[/]")
