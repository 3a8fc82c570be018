"""What calamine does not tell of a workbook: hidden rows and columns, errors, raised digits, formulas never calculated.

Read from the parts of an XLSX and from the records of an XLS. Does not belong here: values and merged cells (`sheets`).
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from gx_pipeline.documents.archive import Archive, one_line, parse_xml
from gx_pipeline.documents.ole import OleFile
from gx_pipeline.documents.sheets_worker import MAX_PLACES
from gx_pipeline.errors import Refusal

Place = tuple[int, int]
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_OFF = (None, "0", "false")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ID = re.compile(r"\{.*/relationships\}id")
_MAX_COLUMN = 16_384
_PROTECTED, _SHEET = 0x2F, 0x85


@dataclass
class Marks:
    """What of a sheet is hidden, and texts that go before what the library gives; rows and columns count from 0."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    texts: dict[Place, str] = field(default_factory=dict)


# -- XLSX --------------------------------------------------------------------------------------------------------------


def marks_of_xlsx(archive: Archive) -> list[Marks]:
    """The marks of each sheet, in the workbook's order.

    Raises:
        Refusal: `unreadable`, `too_large`.
    """
    name = _targets(archive, "", "_rels/.rels").get("officeDocument", "xl/workbook.xml")
    workbook = _part(archive, name)
    if workbook is None:
        raise Refusal("unreadable", "the workbook has no main part; fetch the file again")
    folder, base = posixpath.split(name)
    parts = _targets(archive, folder, f"{folder}/_rels/{base}.rels")
    strings = _part(archive, parts.get("sharedStrings", ""))
    raised = dict(_raised(strings))
    marks = []
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        relation = next((str(value) for key, value in sheet.attrib.items() if _ID.fullmatch(str(key))), "")
        root = _part(archive, parts.get(relation, ""))
        marks.append(_marks(root, raised, one_line(sheet.get("name") or "")) if root is not None else Marks())
    return marks


def _targets(archive: Archive, folder: str, relations: str) -> dict[str, str]:
    """Parts by the id and by the kind of their relation."""
    found: dict[str, str] = {}
    root = _part(archive, relations)
    for node in root if root is not None else ():
        if node.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, node.get("Target") or "")).lstrip("/")
            found[node.get("Id") or ""] = found[(node.get("Type") or "").rpartition("/")[2]] = target
    return found


def _part(archive: Archive, name: str) -> etree._Element | None:
    data = archive.read(name)
    return parse_xml(data, name) if data else None


def _marks(root: etree._Element, raised: dict[str, str], name: str) -> Marks:
    marks = Marks()
    for node in root.iterfind("{*}cols/{*}col"):
        if node.get("hidden") not in _OFF:
            marks.columns |= set(range(_whole(node.get("min")) - 1, min(_whole(node.get("max")), _MAX_COLUMN)))
    row, column, last = -1, -1, (0, 0)
    for line in root.iterfind("{*}sheetData/{*}row"):
        row, column = (_whole(line.get("r")) - 1 if line.get("r") else row + 1), -1
        if line.get("hidden") not in _OFF:
            marks.rows.add(row)
        for cell in line.iterfind("{*}c"):
            place = _place(cell.get("r")) or (row, column + 1)
            column = place[1]
            kind, value = cell.get("t"), cell.findtext("{*}v") or ""
            if value or kind == "inlineStr":
                last = max(last[0], place[0]), max(last[1], place[1])
            if kind == "e":
                marks.texts[place] = value
            elif kind == "s" and value in raised:
                marks.texts[place] = raised[value]
            elif kind == "inlineStr" and (text := _raised_text(cell.find("{*}is"))) is not None:
                marks.texts[place] = text
            elif cell.find("{*}f") is not None and not value and kind != "str":
                raise Refusal(
                    "unreadable",
                    f"sheet {name} row {place[0] + 1} holds a formula that was never calculated; open the file in a spreadsheet "
                    "program and save it again",
                )
    if (last[0] + 1) * (last[1] + 1) > MAX_PLACES:
        raise Refusal(
            "too_large",
            f"sheet {name} spans {last[0] + 1:,} rows and {last[1] + 1:,} columns; delete what is outside the report and save it again",
        )
    return marks


def _raised(strings: etree._Element | None) -> Iterator[tuple[str, str]]:
    for number, node in enumerate(strings.iterfind("{*}si") if strings is not None else ()):
        if (text := _raised_text(node)) is not None:
            yield str(number), text


def _raised_text(node: etree._Element | None) -> str | None:
    """A text of which a part is superscript, its raised digits as such; None for any other."""
    runs = [
        (run.findtext("{*}t") or "", any(align.get("val") == "superscript" for align in run.iterfind("{*}rPr/{*}vertAlign")))
        for run in (node.iterfind("{*}r") if node is not None else ())
    ]
    if not any(above for _, above in runs):
        return None
    return "".join(text.translate(_RAISED) if above else text for text, above in runs)


def _place(reference: str | None) -> Place | None:
    found = _REFERENCE.fullmatch(reference or "")
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


# -- XLS ---------------------------------------------------------------------------------------------------------------


def marks_of_xls(data: bytes) -> list[Marks]:
    """The marks of each sheet, in the workbook's order; none where the records are not those of Excel 5 or later.

    Raises:
        Refusal: `unreadable`, `encrypted`.
    """
    storage = OleFile(data)
    names = {name.casefold(): name for name in storage.streams}
    stream = storage.stream(names.get("workbook") or names.get("book") or "")
    records = [(kind, content) for kind, content in _records(stream, 0) if kind in (_PROTECTED, _SHEET)]
    if any(kind == _PROTECTED for kind, _ in records):
        raise Refusal("encrypted", "the workbook is protected by a password; ask for a copy without one")
    starts = [struct.unpack_from("<I", content)[0] for _, content in records if len(content) >= 6]
    return [_sheet_marks(stream, start) for start in starts]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from a place up to the end of the part that begins there; parts within (charts) are left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        content = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind in (0x0809, 0x0409, 0x0209, 0x0009):
            depth += 1
        elif kind == 0x0A:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, content


def _sheet_marks(stream: bytes, start: int) -> Marks:
    marks = Marks()
    for kind, content in _records(stream, start):
        if kind == 0x0208 and len(content) >= 16:
            row, flags = struct.unpack_from("<H10xH", content)
            if flags & 0x20:
                marks.rows.add(row)
        elif kind == 0x7D and len(content) >= 10:
            first, last, _, _, flags = struct.unpack_from("<5H", content)
            if flags & 1:
                marks.columns |= set(range(first, min(last, 255) + 1))
        elif kind == 0x0205 and len(content) >= 8:
            row, column, _, code, is_error = struct.unpack_from("<3H2B", content)
            if is_error:
                marks.texts[row, column] = _ERRORS.get(code, "#ERROR")
        elif kind == 0x06 and len(content) >= 14:
            row, column = struct.unpack_from("<2H", content)
            if content[6] == 2 and content[12:14] == b"\xff\xff":
                marks.texts[row, column] = _ERRORS.get(content[8], "#ERROR")
    return marks
