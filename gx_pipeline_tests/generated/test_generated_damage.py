"""Reports damaged at random, a fixed sample of what `campaign` runs by the thousand: what is lost or shifted is told."""

from __future__ import annotations

import pytest

from gx_pipeline_tests.generated.campaign import damaged, silent_before, silent_cells
from gx_pipeline_tests.generated.layouts import entries

ENTRIES = {entry.name: entry for entry in entries()}
QUICK = [entry for entry in ENTRIES.values() if entry.family in ("text", "HTML")]
SLOW = [entry for entry in ENTRIES.values() if entry.family not in ("text", "HTML")]


def wrong_in_silence(entry, seed, chance, registry, at_most=1):
    mutated = damaged(entry, seed, chance, at_most)
    if mutated is None:
        return []
    silent = silent_cells(mutated, registry)[1]
    known = silent_before(mutated, registry) if silent else ()
    return [f"{mutated.done} {cell.key} {cell.printed} {cell.read} {cell.raw!r}" for cell in silent if cell.key not in known]


@pytest.mark.parametrize("entry", QUICK, ids=lambda entry: entry.name)
def test_damage_is_never_read_in_silence(registry, entry):
    for number in range(4):
        assert wrong_in_silence(entry, number, f"sample {number}", registry, at_most=1 + number % 2) == []


@pytest.mark.parametrize("entry", SLOW, ids=lambda entry: entry.name)
def test_damage_in_other_formats_is_never_read_in_silence(registry, entry):
    assert wrong_in_silence(entry, 0, "sample 0", registry) == []
