"""Files that mean harm, or were damaged: they are refused or read, and never run, expand, hang or lose their text unsaid."""

from __future__ import annotations

import pytest

from gx_pipeline.documents import read_file
from gx_pipeline.documents.read import MAX_BYTES
from gx_pipeline.errors import Refusal

ARTICLE = "<p>政府信息公开工作年度报告，欢迎查阅。</p>"


def texts_or_refusal(read_document, page: str) -> list[str] | str:
    """The texts of a page, or the code with which it is refused."""
    try:
        return list(read_document(page).texts())
    except Refusal as refused:
        return refused.code


@pytest.mark.parametrize(
    "nested",
    [
        pytest.param("<div>" * 100_000, id="blocks"),
        pytest.param("<font>" * 100_000, id="inline"),
        pytest.param("<table><tr><td>" * 5_000, id="tables"),
        pytest.param("<div>" * 300, id="beyond the limit"),
        pytest.param("<font>" * 300 + "略" + "</font>" * 300, id="inline, closed before the rest of the page"),
    ],
)
def test_a_page_nested_without_end_is_refused_or_read_whole(read_document, nested):
    texts = texts_or_refusal(read_document, f"<html><body><p>总体情况</p>{nested}{ARTICLE}</body></html>")
    assert texts in ("too_large", "unreadable") or any("年度报告" in text for text in texts)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("".join(f"<p><font color={n}>略" for n in range(50_000)), id="formatting left open"),
        pytest.param(
            "".join(f"<FONT color={n}><b></b></i>" for n in range(20_000)) + "<p>略" * 20_000, id="the same, with end tags"
        ),
        pytest.param("".join(f"<p><font color={n}>略</x>" for n in range(1_500)), id="formatting left open in a small page"),
        pytest.param("<div></x>" * 60_000, id="blocks with end tags of others"),
        pytest.param("<ul><li>" * 30_000, id="lists"),
        pytest.param("<table><tr><td>" * 30_000, id="tables"),
        pytest.param("<span><div>" * 30_000, id="blocks in inline elements"),
        pytest.param("<table>" + "<td>1" * 100_000, id="cells of one row"),
        pytest.param("<table>" + "<tr><td>1" * 100_000, id="rows"),
        pytest.param("<table>" + "<td>1</td>" * 1_000_000, id="a million cells"),
        pytest.param("<table>" + ("<tr>" + "<td rowspan=4000 colspan=60>1</td>") * 3_999, id="cells that cover everything"),
        pytest.param("<br>" * 1_000_000, id="a million lines"),
    ],
)
def test_markup_that_grows_without_end_is_refused(read_document, page):
    assert texts_or_refusal(read_document, f"<html><body>{ARTICLE}{page}") == "too_large"


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        pytest.param(f"<p data-x='{'年' * 1_000_000}' style='{'a:b;' * 200_000}'>完</p>", ["完"], id="attributes without end"),
        pytest.param("<td" + " colspan=2" * 100_000 + ">", [], id="one attribute many times"),
        pytest.param(f"<p>{'&nbsp;' * 100_000}完</p>", ["完"], id="entities"),
        pytest.param("<p>完</p><!--" + "<p>" * 100_000, ["完"], id="a comment left open"),
        pytest.param("<p>完</p><script>" + "<p>" * 3_000, ["完"], id="a script left open"),
        pytest.param("<p>完&#0;&#xD800;&#x110000;</p>", ["完\ufffd\ufffd\ufffd"], id="characters that are none"),
        pytest.param("<p hidden>" + "<span hidden>9" * 100 + "</p><p>完</p>", ["完"], id="hidden a hundred times over"),
        pytest.param("<p>完\x1f完</p>", ["完 完"], id="control characters"),
        pytest.param(
            "<table><tr><td>甲\x1f1</td><td>2</td></tr></table><p>完</p>", ["甲 1 2", "完"], id="control characters in a cell"
        ),
        pytest.param("<svg><p>完</p></svg>", ["完"], id="a page within a drawing"),
        pytest.param("<p>完</p></body></html><p>又</p>", ["完", "又"], id="text after the end"),
    ],
)
def test_odd_markup_is_read_past(read_document, page, texts):
    assert list(read_document(f"<html><body>{ARTICLE}{page}").texts())[1:] == texts


def test_a_frameset_is_refused(read_document):
    assert texts_or_refusal(read_document, "<html><frameset><frame src=a.html></frameset></html>") == "unreadable"


def test_a_deeply_nested_page_within_the_limit_is_read(read_document):
    document = read_document(f"<html><body>{'<div>' * 150}{ARTICLE}</body></html>")
    assert any("年度报告" in text for text in document.texts())


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(
            '<!DOCTYPE html [<!ENTITY a "报告报告报告报告"><!ENTITY b "' + "&a;" * 64 + '"><!ENTITY c "' + "&b;" * 64 + '">]>',
            id="entities within entities",
        ),
        pytest.param('<!DOCTYPE html [<!ENTITY c SYSTEM "{file}">]>', id="an entity from a file"),
    ],
)
def test_entities_expand_to_nothing(read_document, tmp_path, bomb):
    secret = tmp_path / "secret"
    secret.write_text("not to be seen", "utf-8")
    document = read_document(f"{bomb.replace('{file}', secret.as_uri())}<html><body>{ARTICLE}<p>&c;</p></body></html>")
    text = "".join(document.texts())
    assert "年度报告" in text
    assert "not to be seen" not in text
    assert len(text) < 200


def test_nothing_after_a_nul_byte_in_a_page_is_lost(read_document):
    padding = "<p>" + "政府信息公开" * 1000 + "</p>"
    texts = list(read_document(f"<html><body>{padding}<p>甲\0乙</p>{ARTICLE}</body></html>").texts())
    assert any("年度报告" in text for text in texts)


def test_nul_bytes_up_front_are_no_text(read_document):
    with pytest.raises(Refusal) as refused:
        read_document("政府信息\0公开")
    assert refused.value.code == "unsupported_format"


def test_scripts_are_neither_run_nor_read(read_document):
    document = read_document(f"<html><body>{ARTICLE}<script>document.write('规章')</script><p onclick='x()'>完</p></body></html>")
    assert not any("规章" in text for text in document.texts())


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "report.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(Refusal) as refused:
        read_file(path)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("name", ["", "nothing.txt"])
def test_what_is_no_file_is_refused_with_what_to_do(tmp_path, name):
    with pytest.raises(Refusal) as refused:
        read_file(tmp_path / name)
    assert refused.value.code == "unreadable"
    assert ";" in refused.value.message
