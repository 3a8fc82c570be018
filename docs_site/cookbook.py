"""The queries of docs/cookbook.md as records: what the tests run, what the dictionary links to, and the list above them.

Does not belong here: any question or query; they stand on the page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pymdownx.slugs import slugify

from gx_pipeline.settings import CHECKOUT

PAGE = CHECKOUT / "docs" / "cookbook.md"
_HEADING = re.compile(r"^### (?P<title>.+)$")
_QUESTION = re.compile(r"^[\u4e00-\u9fff].*[？。]$")
_TABLE = re.compile(r"\b(?:from|join)\s+((?:marts|core|staging)\.\w+)")


@dataclass(frozen=True)
class Query:
    """A query of the cookbook: its heading, the question in Chinese below it, the anchor that the site gives it, the SQL."""

    title: str
    question: str
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
    title = question = anchor = ""
    block: list[str] | None = None
    for line in page.splitlines():
        if block is not None:
            if line == "```":
                found.append(Query(title, question, anchor, "\n".join(block)))
                block = None
            else:
                block.append(line)
        elif heading := _HEADING.match(line):
            if anchor and (not found or found[-1].anchor != anchor):
                raise ValueError(f"the query #{anchor} has no ```sql block")
            title, question = heading["title"], ""
            anchor = slugify(case="lower")(title, "-")
        elif not question and _QUESTION.match(line):
            question = line
        elif line == "```sql":
            if not anchor or (found and found[-1].anchor == anchor):
                raise ValueError(f"a ```sql block below {title or 'no heading'!r} is not the only one below its heading")
            block = []
    return tuple(found)


def uses(queries: Iterable[Query]) -> dict[str, list[tuple[str, str]]]:
    """By `schema.table`, the queries that read it: the question in both languages, and link from the site's root."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for query in queries:
        for table in query.tables:
            found[table].append((f"{query.title} {query.question}".rstrip(), f"cookbook.md#{query.anchor}"))
    return dict(found)


def with_list(page: str) -> str:
    """The page with a list of its questions in both languages before the first part, each a link to its query."""
    before, part, after = page.partition("\n## ")
    rows = "".join(
        f"| [{query.title}](#{query.anchor}) | [{query.question}](#{query.anchor}) |\n" for query in read_cookbook(page)
    )
    return f"{before}\n| question | 问题 |\n|---|---|\n{rows}{part}{after}"
