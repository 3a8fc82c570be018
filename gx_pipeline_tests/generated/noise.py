"""What happens to a report on its way to a page: other ways of printing, merged cells flattened, labels mangled, parts lost.

Every function takes a printed report (or table) and gives another; renderers of any format may put them before
themselves. A line break inside a cell is "\\n". Does not belong here: file formats (`render_*`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from gx_pipeline_tests.generated.model import WORDING, Block, Paragraph, PrintedCell, PrintedReport, PrintedTable

Noise = Callable[[PrintedReport, random.Random], PrintedReport]
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
FULL_WIDTH = str.maketrans("0123456789.-,", "０１２３４５６７８９．－，")
_ALIKE = (
    "申由甲",
    "己已巳",
    "末未",
    "理里",
    "机构",
    "公共",
    "情清请",
    "正政",
    "关开",
    "度席",
    "予于",
    "属署",
    "息惠",
    "管营",
    "业亚",
)


def chain(*noises: Noise) -> Noise:
    """Several kinds of noise, one after the other."""

    def noisy(report: PrintedReport, rng: random.Random) -> PrintedReport:
        for noise in noises:
            report = noise(report, rng)
        return report

    return noisy


def one_of(*noises: Noise) -> Noise:
    """One kind of noise by chance."""
    return lambda report, rng: rng.choice(noises)(report, rng)


def none(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """No noise."""
    return report


# -- ways of printing a number or a blank ------------------------------------------------------------------------------


def _figures(change: Callable[[str, PrintedCell, random.Random], str]) -> Noise:
    def noise(report: PrintedReport, rng: random.Random) -> PrintedReport:
        def change_cell(cell: PrintedCell) -> PrintedCell:
            if cell.role != "figure" or not NUMBER.fullmatch(cell.text):
                return cell
            return cell.saying(change(cell.text, cell, rng))

        return report.mapped(lambda table: table.mapped(change_cell))

    return noise


def _grouped(text: str, comma: str) -> str:
    whole, dot, decimals = text.partition(".")
    return f"{int(whole):,}".replace(",", comma) + dot + decimals


def _counted(text: str, cell: PrintedCell, rng: random.Random) -> str:
    if cell.key and cell.key.column == "amount_10k_yuan":
        return f"{text}万元"
    if cell.key and cell.key.column == "amount":
        return f"{text}元"
    return text + rng.choice("件项条") if cell.key and cell.key.table == "proactive_disclosure" else f"{text}件"


def _in_chinese(text: str, cell: PrintedCell, rng: random.Random) -> str:
    if not text.isdigit() or int(text) > 9999 or (cell.key and cell.key.column.startswith("amount")):
        return text
    return chinese(int(text))


def _parted(by: str) -> Callable[[str, PrintedCell, random.Random], str]:
    """Numbers of three digits or more cut apart, one in three of them."""

    def part(text: str, cell: PrintedCell, rng: random.Random) -> str:
        if len(text) < 3 or not text.isdigit() or rng.random() > 0.33:
            return text
        at = rng.randint(1, len(text) - 1)
        return text[:at] + by + text[at:]

    return part


def _counted_in_thousands(text: str, cell: PrintedCell, rng: random.Random) -> str:
    return _counted(_grouped(text, ","), cell, rng)


def _signed(text: str, cell: PrintedCell, rng: random.Random) -> str:
    """A minus as some keyboards and fonts have it."""
    return rng.choice("-－\u2212") + text[1:] if text.startswith("-") else text


def _doubly_signed(text: str, cell: PrintedCell, rng: random.Random) -> str:
    return f"-{text}" if text.startswith("-") else text


half_width_commas = _figures(lambda text, cell, rng: _grouped(text, ","))
full_width_commas = _figures(lambda text, cell, rng: _grouped(text, "，"))
full_width_digits = _figures(lambda text, cell, rng: text.translate(FULL_WIDTH))
units = _figures(_counted)
thousands_and_units = _figures(_counted_in_thousands)
other_minus_signs = _figures(_signed)
doubled_signs = _figures(_doubly_signed)
chinese_numerals = _figures(_in_chinese)
spaced_digits = _figures(_parted(" "))
broken_digits = _figures(_parted("\n"))
footnotes = _figures(lambda text, cell, rng: text + rng.choice("①②*¹") if text != "0" and rng.random() < 0.2 else text)
bracketed_footnotes = _figures(
    lambda text, cell, rng: text + rng.choice(("[1]", "（注）", "（1）", "[注2]")) if text != "0" and rng.random() < 0.2 else text
)
plus_signs = _figures(
    lambda text, cell, rng: f"+{text}" if cell.key and cell.key.column == "items_change" and text[0] not in "-0" else text
)
trailing_zeros = _figures(
    lambda text, cell, rng: text + ("0" if "." in text else ".00") if cell.key and cell.key.column.startswith("amount") else text
)


def chinese(number: int) -> str:
    """A number below 10,000 in Chinese numerals."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    signs = ""
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            signs += "零一二三四五六七八九"[digit] + unit
        elif signs and number and not signs.endswith("零"):
            signs += "零"
    return signs.removeprefix("一") if signs.startswith("一十") else signs


