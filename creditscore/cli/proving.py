"""Commands by which a ledger proves what it holds: registers, heads, receipts, proofs, tiles, witnesses."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from creditscore.cli._folder import Json
from creditscore.cli._ledger import File, KeyFile, opened
from creditscore.cli.ending import say
from creditscore.cli.signing import MaybeTrust, SignWith, TrustFile, moment_of, trust_of

Out = Annotated[Path | None, typer.Option(help="A file to write; by default it is printed.")]
Since = Annotated[str | None, typer.Option("--from", help="In force from this moment on; default: now.")]


def head(path: File, key_file: KeyFile, sign_with: SignWith, out: Out = None, as_json: Json = False) -> None:
    """Sign what the ledger holds now: publish it, or give it to somebody who keeps it."""
    from creditscore.signing.keys import SigningKey

    key = SigningKey.from_file(sign_with)
    with opened(path, key_file) as ledger:
        signed = ledger.tree.sign(key)
    data = {"origin": signed.head.origin, "size": signed.head.size, "root": signed.head.root.hex()}
    _give(signed.text, data | {"head": signed.text}, out, as_json=as_json)


def receipt(
    path: File,
    key_file: KeyFile,
    entry_id: Annotated[str, typer.Option("--id", help="The id of the decision, or such as ID/review/1.")],
    sign_with: Annotated[Path | None, typer.Option(help="The key of the ledger, to sign its head.")] = None,
    head: Annotated[Path | None, typer.Option(help="A head that is signed already, in its stead.")] = None,
    out: Out = None,
    cose: Annotated[Path | None, typer.Option(help="Also write it as a COSE Receipt (RFC 9942).")] = None,
    as_json: Json = False,
) -> None:
    """Prove that a decision, or what was done with it, is in the ledger, for whom it concerns."""
    from creditscore._ground.files import write_whole
    from creditscore.deciding.ledger.trusted import read_head
    from creditscore.signing.keys import SigningKey

    if (sign_with is None) == (head is None) or (cose is not None and sign_with is None):
        raise typer.BadParameter("give either --sign-with or --head; --cose needs --sign-with")
    key = None if sign_with is None else SigningKey.from_file(sign_with)
    with opened(path, key_file) as ledger:
        under = ledger.tree.sign(key) if key is not None else read_head(head or "")
        found = ledger.tree.receipt(entry_id, under)
    if cose is not None and key is not None:
        write_whole(cose, found.to_cose(key))
    _give(found.to_json(), found.to_plain(), out, as_json=as_json)


def consistency(
    path: File,
    key_file: KeyFile,
    first: Annotated[int, typer.Option("--from", min=0, help="Entries of the earlier head.")],
    second: Annotated[int | None, typer.Option("--to", min=0, help="Of the later; default: all.")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Prove that the ledger only grew from one head to another."""
    with opened(path, key_file) as ledger:
        proof = ledger.tree.consistency(first, second).to_plain()
    _give(json.dumps(proof), proof, out, as_json=as_json)


