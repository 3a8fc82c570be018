"""The door of this room: bytes of any supported kind to a Document.

What a file is, is told by its content, not by its name. Limits and refusals that hold for every format stand here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from gx_pipeline.documents.charset import decode
from gx_pipeline.documents.html import read_html
from gx_pipeline.documents.model import Document, Source
from gx_pipeline.documents.text import read_text
from gx_pipeline.errors import Refusal

MAX_BYTES = 32 * 1024 * 1024
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"Rar!", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
)
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|table|div|p|meta)\b", re.IGNORECASE)


def media_type(data: bytes) -> str:
    """The media type of a file by its content; text that is no markup is `text/plain`."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    head = data[:4096]
    if b"\0" in head and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "application/octet-stream"
    return "text/html" if _HTML.search(head.replace(b"\0", b"")) else "text/plain"


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
        Refusal: `unsupported_format`, `unreadable`, `scanned_image` or `too_large`, with what to do about it.
    """
    if len(data) > MAX_BYTES:
        raise Refusal("too_large", f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if not data.strip():
        raise Refusal("unreadable", "the file is empty; fetch it again")
    if source.media_type.startswith("image/"):
        raise Refusal(
            "scanned_image", f"the file is a picture ({source.media_type}); find the page or document it was taken from"
        )
    if not source.media_type.startswith("text/"):
        raise Refusal(
            "unsupported_format",
            f"{source.media_type} is not read; save the report as HTML or text (UTF-8) and put that in its place",
        )
    text, encoding = decode(data, charset)
    source = replace(source, encoding=encoding)
    return read_html(text, source) if source.media_type == "text/html" else read_text(text, source)


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
