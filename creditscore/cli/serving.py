"""Commands of the service: serve a model, and keep the keys of those who may ask."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore._ground.locking import locked
from creditscore.cli._folder import Json, PseudonymsKey, Read, StandingsKey, Timezone
from creditscore.cli._ledger import location_of
from creditscore.cli.ending import say
from creditscore.cli.signing import MaybeTrust, trust_of

if TYPE_CHECKING:
    from creditscore.service.store import Known

keys_app: typer.Typer = typer.Typer(help="Keys of those who may ask the service.", no_args_is_help=True)

KeysFile = Annotated[Path, typer.Argument(help="The file of keys; a secret stands in it as its hash only.")]


def serve(
    model: Annotated[Path, typer.Argument(help="The folder of the model.")],
    keys: Annotated[Path, typer.Option(help="The file of keys, from serve-keys.")],
    portfolio: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a portfolio on disk, or with tables as Parquet files: who is known by id."
        ),
    ] = None,
    ledger: Annotated[
        str | None, typer.Option(help="The file of the ledger, or postgresql://…, for decisions.")
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help="Where the key of the ledger is.")] = None,
    policy: Annotated[Path | None, typer.Option(help="JSON of the Policy that decides.")] = None,
    challenger: Annotated[
        Path | None, typer.Option(help="A model that is scored beside it and has no say.")
    ] = None,
    sign_with: Annotated[
        Path | None, typer.Option("--sign-with", help="The signing key, for records and proofs.")
    ] = None,
    trust: MaybeTrust = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 for any that is free.")] = 8080,
    certificate: Annotated[Path | None, typer.Option(help="PEM, for TLS.")] = None,
    private_key: Annotated[Path | None, typer.Option(help="PEM, for TLS.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="That score and decide.")] = 8,
    per_second: Annotated[float, typer.Option(min=0, help="Requests of a key; 0 for no limit.")] = 0.0,
    most_bytes: Annotated[int, typer.Option(min=1, help="Of a body.")] = 8 << 20,
    seconds: Annotated[float, typer.Option(help="Until an answer.")] = 30.0,
    grace: Annotated[float, typer.Option(help="Seconds to finish what has begun when stopped.")] = 30.0,
    traces: Annotated[
        str | None,
        typer.Option(help="Where spans are sent, as OTLP over HTTP: http://127.0.0.1:4318/v1/traces."),
    ] = None,
    trace_share: Annotated[float, typer.Option(min=0, max=1, help="Of requests that are traced.")] = 1.0,
    timezone: Timezone = None,
    standings_key: StandingsKey = None,
    pseudonyms_key: PseudonymsKey = None,
) -> None:
    """Serve a model over HTTP: scores, decisions, explanations, records. The log is JSON, a line a request.

    Example: creditscore serve model/ --keys keys.json --portfolio data/ --ledger decisions.db \
