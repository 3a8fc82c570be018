"""Streams of a PDF that grow out of all measure when they are unpacked: told before pdfium unpacks them.

A few kilobytes may unpack to gigabytes of drawing, which pdfium takes in whole and cannot be stopped at. Does not belong
here: limits on what a page shows (`pdf_page`).
"""

from __future__ import annotations

import re
import zlib

from gx_pipeline.errors import Refusal

MAX_DRAWING = 16 * 1024 * 1024
MAX_PICTURE = 160 * 1024 * 1024
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Fl(?:ateDecode)?\b")
_LARGE = (b"/Image", b"/Length1", b"/CIDFontType0C", b"/OpenType")
_DICTIONARY = 1500


def refuse_bombs(data: bytes) -> None:
    """Raise Refusal `too_large` when a packed stream holds more than a page's drawing, a picture or a font ever does."""
    view = memoryview(data)
    for found in _STREAM.finditer(data):
        before = data[max(0, found.start() - _DICTIONARY) : found.start()]
        before = before[before.rfind(b" obj") + 1 :]
        if not _FLATE.search(before):
            continue
        limit = MAX_PICTURE if any(mark in before for mark in _LARGE) else MAX_DRAWING
        if _unpacks_beyond(view[found.end() :], limit):
            raise Refusal(
                "too_large", f"a stream of the PDF unpacks to more than {limit:,} bytes; print it anew and put that here"
            )


def _unpacks_beyond(packed: memoryview, limit: int) -> bool:
    unpacker = zlib.decompressobj()
    seen = 0
    try:
        piece = unpacker.decompress(packed[:65536], 1 << 20)
        at = 65536
        while True:
            seen += len(piece)
            if seen > limit:
                return True
            if unpacker.eof:
                return False
            rest: bytes | memoryview = unpacker.unconsumed_tail
            if not rest:
                rest = packed[at : at + 65536]
                at += 65536
                if not rest:
                    return False
            piece = unpacker.decompress(rest, 1 << 20)
    except zlib.error:
        return False
