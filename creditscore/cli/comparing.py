"""The command that says what changes where one model takes the place of another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from creditscore.cli import _report_options as options
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
from creditscore.cli.reports import Folder, Threads, give, read_inputs, segments_of


def compare(
    before: Annotated[Path, typer.Argument(help="Folder of the model in use.")],
    after: Annotated[Path, typer.Argument(help="Folder of the model that would take its place.")],
    folder: Folder,
    cutoff: Annotated[float | None, typer.Option(help="Lowest score that the new model approves.")] = None,
    cutoff_before: Annotated[
        float | None, typer.Option(help="That of the model in use; default: the same.")
    ] = None,
    out: options.Out = None,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    segment: Annotated[str | None, typer.Option(help="Column of applications to part by.")] = None,
    sign_with: options.SignWith = None,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    threads: Threads = None,
) -> None:
    """Say whose score moves between two saved models, by what, and who flips.

    Example: creditscore compare model/ challenger/ --portfolio data/ --cutoff 560 --out change.html
    """
    from creditscore.assess.change import compare_models
    from creditscore.pipeline.facade import load
    from creditscore.report.change import change_report

    models = load(before, threads=threads), load(after, threads=threads)
    applications, portfolio, bad = read_inputs(
        folder, threads, standings_key, Read(timezone, dates_in, digits, pseudonyms_key), models
    )
    found = compare_models(
        *models, applications, portfolio, bad, cutoff=cutoff, cutoff_before=cutoff_before,
        segments=segments_of(applications, segment), seed=seed, threads=threads,
    )  # fmt: skip
    made = change_report(found, *models, language=language, calendar=calendar.value)
    give(options.signed(made, sign_with), out, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(compare)