--key-file ledger.key --policy policy.json
    """
    from creditscore.service.app import Edge
    from creditscore.service.gate import Gate
    from creditscore.service.limits import Limits
    from creditscore.service.models import Models, ServedModel
    from creditscore.service.server import Address
    from creditscore.service.server import serve as run
    from creditscore.service.service import Service
    from creditscore.service.traces import Traces, traces_to
    from creditscore.signing.keys import SigningKey

    _check_pairs(ledger, key_file, "--ledger and --key-file")
    _check_pairs(certificate, private_key, "--certificate and --private-key")
    limits = Limits(
        most_bytes=most_bytes, seconds=seconds, threads=threads, per_second=per_second, grace_seconds=grace
    )
    gate, believed = Gate(keys, per_second=per_second), trust_of(trust)
    models = Models(
        ServedModel.open(model, policy, trust=believed),
        None if challenger is None else ServedModel.open(challenger, trust=believed),
        trust=believed,
    )
    service = Service(
        models, _known(portfolio, Read(timezone, pseudonyms=pseudonyms_key), standings_key, limits.most_rows),
        *_opened(ledger, key_file, Read(pseudonyms=pseudonyms_key)),
        None if sign_with is None else SigningKey.from_file(sign_with),
        traces=Traces() if traces is None else traces_to(traces, share=trace_share),
    )  # fmt: skip
    run(Edge(service, gate, limits), Address(host, port, certificate, private_key))


def _check_pairs(first: Path | str | None, second: Path | str | None, names: str) -> None:
    if (first is None) != (second is None):
        raise typer.BadParameter(f"give {names} together")


def _known(folder: Path | None, read: Read, standings_key: Path | None, most_rows: int) -> Known:
    from creditscore.cli._folder import read_portfolio
    from creditscore.data.folder.manifest import MANIFEST
    from creditscore.service.apart import apart
    from creditscore.service.store import FixedStore, FolderStore, Known, Reading, secret_in

    names = read.names()
    reading = Reading(read.timezone, privacy=secret_in(standings_key), pseudonyms=names)
    if folder is None:
        return Known(None, reading, most_rows)
    if (folder / MANIFEST).exists():
        return Known(FolderStore(folder, standings_key, names), reading, most_rows)
    if standings_key is None:
        return Known(FixedStore(apart(read_portfolio, folder, read=read)), reading, most_rows)
    portfolio = read_portfolio(folder, read=read, standings_key=standings_key)
    return Known(FixedStore(portfolio), reading, most_rows)


def _opened(ledger: str | None, key_file: Path | None, read: Read) -> tuple[Any, Any]:
    from creditscore.deciding.ledger.keys import read_key
    from creditscore.deciding.ledger.ledger import Ledger

    if ledger is None or key_file is None:
        return None, None
    key = read_key(key_file)
    location = location_of(ledger)
    found = Ledger.open(location, key=key)
    found.naming.hold(read.names())
    return found, (location, key)


@keys_app.command()
def add(
    file: KeysFile,
    name: Annotated[str, typer.Argument(help="Whose key it is: a name that may stand in logs.")],
    scope: Annotated[
        list[str], typer.Option(help="What it opens: score, decide, explain, audit, ingest, erase, look.")
    ],
    days: Annotated[int | None, typer.Option(min=1, help="After which it opens nothing.")] = None,
    per_second: Annotated[float | None, typer.Option(help="Requests a second.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key and print its secret, once. A name may have two while its caller changes over.

    Example: creditscore serve-keys add keys.json loans --scope score --scope decide --days 365
    """
    from creditscore.service.keys import ApiKeys

    until = None if days is None else datetime.now(UTC) + timedelta(days=days)
    secret, made = ApiKeys().with_new(name, scope, expires_at=until, per_second=per_second)
    with suppress(FileExistsError):
        ApiKeys().to_file(file, new=True)
    with locked(file):
        ApiKeys((*ApiKeys.from_file(file).keys, *made.keys)).to_file(file)
    say(secret, {"name": name, "secret": secret, "scopes": scope}, as_json=as_json)


@keys_app.command("list")
def listed(file: KeysFile, as_json: Json = False) -> None:
    """List keys: names, what they open, and until when."""
    from creditscore.service.keys import ApiKeys

    found = [key.to_plain() for key in ApiKeys.from_file(file).keys]
    for one in found:
        del one["sha256"]
    lines = [
        f"{one['name']} {','.join(one['scopes'])} {one['created_at']} {one['expires_at'] or ''}".rstrip()
        for one in found
    ]
    if lines or as_json:
        say("\n".join(lines), {"keys": found}, as_json=as_json)


@keys_app.command()
def revoke(
    file: KeysFile,
    name: Annotated[str, typer.Argument(help="Whose keys open nothing any more.")],
    as_json: Json = False,
) -> None:
    """Take all keys of a name out of the file; a running service reads it again on SIGHUP."""
    from creditscore.service.keys import ApiKeys

    with locked(file):
        before = ApiKeys.from_file(file)
        after = before.without(name)
        after.to_file(file)
    revoked = len(before.keys) - len(after.keys)
    say(f"{revoked} revoked", {"revoked": revoked}, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command()(serve)
    app.add_typer(keys_app, name="serve-keys")
