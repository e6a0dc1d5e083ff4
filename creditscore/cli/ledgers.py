"""Commands for whoever keeps a ledger: keys, backups, lists, erasures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from creditscore.errors import LedgerError

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger

File = Annotated[Path, typer.Argument(help="The file of the ledger.")]
KeyFile = Annotated[Path, typer.Option(help="Where its key is: 32 bytes, or 64 hexadecimal digits.")]
Patience = Annotated[float, typer.Option(help="Seconds to wait while another process writes.")]
Anchor = Annotated[str | None, typer.Option(help="A head of the ledger, kept elsewhere.")]

_app = typer.Typer(help="Keep a ledger: keys, backups, lists, erasures.", no_args_is_help=True)


@_app.command()
def new_key(key_file: Annotated[Path, typer.Argument(help="A new file, for the owner's eyes only.")]) -> None:
    """Make a random master key, in a file that only its owner may read."""
    from creditscore.deciding.ledger.keys import new_key as random_key

    try:
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(random_key().hex() + "\n")
    except OSError as error:
        raise LedgerError(f"The key file {key_file} cannot be made: {error.strerror}.") from error


@_app.command()
def backup(
    path: File,
    new: Annotated[Path, typer.Argument(help="A new file.")],
    key_file: KeyFile,
    anchor: Anchor = None,
    patience: Patience = 60.0,
) -> None:
    """Write a verified copy of the ledger, also while others append; print its head."""
    with _opened(path, key_file, patience) as ledger:
        _say(ledger.backup(new, anchor=anchor).head)


@_app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="A backup.")],
    new: Annotated[Path, typer.Argument(help="Where the ledger shall be; no file is replaced.")],
    key_file: KeyFile,
    anchor: Anchor = None,
    patience: Patience = 60.0,
) -> None:
    """Verify a backup and write it to where the ledger shall be; print its head."""
    backup(path, new, key_file, anchor, patience)


@_app.command()
def rotate(
    path: File,
    key_file: KeyFile,
    new_key_file: Annotated[Path, typer.Option(help="The new key, as made by new-key.")],
    patience: Patience = 60.0,
) -> None:
    """Replace the master key; the old one opens nothing any more but older backups."""
    from creditscore.deciding.ledger.keys import read_key

    with _opened(path, key_file, patience) as ledger:
        done = ledger.rotate(read_key(new_key_file))
    _say(f"{done.keys} keys wrapped anew{_left(done.purged)}")


@_app.command("list")
def listed(
    path: File,
    key_file: KeyFile,
    subject: Annotated[str | None, typer.Option(help="A pseudonym, or the id of an applicant.")] = None,
    application: Annotated[str | None, typer.Option(help="The id of an application.")] = None,
    patience: Patience = 60.0,
) -> None:
    """List decisions, oldest first: id, time, and whether it was erased."""
    with _opened(path, key_file, patience) as ledger:
        for one in _found(ledger, subject, application):
            _say(f"{one.decision_id} {one.appended_at.isoformat()}{'' if one.readable else ' erased'}")


@_app.command()
def erase(
    path: File,
    key_file: KeyFile,
    subject: Annotated[str, typer.Option(help="A pseudonym, or the id of an applicant.")],
    patience: Patience = 60.0,
) -> None:
    """Forget a subject for ever: destroy their keys, and note that it was done."""
    with _opened(path, key_file, patience) as ledger:
        name = next((known for known in _ids(subject) if ledger.find(subject=known)), subject)
        done = ledger.erase(name)
    _say(f"{done.keys} keys destroyed{_left(done.purged)}")


@_app.command()
def purge(path: File, key_file: KeyFile, patience: Patience = 60.0) -> None:
    """Empty the write-ahead log, so that nothing that was erased is left in it."""
    with _opened(path, key_file, patience) as ledger:
        if not ledger.purge():
            raise LedgerError("The ledger is in use. Purge it once no other process reads it.")


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(_app, name="ledger")


def _opened(path: Path, key_file: Path, patience: float) -> Ledger:
    from creditscore.deciding.ledger.keys import read_key
    from creditscore.deciding.ledger.ledger import Ledger

    return Ledger.open(path, key=read_key(key_file), create=False, patience=patience)


def _found(ledger: Ledger, subject: str | None, application: str | None) -> list[Any]:
    """An id on the command line may be a text or a number; a ledger tells the two apart."""
    if (subject is None) == (application is None):
        raise typer.BadParameter("give either --subject or --application")
    if subject is not None:
        return [one for known in _ids(subject) for one in ledger.find(subject=known)]
    return [one for known in _ids(str(application)) for one in ledger.find(application_id=known)]


def _ids(given: str) -> list[int | str]:
    whole = given.isascii() and given.removeprefix("-").isdecimal() and str(int(given)) == given
    return [given, int(given)] if whole else [given]


def _left(purged: bool) -> str:
    return "" if purged else "; the log is in use: run `creditscore ledger purge` later"


def _say(what: object) -> None:
    Console().print(str(what), markup=False, highlight=False, soft_wrap=True)
