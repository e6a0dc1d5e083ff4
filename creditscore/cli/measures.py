"""The command that computes the measures of the graph of all persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from creditscore._ground.instants import NEVER
from creditscore.cli._folder import (
    DateCalendar,
    Dates,
    DigitKind,
    DigitKinds,
    Json,
    PseudonymsKey,
    Read,
    StandingsKey,
    Timezone,
)
from creditscore.cli.ending import say
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

_SOURCES = ("ties", "payments")


class Grid(StrEnum):
    """How far apart the dates of a grid are."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


def measures(
    folder: Annotated[Path, typer.Argument(help="Folder with ties.parquet, standings.parquet ...")],
    grid: Annotated[Grid, typer.Option(help="How far apart the dates are.")] = Grid.MONTHLY,
    start: Annotated[str | None, typer.Option(help="First date; default: of the first event.")] = None,
    stop: Annotated[str | None, typer.Option(help="Last date; default: of the last event.")] = None,
    out: Annotated[Path | None, typer.Option(help="Default: measures.parquet in the folder.")] = None,
    min_known: Annotated[int, typer.Option(min=1, help="Fewest people that a value rests on.")] = 5,
    retention_days: Annotated[
        int | None, typer.Option(min=1, help="Count no adverse fact that ended longer ago; by law or policy.")
    ] = None,
    embeddings: Annotated[bool, typer.Option("--embeddings", help="Embed purchases as well.")] = False,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Default: one a processor.")] = None,
) -> None:
    """Compute shares of defaults around everyone, and how the graph is built, and write measures.parquet."""
    import pyarrow as pa

    from creditscore.cli._folder import ParquetFile, read_portfolio
    from creditscore.graph.embeddings import compute_embeddings
    from creditscore.graph.measures import Measures, calendar_grid, measures_by_date
    from creditscore.graph.settings import GraphSettings

    read = Read(timezone, dates_in, digits, pseudonyms_key)
    portfolio = read_portfolio(
        folder, read=read, without=("measures",), standings_key=standings_key, threads=threads
    )
    first, last = _ends(portfolio)
    dates = calendar_grid(start or first, stop or last, grid.value)
    if not dates:
        raise ParameterError.must_be("stop", f"such that a {grid.value} date lies after 'start'", stop)
    settings = GraphSettings(min_known=min_known)
    with ParquetFile(out or folder / "measures.parquet") as file:
        for blocks in measures_by_date(portfolio, dates, settings, threads, retention_days):
            found = Measures(tuple(blocks), portfolio.people.labels, settings, retention_days is not None)
            if len(found):
                file.write(pa.Table.from_pandas(found.to_frame(), preserve_index=False))
        if embeddings:
            embedded = replace(compute_embeddings(portfolio, dates), limited=retention_days is not None)
            file.write(pa.Table.from_pandas(embedded.to_frame(), preserve_index=False))
    if not file.rows:
        raise ParameterError("No measure is defined on these dates. Ties count once they are 90 days old.")
    text = f"{file.rows:,} rows of {len(dates)} dates, {dates[0]:%Y-%m-%d} to {dates[-1]:%Y-%m-%d}"
    data = {"file": str(file.path), "rows": file.rows, "dates": [f"{date:%Y-%m-%d}" for date in dates]}
    say(f"{text}: {file.path}", data, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(measures)


def _ends(portfolio: Portfolio) -> tuple[datetime, datetime]:
    """First and last event of ties and payments."""
    times = [portfolio.tables[name].times[0] for name in _SOURCES if name in portfolio.tables]
    filled = [column[column != NEVER] for column in times if column.size]
    if not filled:
        raise ParameterError("The folder has no ties and no payments. Add one of the two files.")
    first, last = min(int(t.min()) for t in filled), max(int(t.max()) for t in filled)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + timedelta(microseconds=first), epoch + timedelta(microseconds=last)
