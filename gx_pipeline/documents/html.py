"""Reader for HTML: the article of the page as lines of cells, tables with their merged cells spread out.

The tree is gone through once: outside tables element by element, inside a table as one stream of nodes. Does not belong
here: what of the page is the article (`article`), spans (`merged_cells`), bounds of size (`markup_limits`). Fetches nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gx_pipeline.documents import markup_limits
from gx_pipeline.documents.article import Entry, find_article, menus
from gx_pipeline.documents.dates import find_published_on
from gx_pipeline.documents.merged_cells import spread
from gx_pipeline.documents.model import Document, Line, Source, cell_of, normalize
from gx_pipeline.documents.text import cells_of_row, read_text
from gx_pipeline.errors import Refusal

(
    _INLINE, _TEXT, _BREAK, _LEAF, _HEADING, _ITEM, _BLOCK, _CELL, _ROW, _GROUP, _TABLE, _CAPTION, _PRE,
    _LINK, _RAISED, _STRUCK, _IMAGE, _EMBED, _META, _SKIP, _SKIP_BARE,
) = range(21)  # fmt: skip
_TAGS = {
    _INLINE: "span font b strong u i em sub big small tt code label col colgroup ins",
    _BREAK: "br hr",
    # Holds text, links and pictures, and no other block as a rule.
    _LEAF: "p h3 h4 h5 h6 dt address figcaption legend summary",
    _HEADING: "h1 h2",
    _ITEM: "li dd",
    _BLOCK: "html body div center section article main header aside blockquote form fieldset figure ul ol dl menu details hgroup",
    _CELL: "td th",
    _ROW: "tr",
    _GROUP: "tbody thead tfoot",
    _TABLE: "table",
    _CAPTION: "caption",
    _PRE: "pre listing xmp plaintext",
    _LINK: "a",
    _RAISED: "sup",
    _STRUCK: "s strike del",
    _IMAGE: "img",
    _EMBED: "iframe embed object",
    _META: "meta title",
    _SKIP: "script style noscript template textarea select svg math canvas audio video datalist head",
    # Furniture, unless a page left it open and its table lies within.
    _SKIP_BARE: "nav footer button dialog",
}
_MAKER = LexborHTMLParser("<p>.</p>")
_KINDS = {_MAKER.create_node(tag).tag_id: kind for kind, tags in _TAGS.items() for tag in tags.split()}
_KINDS |= {node.tag_id: _TEXT for node in _MAKER.css("p")[0].iter(include_text=True)}
_TABLE_TAG, _ROW_TAG, _LINK_TAG = (_MAKER.create_node(tag).tag_id for tag in ("table", "tr", "a"))
_BARE_TAGS = frozenset(
    _MAKER.create_node(tag).tag_id for tag in ("table", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th")
)
_CELL_TAGS = frozenset(_MAKER.create_node(tag).tag_id for tag in ("td", "th"))
_BY_NAME = {"xml": _SKIP_BARE}
_NEW_LINE = frozenset(range(_BREAK, _PRE + 1))
_PIECE = "\x1f"

_DOCUMENT = re.compile(r"\.(docx?|xlsx?|pdf|wps|et|ofd|rtf|zip|rar|7z)\s*(?:[?#&]|$)", re.IGNORECASE)
_META_DATE = (
    "pubdate", "publishdate", "publish_date", "pub_date", "publishtime", "publish_time", "pubtime", "firstpublishedtime",
    "publishedtime", "article:published_time", "og:release_date", "datepublished", "dc.date.issued", "dcterms.issued",
)  # fmt: skip
_META_TITLE = ("articletitle", "og:title", "dc.title")
_META_SITE = ("sitename", "site_name", "og:site_name")
_HIDDEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_STRUCK_BY_STYLE = re.compile(r"(?:^|[;\s])text-decoration(?:-line)?\s*:[^;]*\bline-through", re.IGNORECASE)
_NOT_STRUCK = re.compile(r"(?:^|[;\s])text-decoration(?:-line)?\s*:\s*none", re.IGNORECASE)
_CUES = ("日期", "时间", "发布于", "印发", "来源")
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBER = re.compile(r"\s*(\d{1,5})")
_SMALL_TABLE = 64
_FEW_CELLS = 12
_PROSE = 3
_ICON = re.compile(
    r"ico|btn|button|logo|share|print|arrow|qr|erweima|weixin|wechat|weibo|(?:doc|xls|pdf|zip|rar)x?\.(?:gif|png)", re.IGNORECASE
)
_ICON_SIZE = 120


def read_html(text: str, source: Source) -> Document:
    """The page's article as lines of cells, with title, site, publication date and attachments.

    Raises:
        Refusal: `unreadable` when the page shows no text, `scanned_image` when it shows pictures only, `too_large` when a
            table, the nesting or the number of tags is out of bounds.
    """
    page = _Page(text)
    page.walk()
    entries = page.entries
    if not entries and not page.meta:
        if page.pictures:
            raise Refusal("scanned_image", "the page shows pictures and no text; find the document that they were taken from")
        raise Refusal("unreadable", "the page shows no text (scripts or frames may put it there); save it as a browser shows it")
    first, last = find_article(entries, page.parents, page.ends)
    shown = menus(entries)
    headings = page.headings
    title = next((page.meta[name] for name in _META_TITLE if page.meta.get(name)), None)
    published_on, evidence = _published_on(page)
    return Document(
        source=source,
        lines=tuple(_lines(entries[place] for place in range(first, last) if place not in shown)),
        title=title or next(iter(headings), None) or page.title or None,
        site_name=next((page.meta[name] for name in _META_SITE if page.meta.get(name)), None),
        published_on=published_on,
        published_on_evidence=evidence,
        headers=tuple(dict.fromkeys(text for text in (*headings, page.title) if text)),
        attachments=tuple(dict.fromkeys(page.attachments)),
        pictures=sum(first < place <= last for place in page.pictures),
    )


def _lines(entries: Iterator[Entry]) -> Iterator[Line]:
    tables = paragraphs = 0
    for entry in entries:
        if entry.rows:
            tables += 1
            for index, cells in enumerate(entry.rows, start=1):
                yield Line(f"table {tables} row {index}", cells, tables)
        else:
            paragraphs += 1
            yield Line(f"paragraph {paragraphs}", entry.cells)


def _published_on(page: _Page) -> tuple[dt.date | None, str | None]:
    parts: list[str] = []
    for entry in page.entries:
        if not entry.rows:
            parts.extend([cell.raw for cell in entry.cells])
        elif sum(map(len, entry.rows)) <= _SMALL_TABLE:
            parts.extend([" ".join([cell.raw for cell in cells]) for cells in entry.rows])
    text = "\n".join(parts)
    shown = find_published_on(
        [
            normalize(window)
            for start, end in _cues(text)
            if "20" in (window := text[max(0, start - 30) : end + 60]) or "19" in window
        ]
    )
    if shown[0]:
        return shown
    for name in _META_DATE:
        if page.meta.get(name):
            found = find_published_on([f"发布日期:{page.meta[name]}"])
            if found[0]:
                return found[0], f'<meta name="{name}"> {page.meta[name]}'
    return None, None


def _cues(text: str) -> list[tuple[int, int]]:
    """Where words stand beside which a date of publication is printed."""
    found: list[tuple[int, int]] = []
    for cue in _CUES:
        start = text.find(cue)
        while start >= 0:
            found.append((start, start + len(cue)))
            start = text.find(cue, start + len(cue))
    return sorted(found)


class _Page:
    """What a page shows, gathered in one walk: entries and the blocks they stand in, and what its head says."""

    def __init__(self, text: str) -> None:
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise Refusal("unreadable", "the text holds halves of characters; fetch the file again") from None
        if b"\0" in data:
            data = data.replace(b"\0", b"")
        lowered = data.lower()
        markup_limits.check(lowered)
        self._tree = LexborHTMLParser(data)
        self._kinds = _KINDS.copy()
        self._hide(lowered)
        marked = self._tree.css("table,[colspan],[rowspan]")
        tables = [node for node in marked if node.tag_id == _TABLE_TAG]
        self._spanned = {node.mem_id: node for node in marked if node.tag_id in _CELL_TAGS}
        self._spanned_rows = {row.mem_id for node in self._spanned.values() if (row := node.parent) is not None}
        self._pieces: list[str] = []
        self._linked = 0
        self._block = 0
        self.parents = [0]
        self.ends = [1]
        self.entries: list[Entry] = []
        self.headings: list[str] = []
        self.attachments: list[str] = []
        self.pictures: list[int] = []
        self.meta: dict[str, str] = {}
        self.title = ""
        self._layouts = self._nested_tables(tables)

    def walk(self) -> None:
        """Go through head and body."""
        if head := self._tree.head:
            for node in head.iter():
                if self._kinds.get(node.tag_id) == _META:
                    self._read_meta(node)
        if body := self._tree.body:
            self._walk(body)

    def _hide(self, page: bytes) -> None:
        """Take out of the tree what the page does not show (Word writes `display:none` beside its own `mso-hide`)."""
        if b"through" in page:
            for node in self._tree.css('[style*="through" i]'):
                if _STRUCK_BY_STYLE.search(node.attributes.get("style") or ""):
                    _unprint(node)
        selectors = ["[hidden]", '[style*="hidden" i]'] if b"hidden" in page else []
        if b"display" in page:
            selectors.append('[style*="display" i]')
        if not selectors:
            return
        # From the last to the first, so that no node is reached after one around it is gone.
        for node in reversed(self._tree.css(",".join(selectors))):
            attributes = node.attributes
            if node.tag not in ("body", "html") and ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")):
                node.decompose()

    def _nested_tables(self, tables: list[LexborNode]) -> set[int]:
        """Tables that only lay out other tables; where a table stands in the cell of a data table its text is put in its place."""
        if len(tables) < 2:
            return set()
        known = {table.mem_id: place for place, table in enumerate(tables)}
        inner: dict[int, list[int]] = {}
        for place, table in enumerate(tables):
            outer = _outer(table, known)
            if outer is not None:
                inner.setdefault(outer, []).append(place)
        layouts: set[int] = set()
        cells: dict[int, int] = {}
        for place in sorted({*inner, *(place for places in inner.values() for place in places)}, reverse=True):
            table = tables[place]
            cells[place] = len(table.css("td,th"))
            if place not in inner:
                continue
            below = sum(cells[child] for child in inner[place])
            if cells[place] - below <= below or table.text().count("。") >= _PROSE:
                layouts.add(table.mem_id)
                continue
            for child in inner[place]:
                tables[child].replace_with(f" {self._cell_text(tables[child])} ")
        return layouts

    def _kind(self, node: LexborNode) -> int:
        """The kind of a node that is none of the elements of HTML: a comment, or a name that HTML does not know."""
        kind = self._kinds[node.tag_id] = _BY_NAME.get(node.tag or "", _INLINE)
        return kind

    def _walk(self, body: LexborNode) -> None:
        """The page outside its tables, block by block."""
        kinds = self._kinds
        pieces = self._pieces
        stack: list[tuple[Iterator[LexborNode], int]] = []
        nodes, around = body.iter(include_text=True), _INLINE
        while True:
            for node in nodes:
                try:
                    kind = kinds[node.tag_id]
                except KeyError:
                    kind = self._kind(node)
                if kind == _TEXT:
                    text = node.text_content or ""
                    if pieces or not text.isspace():
                        pieces.append(text)
                    continue
                if _BREAK <= kind <= _PRE:
                    if pieces:
                        self._paragraph()
                    if kind <= _HEADING:
                        if kind == _BREAK or self._leaf(node, kind):
                            continue
                    elif kind == _TABLE:
                        if node.mem_id not in self._layouts and self._table(node):
                            continue
                        self._open_block()
                    elif kind == _PRE:
                        if self._preformatted(node):
                            continue
                    elif kind in (_BLOCK, _CELL):
                        self._open_block()
                elif kind == _LINK:
                    if self._read_link(node):
                        self._linked += len(node.text())
                elif kind == _STRUCK:
                    _unprint_struck(node)
                elif kind == _RAISED:
                    pieces.append(node.text().translate(_RAISED_DIGITS))
                    continue
                elif kind >= _IMAGE and not self._goes_inside(node, kind):
                    continue
                stack.append((nodes, around))
                if len(stack) > markup_limits.MAX_DEPTH:
                    raise markup_limits.too_deep()
                nodes, around = node.iter(include_text=True), kind
                break
            else:
                if _BREAK <= around <= _PRE:
                    if pieces:
                        self._paragraph()
                    if around in (_BLOCK, _CELL, _TABLE):
                        self.ends[self._block] = len(self.parents)
                        self._block = self.parents[self._block]
                if not stack:
                    break
                nodes, around = stack.pop()
        if pieces:
            self._paragraph()
        self.ends[0] = len(self.parents)

    def _leaf(self, leaf: LexborNode, kind: int) -> bool:
        """Read a block that holds no other; False, with nothing read, where it does."""
        before, pictures = len(self.entries), len(self.pictures)
        if not self._read_text(leaf, self._pieces, lines=True):
            del self.entries[before:], self.pictures[pictures:]
            self._pieces.clear()
            self._linked = 0
            return False
        if self._pieces:
            self._paragraph()
        if kind == _HEADING and len(self.entries) > before:
            self.headings.append(" ".join(entry.text for entry in self.entries[before:]))
        return True

    def _read_text(self, around: LexborNode, parts: list[str], *, lines: bool) -> bool:
        """Gather the text in a node as shown.

        Where `lines`, a break ends a paragraph and a block ends the reading with False; otherwise both are a space.
        """
        kinds = self._kinds
        raised: set[int] = set()
        last: LexborNode | None = None
        nodes = around.traverse(include_text=True, skip_empty=True)
        next(nodes)
        for node in nodes:
            try:
                kind = kinds[node.tag_id]
            except KeyError:
                kind = self._kind(node)
            if kind == _INLINE:
                continue
            if kind == _TEXT:
                text = node.text_content or ""
                if raised and node.mem_id in raised:
                    text = text.translate(_RAISED_DIGITS)
                if last is not None and self._parted(last, node):
                    parts.append(" ")
                parts.append(text)
                last = node
            elif kind <= _PRE:
                if not lines:
                    continue
                if kind != _BREAK:
                    return False
                if parts:
                    self._paragraph()
                last = None
            elif kind == _LINK:
                if self._read_link(node) and lines:
                    self._linked += len(node.text())
            elif kind == _STRUCK:
                _unprint_struck(node)
            elif kind == _RAISED:
                raised.update(part.mem_id for part in node.traverse(include_text=True))
            elif not self._goes_inside(node, kind):
                _pass_over(node, nodes)
        return True

    def _parted(self, last: LexborNode, node: LexborNode) -> bool:
        """Whether white space or the edge of a block stands between two texts."""
        kinds = self._kinds
        wanted = node.mem_id
        at: LexborNode = last
        while True:
            following = at.next
            while following is None:
                parent = at.parent
                if parent is None or kinds.get(parent.tag_id) in _NEW_LINE:
                    return True
                at = parent
                following = at.next
            inside: LexborNode | None = following
            while inside is not None:
                at = inside
                if at.mem_id == wanted:
                    return False
                kind = kinds.get(at.tag_id)
                if kind == _TEXT or kind in _NEW_LINE:
                    return True
                inside = at.first_child

    def _open_block(self) -> None:
        self.parents.append(self._block)
        self.ends.append(0)
        self._block = len(self.parents) - 1

    def _paragraph(self) -> None:
        pieces = self._pieces
        raw = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
        pieces.clear()
        if raw.count("|") > 1 and (cells := cells_of_row(raw)):
            self.entries.append(Entry(self._block, cells, (), self._linked))
        elif raw:
            cell = cell_of(raw)
            if cell.kind == "text":
                self.entries.append(Entry(self._block, (cell,), (), self._linked))
        self._linked = 0

    def _preformatted(self, node: LexborNode) -> bool:
        """Read text that keeps its lines; not where elements part the lines."""
        if node.css_first("br,p,div,table,li") is not None:
            return False
        for struck in node.css("s,strike,del"):
            _unprint_struck(struck)
        for line in read_text(node.text(), Source("", "", 0, "text/plain")).lines:
            if any(cell.kind == "text" for cell in line.cells):
                self.entries.append(Entry(self._block, line.cells))
        return True

    def _goes_inside(self, node: LexborNode, kind: int) -> bool:
        """Note what an element shows that is no text of its own; whether the text in it counts."""
        if kind == _SKIP_BARE:
            return node.css_first("table") is not None
        if kind == _IMAGE:
            self._picture(node)
        elif kind == _META:
            self._read_meta(node)
        elif kind == _EMBED:
            attributes = node.attributes
            address = attributes.get("src") or attributes.get("data") or ""
            if _DOCUMENT.search(address):
                self.attachments.append(address.strip())
        return False

    def _read_meta(self, node: LexborNode) -> None:
        if node.tag == "title":
            self.title = self.title or normalize(node.text())
            return
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        if name:
            self.meta.setdefault(name.lower(), normalize(attributes.get("content") or ""))

    def _read_link(self, node: LexborNode) -> bool:
        """Whether an `a` is a link (and no mark of a place); a document that it leads to is an attachment."""
        address = node.attributes.get("href")
        if not address:
            return False
        if _DOCUMENT.search(address) or ("." in (name := node.text()) and _DOCUMENT.search(name.strip())):
            self.attachments.append(address.strip())
        return True

    def _picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        address = attributes.get("src") or ""
        sizes = [found for name in ("width", "height") if (found := re.match(r"\s*(\d{1,5})", attributes.get(name) or ""))]
        sizes += re.finditer(r"(?<![\w-])(?:width|height)\s*:\s*(\d{1,5})(?:\.\d+)?\s*p[xt]", attributes.get("style") or "")
        small = any(int(size[1]) < _ICON_SIZE and "%" not in size.string[size.end() : size.end() + 1] for size in sizes)
        if not small and (address.startswith("data:") or not _ICON.search(address.rpartition("/")[2])):
            self.pictures.append(len(self.entries))

    def _table(self, table: LexborNode) -> bool:
        """Read a table as a grid; not one whose cells only hold the page's paragraphs."""
        kinds = self._kinds
        rows: list[list[str]] = []
        groups: list[int] = []
        spans: dict[int, dict[int, tuple[int, int]]] = {}
        captions: list[str] = []
        tags = self._tags_in(table)
        # Where every text is simply shown, the text of a cell is taken as it is; where it has no elements at all, at once.
        plain = all(kinds[tag] < _LINK for tag in tags)
        bare = tags <= _BARE_TAGS
        pictures = len(self.pictures)
        for group in table.iter():
            kind = kinds.get(group.tag_id)
            if kind == _CAPTION:
                captions.append(self._cell_text(group))
            if kind != _GROUP:
                continue
            groups.append(len(rows))
            for line in group.iter():
                if line.tag_id != _ROW_TAG:
                    continue
                cells = [cell for cell in line.iter() if cell.tag_id in _CELL_TAGS]
                if bare:
                    row = [cell.text_lexbor() for cell in cells]
                elif plain:
                    row = [cell.text(True, _PIECE, False, True) for cell in cells]
                    if _PIECE in "".join(row):
                        row = [self._cell_text(cell) if _PIECE in text else text for cell, text in zip(cells, row, strict=True)]
                else:
                    row = [self._cell_text(cell) for cell in cells]
                if line.mem_id in self._spanned_rows:
                    marks = [cell.mem_id for cell in cells]
                    spans[len(rows)] = {
                        place: _spans_of(self._spanned[mark]) for place, mark in enumerate(marks) if mark in self._spanned
                    }
                rows.append(row)
        if _lays_out(rows):
            del self.pictures[pictures:]
            return False
        for text in captions:
            if text.strip():
                self.entries.append(Entry(self._block, (cell_of(text.strip()),)))
        links = len(table.css("a[href]")) if _LINK_TAG in tags else 0
        ends = _group_ends(groups, len(rows)) if spans and len(groups) > 1 else ()
        self.entries.append(Entry(self._block, (), tuple(spread(rows, spans, ends)), links))
        return True

    def _tags_in(self, table: LexborNode) -> set[int]:
        """The elements that a table holds, each of a known kind."""
        tags = {node.tag_id for node in table.traverse()}
        if not tags <= self._kinds.keys():
            for node in table.traverse():
                if node.tag_id not in self._kinds:
                    self._kind(node)
        return tags

    def _cell_text(self, cell: LexborNode) -> str:
        """The text of a cell as shown, with a space where a line or a block breaks."""
        parts: list[str] = []
        self._read_text(cell, parts, lines=False)
        return "".join(parts)


