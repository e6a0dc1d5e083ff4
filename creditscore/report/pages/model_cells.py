"""What stood of each source, and of combinations of them, on the page of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from creditscore.data.tables.vocabularies import PURPOSES
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
            writer.word("law.and").join(writer.words_for("source", source) for source in row["sources"])
            or writer.word("sources.none"),
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


def states_table(states: Sequence[Mapping[str, Any]], writer: Writer) -> Html:
    """Write one line for each way in which a source stood, with the purposes for which it did."""
    columns = [
        Column(writer.word("sources.source")),
        Column(writer.word("sources.purposes")),
        Column(writer.word("data.state")),
        Column(writer.word("performance.rows"), numeric=True),
        Column(writer.word("sources.share"), numeric=True),
    ]
    listed = [
        (
            writer.words_for("source", row["source"]),
            _purposes(row["purposes"], writer),
            writer.word(f"state.{row['state']}"),
            writer.number(row["applications"]),
            writer.percent(row["share"]),
        )
        for row in states
    ]
    return table(writer.word("sources.states_caption"), columns, listed, writer)


def _purposes(purposes: Sequence[str], writer: Writer) -> str:
    if len(purposes) == len(PURPOSES):
        return writer.word("sources.every_purpose")
    return writer.word("law.and").join(writer.words_for("for", name) for name in purposes)
