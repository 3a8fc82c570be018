"""Measures of a sheet on screen and on paper: widths of texts, heights of rows, the scale of a page. Knows no figure and no file."""

from __future__ import annotations

from collections.abc import Sequence

# xlsxwriter's codes of paper sizes.
A4, A3 = 9, 8
# The long and the short side in inches.
_SIDES = {A4: (11.69, 8.27), A3: (16.54, 11.69)}
MARGIN = 0.4
# Room below for the number of the page.
MARGIN_BELOW = 0.6
# A line of text of 10 points, in points; Excel takes no row higher than this.
LINE, _HIGHEST = 14.5, 409.0
# A character of column width takes 7 pixels in Excel's own font, up to 9.4 in those that stand in where it is not installed; the
# edges of a column take 5 to 7. A page is planned for the widest.
_PIXELS, _EDGE, _TO_THE_INCH = 9.4, 7, 96
_LEAST_SCALE, _LEGIBLE = 40, 0.6


def text_width(text: str) -> int:
    """The width of a text in characters, a Chinese one counting twice."""
    return sum(2 if ord(character) > 0x2E7F or character in "“”" else 1 for character in text)


def lines_of(text: str, column_width: float) -> int:
    """How many lines a text takes when it is wrapped in a column so wide (characters). Words break early, so rather one too many."""
    room = max(column_width * 0.95 - 1, 1)
    return sum(max(-int(-text_width(line) // room), 1) for line in text.split("\n"))


def height_of(lines: int) -> float:
    """The height of a row of so many lines, in points."""
    return min(LINE * lines + 1, _HIGHEST)


def inches(column_widths: Sequence[float]) -> float:
    """The width of columns together."""
    return sum(width * _PIXELS + _EDGE for width in column_widths) / _TO_THE_INCH


def pages_across(column_widths: Sequence[float], repeated: int, paper: int) -> int:
    """Over how many landscape pages the columns have to run so that they stay legible, the first ones repeated on each."""
    room = (_SIDES[paper][0] - 2 * MARGIN) / _LEGIBLE
    keys = inches(column_widths[:repeated])
    return max(1, -int(-(inches(column_widths) - keys) // (room - keys)))


def scale_of(column_widths: Sequence[float], height: float, paper: int) -> int:
    """The scale in percent at which columns and so much height (points) fit a landscape page; never enlarged."""
    long, short = _SIDES[paper]
    across = (long - 2 * MARGIN) / inches(column_widths)
    down = (short - MARGIN - MARGIN_BELOW) * 72 / height
    return max(_LEAST_SCALE, min(100, int(100 * min(across, down))))
