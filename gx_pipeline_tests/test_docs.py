"""The pages that a user reads name what the code can say: every rule, every refusal, every limit, every module."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from gx_pipeline import documents, parsing
from gx_pipeline.documents import (
    archive,
    docx,
    markup_limits,
    merged_cells,
    office,
    pdf,
    pdf_grid,
    pdf_page,
    pdf_streams,
    read,
    sheets,
    sheets_worker,
)
from gx_pipeline.errors import RefusalCode
from gx_pipeline.quality.registry import load_checklist, load_rules
from gx_pipeline.quality.rules_page import rules_page
from gx_pipeline.settings import CHECKOUT

ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
MIB = 1024 * 1024


def page(name: str) -> str:
    return (CHECKOUT / "docs" / name).read_text("utf-8")


def codes_under(heading: str) -> list[str]:
    """The codes that the tables below a heading of docs/parsing.md explain."""
    _, _, rest = page("parsing.md").partition(f"\n## {heading}\n")
    return ROW.findall(rest.partition("\n## ")[0])


def test_the_page_of_rules_is_the_one_that_the_registry_gives() -> None:
    assert page("rules.md") == rules_page(load_rules().values(), load_checklist().values()), "run `make derived`"


def test_every_rule_is_explained_once_and_every_link_within_the_page_leads_to_a_heading() -> None:
    text = page("rules.md")
    assert re.findall(r"^### `(\w+)`$", text, re.MULTILINE) == list(load_rules())
    headings = {heading.strip("`").lower().replace(" ", "-") for heading in re.findall(r"^##+ (.+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_every_refusal_code_is_explained_once_and_no_other() -> None:
    assert sorted(codes_under("Refusals")) == sorted(get_args(RefusalCode))


@pytest.mark.parametrize("room", [documents, parsing])
def test_the_architecture_lists_the_modules_of_the_reading_rooms(room: object) -> None:
    folder = Path(str(room.__file__)).parent  # type: ignore[attr-defined]
    _, _, rest = page("architecture.md").partition(f": {folder.name}/\n")
    first_cells = re.findall(r"^\| (`.+?) \|", rest.partition("\n## ")[0], re.MULTILINE)
    listed = [module for cell in first_cells for module in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == sorted(path.stem for path in folder.glob("[!_]*.py"))


@pytest.mark.parametrize(
    "limit",
    [
        f"{read.MAX_BYTES // MIB} MiB a file",
        f"{archive.MAX_ENTRIES:,} entries",
        f"{archive.MAX_ENTRY_BYTES // MIB} MiB an entry",
        f"{archive.MAX_TOTAL_BYTES // MIB} MiB in all",
        f"{archive.MAX_RATIO} times",
        f"{archive.MAX_XML_BYTES // MIB} MiB of XML",
        f"{docx.MAX_ROWS:,} rows and {docx.MAX_GRID_COLUMNS} columns a table",
        f"{docx.MAX_CELLS:,} cells",
        f"{docx.MAX_NESTED} levels",
        f"{sheets.MAX_ROWS:,} filled rows and {sheets.MAX_GRID_COLUMNS} columns a sheet",
        f"{sheets_worker.MAX_PLACES:,} places",
        f"{sheets_worker.MEMORY // MIB:,} MiB of memory",
        f"{sheets_worker.SECONDS} seconds of processor time",
        f"{office.SECONDS} seconds a conversion",
        f"{office.MAX_BYTES // MIB} MiB as DOCX",
        f"{markup_limits.MAX_TAGS:,} tags",
        f"{markup_limits.MAX_DEPTH} elements deep",
        f"{merged_cells.MAX_ROWS:,} rows and {merged_cells.MAX_COLUMNS} columns a table",
        f"{pdf.MAX_PAGES} pages",
        f"{pdf.MAX_SECONDS:.0f} seconds a file",
        f"{pdf_page.MAX_GLYPHS:,} characters",
        f"{pdf_page.MAX_OBJECTS:,} objects",
        f"{pdf_page.MAX_DEPTH} levels of forms",
        f"{pdf_page.MAX_SEGMENTS:,} strokes",
        f"{pdf_grid.MAX_RULES:,} ruling lines",
        f"{pdf_grid.MAX_CELLS:,} cells a table",
        f"{pdf_streams.MAX_DRAWING // MIB} MiB a drawing",
        f"{pdf_streams.MAX_PICTURE // MIB} MiB a picture or font",
    ],
)
def test_the_limits_in_the_architecture_are_those_of_the_code(limit: str) -> None:
    assert limit in page("architecture.md")


def test_links_between_the_pages_lead_to_files() -> None:
    # Those into the dictionary lead to pages that the documentation site makes; its build is strict about them.
    for path in (*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#|(?:\.\./)?(?:dictionary/|metrics\.md))([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
