"""Reader for HTML: the article of the page as lines of cells, tables with their merged cells spread out.

The article is found by where the text stands, not by one site's class names. Knows no form and fetches nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from gx_pipeline.documents.dates import find_published_on
from gx_pipeline.documents.model import COVERED, GAP, Cell, Document, Line, Source, cell_of, normalize
from gx_pipeline.errors import Refusal

MAX_COLUMNS = 64
MAX_ROWS = 4000
MAX_DEPTH = 200
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "nav", "footer", "select", "button", "form", "svg", "iframe"}
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_ARTICLE_SHARE = 0.6
_ATTACHMENT = re.compile(r"\.(docx?|xlsx?|pdf|wps|et|zip|rar)(\?|$)", re.IGNORECASE)
_META_DATE = ("pubdate", "publishdate", "publish_date", "pub_date", "publishtime")
_META_TITLE = ("articletitle",)
_META_SITE = ("sitename", "site_name", "og:site_name")


def read_html(text: str, source: Source) -> Document:
    """The page's article as lines of cells, with title, site, publication date and attachments.

    Raises:
        Refusal: `unreadable` when there is no page in the text, `too_large` when a table or the nesting is out of bounds.
    """
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("unreadable", f"no HTML page could be made of the text ({error}); fetch the file again") from None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Refusal(
            "too_large", "the page nests deeper than 256 elements or is otherwise out of bounds; what lies deeper would be lost"
        )
    _drop_furniture(root)
    article = _article(root)
    meta = {
        (node.get("name") or node.get("property") or "").lower(): normalize(node.get("content") or "")
        for node in root.iter("meta")
    }
    title_node = root.find(".//title")
    page_title = normalize("".join(map(str, title_node.itertext()))) if title_node is not None else ""
    headings = [normalize(_text(node)) for node in root.iter("h1", "h2") if normalize(_text(node))]
    title = next((meta[name] for name in _META_TITLE if meta.get(name)), None) or next(iter(headings), None) or page_title or None
    published_on, evidence = _published_on(meta, root)
    return Document(
        source=source,
        lines=tuple(_Walk().lines(article)),
        title=title,
        site_name=next((meta[name] for name in _META_SITE if meta.get(name)), None),
        published_on=published_on,
        published_on_evidence=evidence,
        headers=tuple(dict.fromkeys(text for text in (*headings, page_title) if text)),
        attachments=tuple(
            dict.fromkeys(str(node.get("href")) for node in root.iter("a") if _ATTACHMENT.search(node.get("href") or ""))
        ),
    )


def _drop_furniture(root: etree._Element) -> None:
    etree.strip_elements(root, *_SKIPPED - {"head"}, with_tail=False)


def _published_on(meta: dict[str, str], root: etree._Element) -> tuple[dt.date | None, str | None]:
    shown = find_published_on([normalize(" ".join(map(str, root.itertext())))])
    if shown[0]:
        return shown
    for name in _META_DATE:
        if meta.get(name):
            found = find_published_on([f"发布日期:{meta[name]}"])
            if found[0]:
                return found[0], f'<meta name="{name}"> {meta[name]}'
    return None, None


def _weights(root: etree._Element) -> dict[etree._Element, int]:
    """Characters of text below each element, link texts not counted: menus weigh little."""
    weights: dict[etree._Element, int] = {}
    for node in reversed(list(root.iter(etree.Element))):
        own = 0 if node.tag == "a" else len(normalize(node.text or ""))
        weights[node] = own + sum(weights[child] + len(normalize(child.tail or "")) for child in node)
        if node.tag in ("a", "head"):
            weights[node] = 0
    return weights


def _article(root: etree._Element) -> etree._Element:
    """The deepest block that holds most of the page's text, never inside a table."""
    weights = _weights(root)
    body = root.find("body")
    node = body if body is not None else root
    total = weights[node]
    while True:
        heaviest = max((child for child in node if isinstance(child.tag, str)), key=lambda child: weights[child], default=None)
        if heaviest is None or heaviest.tag in ("table", "p", "ul", "ol") or weights[heaviest] < _ARTICLE_SHARE * total:
            return node
        node = heaviest


