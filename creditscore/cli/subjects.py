"""Commands for what is kept of one person: hand it out, or take it out of everything."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from creditscore.cli import _report_options as options
from creditscore.cli._folder import Json, Read, Timezone, read_applications, read_portfolio
from creditscore.cli._ledger import opened
from creditscore.cli.ending import say
from creditscore.cli.reports import give
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio
    from creditscore.deciding.ledger.ledger import Ledger

subject_app: typer.Typer = typer.Typer(
    help="What is kept of one person: hand it out, or take it out of everything.", no_args_is_help=True
)

Folder = Annotated[Path, typer.Argument(help="Folder with the tables as <table>.parquet.")]
Subject = Annotated[str, typer.Argument(help="An id of the person, as the tables have it.")]
LedgerFile = Annotated[str | None, typer.Option("--ledger", help="The file or address of the ledger.")]
LedgerKey = Annotated[Path | None, typer.Option("--key-file", help="Where the key of the ledger is.")]


@subject_app.command("export")
def export(
    folder: Folder,
    subject: Subject,
    ledger: LedgerFile = None,
    key_file: LedgerKey = None,
    out: options.Out = None,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    timezone: Timezone = None,
    as_json: Json = False,
) -> None:
    """Write everything that files and ledger hold of one person; other people stand in it as numbers.

    Example: creditscore subject export data/ 4711 --ledger decisions.db --key-file ledger.key --out 4711.html
    """
    from creditscore.report.subject import subject_export

    read = Read(timezone)
    portfolio = read_portfolio(folder, read=read)
    with ExitStack() as stack:
        found = subject_export(
            portfolio, _known(portfolio, subject), applications=read_applications(folder, read),
            ledger=_ledger(stack, ledger, key_file), language=language, calendar=calendar.value,
        )  # fmt: skip
    give(found, out, as_json=as_json)


@subject_app.command("erase")
def erase(
    folder: Folder,
    subject: Subject,
    ledger: LedgerFile = None,
    key_file: LedgerKey = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
    timezone: Timezone = None,
    as_json: Json = False,
) -> None:
    """Take one person out of the files of a folder and, for ever, out of a ledger.

    Example: creditscore subject erase data/ 4711 --ledger decisions.db --key-file ledger.key --yes
    """
    from creditscore.data.about import ids_of
    from creditscore.privacy.erasing import destroy_keys
    from creditscore.privacy.folders import erase_from_folder

    portfolio = read_portfolio(folder, read=Read(timezone))
    ids = ids_of(portfolio, _known(portfolio, subject))
    if not yes:
        named = ", ".join(map(str, ids))
        typer.confirm(f"Erase {named} from {folder}? It cannot be undone.", abort=True, err=True)
    # Keys first: files tell which ids are one person's, so whoever is cut off between can begin again.
    with ExitStack() as stack:
        opened_ledger = _ledger(stack, ledger, key_file)
        keys = 0 if opened_ledger is None else destroy_keys(opened_ledger, ids)
        rows = erase_from_folder(folder, ids)
    if not rows and not keys:
        raise ParameterError.must_be("subject", "an id that a file of the folder or the ledger has", subject)
    counted = ", ".join(f"{name} {count:,}" for name, count in rows.items()) or "none"
    data = {"ids": list(ids), "rows": dict(rows), "keys": keys}
    say(f"rows: {counted}; keys destroyed: {keys:,}", data, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(subject_app, name="subject")


def _known(portfolio: Portfolio, given: str) -> int | str:
    """An id on the command line may be a text or a number: what the tables have decides."""
    whole = given.isascii() and given.removeprefix("-").isdecimal() and str(int(given)) == given
    if whole and not isinstance(portfolio.applicant_ids, tuple):
        return int(given)
    return given


def _ledger(stack: ExitStack, path: str | None, key_file: Path | None) -> Ledger | None:
    if (path is None) != (key_file is None):
        raise typer.BadParameter("give --ledger and --key-file together")
    return None if path is None or key_file is None else stack.enter_context(opened(path, key_file))
