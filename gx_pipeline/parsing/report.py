"""A document to a report: the one function that the rest of the house calls.

Decides whether the document is an annual report at all, puts tables, agency, year and narrative together, and says in
findings what a reader has to know. Does not belong here: whether the sums tally (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gx_pipeline.agencies import Agency, Registry
from gx_pipeline.documents import Document, normalize
from gx_pipeline.forms import TABLE_CODES, CellKey, Form, TableCode, load_forms, load_sections
from gx_pipeline.parsing.agency import Resolution, candidates_in_words, document_name, resolve
from gx_pipeline.parsing.labels import key
from gx_pipeline.parsing.model import Finding, ParsedReport, ReportCell, ReportSection, Severity, State
from gx_pipeline.parsing.narrative import read_narrative
from gx_pipeline.parsing.prose import Prose
from gx_pipeline.parsing.published import find_published
from gx_pipeline.parsing.refusals import refuse_others
from gx_pipeline.parsing.scope import find_scope
from gx_pipeline.parsing.tables import read_tables
from gx_pipeline.parsing.titles import find_titles, title_of
from gx_pipeline.parsing.tokens import tokenize
from gx_pipeline.parsing.years import Period, Year, find_periods, find_year


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
    prose = Prose(document)
    titles = find_titles(document, prose)
    periods = find_periods(prose)
    year = find_year(periods, titles, prose)
    tables = read_tables(tokenize(document), year.year or hints.year)
    preface, parts = read_narrative(prose, tables.lines)
    refuse_others(document, prose, titles, tables, parts, periods, year)
    known_year = hints.year or year.year
    resolution = resolve(registry, titles, prose, known_year, document.site_name)
    agency = registry.by_id.get(hints.agency_id) if hints.agency_id else resolution.agency
    scope, scope_evidence = find_scope(prose, titles, agency)
    published = find_published(document, prose, tables.lines, known_year)
    form = tables.forms["proactive_disclosure"]
    requests_form = tables.forms["requests"]
    period = next((period for period in periods if period.start), None)
    return ParsedReport(
        source=document.source,
        agency_id=agency.agency_id if agency else None,
        agency_name=agency.name if agency else document_name(titles) or resolution.name,
        agency_evidence="where the file lies" if hints.agency_id and not resolution.agency else resolution.evidence,
        year=known_year,
        year_evidence=year.evidence or ("where the file lies" if hints.year else None),
        form=form.form,
        requests_form=requests_form.form,
        title=title_of(titles),
        published_on=published.date,
        published_on_evidence=published.evidence,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        scope=scope,
        scope_evidence=scope_evidence,
        cells=tuple(tables.cells),
        preface=preface,
        sections=parts,
        findings=(
            *_with_hint_of_pictures(tables.findings, document.pictures),
            *_state_findings(tables.cells, tables.forms),
            *_form_findings(form, requests_form, known_year),
            *_agency_findings(registry, resolution, agency, known_year, hints),
            *_year_findings(year, periods, hints),
            *published.findings,
            *_section_findings(parts),
            *_printed_identity(document, prose, requests_form),
        ),
    )


def _with_hint_of_pictures(findings: Sequence[Finding], pictures: int) -> Iterable[Finding]:
    """The findings of the tables; of a table that is not there it is told where it may be."""
    if not pictures:
        return findings
    return [
        replace(finding, message=f"{finding.message}; the document holds {pictures} pictures, the table may be one of them")
        if finding.rule == "table_missing"
        else finding
        for finding in findings
    ]


_STATE_RULES: tuple[tuple[State, str, Severity, str], ...] = (
    ("missing", "missing_cells", "warn", "are not in the document; they are not taken for zero"),
    ("blank", "blank_cells", "info", "are printed empty; a published blank is not a zero"),
    ("not_applicable", "not_applicable_cells", "info", "hold a placeholder instead of a number"),
)


def _state_findings(cells: Sequence[ReportCell], forms: dict[TableCode, Form]) -> Iterator[Finding]:
    odd = [cell for cell in cells if cell.state != "reported"]
    for table in TABLE_CODES if odd else ():
        own = [cell for cell in odd if cell.key.table == table]
        for state, rule, severity, what in _STATE_RULES:
            keys = tuple(cell.key for cell in own if cell.state == state)
            if keys and not (state == "missing" and len(keys) == len(forms[table].cells(table))):
                yield Finding(rule, severity, f"{table}: {len(keys)} cells {what} ({_rows_of(keys)})", keys)
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


def _agency_findings(
    registry: Registry, resolution: Resolution, agency: Agency | None, year: int | None, hints: Hints
) -> Iterator[Finding]:
    if hints.agency_id is None and resolution.agency is None:
        yield Finding(
            "agency_unresolved",
            "warn",
            f"the registry does not settle who reports ({resolution.evidence or 'no known name in the document'}); "
            f"candidates: {candidates_in_words(resolution.candidates)}",
        )
    if resolution.conflicting:
        yield Finding(
            "agency_conflict",
            "error",
            f"the document names two organs as its own: {resolution.evidence}; {'; '.join(resolution.conflicting)}",
        )
    if hints.agency_id and resolution.agency and resolution.agency.agency_id != hints.agency_id:
        expected = registry.by_id.get(hints.agency_id)
        yield Finding(
            "agency_conflict",
            "warn" if resolution.kind == "named" else "error",
            f"the file lies under {hints.agency_id} ({expected.name if expected else 'unknown'}), the document names "
            f"{resolution.agency.name} ({resolution.evidence})",
        )
    if agency is not None and year is not None and not agency.reports_for(year):
        yield Finding(
            "agency_conflict",
            "warn",
            f"{agency.agency_id} {agency.name} existed from {agency.valid_from} to {agency.valid_to or 'now'}, the report is for {year}",
        )


def _year_findings(year: Year, periods: Sequence[Period], hints: Hints) -> Iterator[Finding]:
    if year.conflicting:
        yield Finding("year_conflict", "error", f"the document gives two years: {year.evidence}; {'; '.join(year.conflicting)}")
    if hints.year and year.year and hints.year != year.year:
        yield Finding(
            "year_conflict", "error", f"the file lies under {hints.year}, the document says {year.year} ({year.evidence})"
        )
    if not hints.year and year.year is None:
        yield Finding("year_unresolved", "warn", "the document does not say for which year it reports; give --year")
    for period in periods:
        if not period.is_a_year:
            what = "is not the calendar year" if period.start else "does not run from a day to a later one"
            yield Finding("period_not_a_year", "warn", f"the statistic period “{period.words}” ({period.at}) {what}")


def _section_findings(parts: Sequence[ReportSection]) -> Iterable[Finding]:
    wanted = load_sections()
    missing = [section.label for section in wanted if section.code not in {part.section for part in parts}]
    if missing:
        yield Finding(
            "sections_incomplete", "warn", f"{len(wanted) - len(missing)} of 6 sections are headed; not: {'、'.join(missing)}"
        )


def _printed_identity(document: Document, prose: Prose, form: Form) -> Iterator[Finding]:
    """The identity printed above the requests table, where its wording was altered."""
    paragraphs = [(text, at) for text, at, _ in prose.holding("勾稽关系")] or (
        (cell.text, line.at) for line in document.lines if len(line.cells) > 1 for cell in line.cells if "勾稽关系" in cell.text
    )
    for text, at in paragraphs:
        if len(text) < 80:
            if _is_altered(text, form.form):
                yield Finding("printed_identity_altered", "info", f"the identity is printed as “{normalize(text)}” ({at})")
            return


@lru_cache(maxsize=1 << 10)
def _is_altered(text: str, form: str) -> bool:
    official = {key(text) for text in load_forms()[form].tables["requests"].furniture if "勾稽关系" in text}
    return key(text) not in official
