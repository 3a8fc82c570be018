"""PDF with a text layer: what is read is what is printed, and what is not certain is refused."""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable, Sequence

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gx_pipeline.documents import Document, describe, pdf, pdf_page, read_bytes
from gx_pipeline.errors import Refusal

FONT = "STSong-Light"
ROWS = [["行政许可", "12"], ["行政处罚", "34"]]
Draw = Callable[[Canvas], None]


def printed(*pages: Draw, encrypt: StandardEncryption | None = None, compress: int = 1) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, encrypt=encrypt, pageCompression=compress)
    for draw in pages:
        canvas.setFont(FONT, 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(*pages: Draw, **options: object) -> Document:
    data = printed(*pages, **options)  # type: ignore[arg-type]
    return read_bytes(data, describe(data, "report.pdf"))


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_bytes(data, describe(data, "report.pdf"))
    return caught.value


def table(rows: Sequence[Sequence[str]], x: float = 100, y: float = 700, width: float = 80) -> Draw:
    """A table of single strokes whose row at the top stands at y."""

    def draw(canvas: Canvas) -> None:
        for down, row in enumerate(rows):
            for right, text in enumerate(row):
                canvas.rect(x + right * width, y - down * 24, width, 24)
                canvas.drawString(x + right * width + 5, y - down * 24 + 8, text)

    return draw


def both(*draws: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for part in draws:
            canvas.saveState()
            part(canvas)
            canvas.restoreState()

    return draw


def string(x: float, y: float, text: str, *, size: float = 10, mode: int = 0, grey: float = 0, spread: float = 0) -> Draw:
    def draw(canvas: Canvas) -> None:
        begun = canvas.beginText(x, y)
        begun.setFont(FONT, size)
        begun.setTextRenderMode(mode)
        begun.setCharSpace(spread)
        begun.setFillGray(grey)
        begun.textOut(text)
        canvas.drawText(begun)

    return draw


def cells(document: Document) -> list[list[str]]:
    """The cells of all grids; covered ones are ^."""
    return [
        ["^" if cell.kind == "covered" else cell.text for cell in line.cells] for line in document.lines if line.table is not None
    ]


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines if line.table is None]


def picture() -> ImageReader:
    # A grey picture of two by two points, as the smallest kind there is.
    return ImageReader(io.BytesIO(b"P5 2 2 255\n\x80\x80\x80\x80"))


# -- tables with lines -------------------------------------------------------------------------------------------------


def lines_of_strokes(canvas: Canvas, sides: Sequence[tuple[float, float, float, float]]) -> None:
    for side in sides:
        canvas.line(*side)


def lines_of_bars(canvas: Canvas, sides: Sequence[tuple[float, float, float, float]]) -> None:
    for x0, y0, x1, y1 in sides:
        canvas.rect(x0 - 0.3, y0 - 0.3, x1 - x0 + 0.6, y1 - y0 + 0.6, stroke=0, fill=1)


def lines_doubled(canvas: Canvas, sides: Sequence[tuple[float, float, float, float]]) -> None:
    for x0, y0, x1, y1 in sides:
        for off in (-0.9, 0.9):
            across = off if x0 == x1 else 0
            canvas.line(x0 + across, y0 + off - across, x1 + across, y1 + off - across)


def lines_with_gaps(canvas: Canvas, sides: Sequence[tuple[float, float, float, float]]) -> None:
    for x0, y0, x1, y1 in sides:
        canvas.line(x0 + (x1 > x0), y0 + (y1 > y0), x1 - (x1 > x0), y1 - (y1 > y0))


def lines_dotted(canvas: Canvas, sides: Sequence[tuple[float, float, float, float]]) -> None:
    canvas.setDash(1, 1)
    lines_of_strokes(canvas, sides)


@pytest.mark.parametrize("lines", [lines_of_strokes, lines_of_bars, lines_doubled, lines_with_gaps, lines_dotted])
def test_merged_cells_are_spread_out_however_the_lines_are_drawn(lines):
    # | A (2 wide)  | B |
    # | C (2 high)| 1 | 2 |
    # |           | 3 |   |
    spans = [(0, 0, 2, 1, "合并"), (2, 0, 1, 1, "右"), (0, 1, 1, 2, "下")]
    spans += [(1, 1, 1, 1, "1"), (2, 1, 1, 1, "2"), (1, 2, 1, 1, "3"), (2, 2, 1, 1, "")]

    def draw(canvas: Canvas) -> None:
        for column, row, wide, high, text in spans:
            x0, x1 = 100 + 60 * column, 100 + 60 * (column + wide)
            y1, y0 = 700 - 30 * row, 700 - 30 * (row + high)
            lines(canvas, [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)])
            canvas.drawString(x0 + 6, (y0 + y1) / 2 - 4, text)

    assert cells(read(draw)) == [["合并", "^", "右"], ["下", "1", "2"], ["^", "3", ""]]


