"""What mkdocs calls while it builds: adds what is made, not written (dictionary, metrics, changelog, dbt's own, lists of queries).

`make docs` (`docs_site.build`) names the folder of dbt's artifacts in `extra.dbt_target`; `python -m mkdocs serve` alone takes the
manifest that `make setup` has dbt write, without types where no contract declares them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs_site import cookbook
from gx_pipeline.facts import schemas
from gx_pipeline.forms import load_forms
from gx_pipeline.settings import CHECKOUT
from gx_pipeline.warehouse.described import described_tables
from gx_pipeline.warehouse.dictionary import Dictionary
from gx_pipeline.warehouse.labels import load_labels
from gx_pipeline.warehouse.metrics import load_metrics

DBT = "dbt/index.html"
ASSETS = Path(__file__).parent / "assets"
# The end of a line within Chinese text: a browser would show it as a blank, which Chinese does not have.
_BREAK = re.compile(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\n {0,3}(?=[\u4e00-\u9fff\u201c\u300a\uff08`])")


def dictionary(target: Path) -> Dictionary:
    """The dictionary of the dbt artifacts in a folder: manifest.json, and catalog.json where a warehouse was at hand.

    Raises:
        PluginError: there is no manifest.
    """
    manifest, catalog = target / "manifest.json", target / "catalog.json"
    if not manifest.exists():
        raise PluginError(f"{manifest} is not there: run `make docs`, or `make setup` for mkdocs alone")
    return Dictionary(
        described_tables(_read(manifest), _read(catalog) if catalog.exists() else None),
        load_labels(),
        load_forms(),
        schemas(),
        load_metrics(),
        cookbook.uses(cookbook.read_cookbook(cookbook.PAGE.read_text("utf-8"))),
    )


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the generated pages where mkdocs.yml names their place in the navigation."""
    made = dictionary(_target(config))
    config.extra["dictionary"] = made
    tables: dict[str, list[dict[str, str]]] = {table.schema: [] for table in made.tables}
    internal: list[dict[str, str]] = []
    loaded: list[dict[str, str]] = []
    for table in made.tables:
        place = loaded if table.kind == "source" else internal if table.is_internal else tables[table.schema]
        place.append({table.name: made.path_of(table)})
    entries: list[Any] = [
        {"Overview · 总览": "dictionary/index.md"},
        {"The two forms · 统一格式": "dictionary/forms.md"},
        {"Codes · 代码": "dictionary/codes.md"},
        {"Columns by name · 列名索引": "dictionary/columns.md"},
        *({schema: pages} for schema, pages in tables.items()),
        *([{"internal · 内部表": internal}] if internal else []),
        *([{"loaded tables · 载入表": loaded}] if loaded else []),
    ]
    nav = config.nav or []
    for entry in nav:
        if isinstance(entry, dict) and "Dictionary · 字典" in entry:
            entry["Dictionary · 字典"] = entries
    if made.metrics:
        at = next(index for index, entry in enumerate(nav) if isinstance(entry, dict) and "Dictionary · 字典" in entry)
        nav.insert(at + 1, {"Metrics · 指标": "metrics.md"})
    if _static(config).exists():
        nav.append({"dbt": DBT})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made."""
    for path, text in config.extra.pop("dictionary").pages().items():
        files.append(File.generated(config, path, content=text))
    files.append(File.generated(config, "changelog.md", content=(CHECKOUT / "CHANGELOG.md").read_text("utf-8")))
    for asset in sorted(ASSETS.iterdir()):
        files.append(File.generated(config, f"assets/{asset.name}", abs_src_path=str(asset)))
    if _static(config).exists():
        files.append(File.generated(config, DBT, abs_src_path=str(_static(config))))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put the list of the cookbook's questions above its queries, and Chinese lines together."""
    text = cookbook.with_list(markdown) if page.file.src_uri == cookbook.PAGE.name else markdown
    return _BREAK.sub("", text)


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Mark the pages whose tables stand as lists in a narrow window (assets/site.css): what each column is, its look tells."""
    address = page.file.src_uri
    is_list = address == "metrics.md" or (address.startswith("dictionary/") and address != "dictionary/forms.md")
    return f'<div class="stacked">{html}</div>' if is_list else html


def _target(config: MkDocsConfig) -> Path:
    return Path(config.extra.get("dbt_target") or CHECKOUT / "dbt" / "target")


def _static(config: MkDocsConfig) -> Path:
    """The page of dbt docs, sealed by `docs_site.build`."""
    return _target(config) / "sealed_index.html"


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