class _Walk:
    """Walks an element and yields its lines; counts tables and paragraphs for the locators."""

    def __init__(self) -> None:
        self.tables = 0
        self.paragraphs = 0

    def lines(self, node: etree._Element) -> Iterator[Line]:
        yield from self._block(node, 0)

    def _block(self, node: etree._Element, depth: int) -> Iterator[Line]:
        if depth > MAX_DEPTH:
            raise Refusal("too_large", f"the page nests deeper than {MAX_DEPTH} elements")
        inline: list[str] = [node.text or ""]
        for child in node:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "table" and not _is_layout(child):
                yield from self._paragraph(inline)
                yield from self._table(child)
                inline = []
            elif tag in _BLOCKS or tag == "table" or (tag and _has_block(child)):
                yield from self._paragraph(inline)
                yield from self._block(child, depth + 1)
                inline = []
            elif tag == "br":
                yield from self._paragraph(inline)
                inline = []
            elif tag:
                inline.append(_text(child))
            inline.append(child.tail or "")
        yield from self._paragraph(inline)

    def _paragraph(self, parts: list[str]) -> Iterator[Line]:
        raw = "".join(parts).strip()
        if normalize(raw):
            self.paragraphs += 1
            yield Line(f"paragraph {self.paragraphs}", (cell_of(raw),))

    def _table(self, table: etree._Element) -> Iterator[Line]:
        self.tables += 1
        number = self.tables
        for index, cells in enumerate(expand_table(table), start=1):
            yield Line(f"table {number} row {index}", cells, table=number)


def _has_block(node: etree._Element) -> bool:
    return any(isinstance(child.tag, str) and (child.tag in _BLOCKS or child.tag in ("table", "br")) for child in node.iter())


def _is_layout(table: etree._Element) -> bool:
    return next(table.iterdescendants("table"), None) is not None


def _text(node: etree._Element) -> str:
    """The text below a node as printed, with a space where a line or block breaks."""
    parts: list[str] = []
    for event, child in etree.iterwalk(node, events=("start", "end")):
        if event == "start":
            if child.tag == "br":
                parts.append(" ")
            parts.append(child.text or "")
        elif child is not node:
            if child.tag in _BLOCKS:
                parts.append(" ")
            parts.append(child.tail or "")
    return "".join(parts).strip(" \t\r\n")


def _span(cell: etree._Element, name: str) -> int:
    found = re.match(r"\s*(\d{1,4})", cell.get(name) or "")
    return max(1, int(found[1])) if found else 1


def expand_table(table: etree._Element) -> list[tuple[Cell, ...]]:
    """Rows of a table with merged cells spread out: the cell stands at its top left, the rest it covers is `covered`.

    Raises:
        Refusal: `too_large` beyond MAX_ROWS rows or MAX_COLUMNS columns.
    """
    rows = list(table.iter("tr"))
    if len(rows) > MAX_ROWS:
        raise Refusal("too_large", f"a table of the page has {len(rows)} rows; at most {MAX_ROWS} are read")
    grid: list[dict[int, Cell]] = [{} for _ in rows]
    for index, row in enumerate(rows):
        column = 0
        for node in row:
            if node.tag not in ("td", "th"):
                continue
            while column in grid[index]:
                column += 1
            width = min(_span(node, "colspan"), MAX_COLUMNS + 1)
            if column + width > MAX_COLUMNS:
                raise Refusal("too_large", f"a table of the page has more than {MAX_COLUMNS} columns")
            raw = _text(node)
            for below in range(index, min(index + _span(node, "rowspan"), len(rows))):
                for right in range(column, column + width):
                    grid[below].setdefault(right, COVERED)
            grid[index][column] = cell_of(raw)
            column += width
    return [tuple(cells.get(i, GAP) for i in range(max(cells) + 1)) if cells else () for cells in grid]
