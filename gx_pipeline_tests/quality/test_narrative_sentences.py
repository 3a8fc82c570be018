"""What a sentence of a report states: each sentence of narrative_sentences.yaml, read as part of a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gx_pipeline.quality import SUBJECTS, narrative_facts

SENTENCES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "narrative_sentences.yaml").read_text("utf-8"))
PART_OF_SECTION = {
    "overview": "overview",
    "proactive_disclosure": "disclosed",
    "requests": "received",
    "reconsideration_litigation": "disputed",
    "problems_improvements": "problems",
    "other_matters": "other",
}
TITLES = {
    "department": "示例市数据局2024年政府信息公开工作年度报告",
    "government": "示例市人民政府2024年政府信息公开工作年度报告",
}
DEFAULTS = {"unit": None, "subject": "own_organ", "period": "this_year", "negated": False}


@pytest.fixture(scope="module")
def read_sentence(write_report, parse_text):
    """The report that says a sentence."""

    def read(entry: dict[str, Any]):
        title = TITLES[entry.get("reporter", "department")]
        part = PART_OF_SECTION[entry.get("section", "overview")]
        preface = "所列数据的统计期限自2024年1月1日起至2024年12月31日止。"
        return parse_text(write_report(title=title, preface=preface, **{part: entry["sentence"]}).piped())

    return read


@pytest.mark.parametrize("entry", SENTENCES, ids=lambda entry: entry["sentence"][:40])
def test_a_sentence_states_these_figures_and_no_other(read_sentence, entry):
    stated = [
        {
            "measure": fact.measure,
            "value": fact.value,
            "unit": fact.unit,
            "subject": fact.subject,
            "period": fact.period,
            "negated": fact.negated,
        }
        for fact in narrative_facts(read_sentence(entry))
        if fact.sentence != "无。"
    ]
    assert stated == [{**DEFAULTS, **fact} for fact in entry["facts"]]


def _is_this_years_own(fact: dict[str, Any]) -> bool:
    return fact.get("period", "this_year") == "this_year" and fact.get("subject", "own_organ") in ("own_organ", SUBJECTS[-1])


def test_the_sentences_are_many_and_many_must_not_be_compared():
    silent = [entry for entry in SENTENCES if not any(_is_this_years_own(fact) for fact in entry["facts"])]
    assert len(SENTENCES) >= 150
    assert len(silent) >= 40
    assert len({entry["sentence"] for entry in SENTENCES}) == len(SENTENCES)
