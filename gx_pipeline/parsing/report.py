"""A document to a report: the one function that the rest of the house calls.

Decides whether the document is an annual report at all, puts tables, agency, year and narrative together, and says in
findings what a reader has to know. Does not belong here: whether the sums tally (`quality`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gx_pipeline.agencies import Registry
from gx_pipeline.documents import Document, normalize
from gx_pipeline.documents.dates import find_published_on
from gx_pipeline.errors import Refusal
from gx_pipeline.forms import FIRST_YEAR, TABLE_CODES, CellKey, Form, load_forms, load_sections, load_unsupported_forms
from gx_pipeline.parsing.agency import Resolution, document_name, resolve
from gx_pipeline.parsing.labels import key
from gx_pipeline.parsing.model import Finding, ParsedReport, ReportCell, ReportSection, State
from gx_pipeline.parsing.narrative import Year, find_period, find_scope, find_year, sections
from gx_pipeline.parsing.tables import Tables, read_tables
from gx_pipeline.parsing.tokens import tokenize


@dataclass(frozen=True)
class Hints:
    """What is known of a report from outside: where its file lies, or what the caller says."""

    year: int | None = None
    agency_id: str | None = None


def parse(document: Document, registry: Registry, hints: Hints | None = None) -> ParsedReport:
    """Read an annual report.

    Args:
        document: the file as lines of cells.
        registry: the agencies there are.
        hints: year and agency if known; they settle what the document leaves open, and a conflict is a finding.

    Raises:
        Refusal: `not_an_annual_report`, `unsupported_form` or `scanned_image`, saying why.
    """
    hints = hints or Hints()
    tokens = tokenize(document)
    texts = [line.text for line in document.lines if len(line.cells) == 1 and line.table is None and line.text]
    titles = _titles(document, texts)
    period = find_period(texts)
    guess = find_year(period, titles, (), texts)
    tables = read_tables(tokens, guess.year or hints.year)
    _refuse_others(document, tables, texts, guess)
    parts = sections(document, tables.lines)
    year = find_year(period, titles, parts, texts)
    resolution = resolve(registry, titles, [text for text in texts if len(text) > 1])
    agency = registry.by_id.get(hints.agency_id) if hints.agency_id else resolution.agency
    scope, scope_evidence = find_scope(texts, agency)
    published_on, published_evidence = _published_on(document, texts)
    form = tables.forms["proactive_disclosure"]
    requests_form = tables.forms["requests"]
    known_year = hints.year or year.year
    return ParsedReport(
        source=document.source,
        agency_id=agency.agency_id if agency else None,
        agency_name=agency.name if agency else next(filter(None, map(document_name, titles)), None),
        agency_evidence="where the file lies" if hints.agency_id and not resolution.agency else resolution.evidence,
        year=known_year,
        year_evidence=year.evidence or ("where the file lies" if hints.year else None),
        form=form.form,
        requests_form=requests_form.form,
        title=min((title for title in titles if "报告" in title), key=lambda title: "通知" in title, default=None),
        published_on=published_on,
        published_on_evidence=published_evidence,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        scope=scope,
        scope_evidence=scope_evidence,
        cells=tuple(tables.cells),
        sections=parts,
        findings=(
            *tables.findings,
            *_state_findings(tables.cells),
            *_form_findings(form, requests_form, known_year),
            *_who_and_when(registry, resolution, year, hints),
            *_section_findings(parts),
            *_printed_identity(document, requests_form),
        ),
    )


def _titles(document: Document, texts: Sequence[str]) -> list[str]:
    """Texts that stand as a title: the page's own, then short lines near the top that name a report."""
    own = [document.title, *document.headers] if document.title else list(document.headers)
    top = [text for text in texts[:25] if len(text) <= 60 and "报告" in text and "信息公开" in text and not text.endswith("。")]
    pairs = [first + second for first, second in pairwise(texts[:13]) if len(first + second) <= 70]
    broken = [pair for pair in pairs if "报告" in pair and "信息公开" in pair and not pair.endswith("。")]
    return list(dict.fromkeys(text for text in (*own, *top, *broken) if text))


def _published_on(document: Document, texts: Sequence[str]) -> tuple[dt.date | None, str | None]:
    if document.source.published_on:
        return document.source.published_on, "sidecar"
    if document.published_on:
        return document.published_on, document.published_on_evidence
    short = [text for text in texts if len(text) <= 80]
    return find_published_on(short)


