"""What a PDF page shows: glyphs with their boxes, ruling lines, filled areas and pictures, upright and with y downwards.

The only module that talks to pdfium. Does not belong here: which glyphs make a line or a cell (`pdf_grid`, `pdf_text`).
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as c

from gx_pipeline.errors import Refusal

MAX_GLYPHS = 40_000
MAX_OBJECTS = 60_000
MAX_SEGMENTS = 200_000
MAX_DEPTH = 12
THIN = 3.0
_INVISIBLE_MODES = (c.FPDF_TEXTRENDERMODE_INVISIBLE, c.FPDF_TEXTRENDERMODE_CLIP)
_SPACES = frozenset(" \t\u00a0\u3000\u2002\u2003\u2009\u202f\u205f")
_NESTED_GAP = 6.0
# Fonts whose characters have two code points yield the radical for the word: the shapes are the same.
_RADICALS = {
    ord(radical): word
    for radical, word in zip(
        "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
}


class Box(NamedTuple):
    """A rectangle with y downwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    @property
    def area(self) -> float:
        """Width times height."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)


@dataclass(slots=True, eq=False)
class Glyph:
    """A printed character. `run` is the text object it is part of, `turned` its angle in quarters to the page's reading direction.

    `spaced`: a space is printed before it. `known` is false when the font does not say which character it is.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    run: int
    turned: int = 0
    spaced: bool = False
    known: bool = True

    @property
    def x(self) -> float:
        """Middle, from the left."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """Middle, from the top."""
        return (self.y0 + self.y1) / 2


class Rule(NamedTuple):
    """A straight line: `at` is its y (or x when upright), `start` and `stop` its ends along the other axis."""

    upright: bool
    at: float
    start: float
    stop: float


@dataclass(slots=True)
class Page:
    """What a page shows. `hidden` counts glyphs that are in the file but not seen, `beyond` are those past the page's edges."""

    number: int
    box: Box
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    drawings: list[Box] = field(default_factory=list)
    beyond: list[Box] = field(default_factory=list)
    hidden: int = 0

    @property
    def scanned(self) -> bool:
        """Whether the page is a picture with no text, or with text only laid invisibly over it."""
        covered = max((_within(image, self.box).area for image in self.images), default=0.0)
        return covered > 0.5 * self.box.area and (len(self.glyphs) < 20 or self.hidden > len(self.glyphs))


def _within(one: Box, other: Box) -> Box:
    return Box(max(one.x0, other.x0), max(one.y0, other.y0), min(one.x1, other.x1), min(one.y1, other.y1))


class _Fill(NamedTuple):
    order: int
    box: tuple[float, float, float, float]
    white: bool
    opaque: bool


@dataclass(slots=True)
class _Run:
    """What the glyphs of one text object share."""

    number: int
    order: int
    visible: bool
    white: bool
    angle: float
    size: float
    areas: list[_Fill]


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_page(document: pdfium.PdfDocument, index: int) -> Page:
    """What page `index` (from 0) shows.

    Raises:
        Refusal: `unreadable` when pdfium cannot load the page, `too_large` when it holds more than is read.
    """
    number = index + 1
    try:
        page = document[index]
        if _has_filled_fields(page):
            c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY)
            page.close()
            page = document[index]
    except pdfium.PdfiumError as error:
        raise Refusal("unreadable", f"page {number} cannot be loaded ({error}); fetch the file again") from None
    try:
        return _Reader(page, number).read()
    except pdfium.PdfiumError as error:
        raise Refusal("unreadable", f"page {number} cannot be read ({error}); fetch the file again") from None
    finally:
        page.close()


def _has_filled_fields(page: Any) -> bool:
    """Whether form fields, typed notes or stamps are laid over the page: they are printed but no part of its content."""
    for index in range(min(c.FPDFPage_GetAnnotCount(page), 2000)):
        annotation = c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        kind = c.FPDFAnnot_GetSubtype(annotation)
        c.FPDFPage_CloseAnnot(annotation)
        if kind in (c.FPDF_ANNOT_WIDGET, c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP):
            return True
    return False


