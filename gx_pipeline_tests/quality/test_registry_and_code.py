"""The registry of rules and the code that tells them say the same: no finding without a rule, none of a severity not declared."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gx_pipeline.parsing.model import SEVERITIES
from gx_pipeline.parsing.report import _STATE_RULES
from gx_pipeline.quality.registry import expected_of, load_checklist, load_expected, load_rules
from gx_pipeline.settings import CHECKOUT

PACKAGE = CHECKOUT / "gx_pipeline"
CODE = re.compile(r"[a-z][a-z_]*")


def calls(folder: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in the modules of a folder, with the name of what is called."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                yield getattr(function, "attr", None) or getattr(function, "id", ""), node


def values_of(expression: ast.expr) -> set[str]:
    """What an expression may come to, if it is a word or a choice between words."""
    if isinstance(expression, ast.IfExp):
        return values_of(expression.body) | values_of(expression.orelse)
    assert isinstance(expression, ast.Constant), (
        f"line {expression.lineno}: a severity that is no word cannot be held to the registry"
    )
    return {expression.value}


@cache
def told_by_the_parser() -> dict[str, set[str]]:
    """The rules of which `parsing` makes findings, with the severities that it gives them."""
    told = defaultdict(set)
    for _, rule, severity, _ in _STATE_RULES:
        told[rule].add(severity)
    for name, call in calls(PACKAGE / "parsing"):
        if name in ("Finding", "_say") and call.args and isinstance(call.args[0], ast.Constant):
            told[call.args[0].value] |= values_of(call.args[1])
    return told


def test_every_finding_of_the_parser_has_its_rule_and_every_rule_of_its_families_its_finding():
    own = {rule.code for rule in load_rules().values() if rule.family in ("reading", "report")}
    assert own - told_by_the_parser().keys() == set()
    assert told_by_the_parser().keys() - own == {
        "wrong_form",
        "period_not_a_year",
        "sections_incomplete",
        "printed_identity_altered",
    }


@pytest.mark.parametrize("code", told_by_the_parser())
def test_the_severities_of_a_rule_are_those_that_the_parser_gives_it(code):
    rule = load_rules()[code]
    assert {rule.severity, *rule.severities} == told_by_the_parser()[code]


def test_whatever_is_found_beyond_the_parser_is_found_by_the_registry():
    others = [path for path in (PACKAGE / "quality").rglob("*.py") if path.name != "registry.py"]
    made = [
        (path.name, node.lineno) for path in others for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_finding(node)
    ]
    assert made == []


def is_finding(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"


def test_every_rule_that_code_asks_for_by_its_code_is_declared():
    """The other way round the cases hold it: a rule that no code tells fails the case in which it must be found."""
    asked = {
        call.args[0].value
        for name, call in calls(PACKAGE)
        if name == "rule" and call.args and isinstance(call.args[0], ast.Constant) and CODE.fullmatch(str(call.args[0].value))
    }
    assert asked - load_rules().keys() == set()


@pytest.mark.parametrize("rule", load_rules().values(), ids=lambda rule: rule.code)
def test_a_rule_is_declared_in_full(rule):
    texts = [rule.label, rule.label_en, rule.explanation, rule.explanation_en, rule.advice, rule.advice_en, rule.source]
    assert all(text.strip() for text in texts)
    assert [word for word in (rule.label, rule.explanation, rule.advice) if not any("一" <= sign <= "鿿" for sign in word)] == []
    assert {rule.severity, *rule.severities} <= set(SEVERITIES)
    assert set(rule.checks) <= load_checklist().keys()


def test_a_figure_to_compare_with_needs_a_rule_that_says_what_it_is():
    rules = load_rules()
    with pytest.raises(ValueError, match="does not declare what `expected` is"):
        rules["narrative_mismatch"].model_copy(update={"expected": None}).finding("so", expected=27)
    narrative = [rule for rule in rules.values() if rule.code.startswith("narrative_")]
    assert {rule.expected for rule in narrative} == {"text"}


def test_only_a_cell_that_mends_the_sums_is_said_to_fit():
    assert expected_of("suspect_cell", suspects=True) == expected_of("balance", suspects=True) == load_expected()["fits"]
    assert expected_of("balance", suspects=False).label == "等式右边"
    assert expected_of("unit_slip", suspects=True).label == "按相邻年度的单位", "a guess at the unit mends no sum"
    assert expected_of("of_an_earlier_version", suspects=True).label == "对照数值"


def test_every_word_for_a_figure_to_compare_with_is_used():
    used = {rule.expected for rule in load_rules().values()} | {"unknown"}
    assert load_expected().keys() - used == set()
    assert {meaning.of_suspect for meaning in load_expected().values()} <= {None, *load_expected()}


def test_no_two_rules_have_the_same_label():
    rules = load_rules().values()
    assert len({rule.label for rule in rules}) == len({rule.label_en for rule in rules}) == len(rules)
