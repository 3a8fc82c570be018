"""Files of office programs that mean harm or came damaged: refused with the reason before a library opens them, or read."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlwt

from gx_pipeline.documents import archive, describe, media_type, read_bytes
from gx_pipeline.documents.kinds import DOC, DOCX, ENCRYPTED, MHTML, ODT, OLE, PPTX, RTF, XLS, XLSB, XLSX
from gx_pipeline.documents.ole import MAGIC
from gx_pipeline.errors import Refusal
from gx_pipeline_tests.generated.layouts import entries, generate
from gx_pipeline_tests.generated.render_docx import docx_bytes, plain

REPORT = docx_bytes(plain("政府信息公开工作年度报告"))


def outcome(data: bytes) -> str:
    """The code with which a file is refused, or `read`."""
    try:
        read_bytes(data, describe(data, "report"))
    except Refusal as refusal:
        return refusal.code if refusal.message.isprintable() else f"unprintable: {refusal.message!r}"
    return "read"


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return file.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        return {name: read.read(name) for name in read.namelist()}


def with_part(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    return packed(unpacked(REPORT) | {name: content}, method)


def ole_file(streams: dict[str, bytes]) -> bytes:
    """A compound file of streams, each of them 4,096 bytes long or more."""
    directory, sectors = b"", b""
    chains: list[int] = []
    for number, (name, content) in enumerate({"Root Entry": b"", **streams}.items()):
        text = name.encode("utf-16-le")
        size = (len(content) + 511) // 512
        start = len(chains) if content else 0xFFFFFFFE
        chains += [*range(len(chains) + 1, len(chains) + size), 0xFFFFFFFE][:size]
        sectors += content.ljust(size * 512, b"\0")
        after = number + 1 if 0 < number < len(streams) else 0xFFFFFFFF
        below = 1 if not number else 0xFFFFFFFF
        entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, 2 if number else 5, 1)
        entry += struct.pack("<3I", 0xFFFFFFFF, after, below) + bytes(36)
        directory += entry + struct.pack("<IQ", start, len(content))
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    at = len(chains)
    chains += [*range(at + 1, at + len(directory) // 512), 0xFFFFFFFE]
    table = len(chains)
    chains.append(0xFFFFFFFD)
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff")
    head = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", table, *[0xFFFFFFFF] * 108)
    return head + sectors + directory + fat


def word_stream(flags: int = 0) -> bytes:
    return (b"\xec\xa5" + bytes(8) + struct.pack("<H", flags)).ljust(5000, b"\0")


def workbook(protected: bool = False) -> bytes:
    written = xlwt.Workbook(encoding="utf-8")
    written.add_sheet("表").write(0, 0, "政府信息公开")
    file = io.BytesIO()
    written.save(file)
    data = file.getvalue()
    if not protected:
        return data
    first = data.index(b"\x09\x08\x10\x00") + 20
    return data[:first] + b"\x2f\x00" + data[first + 2 : first + 4] + b"\x01\x00" + data[first + 6 :]


def content_types(kind: str) -> bytes:
    declared = f'<Types><Override PartName="/x.xml" ContentType="application/{kind}"/></Types>'
    return packed({"[Content_Types].xml": declared.encode(), "x.xml": b"<x/>"})


# -- what a file is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(REPORT, DOCX, id="DOCX"),
        pytest.param(content_types("vnd.ms-word.document.macroEnabled.main+xml"), DOCX, id="DOCM"),
        pytest.param(content_types("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), XLSX, id="XLSX"),
        pytest.param(content_types("vnd.ms-excel.sheet.binary.macroEnabled.main"), XLSB, id="XLSB"),
        pytest.param(content_types("vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"), PPTX, id="PPTX"),
        pytest.param(packed({"mimetype": ODT.encode(), "content.xml": b"<x/>"}, zipfile.ZIP_STORED), ODT, id="ODT"),
        pytest.param(packed({"a.txt": b"a"}), "application/zip", id="any other archive"),
        pytest.param(packed({"mimetype": b"\xff text"}), "application/zip", id="an archive that claims nonsense"),
        pytest.param(ole_file({"WordDocument": word_stream(), "Workbook": bytes(5000)}), DOC, id="DOC with a workbook inside"),
        pytest.param(ole_file({"WordDocument": word_stream(0x0100)}), ENCRYPTED, id="encrypted DOC"),
        pytest.param(ole_file({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(5000)}), ENCRYPTED, id="encrypted DOCX"),
        pytest.param(workbook(), XLS, id="XLS"),
        pytest.param(ole_file({"Contents": bytes(5000)}), OLE, id="any other compound file"),
        pytest.param(b"{\\rtf1\\ansi}", RTF, id="RTF"),
        pytest.param(
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "application/vnd.ms-word+xml", id="XML"
        ),
        pytest.param(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", "multipart/related", id="MHTML"),
        pytest.param(b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>", "text/html", id="a page saved as XLS"),
    ],
)
def test_what_an_office_file_is_is_told_by_its_content(data, kind):
    assert media_type(data) == kind


# -- archives that mean harm -------------------------------------------------------------------------------------------


def flagged(data: bytes) -> bytes:
    """The archive with the flag of an encrypted entry at its last entry."""
    at = data.rindex(b"PK\x01\x02") + 8
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


def understated(data: bytes) -> bytes:
    """The archive with its entries said to hold a byte each."""
    patched = bytearray(data)
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        patched[at + 24 : at + 28] = struct.pack("<I", 1)
    return bytes(patched)


BOMB = b"<?xml version='1.0'?><!DOCTYPE w [<!ENTITY a 'ha'><!ENTITY b '" + b"&a;" * 99 + b"'>]><w>&b;</w>"
OUTSIDE = b"<?xml version='1.0'?><!DOCTYPE w SYSTEM 'http://localhost/x.dtd'><w/>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(with_part("word/media/a.bin", bytes(20 * 1024 * 1024)), "too_large", id="a bomb"),
        pytest.param(
            understated(with_part("word/media/a.bin", bytes(20 * 1024 * 1024))), "unreadable", id="a bomb that understates"
        ),
        pytest.param(
            packed({f"{number}.xml": b"" for number in range(archive.MAX_ENTRIES + 1)}), "too_large", id="entries without end"
        ),
        pytest.param(b"PK\x03\x04" + b"PK\x01\x02" * 9000, "too_large", id="a directory without end"),
        pytest.param(
            with_part("word/document.xml", b" " * (archive.MAX_XML_BYTES + 1), zipfile.ZIP_STORED), "too_large", id="vast XML"
        ),
        pytest.param(with_part("word/document.xml", BOMB), "unreadable", id="entities within entities"),
        pytest.param(with_part("word/document.xml", BOMB.decode().encode("utf-16")), "unreadable", id="the same in UTF-16"),
        pytest.param(with_part("word/theme/theme1.xml", BOMB), "unreadable", id="entities in a part that is not read"),
        pytest.param(with_part("docProps/core.xml", OUTSIDE), "unreadable", id="a document type from outside"),
        pytest.param(with_part("../../evil.xml", b"<x/>"), "unreadable", id="a path out of the archive"),
        pytest.param(with_part("/etc/x", b"<x/>"), "unreadable", id="an absolute path"),
        pytest.param(with_part("a.xml", b"<x/>", zipfile.ZIP_BZIP2), "unreadable", id="an unusual packing"),
        pytest.param(flagged(REPORT), "encrypted", id="an encrypted entry"),
        pytest.param(packed({"a.docx": REPORT}), "unsupported_format", id="an archive of reports"),
        pytest.param(packed({"[Content_Types].xml": unpacked(REPORT)["[Content_Types].xml"]}), "unreadable", id="no main part"),
        pytest.param(with_part("word/document.xml", b"<w:document"), "unreadable", id="XML cut short"),
        pytest.param(packed({k: v for k, v in unpacked(REPORT).items() if "styles" not in k}), "unreadable", id="styles gone"),
        pytest.param(with_part("word/document.xml", b"<document/>"), "unreadable", id="no body"),
        pytest.param(REPORT[:-30], "unreadable", id="an archive cut short"),
        pytest.param(REPORT.replace(b"\xef", b"\xee", 1).replace(b"\x9d", b"\x9c"), "unreadable", id="damaged content"),
        pytest.param(ole_file({"EncryptedPackage": bytes(5000)}), "encrypted", id="an encrypted DOCX"),
        pytest.param(ole_file({"WordDocument": word_stream(0x0100)}), "encrypted", id="an encrypted DOC"),
        pytest.param(workbook(protected=True), "encrypted", id="an encrypted XLS"),
        pytest.param(workbook()[:3000], "unreadable", id="an XLS cut short"),
        pytest.param(ole_file({"WordDocument": word_stream()})[:4000], "unreadable", id="a DOC cut short"),
        pytest.param(ole_file({"Contents": bytes(5000)}), "unsupported_format", id="another compound file"),
        pytest.param(content_types("vnd.ms-excel.sheet.binary.macroEnabled.main"), "unsupported_format", id="XLSB"),
    ],
)
def test_a_file_that_means_harm_or_cannot_be_read_is_refused_with_its_reason(data, code):
    assert outcome(data) == code


def test_two_parts_of_one_name_are_refused():
    file = io.BytesIO(REPORT)
    with zipfile.ZipFile(file, "a") as written, pytest.warns(UserWarning, match="Duplicate"):
        written.writestr("word/document.xml", unpacked(REPORT)["word/document.xml"])
    assert outcome(file.getvalue()) == "unreadable"


def test_nothing_outside_the_file_is_fetched(tmp_path):
    secret = tmp_path / "styles.xml"
    secret.write_text("not to be read", "utf-8")
    relation = f'<Relationship Id="r" Type="x/numbering" Target="{secret.as_uri()}" TargetMode="External"/>'
    relations = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}</Relationships>'
    assert outcome(with_part("word/_rels/document.xml.rels", relations.encode())) == "read"


def test_a_compound_file_whose_stream_is_not_whole_is_refused():
    data = bytearray(workbook())
    entry = data.index("Workbook".encode("utf-16-le"))
    struct.pack_into("<I", data, entry + 120, 1_000_000)
    assert outcome(bytes(data)) == "unreadable"


@pytest.mark.parametrize("circle", [0, 1])
def test_a_compound_file_that_runs_in_a_circle_is_refused(circle):
    data = bytearray(ole_file({"WordDocument": word_stream()}))
    fat = len(data) - 512
    for number in range(20):
        struct.pack_into("<I", data, fat + 4 * number, circle)
    assert outcome(bytes(data)) == "unreadable"


# -- single file web pages --------------------------------------------------------------------------------------------

PAGE = "<html><body><p>政府信息公开工作年度报告，欢迎查阅。</p><table><tr><td>规章</td><td>3</td></tr></table></body></html>"


def single_file(page: bytes, charset: str) -> bytes:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Location: file:///C:/a.htm\r\n"
    head += f'Content-Transfer-Encoding: base64\r\nContent-Type: text/html; charset="{charset}"\r\n\r\n'
    return head.encode() + base64.encodebytes(page) + b"\r\n--x--\r\n"


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_saved_as_a_single_file_is_read(charset):
    data = single_file(PAGE.encode(charset), charset)
    document = read_bytes(data, describe(data, "report.doc"))
    assert document.source.media_type == MHTML
    assert [line.text for line in document.lines] == ["政府信息公开工作年度报告,欢迎查阅。", "规章 3"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(single_file(PAGE.encode(), "utf-8")[:-12], id="cut short"),
        pytest.param(single_file(PAGE.encode(), "utf-8").replace(b"text/html", b"text/css"), id="without a page"),
        pytest.param(
            b"Content-Type: multipart/related; boundary=x\n\n" + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 5000,
            id="nested",
        ),
    ],
)
def test_a_single_file_that_is_not_whole_is_refused(data):
    assert outcome(data) == "unreadable"


# -- damage at random --------------------------------------------------------------------------------------------------


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 40))):
        at = chance.randrange(len(changed))
        changed[at : at + 1] = chance.choice((b"", b"\0", b"\xff", bytes([chance.randrange(256)]), bytes(changed[at : at + 9])))
    return bytes(changed)


def mutated_inside(data: bytes, chance: random.Random) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return mutated(data, chance)
    parts = unpacked(data)
    hit = chance.choice([name for name, content in parts.items() if content])
    return packed(parts | {hit: mutated(parts[hit], chance)}, zipfile.ZIP_STORED)


@pytest.mark.parametrize("damage", [cut, mutated, mutated_inside])
@pytest.mark.parametrize("layout", ["DOCX Word debris", "DOCX narrative in text boxes", "XLSX one sheet", "XLS"])
def test_damaged_files_are_read_or_refused_and_never_crash(layout, damage: Callable[[bytes, random.Random], bytes]):
    entry = next(entry for entry in entries() if entry.name == layout)
    data = generate(entry, 5).data
    chance = random.Random(f"{layout} {damage.__name__}")
    outcomes = {outcome(damage(data, chance)) for _ in range(12)}
    assert outcomes <= {"read", "unreadable", "too_large", "unsupported_format", "encrypted"}
    assert "unreadable" in outcomes