def test_a_table_open_at_its_sides_keeps_its_outer_columns():
    def draw(canvas: Canvas) -> None:
        for y in (700, 670, 640):
            canvas.line(100, y, 340, y)
        for x in (180, 260):
            canvas.line(x, 640, x, 700)
        for row, y in ((("规章", "1", "2"), 680), (("其他", "3", "4"), 650)):
            for x, text in zip((110, 190, 270), row, strict=True):
                canvas.drawString(x, y, text)

    assert cells(read(draw)) == [["规章", "1", "2"], ["其他", "3", "4"]]


def test_wrapped_labels_join_without_a_space_and_two_numbers_stay_two():
    def draw(canvas: Canvas) -> None:
        canvas.rect(100, 640, 60, 60)
        canvas.rect(160, 640, 60, 60)
        for line, text in enumerate(("社会公", "益组织")):
            canvas.drawString(108, 680 - 14 * line, text)
        for line, text in enumerate(("12", "345")):
            canvas.drawString(168, 680 - 14 * line, text)

    assert cells(read(draw)) == [["社会公益组织", "12 345"]]


def test_vertical_and_turned_text_reads_in_order():
    def draw(canvas: Canvas) -> None:
        for right in range(3):
            canvas.rect(100 + 40 * right, 600, 40, 120)
        for down, sign in enumerate("本年度办理"):
            canvas.drawString(115, 700 - 14 * down, sign)
        for column, text in enumerate(("不予公", "开情形")):
            for down, sign in enumerate(text):
                canvas.drawString(163 - 20 * column, 690 - 12 * down, sign)
        canvas.saveState()
        canvas.translate(195, 700)
        canvas.rotate(270)
        canvas.drawString(0, 0, "共12件")
        canvas.restoreState()
        canvas.drawString(100, 500, "正文一行足够长以便定下页面的方向。")

    assert cells(read(draw)) == [["本年度办理", "不予公开情形", "共12件"]]


def test_digits_set_apart_are_one_number_only_where_the_table_shows_it():
    spread = both(table([["", ""], ["", ""]]), string(185, 708, "1234", spread=3.5), string(185, 684, "56", spread=3.5))
    assert cells(read(spread)) == [["", "1234"], ["", "56"]]
    alone = both(table([["", ""], ["", ""]]), string(185, 708, "7"), string(185, 684, "56", spread=3.5))
    assert cells(read(alone)) == [["", "7"], ["", "5 6"]]


def test_glyphs_printed_twice_count_once():
    assert cells(read(both(table(ROWS), table(ROWS, x=100.3)))) == ROWS


def test_the_raised_mark_of_a_note_does_not_become_part_of_the_figure():
    (row, _) = cells(read(both(table([["规章", "5"], ["其他", "6"]]), string(190.5, 711, "1", size=5.5))))
    assert row[1] not in ("51", "15", "5")


def test_a_figure_wider_than_its_cell_stays_whole():
    assert cells(read(table([["规章", "1234567890"], ["其他", "3"]], width=45))) == [["规章", "1234567890"], ["其他", "3"]]


def test_a_page_turned_on_its_side_reads_like_an_upright_one():
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        table(ROWS, y=400)(canvas)

    assert cells(read(draw)) == ROWS


def test_a_watermark_across_the_page_is_no_text_of_it():
    def mark(canvas: Canvas) -> None:
        canvas.translate(120, 640)
        canvas.rotate(40)
        canvas.setFont("Helvetica", 50)
        canvas.setFillGray(0.8)
        canvas.drawString(0, 0, "2024 99")

    document = read(both(table(ROWS), mark))
    assert cells(document) == ROWS
    assert texts(document) == []


