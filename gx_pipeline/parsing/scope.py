"""Whose figures a report holds, with the words that say so.

Only words that speak of what the figures or the report cover count. That an organ led, trained or watched others says
nothing of whose figures they are. Does not belong here: who reports (`agency`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gx_pipeline.agencies import Agency
from gx_pipeline.parsing.model import Scope
from gx_pipeline.parsing.prose import Paragraph, Prose

_CLAUSE = re.compile(r"[,。;:\n]")
_LONGEST = 400
# Words without which no sentence says what the figures cover.
_TRIGGERS = ("汇总", "所列", "本报告", "口径", "统计范围")
_TRIGGERS_OF_PREFACE = ("数据",)
_WITH_OFFICE = ("政府及", "政府和", "政府、", "政府与", "政府以及", "政府本级")
_FIGURES = re.compile(
    r"(?:本(?:年度)?(?:报告|年报)|年度报告|年报|所列|数据|统计范围|统计口径|统计期限|编制范围|报告范围|各项指标|表中|表格)"
)
_FIGURE_WORDS = ("报", "数据", "所列", "统计", "范围", "指标", "表")
_SIGNS_OF_OTHERS = ("各", "下级", "下辖", "辖", "属", "部门", "单位", "机关", "全", "街", "镇", "直", "局", "本级", "仅", "只")
_COVERS = re.compile(r"汇总|包括|包含|涵盖|覆盖|涉及|来自|合并|含|为|是|反映")
_NEGATED = re.compile(
    r"不含|不包[括含]|未包[括含]|未含|不涵盖|未涵盖|未汇总|不汇总|未纳入|不纳入|没有汇总|未计入|不计|除外|不涉及|未合并"
)
_OTHERS = re.compile(
    r"各[级县市区镇乡街开]|各有关部门|各?(?:政府)?(?:工作)?部门|各(?:直属)?单位|下级|下辖|辖区内|所辖|所属(?:各)?(?:部门|行政机关)|(?:市|区|县|州|省)直(?:各)?(?:部门|单位)"
    r"|全[省市县区州盟旗](?:各级)?(?:行政|政府)?(?:机关|系统)|乡镇|镇街|街道|街镇"
)
# Below a department only these are other organs; its own sections and institutions are the department.
_OTHERS_OF_DEPARTMENT = re.compile(
    r"各[县市区镇乡]|下级|各级|全[省市县区州盟旗][\u4e00-\u9fff]{0,6}系统|(?:县|区|市)(?:\([市县区、,]+\))?[\u4e00-\u9fff]{0,8}局"
)
_ITSELF = re.compile(
    r"(?:仅|只)(?:为|含|包括|包含|统计|涉及|反映)?[^,。;]{0,12}?(?:本级|本机关|本部门|本单位|政府机关)|[区县市州省旗]本级(?:政府)?(?:的)?(?:数据|情况)"
)
_GOVERNMENT_PLUS_OFFICE = re.compile(
    r"[区县市州省旗镇乡]?(?:人民|本级)?政府(?:本级|机关)?(?:及|和|与|、|以及)(?:其)?[区县市州省旗镇乡]?(?:人民)?(?:政府)?办(?:公室|公厅)?(?![公法案学])"
)
_AT_WORK = re.compile(r"(?:全年|累计|共|总共)*(?:主动公开|新?收到|受理|办结|答复|制发|公开政府信息|发布)[^,。;]{0,24}?\d")
_GOVERNMENT, _COMMITTEE = r"(?:人民政府|区政府|市政府|县政府)", r"(?:管委会|管理委员会)"
_JOINT_PAIR = re.compile(rf"{_GOVERNMENT}[^。;]{{0,24}}?{_COMMITTEE}|{_COMMITTEE}[^。;]{{0,24}}?{_GOVERNMENT}")
_JOINED = re.compile(r"(?:合并|联合|共同|一并|合署)(?:编制|编写|发布|报告|公开|统计|汇总)|合并为一|合二为一")
_APART = re.compile(r"(?:未|不|没有)(?:再|予)?(?:合并|联合|共同|一并)|分别|单独|另行")
_JOINT_TITLE = re.compile(rf"(?:{_GOVERNMENT}|{_COMMITTEE})[\s、与和及(]{{1,2}}[^、,。;]{{2,20}}?(?:{_GOVERNMENT}|{_COMMITTEE})")


def find_scope(prose: Prose, titles: Sequence[Paragraph], agency: Agency | None) -> tuple[Scope, str | None]:
    """Whose figures a report holds, with the words that say so and their place.

    A department reports for itself (article 49) unless it says otherwise; a government's scope must be stated, and
    statements that contradict each other leave it unknown.
    """
    scopes: dict[Scope, str] = {}
    for title in titles:
        if found := _JOINT_TITLE.search(title.text):
            scopes.setdefault("joint_body", f"{found[0]} ({title.at})")
    for scope, words, offset in _statements(prose, is_department=agency is not None and agency.kind == "department"):
        if scope not in scopes:
            scopes[scope] = f"{words} ({prose.at(offset)})"
    if "joint_body" in scopes:
        return "joint_body", scopes["joint_body"]
    if "government_plus_office" in scopes:
        scopes.pop("own_organ", None)
    if len(scopes) == 1:
        return next(iter(scopes.items()))
    if not scopes and agency is not None and agency.kind == "department":
        return "own_organ", "registry: a department reports for itself"
    return "unknown", None


def _statements(prose: Prose, *, is_department: bool) -> Iterator[tuple[Scope, str, int]]:
    """What the text says of its scope: the words and their offset."""
    joint = "管委会" in prose.whole or "管理委员会" in prose.whole
    told = dict(prose.sentences(*_TRIGGERS, *(("编制", "报告") if joint else ()), longest=_LONGEST))
    told.update(prose.sentences(*_TRIGGERS_OF_PREFACE, longest=_LONGEST, stop=len(prose.preface)))
    for offset, sentence in sorted(told.items()):
        if joint and (words := _joint(sentence)):
            yield "joint_body", words, offset
            continue
        for scope, words in _in_sentence(sentence, is_department=is_department):
            yield scope, words, offset
    if is_department:
        return
    for offset, sentence in prose.sentences(*_WITH_OFFICE, longest=_LONGEST):
        for clause in _CLAUSE.split(sentence):
            if not _holds_any(clause, _WITH_OFFICE):
                continue
            if (found := _GOVERNMENT_PLUS_OFFICE.search(clause)) and (
                _AT_WORK.match(clause, found.end()) or (_FIGURES.search(clause) and not _NEGATED.search(clause))
            ):
                yield "government_plus_office", found[0], offset


def _joint(sentence: str) -> str | None:
    """The sentence when it says that two bodies made the report as one."""
    if not _JOINED.search(sentence) or not _JOINT_PAIR.search(sentence) or _APART.search(sentence):
        return None
    return sentence.strip() if _holds_any(sentence, ("报告", "年报", "编制")) else None


def _in_sentence(sentence: str, *, is_department: bool) -> Iterator[tuple[Scope, str]]:
    about_figures = False
    others = _OTHERS_OF_DEPARTMENT if is_department else _OTHERS
    for clause in re.split(r"[,:]", sentence):
        about = _FIGURES.search(clause) if _holds_any(clause, _FIGURE_WORDS) else None
        compiled = "汇总" in clause and ("编制" in sentence or ("报告" in sentence and about_figures))
        if not (about or compiled or (about_figures and clause.startswith(("不", "未", "仅", "含", "包括", "其中", "也", "但")))):
            about_figures = False
            continue
        about_figures = True
        if not _holds_any(clause, _SIGNS_OF_OTHERS):
            continue
        if (own := _ITSELF.search(clause)) and not is_department:
            yield "own_organ", own[0]
            continue
        found = others.search(clause, about.end() if about else 0) or ("汇总" in clause and others.search(clause)) or None
        if not found:
            continue
        if _NEGATED.search(clause):
            if not is_department:
                yield "own_organ", clause.strip()
        elif _is_covered(clause, found.start(), about.end() if about else 0):
            yield "region_aggregate", clause.strip()


def _holds_any(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - three times as fast as any() over a generator
        if word in text:
            return True
    return False


def _is_covered(clause: str, others: int, start: int) -> bool:
    """Whether the clause says that the figures cover the others it names: a word of covering stands before them."""
    if "汇总" in clause:
        return True
    found = _COVERS.search(clause, start, others)
    if found is None or others - found.end() > 40:
        return False
    return found[0] not in ("为", "是") or any(word in clause[: found.start()] for word in ("数据", "范围", "口径", "指标", "表"))
