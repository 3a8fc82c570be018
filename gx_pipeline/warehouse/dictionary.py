"""The data dictionary as Markdown pages: every table and column with Chinese name, type, unit, codes and where it leads.

Pure: what dbt says of the tables (`described`), the forms, the schemas of the facts and the names (`labels`) in, pages out.
Nothing of it is stored; the documentation site makes it when it is built. Does not belong here: any description or label.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandera.pandas as pa

from gx_pipeline.forms import Form, Table
from gx_pipeline.warehouse.described import DescribedColumn, DescribedTable
from gx_pipeline.warehouse.labels import FORMS, RULES, Labels, Meaning, Name
from gx_pipeline.warehouse.metrics import Metric

_SCHEMAS = {
    "marts": (
        "Tables to analyse",
        "分析用表",
        "Start here: one row a report, or a report and a breakdown of it. 从这里开始：一行一份年报，或者一份年报的一个项目。",
    ),
    "core": (
        "Dimensions and facts",
        "维度与事实",
        "Every cell of the official tables, with the dimensions that explain its codes. 法定表格的每一个单元格，以及解释其代码的维度表。",
    ),
    "staging": (
        "As loaded",
        "载入层",
        "What was loaded from the reports, typed, and the declared forms and rules as tables. 从年报载入的数据，以及格式和规则本身。",
    ),
}
_INTERNAL = (
    "Internal: a step between the facts and the marts, which may change without notice. Query the tables made from it instead. "
    "内部表：事实表与分析用表之间的中间步骤，可能随时变动，请查询由它得来的表。"
)
_KINDS = {"table": "table", "view": "view", "seed": "seed, derived from the forms and rules", "source": "loaded table"}
_NONE = "—"
_CODE = re.compile(r"(`[^`]*`)")
Link = tuple[str, str]


class Dictionary:
    """The pages of the dictionary, by their path below the site's root."""

    def __init__(
        self,
        tables: Sequence[DescribedTable],
        labels: Labels,
        forms: Mapping[str, Form],
        contracts: Mapping[str, pa.DataFrameSchema],
        metrics: Sequence[Metric] = (),
        queries: Mapping[str, Sequence[Link]] | None = None,
    ) -> None:
        """Keep what the pages are made of.

        Args:
            tables: the tables of the warehouse.
            labels: their Chinese names.
            forms: the statutory forms, oldest first.
            contracts: the schemas of the loaded facts by the name of the table.
            metrics: the declared metrics.
            queries: by `schema.table`, the queries of the cookbook that use it: title, and link from the site's root.
        """
        self.tables = tuple(tables)
        self.labels = labels
        self.forms = forms
        self.contracts = contracts
        self.metrics = tuple(metrics)
        self.queries = queries or {}
        self._by_name = {table.name: table for table in self.tables if table.kind != "source"}

    def pages(self) -> dict[str, str]:
        """Every page: path below the site's root, Markdown."""
        found = {
            "dictionary/index.md": self._index(),
            "dictionary/columns.md": self._columns_page(),
            "dictionary/codes.md": self._codes_page(),
            "dictionary/forms.md": _forms_page(self.forms),
            **{self.path_of(table): self._table_page(table) for table in self.tables},
        }
        if self.metrics:
            found["metrics.md"] = self._metrics_page()
        return found

    def path_of(self, table: DescribedTable) -> str:
        """The page of a table. A loaded table may have the name of a view or seed, so that it stands in a folder of its own."""
        return f"dictionary/{'loaded' if table.kind == 'source' else table.schema}/{table.name}.md"

    def table_name(self, table: DescribedTable) -> str | None:
        """The Chinese name of a table: from dbt's meta, else from the labels."""
        return table.meta.get("label") or self.labels.table(table.name)

    def column_name(self, table: DescribedTable, column: DescribedColumn) -> Name | None:
        """The Chinese name of a column: from dbt's meta, else from the labels."""
        if label := column.meta.get("label"):
            return Name(str(label), column.meta.get("unit"), column.meta.get("codes"))
        return self.labels.column(table.name, column.name)

    def values_of(self, table: DescribedTable, column: DescribedColumn) -> tuple[str, ...]:
        """The closed list of codes of a column: as dbt tests it, as the contract of the loaded table has it, or its set's."""
        if column.values:
            return column.values
        if contract := self._contract(table, column):
            for check in contract.checks:
                if check.name == "isin":
                    return tuple(str(value) for value in check.statistics["allowed_values"])
        name = self.column_name(table, column)
        if name and name.codes in self.labels.code_sets:
            return tuple(self.labels.codes(str(name.codes)))
        return ()

    def meaning_of(self, table: DescribedTable, column: DescribedColumn, code: str) -> Meaning | None:
        """What a code of a column means: by the column's set, else by the forms."""
        name = self.column_name(table, column)
        if name and name.codes and code in self.labels.codes(name.codes):
            return self.labels.codes(name.codes)[code]
        return self.labels.codes(FORMS).get(code)

    def _contract(self, table: DescribedTable, column: DescribedColumn) -> pa.Column | None:
        """The column of the loaded facts as their schema has it."""
        schema = self.contracts.get(table.name) if table.kind == "source" else None
        return schema.columns.get(column.name) if schema else None

    def _index(self) -> str:
        parts = [
            "# Data dictionary · 数据字典\n",
            "Every table and column of the warehouse, made from dbt's YAML, the statutory forms and the schemas of the facts when "
            "this site was built.\n",
            "本字典由 dbt 说明、统一格式和数据契约自动生成。列名为英文，旁注中文名称、计量单位与代码含义。\n",
            "- [All columns by name · 列名索引](columns.md)",
            "- [Codes · 代码含义](codes.md)",
            "- [The two statutory forms: rows, columns, identities · 统一格式的行、列与勾稽关系](forms.md)",
            *(["- [Metrics · 指标口径](../metrics.md)"] if self.metrics else []),
            "",
        ]
        for schema in dict.fromkeys(table.schema for table in self.tables):
            title, title_zh, what = _SCHEMAS.get(schema, (schema, schema, ""))
            shown = [table for table in self.tables if table.schema == schema and table.kind != "source"]
            parts += [
                f"## `{schema}`: {title} · {title_zh}\n",
                f"{what}\n",
                self._list_of(table for table in shown if not table.is_internal),
            ]
            if internal := [table for table in shown if table.is_internal]:
                parts += [f"### Internal · 内部表 {{ #internal-{schema} }}\n", f"{_INTERNAL}\n", self._list_of(internal)]
        loaded = [table for table in self.tables if table.kind == "source"]
        if loaded:
            parts += [
                "## Loaded tables · 载入表\n",
                "What the loader writes before dbt runs, in schema `staging`. Query the views and tables above instead.\n",
                _table(
                    ("table", "columns", "what a row is"),
                    ((self._link(table, "dictionary/index.md"), str(len(table.columns)), table.description) for table in loaded),
                ),
            ]
        return "\n".join(parts)

    def _list_of(self, tables: Iterable[DescribedTable]) -> str:
        """Tables with what their rows are, in both languages."""
        rows = (
            (
                self._link(table, "dictionary/index.md"),
                self.table_name(table) or "",
                "<br>".join(text for text in (table.description, self.labels.row(table.name)) if text),
            )
            for table in tables
        )
        return _table(("table", "中文", "what a row is · 一行是什么"), rows)

    def _table_page(self, table: DescribedTable) -> str:
        here = self.path_of(table)
        name = self.table_name(table)
        parts = [
            f"# `{table.path}`\n",
            *([f"**{name}**\n"] if name else []),
            f"{table.description}\n",
            *([f"{row}\n"] if (row := self.labels.row(table.name)) and table.kind != "source" else []),
            *([f"{_INTERNAL}\n"] if table.is_internal else []),
            *self._facts(table, here),
            "",
            "## Columns · 列\n",
            _table(
                ("column", "中文", "type", "unit", "description"),
                (self._column_row(table, column, here) for column in table.columns),
            ),
        ]
        parts += self._codes_of(table)
        rules = [*table.tests, *(f"refused: {text}" for text in self._refused(table))]
        if rules:
            parts += ["## What is tested · 校验\n", *(f"- {_line(text)}" for text in rules), ""]
        if uses := self.queries.get(table.path):
            parts += ["## In the cookbook · 查询示例\n", *(f"- [{title}]({_relative(here, link)})" for title, link in uses), ""]
        return "\n".join(parts)

    def _facts(self, table: DescribedTable, here: str) -> Iterator[str]:
        """What there is to know of a table before its columns."""
        contract = "; types and columns are a contract that dbt enforces" if table.contract else ""
        yield f"- Stored as · 形式: {_KINDS.get(table.kind, table.kind)}{contract}"
        for key in table.keys:
            yield f"- Key · 主键: {', '.join(f'`{column}`' for column in key)}"
        if table.made_from:
            yield f"- Made from · 来源: {', '.join(self._named(name, here) for name in table.made_from)}"
        if table.used_by:
            yield f"- Used by · 用于: {', '.join(self._named(name, here) for name in table.used_by)}"

    def _refused(self, table: DescribedTable) -> Iterator[str]:
        """What the schema of the facts does not let into a loaded table."""
        schema = self.contracts.get(table.name) if table.kind == "source" else None
        for check in schema.checks if schema else ():
            if check.error:
                yield str(check.error)

    def _column_row(self, table: DescribedTable, column: DescribedColumn, here: str) -> tuple[str, ...]:
        name = self.column_name(table, column)
        contract = self._contract(table, column)
        required = column.required or (contract is not None and not contract.nullable)
        leads = [self._reference(found.table, found.column, here) for found in column.references]
        values = self.values_of(table, column)
        notes = [column.description]
        if leads:
            notes.append(f"Leads to {', '.join(leads)}.")
        if values:
            notes.append(f"[Codes](#codes-{column.name}): {', '.join(f'`{value}`' for value in values)}.")
        elif name and name.codes == FORMS:
            notes.append(f"[Codes of the forms]({_relative(here, 'dictionary/forms.md')}).")
        elif name and name.codes == RULES:
            notes.append(f"[Rules]({_relative(here, 'rules.md')}).")
        return (
            f'<a id="{column.name}"></a>`{column.name}`',
            name.label if name else "",
            f"{column.data_type or _NONE}{', not null' if required else ''}",
            (name.unit if name else None) or "",
            " ".join(notes),
        )

    def _codes_of(self, table: DescribedTable) -> Iterator[str]:
        """The closed lists of a table's columns, each code with what it means."""
        lists = [(column, values) for column in table.columns if (values := self.values_of(table, column))]
        if lists:
            yield "## Codes · 代码\n"
        for column, values in lists:
            yield f"### `{column.name}` {{ #codes-{column.name} }}\n"
            meanings = [(code, self.meaning_of(table, column, code)) for code in values]
            yield _table(
                ("code", "中文", "English"),
                (
                    (f"`{code}`", meaning.label if meaning else "", meaning.label_en if meaning else "")
                    for code, meaning in meanings
                ),
            )

    def _columns_page(self) -> str:
        """All columns by name, with the tables that have them."""
        found: dict[str, list[tuple[DescribedTable, DescribedColumn]]] = defaultdict(list)
        for table in self.tables:
            for column in table.columns:
                found[column.name].append((table, column))
        rows = []
        for name, places in sorted(found.items()):
            names = dict.fromkeys(shown.label for table, column in places if (shown := self.column_name(table, column)))
            links = [
                f"[{table.path}{' (loaded)' if table.kind == 'source' else ''}]"
                f"({_relative('dictionary/columns.md', self.path_of(table))}#{name})"
                for table, _ in places
            ]
            rows.append((f"`{name}`", " / ".join(names), ", ".join(links)))
        return "# Columns by name · 列名索引\n\n" + _table(("column", "中文", "tables"), rows)

    def _codes_page(self) -> str:
        """The sets of codes that no form declares, each under the columns that hold it."""
        here = "dictionary/codes.md"
        parts = [
            "# Codes · 代码含义\n",
            "Codes by the column that holds them. Those of rows and columns of the official tables stand under [the forms](forms.md), "
            "those of rules under [rules](../rules.md).\n",
            "按所在的列查代码含义。统一格式的行、列代码见[统一格式](forms.md)，规则代码见[检查规则](../rules.md)。\n",
        ]
        for code_set in self.labels.code_sets:
            holders = [
                (table, column, name.label)
                for table in self.tables
                for column in table.columns
                if (name := self.column_name(table, column)) and name.codes == code_set and table.kind != "source"
            ]
            # The tables to query; the others only for what no such table has.
            to_query = [found for found in holders if found[0].schema != "staging" and not found[0].is_internal]
            held: dict[tuple[str, str], list[str]] = defaultdict(list)
            for table, column, label in to_query or holders:
                link = f"[`{table.path}`]({_relative(here, self.path_of(table))}#{column.name})"
                held[(column.name, label)].append(link)
            labels = " / ".join(dict.fromkeys(label for _, label in held))
            columns = ", ".join(f"`{column}`" for column in dict.fromkeys(column for column, _ in held))
            parts += [
                f"## {labels} · {columns} {{ #{code_set} }}\n",
                *(f"- `{column}` {label}: {', '.join(links)}" for (column, label), links in held.items()),
                "",
                _table(
                    ("code", "中文", "English"),
                    ((f"`{code}`", found.label, found.label_en) for code, found in self.labels.codes(code_set).items()),
                ),
            ]
        return "\n".join(parts)

    def _metrics_page(self) -> str:
        """Every metric: formula, small numbers, notes, and the columns that hold it."""
        parts = [
            "# Metrics · 指标口径\n",
            "Each metric is declared once, in `dbt/dbt_project.yml`; `marts.agency_metrics` has the values. A rate stands beside its "
            "numerator and denominator; it is null where the denominator is 0 or a figure of it was not published.\n",
            "每个指标只定义一次。比率旁附分子、分母；分母为零或有关数字没有公布时，比率为空。\n",
            _table(
                ("metric", "中文", "unit", "formula"),
                (
                    (
                        f"[`{metric.code}`](#{metric.code})",
                        metric.label,
                        metric.unit,
                        f"{metric.numerator_label} ÷ {metric.denominator_label}",
                    )
                    for metric in self.metrics
                ),
            ),
        ]
        for metric in self.metrics:
            held = [
                f"[`{table.path}`]({_relative('metrics.md', self.path_of(table))}#{metric.code})"
                for table in self.tables
                if any(column.name == metric.code for column in table.columns)
            ]
            parts += [
                f"## `{metric.code}` {{ #{metric.code} }}\n",
                f"**{metric.label_en} · {metric.label}**\n",
                f"- Numerator · 分子: {metric.numerator_label} (`{_line(metric.numerator)}`)",
                f"- Denominator · 分母: {metric.denominator_label} (`{_line(metric.denominator)}`)",
                f"- Unit · 单位: {metric.unit}",
                f"- Flagged as small where the denominator is below · 分母过小的界限: {metric.small_denominator}",
                f"- {_line(metric.note_en)}",
                f"- {_line(metric.note)}",
                *([f"- Stands in · 所在表: {', '.join(held)}"] if held else []),
                "",
            ]
        return "\n".join(parts)

    def _named(self, name: str, here: str) -> str:
        """A link to a table by its name; a loaded table only where no model has the name."""
        table = self._by_name.get(name) or next((table for table in self.tables if table.name == name), None)
        return self._link(table, here) if table else f"`{name}`"

    def _link(self, table: DescribedTable, here: str) -> str:
        return f"[`{table.path}`]({_relative(here, self.path_of(table))})"

    def _reference(self, name: str, column: str, here: str) -> str:
        table = self._by_name.get(name)
        return f"[`{table.path}`]({_relative(here, self.path_of(table))}#{column})" if table else f"`{name}.{column}`"


