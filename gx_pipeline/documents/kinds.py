"""What a file is, told by its content and never by its name.

Does not belong here: reading it (`read` and the readers).
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile

from gx_pipeline.documents.charset import wide_without_mark
from gx_pipeline.documents.ole import MAGIC as OLE_MAGIC
from gx_pipeline.documents.ole import OleFile
from gx_pipeline.errors import Refusal

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
ODT = "application/vnd.oasis.opendocument.text"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
RTF = "application/rtf"
MHTML = "multipart/related"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
ENCRYPTED = "application/encrypted"

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", RTF),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
)
_OOXML = (
    (re.compile(rb"(?:wordprocessingml\.(?:document|template)|ms-word\.(?:document|template)\.macroEnabled)\.main\+xml"), DOCX),
    (re.compile(rb"(?:spreadsheetml\.(?:sheet|template)|ms-excel\.(?:sheet|template|addin)\.macroEnabled)\.main\+xml"), XLSX),
    (re.compile(rb"ms-excel\.sheet\.binary\.macroEnabled\.main"), XLSB),
    (re.compile(rb"(?:presentationml|ms-powerpoint)\.[\w.]+\.main\+xml"), PPTX),
)
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|table|div|p|meta)\b", re.IGNORECASE)
_OFFICE_XML = (
    (b'<?mso-application progid="Word', "application/vnd.ms-word+xml"),
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "application/vnd.ms-word+xml"),
    (b'<?mso-application progid="Excel', "application/vnd.ms-excel+xml"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", "application/vnd.ms-excel+xml"),
)
_MIME = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE)
_NAMED = re.compile(rb"application/[\w.+-]{1,80}")
_MAX_ENTRIES = 20_000
_MAX_MANIFEST = 1024 * 1024


def media_type(data: bytes) -> str:
    """The media type of a file by its content; text that is no markup is `text/plain`."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _in_zip(data)
    if data.startswith(OLE_MAGIC):
        return _in_ole(data)
    head = data[:4096]
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    if b"\0" in head and not marked and wide_without_mark(data) is None:
        return "application/octet-stream"
    head = head.replace(b"\0", b"")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        for words, kind in _OFFICE_XML:
            if words in head:
                return kind
    if _MIME.match(head[:2048]):
        return MHTML
    return "text/html" if _HTML.search(head) else "text/plain"


def _in_zip(data: bytes) -> str:
    """Of which format a zip archive is, by its table of contents; `application/zip` when it says nothing or is damaged."""
    if data.count(b"PK\x01\x02") > _MAX_ENTRIES:
        return ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in ("[Content_Types].xml", "mimetype"):
                if name not in archive.namelist():
                    continue
                with archive.open(name) as part:
                    content = part.read(_MAX_MANIFEST).replace(b"\0", b"")
                if name == "mimetype":
                    return content.decode("ascii") if _NAMED.fullmatch(content) else ZIP
                return next((kind for pattern, kind in _OOXML if pattern.search(content)), ZIP)
    except Exception:  # noqa: BLE001 - a damaged archive is told by its reader, with what to do
        return ZIP
    return ZIP


def _in_ole(data: bytes) -> str:
    """Of which format a compound file is, by its streams; whether it is encrypted as far as its head tells."""
    try:
        storage = OleFile(data)
    except Refusal:
        return OLE
    names = {name.casefold(): name for name in storage.streams}
    if "encryptedpackage" in names:
        return ENCRYPTED
    if "worddocument" in names:
        head = storage.head(names["worddocument"])
        return ENCRYPTED if len(head) > 12 and struct.unpack_from("<H", head, 10)[0] & 0x0100 else DOC
    if "workbook" in names or "book" in names:
        return XLS
    return "application/vnd.ms-powerpoint" if "powerpoint document" in names else OLE
