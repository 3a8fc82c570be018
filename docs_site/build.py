"""`make docs`: dbt's artifacts over the warehouse at hand, then the site, strictly: a broken link or anchor fails.

Nothing is fetched, neither while building nor when a page is opened. Does not belong here: what the pages say.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mkdocs.commands.build import build as build_pages
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from gx_pipeline.errors import ConfigurationError
from gx_pipeline.settings import CHECKOUT, Settings
from gx_pipeline.warehouse import dbt_environment

SITE = CHECKOUT / "site"
# dbt's page holds everything inline. It would send usage statistics if the project allowed it, which it does not; with this
# policy a browser refuses to load or send anything at all.
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; font-src data:"
_HEAD = "<head>"


def build(site: Path, settings: Settings) -> bool:
    """Build the site into a folder.

    Args:
        site: the folder; what is in it is replaced.
        settings: the warehouse whose tables dbt's pages and the types in the dictionary describe.

    Returns:
        whether there was a warehouse; without one, types stand only where a contract declares them.

    Raises:
        ConfigurationError: dbt failed, or a page has a broken link (all of them are printed).
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        whole = settings.engine == "postgresql" or settings.duckdb_path.exists()
        make_dbt_docs(target, settings, catalog=whole)
        config = load_config(str(CHECKOUT / "mkdocs.yml"), site_dir=str(site), strict=True)
        config.extra["dbt_target"] = str(target)
        try:
            config.plugins.run_event("startup", command="build", dirty=False)
            build_pages(config)
        except MkDocsException as error:
            raise ConfigurationError(f"the site was not built: {error}; see the warnings above") from None
    return whole


def make_dbt_docs(target: Path, settings: Settings, *, catalog: bool) -> None:
    """Let dbt write manifest.json, catalog.json and its page into a folder, and seal the page against the network.

    Raises:
        ConfigurationError: dbt failed; its output was printed.
    """
    variables = dbt_environment(settings)
    if settings.engine == "duckdb":
        # dbt opens the file for writing; the published one stays free for its readers.
        warehouse = target / settings.duckdb_path.name
        variables["GX_DUCKDB_PATH"] = str(warehouse)
        if catalog:
            shutil.copy(settings.duckdb_path, warehouse)
    command = ["docs", "generate", "--static", *([] if catalog else ["--empty-catalog"])]
    places = ["--project-dir", "dbt", "--profiles-dir", "dbt", "--target-path", str(target), "--log-path", str(target)]
    # The dbt of this very environment, whether or not it is activated.
    dbt = str(Path(sys.executable).with_name("dbt"))
    done = subprocess.run(
        [dbt, "--quiet", *command, *places],
        cwd=CHECKOUT,
        env=os.environ | variables,
        check=False,
    )
    if done.returncode != 0:
        raise ConfigurationError("dbt could not describe the warehouse; its message stands above")
    page = (target / "static_index.html").read_text("utf-8")
    if _HEAD not in page:
        raise ConfigurationError("dbt's page has no <head>, so it cannot be sealed against the network; was dbt upgraded?")
    policy = f'{_HEAD}<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    (target / "sealed_index.html").write_text(page.replace(_HEAD, policy, 1), "utf-8")


def main() -> int:
    """Build into site/ of the checkout and say where to open it; 2 where it could not be built."""
    try:
        whole = build(SITE, Settings.from_environment())
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    if not whole:
        print("no warehouse yet: column types are missing where no contract declares them; `make run`, then `make docs` again")
    print(f"open {(SITE / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