def _outer(table: LexborNode, known: dict[int, int]) -> int | None:
    """Which of the known tables a table stands in."""
    node = table.parent
    for _ in range(2 * markup_limits.MAX_DEPTH):
        if node is None:
            return None
        if (place := known.get(node.mem_id)) is not None:
            return place
        node = node.parent
    raise markup_limits.too_deep()


def _unprint_struck(node: LexborNode) -> None:
    """Take the text out of an element that strikes out, unless its style says that it does not."""
    if not _NOT_STRUCK.search(node.attributes.get("style") or ""):
        _unprint(node)


def _unprint(node: LexborNode) -> None:
    """Take the text out of a node; the cells and breaks in it keep their places."""
    for part in list(node.traverse(include_text=True)):
        if part.is_text_node:
            part.decompose()


def _pass_over(node: LexborNode, nodes: Iterator[LexborNode]) -> None:
    """Move the stream past what stands inside a node that it just gave."""
    inside = sum(1 for _ in node.traverse(include_text=True, skip_empty=True)) - 1
    for _ in islice(nodes, inside):
        pass


def _lays_out(rows: list[list[str]]) -> bool:
    """Whether a table only puts paragraphs in their places: one cell a row, or few cells of which one holds prose."""
    if max(map(len, rows), default=0) <= 1 and any("。" in text for texts in rows for text in texts):
        return True
    return sum(map(len, rows)) < _FEW_CELLS and any(text.count("。") >= _PROSE for texts in rows for text in texts)


def _spans_of(cell: LexborNode) -> tuple[int, int]:
    attributes = cell.attributes
    return _span(attributes.get("rowspan"), 0), _span(attributes.get("colspan"), 1)


def _span(printed: str | None, least: int) -> int:
    if not printed:
        return 1
    if len(printed) == 1 and "2" <= printed <= "9":
        return int(printed)
    found = _NUMBER.match(printed)
    return max(least, int(found[1])) if found else 1


def _group_ends(groups: list[int], rows: int) -> list[int]:
    """For each row the row before which its row group (thead, tbody, tfoot) ends."""
    ends: list[int] = []
    for start, stop in zip(groups, [*groups[1:], rows], strict=True):
        ends += [stop] * (stop - start)
    return ends
