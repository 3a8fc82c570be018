"""Seeded figures of a report that satisfy every identity of its form, or break one on purpose.

Mixes as reports have them: most cells 0 and few requests, some large offices, fees with decimals, blanks and placeholders.
Does not belong here: how a figure is printed (`compose`, `noise`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from gx_pipeline_tests.generated.model import WORDING, Figure, Key, State, Truth

APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organization",
    "legal_service_organization",
    "other_organization",
)
RESULTS = ("upheld", "corrected", "other_result", "pending")
FRAME_ROWS = ("new_received", "carried_in", "total_handled", "carried_out")
AGENCIES = (
    "示例市数据局",
    "示例市水务局",
    "演示县人民政府",
    "样本区教育和体育局",
    "示例市演示镇人民政府",
    "样本区交通运输局",
    "示例市发展和改革委员会",
    "演示县民政局",
)
Values = dict[Key, int | float]


def make_truth(
    rng: random.Random,
    *,
    form: str | None = None,
    blanks: bool = True,
    broken: bool = False,
    figures_only: bool = False,
    wrong_form: bool = False,
) -> Truth:
    """The figures of one report.

    Args:
        rng: where all chance comes from.
        form: the form of the report, "2021-single" for a 2021 report with the single row (六)其他处理; by chance if None.
        blanks: whether cells may be left empty (a layout that drops empty cells cannot tell them).
        broken: whether one identity fails; such a report prints a number in every cell.
        figures_only: whether every cell holds a number.
        wrong_form: whether the report is for a year that its form is not for.
    """
    chosen = form or rng.choices(("2021", "2021-single", "2019"), (65, 8, 27))[0]
    main = chosen[:4]
    requests_form = "2019" if chosen == "2021-single" else main
    years = ((2019, 2020), (2021, 2022, 2023, 2024, 2025))
    year = rng.choice(years[(main == "2019") == wrong_form])
    size = rng.choices((0, rng.randint(1, 12), rng.randint(13, 200), rng.randint(200, 6000)), (25, 40, 20, 15))[0]
    values: Values = {
        **_proactive(rng, main, size),
        **_requests(rng, requests_form, size),
        **_disputes(rng, main, size),
    }
    failing = _break(rng, values) if broken else None
    states: dict[Key, State] = {} if broken or figures_only else _states(rng, values, blanks)
    figures = {
        key: Figure(states.get(key, "reported"), value if states.get(key, "reported") == "reported" else None)
        for key, value in values.items()
    }
    return Truth(main, requests_form, year, rng.choice(AGENCIES), figures, failing)


def outcome_rows(form: str) -> list[str]:
    """The rows of the requests table that add up to (七)总计."""
    return [row for row in WORDING[form]["requests"]["rows"] if row not in FRAME_ROWS]


def _proactive(rng: random.Random, form: str, size: int) -> Values:
    values: Values = {}
    big = rng.choice((1, 1, 10, 1000)) if size < 200 else rng.choice((100, 10_000))
    for _, rows, columns in WORDING[form]["proactive_disclosure"]["blocks"]:
        for row in rows:
            for column in columns:
                values[Key("proactive_disclosure", row, column)] = _measure(rng, row, column, big)
    return values


def _measure(rng: random.Random, row: str, column: str, big: int) -> int | float:
    if rng.random() < (0.85 if row == "regulations" else 0.45):
        return 0
    if column in ("amount_10k_yuan", "amount"):
        decimals = rng.choice((0, 1, 2, 2, 4, 6)) if column == "amount_10k_yuan" else rng.choice((0, 0, 2))
        amount = round(rng.uniform(0.5, 50 * big if column == "amount_10k_yuan" else 2_000_000), decimals)
        return int(amount) if amount == int(amount) else amount
    if column == "items_change":
        return rng.choice((-12, -5, -2, -1, 1, 2, 3, 8, 15))
    if column == "decisions":
        return rng.randint(1, 30 * big)
    return rng.randint(1, 9 if row == "regulations" else 60)


def _requests(rng: random.Random, form: str, size: int) -> Values:
    rows = list(WORDING[form]["requests"]["rows"])
    outcomes = outcome_rows(form)
    counts: dict[str, dict[str, int]] = {row: dict.fromkeys(APPLICANTS, 0) for row in rows}
    share = [rng.uniform(5, 30), *(rng.choice((0, 0, 0.3, 1, 2)) for _ in APPLICANTS[1:])]
    weights = [rng.gammavariate(0.35, 1) + (0.8 if row == "granted" else 0) for row in outcomes]
    for row, number in (("new_received", size), ("carried_in", rng.choice((0, 0, 1, size // 20)) if size else 0)):
        for applicant in rng.choices(APPLICANTS, share, k=number):
            counts[row][applicant] += 1
    for applicant in APPLICANTS:
        due = counts["new_received"][applicant] + counts["carried_in"][applicant]
        left = rng.randint(0, max(due // 15, min(due, 1)))
        for row in rng.choices(outcomes, weights, k=due - left):
            counts[row][applicant] += 1
        counts["total_handled"][applicant] = due - left
        counts["carried_out"][applicant] = left
    return {
        Key("requests", row, column): value
        for row in rows
        for column, value in (*counts[row].items(), ("total", sum(counts[row].values())))
    }


def _disputes(rng: random.Random, form: str, size: int) -> Values:
    values: Values = {}
    most = 0 if rng.random() < 0.5 else max(3, size // 40)
    for row in WORDING[form]["reconsideration_litigation"]["rows"]:
        counts = [rng.choice((0, rng.randint(0, most))) for _ in RESULTS]
        for column, value in zip((*RESULTS, "total"), (*counts, sum(counts)), strict=True):
            values[Key("reconsideration_litigation", row, column)] = value
    return values


def _break(rng: random.Random, values: Values) -> tuple[str, Key]:
    """Change one figure so that a known identity fails; gives its code and the cell."""
    code = rng.choice(("balance", "outcomes_total", "applicants_total", "results_total"))
    requests = [key for key in values if key.table == "requests"]
    choices: dict[str, Callable[[Key], bool]] = {
        "balance": lambda key: key.row in ("new_received", "carried_in", "carried_out"),
        "outcomes_total": lambda key: key.row not in FRAME_ROWS,
        "applicants_total": lambda key: key.column == "total",
    }
    if code == "results_total":
        key = rng.choice([key for key in values if key.table == "reconsideration_litigation"])
    else:
        key = rng.choice([key for key in requests if choices[code](key)])
    step = rng.choice((1, 1, 2, 5, 10, 90))
    values[key] += -step if values[key] >= step and rng.random() < 0.4 else step
    return code, key


def _states(rng: random.Random, values: Values, blanks: bool) -> dict[Key, State]:
    """Which cells hold no number. Only zeros are left out, and totals that the row's own cells make up for."""
    empty: State = "blank" if blanks and rng.random() < 0.6 else "not_applicable"
    zeros = [key for key, value in values.items() if value == 0]
    way = rng.choices(
        ("none", "regulations", "leaves", "all", "some", "proactive", "disputes", "totals"), (60, 8, 7, 7, 8, 4, 3, 3)
    )[0]
    select: dict[str, Callable[[Iterable[Key]], list[Key]]] = {
        "none": lambda keys: [],
        "regulations": lambda keys: [key for key in keys if key.row == "regulations"],
        "leaves": lambda keys: [key for key in keys if key.table != "proactive_disclosure" and key.column != "total"],
        "all": lambda keys: list(keys) if any(values.values()) else [],
        "some": lambda keys: [key for key in keys if rng.random() < 0.3],
        "proactive": lambda keys: [key for key in keys if key.table == "proactive_disclosure"],
        "disputes": lambda keys: [key for key in keys if key.table == "reconsideration_litigation"],
        "totals": lambda keys: [key for key in keys if key.column == "total" and rng.random() < 0.5],
    }
    left_out = select[way](zeros)
    if len(left_out) == len(values):
        return {}
    return dict.fromkeys(left_out, empty)
