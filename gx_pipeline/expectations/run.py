"""The run: facts of the years from the lake, validated, and the site put in place as a whole."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.expectations.frames import facts_of_year, frames_of, parameters
from gx_pipeline.expectations.outcomes import Outcome, Status, Validation
from gx_pipeline.expectations.suites import load_suites
from gx_pipeline.lake import Lake
from gx_pipeline.lake.files import replace_folder

INDEX = "index.html"


@dataclass(frozen=True)
class Built:
    """A site and what it shows."""

    index: Path
    validations: tuple[Validation, ...]

    @property
    def contract_holds(self) -> bool:
        """Whether every expectation of severity critical passed; a published error breaks no contract."""
        return not self.failures("critical")

    def failures(self, status: Status) -> list[tuple[Validation, Outcome]]:
        """The outcomes of a status, with the validation that each is of."""
        return [
            (validation, outcome)
            for validation in self.validations
            for outcome in validation.outcomes
            if outcome.status == status
        ]

    def by_suite(self) -> dict[str, Counter[Status]]:
        """How many expectations by suite and status, over all years."""
        found: dict[str, Counter[Status]] = {}
        for validation in self.validations:
            found.setdefault(validation.suite, Counter()).update(validation.count())
        return found


def years_with_facts(lake: Lake) -> list[int]:
    """The report years of which the lake holds facts."""
    return sorted({partition.year for partition in lake.fact_fingerprints()})


def build_quality_docs(
    lake: Lake, folder: Path, years: Collection[int] | None = None, tell: Callable[[str], None] = lambda _: None
) -> Built:
    """Validate the facts of some years (or of all) and replace the site in `folder` as a whole.

    Args:
        lake: where the facts are.
        folder: the site's own folder; whatever else is in it goes.
        years: the report years to validate.
        tell: called with what is done next.

    Raises:
        ConfigurationError: the lake holds no facts of a year.
    """
    known = years_with_facts(lake)
    wanted = known if years is None else sorted(years)
    if not wanted or set(wanted) - set(known):
        has = (
            f"there are facts of {', '.join(map(str, known))}"
            if known
            else "there are no facts at all: `gx-pipeline run` makes them"
        )
        raise ConfigurationError(f"no facts of report year {', '.join(map(str, set(wanted) - set(known))) or 'any'}; {has}")
    tell("starting Great Expectations")
    from gx_pipeline.expectations.validation import Validator

    validations: list[Validation] = []

    def fill(site: Path) -> None:
        validator = Validator(site)
        series = lake.read_series_findings()
        for year in wanted:
            frames = frames_of(facts_of_year(lake, year), series)
            for suite in load_suites():
                tell(f"{year}: {suite.name}")
                asked = parameters(suite.name, frames, year)
                validations.append(validator.validate(suite, frames[suite.name], year, asked))
        tell("writing the pages")
        validator.build_docs()
        # Fonts and pictures of Great Expectations, which no page of this site asks for.
        shutil.rmtree(site / "static", ignore_errors=True)
        _must_be_whole(site, validations)

    replace_folder(folder, fill)
    return Built(folder / INDEX, tuple(validations))


def _must_be_whole(site: Path, validations: Collection[Validation]) -> None:
    """The site builder logs a page that it could not render and goes on; here it must not.

    Raises:
        RuntimeError: a page is missing.
    """
    suites = {validation.suite for validation in validations}
    pages = len(list(site.glob("validations/*/*/*/*.html")))
    missing = sorted(name for name in suites if not (site / "expectations" / f"{name}.html").is_file())
    index = site / INDEX
    if missing or pages != len(validations) or not index.is_file() or not index.stat().st_size:
        raise RuntimeError(f"the site is not whole: {pages} of {len(validations)} results, suites without a page: {missing}")
