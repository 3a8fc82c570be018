"""The identities (勾稽关系) of a report judged: which are violated, which hold only if blanks are zeros, which cannot be told.

The identities themselves come from `forms`. An identity that fails is a finding with its cells; the published figures
stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from gx_pipeline.forms import CellKey, Form, Term, load_forms
from gx_pipeline.forms.arithmetic import Evaluation, evaluate
from gx_pipeline.parsing import Finding, ParsedReport

Figures = Mapping[CellKey, tuple[str, int | float | None]]


def figures_of(report: ParsedReport) -> dict[CellKey, tuple[str, int | float | None]]:
    """State and value of every cell of a report."""
    return {cell.key: (cell.state, cell.value) for cell in report.cells}


def evaluations(report: ParsedReport) -> list[Evaluation]:
    """Every identity within the year, at every row or column of the report's own tables."""
    figures = figures_of(report)
    return [
        evaluate(instance, lambda key, _: figures[key])
        for form, tables in _forms_of(report)
        for instance in form.instances()
        if instance.identity.table in tables and not instance.identity.spans_years
    ]


def _forms_of(report: ParsedReport) -> Iterator[tuple[Form, tuple[str, ...]]]:
    forms = load_forms()
    yield forms[report.form], ("proactive_disclosure", "reconsideration_litigation")
    yield forms[report.requests_form], ("requests",)


def identity_findings(report: ParsedReport) -> list[Finding]:
    """Findings on the identities within the year."""
    return list(_findings(evaluations(report)))


def series_evaluations(form: str, figures: Figures, previous: Figures) -> list[Evaluation]:
    """The identities that span years (carry_over, stock_flow), for a report and the one of the year before.

    An identity is left out where the earlier report follows a form without the cell.
    """
    lookup: Callable[[CellKey, Term], tuple[str, int | float | None]] = lambda key, term: (  # noqa: E731
        previous if term.previous else figures
    )[key]
    return [
        evaluate(instance, lookup)
        for instance in load_forms()[form].instances()
        if instance.identity.spans_years
        and all(key in (previous if term.previous else figures) for key, term in (*instance.left, *instance.right))
    ]


def series_findings(form: str, figures: Figures, previous: Figures) -> list[Finding]:
    """Findings on the identities that span years; they belong to the later report."""
    return list(_findings(series_evaluations(form, figures, previous)))


def _findings(judged: Iterable[Evaluation]) -> Iterator[Finding]:
    undecided: dict[tuple[str, str], list[Evaluation]] = defaultdict(list)
    for evaluation in judged:
        if evaluation.outcome == "violated":
            yield _violation(evaluation)
        elif evaluation.outcome != "holds":
            undecided[(evaluation.instance.identity.code, evaluation.outcome)].append(evaluation)
    for (code, outcome), group in undecided.items():
        identity = group[0].instance.identity
        places = ", ".join(evaluation.instance.at for evaluation in group[:4]) + (", …" if len(group) > 4 else "")
        cells = tuple(dict.fromkeys(key for evaluation in group for key in evaluation.unknown))
        if outcome == "assumed_zero":
            yield Finding(
                "assumed_zero",
                "info",
                f"{code} ({identity.label}) tallies in {len(group)} places ({places}) only if {len(cells)} cells without a number count as 0",
                cells,
            )
        else:
            empty = all(
                len(evaluation.unknown) == len((*evaluation.instance.left, *evaluation.instance.right)) for evaluation in group
            )
            yield Finding(
                "not_evaluable",
                "info" if empty else "warn",
                f"{code} ({identity.label}) cannot be told in {len(group)} places ({places}): {len(cells)} cells hold no number",
                cells,
            )


def _violation(evaluation: Evaluation) -> Finding:
    instance = evaluation.instance
    identity = instance.identity
    cells = tuple(dict.fromkeys(key for key, term in (*instance.left, *instance.right) if not term.previous))
    return Finding(
        identity.code,
        identity.severity,
        f"{identity.table} / {instance.at}: {_side(instance.left)} = {_number(evaluation.left_sum)}, but "
        f"{_side(instance.right)} = {_number(evaluation.right_sum)} ({identity.label})",
        cells,
    )


def _side(terms: tuple[tuple[CellKey, Term], ...]) -> str:
    if len(terms) > 4:
        return f"the sum of {len(terms)} cells ({terms[0][1].code} … {terms[-1][1].code})"
    texts = [
        ("- " if term.sign < 0 else "+ ") + (f"last year's {term.code}" if term.previous else term.code) for _, term in terms
    ]
    return " ".join(texts).removeprefix("+ ")


def _number(value: int | float) -> str:
    return f"{value:g}" if abs(value) < 1e6 and value != int(value) else f"{value:.6f}".rstrip("0").rstrip(".")
