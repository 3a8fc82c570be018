"""Bytes to text: byte order mark, then what the sidecar or the page declares, then UTF-8, then GB 18030.

Any gb* label is read as GB 18030, its superset. A file that decodes only with replacement characters is refused: a
guess here would reach the figures. Does not belong here: media types (`sniff`).
"""

from __future__ import annotations

import codecs
import re

from gx_pipeline.errors import Refusal

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
# Labels that old servers send by default; they decode any bytes and so say nothing of a Chinese page.
_LATIN = re.compile(r"\s*(?:iso-?8859|latin|us-ascii|ascii|windows-125|cp125)", re.IGNORECASE)
_REPORT_WORDS = ("政府信息", "公开", "申请", "行政")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Text and the encoding that gave it.

    Args:
        data: the file.
        declared: a charset that came with the file (HTTP header, sidecar), if any.

    Raises:
        Refusal: `unreadable` when no encoding gives clean text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _clean(data, encoding), "utf-8" if encoding == "utf-8-sig" else encoding
    page = _META.search(data, 0, 4096)
    labels = [declared, page[1].decode("ascii") if page else None]
    candidates = [*(label for label in labels if label and not _LATIN.match(label)), "utf-8", "gb18030"]
    for encoding in dict.fromkeys(_superset(name) for name in candidates):
        try:
            return _clean(data, encoding), encoding
        except (Refusal, LookupError):
            continue
    raise Refusal(
        "unreadable",
        "the text is in no encoding that gives clean Chinese (tried "
        + ", ".join(dict.fromkeys(_superset(name) for name in candidates))
        + "); fetch the file again, or name its charset in the sidecar: charset: …",
    )


def _superset(name: str) -> str:
    name = name.lower()
    return "gb18030" if name.startswith(("gb", "cp936", "936", "windows-936")) else name


def _clean(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("unreadable", f"byte {error.start} is not {encoding}; fetch the file again") from None
    if "\ufffd" in text or "锟斤拷" in text:
        raise Refusal(
            "unreadable",
            "the text holds replacement characters: it was decoded wrongly before it was saved; fetch the file again",
        )
    if encoding == "gb18030" and not any(word in text for word in _REPORT_WORDS) and not text.isascii():
        raise Refusal("unreadable", "read as GB 18030 the text is no Chinese of a government report; fetch the file again")
    return text