def test_forms_drawn_into_the_page_stand_where_they_are_shown():
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("table")
        canvas.setFont(FONT, 10)
        table(ROWS)(canvas)
        canvas.endForm()
        canvas.translate(30, -200)
        canvas.scale(0.8, 0.8)
        canvas.doForm("table")

    assert cells(read(draw)) == ROWS


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_text_that_nobody_sees_is_not_read():
    white = string(230, 708, "99", grey=1)
    invisible = string(230, 684, "88", mode=3)
    assert cells(read(both(table(ROWS), white, invisible))) == ROWS


def test_white_text_on_a_dark_cell_is_seen():
    def dark(canvas: Canvas) -> None:
        canvas.rect(100, 676, 160, 48, fill=1)
        canvas.setFillGray(1)
        canvas.setStrokeGray(1)
        table(ROWS)(canvas)

    assert cells(read(dark)) == ROWS


def test_what_is_painted_over_gives_way_to_what_is_printed_there_anew():
    def correction(canvas: Canvas) -> None:
        canvas.setFillGray(1)
        canvas.rect(182, 702, 70, 20, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.drawString(185, 708, "77")

    assert cells(read(both(table(ROWS), correction))) == [["行政许可", "77"], ["行政处罚", "34"]]


def test_a_form_field_filled_in_is_read():
    def field(canvas: Canvas) -> None:
        canvas.acroForm.textfield(name="a", x=190, y=704, width=50, height=16, value="42", fontSize=10, borderWidth=0)

    assert cells(read(both(table([["行政许可", ""], ["行政处罚", "3"]]), field))) == [["行政许可", "42"], ["行政处罚", "3"]]


@pytest.mark.parametrize(
    ("draw", "code", "words"),
    [
        pytest.param(both(table(ROWS), string(185, 708, "88")), "unreadable", "printed over", id="one figure over another"),
        pytest.param(table([["甲", "1234567890", "4"], ["乙", "3", "5"]], width=45), "unreadable", "between two cells", id="run together"),
        pytest.param(table(ROWS, x=512), "unreadable", "edge of the page", id="beyond the edge"),
        pytest.param(
            both(table([["规章", ""], ["其他", "1"]]), lambda canvas: canvas.circle(200, 711, 4)), "scanned_image", "picture", id="drawn figure"
        ),
        pytest.param(lambda canvas: None, "scanned_image", "no text layer", id="nothing at all"),
        pytest.param(lambda canvas: canvas.drawImage(picture(), 0, 0, *A4), "scanned_image", "picture", id="a scan"),
        pytest.param(
            both(lambda canvas: canvas.drawImage(picture(), 0, 0, *A4), string(100, 700, "行政许可12行政处罚34行政强制56行政收费78", mode=3)),
            "scanned_image",
            "recogniser",
            id="a scan with text laid invisibly over it",
        ),
        pytest.param(
            both(string(100, 700, "情况见下表。"), lambda canvas: canvas.drawImage(picture(), 100, 300, 300, 300)),
            "scanned_image",
            "page 1",
            id="a table as a picture",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_for_certain_is_refused(draw, code, words):
    refusal = refused(printed(draw))
    assert refusal.code == code
    assert words in refusal.message


def test_a_font_that_does_not_say_its_characters_is_refused():
    data = printed(table(ROWS), compress=0)
    nameless = data.replace(b"/Encoding /UniGB-UCS2-H", b"/Encoding /Identity-H   ").replace(b"(GB1)", b"(XY1)")
    assert nameless != data
    assert refused(nameless).code == "unreadable"


# -- tables without lines ----------------------------------------------------------------------------------------------


def columns(rows: Sequence[Sequence[str]], y: float = 700, pitch: float = 24) -> Draw:
    def draw(canvas: Canvas) -> None:
        for down, (label, *figures) in enumerate(rows):
            canvas.drawString(100, y - down * pitch, label)
            for right, figure in enumerate(figures):
                canvas.drawRightString(260 + 60 * right, y - down * pitch, figure)

    return draw


def test_a_table_without_lines_keeps_an_empty_cell_where_it_is():
    rows = [["规章", "1", "22", "333", "4"], ["其他", "5", "", "6", "7"], ["总计", "6", "22", "339", "11"]]
    assert cells(read(columns(rows))) == rows


def test_a_label_around_its_figures_belongs_to_them():
    def draw(canvas: Canvas) -> None:
        columns([["规章", "1", "2", "3", "4"], ["", "5", "6", "7", "8"], ["总计", "6", "8", "10", "12"]], pitch=40)(canvas)
        canvas.drawString(100, 667, "行政机关不再")
        canvas.drawString(100, 653, "处理")

    assert cells(read(draw))[1] == ["行政机关不再处理", "5", "6", "7", "8"]


def test_in_doubt_the_cells_of_a_line_stand_in_printed_order_without_a_grid():
    document = read(columns([["规章", "1", "22"], ["其他", "5"]]))
    assert [[cell.text for cell in line.cells] for line in document.lines] == [["规章", "1", "22"], ["其他", "5"]]
    assert {line.table for line in document.lines} == {None}


def test_figures_typed_into_running_text_part_no_line():
    document = read(string(100, 700, "2024年共收到 12 件申请，答复 11 件。"))
    assert texts(document) == ["2024年共收到 12 件申请,答复 11 件。"]


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_table_goes_on_over_the_page_under_the_same_number_with_columns_agreeing():
    first = both(table([["", "自然人", "总计"], ["本年新收", "1", "2"]], y=200), string(290, 30, "- 1 -"))

    def second(canvas: Canvas) -> None:
        # The merged cell above stands over two columns of which only this page shows the line between.
        canvas.translate(20, 0)
        for x, text in ((100, "三"), (130, "予以公开"), (180, "3"), (260, "4")):
            canvas.rect(x, 700, {100: 30, 130: 50, 180: 80, 260: 80}[x], 24)
            canvas.drawString(x + 4, 708, text)

    document = read(first, both(second, string(290, 30, "- 2 -")))
    assert cells(document) == [["", "^", "自然人", "总计"], ["本年新收", "^", "1", "2"], ["三", "予以公开", "3", "4"]]
    assert [line.at for line in document.lines] == ["page 1 table 1 row 1", "page 1 table 1 row 2", "page 2 table 1 row 1"]
    assert texts(document) == []


def test_a_row_broken_over_the_page_keeps_its_figures_on_one_of_its_halves():
    document = read(table([["行政机关不再", "5"]], y=70), table([["处理", ""], ["总计", "5"]]))
    assert cells(document) == [["行政机关不再", "5"], ["处理", ""], ["总计", "5"]]
    assert {line.table for line in document.lines} == {1}


def test_another_table_on_the_next_page_has_another_number():
    document = read(table(ROWS, y=120), table([["a", "b", "1"], ["c", "d", "2"]], width=60))
    assert [line.table for line in document.lines] == [1, 1, 2, 2]


def test_heads_that_repeat_and_page_numbers_never_part_a_table():
    def page(number: int, y: float) -> Draw:
        return both(
            table([[f"第{number}行", str(number)], ["合计", "7"]], y=y),
            string(100, 800, "某局年度报告 公开稿"),
            string(270, 30, f"第 {number} 页 共 3 页"),
        )

    document = read(page(1, 100), page(2, 700), page(3, 700))
    assert texts(document) == ["某局年度报告 公开稿"]
    assert {line.table for line in document.lines if line.table is not None} == {1}


def test_a_lone_figure_at_the_foot_of_a_page_is_kept():
    assert "5" in texts(read(both(string(100, 700, "行政许可"), string(100, 60, "5"))))


def test_paragraphs_are_joined_and_their_place_is_told():
    def draw(canvas: Canvas) -> None:
        canvas.drawString(120, 700, "二〇二四年本机关按照条例的规定做好主动公开，全年公开信息三百")
        canvas.drawString(100, 680, "余条，答复申请十二件。")
        canvas.drawString(120, 660, "另起一段。")
        canvas.drawString(100, 640, "一、标题")

    document = read(draw)
    assert texts(document)[0].endswith("全年公开信息三百余条,答复申请十二件。")
    assert texts(document)[1:] == ["另起一段。", "一、标题"]
    assert [line.at for line in document.lines] == ["page 1 line 1", "page 1 line 3", "page 1 line 4"]


def test_the_title_is_the_largest_text_at_the_top_if_it_names_a_report():
    body = [string(100, 600 - 20 * line, "正文正文正文正文") for line in range(4)]
    assert read(both(string(100, 760, "某市某局2024年政府信息公开工作年度报告", size=18), *body)).title == (
        "某市某局2024年政府信息公开工作年度报告"
    )
    assert read(both(string(100, 760, "政务公开", size=18), *body)).title is None


def test_the_date_of_publication_is_only_what_the_text_announces():
    document = read(both(string(100, 700, "发布日期：2025年1月15日"), string(100, 600, "正文")))
    assert str(document.published_on) == "2025-01-15"
    assert read(string(100, 700, "2025年1月15日")).published_on is None


# -- hostile files -----------------------------------------------------------------------------------------------------


def test_a_password_refuses_and_the_owners_password_alone_does_not():
    assert refused(printed(table(ROWS), encrypt=StandardEncryption("user", "owner"))).code == "encrypted"
    assert cells(read(table(ROWS), encrypt=StandardEncryption("", "owner", canCopy=0))) == ROWS


def test_more_pages_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    assert refused(printed(*[table(ROWS)] * 3)).code == "too_large"


def test_more_on_a_page_than_is_read_is_refused(monkeypatch):
    monkeypatch.setattr(pdf_page, "MAX_GLYPHS", 5)
    assert refused(printed(table(ROWS))).code == "too_large"
    monkeypatch.setattr(pdf_page, "MAX_GLYPHS", 5000)
    monkeypatch.setattr(pdf_page, "MAX_OBJECTS", 3)
    assert refused(printed(table(ROWS))).code == "too_large"


def test_a_drawing_that_unpacks_out_of_all_measure_is_refused():
    plain = printed(table(ROWS), compress=0)
    packed = zlib.compress(b"q " * 9_000_000, 9)
    bomb = re.sub(
        rb"/Length \d+\s*>>\s*stream.*endstream",
        b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed.replace(b"\\", b"\\\\")),
        plain,
        flags=re.DOTALL,
    )
    assert len(bomb) < 50_000
    assert "unpacks" in refused(bomb).message


def test_a_document_that_takes_too_long_is_given_up_between_pages(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_SECONDS", -1.0)
    assert "page 1" in refused(printed(table(ROWS))).message


def outcome(data: bytes) -> str:
    """What became of a file: "read" or the code of its refusal."""
    try:
        read_bytes(data, describe(data, "x.pdf"))
    except Refusal as refusal:
        return refusal.code
    return "read"


def test_pages_that_lie_about_themselves_are_read_or_refused():
    data = printed(table(ROWS), compress=0)
    for hostile in (
        data.replace(b"/Type /Page\n", b"/Type /Page /Parent 4 0 R\n"),
        data.replace(b"/Count 1", b"/Count 999999"),
        data.replace(b"/Kids [ 4 0 R ]", b"/Kids [ 7 0 R ]"),
        data.replace(b"595.2756 841.8898", b"0 0"),
        data.replace(b"595.2756 841.8898", b"99999999999 1e30"),
    ):
        assert hostile != data
        assert outcome(hostile) in ("read", "unreadable", "scanned_image", "too_large")


@pytest.mark.parametrize("seed", range(4))
def test_files_cut_or_changed_by_chance_are_read_or_refused(seed):
    chance = random.Random(seed)
    outcomes = set()
    for compress in (0, 1):
        data = printed(both(table(ROWS), string(100, 500, "正文")), columns([["规章", "1", "2"]] * 4), compress=compress)
        for _ in range(25):
            hostile = bytearray(data)
            if chance.random() < 0.3:
                del hostile[chance.randrange(len(hostile)) :]
            for _ in range(chance.choice((1, 4, 40))):
                hostile[chance.randrange(len(hostile))] = chance.randrange(256)
            outcomes.add(outcome(b"%PDF-" + bytes(hostile[5:])))
    assert "read" in outcomes
    assert outcomes <= {"read", "unreadable", "encrypted", "scanned_image", "too_large"}
