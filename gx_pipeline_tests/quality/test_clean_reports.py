"""Reports in which nothing is wrong: no rule of any family finds anything, over two thousand of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from gx_pipeline.forms import CellKey
from gx_pipeline.quality import judge
from gx_pipeline.quality.registry import Case
from gx_pipeline_tests.generated.figures import make_truth
from gx_pipeline_tests.generated.model import Figure
from gx_pipeline_tests.generated.refigured import refigured

CASES = {
    "2021": Case(year=2024),
    "2019": Case(
        form="2019", year=2020, figures={"proactive_disclosure": {"government_procurement": {"items": 1, "amount": "1元"}}}
    ),
}
STATED = (
    "{year}年，本机关新收政府信息公开申请{new_received}件，上年结转{carried_in}件，办结{total_handled}件，"
    "结转下年度继续办理{carried_out}件；因政府信息公开引起的行政复议{reviews}件。"
)


@pytest.fixture(scope="module")
def printed(report_of_case):
    return {form: report_of_case(case) for form, case in CASES.items()}


def clean(report, seed):
    """The report with other figures, of which all sums tally, and a text that states them."""
    truth = make_truth(random.Random(f"clean {report.form} {seed}"), form=report.form, figures_only=True)
    figures = {CellKey(*key): figure for key, figure in truth.figures.items() if key.column != "amount"}
    stated = {
        **{row: figures[CellKey("requests", row, "total")].value for row in ("new_received", "carried_in", "total_handled")},
        "carried_out": figures[CellKey("requests", "carried_out", "total")].value,
        "reviews": figures[CellKey("reconsideration_litigation", "reconsideration", "total")].value,
    }
    unpaid = CellKey("requests", "other_unpaid", "total")
    other = "本年度发出收费通知，未收取信息处理费。" if figures.get(unpaid, Figure("missing", None)).value else "无。"
    texts = {"overview": STATED.format(year=report.year, **stated), "other_matters": other}
    sections = tuple(replace(part, text=texts.get(part.section, part.text)) for part in report.sections)
    return replace(refigured(report, figures), sections=sections)


@pytest.mark.parametrize("form", CASES)
def test_nothing_is_found_in_a_thousand_clean_reports(printed, registry, form):
    agency = registry.by_id["999900-sjj"]
    alarms = {
        (seed, finding.rule, finding.message)
        for seed in range(1_000)
        for finding in judge(clean(printed[form], seed), agency).findings
    }
    assert alarms == set()


def test_their_texts_are_read(printed, registry):
    stated = judge(clean(printed["2021"], 1), registry.by_id["999900-sjj"]).narrative
    assert {"requests/new_received/total", "requests/total_handled/total", "requests/carried_in/total"} <= {
        fact.measure for fact in stated
    }