class _Reader:
    """Reads one page; coordinates are the page's own until `_turn` lays them upright."""

    def __init__(self, page: Any, number: int) -> None:
        self.page = page
        self.number = number
        self.crop = page.get_cropbox()
        self.rules: list[tuple[float, float, float, float]] = []
        self.fills: list[_Fill] = []
        self.images: list[tuple[float, float, float, float]] = []
        self.drawings: list[tuple[float, float, float, float]] = []
        self.beyond: list[tuple[float, float, float, float]] = []
        self.order: dict[int, int] = {}
        self.objects = 0
        self.segments = 0
        self.floats = tuple(ctypes.c_float() for _ in range(4))
        self.colour = tuple(ctypes.c_uint() for _ in range(4))

    def read(self) -> Page:
        self._objects(((c.FPDFPage_GetObject(self.page, i)) for i in range(c.FPDFPage_CountObjects(self.page))), _IDENTITY, 0)
        glyphs, angles, hidden = self._glyphs()
        upright = _main_angle(angles)
        turn = _TURNS[upright]
        page = Page(self.number, _turned_box(turn, *self.crop), hidden=hidden)
        for glyph, angle in zip(glyphs, angles, strict=True):
            off = (angle - math.radians(upright)) % (2 * math.pi)
            quarters = round(off / (math.pi / 2))
            if abs(off - quarters * math.pi / 2) > math.radians(8):
                continue  # a watermark across the page
            glyph.x0, glyph.y0, glyph.x1, glyph.y1 = _turned_box(turn, glyph.x0, glyph.y0, glyph.x1, glyph.y1)
            glyph.turned = quarters % 4
            page.glyphs.append(glyph)
        page.images = [_turned_box(turn, *box) for box in self.images]
        page.beyond = [_turned_box(turn, *box) for box in self.beyond]
        page.drawings = [_turned_box(turn, *box) for box in self.drawings]
        for x0, y0, x1, y1 in self.rules:
            box = _turned_box(turn, x0, y0, x1, y1)
            if box.x1 - box.x0 >= box.y1 - box.y0:
                page.rules.append(Rule(False, (box.y0 + box.y1) / 2, box.x0, box.x1))
            if box.y1 - box.y0 >= box.x1 - box.x0:
                page.rules.append(Rule(True, (box.x0 + box.x1) / 2, box.y0, box.y1))
        return page

    # -- page objects: lines, areas, pictures -------------------------------------------------------------------------

    def _objects(self, objects: Iterator[Any], matrix: _Matrix, depth: int) -> None:
        for found in objects:
            self.objects += 1
            if self.objects > MAX_OBJECTS or depth > MAX_DEPTH:
                raise Refusal(
                    "too_large", f"page {self.number} holds more than {MAX_OBJECTS:,} objects; print it anew and put that here"
                )
            kind = c.FPDFPageObj_GetType(found)
            if kind == c.FPDF_PAGEOBJ_TEXT:
                self.order[_address(found)] = self.objects
            elif kind == c.FPDF_PAGEOBJ_PATH:
                self._path(found, matrix)
            elif kind == c.FPDF_PAGEOBJ_FORM:
                inner = (c.FPDFFormObj_GetObject(found, i) for i in range(c.FPDFFormObj_CountObjects(found)))
                self._objects(inner, _times(_matrix(found), matrix), depth + 1)
            elif kind in (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING) and (box := self._bounds(found, matrix)) is not None:
                (self.images if kind == c.FPDF_PAGEOBJ_IMAGE else self.drawings).append(box)
                self.fills.append(_Fill(self.objects, box, white=False, opaque=False))

    def _bounds(self, found: Any, matrix: _Matrix) -> tuple[float, float, float, float] | None:
        left, bottom, right, top = self.floats
        if not c.FPDFPageObj_GetBounds(found, left, bottom, right, top):
            return None
        return _moved_box(matrix, left.value, bottom.value, right.value, top.value)

    def _path(self, found: Any, matrix: _Matrix) -> None:
        fill_mode, stroked = ctypes.c_int(), ctypes.c_int()
        if not c.FPDFPath_GetDrawMode(found, fill_mode, stroked) or (box := self._bounds(found, matrix)) is None:
            return
        filled = fill_mode.value != c.FPDF_FILLMODE_NONE
        if not filled and not stroked.value:
            return
        count = c.FPDFPath_CountSegments(found)
        self.segments += count
        if self.segments > MAX_SEGMENTS:
            raise Refusal("too_large", f"page {self.number} holds drawings of more than {MAX_SEGMENTS:,} strokes; print it anew")
        white, opaque, alpha = self._fill_colour(found)
        thin = min(box[2] - box[0], box[3] - box[1]) <= THIN
        if not stroked.value and alpha == 0:
            return
        if not stroked.value and count <= 6:
            if thin:
                self.rules.append(box)
            else:
                self.fills.append(_Fill(self.objects, box, white, opaque))
            return
        parts, curved = self._subpaths(found, count, _times(_matrix(found), matrix))
        if filled and alpha and not thin:
            self._filled(parts, box, curved=curved, white=white, opaque=opaque)
        if stroked.value:
            self._stroked(parts)
            if curved and not thin:
                self.drawings.append(box)
        elif filled:
            for part in parts:
                inner = _box_of(part)
                if min(inner[2] - inner[0], inner[3] - inner[1]) <= THIN:
                    self.rules.append(inner)

    def _fill_colour(self, found: Any) -> tuple[bool, bool, int]:
        red, green, blue, alpha = self.colour
        if not c.FPDFPageObj_GetFillColor(found, red, green, blue, alpha):
            return False, False, 255
        white = min(red.value, green.value, blue.value) >= 240
        return white, alpha.value == 255 and not c.FPDFPageObj_HasTransparency(found), alpha.value

    def _filled(
        self,
        parts: list[list[tuple[float, float]]],
        box: tuple[float, float, float, float],
        *,
        curved: bool,
        white: bool,
        opaque: bool,
    ) -> None:
        """An area: a background, or a frame when it is a rectangle within a rectangle."""
        boxes = [_box_of(part) for part in parts if part]
        if len(boxes) == 1 and not curved and len(parts[0]) <= 6:
            self.fills.append(_Fill(self.objects, box, white, opaque))
            return
        framed = False
        for outer, inner in pairwise(boxes):
            gaps = [abs(one - other) for one, other in zip(outer, inner, strict=True)]
            if max(gaps) <= _NESTED_GAP:
                framed = True
                for x0, y0, x1, y1 in (outer, inner):
                    self.rules += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
        if not framed and not white and (curved or any(len(part) > 6 for part in parts)):
            self.drawings.append(box)

    def _stroked(self, parts: list[list[tuple[float, float]]]) -> None:
        for part in parts:
            for (x0, y0), (x1, y1) in pairwise(part):
                if min(abs(x1 - x0), abs(y1 - y0)) <= 0.6:
                    self.rules.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def _subpaths(self, found: Any, count: int, matrix: _Matrix) -> tuple[list[list[tuple[float, float]]], bool]:
        parts: list[list[tuple[float, float]]] = []
        curved = False
        x, y = self.floats[:2]
        for index in range(count):
            segment = c.FPDFPath_GetPathSegment(found, index)
            kind = c.FPDFPathSegment_GetType(segment)
            if not c.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = _moved(matrix, x.value, y.value)
            if kind == c.FPDF_SEGMENT_MOVETO or not parts:
                parts.append([point])
            else:
                curved = curved or kind == c.FPDF_SEGMENT_BEZIERTO
                parts[-1].append(point)
            if c.FPDFPathSegment_GetClose(segment):
                parts[-1].append(parts[-1][0])
        return parts, curved

    # -- text ---------------------------------------------------------------------------------------------------------

    def _glyphs(self) -> tuple[list[Glyph], list[float], int]:
        """The glyphs that are seen, their angles, and how many are not seen."""
        textpage = self.page.get_textpage()
        try:
            return self._glyphs_of(textpage)
        finally:
            textpage.close()

    def _glyphs_of(self, textpage: Any) -> tuple[list[Glyph], list[float], int]:
        raw = textpage.raw
        count = c.FPDFText_CountChars(raw)
        if count > MAX_GLYPHS:
            raise Refusal("too_large", f"page {self.number} holds {count:,} characters; at most {MAX_GLYPHS:,} are read")
        left, bottom, right, top = self.crop
        rect = c.FS_RECTF()
        at = ctypes.byref(rect)
        runs: dict[int, _Run] = {}
        run: _Run | None = None
        last = 0
        spaced = False
        hidden = 0
        glyphs: list[Glyph] = []
        angles: list[float] = []
        unicode_of, box_of, object_of = c.FPDFText_GetUnicode, c.FPDFText_GetLooseCharBox, c.FPDFText_GetTextObject
        for index in range(count):
            code = unicode_of(raw, index)
            if code <= 32 or code == 2:
                if c.FPDFText_IsGenerated(raw, index) == 1 or code == 2:
                    continue
                if code in (9, 10, 13, 32):
                    spaced = True
                    continue
            address = _address(object_of(raw, index))
            if run is None or address != last:
                last = address
                run = runs.get(address) or runs.setdefault(address, self._run(raw, index, address, len(runs)))
            text = _RADICALS.get(code) or (chr(code) if 0 < code < 0x110000 else "\ufffd")
            if text in _SPACES:
                spaced = True
                continue
            box_of(raw, index, at)
            x0, y0, x1, y1 = rect.left, rect.bottom, rect.right, rect.top
            if not (x1 > x0 and y1 > y0):
                x0, y0, x1, y1 = self._tight(raw, index, run.size)
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            if not run.visible or not self._seen(run, x, y):
                hidden += 1
                continue
            if not (left <= x <= right and bottom <= y <= top):
                self.beyond.append((x0, y0, x1, y1))
                continue
            known = not c.FPDFText_HasUnicodeMapError(raw, index) and not _is_private(code)
            glyphs.append(Glyph(text, x0, y0, x1, y1, run.size, run.number, 0, spaced, known))
            angles.append(run.angle)
            spaced = False
        return glyphs, angles, hidden

    def _run(self, raw: Any, index: int, address: int, number: int) -> _Run:
        found = c.FPDFText_GetTextObject(raw, index)
        visible, white = True, False
        if found:
            mode = c.FPDFTextObj_GetTextRenderMode(found)
            white, _, alpha = self._fill_colour(found)
            visible = mode not in _INVISIBLE_MODES and (alpha > 0 or mode != c.FPDF_TEXTRENDERMODE_FILL)
            white = white and mode == c.FPDF_TEXTRENDERMODE_FILL
        matrix = c.FS_MATRIX()
        scale, angle = 1.0, 0.0
        if c.FPDFText_GetMatrix(raw, index, matrix):
            scale = math.hypot(matrix.c, matrix.d)
            angle = math.atan2(matrix.b, matrix.a)
        size = abs(c.FPDFText_GetFontSize(raw, index) * scale)
        order = self.order.get(address, self.objects)
        areas = [fill for fill in self.fills if white or (fill.opaque and fill.order > order)]
        return _Run(number, order, visible, white, angle, size if 0 < size < 2000 else 10.0, areas)

    def _tight(self, raw: Any, index: int, size: float) -> tuple[float, float, float, float]:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        c.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
        return left.value, bottom.value, max(right.value, left.value + 0.3 * size), max(top.value, bottom.value + 0.5 * size)

    def _seen(self, run: _Run, x: float, y: float) -> bool:
        """Whether a glyph is not painted over, and white only where something lies beneath."""
        lit = not run.white
        for order, (x0, y0, x1, y1), white, opaque in run.areas:
            if x0 <= x <= x1 and y0 <= y <= y1:
                if order < run.order:
                    lit = not run.white or not white
                elif opaque:
                    return False
        return lit


