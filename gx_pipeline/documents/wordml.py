"""WordprocessingML shared by the DOCX reader's parts: names, on/off values, styles and automatic numbering.

Numbering is restored for decimal, Chinese and circled numbers, which Word prints and does not store in the text; a list
of any other kind stays without. Does not belong here: the way through the text (`docx`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_BASED_ON = 20
_LEVEL = re.compile(r"%([1-9])")
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"}
)
_DECIMAL = frozenset({"decimal", "decimalFullWidth", "decimalHalfWidth", "decimalFullWidth2"})
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
_SUFFIX = {"tab": "\t", "space": " ", "nothing": ""}
NumberedAt = tuple[str, int]


def local(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def value(node: etree._Element | None) -> str | None:
    """The `w:val` of an element."""
    return None if node is None else node.get(W + "val")


def switched(properties: etree._Element | None, name: str) -> bool | None:
    """Whether properties turn something on or off; None when they do not speak of it."""
    node = properties.find(W + name) if properties is not None else None
    return None if node is None else value(node) not in ("0", "false", "off", "none")


def child_value(node: etree._Element | None, *path: str) -> str | None:
    """The `w:val` of an element below."""
    return None if node is None else value(node.find("/".join(W + name for name in path)))


def raised(properties: etree._Element | None) -> bool | None:
    """Whether a text is superscript; None when the properties do not speak of it."""
    align = child_value(properties, "vertAlign")
    return None if align is None else align == "superscript"


@dataclass
class Style:
    """What of a style bears on the text: hidden, struck out by one line or by two, superscript, numbered."""

    hidden: bool | None = None
    struck: bool | None = None
    doubly_struck: bool | None = None
    raised: bool | None = None
    number: tuple[str | None, int] | None = None


@dataclass
class Styles:
    """The styles of a document by their id, each with what it inherits."""

    nodes: dict[str, etree._Element] = field(default_factory=dict)
    _known: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, root: etree._Element | None) -> Styles:
        """The styles of `styles.xml`."""
        nodes = root.iterfind(W + "style") if root is not None else ()
        return cls({node.get(W + "styleId") or "": node for node in nodes})

    def get(self, name: str | None) -> Style:
        """A style with what it inherits; an empty one for no style."""
        if name is None:
            return Style()
        if name not in self._known:
            self._known[name] = self._inherited(name)
        return self._known[name]

    def _inherited(self, name: str) -> Style:
        style, current = Style(), self.nodes.get(name)
        for _ in range(MAX_BASED_ON):
            if current is None:
                break
            run, paragraph = current.find(W + "rPr"), current.find(W + "pPr")
            style.hidden = switched(run, "vanish") if style.hidden is None else style.hidden
            style.struck = switched(run, "strike") if style.struck is None else style.struck
            style.doubly_struck = switched(run, "dstrike") if style.doubly_struck is None else style.doubly_struck
            style.raised = raised(run) if style.raised is None else style.raised
            if style.number is None and paragraph is not None and (number := paragraph.find(W + "numPr")) is not None:
                style.number = child_value(number, "numId"), _level(child_value(number, "ilvl"))
            current = self.nodes.get(child_value(current, "basedOn") or "")
        return style


@dataclass(frozen=True)
class _Level:
    start: int
    kind: str
    text: str
    suffix: str
    style: str | None


class Numbering:
    """The automatic numbers of a document's paragraphs, counted in reading order."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        """Read the lists of `numbering.xml`."""
        self._styles = styles
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._restarts: dict[NumberedAt, int] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for node in root.iterfind(W + "abstractNum") if root is not None else ():
            self._levels[node.get(W + "abstractNumId") or ""] = {
                _level(level.get(W + "ilvl")): _Level(
                    _count(child_value(level, "start"), 1),
                    child_value(level, "numFmt") or "decimal",
                    child_value(level, "lvlText") or "",
                    _SUFFIX.get(child_value(level, "suff") or "tab", "\t"),
                    child_value(level, "pStyle"),
                )
                for level in node.iterfind(W + "lvl")
            }
        for node in root.iterfind(W + "num") if root is not None else ():
            number = node.get(W + "numId") or ""
            self._lists[number] = child_value(node, "abstractNumId") or ""
            for override in node.iterfind(W + "lvlOverride"):
                if (start := child_value(override, "startOverride")) is not None:
                    self._restarts[number, _level(override.get(W + "ilvl"))] = _count(start, 1)

    def next(self, properties: etree._Element | None) -> str:
        """The number printed before the next paragraph, given its properties; empty when there is none."""
        found = self._numbered(properties)
        if found is None:
            return ""
        number, at = found
        key = self._lists[number]
        levels, counts = self._levels[key], self._counts[key]
        level = levels[at]
        restart = self._restarts.pop((number, at), None)
        counts[at] = restart if restart is not None else counts.get(at, level.start - 1) + 1
        for deeper in [other for other in counts if other > at]:
            del counts[deeper]
        parts = [(_level(mark) - 1) for mark in _LEVEL.findall(level.text)]
        printed = {
            part: _printed(counts.get(part, levels[part].start), levels[part].kind) if part in levels else None for part in parts
        }
        if not parts or any(text is None for text in printed.values()):
            return ""
        return _LEVEL.sub(lambda mark: printed[_level(mark[1]) - 1] or "", level.text) + level.suffix

    def _numbered(self, properties: etree._Element | None) -> NumberedAt | None:
        """List and level of a paragraph, by itself or by its style."""
        direct = properties.find(W + "numPr") if properties is not None else None
        style = child_value(properties, "pStyle")
        inherited = self._styles.get(style).number
        number = child_value(direct, "numId") or (inherited[0] if inherited else None)
        levels = self._levels.get(self._lists.get(number or "", ""), {})
        if child_value(direct, "ilvl") is not None:
            at = _level(child_value(direct, "ilvl"))
        else:
            linked = [level for level, declared in levels.items() if style and declared.style == style]
            at = linked[0] if linked else inherited[1] if inherited else 0
        return (number, at) if number and at in levels else None


def _level(text: str | None) -> int:
    return _count(text, 0)


def _count(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


def _printed(number: int, kind: str) -> str | None:
    """A number as its list prints it; None for a kind that is not restored."""
    if kind in _DECIMAL:
        return str(number)
    if kind == "decimalZero":
        return f"{number:02d}"
    if kind in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind in _CHINESE and 1 <= number <= 99:
        tens, ones = divmod(number, 10)
        digits = "〇一二三四五六七八九"
        return ("" if not tens else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    return None
