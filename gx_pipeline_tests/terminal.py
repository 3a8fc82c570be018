"""Calls of the command line, and what its tables line up to."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from rich.cells import cell_len
from typer.testing import CliRunner

from gx_pipeline.cli import app


def call(*arguments: object, data_dir: Path | None = None, width: int = 200) -> Result:
    env = {"GX_DATA_DIR": str(data_dir) if data_dir else "", "GX_WAREHOUSE_URL": "", "COLUMNS": str(width)}
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=env)


def borders(line: str) -> tuple[int, ...]:
    """Where the column borders of a printed table's line stand, in columns of the terminal."""
    return tuple(cell_len(line[:at]) for at, character in enumerate(line) if character in "│┃")


def row_of(output: str, label: str) -> list[str]:
    """The cells behind a label in a printed table."""
    line = next(line for line in output.splitlines() if line.startswith("│") and label in line)
    return [cell.strip() for cell in line.split("│")[2:-1]]
