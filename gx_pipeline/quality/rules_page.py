"""The published page of all rules, docs/rules.md, made from the registry: Markdown as GitHub shows it.

`make derived` writes it; a test fails when it is stale. Does not belong here: any rule (`rules/*.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gx_pipeline.forms import FIRST_YEAR, load_forms
from gx_pipeline.quality.registry import FAMILIES, Check, Family, Rule, load_checklist, load_expected, load_rules
from gx_pipeline.settings import CHECKOUT

PAGE = CHECKOUT / "docs" / "rules.md"

_FAMILIES: dict[Family, tuple[str, str, str]] = {
    "reading": ("Reading the tables", "表格的读取", "What the parser tells of figures, rows and headings."),
    "report": (
        "The report as a whole",
        "报告整体",
        "Whose report it is, for which year, on which form, and whether its parts are there.",
    ),
    "identities": ("Sums within a report", "表内勾稽", "Whether the printed figures tally with each other."),
    "narrative": ("Text against tables", "正文与表格", "Whether the text states the figures that the tables give."),
    "series": ("Across years and agencies", "跨年度、跨机关", "Whether a report fits those before it and beside it."),
    "formal": ("Formal duties", "形式要求", "What the Regulations and the notices ask of a report beside its figures."),
    "corrections": ("Corrections", "更正", "What became of the corrections that people have recorded."),
}

_HEAD = """\
# Rules

Every finding that the pipeline can raise: what it says, what to do about it, where the rule comes from. Each rule has a case
that must raise it and one like it that must not; the tests run both.

本页列出全部检查规则：说明什么、怎么处理、依据何在。

This page is made from `gx_pipeline/quality/rules/` by `make derived`; change the rules there.

## How to read a finding

A finding never changes a published figure and never stops a run: a wrong source is data. It names its rule, says in words
what was found, and points at the cells that it is about.

检查结果（finding）不改动公布的数字，也不中断处理；原件有误，也是数据。

| severity | means | 含义 |
|---|---|---|
| `error` | a figure is wrong in the source, or was not read | 原件的数字有误，或者数字没有读出 |
| `warn` | somebody should look | 应当有人查看 |
| `info` | something was done or seen | 说明作过什么处理、见到什么情况 |

Where it can be told, `cause` says where a finding comes from:

| cause | means | 含义 |
|---|---|---|
| `publisher_error` | the source prints it so | 原件即如此 |
| `parse_doubt` | it may have been read wrongly | 可能是读取有误 |
| `form_variant` | the table follows another form | 表格采用的是另一种格式 |
| `scope_difference` | text and table do not speak of the same | 正文与表格的口径不同 |

Where a rule compares two values, `found` is the one that stands there and `expected` the one that it is compared with. What that
is each rule says below: a figure that would make the sums tally, or only what another source says (the text, the report of the
year before), which need not be the right one. `suspect` is the one cell that explains the finding alone; with one, `expected` of
a sum is what would fit there. `at` leads to the place in the document.

对照数值（expected）不一定是正确的数字：是相符的数值，还是正文或者上年报告所载，见各规则。

The **id** of a finding is its rule and twelve hexadecimal digits, such as `balance-0123456789ab`. The digits come from the
agency, the year, the rule, the cells, and what it is about where one rule says several things of the same cells. They do not
come from the wording, so a finding that is still there keeps its id from run to run and can be quoted by it. Where several
share all of these, they are numbered in the order of the document (`-2`, `-3`).

编号由机关、年度、规则和单元格得出，与文字表述无关：同一问题在每次运行中编号不变。
"""

_NO_RULE = "—"


def rules_page(rules: Iterable[Rule], checklist: Iterable[Check]) -> str:
    """The page as Markdown: how to read a finding, the rules family by family, the checklist with the rules that answer it."""
    rules = list(rules)
    present = [family for family in FAMILIES if any(rule.family == family for rule in rules)]
    parts = [_HEAD, _contents(present)]
    for family in present:
        parts += _family(family, [rule for rule in rules if rule.family == family])
    return "\n".join([*parts, _checklist(rules, checklist)])


def _contents(families: Sequence[Family]) -> str:
    names = [*(f"{_link(_FAMILIES[family][0])} {_FAMILIES[family][1]}" for family in families), f"{_link('Checklist')} 检查清单"]
    return "## Contents\n\n" + "".join(f"- {name}\n" for name in names)


def _family(family: Family, rules: Sequence[Rule]) -> Iterator[str]:
    """A family: its rules at a glance, then one by one."""
    title, title_zh, what = _FAMILIES[family]
    yield f"## {title}\n\n{title_zh}. {what}\n"
    yield _table(
        ("rule", "severity", "says", "说明"),
        ((_link(rule.code, code=True), _severities(rule), rule.label_en, rule.label) for rule in rules),
    )
    yield from map(_rule, rules)


def _rule(rule: Rule) -> str:
    """One rule, under a heading that can be linked to by its code."""
    forms = tuple(load_forms())
    facts = [f"What to do: {_line(rule.advice_en)}", f"怎么处理：{_line(rule.advice)}", f"Source · 依据: {_line(rule.source)}"]
    if rule.checks:
        facts.append(f"Checklist · 检查清单: {', '.join(f'[{number}](#checklist)' for number in rule.checks)}")
    if rule.expected:
        meaning = load_expected()[rule.expected]
        facts.append(f"`expected` · 对照数值: {meaning.label_en.format('…')} · {meaning.label}")
    if rule.forms != forms:
        facts.append(f"Form · 格式: {', '.join(rule.forms)}")
    if rule.first_year > FIRST_YEAR:
        facts.append(f"From report year · 适用年度: {rule.first_year}")
    return "\n".join(
        [
            f"### `{rule.code}`\n",
            f"**{_line(rule.label_en)} · {_line(rule.label)}** ({_severities(rule)})\n",
            f"{_line(rule.explanation_en)}\n",
            f"{_line(rule.explanation)}\n",
            *(f"- {fact}" for fact in facts),
            "",
        ]
    )


def _checklist(rules: Sequence[Rule], checklist: Iterable[Check]) -> str:
    """What evaluators check, by number, each with the rules that answer it."""
    answers = ((check, [_link(rule.code, code=True) for rule in rules if check.number in rule.checks]) for check in checklist)
    rows = ((check.number, check.label_en, check.label, ", ".join(found) or _NO_RULE) for check, found in answers)
    return f"## Checklist\n\n检查清单. What evaluators and editors check in an annual report. {_NO_RULE}: no rule.\n\n" + _table(
        ("", "what is checked", "检查内容", "rules"), rows
    )


def _severities(rule: Rule) -> str:
    """The severity of a rule, then the others that its findings may have."""
    return ", ".join(dict.fromkeys((rule.severity, *rule.severities)))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_line(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _link(heading: str, *, code: bool = False) -> str:
    """A link to a heading of the page, by the anchor that GitHub gives it."""
    return f"[`{heading}`](#{heading})" if code else f"[{heading}](#{heading.lower().replace(' ', '-')})"


def _line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


if __name__ == "__main__":
    PAGE.write_text(rules_page(load_rules().values(), load_checklist().values()), "utf-8")
