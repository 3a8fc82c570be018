"""The door of this room: bytes of any supported kind to a Document.

What a file is, is told by its content, not by its name. Limits and refusals that hold for every format stand here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gx_pipeline.documents import kinds, office
from gx_pipeline.documents.archive import Archive
from gx_pipeline.documents.charset import decode
from gx_pipeline.documents.chinese import in_simplified, is_traditional
from gx_pipeline.documents.docx import read_docx
from gx_pipeline.documents.html import read_html
from gx_pipeline.documents.kinds import media_type
from gx_pipeline.documents.mhtml import read_mhtml
from gx_pipeline.documents.model import Document, Source
from gx_pipeline.documents.ole import OleFile
from gx_pipeline.documents.pdf import read_pdf
from gx_pipeline.documents.sheets import read_sheets
from gx_pipeline.documents.text import read_text
from gx_pipeline.errors import Refusal

MAX_BYTES = 32 * 1024 * 1024
_READERS: dict[str, Callable[[bytes, Source], Document]] = {
    kinds.DOCX: read_docx,
    kinds.XLSX: read_sheets,
    kinds.XLS: read_sheets,
    kinds.MHTML: read_mhtml,
    **dict.fromkeys(office.SUFFIXES, lambda data, source: read_docx(office.to_docx(data, source.media_type), source)),
}


def describe(data: bytes, path: str) -> Source:
    """What is known of a file before it is read: path, digest, size, media type."""
    return Source(path=path, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), media_type=media_type(data))


def read_bytes(data: bytes, source: Source, charset: str | None = None) -> Document:
    """A file's content as a document.

    Args:
        data: the file.
        source: what `describe` says of it (and a sidecar may add).
        charset: the charset that came with the file, if any.

    Raises:
        Refusal: `unsupported_format`, `unreadable`, `encrypted`, `scanned_image` or `too_large`, with what to do about it.
    """
    document, text = _read(data, source, charset)
    if text is None:
        text = "\n".join([cell.text for line in document.lines for cell in line.cells])
    return in_simplified(document) if is_traditional(text) else document


def _read(data: bytes, source: Source, charset: str | None) -> tuple[Document, str | None]:
    """The document and, where the file is plain text, that text."""
    if len(data) > MAX_BYTES:
        raise Refusal("too_large", f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if not data.strip():
        raise Refusal("unreadable", "the file is empty; fetch it again")
    if source.media_type.startswith("image/"):
        raise Refusal(
            "scanned_image", f"the file is a picture ({source.media_type}); find the page or document it was taken from"
        )
    if source.media_type == "application/pdf":
        return read_pdf(data, source), None
    if source.media_type in _READERS:
        return _READERS[source.media_type](data, source), None
    if not source.media_type.startswith("text/"):
        raise _refusal(data, source)
    text, encoding = decode(data, charset)
    source = replace(source, encoding=encoding)
    return (read_html(text, source), None) if source.media_type == "text/html" else (read_text(text, source), text)


def _refusal(data: bytes, source: Source) -> Refusal:
    """Why a file of a kind that has no reader is not read."""
    if source.media_type == kinds.ENCRYPTED:
        return Refusal("encrypted", "the file is protected by a password; ask for a copy without one")
    if source.media_type == kinds.ZIP:
        Archive(data)
        return Refusal("unsupported_format", "an archive is not read; unpack it and put the report itself in its place")
    if source.media_type == kinds.OLE:
        OleFile(data)
    return Refusal(
        "unsupported_format", f"{source.media_type} is not read; save the report as DOCX, XLSX or PDF and put that in its place"
    )


def read_file(path: Path, charset: str | None = None) -> Document:
    """A file on disk as a document; the path is kept as given, `charset` is what came with the file.

    Raises:
        Refusal: as `read_bytes`, and `unreadable` when the file cannot be opened.
    """
    try:
        if path.exists() and not path.is_file():
            raise Refusal("unreadable", "not a regular file; give the file itself")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Refusal("too_large", f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read")
        data = path.read_bytes()
    except OSError as error:
        raise Refusal("unreadable", f"{error.strerror or error}; check the path and its permissions") from None
    return read_bytes(data, describe(data, str(path)), charset)
