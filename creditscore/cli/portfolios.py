"""Commands for portfolios on disk: write, append, compact, check, score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    read_portfolio,
    read_table,
)
from creditscore.cli.ending import FINDING, say
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.data.folder.folder import PortfolioFolder
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.scoring.mismatch import OnMismatch

Home = Annotated[Path, typer.Argument(help="The folder of the portfolio on disk.")]
Tables = Annotated[Path, typer.Argument(help="Folder with payments.parquet, loans.parquet ...")]

portfolio_app: typer.Typer = typer.Typer(
    help="Keep portfolios on disk: write, append, fold the log, check, score.", no_args_is_help=True
)


@portfolio_app.command()
def write(
    tables: Tables,
    folder: Home,
    overwrite: Annotated[bool, typer.Option(help="Replace the portfolio that stands there.")] = False,
    set_aside: Annotated[bool, typer.Option(help="Set rows that break a rule aside.")] = False,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Write the tables of a folder as a portfolio on disk."""
    read = Read(timezone, dates_in, digits, pseudonyms_key)
    portfolio = read_portfolio(tables, read=read, standings_key=standings_key, set_aside=set_aside)
    portfolio.write(folder, overwrite=overwrite)
    rows = {name: table.n_rows for name, table in portfolio.tables.items()}
    say(repr(portfolio), {"applicants": portfolio.n_applicants, "rows": rows}, as_json=as_json)


@portfolio_app.command()
def append(
    folder: Home,
    tables: Tables,
    standings_key: StandingsKey = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Append the tables of a folder, all of them or nothing; they are on disk when it ends."""
    from creditscore.data.tables.contracts import CONTRACTS

    files = {name: tables / f"{name}.parquet" for name in CONTRACTS}
    given = {name: read_table(path) for name, path in files.items() if path.exists()}
    if not given:
        raise ParameterError.must_be("tables", "a folder with tables as Parquet files", str(tables))
    home = _opened(folder, standings_key, pseudonyms_key)
    done = home.append(given, calendar=dates_in.value, digits=digits.value)
    found = {"entry": done.number, "rows": dict(done.rows), "hints": list(done.hints)}
    say("\n  hint: ".join([repr(done), *done.hints]), found, as_json=as_json)


@portfolio_app.command()
def compact(folder: Home, standings_key: StandingsKey = None, as_json: Json = False) -> None:
    """Fold the log into new files."""
    opened = _opened(folder, standings_key)
    folded = opened.compact()
    say(repr(opened), {"folded": folded}, as_json=as_json)


@portfolio_app.command()
def check(folder: Home, standings_key: StandingsKey = None, as_json: Json = False) -> None:
    """Hold every byte against its hash and every number against its range; status 1 if something is wrong."""
    from creditscore.data.folder.condition import examine

    found = examine(folder, _privacy(standings_key))
    say(str(found), found.to_dict(), as_json=as_json)
    if not found.ok:
        raise typer.Exit(FINDING)


@portfolio_app.command()
def score(
    folder: Home,
    model: Annotated[Path, typer.Argument(help="Folder of the saved model.")],
    applications: Annotated[Path, typer.Argument(help="Parquet file of the applications.")],
    out: Annotated[Path, typer.Argument(help="Folder for the scores; one that was begun is carried on.")],
    part: Annotated[int, typer.Option(min=1, help="Applications a file.")] = 50_000,
    count: Annotated[bool, typer.Option(help="Count mismatches; default: refuse.")] = False,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Score applications part by part into Parquet files."""
    from creditscore.data.applications import Applications
    from creditscore.data.portfolio import Portfolio
    from creditscore.scoring.in_parts import score_in_parts
    from creditscore.scoring.loading import load_scoring_model

    read = Read(timezone, dates_in, digits, pseudonyms_key)
    asked = Applications(read_table(applications), **read.settings())
    portfolio = Portfolio.open(folder, privacy=_privacy(standings_key), pseudonyms=read.names())
    how: OnMismatch = "count" if count else "refuse"
    done = score_in_parts(load_scoring_model(model), asked, portfolio, out, part=part, on_mismatch=how)
    found = {"applications": done.applications, "scored": done.scored, "parts": done.parts}
    say(repr(done), found | {"resumed": done.resumed}, as_json=as_json)


def _opened(folder: Path, standings_key: Path | None, pseudonyms: Path | None = None) -> PortfolioFolder:
    from creditscore.data.folder.folder import PortfolioFolder

    names = Read(pseudonyms=pseudonyms).names()
    return PortfolioFolder(folder, privacy=_privacy(standings_key), pseudonyms=names)


def _privacy(standings_key: Path | None) -> StandingPrivacy | None:
    from creditscore.data.network.privacy import StandingPrivacy

    return None if standings_key is None else StandingPrivacy.from_file(standings_key)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(portfolio_app, name="portfolio")
