"""The frames of a year that are validated: the facts as stored, and frames that put findings, tables and identities in rows.

Built so that a frame that breaks its contract can still be shown to break it. Does not belong here: what is expected of a
frame (`suites`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from gx_pipeline.expectations.suites import NAMED, PUBLISHED, TABLES, grid_of, identities_by_frame, sides
from gx_pipeline.facts import CELL_TABLES, FRAMES, KEYS, Facts
from gx_pipeline.forms import Form, Identity, Instance, TableCode, load_forms
from gx_pipeline.lake import Lake


def facts_of_year(lake: Lake, year: int) -> Facts:
    """The fact frames of all reports of a year.

    Raises:
        ValueError: the lake holds no facts of the year.
    """
    read = [lake.read_facts(partition) for partition in lake.fact_fingerprints() if partition.year == year]
    if not read:
        raise ValueError(f"the lake holds no facts of report year {year}")
    return {name: pd.concat([facts[name] for facts in read], ignore_index=True) for name in FRAMES}


def frames_of(facts: Facts, series_findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every frame by the name of its suite."""
    return {
        PUBLISHED: _published(facts, series_findings),
        TABLES: _tables(facts),
        **{name: _sides(facts, *entry) for name, entry in identities_by_frame().items()},
        **facts,
    }


def parameters(name: str, frames: dict[str, pd.DataFrame], year: int) -> dict[str, Any]:
    """What the expectations on a frame ask for at run time: the year, its agencies, the reports by form."""
    frame = frames[name]
    forms = frame[["form", "agency_id"]].drop_duplicates() if "form" in frame.columns else pd.DataFrame({"form": []})
    return {
        "year": year,
        "agencies": sorted(frames["reports"]["agency_id"].dropna().unique()),
        **{f"reports_{form}": int((forms["form"] == form).sum()) for form in load_forms()},
    }


def _names(facts: Facts) -> pd.DataFrame:
    return facts["reports"][NAMED].drop_duplicates("agency_id")


def _published(facts: Facts, series_findings: pd.DataFrame) -> pd.DataFrame:
    """Open findings of severity error or warn, those that span years included, with the agency's name.

    What a correction confirms as published stands in the frame `findings` and fails nothing here.
    """
    years = facts["reports"]["year"].unique()
    found = pd.concat([facts["findings"], series_findings[series_findings["year"].isin(years)]], ignore_index=True)
    told = found[found["severity"].isin(["error", "warn"]) & (found["status"] == "open")].sort_values(
        ["severity", "rule", "agency_id"], kind="stable"
    )
    return told.merge(_names(facts), on="agency_id", how="left")[["year", *NAMED, "rule", "severity", "message"]]


def _tables(facts: Facts) -> pd.DataFrame:
    """A row a report and table: its form, how many cells it has, how many its form has more or less."""
    rows = []
    groups = {table: dict(iter(facts[table].groupby("agency_id"))) for table in CELL_TABLES}
    for agency, name in _names(facts).itertuples(index=False, name=None):
        for table, (row, column) in CELL_TABLES.items():
            cells = groups[table].get(agency, facts[table].iloc[0:0])
            forms = cells["form"].dropna().unique()
            form = str(forms[0]) if len(forms) else ""
            expected = {key[1:] for key in load_forms()[form].cells(table)} if form in load_forms() else set()
            present = set(zip(cells[row], cells[column], strict=True))
            rows.append(
                {
                    "agency_id": agency,
                    "agency_name": name,
                    "table": table,
                    "form": form,
                    "grid": grid_of(table, form),
                    "forms": len(forms),
                    "cells": len(cells),
                    "missing_cells": len(expected - present),
                    "foreign_cells": len(present - expected),
                }
            )
    return pd.DataFrame(rows)


def _sides(facts: Facts, table: TableCode, place: str, identities: Collection[Identity]) -> pd.DataFrame:
    """A row a report and place: both sides of every identity that holds there, empty where a term holds no number."""
    row, column = CELL_TABLES[table]
    members = row if place == column else column
    names = [name for identity in identities for name in sides(identity)]
    parts: list[pd.DataFrame] = []
    for code, form in load_forms().items():
        cells = facts[table][facts[table]["form"] == code].drop_duplicates(KEYS[table])
        wide = cells.pivot(index=["agency_id", place], columns=members, values="value").astype("Float64")
        part = pd.DataFrame(index=wide.index)
        for instances in _by_identity(form, names).values():
            places = wide.index.get_level_values(place).isin([instance.at for instance in instances])
            some = instances[0]
            for name, terms in zip(sides(some.identity), (some.left, some.right), strict=True):
                signed = wide[places].reindex(columns=[term.code for _, term in terms])
                part.loc[places, name] = signed.mul([term.sign for _, term in terms], axis=1).sum(axis=1, skipna=False)
        parts.append(part.reset_index())
    frame = pd.concat(parts, ignore_index=True).merge(_names(facts), on="agency_id", how="left")
    return frame.reindex(columns=[*NAMED, place, *names])


def _by_identity(form: Form, names: Collection[str]) -> dict[str, list[Instance]]:
    """The places of each identity of a form whose sides have a column. At all of them it has the same terms."""
    found: dict[str, list[Instance]] = {}
    for instance in form.instances():
        if sides(instance.identity)[0] in names:
            found.setdefault(instance.identity.code, []).append(instance)
    return found
