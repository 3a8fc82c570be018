"""Reports in print as DOCX, the ways in which Word, WPS and their users leave them.

The XML is written part by part, so that revisions, content controls and text boxes can stand where real files have them.
Each layout is deterministic in its bytes. Does not belong here: damage to the figures (`noise`).
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from gx_pipeline_tests.generated import noise
from gx_pipeline_tests.generated.model import Layout, Paragraph, PrintedReport, PrintedTable

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DIGITS = "一二三四五六七八九"
_LISTS = (
    (re.compile(rf"([{_DIGITS}])、(.+)"), "chineseCountingThousand", "%1、"),
    (re.compile(rf"（([{_DIGITS}])）(.+)"), "chineseCounting", "（%1）"),
    (re.compile(r"(\d{1,2})[.．](.+)"), "decimal", "%1."),
)
Printer = Callable[[str], str]


def docx_bytes(body: str, numbering: str = "", styles: str = "") -> bytes:
    """A DOCX file of the XML of its body, and of the lists and styles if any."""
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_KIND}.document.main+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{_KIND}.numbering+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        f'<Override PartName="/word/footnotes.xml" ContentType="{_KIND}.footnotes+xml"/></Types>',
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": _relations(
            {"numbering": "numbering.xml", "styles": "styles.xml", "footnotes": "footnotes.xml"}
        ),
        "word/document.xml": f"{_HEAD}<w:document {_SPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/numbering.xml": f"{_HEAD}<w:numbering {_SPACES}>{numbering}</w:numbering>",
        "word/styles.xml": f"{_HEAD}<w:styles {_SPACES}>{styles}</w:styles>",
        "word/footnotes.xml": f'{_HEAD}<w:footnotes {_SPACES}><w:footnote w:id="2">{plain("注 88")}</w:footnote></w:footnotes>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _relations(targets: dict[str, str]) -> str:
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    )


def run(text: str, properties: str = "") -> str:
    """A run of text; `\n` becomes a line break."""
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>"


def paragraph(content: str, properties: str = "") -> str:
    """A paragraph of runs."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>"


def plain(text: str) -> str:
    """A text as one paragraph of one run."""
    return paragraph(run(text) if text else "")