def _is_private(code: int) -> bool:
    return (
        code in (0, 0xFFFD, 0xFFFE, 0xFFFF)
        or code < 32
        or 0xE000 <= code <= 0xF8FF
        or 0xD800 <= code <= 0xDFFF
        or code >= 0xF0000
    )


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _main_angle(angles: list[float]) -> int:
    """The direction, in degrees, in which most of the page is read."""
    votes = Counter(round(math.degrees(angle) / 90) * 90 % 360 for angle in angles)
    return votes.most_common(1)[0][0] if votes else 0


# From the page's coordinates (y upwards) to those of a reader who holds the page so that the text stands upright.
_TURNS: dict[int, tuple[float, float, float, float]] = {
    0: (1, 0, 0, -1),
    90: (0, 1, 1, 0),
    180: (-1, 0, 0, 1),
    270: (0, -1, -1, 0),
}


def _turned_box(turn: tuple[float, float, float, float], x0: float, y0: float, x1: float, y1: float) -> Box:
    xx, xy, yx, yy = turn
    ax, bx = xx * x0 + xy * y0, xx * x1 + xy * y1
    ay, by = yx * x0 + yy * y0, yx * x1 + yy * y1
    return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _matrix(found: Any) -> _Matrix:
    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(found, matrix):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(first: _Matrix, second: _Matrix) -> _Matrix:
    if second is _IDENTITY:
        return first
    a, b, cc, d, e, f = first
    a2, b2, c2, d2, e2, f2 = second
    return (
        a * a2 + b * c2,
        a * b2 + b * d2,
        cc * a2 + d * c2,
        cc * b2 + d * d2,
        e * a2 + f * c2 + e2,
        e * b2 + f * d2 + f2,
    )


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, cc, d, e, f = matrix
    return a * x + cc * y + e, b * x + d * y + f


def _moved_box(matrix: _Matrix, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    if matrix is _IDENTITY:
        return x0, y0, x1, y1
    return _box_of([_moved(matrix, x, y) for x, y in ((x0, y0), (x0, y1), (x1, y0), (x1, y1))])


def _box_of(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
