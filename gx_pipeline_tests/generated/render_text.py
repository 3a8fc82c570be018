"""Reports as texts: pipes, tabs, Markdown, one cell a line, and what extractors make of merged cells and long labels.

A layout is a kind of noise and a way to write a table. Does not belong here: what the noise does (`noise`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import opencc

from gx_pipeline_tests.generated import noise
from gx_pipeline_tests.generated.model import Layout, Paragraph, PrintedCell, PrintedReport, PrintedTable

WriteTable = Callable[[PrintedTable, random.Random], str]


def render_text(report: PrintedReport, rng: random.Random, write: WriteTable, encoding: str = "utf-8") -> bytes:
    """A report as a text file, its tables as `write` writes them."""
    titled = rng.random() < 0.85
    parts = [report.title] if titled else []
    if titled and rng.random() < 0.4:
        parts.append(f"来源:{report.publisher} 时间:{report.published_on} 浏览次数:{rng.randint(3, 999)}")
    gap = rng.choice(("\n", "\n\n"))
    parts += [block.text if isinstance(block, Paragraph) else write(block, rng).rstrip("\n") for block in report.blocks]
    return (gap.join(parts) + "\n").encode(encoding, "replace")


# -- ways to write a table ---------------------------------------------------------------------------------------------


def _texts(row: tuple[PrintedCell, ...]) -> list[str]:
    return [cell.text for cell in row]


def piped(table: PrintedTable, rng: random.Random) -> str:
    """Cells between pipes, a row a line, merged cells once."""
    return "\n".join("| " + " | ".join(_texts(row)) + " |" for row in table.rows)


def open_pipes(table: PrintedTable, rng: random.Random) -> str:
    """Pipes between cells only."""
    return "\n".join(" | ".join(_texts(row)) for row in table.rows)


def closing_pipes(table: PrintedTable, rng: random.Random) -> str:
    """A pipe after each cell, no space around."""
    return "\n".join("".join(f"{text}|" for text in _texts(row)) for row in table.rows)


def remnants(table: PrintedTable, rng: random.Random) -> str:
    """Cells between pipes; a place under a merged cell leaves its pipe."""
    return "\n".join(
        "| " + " ".join(f"{cell.text} |" if cell is not None else "|" for cell in row).replace("| |", "||") for row in table.grid
    )


def markdown(table: PrintedTable, rng: random.Random) -> str:
    """A Markdown table: rule lines, every row as wide as the grid."""
    rows = ["| " + " | ".join(cell.text if cell else " " for cell in row) + " |" for row in table.grid]
    return "\n".join([*rows[:1], "|" + " --- |" * table.width, *rows[1:]])


def markdown_repeated(table: PrintedTable, rng: random.Random) -> str:
    """A Markdown table, the text of merged cells at every place they cover."""
    return markdown(noise.unmerge(table, down=True, across=True, keep=True), rng)


def lines(table: PrintedTable, rng: random.Random) -> str:
    """One cell a line."""
    return "\n".join(text for row in table.rows for text in _texts(row))


def lines_with_pipe(table: PrintedTable, rng: random.Random) -> str:
    """One cell a line, each closed by a pipe."""
    return "\n".join(f"{text} |" for row in table.rows for text in _texts(row))


def lines_apart(table: PrintedTable, rng: random.Random) -> str:
    """One cell a line with empty lines between."""
    return "\n\n".join(text for row in table.rows for text in _texts(row))


def tabs(table: PrintedTable, rng: random.Random) -> str:
    """Tabs between cells, merged cells once."""
    return "\n".join("\t".join(_texts(row)) for row in table.rows)


def tabs_grid(table: PrintedTable, rng: random.Random) -> str:
    """Tabs between cells, every row as wide as the grid: as copied from a spreadsheet."""
    return "\n".join("\t".join(cell.text if cell else "" for cell in row) for row in table.grid)


def tab_indented(table: PrintedTable, rng: random.Random) -> str:
    """A tab before every cell."""
    return "\n".join("".join(f"\t{text}" for text in _texts(row)) for row in table.rows)


def spaced(table: PrintedTable, rng: random.Random) -> str:
    """Spaces between cells, as text copied from a page."""
    return "\n".join(" ".join(_texts(row)) for row in table.rows)


def aligned(table: PrintedTable, rng: random.Random) -> str:
    """Cells in columns of equal width, parted by runs of spaces."""
    return "\n".join("".join(f"{text:<14}" for text in _texts(row)).rstrip() for row in table.rows)


def label_apart(table: PrintedTable, rng: random.Random) -> str:
    """The labels of a row on a line of their own, its figures on the next."""
    rows = []
    for row in table.rows:
        figures = [cell.text for cell in row if cell.role == "figure"]
        labels = [cell.text for cell in row if cell.role != "figure"]
        rows += [" | ".join(part) + " |" for part in (labels, figures) if part]
    return "\n".join(rows)


def label_lines_figures_spaced(table: PrintedTable, rng: random.Random) -> str:
    """Each label on a line of its own, the figures of a row on one line, parted by spaces."""
    rows = []
    for row in table.rows:
        rows += [cell.text for cell in row if cell.role != "figure"]
        if figures := [cell.text for cell in row if cell.role == "figure"]:
            rows.append(" ".join(figures))
    return "\n".join(rows)


def page_numbers(write: WriteTable) -> WriteTable:
    """A page number and a page's heading line somewhere between two rows."""

    def paged(table: PrintedTable, rng: random.Random) -> str:
        if len(table.rows) < 6:
            return write(table, rng)
        at = rng.randint(3, len(table.rows) - 2)
        first, second = PrintedTable(table.code, table.rows[:at]), PrintedTable(table.code, table.rows[at:])
        number = rng.randint(2, 9)
        mark = rng.choice((f"— {number} —", f"- {number} -", f"第{number}页", f"第 {number} 页 共 {number + 3} 页"))
        return f"{write(first, rng)}\n{mark}\n{write(second, rng)}"

    return paged


