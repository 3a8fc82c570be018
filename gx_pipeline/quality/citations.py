"""What a report names as its basis: the Regulations and the notice of its form, by number.

Only the sentence that names the basis counts (根据、依据、按照 …), and only a number that is printed; a sentence that names
the valid text as well says nothing against the report. Which form the tables follow is told by the tables (`wrong_form`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gx_pipeline.forms import FIRST_YEAR, form_of_year, load_forms
from gx_pipeline.parsing import Finding, ParsedReport
from gx_pipeline.quality.opening import opening_sentences
from gx_pipeline.quality.registry import rule

_BASIS = re.compile("根据|依据|按照|依照|遵照")
_MAKING = re.compile("编[制写报]|撰写|制作|公布|发布|形成|现将|总结")
_HISTORY = re.compile("废止|失效|停止执行|取代|代替|替代|不再|修订前")
_NOTICE = re.compile(r"(国办公开办函|国办发)\s?[〔\[(【〈<﹝]\s?(\d{4})\s?[〕\])】〉>﹞]\s?第?\s?(\d{1,3})\s?号")
_REGULATIONS = re.compile(
    r"中华人民共和国政府信息公开条例[》>]?\s?\((?:[^()]{0,24}?)(?:令\s?第?\s?(?P<a>\d{1,4})\s?号|第?\s?(?P<b>\d{1,4})\s?号\s?令)"
)
_REGULATIONS_BY_YEAR = re.compile(
    r"中华人民共和国政府信息公开条例[》>]?\s?\((?![^()]{0,60}(?:2019|修订))[^()]{0,24}?(200[78])\s?年"
)
_FORM_NOTICE = re.compile(r"年度报告(?:格式|有关事项)[^,，。]{0,24}$")
_IN_FORCE, _BEFORE = "711", "492"
_REGULATIONS_IN_FORCE = f"国务院令第{_IN_FORCE}号 (in force since 2019-05-15)"
# The notice on statistics that the reports for 2014 to 2018 followed.
_OF_EARLIER_FORM = "国办发〔2014〕32号"


def citation_findings(report: ParsedReport) -> Iterator[Finding]:
    """Texts that are named as the basis of a report and are not in force for its year, or do not exist by that number."""
    if report.year is None or report.year < FIRST_YEAR:
        return
    sentences = [
        text for text in opening_sentences(report) if _BASIS.search(text) and _MAKING.search(text) and not _HISTORY.search(text)
    ]
    if (cited := _regulations(sentences)) is not None:
        yield _on_regulations(cited)
    yield from _on_notices(_notices(sentences), report.year)


def _regulations(sentences: list[str]) -> str | None:
    """Number or year by which the Regulations are cited, None where it is the one in force, or where there is none."""
    whole = "".join(sentences)
    numbers = [found["a"] or found["b"] for found in _REGULATIONS.finditer(whole)]
    if f"第{_IN_FORCE}号" in whole or _IN_FORCE in numbers:
        return None
    if numbers:
        return numbers[0]
    by_year = _REGULATIONS_BY_YEAR.search(whole)
    return by_year[1] if by_year else None


def _on_regulations(cited: str) -> Finding:
    if cited == _BEFORE or len(cited) == 4:
        which = f"those of 国务院令第{_BEFORE}号" if cited == _BEFORE else f"those of {cited}"
        message = f"the report names as its basis the Regulations as they were, {which}; in force are {_REGULATIONS_IN_FORCE}"
        return rule("obsolete_citation").finding(message, about=cited)
    message = f"the report cites the Regulations as 国务院令第{cited}号; they are {_REGULATIONS_IN_FORCE}"
    return rule("wrong_citation").finding(message, about=cited)


def _notices(sentences: list[str]) -> dict[str, bool]:
    """The notices that are cited, by their number, and whether they are called those of the form."""
    cited: dict[str, bool] = {}
    for text in sentences:
        for found in _NOTICE.finditer(text):
            number = f"{found[1]}〔{found[2]}〕{int(found[3])}号"
            cited[number] = cited.get(number, False) or _FORM_NOTICE.search(text[: found.start()]) is not None
    return cited


def _on_notices(cited: dict[str, bool], year: int) -> Iterator[Finding]:
    forms = {form.authority: form for form in load_forms().values()}
    endings = {authority.partition("〕")[2] for authority in forms}
    valid = form_of_year(year).authority
    if valid in cited:
        return
    for number, names_form in cited.items():
        form = forms.get(number)
        if number == _OF_EARLIER_FORM or (form is not None and form.last_year is not None and form.last_year < year):
            yield rule("obsolete_citation").finding(
                f"the report for {year} names {number} as its basis; the notice for that year is {valid}", about=number
            )
        elif form is None and number.startswith("国办公开办函") and (names_form or number.partition("〕")[2] in endings):
            yield rule("wrong_citation").finding(
                f"the report cites the notice of its form as {number}; the notice for {year} is {valid}", about=number
            )
