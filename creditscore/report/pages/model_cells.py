"""The table of combinations of sources on the page of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from creditscore.report.markup import Html
from creditscore.report.pages.parts import Column, table
from creditscore.report.writing import NOTHING, Writer


def cells_table(cells: Sequence[Mapping[str, Any]], writer: Writer) -> Html:
    """Write one line for each combination of groups of sources that has a calibration of its own."""
    names = (
        "performance.rows", "performance.bads", "metric.auc", "metric.calibration_slope",
        "performance.predicted", "performance.bad_rate",
    )  # fmt: skip
    columns = [
        Column(writer.word("sources.there")),
        *(Column(writer.word(name), numeric=True) for name in names),
    ]
    listed = [
        (
            ", ".join(writer.words_for("source", source) for source in row["sources"]),
            writer.number(row["applications"]),
            writer.number(row["bads"]),
            NOTHING if row["auc"] is None else writer.number(row["auc"], 4),
            NOTHING if row["slope"] is None else writer.number(row["slope"], 2),
            writer.percent(row["predicted"]),
            writer.percent(row["bad_rate"]),
        )
        for row in cells
    ]
    return table(writer.word("sources.cells_caption"), columns, listed, writer)
