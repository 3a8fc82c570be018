"""A parsed report with other figures in its cells, as if they had been printed: thousands of reports for one that is parsed.

Does not belong here: the figures (`figures`), and whether they are read rightly (`scoring`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gx_pipeline.forms import CellKey
from gx_pipeline.parsing import ParsedReport
from gx_pipeline_tests.generated.compose import printed
from gx_pipeline_tests.generated.model import Figure


def refigured(report: ParsedReport, figures: Mapping[CellKey, Figure]) -> ParsedReport:
    """The report with these figures; the cells that are not named keep theirs."""
    return replace(
        report,
        cells=tuple(
            cell._replace(value=figure.value, state=figure.state, raw=printed(figure, "/"))
            if (figure := figures.get(cell.key))
            else cell
            for cell in report.cells
        ),
    )
