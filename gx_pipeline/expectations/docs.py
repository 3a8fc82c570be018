"""The pages of Data Docs: renderers and the view that the site builder of Great Expectations is told to use.

Its own pages draw tables, signs and layout from eight hosts of others, and are empty without them; these need no network
and no script. They also name the agency, the severity and the source of every expectation, in English and Chinese, and
escape whatever stands in a published report. Does not import Great Expectations: the site builder calls what is here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, NamedTuple

import jinja2

from gx_pipeline.expectations.outcomes import STATUSES, Outcome, Status, Validation, heaviest, read_expectation, read_result
from gx_pipeline.expectations.suites import Suite, load_suites

# How a status is shown: its sign, in English, in Chinese.
SIGNS: dict[Status, tuple[str, str, str]] = {
    "passed": ("✓", "passed", "通过"),
    "critical": ("✗", "contract broken", "违反契约"),
    "warning": ("!", "published error", "公布数据有误"),
    "info": ("i", "note", "提示"),
}


@dataclass(frozen=True)
class SuitePage:
    """What a suite expects."""

    template: ClassVar[str] = "suite.html.j2"
    root: ClassVar[str] = "../"
    suite: Suite
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class ValidationPage:
    """What became of a suite in a year."""

    template: ClassVar[str] = "validation.html.j2"
    root: ClassVar[str] = "../../../../"
    suite: Suite
    validation: Validation


class Linked(NamedTuple):
    """A validation and where its page is."""

    validation: Validation
    page: str


@dataclass(frozen=True)
class IndexPage:
    """Every suite by year, and all that failed."""

    template: ClassVar[str] = "index.html.j2"
    root: ClassVar[str] = ""
    suites: tuple[Suite, ...]
    linked: dict[tuple[str, int], Linked]

    @property
    def years(self) -> list[int]:
        """The years, newest first."""
        return sorted({year for _, year in self.linked}, reverse=True)

    @property
    def status(self) -> Status:
        """The heaviest of all."""
        return heaviest(entry.validation.status for entry in self.linked.values())

    def count(self) -> Counter[Status]:
        """How many expectations by status, over all years."""
        return sum((entry.validation.count() for entry in self.linked.values()), Counter())

    def failed(self) -> list[tuple[Suite, Linked, Outcome]]:
        """What did not pass, the newest year first, broken contracts before published errors."""
        found = [
            (suite, linked, outcome)
            for year in self.years
            for suite in self.suites
            if (linked := self.linked.get((suite.name, year)))
            for outcome in linked.validation.outcomes
            if outcome.status != "passed"
        ]
        return sorted(found, key=lambda entry: (-entry[1].validation.year, STATUSES.index(entry[2].status)))


Page = SuitePage | ValidationPage | IndexPage


class SuiteRenderer:
    """Renders a stored suite."""

    def render(self, stored: Any) -> SuitePage:
        """The page of a suite."""
        entries = sorted(stored.to_json_dict()["expectations"], key=lambda entry: entry["meta"]["position"])
        return SuitePage(_suite(stored.name), tuple(map(read_expectation, entries)))


class ValidationRenderer:
    """Renders a stored validation result."""

    def render(self, result: Any) -> ValidationPage:
        """The page of a validation result."""
        validation = read_result(result)
        return ValidationPage(_suite(validation.suite), validation)


class IndexRenderer:
    """Renders the links that the site builder has gathered, with what is behind them."""

    def __init__(self, data_context: Any) -> None:
        """Keep the context, which holds the results."""
        self._context = data_context

    def render(self, links: dict[str, Any]) -> IndexPage:
        """The index."""
        linked: dict[tuple[str, int], Linked] = {}
        for link in links["validations_links"]:
            result = self._context.get_validation_result(
                expectation_suite_name=link["expectation_suite_name"],
                batch_identifier=link["batch_identifier"],
                run_id=link["run_id"],
            )
            validation = read_result(result)
            linked[(validation.suite, validation.year)] = Linked(validation, link["filepath"])
        return IndexPage(tuple(suite for suite in load_suites() if any(name == suite.name for name, _ in linked)), linked)


class PageView:
    """Turns a page into HTML."""

    def render(self, page: Page, **_: Any) -> str:
        """The HTML of a page; whatever else the site builder hands over is of no use here."""
        return _templates().get_template(page.template).render(page=page, signs=SIGNS, statuses=STATUSES)


def columns_of(outcome: Outcome, suite: Suite) -> list[str]:
    """The columns of the rows that fail: those that lead to them, then those that the expectation is about."""
    return [name for name in dict.fromkeys((*suite.shown, *outcome.columns)) if any(name in row for row in outcome.rows)]


def shown(value: Any) -> str:
    """A value of a row that fails: whole numbers without decimals, nothing for an empty one."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("gx_pipeline.expectations"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(columns_of=columns_of, shown=shown)
    return environment


def _suite(name: str) -> Suite:
    return next(suite for suite in load_suites() if suite.name == name)