def mixed(table: PrintedTable, rng: random.Random) -> str:
    """Each table in a way of its own."""
    ways = (piped, open_pipes, remnants, lines_with_pipe, tab_indented, tabs, markdown)
    return rng.choice(ways)(table, rng)


# -- layouts -----------------------------------------------------------------------------------------------------------


def layout(write: WriteTable, *noises: noise.Noise, encoding: str = "utf-8") -> Layout:
    """A layout of noise and a way to write tables."""
    disturb = noise.chain(*noises)
    return lambda report, rng: render_text(disturb(report, rng), rng, write, encoding)


@cache
def converter(way: str) -> opencc.OpenCC:
    """A converter of opencc, made once."""
    return opencc.OpenCC(way)


def traditional(write: WriteTable, way: str) -> Layout:
    """Everything in traditional characters."""
    return lambda report, rng: converter(way).convert(render_text(report, rng, write).decode()).encode()


_IDEOGRAPHIC = noise.blanks_as("\u3000")
_WIDE_BLANK = noise.blanks_as("\u3000\u3000")
_SHAPES = (noise.none, noise.none, noise.repeated, noise.split(), noise.empty_first_cells)
_SEVERAL = noise.several(*_SHAPES)
_EVERYTHING = noise.everything(*_SHAPES, noise.split(headings=True, repeat=True), noise.split(broken_label=True))

