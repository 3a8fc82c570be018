"""How long a warehouse takes to build, and whether that stays linear: `python -m benchmarks.warehouse` (--help).

Reports are generated and taken in before the clock runs: a sum fails in a tenth of them, and no two years of an agency carry
over, so that there are more findings than in life. Then, on each engine and into an empty warehouse: the load, `dbt build`
(models and all tests), publishing. Each runs in a process of its own, whose peak memory is shown; of PostgreSQL's server, which
the project's script starts for the purpose, only the size of the database. Seconds are those of the clock on the wall, since the
server's work is part of it. Starting Python and importing counts for dbt and for nothing else. Never a test.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.parsing import MIB, machine, peak_bytes
from gx_pipeline.agencies import Registry
from gx_pipeline.lake import Lake, RawFile, inventory_of
from gx_pipeline.lake.series import find_series_findings
from gx_pipeline.lake.stages import run_stages
from gx_pipeline.settings import CHECKOUT, Settings, default_warehouse_url
from gx_pipeline.warehouse import building_anew, building_models, current_digest, dbt_environment, load, publish
from gx_pipeline_tests.generated.places import YEARS, add_generated_agencies, write_generated_reports

FULL = (1_000, 10_000)
QUICK = (70, 350)
STEPS = ("load", "dbt", "publish")
DBT = """
import re, sys
from pathlib import Path
from dbt.cli.main import dbtRunner
done = dbtRunner().invoke(sys.argv[1:])
status = Path("/proc/self/status")
print()
print(int(re.findall(r"VmHWM:\\s+(\\d+)", status.read_text())[0]) * 1024 if status.exists() else 0)
sys.exit(not done.success)
"""
SCRIPT = CHECKOUT / "scripts" / "postgres.sh"


@dataclass(frozen=True)
class Step:
    """What a step took: seconds, most memory held by its process, and, of the last step, rows and size of what was published."""

    seconds: float
    peak: int
    rows: int = 0
    size: int = 0


class Build(NamedTuple):
    """A whole build on one engine."""

    engine: str
    reports: int
    steps: dict[str, Step]

    @property
    def seconds(self) -> float:
        """All steps together."""
        return sum(step.seconds for step in self.steps.values())


def take_in(folder: Path, reports: int) -> float:
    """Make a data folder of generated reports and take them to facts; the seconds that took."""
    started = time.monotonic()
    settings = Settings(folder, default_warehouse_url(folder))
    folder.mkdir()
    agencies = add_generated_agencies(settings.agencies_csv, -(-reports // len(YEARS)))
    write_generated_reports(settings.raw_dir, agencies, reports)
    registry, lake = Registry.read(settings.agencies_csv), Lake(settings.lake_dir)
    files = list(inventory_of(settings, registry).files.values())
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(_take_share, (files[at::workers] for at in range(workers)), repeat(settings)))
    if refused := lake.refusals():
        raise RuntimeError(f"{len(refused)} generated reports were refused, the first: {next(iter(refused.values()))}")
    lake.write_series_findings(find_series_findings(lake, registry))
    return time.monotonic() - started


def _take_share(files: list[RawFile], settings: Settings) -> None:
    """Take some of the files to facts, in a process of its own."""
    registry = Registry.read(settings.agencies_csv)
    for _ in run_stages(files, settings.data_dir, Lake(settings.lake_dir), registry):
        pass


def build(settings: Settings, reports: int) -> Build:
    """Load, build, publish."""
    steps = {"load": _in_a_process("load", settings)}
    with building_models(settings, every=True):
        steps["dbt"] = _dbt(settings)
    steps["publish"] = _in_a_process("publish", settings)
    return Build(settings.engine, reports, steps)


def _in_a_process(step: str, settings: Settings) -> Step:
    command = [sys.executable, "-m", "benchmarks.warehouse", "--step", step, str(settings.data_dir)]
    environment = os.environ | {"GX_WAREHOUSE_URL": settings.warehouse_url}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT, env=environment)
    return Step(**json.loads(done.stdout.splitlines()[-1]))


def take_step(step: str, settings: Settings) -> Step:
    """What a process of its own does."""
    started = time.monotonic()
    if step == "load":
        registry = Registry.read(settings.agencies_csv)
        inventory = inventory_of(settings, registry)
        digest = current_digest(settings, inventory)
        with building_anew(settings) as engine:
            loaded = load(engine, Lake(settings.lake_dir), registry, inventory, digest=digest)
        return Step(time.monotonic() - started, peak_of_this_program(), sum(loaded.rows.values()))
    published = publish(settings)
    return Step(time.monotonic() - started, peak_of_this_program(), sum(published.rows.values()), published.size_bytes)


def _dbt(settings: Settings) -> Step:
    """`dbt build`, as Dagster calls it but for the interpreter, which tells its memory in the end."""
    target, log = settings.data_dir / f"dbt-{settings.engine}", settings.data_dir / "dbt.log"
    folders = ["--project-dir", str(settings.dbt_dir), "--profiles-dir", str(settings.dbt_dir)]
    environment = os.environ | dbt_environment(settings) | {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
    started = time.monotonic()
    with log.open("w") as file:
        command = [sys.executable, "-c", DBT, "--quiet", "build", "--exclude-resource-type", "unit_test", *folders]
        done = subprocess.run(command, check=False, env=environment, stdout=subprocess.PIPE, stderr=file, text=True)
    taken = time.monotonic() - started
    if done.returncode:
        raise RuntimeError(f"dbt failed:\n{done.stdout[-3000:]}\n{log.read_text()[-3000:]}")
    return Step(taken, int(done.stdout.splitlines()[-1]))


def peak_of_this_program() -> int:
    """The most memory that this program held, where the system tells it apart from the one that started it."""
    status = Path("/proc/self/status")
    return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) * 1024 if status.exists() else peak_bytes()


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a database on a server of its own; the server and all its data go in the end."""
    # Readable by others: where root measures, another user runs the server.
    folder = Path(tempfile.mkdtemp(prefix="gx-postgres-"))
    folder.chmod(0o755)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "GX_"))}
    environment = {**kept, "GX_POSTGRES_DIR": str(folder / "server"), "GX_POSTGRES_LOCAL_PORT": str(port)}

    def call(command: str) -> str:
        done = subprocess.run([str(SCRIPT), command], check=True, stdout=subprocess.PIPE, text=True, env=environment)
        return done.stdout.strip()

    try:
        call("start")
        yield call("url")
    finally:
        subprocess.run([str(SCRIPT), "stop"], check=False, stdout=subprocess.DEVNULL, env=environment)
        shutil.rmtree(folder)


