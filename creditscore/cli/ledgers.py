"""Commands for whoever keeps a ledger: keys, backups, lists, erasures, registers, heads and proofs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore.cli import databases, entering, proving
from creditscore.cli._folder import Json
from creditscore.cli._ledger import File, KeyFile, location_of, opened
from creditscore.cli.ending import say
from creditscore.errors import LedgerError

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger

Patience = Annotated[float, typer.Option(help="Seconds to wait while another process writes.")]
Anchor = Annotated[str | None, typer.Option(help="A head of the ledger, kept elsewhere.")]

ledger_app: typer.Typer = typer.Typer(
    help="Keep a ledger: keys, backups, lists, erasures, registers, heads and proofs.", no_args_is_help=True
)


@ledger_app.command()
def new_key(
    key_file: Annotated[Path, typer.Argument(help="A new file, for the owner's eyes only.")],
    as_json: Json = False,
) -> None:
    """Make a random master key, in a file that only its owner may read."""
    from creditscore.deciding.ledger.keys import new_key as random_key

    try:
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(random_key().hex() + "\n")
    except OSError as error:
        raise LedgerError(f"The key file {key_file} cannot be made: {error.strerror}.") from error
    if as_json:
        say("", {"key_file": str(key_file)}, as_json=True)


@ledger_app.command()
def new(path: File, key_file: KeyFile, as_json: Json = False) -> None:
    """Begin a ledger, in which nothing stands yet; print its head."""
    from creditscore.deciding.ledger.keys import read_key
    from creditscore.deciding.ledger.ledger import Ledger

    location = location_of(path)
    if isinstance(location, Path) and location.exists():
        raise LedgerError(f"{location} is there already. Name a new file.")
    with Ledger.open(location, key=read_key(key_file)) as ledger:
        head = ledger.head
    if head.sequence:
        raise LedgerError(f"There is a ledger already; it holds {head.sequence:,} entries.")
    say(str(head), {"head": str(head)}, as_json=as_json)


@ledger_app.command()
def backup(
    path: File,
    new: Annotated[str, typer.Argument(help="A new file, or an address with a new schema.")],
    key_file: KeyFile,
    anchor: Anchor = None,
    patience: Patience = 60.0,
    as_json: Json = False,
) -> None:
    """Write a verified copy of the ledger, also while others append; print its head."""
    with opened(path, key_file, patience) as ledger:
        head = ledger.backup(location_of(new), anchor=anchor).head
    say(str(head), {"head": str(head)}, as_json=as_json)


@ledger_app.command()
def restore(
    path: Annotated[str, typer.Argument(help="A backup.")],
    new: Annotated[str, typer.Argument(help="Where the ledger shall be: nothing is replaced.")],
    key_file: KeyFile,
    anchor: Anchor = None,
    patience: Patience = 60.0,
    as_json: Json = False,
) -> None:
    """Verify a backup and write it to where the ledger shall be; print its head."""
    backup(path, new, key_file, anchor, patience, as_json)


@ledger_app.command()
def rotate(
    path: File,
    key_file: KeyFile,
    new_key_file: Annotated[Path, typer.Option(help="The new key, as made by new-key.")],
    patience: Patience = 60.0,
    as_json: Json = False,
) -> None:
    """Replace the master key; the old one opens nothing any more but older backups."""
    from creditscore.deciding.ledger.keys import read_key

    with opened(path, key_file, patience) as ledger:
        done = ledger.rotate(read_key(new_key_file))
    text = f"{done.keys} keys wrapped anew{_left(path, done.purged)}"
    say(text, {"keys": done.keys, "purged": done.purged}, as_json=as_json)


@ledger_app.command("list")
def listed(
    path: File,
    key_file: KeyFile,
    subject: Annotated[str | None, typer.Option(help="A pseudonym, or the id of an applicant.")] = None,
    application: Annotated[str | None, typer.Option(help="The id of an application.")] = None,
    patience: Patience = 60.0,
    as_json: Json = False,
) -> None:
    """List decisions, oldest first: id, time, and whether it was erased."""
    with opened(path, key_file, patience) as ledger:
        found = _found(ledger, subject, application)
    data = [
        {
            "decision_id": one.decision_id,
            "appended_at": one.appended_at.isoformat(),
            "readable": one.readable,
        }
        for one in found
    ]
    lines = [
        f"{one['decision_id']} {one['appended_at']}{'' if one['readable'] else ' erased'}" for one in data
    ]
    if lines or as_json:
        say("\n".join(lines), {"decisions": data}, as_json=as_json)


@ledger_app.command()
def erase(
    path: File,
    key_file: KeyFile,
    subject: Annotated[str, typer.Option(help="A pseudonym, or the id of an applicant.")],
    patience: Patience = 60.0,
    as_json: Json = False,
) -> None:
    """Forget a subject for ever: destroy their keys, and note that it was done."""
    with opened(path, key_file, patience) as ledger:
        name = next((known for known in _ids(subject) if ledger.find(subject=known)), subject)
        done = ledger.erase(name)
    text = f"{done.keys} keys destroyed{_left(path, done.purged)}"
    say(text, {"keys": done.keys, "purged": done.purged}, as_json=as_json)


@ledger_app.command()
def purge(path: File, key_file: KeyFile, patience: Patience = 60.0, as_json: Json = False) -> None:
    """Empty the write-ahead log, so that nothing that was erased is left in it."""
    from creditscore.deciding.ledger.stores import is_address

    with opened(path, key_file, patience) as ledger:
        if not ledger.purge():
            raise LedgerError(
                "Logs of PostgreSQL keep what was erased until they are recycled; rotate the master key, and "
                "it is worthless."
                if is_address(path)
                else "The ledger is in use. Purge it once no other process reads it."
            )
    if as_json:
        say("", {"purged": True}, as_json=True)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    proving.add_to(ledger_app)
    entering.add_to(ledger_app)
    databases.add_to(ledger_app)
    app.add_typer(ledger_app, name="ledger")


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


def _left(path: str, purged: bool) -> str:
    from creditscore.deciding.ledger.stores import is_address

    if purged:
        return ""
    if is_address(path):
        return "; the server's log keeps what was there until it is recycled"
    return "; the log is in use: run `creditscore ledger purge` later"
