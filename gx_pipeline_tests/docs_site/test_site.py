"""The documentation site opens from disk, loads nothing from anywhere, and holds every table and column."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from docs_site.build import make_dbt_docs
from gx_pipeline.settings import CHECKOUT, Settings, default_warehouse_url

# Tags whose addresses a browser fetches by itself, unlike those of links that a person follows.
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src", "object": "data", "link": "href"}
FOREIGN = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
STYLE_URL = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])([^'")]+)""")


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 40
    return found


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    foreign = []
    for page in pages(site):
        if page.parts[-2:] == ("dbt", "index.html"):
            continue  # dbt's page is under a policy of its own, below
        tree = LexborHTMLParser(page.read_text("utf-8"))
        for tag, attribute in LOADED.items():
            for node in tree.css(f"{tag}[{attribute}]"):
                if node.attributes.get("rel") in ("canonical", "next", "prev"):
                    continue  # read by machines, loaded by no browser
                if FOREIGN.match(node.attributes[attribute] or ""):
                    foreign.append((page.name, node.attributes[attribute]))
        for style in tree.css("style"):
            foreign += [(page.name, found) for found in STYLE_URL.findall(style.text()) if FOREIGN.match(found)]
    assert foreign == []


def test_no_style_loads_anything_from_another_host(site: Path) -> None:
    styles = list(site.rglob("*.css"))
    assert styles
    assert [found for style in styles for found in STYLE_URL.findall(style.read_text("utf-8")) if FOREIGN.match(found)] == []


def test_what_a_page_loads_is_there(site: Path) -> None:
    for page in pages(site):
        if page.name == "404.html":
            continue  # served by a web server under any address, so that it names the site's root
        tree = LexborHTMLParser(page.read_text("utf-8"))
        for tag in ("script[src]", "img[src]", "link[rel=stylesheet]"):
            for node in tree.css(tag):
                target = node.attributes.get("src") or node.attributes.get("href") or ""
                if not target.startswith("data:"):
                    assert (page.parent / target.partition("?")[0]).resolve().is_file(), f"{page.name} loads {target}"


def test_dbts_page_may_reach_nothing(site: Path) -> None:
    page = (site / "dbt" / "index.html").read_text("utf-8")
    assert page.index("Content-Security-Policy") < page.index("<script"), "the policy must stand before any script"
    policy = LexborHTMLParser(page[:20000]).css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"] or ""
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy
    assert "connect-src" not in policy
    assert '"send_anonymous_usage_stats": false' in page


def test_dbts_page_describes_the_models_of_this_project(site: Path) -> None:
    page = (site / "dbt" / "index.html").read_text("utf-8")
    assert '"model.gx_pipeline.fct_requests"' in page


def test_links_lead_to_pages_so_that_the_site_opens_from_disk(site: Path) -> None:
    tree = LexborHTMLParser((site / "index.html").read_text("utf-8"))
    targets = [node.attributes["href"] or "" for node in tree.css("a[href]")]
    inner = [target for target in targets if not target.startswith("#") and "://" not in target]
    assert len(inner) > 10
    assert [target for target in inner if not (site / target.partition("#")[0]).is_file()] == []


def test_every_table_and_column_of_the_manifest_has_its_place(site: Path) -> None:
    manifest = json.loads((CHECKOUT / "dbt" / "target" / "manifest.json").read_text("utf-8"))
    models = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "seed" or (node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral")
    ]
    assert {"fct_requests", "agency_year", "form_rows", "stg_reports"} <= {model["name"] for model in models}
    for model in models:
        page = site / "dictionary" / model["schema"] / f"{model['name']}.html"
        shown = {node.attributes["id"] for node in LexborHTMLParser(page.read_text("utf-8")).css("td a[id]")}
        assert shown == set(model["columns"]), model["name"]
    for source in manifest["sources"].values():
        page = site / "dictionary" / "loaded" / f"{source['name']}.html"
        shown = {node.attributes["id"] for node in LexborHTMLParser(page.read_text("utf-8")).css("td a[id]")}
        assert shown == set(source["columns"]), source["name"]


def test_search_knows_the_dictionary_in_both_languages(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.js").read_text("utf-8").removeprefix("var __index = "))
    texts = {entry["location"]: entry["text"] for entry in index["docs"]}
    columns = next(text for location, text in texts.items() if location.startswith("dictionary/marts/agency_year.html#columns"))
    assert "disclosure_rate" in columns
    assert "公开率" in columns


def test_the_cookbook_begins_with_its_questions_in_both_languages(site: Path) -> None:
    page = LexborHTMLParser((site / "cookbook.html").read_text("utf-8"))
    links = {node.text().strip(): node.attributes["href"] for node in page.css("table td a")}
    assert links["Who published late, or shows no date?"] == "#who-published-late-or-shows-no-date"
    assert links["谁逾期（迟报、晚报）公布？谁没有显示公布日期？"] == "#who-published-late-or-shows-no-date"


def test_lines_of_chinese_join_without_a_blank(site: Path) -> None:
    for name in ("zh.html", "guide/scope.zh.html", "guide/trust.zh.html", "cookbook.html"):
        article = LexborHTMLParser((site / name).read_text("utf-8")).css_first("article")
        text = "".join(node.html or "" for node in article.css("p, li"))
        assert re.findall(r"[\u4e00-\u9fff，。；：]\n[\u4e00-\u9fff]", text) == [], name


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; in CI it must be there."""
    path = shutil.which("chromium")
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no chromium: apt-get install chromium")
    return path


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("公开率", "dictionary/marts/agency_year.html"),
        ("carried_in", "cookbook.html"),
        ("勾稽", "rules.html"),
        ("迟报", "cookbook.html"),  # what people say for 逾期
        ("未公布", "zh.html"),
    ],
)
def test_search_finds_terms_when_the_site_is_opened_from_disk(
    chromium: str, site: Path, tmp_path: Path, words: str, page: str
) -> None:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    browser = [chromium, "--headless", *root, *quiet, "--disable-sync", f"--user-data-dir={tmp_path}"]
    address = f"{(site / 'index.html').as_uri()}?q={words}"
    done = subprocess.run(
        [*browser, "--virtual-time-budget=20000", "--dump-dom", address], capture_output=True, check=True, timeout=120
    )
    results = LexborHTMLParser(done.stdout.decode()).css(".md-search-result__link")
    assert any(page in (node.attributes["href"] or "") for node in results), f"{len(results)} results"


def test_without_a_warehouse_dbt_still_describes_the_models(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    make_dbt_docs(target, Settings(tmp_path, default_warehouse_url(tmp_path)), catalog=False)
    assert '"model.gx_pipeline.fct_requests"' in (target / "sealed_index.html").read_text("utf-8")
    assert not (tmp_path / "warehouse").exists(), "describing makes no warehouse"
