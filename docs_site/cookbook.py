"""The queries of docs/cookbook.md as records: what the tests run, and what the dictionary links to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pymdownx.slugs import slugify

from gx_pipeline.settings import CHECKOUT

PAGE = CHECKOUT / "docs" / "cookbook.md"
_HEADING = re.compile(r"^### (?P<title>.+)$")
_TABLE = re.compile(r"\b(?:from|join)\s+((?:marts|core|staging)\.\w+)")


@dataclass(frozen=True)
class Query:
    """A query of the cookbook: its heading, the anchor that the site gives it, the SQL."""

    title: str
    anchor: str
    sql: str

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it reads, as `schema.table`."""
        return tuple(dict.fromkeys(_TABLE.findall(self.sql)))


def read_cookbook(page: str) -> tuple[Query, ...]:
    """The queries of the page in its order: each ```sql block under the heading it stands below.

    Raises:
        ValueError: a block stands under no heading, or a heading has more or fewer blocks than one.
    """
    found: list[Query] = []
    title = anchor = ""
    block: list[str] | None = None
    for line in page.splitlines():
        if block is not None:
            if line == "```":
                found.append(Query(title, anchor, "\n".join(block)))
                block = None
            else:
                block.append(line)
        elif heading := _HEADING.match(line):
            if anchor and (not found or found[-1].anchor != anchor):
                raise ValueError(f"the query #{anchor} has no ```sql block")
            title = heading["title"]
            anchor = slugify(case="lower")(title, "-")
        elif line == "```sql":
            if not anchor or (found and found[-1].anchor == anchor):
                raise ValueError(f"a ```sql block below {title or 'no heading'!r} is not the only one below its heading")
            block = []
    return tuple(found)


def uses(queries: Iterable[Query]) -> dict[str, list[tuple[str, str]]]:
    """By `schema.table`, the queries that read it: title, and link from the site's root."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for query in queries:
        for table in query.tables:
            found[table].append((query.title, f"cookbook.md#{query.anchor}"))
    return dict(found)
