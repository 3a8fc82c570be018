"""Reader for PDF with a text layer: paragraphs and tables in reading order.

pdfium gives glyphs and lines (`pdf_page`); ruled tables are `pdf_grid`, text and tables without lines `pdf_text`. Here the
pages become one document: tables go on over page breaks, running heads and page numbers fall away. Nothing is recognised
from pictures: a scanned report is refused, also with the text that a recogniser laid invisibly over it. Knows no form.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gx_pipeline.documents.dates import find_published_on
from gx_pipeline.documents.model import Document, Line, Source, cell_of, normalize
from gx_pipeline.documents.pdf_grid import Grid, fill_grids, find_grids
from gx_pipeline.documents.pdf_page import Box, Page, read_page
from gx_pipeline.documents.pdf_streams import refuse_bombs
from gx_pipeline.documents.pdf_text import OpenTable, TextLine, open_table, stretches, text_lines
from gx_pipeline.documents.pdf_words import Spacing, join, spacing_of
from gx_pipeline.errors import Refusal

MAX_PAGES = 200
MAX_SECONDS = 60.0
_TAIL = 8192
_PAGE_NUMBER = re.compile(r"[-–—·.\s]*(?:第\s*)?(\d{1,3})(?:\s*页)?(?:\s*[/,，]?\s*(?:共\s*)?\d{1,3}\s*页?)?[-–—·.\s]*")
_OPENS_PARAGRAPH = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．]|第[一二三四五六七八九十]+[条章部]"
)
_MARGIN = 0.12
_WIDTH_TOLERANCE = 3.0


@dataclass(slots=True)
class _Sheet:
    """A page taken apart."""

    number: int
    box: Box
    grids: list[Grid]
    lines: list[TextLine]


@dataclass(slots=True)
class _Table:
    """A table of the document, which may stand on several pages: its parts with their page and how far each is shifted."""

    number: int
    parts: list[tuple[int, Grid | OpenTable, float]] = field(default_factory=list)

    def setting(self, common: Spacing) -> tuple[list[float], Spacing]:
        """The column edges of a ruled table over all its pages, and its letter-spacing (the document's where it shows none)."""
        grids = [(part, shift) for _, part, shift in self.parts if isinstance(part, Grid)]
        own = _spacing([grid for grid, _ in grids])
        return _union([[x - shift for x in grid.xs] for grid, shift in grids]), own if own.digits else common


def read_pdf(data: bytes, source: Source) -> Document:
    """The text and tables of a PDF as lines of cells.

    Raises:
        Refusal: `encrypted`, `unreadable`, `scanned_image` or `too_large`, naming the page.
    """
    document = _open(data)
    try:
        sheets = _sheets(document)
        title = _metadata_title(document)
    finally:
        document.close()
    running = _running(sheets)
    lines = tuple(_Builder(sheets, running).lines())
    published_on, evidence = find_published_on([line.text for line in lines if line.table is None and len(line.text) <= 80])
    return Document(
        source=source,
        lines=lines,
        title=_printed_title(sheets[0]) or title,
        published_on=published_on,
        published_on_evidence=evidence,
    )


def _open(data: bytes) -> pdfium.PdfDocument:
    if b"%%EOF" not in data[-_TAIL:]:
        raise Refusal("unreadable", "the PDF has no end, it is cut off; fetch it again")
    refuse_bombs(data)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        # pdfium's code may be that of an earlier file, so the file itself has to say that it is encrypted.
        locked = getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        if locked and b"/Encrypt" in data:
            raise Refusal(
                "encrypted", "the PDF opens only with a password; save it without one and put that in its place"
            ) from None
        raise Refusal("unreadable", "no PDF could be made of the file, it is damaged or cut off; fetch it again") from None
    pages = len(document)
    if not 0 < pages <= MAX_PAGES:
        document.close()
        if pages > MAX_PAGES:
            raise Refusal("too_large", f"the PDF has {pages:,} pages; at most {MAX_PAGES} are read")
        raise Refusal("unreadable", "the PDF has no pages; fetch it again")
    return document


def _sheets(document: pdfium.PdfDocument) -> list[_Sheet]:
    start = time.monotonic()
    sheets, scanned, pictures = [], [], []
    unknown = total = 0
    for index in range(len(document)):
        if time.monotonic() - start > MAX_SECONDS:
            raise Refusal("too_large", f"reading stopped at page {index + 1} after {MAX_SECONDS:.0f} seconds; print the PDF anew")
        page = read_page(document, index)
        if page.scanned:
            scanned.append(page.number)
        if any(image.area > 0.1 * page.box.area for image in page.images):
            pictures.append(page.number)
        total += len(page.glyphs)
        unknown += sum(not glyph.known for glyph in page.glyphs)
        sheets.append(_take_apart(page))
    _refuse_pictures(sheets, scanned, pictures, total)
    if unknown > 0.2 * total:
        raise Refusal("unreadable", "the fonts do not say which characters they show; find the report as HTML or DOCX")
    return sheets


def _refuse_pictures(sheets: Sequence[_Sheet], scanned: Sequence[int], pictures: Sequence[int], glyphs: int) -> None:
    if not glyphs and not scanned:
        raise Refusal("scanned_image", "the PDF has no text layer; find the page or document it was printed from")
    tables = any(sheet.grids or any(line.tabular for line in sheet.lines) for sheet in sheets)
    # A cover or a page with nothing but seal and signature may be a picture; a page between the others is part of the report.
    if scanned and (not tables or set(scanned) - {1, len(sheets)}):
        raise Refusal(
            "scanned_image",
            f"page {scanned[0]} is a picture, with no text or with text that a recogniser guessed; find the document it was scanned from",
        )
    if pictures and not tables:
        raise Refusal(
            "scanned_image", f"the text has no tables and page {pictures[0]} a picture; find the document with the tables as text"
        )


def _take_apart(page: Page) -> _Sheet:
    grids = find_grids(page)
    outside = fill_grids(page, grids)
    for glyph in outside:
        if not glyph.known:
            glyph.text = "\ufffd"
    lines = text_lines(outside)
    for line in lines:
        if line.tabular and line.overprinted:
            raise Refusal(
                "unreadable", f"page {page.number}: figures are printed over one another; find the report in another format"
            )
        if line.tabular and "\ufffd" in line.text:
            raise Refusal(
                "unreadable",
                f"page {page.number}: the font of a table does not say which characters it shows; find the report as HTML or DOCX",
            )
    return _Sheet(page.number, page.box, grids, lines)


# -- running heads and page numbers ------------------------------------------------------------------------------------


def _running(sheets: Sequence[_Sheet]) -> set[tuple[int, int]]:
    """(page, line) of the page numbers, and of the heads and feet that repeat a text of an earlier page."""
    outer = [(sheet, line) for sheet in sheets for line in _outer_lines(sheet)]
    seen: dict[tuple[str, int], tuple[_Sheet, TextLine]] = {}
    dropped: set[tuple[int, int]] = set()
    numbers: Counter[int] = Counter()
    for sheet, line in outer:
        if found := _PAGE_NUMBER.fullmatch(line.text):
            numbers[int(found[1]) - sheet.number] += 1
    for sheet, line in outer:
        if found := _PAGE_NUMBER.fullmatch(line.text):
            offset = int(found[1]) - sheet.number
            plain = line.text.strip().isdigit()
            if not plain or numbers[offset] > 1 or (len(sheets) == 1 and offset == 0):
                dropped.add((sheet.number, line.number))
            continue
        masked = re.sub(r"\d+", "#", line.text)
        if len(re.findall(r"[^\W\d_]", masked)) < (8 if line.tabular else 3):
            continue
        key = (masked, round(line.y - sheet.box.y0) // 4)
        first = next((seen[masked, at] for at in (key[1], key[1] - 1, key[1] + 1) if (masked, at) in seen), None)
        if first is None:
            seen[key] = sheet, line
            continue
        dropped.add((sheet.number, line.number))
        # The first head may be the only place that names the organ and parts no table; the first foot stands before page 2.
        if first[1].y > first[0].box.y1 - _MARGIN * (first[0].box.y1 - first[0].box.y0):
            dropped.add((first[0].number, first[1].number))
    return dropped


def _outer_lines(sheet: _Sheet) -> Iterator[TextLine]:
    """Lines in the upper and lower margin of a page, beyond which there is nothing but such lines."""
    height = sheet.box.y1 - sheet.box.y0
    tops = [grid.box.y0 for grid in sheet.grids]
    bottoms = [grid.box.y1 for grid in sheet.grids]
    upper = [line for line in sheet.lines if line.y < sheet.box.y0 + _MARGIN * height and all(line.y1 <= top + 2 for top in tops)]
    lower = [
        line
        for line in sheet.lines
        if line.y > sheet.box.y1 - _MARGIN * height and all(line.y0 >= bottom - 2 for bottom in bottoms)
    ]
    yield from upper[:2]
    yield from (line for line in lower[-2:] if line not in upper[:2])


# -- the document ------------------------------------------------------------------------------------------------------


class _Builder:
    """Puts the pages together."""

    def __init__(self, sheets: Sequence[_Sheet], running: set[tuple[int, int]]) -> None:
        self.sheets = sheets
        self.running = running
        self.items: list[Line | tuple[_Table, int]] = []
        self.tables = 0
        self.open: tuple[TextLine, list[str], int] | None = None
        self.last: _Table | None = None
        self.fresh_page = True
        self.where = ""
        self.right = 0.0

    def lines(self) -> Iterator[Line]:
        for sheet in self.sheets:
            self._sheet(sheet)
        self._close()
        settings: dict[int, tuple[list[float], Spacing]] = {}
        common = _spacing([grid for sheet in self.sheets for grid in sheet.grids])
        for item in self.items:
            if isinstance(item, Line):
                yield item
                continue
            table, at = item
            page, part, shift = table.parts[at]
            where = f"page {page} table {table.number}"
            if isinstance(part, OpenTable):
                rows = [cells for _, cells in part.rows]
            else:
                if table.number not in settings:
                    settings[table.number] = table.setting(common)
                edges, spacing = settings[table.number]
                rows = part.rows([x + shift for x in edges], spacing)
            for number, cells in enumerate(rows, start=1):
                yield Line(f"{where} row {number}", cells, table=table.number)

    def _sheet(self, sheet: _Sheet) -> None:
        lines = [line for line in sheet.lines if (sheet.number, line.number) not in self.running]
        rest = list(sheet.grids)
        self.fresh_page = True
        block: list[TextLine] = []
        for line in lines:
            while rest and rest[0].box.y0 < line.y:
                self._text(sheet, block)
                block = []
                self._grid(sheet, rest.pop(0))
            block.append(line)
        self._text(sheet, block)
        for grid in rest:
            self._grid(sheet, grid)

    def _grid(self, sheet: _Sheet, grid: Grid) -> None:
        self._close()
        last, self.fresh_page = (self.last if self.fresh_page else None), False
        shift = None
        if last is not None and isinstance(before := last.parts[-1][1], Grid) and last.parts[-1][0] == sheet.number - 1:
            shift = _shift(before, grid)
        if last is None or shift is None:
            self.tables += 1
            last, shift = _Table(self.tables), 0.0
        else:
            shift += last.parts[-1][2]
        last.parts.append((sheet.number, grid, shift))
        self.items.append((last, len(last.parts) - 1))
        self.last = last

    def _text(self, sheet: _Sheet, lines: Sequence[TextLine]) -> None:
        if not lines:
            return
        left, right, indented = _margins(sheet)
        index = 0
        for start, stop in stretches(lines):
            for line in lines[index:start]:
                self._paragraph(sheet, line, left, right, indented=indented)
            self._stretch(sheet, lines[start:stop])
            index = stop
        for line in lines[index:]:
            self._paragraph(sheet, line, left, right, indented=indented)

    def _stretch(self, sheet: _Sheet, lines: Sequence[TextLine]) -> None:
        self._close()
        last = self.last if self.fresh_page else None
        self.fresh_page, self.last = False, None
        head = next((index for index, line in enumerate(lines) if line.has_values), len(lines))
        if 0 < head < len(lines) and lines[head].parts[0].is_value and len(lines[head - 1].parts) == 1:
            head -= 1  # the label of the first figures begins a line above them
        table = open_table(lines[head:]) if head < len(lines) else None
        if table is None or head:
            last = None
            for line in lines[: None if table is None else head]:
                cells = tuple(cell_of(part.text) for part in line.parts)
                self.items.append(
                    Line(f"page {sheet.number} line {line.number}", cells if line.tabular else (cell_of(line.text),))
                )
        if table is None:
            return
        before = last.parts[-1] if last is not None else None
        if last is None or before is None or not isinstance(before[1], OpenTable) or not before[1].goes_on(table):
            self.tables += 1
            last = _Table(self.tables)
        last.parts.append((sheet.number, table, 0.0))
        self.items.append((last, len(last.parts) - 1))
        self.last = last

    def _paragraph(self, sheet: _Sheet, line: TextLine, left: float, right: float, *, indented: bool) -> None:
        if not normalize(line.text):
            return
        self.last = None
        self.fresh_page = False
        if self.open is not None:
            before, texts, page = self.open
            em = line.size
            full = before.x1 >= self.right - 1.6 * em
            at_left = line.x0 <= left + 0.8 * em
            near = page != sheet.number or line.y0 - before.y1 < 1.5 * em
            alike = abs(before.size - em) <= 0.1 * em
            goes_on = not _OPENS_PARAGRAPH.match(line.text) and (indented or not before.text.endswith(("。", "；", "：", "！")))
            if full and at_left and near and alike and goes_on:
                texts.append(line.text)
                self.open = (line, texts, sheet.number)
                self.right = right
                return
        self._close()
        self.where = f"page {sheet.number} line {line.number}"
        self.open = (line, [line.text], sheet.number)
        self.right = right

    def _close(self) -> None:
        if self.open is not None:
            self.items.append(Line(self.where, (cell_of(join(self.open[1])),)))
            self.open = None


def _spacing(grids: Sequence[Grid]) -> Spacing:
    return spacing_of(glyphs for grid in grids for glyphs in grid.glyphs.values())


def _shift(above: Grid, below: Grid) -> float | None:
    """How far a table is shifted on the next page if its columns go on there; None if they do not."""
    shift = below.xs[0] - above.xs[0]
    if abs(below.xs[-1] - above.xs[-1] - shift) <= _WIDTH_TOLERANCE:
        return shift
    # A merged cell that goes on below may be left out there, with its lines.
    fewer, more = sorted((above.xs, below.xs), key=len)
    shared = all(min(abs(x - other) for other in more) <= _WIDTH_TOLERANCE for x in fewer)
    return 0.0 if shared and len(fewer) >= 3 else None


def _union(parts: Sequence[Sequence[float]]) -> list[float]:
    """Column edges of all parts of a table, those of one line on different pages taken as one."""
    edges: list[list[float]] = []
    for x in sorted(x for part in parts for x in part):
        if edges and x - edges[-1][0] <= _WIDTH_TOLERANCE:
            edges[-1].append(x)
        else:
            edges.append([x])
    return [sum(group) / len(group) for group in edges]


def _margins(sheet: _Sheet) -> tuple[float, float, bool]:
    """Left and right edge of the running text, and whether its paragraphs are indented."""
    lines = [line for line in sheet.lines if len(line.parts) == 1 and not line.tabular]
    if not lines:
        return sheet.box.x0, sheet.box.x1, False
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    return left, right, any(1.4 * line.size <= line.x0 - left <= 2.6 * line.size for line in lines)


def _printed_title(sheet: _Sheet) -> str | None:
    """The largest text in the upper part of the first page, if it names a report."""
    upper = [line for line in sheet.lines if line.y < sheet.box.y0 + 0.6 * (sheet.box.y1 - sheet.box.y0) and not line.tabular]
    if not upper:
        return None
    largest = max(line.size for line in upper)
    if largest < 1.15 * statistics.median(line.size for line in sheet.lines):
        return None
    text = join([line.text for line in upper if line.size >= 0.95 * largest])
    return text if "报告" in text and len(text) <= 80 else None


def _metadata_title(document: pdfium.PdfDocument) -> str | None:
    title = normalize(document.get_metadata_value("Title"))
    return title if "信息公开" in title and "报告" in title and len(title) <= 80 else None
