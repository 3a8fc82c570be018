"""What became of expectations, as plain records read from results of Great Expectations. Imports nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

# passed; critical: the contract is broken, or could not be evaluated; warning, info: what published reports contain.
Status = Literal["passed", "critical", "warning", "info"]
STATUSES: tuple[Status, ...] = ("critical", "warning", "info", "passed")
SHOWN_ROWS = 20


@dataclass(frozen=True)
class Outcome:
    """An expectation with what became of it. `columns` are those that it is about; `rows` the first that fail."""

    kind: str
    about: str
    columns: tuple[str, ...]
    severity: str
    label: str
    label_en: str
    explanation: str
    explanation_en: str
    source: str
    status: Status = "passed"
    rows_in_all: int | None = None
    judged: int | None = None
    failed: int | None = None
    observed: str = ""
    error: str = ""
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Validation:
    """A frame of a year validated against its suite."""

    suite: str
    year: int
    outcomes: tuple[Outcome, ...]

    def count(self) -> Counter[Status]:
        """How many expectations by status."""
        return Counter(outcome.status for outcome in self.outcomes)

    @property
    def status(self) -> Status:
        """The heaviest of all."""
        return heaviest(outcome.status for outcome in self.outcomes)


def told(validation: Validation, outcome: Outcome) -> str:
    """One line on an outcome: where, what was expected, what became of it."""
    what = f"{outcome.label_en} ({', '.join(outcome.columns)})" if outcome.columns else outcome.label_en
    found = f"{outcome.failed} of {outcome.judged} rows fail" if outcome.failed is not None else f"found {outcome.observed}"
    return f"{validation.year} {validation.suite}: {what}: {outcome.error[:300] or found}"


def heaviest(found: Iterable[Status]) -> Status:
    """The heaviest of some statuses."""
    return min(found, key=STATUSES.index, default="passed")


def read_result(result: Any) -> Validation:
    """A validation result of Great Expectations, read from its JSON, which is the same before and after storage."""
    told = result.to_json_dict()
    outcomes = sorted(told["results"], key=lambda entry: entry["expectation_config"]["meta"]["position"])
    return Validation(told["suite_name"], int(told["meta"]["run_id"]["run_name"]), tuple(map(_outcome, outcomes)))


def read_expectation(told: Mapping[str, Any]) -> Outcome:
    """An expectation that was not evaluated, from the JSON of its configuration."""
    meta, kwargs = told["meta"], told["kwargs"]
    return Outcome(
        kind=told["type"],
        about=_about(kwargs),
        columns=tuple(kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs),
        severity=told["severity"],
        **{name: meta[name] for name in ("label", "label_en", "explanation", "explanation_en", "source")},
    )


_ELSEWHERE = ("column", "column_A", "column_B", "batch_id", "row_condition", "ignore_row_if")


def _about(kwargs: Mapping[str, Any]) -> str:
    """The arguments in short, and the rows that they are about."""
    texts = [f"{name} {_short(value)}" for name, value in kwargs.items() if name not in _ELSEWHERE and value is not None]
    where = kwargs.get("row_condition")
    if where:
        texts.append(
            f"where {where['column']['name']} {where['operator'].replace('_', ' ').lower()} {_short(where['parameter'])}"
        )
    return ", ".join(texts)


def _short(value: Any) -> str:
    if isinstance(value, Mapping) and "$PARAMETER" in value:
        return str(value["$PARAMETER"])
    if isinstance(value, list | tuple):
        shown = ["/".join(map(str, part)) if isinstance(part, list | tuple) else str(part) for part in value[:6]]
        return ", ".join(shown) + (f", … ({len(value)})" if len(value) > 6 else "")
    return str(value)


def _outcome(told: Mapping[str, Any]) -> Outcome:
    expectation = read_expectation(told["expectation_config"])
    error = _error(told["exception_info"])
    found = told["result"]
    status: Status = "passed" if told["success"] and not error else "critical" if error else expectation.severity  # type: ignore[assignment]
    rows = found.get("partial_unexpected_index_list") or () if status != "passed" else ()
    return Outcome(
        **{name: getattr(expectation, name) for name in _DECLARED},
        status=status,
        rows_in_all=found.get("element_count"),
        judged=_judged(found),
        failed=found.get("unexpected_count"),
        observed=_short(found["observed_value"]) if "observed_value" in found else "",
        error=error,
        rows=tuple(rows),
    )


_DECLARED = ("kind", "about", "columns", "severity", "label", "label_en", "explanation", "explanation_en", "source")


def _judged(found: Mapping[str, Any]) -> int | None:
    """How many rows the expectation could be judged on."""
    count: int | None = found.get("element_count")
    return None if count is None else count - (found.get("missing_count") or 0)


def _error(told: Mapping[str, Any]) -> str:
    """Why an expectation could not be evaluated; nothing when it could."""
    entries = [told] if "raised_exception" in told else list(told.values())
    messages = [str(entry["exception_message"]) for entry in entries if entry["raised_exception"]]
    return "; ".join(dict.fromkeys(messages))