def witness(
    new: Annotated[Path, typer.Argument(help="The head to sign.")],
    trust: TrustFile,
    sign_with: SignWith,
    before: Annotated[Path | None, typer.Option(help="The last head that this witness signed.")] = None,
    proof: Annotated[Path | None, typer.Option(help="That the ledger only grew since then.")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Sign a head of somebody else's ledger, if it only grew since the one before."""
    from creditscore._ground.canonical import read_json
    from creditscore._ground.files import read_bounded
    from creditscore.deciding.ledger.trusted import read_head
    from creditscore.signing.keys import SigningKey
    from creditscore.signing.trust import Trust
    from creditscore.transparency.heads import witness as cosigned
    from creditscore.transparency.proofs import ConsistencyProof

    plain = None if proof is None else read_json(read_bounded(proof, 1 << 16), str(proof))
    signed = cosigned(
        read_head(new),
        None if before is None else read_head(before),
        None if plain is None else ConsistencyProof.from_plain(plain),
        trust=Trust.from_file(trust),
        key=SigningKey.from_file(sign_with),
    )
    _give(signed.text, {"head": signed.text}, out, as_json=as_json)


def publish(
    path: File,
    folder: Annotated[Path, typer.Argument(help="Where tiles of this ledger lie, or a new folder.")],
    key_file: KeyFile,
    sign_with: SignWith,
    as_json: Json = False,
) -> None:
    """Write the tree as plain files that any web server can hand out; nothing in them is about anybody."""
    from creditscore.signing.keys import SigningKey

    key = SigningKey.from_file(sign_with)
    with opened(path, key_file) as ledger:
        signed = ledger.tree.publish(folder, key)
    say(f"{signed.head.size} entries in {folder}", {"head": signed.text}, as_json=as_json)


def check_tiles(
    folder: Annotated[Path, typer.Argument(help="Tiles of a ledger, whoever's.")],
    trust: TrustFile,
    as_json: Json = False,
) -> None:
    """Compute a published tree anew from its leaves; print its head."""
    from creditscore.signing.trust import Trust
    from creditscore.transparency.tiles import Tiles

    signed = Tiles(folder).check(Trust.from_file(trust))
    say(signed.text.rstrip("\n"), {"head": signed.text, "size": signed.head.size}, as_json=as_json)


def register_model(
    path: File,
    model: Annotated[Path, typer.Argument(help="The folder of the model.")],
    key_file: KeyFile,
    since: Since = None,
    trust: MaybeTrust = None,
    as_json: Json = False,
) -> None:
    """Enter a model into the ledger: from then on, decisions must name one that is in force."""
    from creditscore.scoring.loading import read_parts

    if trust is not None:
        read_parts(model, trust_of(trust))
    with opened(path, key_file) as ledger:
        entered = ledger.registry.add_model(model, in_force_from=None if since is None else moment_of(since))
    say(str(entered), {"head": str(entered)}, as_json=as_json)


def register_policy(
    path: File,
    policy: Annotated[Path, typer.Argument(help="The file of the policy.")],
    key_file: KeyFile,
    since: Since = None,
    trust: MaybeTrust = None,
    as_json: Json = False,
) -> None:
    """Enter a policy into the ledger; see register-model."""
    from creditscore.policy.rules import Policy

    read = Policy.from_file(policy, trust=trust_of(trust))
    with opened(path, key_file) as ledger:
        entered = ledger.registry.add_policy(read, in_force_from=None if since is None else moment_of(since))
    say(str(entered), {"head": str(entered)}, as_json=as_json)


def retire(
    path: File,
    known_as: Annotated[str, typer.Argument(help="The id of a model or policy.")],
    key_file: KeyFile,
    until: Annotated[str | None, typer.Option(help="In force until this moment; default: now.")] = None,
    as_json: Json = False,
) -> None:
    """Enter that a model or policy decides no more."""
    with opened(path, key_file) as ledger:
        entered = ledger.registry.retire(known_as, until=None if until is None else moment_of(until))
    say(str(entered), {"head": str(entered)}, as_json=as_json)


def registered(path: File, key_file: KeyFile, as_json: Json = False) -> None:
    """List models and policies, each from when to when it may decide."""
    with opened(path, key_file) as ledger:
        spans = ledger.registry.spans()
    data = [
        {
            "what": span.what,
            "id": span.known_as,
            "since": span.since.isoformat(),
            "until": None if span.until is None else span.until.isoformat(),
        }
        for span in spans
    ]
    lines = [f"{one['what']} {one['id']} {one['since']} {one['until'] or ''}".rstrip() for one in data]
    if lines or as_json:
        say("\n".join(lines), {"registered": data}, as_json=as_json)


def outsider_script(out: Out = None, as_json: Json = False) -> None:
    """Write the script by which anybody checks a record, a receipt and heads with nothing but Python."""
    text = (files("creditscore.verify") / "outsider.py").read_text(encoding="utf-8")
    _give(text, {"script": text}, out, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the commands of the ledger these."""
    for command in (
        head,
        receipt,
        consistency,
        witness,
        publish,
        check_tiles,
        register_model,
        register_policy,
        retire,
        registered,
        outsider_script,
    ):
        app.command()(command)


def _give(text: str, data: dict[str, object], out: Path | None, *, as_json: bool) -> None:
    """Write a text into a file, or print it."""
    from creditscore._ground.files import write_whole

    if out is not None:
        write_whole(out, text.encode())
        data = data | {"file": str(out)}
    if out is None or as_json:
        say(text.rstrip("\n"), data, as_json=as_json)
