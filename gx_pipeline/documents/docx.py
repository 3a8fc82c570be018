"""Reader for DOCX: body, tables and text boxes in reading order, as Word prints them with all revisions accepted.

Walks the XML of the main part itself: what a report hides in content controls, revisions, text boxes and row wrappers no
object model shows. Headers, footers, notes, comments, field codes, hidden and struck-out text are not read; nothing is
fetched or run.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from gx_pipeline.documents.archive import Archive, parse_xml
from gx_pipeline.documents.model import COVERED, GAP, Cell, Document, Line, Source, cell_of, normalize
from gx_pipeline.documents.wordml import Numbering, Styles, W, child_value, local, raised, switched, value
from gx_pipeline.errors import Refusal

MAX_ROWS = 4000
MAX_GRID_COLUMNS = 256
MAX_CELLS = 400_000
MAX_NESTED = 24
# 2 cm in the unit of drawings: a picture of a table is larger.
ICON = 720_000
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = W[1:-1].encode()
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PRESERVED = etree.XPath("boolean(ancestor-or-self::*[@xml:space][1][@xml:space='preserve'])")
# Properties, what a revision took away, codes of fields, readings above characters.
_PROPERTIES = ("rPr", "pPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr", "customXmlPr")
_UNREAD = frozenset({*_PROPERTIES, "del", "moveFrom", "delText", "instrText", "delInstrText", "ffData", "fldData", "rt"})
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_SPEAKING = frozenset({"t", "textpath", "blip", "imagedata"})
_ELSEWHERE = frozenset({"altChunk", "subDoc"})
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_TITLE = re.compile(r"信息公开[^,。;]{0,12}(?:报告|年报)")
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def read_docx(data: bytes, source: Source) -> Document:
    """The document's body as lines of cells.

    Raises:
        Refusal: `unreadable`, `encrypted`, `too_large`, `scanned_image` where there are pictures only, `unsupported_format`
            where text stands in embedded files.
    """
    package = _Package(Archive(data))
    body = package.main.find(W + "body")
    if body is None:
        raise Refusal("unreadable", "the file is a DOCX without a body; fetch it again")
    styles = Styles.of(package.related("styles"))
    walk = _Walk(styles, Numbering(package.related("numbering"), styles))
    lines = tuple(walk.blocks(body, 0))
    if not lines and walk.pictures:
        raise Refusal("scanned_image", "the document holds pictures and no text; find the document that they were taken from")
    if not lines:
        raise Refusal("unreadable", "the document holds no text; fetch the file again")
    return Document(source=source, lines=lines, title=_title(package, lines), pictures=walk.pictures)


def _title(package: _Package, lines: tuple[Line, ...]) -> str | None:
    """The title among the file's properties, where the text prints none: a template's old title must not give the year."""
    printed = any(_TITLE.search(line.text) and len(line.text) <= 60 for line in lines[:25])
    core = package.core
    title = normalize(core.findtext(_DC_TITLE) or "") if core is not None else ""
    return title if not printed and _TITLE.search(title) else None


class _Package:
    """The parts of the file that are read."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._name = self._target("", "_rels/.rels", "officeDocument") or "word/document.xml"
        main = self._part(self._name)
        if main is None:
            raise Refusal("unreadable", "the file is a DOCX without its main part; fetch it again")
        self.main = main
        self.core = self._part("docProps/core.xml")

    def related(self, kind: str) -> etree._Element | None:
        """The part that the main part relates to as `kind`. Raises `unreadable` when it relates to one that is not there."""
        folder, name = posixpath.split(self._name)
        target = self._target(folder, posixpath.join(folder, "_rels", f"{name}.rels"), kind)
        part = self._part(target) if target else None
        if target and part is None:
            raise Refusal("unreadable", f"the document's {kind} are not in the file; fetch it again")
        return part

    def _target(self, folder: str, relations: str, kind: str) -> str | None:
        root = self._part(relations)
        for node in root if root is not None else ():
            if (node.get("Type") or "").endswith(f"/{kind}") and node.get("TargetMode") != "External":
                return posixpath.normpath(posixpath.join("/", folder, node.get("Target") or "")).lstrip("/")
        return None

    def _part(self, name: str) -> etree._Element | None:
        data = self._archive.read(name)
        return parse_xml(data.replace(_STRICT, _TRANSITIONAL), name) if data else None