def _refuse_others(document: Document, tables: Tables, texts: Sequence[str], year: Year) -> None:
    """Refuse what is no annual report of a form that is read, with the reason."""
    found = {key(cell.text) for line in document.lines for cell in line.cells if cell.text}
    for form in load_unsupported_forms():
        hits = [label for label in form.labels if any(key(label) in text for text in found)]
        if len(hits) >= form.at_least and "requests" not in tables.found:
            raise Refusal(
                "unsupported_form",
                f"the tables follow the form {form.title}; only reports from {FIRST_YEAR} on are read",
            )
    if not tables.found:
        headed = sum(
            any(word in text for text in texts if len(text) < 50 for word in section.keywords) for section in load_sections()
        )
        if headed >= 4:
            raise Refusal(
                "not_an_annual_report",
                "the sections of an annual report are there but none of its three tables: they may be pictures or an attachment; "
                "fetch the file that holds the tables",
            )
        raise Refusal(
            "not_an_annual_report",
            "none of the three statutory tables is in the file; is it an annual report on government information disclosure "
            f"({FIRST_YEAR} or later)?",
        )
    if year.year is not None and year.year < FIRST_YEAR:
        raise Refusal(
            "unsupported_form", f"a report for {year.year} ({year.evidence}); only reports from {FIRST_YEAR} on are read"
        )
    if not any(cell.state in ("reported", "unparsed") for cell in tables.cells):
        raise Refusal("not_an_annual_report", "the tables hold no figure: an empty form, not a report")


_STATE_RULES: tuple[tuple[State, str, str, str], ...] = (
    ("missing", "missing_cells", "warn", "are not in the document; they are not taken for zero"),
    ("blank", "blank_cells", "info", "are printed empty; a published blank is not a zero"),
    ("not_applicable", "not_applicable_cells", "info", "hold a placeholder instead of a number"),
)


def _state_findings(cells: Sequence[ReportCell]) -> Iterable[Finding]:
    for table in TABLE_CODES:
        own = [cell for cell in cells if cell.key.table == table]
        for state, rule, severity, what in _STATE_RULES:
            keys = tuple(cell.key for cell in own if cell.state == state)
            if keys and not (state == "missing" and len(keys) == len(own)):
                yield Finding(rule, severity, f"{table}: {len(keys)} cells {what} ({_rows_of(keys)})", keys)  # type: ignore[arg-type]
        for cell in own:
            if cell.state == "unparsed" and cell.placement:
                yield Finding(
                    "unparsed_cell",
                    "error",
                    f"{table}: {cell.raw!r} in {cell.key.row} / {cell.key.column} ({cell.locator}) is not a number that may stand there",
                    (cell.key,),
                )


def _rows_of(keys: Sequence[CellKey]) -> str:
    rows = list(dict.fromkeys(found.row for found in keys))
    return ", ".join(rows) if len(rows) <= 4 else f"{', '.join(rows[:3])} and {len(rows) - 3} more rows"


def _form_findings(form: Form, requests_form: Form, year: int | None) -> Iterable[Finding]:
    if form is not requests_form:
        yield Finding(
            "mixed_forms",
            "warn",
            f"the tables follow different forms: requests the {requests_form.form} form, the rest the {form.form} form",
        )
    if year is not None and not form.serves(year):
        official = next((known.form for known in load_forms().values() if known.serves(year)), "another")
        yield Finding(
            "wrong_form", "warn", f"the report for {year} follows the {form.form} form; the official one is the {official} form"
        )


def _who_and_when(registry: Registry, resolution: Resolution, year: Year, hints: Hints) -> Iterable[Finding]:
    if hints.agency_id is None and resolution.agency is None:
        names = ", ".join(f"{agency.agency_id} {agency.name}" for agency in resolution.candidates) or "none"
        yield Finding(
            "agency_unresolved",
            "warn",
            f"the registry does not settle who reports ({resolution.evidence or 'no known name in the document'}); candidates: {names}",
        )
    if hints.agency_id and resolution.agency and resolution.agency.agency_id != hints.agency_id:
        expected = registry.by_id.get(hints.agency_id)
        yield Finding(
            "agency_conflict",
            "warn" if (resolution.evidence or "").startswith("named") else "error",
            f"the file lies under {hints.agency_id} ({expected.name if expected else 'unknown'}), the document names "
            f"{resolution.agency.name} ({resolution.evidence})",
        )
    if year.conflicting:
        yield Finding("year_conflict", "error", f"the document gives two years: {year.evidence}; {'; '.join(year.conflicting)}")
    if hints.year and year.year and hints.year != year.year:
        yield Finding(
            "year_conflict", "error", f"the file lies under {hints.year}, the document says {year.year} ({year.evidence})"
        )
    if not hints.year and year.year is None:
        yield Finding("year_unresolved", "warn", "the document does not say for which year it reports; give --year")


def _section_findings(parts: Sequence[ReportSection]) -> Iterable[Finding]:
    wanted = load_sections()
    missing = [section.label for section in wanted if section.code not in {part.section for part in parts}]
    if missing:
        yield Finding(
            "sections_incomplete", "warn", f"{len(wanted) - len(missing)} of 6 sections are headed; not: {'、'.join(missing)}"
        )


def _printed_identity(document: Document, form: Form) -> Iterable[Finding]:
    """The identity printed above the requests table, where its wording was altered."""
    official = {key(text) for text in form.tables["requests"].furniture if "勾稽关系" in text}
    for line in document.lines:
        for cell in line.cells:
            if "勾稽关系" in cell.text and len(cell.text) < 80 and key(cell.text) not in official:
                yield Finding(
                    "printed_identity_altered", "info", f"the identity is printed as “{normalize(cell.text)}” ({line.at})"
                )
                return
