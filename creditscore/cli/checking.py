"""The command that checks the quality of a folder of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from creditscore.cli._folder import (
    DateCalendar,
    Dates,
    DigitKind,
    DigitKinds,
    Json,
    PseudonymsKey,
    Read,
    Timezone,
    read_applications,
    read_portfolio,
)
from creditscore.cli.ending import FINDING, say


def check(
    folder: Annotated[Path, typer.Argument(help="Folder with payments.parquet, loans.parquet ...")],
    bounds: Annotated[
        Path | None, typer.Option(help="TOML or JSON file of the bounds; default: those of QualityBounds.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write a page (.html) or JSON (.json).")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Moment of the check; default: when the last row became known.")
    ] = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Check tables for gaps, repeats, impossible times, other units and drift; status 1 if there are."""
    from creditscore.data.quality.bounds import QualityBounds

    chosen = QualityBounds() if bounds is None else QualityBounds.from_file(bounds)
    read = Read(timezone, dates_in, digits, pseudonyms_key)
    portfolio = read_portfolio(folder, read=read, set_aside=True)
    quality = portfolio.quality(read_applications(folder, read), bounds=chosen, as_of=as_of)
    if out is not None:
        quality.save(out)
    say(str(quality), quality.to_dict(), as_json=as_json)
    if not quality.ok:
        raise typer.Exit(FINDING)


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(check)