def blanks_as(text: str) -> Noise:
    """Empty cells of figures printed as a kind of space."""

    def noise(report: PrintedReport, rng: random.Random) -> PrintedReport:
        return report.mapped(
            lambda table: table.mapped(lambda cell: cell.saying(text) if cell.role == "figure" and not cell.text else cell)
        )

    return noise


def amounts_in_other_units(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """Amounts in another unit than the form's, which the heading above them names: 元 for fees, 万元 for procurement."""

    def change(cell: PrintedCell) -> PrintedCell:
        if cell.role == "heading" and cell.text == "本年收费金额（单位：万元）":
            return cell.saying("本年收费金额（单位：元）")
        if cell.role == "heading" and cell.text == "采购总金额":
            return cell.saying(rng.choice(("采购总金额（万元）", "采购总金额（单位：万元）")))
        if cell.key and NUMBER.fullmatch(cell.text) and cell.key.column == "amount_10k_yuan":
            return cell.saying(_plain(float(cell.text) * 10_000))
        if cell.key and NUMBER.fullmatch(cell.text) and cell.key.column == "amount":
            return cell.saying(_plain(float(cell.text) / 10_000))
        return cell

    return report.mapped(lambda table: table.mapped(change))


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


# -- merged cells ------------------------------------------------------------------------------------------------------


def repeated(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """Merged cells undone, their text in each of the rows (not the columns) that they covered."""
    return report.mapped(lambda table: unmerge(table, down=True))


def unmerged(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """Merged cells undone, an empty cell at each place that they covered."""
    return report.mapped(lambda table: unmerge(table, down=False, keep=True))


def unmerge(table: PrintedTable, *, down: bool, across: bool = False, keep: bool = False) -> PrintedTable:
    """A grid without merged cells.

    Args:
        table: the table.
        down: whether the text is repeated in the rows below its own.
        across: whether the text is repeated in the columns beside its own.
        keep: whether a place without a text stays as an empty cell; otherwise it is dropped.
    """
    starts = {(row, column): cell for row, column, cell in table.placed}
    rows = []
    for row, owners in enumerate(table.owners):
        cells = []
        for column, owner in enumerate(owners):
            if owner is None:
                continue
            first_in_row = column == 0 or owners[column - 1] is not owner
            shown = (row, column) in starts or (
                owner.role != "figure"
                and ((across and not first_in_row) or (down and starts.get((row, column)) is None and first_in_row))
            )
            if shown:
                cells.append(replace(owner, colspan=1, rowspan=1))
            elif keep:
                cells.append(PrintedCell("", role="figure" if owner.role == "figure" else "label"))
        rows.append(tuple(cells))
    return replace(table, rows=tuple(rows))


# -- labels ------------------------------------------------------------------------------------------------------------


def all_labels() -> frozenset[str]:
    """Every label of the forms."""

    def texts(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value]
        return [text for part in (value.values() if isinstance(value, dict) else value) for text in texts(part)]

    return frozenset(texts(WORDING))


_KNOWN = all_labels()


def _labels(change: Callable[[PrintedCell, random.Random], str], roles: Sequence[str] = ("label",)) -> Noise:
    def noise(report: PrintedReport, rng: random.Random) -> PrintedReport:
        def change_cell(cell: PrintedCell) -> PrintedCell:
            return cell.saying(change(cell, rng)) if cell.role in roles and cell.text else cell

        return report.mapped(lambda table: table.mapped(change_cell))

    return noise


def _mistyped(cell: PrintedCell, rng: random.Random) -> str:
    """A long label with one character wrong, missing or doubled; a unit keeps its own."""
    text = cell.text
    words = [at for at, sign in enumerate(text) if "\u4e00" <= sign <= "\u9fff" and sign not in "万元"][2:]
    if len(words) < 5 or rng.random() < 0.6:
        return text
    at = rng.choice(words)
    alike = next((group.replace(text[at], "") for group in _ALIKE if text[at] in group), "的事信行其")
    wrong = rng.choice(
        (text[:at] + rng.choice(alike) + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:])
    )
    return text if wrong in _KNOWN else wrong


def _spaced(cell: PrintedCell, rng: random.Random) -> str:
    text = cell.text
    if len(text) > 8 or rng.random() < 0.5:
        return text
    if len(text) == 2:
        return text[0] + rng.choice((" ", "  ", "\u3000")) + text[1]
    at = rng.randint(1, len(text) - 1)
    return text[:at] + rng.choice((" ", "\u3000")) + text[at:]


def _cut(cell: PrintedCell, rng: random.Random) -> str:
    """A text of four characters or more over two or three lines, its numbering left whole."""
    text = cell.text
    first = next(iter(re.findall(r"^(?:\d\.|（.）|.、)", text)), "")
    places = range(len(first) + 1, len(text))
    if len(text) < 4 or rng.random() < 0.4:
        return text
    cuts = sorted(rng.sample(places, min(len(places) // 3, rng.choice((1, 1, 2)))))
    return "\n".join(text[start:stop] for start, stop in pairwise((0, *cuts, len(text))))


def _renumbered(cell: PrintedCell, rng: random.Random) -> str:
    text = cell.text.replace("（", "(").replace("）", ")")
    if found := re.match(r"\(([一二三四五六七八九])\)", text):
        text = "㈠㈡㈢㈣㈤㈥㈦㈧㈨"["一二三四五六七八九".index(found[1])] + text[found.end() :]
    return text


def _other_numbers(cell: PrintedCell, rng: random.Random) -> str:
    found = re.match(r"(\d)\.", cell.text)
    return found[1] + rng.choice(("、", "．", ". ", "")) + cell.text[found.end() :] if found else cell.text


typos = _labels(_mistyped)
typos_in_headings = _labels(_mistyped, ("heading",))
spaced_labels = _labels(_spaced, ("label", "heading"))
cut_headings = _labels(_cut, ("heading",))
cut_labels = _labels(_cut, ("label", "heading"))
odd_brackets = _labels(_renumbered, ("label", "heading"))
other_numbering = _labels(_other_numbers)


# -- losses ------------------------------------------------------------------------------------------------------------


def _lose(select: Callable[[PrintedTable], list[PrintedCell]], at_most: int, *, drop: bool) -> Noise:
    """One to `at_most` of the selected cells of each table emptied, or dropped so that others move up."""

    def lose(table: PrintedTable, rng: random.Random) -> PrintedTable:
        choices = select(table)
        lost = {id(cell) for cell in rng.sample(choices, min(len(choices), rng.randint(1, at_most)))}
        rows = tuple(
            tuple(cell.saying("") if id(cell) in lost else cell for cell in row if not (drop and id(cell) in lost))
            for row in table.rows
        )
        return replace(table, rows=rows)

    return lambda report, rng: report.mapped(lambda table: lose(table, rng))


def _group_labels(table: PrintedTable) -> list[PrintedCell]:
    return [cell for row in table.rows for cell in row if cell.role == "label" and cell.rowspan > 1]


def _column_headings(table: PrintedTable) -> list[PrintedCell]:
    if table.code != "requests":
        return []
    return [cell for row in table.rows[1:3] for cell in row if cell.text != "法人或其他组织"]


def _row_labels(table: PrintedTable) -> list[PrintedCell]:
    return [cell for row in table.rows for cell in row if cell.role == "label" and cell.rowspan == 1]


lost_group_labels = _lose(_group_labels, 2, drop=True)
emptied_group_labels = _lose(_group_labels, 2, drop=False)
lost_headings = _lose(_column_headings, 3, drop=True)
emptied_headings = _lose(_column_headings, 3, drop=False)
lost_row_labels = _lose(_row_labels, 2, drop=True)
emptied_row_labels = _lose(_row_labels, 2, drop=False)


def lost_heading_rows(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """The rows of headings of the requests and dispute tables gone."""

    def lose(table: PrintedTable) -> PrintedTable:
        if table.code == "proactive_disclosure":
            return table
        return replace(table, rows=tuple(row for row in table.rows if any(cell.role != "heading" for cell in row)))

    return report.mapped(lose)


def lost_figures(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One to four cells of figures gone from each table, those after them moved up."""
    return _lose(lambda table: [cell for row in table.rows for cell in row if cell.role == "figure"], 4, drop=True)(report, rng)


def lost_rows(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One or two rows gone from each table."""

    def lose(table: PrintedTable) -> PrintedTable:
        lost = set(rng.sample(range(len(table.rows)), min(len(table.rows), rng.randint(1, 2))))
        return replace(table, rows=tuple(row for at, row in enumerate(table.rows) if at not in lost))

    return report.mapped(lose)


def lost_table(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One of the tables gone; its section's heading stays now and then."""
    lost = rng.choice(report.tables)
    at = report.blocks.index(lost)
    heading = max(number for number, block in enumerate(report.blocks[:at]) if isinstance(block, Paragraph) and block.level == 2)
    gone = {at} if rng.random() < 0.5 else {at, heading}
    return replace(report, blocks=tuple(block for number, block in enumerate(report.blocks) if number not in gone))


def lost_column(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One of the seven columns of the requests table gone, its heading too."""

    def lose(table: PrintedTable) -> PrintedTable:
        if table.code != "requests":
            return table
        column = rng.randrange(table.width - 7, table.width)
        gone = {id(cell) for _, at, cell in table.placed if at == column and cell.colspan == 1}
        return replace(table, rows=tuple(tuple(cell for cell in row if id(cell) not in gone) for row in table.rows))

    return report.mapped(lose)


def lost_section_headings(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One to three headings of sections gone."""
    headings = [number for number, block in enumerate(report.blocks) if isinstance(block, Paragraph) and block.level == 2]
    gone = set(rng.sample(headings, rng.randint(1, 3)))
    return replace(report, blocks=tuple(block for number, block in enumerate(report.blocks) if number not in gone))


# -- other shapes ------------------------------------------------------------------------------------------------------


def unpivoted(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """Section 二 of the 2019 form as triples: 信息内容, 统计项目, 数量."""
    renamed = rng.random() < 0.5

    def turn(table: PrintedTable) -> PrintedTable:
        if table.code != "proactive_disclosure" or not any("新制作" in cell.text for row in table.rows for cell in row):
            return table
        names = dict(WORDING["2019"]["proactive_disclosure"]["columns"])
        names["amount"] = "采购总额" if renamed else names["amount"]
        rows: list[tuple[PrintedCell, ...]] = []
        for row in table.rows:
            figures = [cell for cell in row if cell.key]
            if not figures:
                if len(row) == 1:
                    rows.append((replace(row[0], colspan=3),))
                    rows.append(tuple(PrintedCell(name, role="heading") for name in ("信息内容", "统计项目", "数量")))
                continue
            for at, cell in enumerate(figures):
                measure = PrintedCell(names[cell.key.column if cell.key else ""])
                opening = (replace(row[0], rowspan=len(figures)),) if at == 0 else ()
                rows.append((*opening, measure, replace(cell, colspan=1)))
        return replace(table, rows=tuple(rows))

    return report.mapped(turn)


def headings_in_other_order(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """The applicants' columns of the requests table in an order of the publisher's own: two of them changed places."""

    def swap(table: PrintedTable) -> PrintedTable:
        if table.code != "requests":
            return table
        first, second = rng.sample(range(5), 2)
        rows = []
        for at, row in enumerate(table.rows):
            cells = list(row)
            offset = len(cells) - 6 if at > 2 else 0
            if at == 2 or (at > 2 and len(cells) >= 7):
                cells[offset + first], cells[offset + second] = cells[offset + second], cells[offset + first]
            rows.append(tuple(cells))
        return replace(table, rows=tuple(rows))

    return report.mapped(swap)


def totals_first(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """The column 总计 of the requests table before the others."""

    def move(table: PrintedTable) -> PrintedTable:
        if table.code != "requests":
            return table
        rows: list[tuple[PrintedCell, ...]] = [table.rows[0], (table.rows[1][2], *table.rows[1][:2]), table.rows[2]]
        rows += [(*row[:-7], row[-1], *row[-7:-1]) for row in table.rows[3:]]
        return replace(table, rows=tuple(rows))

    return report.mapped(move)


def split(*, headings: bool = False, repeat: bool = False, broken_label: bool = False, between: str | None = None) -> Noise:
    """Tables of six rows or more parted in two, as by the end of a page.

    Args:
        headings: whether the second part begins with the heading rows again.
        repeat: whether a merged cell that is cut bears its text again in the second part.
        broken_label: whether the last row of the first part has only the beginning of its label, the rest of it standing
            in a row of its own at the head of the second part.
        between: a line between the parts.
    """

    def noise(report: PrintedReport, rng: random.Random) -> PrintedReport:
        blocks: list[Block] = []
        for block in report.blocks:
            if not isinstance(block, PrintedTable) or len(block.rows) < 6:
                blocks.append(block)
                continue
            at = rng.randint(5, len(block.rows) - 1)
            first, second = cut(block, at, repeat=repeat)
            if broken_label:
                first, second = _break_label(first, second, rng)
            if headings:
                top = 3 if block.code == "requests" else 2
                second = replace(second, rows=(*block.rows[:top], *second.rows))
            blocks += [first, *([Paragraph(between)] if between else []), second]
        return replace(report, blocks=tuple(blocks))

    return noise


def cut(table: PrintedTable, at: int, *, repeat: bool) -> tuple[PrintedTable, PrintedTable]:
    """A table as two, parted before row `at`; merged cells that cross it go on empty or, with `repeat`, under their text."""
    above: list[list[PrintedCell]] = [[] for _ in range(at)]
    below: list[list[tuple[int, PrintedCell]]] = [[] for _ in table.rows[at:]]
    for row, column, cell in table.placed:
        if row >= at:
            below[row - at].append((column, cell))
            continue
        above[row].append(replace(cell, rowspan=min(cell.rowspan, at - row)))
        if row + cell.rowspan > at:
            rest = replace(cell, text=cell.text if repeat else "", rowspan=row + cell.rowspan - at)
            below[0].append((column, rest))
    lower = tuple(tuple(cell for _, cell in sorted(row, key=lambda placed: placed[0])) for row in below)
    return replace(table, rows=tuple(map(tuple, above))), replace(table, rows=lower)


def _break_label(first: PrintedTable, second: PrintedTable, rng: random.Random) -> tuple[PrintedTable, PrintedTable]:
    last = list(first.rows[-1])
    labels = [at for at, cell in enumerate(last) if cell.role == "label" and len(cell.text) > 5]
    if not labels or any(cell.rowspan > 1 for cell in last):
        return first, second
    at = labels[-1]
    text = last[at].text
    cut_at = rng.randint(3, len(text) - 2)
    rest = tuple(cell.saying(text[cut_at:] if index == at else "") for index, cell in enumerate(last))
    rest = tuple(replace(cell, key=None) for cell in rest)
    last[at] = last[at].saying(text[:cut_at])
    return replace(first, rows=(*first.rows[:-1], tuple(last))), replace(second, rows=(rest, *second.rows))


def contents(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """The six headings once more at the beginning, as a table of contents with page numbers."""
    headings = [block.text for block in report.blocks if isinstance(block, Paragraph) and block.level == 2]
    leader = rng.choice(("……", "...........", "\t", ""))
    pages = (f"{text}{leader}{number // 2 + 1}" if leader else text for number, text in enumerate(headings))
    return replace(report, blocks=(Paragraph("目 录"), *map(Paragraph, pages), *report.blocks))


def tables_twice(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """One of the tables printed twice in a row."""
    at = report.blocks.index(rng.choice(report.tables))
    return replace(report, blocks=(*report.blocks[: at + 1], *report.blocks[at:]))


def extra_rows(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """A row that the form does not have, with figures of its own, at the end of a block of section 二."""
    names = ("其他主动公开文件", "其他规范性文件备案", "政策解读材料", "工作动态信息")

    def add(table: PrintedTable) -> PrintedTable:
        if table.code != "proactive_disclosure":
            return table
        places = [at for at, row in enumerate(table.rows) if any(cell.key for cell in row)]
        at = rng.choice([at for at in places if at + 1 not in places])
        label, *figures = table.rows[at]
        more = tuple(replace(cell, text=str(rng.randint(1, 400)), key=None) for cell in figures)
        return replace(table, rows=(*table.rows[: at + 1], (label.saying(rng.choice(names)), *more), *table.rows[at + 1 :]))

    return report.mapped(add)


def doubled_labels(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """Some labels of rows printed in two neighbouring cells, as a merged cell taken apart."""

    def double(table: PrintedTable) -> PrintedTable:
        rows = []
        for row in table.rows:
            at = next((at for at, cell in enumerate(row) if cell.role == "label" and cell.rowspan == 1), None)
            if at is not None and rng.random() < 0.3:
                row = (*row[: at + 1], row[at], *row[at + 1 :])
            rows.append(row)
        return replace(table, rows=tuple(rows))

    return report.mapped(double)


def empty_first_cells(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """An empty cell before each row of each table."""
    return report.mapped(lambda table: replace(table, rows=tuple((PrintedCell(""), *row) for row in table.rows)))


def overlong_spans(report: PrintedReport, rng: random.Random) -> PrintedReport:
    """Some merged labels reach a row further down than they should."""

    def change(cell: PrintedCell) -> PrintedCell:
        return (
            replace(cell, rowspan=cell.rowspan + 1) if cell.role == "label" and cell.rowspan > 1 and rng.random() < 0.5 else cell
        )

    return report.mapped(lambda table: table.mapped(change))


# -- several at once ---------------------------------------------------------------------------------------------------

_LABELS = (none, typos, spaced_labels, odd_brackets, other_numbering, chain(odd_brackets, other_numbering))
_HEADINGS = (none, none, typos_in_headings, contents, lost_section_headings)
_NUMBERS = (
    none,
    half_width_commas,
    full_width_commas,
    full_width_digits,
    units,
    thousands_and_units,
    chinese_numerals,
    chain(plus_signs, trailing_zeros),
    other_minus_signs,
)
_ROWS = (none, none, extra_rows, tables_twice)
_LOSSES = (
    lost_group_labels,
    lost_headings,
    lost_heading_rows,
    lost_row_labels,
    emptied_row_labels,
    lost_figures,
    lost_rows,
    lost_column,
    lost_table,
)
_DOUBTS = (none, spaced_digits, footnotes, bracketed_footnotes, doubled_signs)


def several(*shapes: Noise) -> Noise:
    """Noise of each sort by chance, that leaves every figure in its place; `shapes` are those of merged cells."""
    return chain(one_of(*_ROWS), one_of(*_NUMBERS), one_of(*_HEADINGS), one_of(*_LABELS), one_of(*shapes))


def everything(*shapes: Noise) -> Noise:
    """The same, after one or two losses and figures in doubt."""
    return chain(one_of(*_LOSSES), one_of(none, *_LOSSES[3:]), one_of(*_DOUBTS), several(*shapes))
