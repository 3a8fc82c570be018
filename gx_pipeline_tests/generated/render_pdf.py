"""Reports as PDF with a text layer: tables with and without lines, over page breaks, with narrow, vertical and spread text.

Set by hand on a canvas, because that gives every table the defects that word processors give it. Does not belong here:
wording (`compose`), ways of printing a number (`noise`).
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gx_pipeline_tests.generated.model import Layout, Paragraph, PrintedCell, PrintedReport, PrintedTable

FONT = "STSong-Light"
_WIDTHS = {"proactive_disclosure": (3, 2, 2, 2), "requests": (1, 2, 5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5)}
_SPREAD = 0.35


@dataclass(frozen=True)
class Style:
    """How a layout sets its pages. `rules` names the way lines are drawn, None for no lines at all."""

    rules: str | None = "strokes"
    size: float = 9.0
    padding: float = 2.5
    vertical: str | None = None
    repeat_heading: bool = False
    break_rows: bool = False
    figures_below: bool = False
    spread: bool = False
    running: str | None = None
    turned: bool = False
    bold_twice: bool = False
    wide: bool = False
    figure_font: str = FONT
    open_sides: bool = False
    indent: bool = True
    margin_bottom: float = 60.0


@dataclass
class _Setter:
    """Sets a report; `y` is how far down the page it has come."""

    style: Style
    rng: random.Random
    buffer: io.BytesIO = field(default_factory=io.BytesIO)
    y: float = 0.0
    page: int = 1

    def __post_init__(self) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.width, self.height = landscape(A4) if self.style.wide else A4
        self.canvas = Canvas(self.buffer, pagesize=(self.width, self.height), invariant=1, pageCompression=1)
        self.left, self.right, self.top, self.bottom = 62.0, self.width - 62, self.height - 70, self.style.margin_bottom
        self._open_page()

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _open_page(self) -> None:
        self.y = self.top
        if self.style.turned:
            self.canvas.setPageRotation(90)
            self.canvas.translate(self.height, 0)
            self.canvas.rotate(90)
        if self.style.running:
            self._text(self.left, self.height - 40, self.style.running, 8)
            self.canvas.setLineWidth(0.5)
            self.canvas.line(self.left, self.height - 44, self.right, self.height - 44)

    def _turn_page(self) -> None:
        if self.style.running:
            foot = self.rng.choice((f"- {self.page} -", f"第 {self.page} 页", f"— {self.page} —"))
            self._text(self.width / 2 - 12, 32, foot, 9)
        self.canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """The file."""
        self._turn_page()
        self.canvas.save()
        return self.buffer.getvalue()

    def _new_page(self) -> None:
        self._turn_page()
        self._open_page()

    def _text(self, x: float, y: float, text: str, size: float, *, font: str = FONT, spread: float = 0.0) -> None:
        begun = self.canvas.beginText(x, y)
        begun.setFont(font, size)
        begun.setCharSpace(spread * size)
        begun.textOut(text)
        self.canvas.drawText(begun)

    # -- text ----------------------------------------------------------------------------------------------------------

    def paragraph(self, text: str, size: float = 10.5, *, centred: bool = False, indent: float = 2.0) -> None:
        """A paragraph, its first line indented."""
        leading = size * 1.6
        lines = wrapped(text, size, self.right - self.left, first=0 if centred else indent * size)
        for index, line in enumerate(lines):
            if self.y - leading < self.bottom:
                self._new_page()
            self.y -= leading
            x = self.left + (indent * size if index == 0 else 0)
            if centred:
                x = (self.left + self.right - pdfmetrics.stringWidth(line, FONT, size)) / 2
            self._text(x, self.y, line, size)

    # -- tables --------------------------------------------------------------------------------------------------------

    def table(self, table: PrintedTable) -> None:
        """A table with its merged cells, over as many pages as it needs."""
        setting = _Setting(self, table)
        heads = [setting.heights[row] for row in range(setting.heading_rows)]
        self.y -= 6
        slices: list[tuple[int, float, float, int]] = []
        for row, height in enumerate(setting.heights):
            start = 0
            while True:
                room = self.y - self.bottom
                if height <= room:
                    slices.append((row, self.y, self.y - height, start))
                    self.y -= height
                    break
                fitting = int((room - 2 * self.style.padding) // setting.leading)
                if self.style.break_rows and fitting >= 1 and row >= setting.heading_rows:
                    slices.append((row, self.y, self.bottom, start))
                    start += fitting
                    height = max(height - fitting * setting.leading, setting.leading + 2 * self.style.padding)
                setting.draw(slices)
                slices = []
                self._new_page()
                if self.style.repeat_heading and row >= setting.heading_rows:
                    for above, tall in enumerate(heads):
                        slices.append((above, self.y, self.y - tall, 0))
                        self.y -= tall
        setting.draw(slices)
        self.y -= 8


class _Setting:
    """One table being set: widths, lines of each cell, heights of rows."""

    def __init__(self, setter: _Setter, table: PrintedTable) -> None:
        self.setter = setter
        self.table = table
        self.style = setter.style
        self.size = self.style.size if table.width < 12 else min(self.style.size, 7.5)
        self.leading = self.size * 1.25
        shares = _WIDTHS.get(table.code, (1,) * table.width)
        total = sum(shares)
        self.xs = [setter.left + (setter.right - setter.left) * sum(shares[:i]) / total for i in range(table.width + 1)]
        self.lines = {(row, column): self._lines(column, cell) for row, column, cell in table.placed}
        self.heights = self._heights()
        roles = [[cell.role for cell in row if cell is not None] for row in table.grid]
        self.heading_rows = (
            next((index for index, row in enumerate(roles) if "figure" in row), 0) if table.code != "proactive_disclosure" else 0
        )
        self.shown: dict[tuple[int, int], int] = {}

    def _lines(self, column: int, cell: PrintedCell) -> list[str]:
        if self.style.vertical and self._is_group(column, cell):
            return list(cell.text)
        width = self.xs[column + cell.colspan] - self.xs[column] - 2 * self.style.padding
        return wrapped(cell.text, self.size, width, spread=_SPREAD if self.style.spread else 0.0)

    @staticmethod
    def _is_group(column: int, cell: PrintedCell) -> bool:
        return column == 0 and cell.rowspan > 5 and cell.colspan == 1

    def _heights(self) -> list[float]:
        least = self.leading + 2 * self.style.padding
        heights = [least] * len(self.table.rows)
        placed = sorted(self.table.placed, key=lambda found: found[2].rowspan)
        for row, column, cell in placed:
            if self.style.vertical == "turned" and self._is_group(column, cell):
                continue
            needed = len(self.lines[row, column]) * self.leading + 2 * self.style.padding
            last = min(row + cell.rowspan, len(heights))
            heights[last - 1] += max(0.0, needed - sum(heights[row:last]))
        return heights

    def draw(self, slices: list[tuple[int, float, float, int]]) -> None:
        """The part of the table that stands on this page."""
        regions: dict[tuple[int, int], tuple[PrintedCell, float, float, int, bool]] = {}
        last = slices[-1] if slices else None
        for row, top, bottom, start in slices:
            seen = set()
            for column, cell in enumerate(self.table.owners[row]):
                if cell is None or id(cell) in seen:
                    continue
                seen.add(id(cell))
                place = next((r, c) for r, c, found in self.table.placed if found is cell)
                _, above, _, begun, _ = regions.get(place, (cell, top, bottom, start, False))
                cut = (row, top, bottom, start) == last and self.heights[row] > top - bottom + 0.1 and not start
                regions[place] = (cell, above, bottom, begun, cut)
                del column
        for (row, column), (cell, top, bottom, start, cut) in regions.items():
            x0, x1 = self.xs[column], self.xs[column + cell.colspan]
            self._cell(row, column, cell, x0, top, x1, bottom, start, cut)
            self._border(column, cell, x0, top, x1, bottom)

    def _cell(
        self, row: int, column: int, cell: PrintedCell, x0: float, top: float, x1: float, bottom: float, start: int, cut: bool
    ) -> None:
        style, setter = self.style, self.setter
        lines = self.lines[row, column]
        if style.vertical == "turned" and self._is_group(column, cell):
            if not self.shown.get((row, column)):
                self.shown[row, column] = 1
                setter.canvas.saveState()
                setter.canvas.translate((x0 + x1) / 2 - self.size * 0.35, top - 4)
                setter.canvas.rotate(270)
                setter._text(0, 0, cell.text, self.size)
                setter.canvas.restoreState()
            return
        heading = cell.role == "heading"
        # A heading is printed anew on each page that repeats it.
        shown = 0 if heading and row < self.heading_rows else self.shown.get((row, column), 0)
        if cell.role == "figure" and style.figures_below and cut:
            return
        rest = lines[shown:]
        room = max(1, int((top - bottom - 2 * style.padding + 0.1) // self.leading))
        now = rest[:room] if (cut or len(rest) > room) else rest
        self.shown[row, column] = shown + len(now)
        y = (top + bottom) / 2 + len(now) * self.leading / 2 if len(rest) <= room else top - style.padding
        for line in now:
            y -= self.leading
            digits = style.figure_font if cell.role == "figure" and line.isascii() else FONT
            spread = _SPREAD if style.spread else 0.0
            width = pdfmetrics.stringWidth(line, digits, self.size) + spread * self.size * max(0, len(line) - 1)
            wide = cell.role != "label" or style.vertical is not None
            x = (x0 + x1 - width) / 2 if wide else x0 + style.padding
            if cell.role == "figure" and style.rules is None:
                x = x1 - 8 - width
            setter._text(x, y + self.leading * 0.25, line, self.size, font=digits, spread=spread)
            if style.bold_twice:
                setter._text(x + 0.25, y + self.leading * 0.25, line, self.size, font=digits, spread=spread)

    def _border(self, column: int, cell: PrintedCell, x0: float, top: float, x1: float, bottom: float) -> None:
        canvas, rules = self.setter.canvas, self.style.rules
        if rules is None:
            return
        sides = [(x0, top, x1, top), (x0, bottom, x1, bottom)]
        if not (self.style.open_sides and column == 0):
            sides.append((x0, bottom, x0, top))
        if not (self.style.open_sides and column + cell.colspan == self.table.width):
            sides.append((x1, bottom, x1, top))
        canvas.setLineWidth(0.5)
        canvas.setFillGray(0)
        for ax, ay, bx, by in sides:
            if rules == "strokes":
                canvas.line(ax, ay, bx, by)
            elif rules == "gaps":
                canvas.line(
                    ax + (0.8 if by == ay else 0),
                    ay + (0.8 if ax == bx else 0),
                    bx - (0.8 if by == ay else 0),
                    by - (0.8 if ax == bx else 0),
                )
            elif rules == "bars":
                canvas.rect(ax - 0.25, ay - 0.25, bx - ax + 0.5, by - ay + 0.5, stroke=0, fill=1)
            else:
                for off in (-0.8, 0.8):
                    canvas.line(
                        ax + (off if ax == bx else 0),
                        ay + (off if ay == by else 0),
                        bx + (off if ax == bx else 0),
                        by + (off if ay == by else 0),
                    )


def wrapped(text: str, size: float, width: float, *, first: float = 0.0, spread: float = 0.0) -> list[str]:
    """Lines that fit a width; digits and letters of one word stay together where they can."""
    lines, line, used = [], "", first
    for word in _words(text):
        wide = pdfmetrics.stringWidth(word, FONT, size) + spread * size * len(word)
        if line and used + wide > width:
            lines.append(line)
            line, used = "", 0.0
        line += word
        used += wide
    return [*lines, line] if line else lines or [""]


def _words(text: str) -> Iterator[str]:
    word = ""
    for sign in text:
        if sign.isascii() and not sign.isspace():
            word += sign
            continue
        if word:
            yield word
        word = ""
        yield sign
    if word:
        yield word


def render(report: PrintedReport, rng: random.Random, style: Style) -> bytes:
    """The report as a PDF."""
    setter = _Setter(style, rng)
    setter.paragraph(report.title, 16, centred=True)
    setter.y -= 8
    for block in report.blocks:
        if isinstance(block, Paragraph):
            setter.paragraph(block.text, 12 if block.level == 2 else 10.5, indent=2 if style.indent else 0)
        else:
            setter.table(block)
    return setter.finish()


def _layout(make: Callable[[random.Random], Style]) -> Layout:
    return lambda report, rng: render(report, rng, make(rng))


def _font(rng: random.Random) -> str:
    return rng.choice((FONT, "Helvetica", "Times-Roman"))


def _unruled(rng: random.Random) -> Style:
    return Style(None, wide=True, size=8.0, padding=3.5, figure_font=_font(rng))


def _unruled_over_pages(rng: random.Random) -> Style:
    return Style(None, size=8.0, padding=4.0, running="年度报告", repeat_heading=rng.random() < 0.5)


LAYOUTS: dict[str, Layout] = {
    "pdf ruled": _layout(lambda rng: Style(rng.choice(("strokes", "bars", "gaps", "double")), figure_font=_font(rng))),
    "pdf ruled, open sides": _layout(lambda rng: Style(open_sides=True, figure_font=_font(rng), indent=False)),
    "pdf ruled, narrow labels, vertical groups": _layout(
        lambda rng: Style(rng.choice(("strokes", "bars")), vertical=rng.choice(("stacked", "turned")), padding=4.0, size=10.0)
    ),
    "pdf ruled, every glyph twice": _layout(lambda rng: Style(bold_twice=True, figure_font=_font(rng))),
    "pdf ruled, letter-spaced": _layout(lambda rng: Style(spread=True, size=8.0)),
    "pdf ruled, turned pages": _layout(lambda rng: Style(turned=True, wide=True, figure_font=_font(rng))),
    "pdf over pages, heading repeated": _layout(
        lambda rng: Style(
            repeat_heading=True, running="信息公开年度报告 内部排版样张", padding=6.0, margin_bottom=rng.choice((60, 110, 180))
        )
    ),
    "pdf over pages, heading once": _layout(
        lambda rng: Style(padding=6.0, running="年度报告", margin_bottom=rng.choice((60, 110, 180, 260)), figure_font=_font(rng))
    ),
    "pdf over pages, rows broken": _layout(
        lambda rng: Style(
            padding=5.0,
            size=10.0,
            break_rows=True,
            figures_below=rng.random() < 0.5,
            repeat_heading=rng.random() < 0.5,
            running=rng.choice((None, "年度报告（公开稿）")),
            margin_bottom=rng.uniform(60, 300),
        )
    ),
    "pdf unruled": _layout(_unruled),
    "pdf unruled, over pages": _layout(_unruled_over_pages),
    "pdf unruled, with empty cells": _layout(_unruled),
}
# Where no line is drawn, an empty cell leaves no trace but a wider space.
NO_BLANKS = frozenset({"pdf unruled", "pdf unruled, over pages"})
DAMAGED = frozenset({"pdf unruled, with empty cells"})
