"""Great Expectations over the stored facts of a year, and its Data Docs as a static site.

The suites are generated from the forms, the schemas of the facts and the registry of rules; nothing is declared twice.
Does not belong here: the contract that a frame must meet before it is written (`facts`), the rules themselves (`quality`).
Great Expectations costs over ten seconds to import, so only `validation` imports it, and only when something is run.
"""

from gx_pipeline.expectations.outcomes import STATUSES, Outcome, Status, Validation, told
from gx_pipeline.expectations.run import Built, build_quality_docs, years_with_facts
from gx_pipeline.expectations.suites import Expectation, Suite, load_suites

__all__ = [
    "STATUSES",
    "Built",
    "Expectation",
    "Outcome",
    "Status",
    "Suite",
    "Validation",
    "build_quality_docs",
    "load_suites",
    "told",
    "years_with_facts",
]
