"""Zip archives as office programs write them, checked whole before any part is read; nothing is unpacked to disk.

An `Archive` can only be had of a file that keeps to the limits: entries, sizes as declared and as inflated, names, and
XML without a document type. Does not belong here: what the parts mean (the readers beside).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import NoReturn

from lxml import etree

from gx_pipeline.errors import Refusal

MAX_ENTRIES = 4_000
MAX_ENTRY_BYTES = 64 * 1024 * 1024
MAX_XML_BYTES = 32 * 1024 * 1024
MAX_TOTAL_BYTES = 192 * 1024 * 1024
MAX_RATIO = 250
_RATIO_FROM = 1024 * 1024
_CHUNK = 256 * 1024
_XML = (".xml", ".rels", ".vml")
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ODD_NAME = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|[\x00-\x1f]")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # also for a way of packing that zipfile does not know
    ValueError,
    OverflowError,
    KeyError,
    MemoryError,
)


class Archive:
    """A zip archive that keeps to the limits."""

    def __init__(self, data: bytes) -> None:
        """Open and check an archive.

        Raises:
            Refusal: `unreadable`, `encrypted` or `too_large`.
        """
        self._zip = _open(data)
        self.names = frozenset(self._zip.namelist())
        _check_directory(self._zip.infolist())
        left = MAX_TOTAL_BYTES
        for info in self._zip.infolist():
            left -= self._check_content(info, left)

    def read(self, name: str) -> bytes:
        """The content of a part; empty when there is none of this name."""
        if name not in self.names:
            return b""
        try:
            return self._zip.read(name)
        except _DAMAGED as error:
            _damaged(error)

    def _check_content(self, info: zipfile.ZipInfo, left: int) -> int:
        """Inflate an entry in pieces; its size as it really is."""
        size, tail, xml = 0, b"", info.filename.lower().endswith(_XML)
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    # zipfile ends an entry at its declared size; the limit holds whether it does or not.
                    if size > min(MAX_ENTRY_BYTES, left):
                        _too_large(info.filename)
                    if xml and _DECLARES.search((tail + chunk).replace(b"\0", b"")):
                        _declares(info.filename)
                    tail = chunk[-32:]
        except _DAMAGED as error:
            _damaged(error)
        return size


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root element of an XML part.

    Raises:
        Refusal: `unreadable` when it is no XML or declares a document type, `too_large`.
    """
    if len(data) > MAX_XML_BYTES:
        raise Refusal("too_large", f"{one_line(name)} holds {len(data):,} bytes of XML; at most {MAX_XML_BYTES:,} are read")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal(
            "unreadable", f"{one_line(name)} in the file is not sound XML ({one_line(error)}); fetch the file again"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        _declares(name)
    return root


def one_line(words: object) -> str:
    """An error's words, or a name that a file gives, as they may stand in a message."""
    text = " ".join(str(words).split()) or type(words).__name__
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:200])


def _open(data: bytes) -> zipfile.ZipFile:
    if data.count(b"PK\x01\x02") > 2 * MAX_ENTRIES:
        raise Refusal(
            "too_large", f"the archive has more than {MAX_ENTRIES:,} entries; save the report again and put that in its place"
        )
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        _damaged(error)


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """What the archive says of its entries, before any is opened."""
    if len(entries) > MAX_ENTRIES:
        raise Refusal("too_large", f"the archive has {len(entries):,} entries; at most {MAX_ENTRIES:,} are read")
    if len({info.filename for info in entries}) != len(entries):
        raise Refusal("unreadable", "the archive holds two entries of the same name; fetch the file again")
    for info in entries:
        if _ODD_NAME.search(info.filename):
            raise Refusal("unreadable", f"the archive names an entry {info.filename!r}, which no office program does")
        if info.flag_bits & 0x1:
            raise Refusal("encrypted", "the archive is protected by a password; ask for a copy without one")
        if info.compress_type not in _METHODS:
            raise Refusal(
                "unreadable", f"{one_line(info.filename)} is packed in a way that no office program uses; save the report again"
            )
        if info.file_size > MAX_ENTRY_BYTES:
            _too_large(info.filename)
        if info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise Refusal(
                "too_large",
                f"{one_line(info.filename)} unpacks to more than {MAX_RATIO} times its size, as archives made to do harm do",
            )
    if sum(info.file_size for info in entries) > MAX_TOTAL_BYTES:
        raise Refusal(
            "too_large", f"the archive unpacks to more than {MAX_TOTAL_BYTES:,} bytes; save the report without its pictures"
        )


def _too_large(name: str) -> NoReturn:
    raise Refusal("too_large", f"{one_line(name)} in the archive unpacks beyond the limit; save the report without its pictures")


def _declares(name: str) -> NoReturn:
    raise Refusal(
        "unreadable", f"{one_line(name)} declares a document type or entities, which no office program writes; it is not read"
    )


def _damaged(error: BaseException) -> NoReturn:
    raise Refusal("unreadable", f"the archive is cut short or damaged ({one_line(error)}); fetch the file again") from None
