"""The registry of rules: what every finding may say, in two languages, whence the rule comes, and a case for and against.

The rules are data, `rules/*.yaml`, one file a family. Does not belong here: the code that judges a rule (the modules beside,
and `parsing` for what the parser tells), nor what became of it in a report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field

from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import Finding, Severity

# In the order in which they are shown. `reading` and `report` are told by the parser.
Family = Literal["reading", "report", "identities", "narrative", "series", "formal", "corrections"]
FAMILIES: tuple[Family, ...] = get_args(Family)


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Case(_Declared):
    """A report in the example agency's name that fails or passes a rule: all figures 0 and all texts plain but for what is given.

    `figures` are by table and row: seven (requests) or five (reviews and suits) printed cells, or cells by measure
    (proactive disclosure); a cell is what is printed, so it may be text. `texts` are by part: title, preface, overview,
    disclosed, received, disputed, problems, other. `replace` changes the printed document, pair by pair; `document` is the
    whole of it instead. `layout` is how the tables are printed: a row a line between pipes, or as a page with real tables, in
    which alone a row of nothing but empty cells is certain to be there. `previous` is the report of the year before,
    `following` that of the year after, `neighbour` that of another agency for the same year; `replaced` is what stood in the
    report's place when it was first taken in. `undated` leaves the date of publication out. `corrections` are entries of
    corrections.yml on this report, without what the case says itself or what makes no difference (reason, reference, date).
    """

    form: str = "2021"
    requests_form: str | None = None
    year: int = 2024
    government: bool = False
    published_on: dt.date | None = None
    figures: dict[str, dict[str, list[int | float | str] | dict[str, int | float | str]]] = {}
    texts: dict[str, str] = {}
    replace: tuple[tuple[str, str], ...] = ()
    document: str | None = None
    layout: Literal["piped", "html"] = "piped"
    previous: Case | None = None
    following: Case | None = None
    replaced: Case | None = None
    neighbour: Case | None = None
    undated: bool = False
    corrections: tuple[dict[str, Any], ...] = ()


class Cases(_Declared):
    """A report in which the rule must be found, and one like it in which it must not."""

    fails: Case
    passes: Case


class Check(_Declared):
    """A number of the checklist of evaluators and editors, in words."""

    number: str = Field(pattern=r"^Q\d\d$")
    label: str
    label_en: str


class Expected(_Declared):
    """What the figure `expected` of a finding is: what would fit, what another source says, a limit.

    The figure stands behind the Chinese words and in the place of {} in the English ones. `of_suspect` names what it is instead
    in a finding that suspects one cell.
    """

    label: str
    label_en: str = Field(pattern=r"^[^{}]*\{\}[^{}]*$")
    of_suspect: str | None = None


class Rule(_Declared):
    """One rule.

    `severity` is that of its findings; `severities` lists all where it depends on the case. `forms` are the forms and
    `first_year` the first report year for which it holds. `source` is the article, form or row that it comes from, `checks`
    the numbers of the evaluators' checklist that it answers, `advice` what to do about a finding. `expected` says what the figure
    of that name is in its findings (a key of rules/expected.yaml); None where they hold none.
    """

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    family: Family
    severity: Severity
    severities: tuple[Severity, ...] = ()
    label: str
    label_en: str
    explanation: str
    explanation_en: str
    advice: str
    advice_en: str
    source: str
    checks: tuple[str, ...] = ()
    forms: tuple[str, ...] = ("2019", "2021")
    first_year: int = 2019
    expected: str | None = None
    cases: Cases | None = None

    def finding(
        self, message: str, cells: Iterable[CellKey] = (), *, severity: Severity | None = None, **details: Any
    ) -> Finding:
        """A finding of this rule.

        Raises:
            ValueError: a severity that the rule does not declare, or a figure `expected` without a word on what it is.
        """
        chosen = severity or self.severity
        if chosen not in (self.severity, *self.severities):
            raise ValueError(f"rule {self.code} declares no severity {chosen}")
        if details.get("expected") is not None and self.expected is None:
            raise ValueError(f"rule {self.code} does not declare what `expected` is")
        return Finding(self.code, chosen, message, tuple(cells), **details)


@cache
def load_rules() -> dict[str, Rule]:
    """Every rule by its code, family by family.

    Raises:
        ValueError: a code that is declared twice, or a meaning of `expected` that is not declared.
    """
    folder = files(__package__).joinpath("rules")
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        declared = folder.joinpath(f"{family}.yaml")
        entries = yaml.safe_load(declared.read_text("utf-8")) if declared.is_file() else None
        for entry in entries or ():
            rule = Rule.model_validate({"family": family, **entry})
            if rule.code in found:
                raise ValueError(f"rule {rule.code} is declared twice")
            if rule.expected is not None and rule.expected not in load_expected():
                raise ValueError(f"rule {rule.code}: rules/expected.yaml has no {rule.expected}")
            found[rule.code] = rule
    return found


@cache
def load_expected() -> dict[str, Expected]:
    """What the figure `expected` of a finding may be, by code."""
    declared = files(__package__).joinpath("rules", "expected.yaml").read_text("utf-8")
    return {code: Expected.model_validate(entry) for code, entry in yaml.safe_load(declared).items()}


def expected_of(rule_code: str, *, suspects: bool) -> Expected:
    """What the figure `expected` of a finding is.

    Args:
        rule_code: the finding's rule; one that the registry does not have (of another version) gives the words for unknown.
        suspects: whether the finding suspects one cell.
    """
    declared = load_rules().get(rule_code)
    meaning = load_expected()[(declared.expected if declared else None) or "unknown"]
    return load_expected()[meaning.of_suspect] if suspects and meaning.of_suspect else meaning


def fits(rule_code: str, *, suspects: bool) -> bool:
    """Whether the figure `expected` of a finding is one that would fit, as against what another source says."""
    return expected_of(rule_code, suspects=suspects) == load_expected()["fits"]


@cache
def load_checklist() -> dict[str, Check]:
    """What evaluators and editors check in an annual report, by number."""
    declared = files(__package__).joinpath("rules", "checklist.yaml").read_text("utf-8")
    return {check.number: check for check in map(Check.model_validate, yaml.safe_load(declared))}


def rule(code: str) -> Rule:
    """A rule by its code.

    Raises:
        KeyError: the registry has no such rule.
    """
    return load_rules()[code]
