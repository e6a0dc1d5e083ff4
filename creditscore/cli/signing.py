"""Commands for signing keys: make, show, trust, rotate, revoke, and sign what is there already."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore._ground.locking import locked
from creditscore.cli._folder import Json
from creditscore.cli.ending import say

if TYPE_CHECKING:
    from creditscore.signing.trust import Trust, TrustedKey

SignWith = Annotated[Path, typer.Option("--sign-with", help="The file of the signing key.")]
TrustFile = Annotated[Path, typer.Option("--trust", help="The trust file: names, public keys, times.")]
MaybeTrust = Annotated[
    Path | None, typer.Option("--trust", help="A trust file: whose signatures are believed.")
]
AsOf = Annotated[
    str, typer.Option("--as-of", help="A moment with a zone, such as 2026-11-29T10:00:00+00:00.")
]


class For(StrEnum):
    """What a key is trusted for."""

    LENDER = "lender"
    VENDOR = "vendor"
    WITNESS = "witness"


_app = typer.Typer(help="Keep signing keys: make, show, rotate, revoke, sign.", no_args_is_help=True)


@_app.command()
def new(
    key_file: Annotated[Path, typer.Argument(help="A new file, for the owner's eyes only.")],
    name: Annotated[str, typer.Option(help="Whose key it is, such as lender.example.")],
    trust: MaybeTrust = None,
    roles: Annotated[
        list[For] | None,
        typer.Option(
            "--for",
            help="What it is trusted for: lender (the default: decisions, reports, models, policies, heads "
            "of their ledger), vendor (models alone), witness (heads of others alone).",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a signing key, in a file that only its owner may read; add its public key to a trust file."""
    from creditscore.errors import SigningError
    from creditscore.signing import moments
    from creditscore.signing.keys import SigningKey
    from creditscore.signing.trust import LENDER, ROLES, Trust, TrustedKey

    key = SigningKey.new(name)
    trusted_for = [role for role in ROLES if role in (roles or (LENDER,))]
    public = TrustedKey.of(key, valid_from=moments.now(), roles=trusted_for)
    if trust is not None and trust.exists():
        Trust.from_file(trust)  # refuses, before a key is made
    key.to_file(key_file)
    if trust is not None:
        with suppress(SigningError):
            Trust().save(trust, new=True)
        with locked(trust):
            Trust.from_file(trust).with_key(public).save(trust)
    _show([public], as_json=as_json)


@_app.command()
def show(
    path: Annotated[Path, typer.Argument(help="A trust file, or the file of a signing key.")],
    as_json: Json = False,
) -> None:
    """Show public keys: whose, from when, until when, and whether they were revoked."""
    from creditscore.errors import SigningError
    from creditscore.signing.keys import SigningKey
    from creditscore.signing.trust import Trust, TrustedKey

    try:
        keys = list(Trust.from_file(path).keys)
    except SigningError:
        keys = [TrustedKey.of(SigningKey.from_file(path))]
    _show(keys, as_json=as_json)


@_app.command()
def rotate(
    key_file: Annotated[Path, typer.Argument(help="The file of the key that is followed.")],
    new_file: Annotated[Path, typer.Argument(help="A new file for the one that follows.")],
    trust: TrustFile,
    as_json: Json = False,
) -> None:
    """Make a key that follows another: from now on the new one is trusted, until now the old one."""
    from creditscore.signing.keys import SigningKey
    from creditscore.signing.trust import Trust

    old = SigningKey.from_file(key_file)
    key = SigningKey.new(old.name)
    with locked(trust):
        after = Trust.from_file(trust).rotated(old.key_id, key)
        key.to_file(new_file)
        after.save(trust)
    _show(list(after.keys), as_json=as_json)


@_app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The id of the key, as `keys show` prints it.")],
    trust: TrustFile,
    as_of: AsOf,
    as_json: Json = False,
) -> None:
    """Trust nothing any more that a key signed at a moment or later."""
    from creditscore.signing.trust import Trust

    moment = moment_of(as_of)
    with locked(trust):
        after = Trust.from_file(trust).revoked(key_id, as_of=moment)
        after.save(trust)
    _show(list(after.keys), as_json=as_json)


@_app.command()
def sign(
    path: Annotated[Path, typer.Argument(help="A saved model, or a record, report or policy as JSON.")],
    sign_with: SignWith,
    as_json: Json = False,
) -> None:
    """Sign what was written before: its signature is written into the file, or beside a model's manifest."""
    from creditscore.pipeline.signed import sign_path
    from creditscore.signing.keys import SigningKey

    signature = sign_path(path, SigningKey.from_file(sign_with))
    say(f"{signature.kind} signed with key {signature.key_id}", signature.to_plain(), as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(_app, name="keys")


def moment_of(text: str) -> datetime:
    """Read a moment with a zone from the command line."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no moment such as 2026-11-29T10:00:00+00:00") from error
    if found.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no zone: write 2026-11-29T10:00:00+00:00")
    return found


def trust_of(path: Path | None) -> Trust | None:
    """Read a trust file, if one is named."""
    from creditscore.signing.trust import Trust

    return None if path is None else Trust.from_file(path)


def _show(keys: list[TrustedKey], *, as_json: bool) -> None:
    data: dict[str, Any] = {"keys": [key.to_plain() for key in keys]}
    lines = []
    for key in data["keys"]:
        until = f" until {key['valid_until']}" if key["valid_until"] else ""
        revoked = f" revoked as of {key['revoked_as_of']}" if key["revoked_as_of"] else ""
        roles = " ".join(key["roles"])
        lines.append(f"{key['key_id']} {key['name']} {roles} from {key['valid_from']}{until}{revoked}")
    say("\n".join(lines), data, as_json=as_json)