@dataclass
class _Text:
    """What a paragraph prints: its text, with a line break at each break, and the text boxes anchored in it."""

    parts: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in "".join(self.parts).split("\n") if normalize(line)]


@dataclass(frozen=True)
class _Look:
    """How the text around is set."""

    style: str | None = None
    raised: bool = False


class _Walk:
    """Walks the body and yields its lines; counts tables and paragraphs for the locators."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.tables = 0
        self.paragraphs = 0
        self.pictures = 0
        self.cells = 0
        self._fields: list[str] = []
        self._carried: list[str] = []

    def blocks(self, container: etree._Element, depth: int) -> Iterator[Line]:
        """The lines of a container of paragraphs and tables."""
        if depth > MAX_NESTED:
            raise Refusal("too_large", f"the document nests tables or text boxes more than {MAX_NESTED} deep")
        for node in _children(container, ("p", "tbl")):
            if local(node) == "tbl":
                yield from self._table(node, depth)
                continue
            text = self._paragraph(node)
            for line in text.lines:
                self.paragraphs += 1
                yield Line(f"paragraph {self.paragraphs}", (cell_of(line),))
            for box in text.boxes:
                yield from self.blocks(box, depth + 1)

    # -- tables --------------------------------------------------------------------------------------------------------

    def _table(self, table: etree._Element, depth: int) -> Iterator[Line]:
        rows = [(row, list(_cells(row))) for row in _rows(table)]
        if len(rows) > MAX_ROWS:
            raise Refusal("too_large", f"a table of the document has {len(rows)} rows; at most {MAX_ROWS} are read")
        self.cells += sum(len(cells) for _, cells in rows)
        if self.cells > MAX_CELLS:
            raise Refusal("too_large", f"the tables of the document have more than {MAX_CELLS:,} cells")
        if _is_layout(rows):
            for index, (_, cells) in enumerate(rows):
                for cell in cells:
                    if not index or _vertical(cell) != "continue":
                        yield from self.blocks(cell, depth + 1)
            return
        self.tables += 1
        width = max(_before(row) + sum(map(_span, cells)) for row, cells in rows)
        if width > MAX_GRID_COLUMNS:
            raise Refusal("too_large", f"a table of the document has more than {MAX_GRID_COLUMNS} columns")
        number, merged = self.tables, dict[int, int]()
        for index, (row, cells) in enumerate(rows, start=1):
            at = f"table {number} row {index}"
            if len(cells) == 1 and _span(cells[0]) == width > 1 and _vertical(cells[0]) is None:
                lines = self._texts(cells[0], depth + 1)
                if any(map(_has_words, lines)):
                    yield from (Line(at, (cell_of(line),)) for line in lines)
                    merged = {}
                    continue
                yield Line(at, (cell_of(" ".join(lines)), *[COVERED] * (width - 1)), number)
                merged = {}
                continue
            spread, merged = self._spread(row, cells, merged, depth)
            yield Line(at, tuple(spread), number)

    def _spread(
        self, row: etree._Element, cells: list[etree._Element], above: dict[int, int], depth: int
    ) -> tuple[list[Cell], dict[int, int]]:
        """The cells of a row in the columns of the grid, and the cells that go on below: width by column."""
        spread: list[Cell] = [GAP] * _before(row)
        merged: dict[int, int] = {}
        for node in cells:
            column, width, vertical = len(spread), _span(node), _vertical(node)
            text = " ".join(self._texts(node, depth + 1))
            if vertical is not None:
                merged[column] = width
            covered = (vertical == "continue" and column in above) or (_sideways(node) and bool(spread))
            spread += [COVERED if covered else cell_of(text), *[COVERED] * (width - 1)]
        return spread, merged

    def _texts(self, container: etree._Element, depth: int) -> list[str]:
        """The lines of text below a container, whatever it is divided into."""
        if depth > MAX_NESTED:
            raise Refusal("too_large", f"the document nests tables or text boxes more than {MAX_NESTED} deep")
        found: list[str] = []
        for node in _children(container, ("p", "tbl")):
            if local(node) == "tbl":
                for row in _rows(node):
                    for cell in _cells(row):
                        found += self._texts(cell, depth + 1)
                continue
            text = self._paragraph(node)
            found += text.lines
            for box in text.boxes:
                found += self._texts(box, depth + 1)
        return found

    # -- text ----------------------------------------------------------------------------------------------------------

    def _paragraph(self, node: etree._Element) -> _Text:
        """What a paragraph prints, with its automatic number; a paragraph whose end is deleted goes on in the next."""
        properties = node.find(W + "pPr")
        text = _Text()
        self._inline(node, text, _Look(child_value(properties, "pStyle")))
        self._fields = [state for state in self._fields if state != "code"]
        mark = properties.find(W + "rPr") if properties is not None else None
        gone = mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)
        filled = bool(text.lines)
        following = node.getnext()
        if gone and following is not None and following.tag == W + "p":
            self._carried += text.parts
            return _Text(boxes=text.boxes)
        text.parts = self._carried + text.parts
        self._carried = []
        if not (gone or switched(mark, "vanish")) or filled:
            number = self.numbering.next(properties)
            if text.lines:
                text.parts.insert(0, number)
        return text

    def _inline(self, node: etree._Element, text: _Text, look: _Look) -> None:
        noted = False
        for child in node:
            name = local(child)
            if name in _UNREAD:
                continue
            if name == "t":
                if "code" not in self._fields and not noted:
                    text.parts.append(_raise(_printed(child)) if look.raised else _printed(child))
            elif name == "r" and child.tag == W + "r":
                self._run(child, text, look)
            elif name in ("tab", "ptab"):
                text.parts.append("\t")
            elif name in ("br", "cr"):
                text.parts.append("\n")
            elif name == "noBreakHyphen":
                text.parts.append("-")
            elif name == "sym":
                text.parts.append(_symbol(child))
            elif name == "fldChar":
                self._field(child.get(W + "fldCharType"))
            elif name in ("footnoteReference", "endnoteReference"):
                noted = True
            elif name == "AlternateContent":
                self._inline(_alternative(child), text, look)
            elif name == "txbxContent":
                text.boxes.append(child)
            elif name in ("blip", "imagedata"):
                self.pictures += not _is_icon(child)
            elif name == "textpath":
                text.parts.append(child.get("string") or "")
            elif name in _ELSEWHERE:
                _refuse_embedded()
            else:
                self._inline(child, text, _Look(look.style, True) if child.tag == _MATH + "sup" else look)

    def _run(self, run: etree._Element, text: _Text, look: _Look) -> None:
        """A run, unless it is hidden or struck out; its own properties go before those of its style."""
        properties = run.find(W + "rPr")
        style, paragraph = self.styles.get(child_value(properties, "rStyle")), self.styles.get(look.style)
        hidden = switched(properties, "vanish"), style.hidden, paragraph.hidden
        struck = switched(properties, "strike"), style.struck, paragraph.struck
        doubly = switched(properties, "dstrike"), style.doubly_struck, paragraph.doubly_struck
        if any(next(filter(_said, answers), False) for answers in (hidden, struck, doubly)):
            for mark in run.iterfind(W + "fldChar"):
                self._field(mark.get(W + "fldCharType"))
            return
        above = next(filter(_said, (raised(properties), style.raised)), False)
        self._inline(run, text, _Look(look.style, bool(above)))

    def _field(self, state: str | None) -> None:
        if state == "begin":
            self._fields.append("code")
        elif state == "separate" and self._fields:
            self._fields[-1] = "result"
        elif state == "end" and self._fields:
            self._fields.pop()


def _said(answer: bool | None) -> bool:
    return answer is not None


def _children(node: etree._Element, wanted: tuple[str, ...]) -> Iterator[etree._Element]:
    """The children of these names, also those inside content controls and accepted revisions."""
    for child in node:
        name = local(child)
        if name in wanted and child.tag.startswith(W):
            yield child
        elif name in _WRAPPERS:
            yield from _children(child, wanted)
        elif name == "AlternateContent":
            yield from _children(_alternative(child), wanted)
        elif name in _ELSEWHERE:
            _refuse_embedded()


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in _children(table, ("tr",)):
        properties = row.find(W + "trPr")
        if properties is None or (properties.find(W + "del") is None and not switched(properties, "hidden")):
            yield row


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in _children(row, ("tc",)):
        if cell.find(f"{W}tcPr/{W}cellDel") is None:
            yield cell


def _is_layout(rows: list[tuple[etree._Element, list[etree._Element]]]) -> bool:
    """Whether a table only arranges the page: a single column, or a cell that holds a table of more than one cell."""
    return all(len(cells) <= 1 for _, cells in rows) or any(_holds_table(cell) for _, cells in rows for cell in cells)


def _holds_table(cell: etree._Element) -> bool:
    return any(
        len(cells := [inner for row in _rows(table) for inner in _cells(row)]) != 1 and bool(cells)
        for table in cell.iter(W + "tbl")
        if not _is_fallback(table)
    )


def _is_fallback(node: etree._Element) -> bool:
    return any(local(parent) == "Fallback" for parent in node.iterancestors())


def _number(node: etree._Element | None, most: int) -> int:
    text = value(node) or ""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _span(cell: etree._Element) -> int:
    return max(1, _number(cell.find(f"{W}tcPr/{W}gridSpan"), MAX_GRID_COLUMNS + 1))


def _before(row: etree._Element) -> int:
    return _number(row.find(f"{W}trPr/{W}gridBefore"), MAX_GRID_COLUMNS + 1)


def _vertical(cell: etree._Element) -> str | None:
    """The part of a cell in a vertical merge: `restart`, `continue`, or None."""
    node = cell.find(f"{W}tcPr/{W}vMerge")
    return None if node is None else value(node) or "continue"


def _sideways(cell: etree._Element) -> bool:
    node = cell.find(f"{W}tcPr/{W}hMerge")
    return node is not None and (value(node) or "continue") == "continue"


def _alternative(node: etree._Element) -> etree._Element:
    """The one branch of alternative content that is read: the first that prints anything, else the first."""
    branches = [child for child in node if local(child) in ("Choice", "Fallback")]
    speaking = (branch for branch in branches if any(local(found) in _SPEAKING for found in branch.iter()))
    return next(speaking, branches[0] if branches else node.makeelement("empty"))


def _is_icon(picture: etree._Element) -> bool:
    """Whether a picture is too small to show a table."""
    for parent in picture.iterancestors():
        if local(parent) in ("inline", "anchor"):
            sizes = [node.get(side) or "" for node in parent if local(node) == "extent" for side in ("cx", "cy")]
            return any(size.isdigit() and len(size) < 12 and int(size) < ICON for size in sizes)
    return False


def _printed(node: etree._Element) -> str:
    """The characters of a text element; white space at its ends counts only where it is to be preserved."""
    text = re.sub(r"[\r\n]+", " ", node.text or "")
    return text if text == text.strip(" \t") or _PRESERVED(node) else text.strip(" \t")


def _raise(text: str) -> str:
    """Superscript digits as such: the mark of a note must not become part of a figure."""
    return text.translate(_RAISED)


def _symbol(node: etree._Element) -> str:
    code = node.get(W + "char") or ""
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{2,4}", code) else "\ufffd"


def _has_words(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _refuse_embedded() -> None:
    raise Refusal(
        "unsupported_format",
        "part of the document's text stands in embedded files, which are not read; open it in Word or WPS and save it as DOCX again",
    )