def measured(sizes: Sequence[int], engines: Sequence[str], say: Console) -> Iterator[Build]:
    """Every size on every engine, each from nothing."""
    with tempfile.TemporaryDirectory(prefix="gx-warehouse-") as parent:
        for reports in sizes:
            folder = Path(parent) / str(reports)
            say.print(f"{reports:,} reports made and taken in: {take_in(folder, reports):.0f} s, not counted", style="dim")
            for engine in engines:
                if engine == "duckdb":
                    built = build(Settings(folder, default_warehouse_url(folder)), reports)
                else:
                    with postgresql() as url:
                        built = build(Settings(folder, url), reports)
                steps = ", ".join(f"{name} {step.seconds:.1f} s" for name, step in built.steps.items())
                say.print(f"{reports:,} reports on {engine}: {steps}", style="dim")
                yield built
            shutil.rmtree(folder)


def rows_of(builds: Sequence[Build]) -> Iterator[tuple[str, ...]]:
    """The lines of the table: engine and step, seconds and memory by size, the largest against the smallest."""
    sizes = sorted({one.reports for one in builds})
    for engine in dict.fromkeys(one.engine for one in builds):
        by_size = {one.reports: one for one in builds if one.engine == engine}
        ratio = f"(× {sizes[-1] / sizes[0]:g} reports)"
        for step in STEPS:
            taken = [by_size[size].steps[step] for size in sizes]
            times = f"{taken[-1].seconds / taken[0].seconds:.1f}"
            yield f"{engine}: {step}", *(f"{one.seconds:.1f} s, {one.peak / MIB:.0f} MiB" for one in taken), times
        whole = [by_size[size] for size in sizes]
        yield f"{engine}: all", *(f"{one.seconds:.1f} s" for one in whole), f"{whole[-1].seconds / whole[0].seconds:.1f} {ratio}"
        last = [one.steps["publish"] for one in whole]
        shown = (f"{one.size / MIB:.0f} MiB, {one.rows:,} rows" for one in last)
        yield f"{engine}: published", *shown, f"{last[-1].size / last[0].size:.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = _options().parse_args(arguments)
    if options.step:
        settings = Settings(Path(options.data_dir), os.environ["GX_WAREHOUSE_URL"])
        print(json.dumps(asdict(take_step(options.step, settings))))
        return 0
    say = Console(stderr=True)
    engines = options.engine or ["duckdb", "postgresql"]
    builds = list(measured(options.reports or (QUICK if options.quick else FULL), engines, say))
    heads = ["load, dbt, publish", *(f"{size:,} reports" for size in sorted({one.reports for one in builds})), "ratio"]
    if options.markdown:
        print("| " + " | ".join(heads) + " |")
        print("|---|" + "---:|" * (len(heads) - 1))
        print("\n".join("| " + " | ".join(row) + " |" for row in rows_of(builds)))
        print(f"\n{machine()}.")
        return 0
    table = Table(*heads, padding=(0, 1))
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows_of(builds):
        table.add_row(*row)
    print(machine())
    Console(width=None if sys.stdout.isatty() else 150).print(table)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works; its figures are noisy")
    parser.add_argument("--markdown", action="store_true", help="print the table for the README")
    parser.add_argument("--reports", type=int, nargs="+", help="other numbers of reports, from the smallest to the largest")
    parser.add_argument("--engine", action="append", choices=("duckdb", "postgresql"), help="this engine only")
    parser.add_argument("--step", choices=("load", "publish"), help=argparse.SUPPRESS)
    parser.add_argument("data_dir", nargs="?", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
