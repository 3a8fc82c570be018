"""Bytes to text: byte order mark, what the file's server and the file itself say, and whether the bytes agree.

Any gb* label is read as GB 18030, its superset. Among encodings that decode, text that is the language of a government
page wins over a label. A file with a byte that no reading explains, or whose text was decoded wrongly before it was
saved, is refused: a guess here would reach the figures. Does not belong here: media types (`kinds`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from gx_pipeline.errors import Refusal

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w-]+)|<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_HEAD = 8192
_GB = re.compile(r"(?:csgb|gb|chinese|cp936|936|ms936|windows-936|x-gbk|x-cp936|hz-gb)")
# Words of two characters hardly come about in text read in a wrong encoding; statistical detectors take Korean for GB 18030.
_WORDS = ("政府", "信息", "公开", "申请", "行政", "工作", "年度", "报告", "办理", "会议", "通知", "单位", "中国", "人民")
_TRADITIONAL = ("政府", "資訊", "公開", "申請", "行政", "工作", "年度", "報告", "會議", "單位", "中國", "人民")
_ASCII = bytes(range(128))

# What UTF-8 turns into when it is read as GBK: the ends of 、 。 ， and of 政府 信息 公开 申请 的.
_READ_AS_GBK = ("锛", "銆", "鏀垮簻", "淇℃伅", "鍏紑", "鍏\ue100紑", "鐢宠", "鐨勬", "锟斤拷", "锟")
# The same read as Latin 1 or Windows 1252, and GBK read so.
_READ_AS_LATIN = re.compile(
    "[ä-é][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_LATIN_RUN = re.compile("[\u00a1-\u00ff]{6,}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_FEW = 3
_FEW_BYTES = 64
_SHORTEST_WIDE = 16
_BY_WORDS = ("gb18030", "big5", "big5hkscs")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Text and the encoding that gave it.

    Args:
        data: the file.
        declared: a charset that came with the file (HTTP header, sidecar), if any.

    Raises:
        Refusal: `unreadable` when no encoding gives clean text, with the place of the byte that is wrong where one is.
    """
    marked = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None) or wide_without_mark(data)
    for encoding in iter([marked]) if marked else _candidates(data, declared):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding in _BY_WORDS and not _speaks(text, encoding) and not text.isascii():
            continue
        _check(data, text, encoding)
        return text, "utf-8" if encoding == "utf-8-sig" else encoding
    raise _broken_byte(data, [marked] if marked else ["utf-8", *_BY_WORDS])


def wide_without_mark(data: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when a text begins like markup or plain ASCII in two bytes a character without a mark."""
    head = data[:2048]
    if 0 not in head or len(data) % 2 or len(data) < _SHORTEST_WIDE:
        return None
    # Markup is ASCII, of which one byte of two is null; a Chinese character that ends in a null byte is one of many.
    first, second = head[0::2].count(0), head[1::2].count(0)
    if second > len(head) // 16 and second > 4 * first:
        return "utf-16-le"
    if first > len(head) // 16 and first > 4 * second:
        return "utf-16-be"
    return None


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    """Encodings to try: UTF-8, which other texts hardly ever happen to be, the labels, and those that words speak for."""
    # A handful of characters in another encoding can be UTF-8 by chance; a label with words then goes before it.
    short = len(data) < _HEAD and 0 < len(data.translate(None, _ASCII)) < _FEW_BYTES
    if not short:
        yield "utf-8"
    page = _DECLARED.search(data, 0, _HEAD)
    labels = [declared, (page[1] or page[2]).decode("ascii", "ignore") if page else None]
    named = [name for name in map(_superset, filter(None, labels)) if name in ("utf-8", *_BY_WORDS)]
    yield from dict.fromkeys(
        [*named, "utf-8", *_BY_WORDS] if short else [name for name in (*named, *_BY_WORDS) if name != "utf-8"]
    )


def _superset(label: str) -> str:
    """The encoding of a label; a whole `Content-Type` is taken for the charset it names."""
    label = label.lower().rpartition("charset=")[2].strip(" \t\"';")
    if _GB.match(label):
        return "gb18030"
    return {"utf8": "utf-8", "big-5": "big5", "big5-hkscs": "big5hkscs", "cn-big5": "big5", "x-x-big5": "big5"}.get(label, label)


def _speaks(text: str, encoding: str) -> bool:
    return any(word in text for word in (_TRADITIONAL if encoding.startswith("big5") else _WORDS))


def _check(data: bytes, text: str, encoding: str) -> None:
    """Refuse text that was decoded wrongly before it was saved."""
    # Without the markup: what the page says is a tenth of it.
    said = data.translate(None, _ASCII).decode("utf-8") if encoding == "utf-8" else text
    if not said:
        return
    if "\ufffd" in said or "锟斤拷" in said:
        raise Refusal(
            "unreadable",
            "the text holds replacement characters: it was decoded wrongly before it was saved; fetch the file again",
        )
    if found := next((mark for mark in _READ_AS_GBK if mark in said), None):
        raise Refusal(
            "unreadable",
            f"the text holds “{found}”, which is UTF-8 read as GBK before it was saved (byte {_place(data, found, encoding):,}); "
            "fetch the file again",
        )
    # In UTF-8 no letter of Latin 1 comes without its lead byte.
    latin = encoding != "utf-8" or b"\xc3" in data or b"\xc2" in data
    if latin and (len(_READ_AS_LATIN.findall(said)) >= _FEW or any(_is_chinese(run) for run in _LATIN_RUN.findall(said))):
        raise Refusal(
            "unreadable", "the text is Chinese that was read as Latin 1 or Windows 1252 before it was saved; fetch the file again"
        )
    if encoding == "gb18030" and (private := _PRIVATE.search(said)):
        raise Refusal(
            "unreadable",
            f"byte {_place(data, private[0], encoding):,} is a character for private use (U+{ord(private[0]):04X}), a trace of a wrong "
            "conversion; fetch the file again",
        )


def _is_chinese(run: str) -> bool:
    """Whether characters of Latin 1 are the bytes of Chinese in GBK."""
    return _speaks(run.encode("latin-1").decode("gb18030", "ignore"), "gb18030")


def _place(data: bytes, text: str, encoding: str) -> int:
    return max(0, data.find(text.encode(encoding)))


def _broken_byte(data: bytes, encodings: list[str]) -> Refusal:
    """The refusal of a text in no encoding, with the place where it stops being in the one that most of it is in."""
    found: list[tuple[int, str, int]] = []
    for encoding in encodings:
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            text = data.decode(encoding, "replace")
            if _speaks(text, encoding):
                found.append((text.count("\ufffd"), encoding, error.start))
    if not found:
        return Refusal(
            "unreadable",
            f"the text is in no encoding that gives clean Chinese (tried {', '.join(encodings)}); fetch the file again, or name its "
            "charset in the sidecar: charset: …",
        )
    faults, encoding, start = min(found)
    line = data.count(b"\n", 0, start) + 1
    return Refusal(
        "unreadable",
        f"byte {start:,} (0x{data[start]:02x}, line {line}) is not {encoding}, in which the rest is written ({faults} such places); "
        "the file is damaged: fetch the file again",
    )