def cell(content: str, *, span: int = 1, merge: str | None = None) -> str:
    """A table cell of paragraphs."""
    inner = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    inner += {None: "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    return f"<w:tc><w:tcPr>{inner}</w:tcPr>{content}</w:tc>"


def table(rows: list[str], width: int) -> str:
    """A table of rows."""
    grid = "<w:gridCol/>" * width
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def rows_of(printed: PrintedTable, printer: Printer = plain, first: int = 0, last: int | None = None) -> list[str]:
    """Rows of a printed table; a cell merged from before `first` is empty there, as when a person splits a table."""
    found = []
    for number in range(first, len(printed.rows) if last is None else last):
        cells, column = [], 0
        owners = printed.owners[number]
        while column < printed.width:
            owner = owners[column]
            if not any(owners[column:]):
                break
            if owner is None:
                cells.append(cell(plain("")))
                column += 1
                continue
            begins = number == first or printed.owners[number - 1][column] is not owner
            tall = number + 1 < len(printed.rows) and printed.owners[number + 1][column] is owner
            whole = printed.grid[number][column] is owner
            content = printer(owner.text) if whole else plain("")
            cells.append(cell(content, span=owner.colspan, merge="continue" if not begins else "restart" if tall else None))
            column += owner.colspan
        found.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return found


def _body(report: PrintedReport, printer: Printer, tables: Callable[[PrintedTable], str]) -> str:
    parts = [printer(report.title)]
    parts += [tables(block) if isinstance(block, PrintedTable) else printer(block.text) for block in report.blocks]
    return "".join(part + plain("") if part.startswith("<w:tbl>") else part for part in parts)


# -- layouts -----------------------------------------------------------------------------------------------------------


def merged_cells(report: PrintedReport, rng: random.Random) -> bytes:
    """Tables with merged cells, each cell one run."""
    return docx_bytes(_body(report, plain, lambda printed: table(rows_of(printed), printed.width)))


def split_tables(report: PrintedReport, rng: random.Random) -> bytes:
    """Each longer table in two, as where it goes over a page."""

    def halves(printed: PrintedTable) -> str:
        if len(printed.rows) < 8:
            return table(rows_of(printed), printed.width)
        cut = rng.randrange(5, len(printed.rows) - 2)
        while printed.code == "proactive_disclosure" and printed.rows[cut][0].role == "label":
            cut -= 1
        first, second = rows_of(printed, last=cut), rows_of(printed, first=cut)
        page = paragraph('<w:r><w:br w:type="page"/></w:r>')
        return table(first, printed.width) + page + table(second, printed.width)

    return docx_bytes(_body(report, plain, halves))


def nested_in_layout_table(report: PrintedReport, rng: random.Random) -> bytes:
    """The whole report in the second cell of a table that only arranges the page."""
    inner = _body(report, plain, lambda printed: table(rows_of(printed), printed.width))
    outer = table([f"<w:tr>{cell(plain(''))}{cell(inner + plain(''))}</w:tr>"], 2)
    return docx_bytes(outer + plain(""))


def narrative_in_text_box(report: PrintedReport, rng: random.Random) -> bytes:
    """Each stretch of narrative in a text box, written twice as Word does: for itself and for older programs."""
    parts: list[str] = []
    stretch = [plain(report.title)]
    for block in (*report.blocks, None):
        if isinstance(block, Paragraph):
            stretch.append(plain(block.text))
            continue
        if stretch:
            parts.append(paragraph(text_box("".join(stretch))))
            stretch = []
        if block is not None:
            parts.append(table(rows_of(block), block.width))
    return docx_bytes("".join(parts))


def one_table(report: PrintedReport, rng: random.Random) -> bytes:
    """Everything in one table, as on a form to be filled in: narrative in rows across, the three tables one under the other."""
    width = max(printed.width for printed in report.tables)
    rows = [f"<w:tr>{cell(plain(report.title), span=width)}</w:tr>"]
    for block in report.blocks:
        if isinstance(block, PrintedTable):
            rows += rows_of(block)
        else:
            rows.append(f"<w:tr>{cell(plain(block.text), span=width)}</w:tr>")
    return docx_bytes(table(rows, width) + plain(""))


def text_box(content: str) -> str:
    """A run with a text box, with its fallback."""
    box = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def word_debris(report: PrintedReport, rng: random.Random) -> bytes:
    """Runs split in mid word, revisions, hidden text, content controls, fields, bookmarks and marks of notes."""
    debris = _Debris(rng)

    def print_table(printed: PrintedTable) -> str:
        rows = [debris.row(row) for row in rows_of(printed, debris.paragraph)]
        return table([*rows, debris.deleted_row(printed.width)], printed.width)

    return docx_bytes(_body(report, debris.paragraph, print_table))


@dataclass
class _Debris:
    rng: random.Random

    def paragraph(self, text: str) -> str:
        parts: list[str] = [self._piece(part) for part in self._split(text)]
        for extra in (self._deleted, self._hidden, self._note, self._field):
            if self.rng.random() < 0.2:
                parts.insert(self.rng.randint(0, len(parts)), extra())
        written = paragraph('<w:bookmarkStart w:id="1" w:name="_GoBack"/>' + "".join(parts) + '<w:bookmarkEnd w:id="1"/>')
        if self.rng.random() < 0.1:
            return f"<w:sdt><w:sdtPr/><w:sdtContent>{written}</w:sdtContent></w:sdt>"
        return written

    def row(self, row: str) -> str:
        if self.rng.random() < 0.2:
            return f"<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>"
        if self.rng.random() < 0.2:
            head, _, last = row.removesuffix("</w:tr>").rpartition("<w:tc>")
            return f"{head}<w:sdt><w:sdtContent><w:tc>{last}</w:sdtContent></w:sdt></w:tr>"
        return row

    def deleted_row(self, width: int) -> str:
        deleted = '<w:trPr><w:del w:id="7" w:author="A" w:date="2024-01-01T00:00:00Z"/></w:trPr>'
        cells = "".join(cell(paragraph(self._deleted())) for _ in range(width))
        return f"<w:tr>{deleted}{cells}</w:tr>"

    def _split(self, text: str) -> Iterator[str]:
        while text:
            length = self.rng.randint(1, max(1, len(text)))
            yield text[:length]
            text = text[length:]

    def _piece(self, text: str) -> str:
        written = run(text, self.rng.choice(("", '<w:vanish w:val="0"/>', "<w:b/>")))
        kind = self.rng.randrange(6)
        if kind == 0:
            return f'<w:ins w:id="3" w:author="A" w:date="2024-01-01T00:00:00Z">{written}</w:ins>'
        if kind == 1:
            return f"<w:smartTag>{written}</w:smartTag>"
        if kind == 2:
            return f'<w:hyperlink w:anchor="x">{written}</w:hyperlink><w:proofErr w:type="spellStart"/>'
        return written

    def _deleted(self) -> str:
        gone = self.rng.randint(1, 99)
        return f'<w:del w:id="4" w:author="A" w:date="2024-01-01T00:00:00Z"><w:r><w:delText>{gone}</w:delText></w:r></w:del>'

    def _hidden(self) -> str:
        return run(str(self.rng.randint(1, 99)), "<w:vanish/>")

    def _note(self) -> str:
        return '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'

    def _field(self) -> str:
        return "".join(
            f"<w:r>{inner}</w:r>"
            for inner in (
                '<w:fldChar w:fldCharType="begin"/>',
                f"<w:instrText> PAGEREF {self.rng.randint(1, 99)} </w:instrText>",
                '<w:fldChar w:fldCharType="separate"/>',
                '<w:fldChar w:fldCharType="end"/>',
            )
        )


def numbered_by_word(report: PrintedReport, rng: random.Random) -> bytes:
    """Numbers before headings and labels made by Word's lists instead of typed."""
    lists = _Lists()
    body = _body(report, lists.paragraph, lambda printed: table(rows_of(printed, lists.paragraph), printed.width))
    return docx_bytes(body, lists.xml())


@dataclass
class _Lists:
    """The lists of a document: a number that does not go on from the last one begins a list of its own."""

    last: dict[int, int] = field(default_factory=dict)
    current: dict[int, int] = field(default_factory=dict)
    starts: list[tuple[int, int]] = field(default_factory=list)

    def paragraph(self, text: str) -> str:
        for kind, (pattern, _, _) in enumerate(_LISTS):
            if (found := pattern.fullmatch(text)) is None:
                continue
            number = int(found[1]) if found[1].isdigit() else _DIGITS.index(found[1]) + 1
            if self.last.get(kind) != number - 1 or kind not in self.current:
                self.starts.append((kind, number))
                self.current[kind] = len(self.starts)
            self.last[kind] = number
            mark = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{self.current[kind]}"/></w:numPr>'
            return paragraph(run(found[2]), mark)
        return plain(text)

    def xml(self) -> str:
        kinds = "".join(
            f'<w:abstractNum w:abstractNumId="{kind}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{name}"/>'
            f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
            for kind, (_, name, text) in enumerate(_LISTS)
        )
        lists = "".join(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>'
            f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
            for number, (kind, start) in enumerate(self.starts, start=1)
        )
        return kinds + lists


def raised_notes(report: PrintedReport, rng: random.Random) -> bytes:
    """Marks of notes typed behind figures as raised digits."""

    def printer(text: str) -> str:
        raised = run(str(rng.randint(1, 9)), '<w:vertAlign w:val="superscript"/>')
        return paragraph(run(text) + raised) if noise.NUMBER.fullmatch(text) and rng.random() < 0.1 else plain(text)

    return docx_bytes(_body(report, plain, lambda printed: table(rows_of(printed, printer), printed.width)))


def crooked_spans(report: PrintedReport, rng: random.Random) -> bytes:
    """Spans of some cells one too few or too many, as programs that place cells by their widths write them."""

    def crooked(row: str) -> str:
        found = list(re.finditer(r'<w:gridSpan w:val="(\d+)"/>', row))
        if not found or rng.random() < 0.7:
            return row
        hit = rng.choice(found)
        span = max(1, int(hit[1]) + rng.choice((-1, 1)))
        return f'{row[: hit.start()]}<w:gridSpan w:val="{span}"/>{row[hit.end() :]}'

    return docx_bytes(_body(report, plain, lambda printed: table([crooked(row) for row in rows_of(printed)], printed.width)))


def disturbed(layout: Layout, *noises: noise.Noise) -> Layout:
    """A layout of a report to which something has happened before."""
    disturb = noise.chain(*noises)
    return lambda report, rng: layout(disturb(report, rng), rng)


LAYOUTS: dict[str, Layout] = {
    "DOCX merged cells": merged_cells,
    "DOCX Word debris": word_debris,
    "DOCX nested in a layout table": nested_in_layout_table,
    "DOCX narrative in text boxes": narrative_in_text_box,
    "DOCX all in one table": one_table,
    "DOCX numbered by Word": numbered_by_word,
    "DOCX tables split over a page": split_tables,
    "DOCX merged cells repeated down": disturbed(merged_cells, noise.repeated),
    "DOCX merged cells undone": disturbed(merged_cells, noise.unmerged),
    "DOCX labels cut": disturbed(merged_cells, noise.cut_labels),
    "DOCX blanks as spaces": disturbed(merged_cells, noise.blanks_as("\u3000")),
    "DOCX split, headings again": disturbed(merged_cells, noise.split(headings=True, repeat=True)),
    "DOCX notes raised": raised_notes,
    "DOCX crooked spans": crooked_spans,
    "DOCX figures lost": disturbed(merged_cells, noise.lost_figures),
    "DOCX headings lost": disturbed(merged_cells, noise.lost_headings),
    "DOCX digits broken over lines": disturbed(merged_cells, noise.broken_digits),
}
DAMAGED = frozenset(
    name for name in LAYOUTS if any(word in name for word in (" lost", "notes raised", "crooked", "digits broken"))
)
