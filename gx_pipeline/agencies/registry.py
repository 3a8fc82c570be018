"""The registry of agencies: who reports, under which names, for which place. Read from data/agencies.csv.

Belongs here: the file, its checks, and questions to it. Does not belong here: finding names in a document
(`parsing.agency`).
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import get_args

from gx_pipeline.agencies.kinds import Kind, Level
from gx_pipeline.agencies.lookup import Lookup
from gx_pipeline.errors import ConfigurationError

COLUMNS = (
    "agency_id",
    "name",
    "short_names",
    "place_code",
    "place",
    "place_aliases",
    "level",
    "kind",
    "function",
    "valid_from",
    "valid_to",
    "predecessors",
)
_WITHOUT_SUCCESSION = COLUMNS[:-1]
_ID = re.compile(r"\d{6}-[a-z0-9]+")
# GB/T 2260 down to the county; GB/T 10114 has three digits more for a township, a street, a town.
_PLACE_CODE, _TOWNSHIP_CODE = re.compile(r"[0-9]{6}"), re.compile(r"[0-9]{9}")
# The body that keeps a government's house. Its reports are not added up beside those of a government that counts them.
_OFFICE = re.compile(r"政府办公[室厅](?:[（(].*[）)])?$")
_OFFICE_FUNCTION = "government_office"


@dataclass(frozen=True)
class Agency:
    """An agency. `short_names` and `place_aliases` are the other ways in which texts name it and its place.

    `predecessors` are the ids of the agencies that ended when this one began and whose duties it took over: one where it was
    only renamed, several where they were merged.
    """

    agency_id: str
    name: str
    short_names: tuple[str, ...]
    place_code: str
    place: str
    place_aliases: tuple[str, ...]
    level: Level
    kind: Kind
    function: str
    valid_from: dt.date
    valid_to: dt.date | None
    predecessors: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Full name, then the short ones."""
        return (self.name, *self.short_names)

    @property
    def places(self) -> tuple[str, ...]:
        """The place's full name, then its aliases."""
        return (self.place, *self.place_aliases)

    def reports_for(self, year: int) -> bool:
        """Whether the agency existed on some day of a report year."""
        return self.valid_from.year <= year <= (self.valid_to.year if self.valid_to else year)


