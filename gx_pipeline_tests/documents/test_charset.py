"""Bytes to text: what the file itself says first, GB 18030 for every gb* label, and never a guess."""

from __future__ import annotations

import pytest

from gx_pipeline.documents import describe, media_type, read_bytes
from gx_pipeline.documents.charset import decode
from gx_pipeline.errors import Refusal

TEXT = "政府信息公开申请：行政许可"
TRADITIONAL = "政府資訊公開年度報告，本年度處理申請三件"
BEYOND_GB2312 = TEXT + "浉河区㑇"


def test_the_samples_beyond_gb2312_are_beyond_it():
    for character in "浉㑇":
        with pytest.raises(UnicodeEncodeError):
            character.encode("gb2312")


@pytest.mark.parametrize(
    ("data", "declared", "text", "encoding"),
    [
        pytest.param(TEXT.encode(), None, TEXT, "utf-8", id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), None, TEXT, "utf-8", id="UTF-8 with a mark"),
        pytest.param(TEXT.encode("utf-8-sig"), "gbk", TEXT, "utf-8", id="the mark beats the label"),
        pytest.param(TEXT.encode("utf-16"), None, TEXT, "utf-16", id="UTF-16 little-endian"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), None, TEXT, "utf-16", id="UTF-16 big-endian"),
        pytest.param(TEXT.encode("gbk"), None, TEXT, "gb18030", id="GBK without a label"),
        pytest.param(TEXT.encode("gb2312"), "gb2312", TEXT, "gb18030", id="labelled gb2312"),
        pytest.param(BEYOND_GB2312.encode("gb18030"), "gb2312", BEYOND_GB2312, "gb18030", id="labelled gb2312, holds more"),
        pytest.param(BEYOND_GB2312.encode("gb18030"), "GBK", BEYOND_GB2312, "gb18030", id="labelled GBK, holds more"),
        pytest.param(TEXT.encode("gbk"), 'text/html; charset="GBK"', TEXT, "gb18030", id="a whole header"),
        pytest.param(TEXT.encode("gbk"), "unicode_escape", TEXT, "gb18030", id="a label that is no charset of pages"),
        pytest.param(TEXT.encode("gbk"), "utf-8", TEXT, "gb18030", id="wrong label: UTF-8"),
        pytest.param(TEXT.encode(), "gb2312", TEXT, "utf-8", id="wrong label: gb2312"),
        pytest.param(TEXT.encode("gbk"), "iso-8859-1", TEXT, "gb18030", id="wrong label: the default of old servers"),
        pytest.param(TEXT.encode(), "x-unknown", TEXT, "utf-8", id="no such encoding"),
        pytest.param("政府資訊公開".encode("big5"), "big5", "政府資訊公開", "big5", id="Big5 with its label"),
        pytest.param(TRADITIONAL.encode("big5"), None, TRADITIONAL, "big5", id="Big5 without a label"),
        pytest.param(TRADITIONAL.encode("big5"), "gb2312", TRADITIONAL, "big5", id="wrong label: gb2312 for Big5"),
        pytest.param(
            (TRADITIONAL + "深水埗啲").encode("big5hkscs"),
            "Big5-HKSCS",
            TRADITIONAL + "深水埗啲",
            "big5hkscs",
            id="Big5 of Hong Kong",
        ),
        pytest.param(TEXT.encode("utf-32"), None, TEXT, "utf-32", id="UTF-32"),
        pytest.param(f"<html><p>{TEXT}".encode("utf-16-le"), None, f"<html><p>{TEXT}", "utf-16-le", id="UTF-16 without a mark"),
        pytest.param(f"<html><p>{TEXT}".encode("utf-16-be"), None, f"<html><p>{TEXT}", "utf-16-be", id="the same, big-endian"),
        pytest.param(
            f'<?xml version="1.0" encoding="GBK"?><p>{TEXT}'.encode("gbk"),
            None,
            f'<?xml version="1.0" encoding="GBK"?><p>{TEXT}',
            "gb18030",
            id="a declaration of XML",
        ),
        pytest.param(
            ("会议指出，要做好各项准备。" * 5).encode("gbk"),
            None,
            "会议指出，要做好各项准备。" * 5,
            "gb18030",
            id="GBK of another matter",
        ),
        pytest.param("café 政府信息公开".encode(), None, "café 政府信息公开", "utf-8", id="an accent is no trace"),
        pytest.param(b"plain", "gb2312", "plain", "utf-8", id="ASCII alone"),
    ],
)
def test_text_comes_out_as_written(data, declared, text, encoding):
    assert decode(data, declared) == (text, encoding)


