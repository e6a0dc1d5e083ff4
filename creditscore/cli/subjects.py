"""Commands for what is kept of one person: hand it out, or take it out of everything."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from creditscore.cli import _report_options as options
from creditscore.cli._folder import (
    Json,
    PseudonymsKey,
    Read,
    Timezone,
    read_applications,
    read_portfolio,
)
from creditscore.cli._ledger import opened
from creditscore.cli.ending import say
from creditscore.cli.reports import give
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.data.applications import Applications
    from creditscore.data.portfolio import Portfolio
    from creditscore.data.pseudonyms import Pseudonyms
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
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Write everything that files and ledger hold of one person; other people stand in it as numbers.

    Example: creditscore subject export data/ 4711 --ledger decisions.db --key-file ledger.key --out 4711.html
    """
    from creditscore.report.subject import subject_export

    read = Read(timezone, pseudonyms=pseudonyms_key)
    portfolio, applications = read_portfolio(folder, read=read), read_applications(folder, read)
    names = read.names()
    who = _known(portfolio, subject) if names is None else _named(names, subject, portfolio, applications)
    with ExitStack() as stack:
        found = subject_export(
            portfolio, who, applications=applications,
            ledger=_ledger(stack, ledger, key_file, names), language=language, calendar=calendar.value,
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
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Take one person out of the files of a folder and, for ever, out of a ledger.

    With --pseudonyms-key they are in the ledger and in measures under their pseudonyms, and in the other
    files as they are given.

    Example: creditscore subject erase data/ 4711 --ledger decisions.db --key-file ledger.key --yes
    """
    from creditscore.data.about import ids_of
    from creditscore.privacy.erasing import destroy_keys
    from creditscore.privacy.folders import erase_from_folder

    names = Read(pseudonyms=pseudonyms_key).names()
    # Measures of a portfolio under pseudonyms are under pseudonyms, and do not tell which ids are one person.
    portfolio = read_portfolio(folder, read=Read(timezone), without=() if names is None else ("measures",))
    ids = ids_of(portfolio, _known(portfolio, subject))
    named = [] if names is None else [names.of(one) for one in ids]
    if not yes:
        whom = ", ".join(map(str, ids))
        typer.confirm(f"Erase {whom} from {folder}? It cannot be undone.", abort=True, err=True)
    # Keys first: files tell which ids are one person's, so whoever is cut off between can begin again.
    with ExitStack() as stack:
        opened_ledger = _ledger(stack, ledger, key_file, names)
        keys = 0 if opened_ledger is None else destroy_keys(opened_ledger, [*ids, *named])
        rows = erase_from_folder(folder, [*ids, *named])
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
    if _is_whole(given) and not isinstance(portfolio.applicant_ids, tuple):
        return int(given)
    return given


def _is_whole(given: str) -> bool:
    return given.isascii() and given.removeprefix("-").isdecimal() and str(int(given)) == given


def _named(names: Pseudonyms, given: str, portfolio: Portfolio, applications: Applications | None) -> str:
    """Return the pseudonym of an id, which may have been a text or a number: that which somebody has."""
    one = names.of(given)
    other = names.of(int(given)) if _is_whole(given) else one
    asked = () if applications is None else applications.applicant_ids
    return other if portfolio.code(other) >= 0 or other in asked else one


def _ledger(
    stack: ExitStack, path: str | None, key_file: Path | None, names: Pseudonyms | None
) -> Ledger | None:
    if (path is None) != (key_file is None):
        raise typer.BadParameter("give --ledger and --key-file together")
    if path is None or key_file is None:
        return None
    found = stack.enter_context(opened(path, key_file))
    if names is not None:
        found.naming.refuse_another(names)
    return found