class Registry:
    """All agencies, in the order of their ids."""

    def __init__(self, agencies: tuple[Agency, ...], digest: str = "") -> None:
        """Keep the agencies; `digest` identifies the file they came from."""
        self.agencies = agencies
        self.digest = digest

    @cached_property
    def by_id(self) -> dict[str, Agency]:
        """The agencies by their id."""
        return {agency.agency_id: agency for agency in self.agencies}

    @cached_property
    def successors(self) -> Mapping[str, tuple[Agency, ...]]:
        """The agencies that took over the duties of one that ended, by its id; several where it was divided."""
        found: dict[str, list[Agency]] = {}
        for agency in self.agencies:
            for predecessor in agency.predecessors:
                found.setdefault(predecessor, []).append(agency)
        return {agency_id: tuple(agencies) for agency_id, agencies in found.items()}

    @cached_property
    def names(self) -> Lookup[Agency]:
        """The agencies by each of their names, to be looked for in texts."""
        return Lookup((name, agency) for agency in self.agencies for name in agency.names)

    @cached_property
    def places(self) -> Lookup[Agency]:
        """The agencies by each name of their place, to be looked for in texts."""
        return Lookup((place, agency) for agency in self.agencies for place in agency.places)

    def closest(self, agency_id: str) -> list[str]:
        """Ids that look like this one, for an error message that helps."""
        return difflib.get_close_matches(agency_id, self.by_id, n=3, cutoff=0.5)

    @classmethod
    def read(cls, path: Path) -> Registry:
        """Read and check the CSV file.

        Raises:
            ConfigurationError: naming the file, the line and what is wrong there.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ConfigurationError(f"{path}: {error.strerror}; GX_DATA_DIR names the folder that holds agencies.csv") from None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if tuple(reader.fieldnames or ()) not in (COLUMNS, _WITHOUT_SUCCESSION):
            raise ConfigurationError(f"{path}: line 1: expected the columns {','.join(COLUMNS)}")
        agencies: dict[str, Agency] = {}
        places: dict[str, str] = {}
        for row in reader:
            where = f"{path}: line {reader.line_num}"
            if None in row:
                raise ConfigurationError(
                    f"{where}: more columns than the first line names; lists inside a column are separated by ;"
                )
            agency = _agency(row, where)
            if agency.agency_id in agencies:
                raise ConfigurationError(f"{where}: agency_id {agency.agency_id} stands twice")
            agencies[agency.agency_id] = agency
            places[agency.agency_id] = where
        registry = cls(tuple(agencies[key] for key in sorted(agencies)), hashlib.sha256(data).hexdigest())
        _check_succession(registry, places)
        _check_levels(registry, places)
        return registry


def _agency(row: dict[str, str], where: str) -> Agency:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not _ID.fullmatch(values["agency_id"]):
        raise ConfigurationError(
            f"{where}: agency_id {values['agency_id']!r} is not of the form <six-digit place code>-<function>, as in 350100-kjj"
        )
    for name, allowed in (("level", get_args(Level)), ("kind", get_args(Kind))):
        if values[name] not in allowed:
            raise ConfigurationError(f"{where}: {name} {values[name]!r} is none of {', '.join(allowed)}")
    if not values["name"] or not values["place"]:
        raise ConfigurationError(f"{where}: name and place must not be empty")
    code = _TOWNSHIP_CODE if values["level"] == "township" else _PLACE_CODE
    if values["place_code"] and not code.fullmatch(values["place_code"]):
        raise ConfigurationError(
            f"{where}: place_code {values['place_code']!r} is not that of a {values['level']}: write the nine digits of a township "
            "(GB/T 10114), the six of any other place (GB/T 2260), or nothing where it is not known"
        )
    if _OFFICE.search(values["name"]) and values["function"] != _OFFICE_FUNCTION:
        raise ConfigurationError(
            f"{where}: {values['name']} is a government's office: its function is {_OFFICE_FUNCTION}, not {values['function']!r}, so "
            "that its report is not counted a second time beside that of a government which includes it"
        )
    try:
        valid_from = dt.date.fromisoformat(values["valid_from"])
        valid_to = dt.date.fromisoformat(values["valid_to"]) if values["valid_to"] else None
    except ValueError as error:
        raise ConfigurationError(f"{where}: {error}; dates are written 2019-01-01") from None
    if valid_to and valid_to < valid_from:
        raise ConfigurationError(f"{where}: valid_to {valid_to} is before valid_from {valid_from}")
    return Agency(
        agency_id=values["agency_id"],
        name=values["name"],
        short_names=_list(values["short_names"]),
        place_code=values["place_code"],
        place=values["place"],
        place_aliases=_list(values["place_aliases"]),
        level=values["level"],  # type: ignore[arg-type]
        kind=values["kind"],  # type: ignore[arg-type]
        function=values["function"],
        valid_from=valid_from,
        valid_to=valid_to,
        predecessors=_list(values["predecessors"]),
    )


def _check_succession(registry: Registry, places: Mapping[str, str]) -> None:
    """Check that predecessors are agencies of the registry that had ended when their successor began.

    Raises:
        ConfigurationError: at the line of the agency that names a wrong predecessor.
    """
    for agency in registry.agencies:
        where = f"{places[agency.agency_id]}: predecessor"
        if len(set(agency.predecessors)) < len(agency.predecessors):
            raise ConfigurationError(f"{where}s {';'.join(agency.predecessors)} name one agency twice")
        for agency_id in agency.predecessors:
            if agency_id == agency.agency_id:
                raise ConfigurationError(f"{where} {agency_id} is the agency itself")
            if agency_id not in registry.by_id:
                near = registry.closest(agency_id)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise ConfigurationError(f"{where} {agency_id} is not in the registry{hint}")
    try:
        TopologicalSorter({agency.agency_id: agency.predecessors for agency in registry.agencies}).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        raise ConfigurationError(f"{places[cycle[0]]}: predecessors go round in a circle: {' → '.join(cycle)}") from None
    for agency in registry.agencies:
        for before in (registry.by_id[agency_id] for agency_id in agency.predecessors):
            if before.valid_to is None or before.valid_to > agency.valid_from:
                raise ConfigurationError(
                    f"{places[agency.agency_id]}: predecessor {before.agency_id} is valid to {before.valid_to or 'this day'}, "
                    f"after {agency.agency_id} begins on {agency.valid_from}; give it a valid_to that is no later"
                )


def _check_levels(registry: Registry, places: Mapping[str, str]) -> None:
    """Check that a place has one level.

    Raises:
        ConfigurationError: at the line of the agency that gives a place another level than an agency before it.
    """
    levels: dict[str, Agency] = {}
    for agency in registry.agencies:
        first = levels.setdefault(agency.place_code, agency)
        if agency.place_code and agency.level != first.level:
            raise ConfigurationError(
                f"{places[agency.agency_id]}: {agency.place_code} is a {agency.level} here and a {first.level} for "
                f"{first.agency_id}; a place has one level and a code of its own"
            )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
