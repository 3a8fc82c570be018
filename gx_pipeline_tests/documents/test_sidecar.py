"""The sidecar: what came along when a file was fetched, or a refusal that says what is wrong with it."""

from __future__ import annotations

import datetime as dt

import pytest

from gx_pipeline.documents import Sidecar, read_sidecar
from gx_pipeline.errors import Refusal


@pytest.fixture
def with_sidecar(tmp_path):
    def write(content: str | bytes):
        (tmp_path / "report.meta.yml").write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path / "report.txt"

    return write


def test_a_file_without_sidecar_brings_nothing(tmp_path):
    assert read_sidecar(tmp_path / "report.txt") == Sidecar()


@pytest.mark.parametrize(
    ("content", "sidecar"),
    [
        ("", Sidecar()),
        ("note: 手工下载\n", Sidecar()),
        (
            "url: https://example.gov.cn/a\npublished_on: 2025-01-15\ncharset: gb2312\nfetched_at: 2025-02-01\n",
            Sidecar("https://example.gov.cn/a", dt.date(2025, 1, 15), "gb2312"),
        ),
    ],
)
def test_what_a_sidecar_brings(with_sidecar, content, sidecar):
    assert read_sidecar(with_sidecar(content)) == sidecar


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("published: 2025-01-15\n", "published_on", id="unknown key"),
        pytest.param("- url\n", "only the keys", id="list"),
        pytest.param("https://example.gov.cn\n", "only the keys", id="bare text"),
        pytest.param("url: [unclosed\n", "YAML", id="broken YAML"),
        pytest.param("note: 日期".encode("gbk"), "YAML", id="not UTF-8"),
        pytest.param("published_on: 2025年1月15日\n", "2025年1月15日", id="date in Chinese"),
        pytest.param("published_on: 2025-01-15 16:01:00\n", "published_on", id="date with a time"),
        pytest.param("published_on: 2025\n", "published_on", id="only a year"),
        pytest.param("published_on: 2025-02-31\n", "report.meta.yml", id="no such day"),
        pytest.param("url: !!python/object/apply:os.getcwd []\n", "YAML", id="a tag that would run code"),
    ],
)
def test_a_wrong_sidecar_is_refused_by_name(with_sidecar, content, told):
    with pytest.raises(Refusal) as refused:
        read_sidecar(with_sidecar(content))
    assert refused.value.code == "unreadable"
    assert "report.meta.yml" in refused.value.message
    assert told in refused.value.message
