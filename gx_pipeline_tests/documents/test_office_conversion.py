"""Older files of word processors by way of LibreOffice: the tables come through, and without the program it is said what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from gx_pipeline.documents import Document, describe, office, read_bytes
from gx_pipeline.documents.kinds import DOC, ODT, RTF
from gx_pipeline.errors import Refusal
from gx_pipeline_tests.generated.render_docx import cell, docx_bytes, plain, table

RTF_REPORT = (
    rb"{\rtf1\ansi\ansicpg936\deff0 \u25919 ?\u24220 ?\par\trowd\cellx2000\cellx4000 7\intbl\cell 8\intbl\cell\row\pard done\par}"
)


@pytest.fixture(scope="module")
def soffice() -> str:
    program = shutil.which(office.PROGRAM)
    if program is None:
        if os.environ.get("CI") and not os.environ.get("GX_WITHOUT_SOFFICE"):
            pytest.fail("CI is set and there is no soffice: install libreoffice-writer-nogui")
        pytest.skip("there is no soffice: install libreoffice-writer-nogui")
    return program


@pytest.fixture(scope="module")
def older(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same report as DOC and as ODT."""
    folder = tmp_path_factory.mktemp("older")
    head = f"<w:tr>{cell(plain('甲'), merge='restart')}{cell(plain('乙'), span=2)}</w:tr>"
    body = f"<w:tr>{cell(plain(''), merge='continue')}{cell(plain('1'))}{cell(plain(''))}</w:tr>"
    report = plain("政府信息公开工作年度报告") + table([head, body], 3) + plain("完")
    (folder / "report.docx").write_bytes(docx_bytes(report))
    made = {}
    for kind, suffix in ((DOC, "doc"), (ODT, "odt")):
        command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", suffix]
        subprocess.run([*command, "--outdir", folder, folder / "report.docx"], check=True, capture_output=True, timeout=120)
        made[kind] = (folder / f"report.{suffix}").read_bytes()
    return made


def read(data: bytes) -> Document:
    return read_bytes(data, describe(data, "report.wps"))


@pytest.mark.parametrize("kind", [DOC, ODT])
def test_an_older_file_is_read_with_its_tables_and_stays_what_it_is(older, kind):
    document = read(older[kind])
    assert document.source.media_type == kind
    assert document.source == describe(older[kind], "report.wps")
    assert [
        (line.at, [found.text if found.kind == "text" else found.kind for found in line.cells]) for line in document.lines
    ] == [
        ("paragraph 1", ["政府信息公开工作年度报告"]),
        ("table 1 row 1", ["甲", "乙", "covered"]),
        ("table 1 row 2", ["covered", "1", "blank"]),
        ("paragraph 2", ["完"]),
    ]


def test_rich_text_is_read_and_nothing_is_left_behind(soffice, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    document = read(RTF_REPORT)
    assert list(tmp_path.iterdir()) == []
    assert document.source.media_type == RTF
    assert [line.text for line in document.lines] == ["政府", "7 8", "done"]


@pytest.mark.parametrize("kind", [DOC, ODT])
def test_a_damaged_file_is_refused_though_libreoffice_would_open_it(older, kind):
    data = older[kind]
    for damaged in (data[: len(data) // 2], data[:200] + bytes(200) + data[400 : len(data) // 2]):
        with pytest.raises(Refusal) as refused:
            read(damaged)
        assert refused.value.code == "unreadable"


def test_rich_text_cut_short_is_refused():
    with pytest.raises(Refusal) as refused:
        read(RTF_REPORT[:-20])
    assert refused.value.code == "unreadable"


def test_a_file_that_libreoffice_makes_nothing_of_is_refused(tmp_path, monkeypatch):
    put_program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(Refusal) as refused:
        read(RTF_REPORT)
    assert refused.value.code == "unreadable"


def test_without_libreoffice_it_is_said_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal) as refused:
        read(RTF_REPORT)
    assert refused.value.code == "unsupported_format"
    assert "install LibreOffice (soffice) or save as DOCX" in refused.value.message


def test_a_conversion_that_never_ends_is_ended_with_all_it_started(tmp_path, monkeypatch):
    put_program(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "SECONDS", 1)
    with pytest.raises(Refusal) as refused:
        read(RTF_REPORT)
    assert refused.value.code == "unreadable"
    assert ended(int((tmp_path / "child").read_text()))


def put_program(folder: Path, script: str) -> None:
    program = folder / office.PROGRAM
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)


def ended(process: int) -> bool:
    """Whether a process is gone, or gone but for its entry, within a few seconds."""
    for _ in range(50):
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(process, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.1)
    return False
