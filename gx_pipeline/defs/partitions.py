"""The partitions of the reports: year by agency. Reading the registry of agencies is the only I/O of loading the code location."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dagster as dg

from gx_pipeline.agencies import Registry
from gx_pipeline.forms import FIRST_YEAR
from gx_pipeline.lake import Partition
from gx_pipeline.settings import Settings

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

registry = Registry.read(Settings.from_environment().agencies_csv)
years = dg.TimeWindowPartitionsDefinition(start=str(FIRST_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", timezone="Asia/Shanghai")
agencies = dg.StaticPartitionsDefinition([agency.agency_id for agency in registry.agencies])
reports_by_year_and_agency = dg.MultiPartitionsDefinition({"year": years, "agency": agencies})


def partition_of(key: str) -> Partition:
    """Year and agency of a partition key, taken apart by Dagster, not by its spelling."""
    dimensions = reports_by_year_and_agency.get_partition_key_from_str(str(key)).keys_by_dimension
    return Partition(int(dimensions["year"]), dimensions["agency"])


def key_of(partition: Partition) -> dg.MultiPartitionKey:
    """The partition key of a year and agency."""
    return dg.MultiPartitionKey({"year": str(partition.year), "agency": partition.agency_id})


def ranges_by_year(partitions: Iterable[Partition]) -> dict[int, tuple[list[Partition], dict[str, str]]]:
    """For each year its partitions and the run tags of the range from its first agency to its last.

    A range also spans agencies in between that are not meant; a run that is told `only_changed` passes over them.
    """
    found: dict[int, list[Partition]] = {}
    for partition in sorted(partitions):
        found.setdefault(partition.year, []).append(partition)
    return {year: (group, _tags(group)) for year, group in found.items()}


def _tags(group: Sequence[Partition]) -> dict[str, str]:
    return {RANGE_START: str(key_of(group[0])), RANGE_END: str(key_of(group[-1]))}
