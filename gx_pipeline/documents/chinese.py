"""Traditional characters to simplified, for what is compared and read; what is printed stays as it is.

Does not belong here: which words a report uses (`forms`, `parsing`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from opencc import OpenCC

from gx_pipeline.documents.model import Cell, Document, normalize

# Every report prints these words: 公开, 机关, 总计 or 结果, in either script.
_TRADITIONAL = ("公開", "機關", "總計", "結果", "報告")

_WORDS_OF_TAIWAN = {"资讯": "信息", "规范性档案": "规范性文件", "本列资料": "本列数据", "资料的勾稽": "数据的勾稽"}


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters, told by words that every report prints."""
    return sum(word in text for word in _TRADITIONAL) > 1


def in_simplified(document: Document) -> Document:
    """The document with the texts of its cells in simplified characters; `raw` is as printed."""
    return replace(
        document,
        lines=tuple(line._replace(cells=tuple(map(_simplified, line.cells))) for line in document.lines),
        title=simplify(document.title) if document.title else document.title,
        headers=tuple(map(simplify, document.headers)),
    )


def simplify(text: str) -> str:
    """A text in simplified characters, character by character; of Taiwan's words, those that the forms' labels hold."""
    simplified = _converter().convert(text)
    for theirs, ours in _WORDS_OF_TAIWAN.items():
        simplified = simplified.replace(theirs, ours)
    return normalize(simplified)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(cell: Cell) -> Cell:
    return Cell(cell.raw, cell.kind, simplify(cell.text)) if cell.kind == "text" else cell