@pytest.mark.parametrize("label", ["gb2312", "GB2312", "gbk", "gb18030"])
def test_a_page_that_says_gb2312_is_read_as_gb18030(label):
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={label}"></head><body><p>{BEYOND_GB2312}'
    data = page.encode("gb18030")
    document = read_bytes(data, describe(data, "report.html"))
    assert document.source.encoding == "gb18030"
    assert document.lines[0].text.endswith("浉河区㑇")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(("政府信息\ufffd公开" * 9).encode(), id="replacement characters"),
        pytest.param("政府信息锟斤拷锟斤拷公开".encode(), id="the trace of a wrong conversion"),
        pytest.param("政府信息公开".encode().decode("gb18030").encode(), id="UTF-8 read as GBK"),
        pytest.param(("政府信息公开" * 9 + "，的。".encode().decode("gbk", "replace")).encode(), id="one part read as GBK"),
        pytest.param("政府信息公开".encode().decode("latin-1").encode(), id="UTF-8 read as Latin 1"),
        pytest.param("政府信息公开".encode().decode("cp1252", "ignore").encode(), id="UTF-8 read as Windows 1252"),
        pytest.param("政府信息公开".encode("gbk").decode("latin-1").encode(), id="GBK read as Latin 1"),
        pytest.param((TEXT + "\ue100" + TEXT).encode("gb18030"), id="a character for private use"),
        pytest.param(TEXT.encode()[:-1], id="cut within a character"),
        pytest.param("Привет мир, это не отчёт".encode("cp1251"), id="Cyrillic"),
        pytest.param(("Отчёт о раскрытии информации за прошлый год. " * 20).encode("koi8-r"), id="more Cyrillic"),
        pytest.param(("行政機関の情報公開に関する年次報告書です。よろしくお願いします。" * 9).encode("shift-jis"), id="Japanese"),
        pytest.param(("정보공개 연차보고서입니다. 행정기관의 정보를 공개합니다. " * 9).encode("euc-kr"), id="Korean"),
        pytest.param(("résumé déjà vu, où êtes-vous? façade " * 9).encode("latin-1"), id="French"),
        pytest.param(bytes(range(128, 256)) * 9, id="no text"),
    ],
)
def test_text_that_no_encoding_gives_cleanly_is_refused(data):
    with pytest.raises(Refusal) as refused:
        decode(data)
    assert refused.value.code == "unreadable"
    assert "fetch the file again" in refused.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_broken_byte_in_a_long_page_is_named_by_its_place(encoding):
    data = (TEXT * 400 + "\n" + TEXT * 400).encode(encoding)
    place = data.index(b"\n") + 1 + len(TEXT.encode(encoding)) * 7
    with pytest.raises(Refusal) as refused:
        decode(data[:place] + b"\xff" + data[place:])
    assert f"byte {place:,} (0xff, line 2) is not {encoding}" in refused.value.message


def test_a_page_of_which_one_part_is_in_another_encoding_is_refused():
    page = f"<meta charset=gbk><p>{TEXT * 9}，</p>".encode("gbk") + "<p>版权所有，某市人民政府，保留一切权利。</p>".encode()
    with pytest.raises(Refusal) as refused:
        decode(page)
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\x00", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"\x89PNG\r\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (b"<!DOCTYPE html>", "text/html"),
        ("\ufeff<HTML><body>".encode(), "text/html"),
        ("<html><body>".encode("utf-16"), "text/html"),
        (TEXT.encode("gbk"), "text/plain"),
        (TEXT.encode("utf-16"), "text/plain"),
        ("一、总体情况 <略>".encode(), "text/plain"),
    ],
)
def test_what_a_file_is_is_told_by_its_content(data, kind):
    assert media_type(data) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "unreadable", id="empty"),
        pytest.param(b" \r\n\t", "unreadable", id="white space"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(64), "scanned_image", id="picture"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3", "unreadable", id="PDF"),
        pytest.param(b"PK\x03\x04" + bytes(64), "unreadable", id="damaged archive"),
        pytest.param(bytes(range(256)) * 8, "unsupported_format", id="binary"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data, code):
    with pytest.raises(Refusal) as refused:
        read_bytes(data, describe(data, "report"))
    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_a_page_in_more_bytes_a_character_is_told_from_binary_files(read_document, encoding):
    page = (
        "<html><body><p>政府信息公开工作年度报告</p>" + "<table><tr><td>规章</td><td>0</td></tr></table>" * 20 + "</body></html>"
    )
    document = read_document(page.encode(encoding))
    assert next(document.texts()) == "政府信息公开工作年度报告"