LAYOUTS: dict[str, Layout] = {
    "text pipes": layout(piped, _IDEOGRAPHIC),
    "text pipes, blanks empty": layout(piped),
    "text pipes, no leading pipe": layout(open_pipes, _IDEOGRAPHIC),
    "text pipes, closing only": layout(closing_pipes, _IDEOGRAPHIC),
    "text pipes, remnants of merged cells": layout(remnants, _IDEOGRAPHIC),
    "text pipes, merged cells repeated down": layout(piped, _IDEOGRAPHIC, noise.repeated),
    "text Markdown": layout(markdown, _IDEOGRAPHIC),
    "text Markdown, merged cells repeated": layout(markdown_repeated, _IDEOGRAPHIC),
    "text one cell a line, pipe": layout(lines_with_pipe, _WIDE_BLANK),
    "text one cell a line, pipe, blanks empty": layout(lines_with_pipe),
    "text one cell a line": layout(lines),
    "text one cell a line, lines between": layout(lines_apart),
    "text one cell a line, labels repeated": layout(lines, noise.repeated),
    "text one cell a line, blanks dropped": layout(lines),
    "text tabs": layout(tabs, _IDEOGRAPHIC),
    "text tabs, as from a spreadsheet": layout(tabs_grid, _IDEOGRAPHIC),
    "text tabs, indented": layout(tab_indented, _WIDE_BLANK),
    "text spaces": layout(spaced),
    "text aligned by spaces": layout(aligned),
    "text label above figures": layout(label_apart, _IDEOGRAPHIC),
    "text label lines, figures spaced": layout(label_lines_figures_spaced),
    "text mixed by table": layout(mixed, _IDEOGRAPHIC),
    "text page numbers, pipes": layout(page_numbers(piped), _IDEOGRAPHIC),
    "text page numbers, one cell a line": layout(page_numbers(lines)),
    "text traditional, pipes": traditional(piped, "s2t"),
    "text traditional of Hong Kong, lines": traditional(lines, "s2hk"),
    "text traditional of Taiwan, lines": traditional(lines, "s2twp"),
    "text GB18030, pipes": layout(piped, _IDEOGRAPHIC, encoding="gb18030"),
    "text UTF-16, tabs": layout(tabs, _IDEOGRAPHIC, encoding="utf-16"),
    "text typos in row labels, pipes": layout(piped, _IDEOGRAPHIC, noise.typos),
    "text typos in row labels, lines": layout(lines, noise.typos),
    "text typos in headings, pipes": layout(piped, _IDEOGRAPHIC, noise.typos_in_headings),
    "text spaces in labels, pipes": layout(piped, _IDEOGRAPHIC, noise.spaced_labels),
    "text spaces in labels, lines": layout(lines, noise.spaced_labels),
    "text headings cut over lines": layout(lines, noise.cut_headings),
    "text labels cut over lines": layout(lines, noise.cut_labels),
    "text labels cut over lines, pipe": layout(lines_with_pipe, _WIDE_BLANK, noise.cut_labels),
    "text ㈠㈡ and half-width brackets": layout(remnants, _IDEOGRAPHIC, noise.odd_brackets),
    "text other numbering": layout(piped, _IDEOGRAPHIC, noise.other_numbering),
    "text thousands, half width": layout(piped, _IDEOGRAPHIC, noise.half_width_commas),
    "text thousands, full width": layout(lines, noise.full_width_commas),
    "text full-width digits": layout(piped, _IDEOGRAPHIC, noise.full_width_digits),
    "text units in cells": layout(piped, _IDEOGRAPHIC, noise.units),
    "text units in headings": layout(piped, _IDEOGRAPHIC, noise.amounts_in_other_units),
    "text plus signs, trailing zeros": layout(lines, noise.plus_signs, noise.trailing_zeros),
    "text Chinese numerals": layout(piped, _IDEOGRAPHIC, noise.chinese_numerals),
    "text 2019 unpivoted, pipes": layout(piped, _IDEOGRAPHIC, noise.unpivoted),
    "text 2019 unpivoted, remnants": layout(remnants, _IDEOGRAPHIC, noise.unpivoted),
    "text 2019 unpivoted, lines": layout(lines, noise.unpivoted),
    "text 2019 unpivoted, label repeated": layout(piped, _IDEOGRAPHIC, noise.unpivoted, noise.repeated),
    "text 2019 unpivoted, indented": layout(tab_indented, _WIDE_BLANK, noise.unpivoted),
    "text group labels lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_group_labels),
    "text group labels lost, lines": layout(lines, noise.lost_group_labels),
    "text headings lost, lines": layout(lines, noise.lost_headings),
    "text headings emptied, pipes": layout(remnants, _IDEOGRAPHIC, noise.emptied_headings),
    "text heading rows lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_heading_rows),
    "text heading rows lost, lines": layout(lines, noise.lost_heading_rows),
    "text spaced digits": layout(piped, _IDEOGRAPHIC, noise.spaced_digits),
    "text digits broken over lines": layout(lines, noise.broken_digits),
    "text footnote marks": layout(piped, _IDEOGRAPHIC, noise.footnotes),
    "text footnote marks in brackets": layout(lines, noise.bracketed_footnotes),
    "text row labels lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_row_labels),
    "text row labels lost, lines": layout(lines, noise.lost_row_labels),
    "text row labels emptied, pipes": layout(piped, _IDEOGRAPHIC, noise.emptied_row_labels),
    "text figures lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_figures),
    "text figures lost, lines": layout(lines, noise.lost_figures),
    "text rows lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_rows),
    "text rows lost, lines": layout(lines, noise.lost_rows),
    "text columns in another order, pipes": layout(piped, _IDEOGRAPHIC, noise.headings_in_other_order),
    "text columns in another order, lines": layout(lines, noise.headings_in_other_order),
    "text total first, pipes": layout(piped, _IDEOGRAPHIC, noise.totals_first),
    "text total first, lines": layout(lines, noise.totals_first),
    "text blank first cells": layout(piped, _IDEOGRAPHIC, noise.empty_first_cells),
    "text labels doubled, pipes": layout(piped, _IDEOGRAPHIC, noise.doubled_labels),
    "text labels doubled, lines": layout(lines, noise.doubled_labels),
    "text split, pipes": layout(piped, _IDEOGRAPHIC, noise.split()),
    "text split, page number between, lines": layout(lines, noise.split(between="— 5 —")),
    "text split, headings again, pipes": layout(remnants, _IDEOGRAPHIC, noise.split(headings=True, repeat=True)),
    "text split, headings again, lines": layout(lines, noise.split(headings=True, repeat=True)),
    "text split within a label, pipes": layout(piped, _IDEOGRAPHIC, noise.split(broken_label=True)),
    "text split within a label, lines": layout(lines, noise.split(broken_label=True)),
    "text extra rows, pipes": layout(piped, _IDEOGRAPHIC, noise.extra_rows),
    "text extra rows, lines": layout(lines, noise.extra_rows),
    "text a table twice, pipes": layout(piped, _IDEOGRAPHIC, noise.tables_twice),
    "text a table twice, lines": layout(lines, noise.tables_twice),
    "text table of contents, pipes": layout(piped, _IDEOGRAPHIC, noise.contents),
    "text table of contents, lines": layout(lines, noise.contents),
    "text section headings gone, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_section_headings),
    "text section headings gone, lines": layout(lines, noise.lost_section_headings),
    "text single (六), pipes": layout(remnants, _IDEOGRAPHIC),
    "text single (六), lines": layout(lines),
    "text single (六), labels cut over lines": layout(lines, noise.cut_labels),
    "text wrong form for the year, pipes": layout(piped, _IDEOGRAPHIC),
    "text wrong form for the year, lines": layout(lines),
    "text thousands and units": layout(piped, _IDEOGRAPHIC, noise.thousands_and_units),
    "text 2019 other minus signs": layout(piped, _IDEOGRAPHIC, noise.other_minus_signs),
    "text 2019 doubled signs": layout(piped, _IDEOGRAPHIC, noise.doubled_signs),
    "text digits broken over lines, pipes": layout(piped, _IDEOGRAPHIC, noise.broken_digits),
    "text a table lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_table),
    "text a table lost, lines": layout(lines, noise.lost_table),
    "text a column lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_column),
    "text a column lost, lines": layout(lines, noise.lost_column),
    "text a column and headings lost, pipes": layout(piped, _IDEOGRAPHIC, noise.lost_column, noise.lost_heading_rows),
    "text several at once": layout(mixed, _IDEOGRAPHIC, _SEVERAL),
    "text several at once, lines": layout(lines, noise.several(noise.none, noise.repeated, noise.cut_labels, noise.split())),
    "text everything at once": layout(mixed, _IDEOGRAPHIC, _EVERYTHING),
    "text everything at once, lines": layout(
        lines, noise.everything(noise.none, noise.repeated, noise.cut_labels, noise.split())
    ),
}
ONLY_2019 = frozenset(name for name in LAYOUTS if "2019" in name)
ONLY_SINGLE = frozenset(name for name in LAYOUTS if "single (六)" in name)
WRONG_FORM = frozenset(name for name in LAYOUTS if "wrong form" in name)
# The layout drops empty cells: its reports have none.
NO_BLANKS = frozenset(
    {
        *(name for name in LAYOUTS if name.endswith((", lines", "one cell a line", "one cell a line, lines between"))),
        "text one cell a line, labels repeated",
        "text single (六), labels cut over lines",
        "text spaces",
        "text aligned by spaces",
        "text label lines, figures spaced",
        "text traditional, pipes",
        "text headings cut over lines",
        "text labels cut over lines",
        "text thousands, full width",
        "text plus signs, trailing zeros",
        "text page numbers, one cell a line",
        "text digits broken over lines",
        "text footnote marks in brackets",
    }
)
# Figures are lost or in doubt: what cannot be read has to be told, and counts as told.
DAMAGED = frozenset(
    {
        *(name for name in LAYOUTS if " lost" in name or "emptied" in name or "another order" in name or "total first" in name),
        *(name for name in LAYOUTS if "everything" in name or "within a label" in name or "digits broken" in name),
        "text one cell a line, blanks dropped",
        "text 2019 doubled signs",
        "text pipes, blanks empty",
        "text one cell a line, pipe, blanks empty",
        "text spaced digits",
        "text footnote marks",
        "text footnote marks in brackets",
        "text units in headings",
    }
)