def _forms_page(forms: Mapping[str, Form]) -> str:
    """The statutory forms: rows, columns and identities with their codes."""
    parts = [
        "# The statutory forms · 统一格式\n",
        "The codes of rows and columns, as every table of the warehouse uses them. A form is told table by table from the "
        "table's own labels, so that one report may mix both.\n",
        "仓库各表所用的行、列代码。格式按每张表的栏目识别，同一份报告可能混用两种格式。\n",
    ]
    for form in reversed(list(forms.values())):
        years = f"{form.first_year} to {form.last_year}" if form.last_year else f"{form.first_year} and later"
        parts += [f"## Form {form.form} · {form.form}年格式\n", f"{form.title_en}. {form.authority}; report years {years}.\n"]
        for code, table in form.tables.items():
            parts += [
                f"### `{code}` ({form.form}) · {table.label}\n",
                f"{table.label_en}. {len(form.cells(code))} cells.\n",
                *_form_table(table),
            ]
        parts += [
            f"### Identities ({form.form}) · 勾稽关系\n",
            _table(
                ("identity", "中文", "English", "table", "severity"),
                (
                    (
                        f"[`{found.code}`](../rules.md#{found.code})",
                        found.label,
                        found.label_en,
                        f"`{found.table}`",
                        found.severity,
                    )
                    for found in form.identities
                ),
            ),
        ]
    return "\n".join(parts)


def _form_table(table: Table) -> Iterator[str]:
    yield _table(
        (f"row (`{table.row_term}`)", "中文", "English", "group", "role", "columns"),
        (
            (
                f"`{row.code}`",
                row.label,
                row.label_en,
                row.group or "",
                row.role,
                "all" if not row.columns else ", ".join(f"`{column}`" for column in row.columns),
            )
            for row in table.rows
        ),
    )
    yield _table(
        (f"column (`{table.column_term}`)", "中文", "English", "unit", "number", "role"),
        (
            (f"`{column.code}`", column.label, column.label_en, column.unit, column.number, column.role)
            for column in table.columns
        ),
    )


def _relative(here: str, target: str) -> str:
    """The link from one page to another, both below the site's root."""
    return posixpath.relpath(target, posixpath.dirname(here) or ".")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(text) for text in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    """A text in a cell: on one line, bars outside code escaped (inside code they part no cells)."""
    parts = _CODE.split(_line(text))
    return "".join(part if part.startswith("`") else part.replace("|", "\\|") for part in parts)


def _line(text: str) -> str:
    return " ".join(text.split())
