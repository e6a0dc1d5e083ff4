"""Commands for decisions that were taken: replay one, and verify whatever was written down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore.cli._folder import Json, StandingsKey
from creditscore.cli._ledger import opened
from creditscore.cli.ending import FINDING, say
from creditscore.cli.signing import MaybeTrust, trust_of

if TYPE_CHECKING:
    from creditscore.deciding.record import DecisionRecord

Model = Annotated[Path, typer.Option(help="The folder of the model that decided.")]
KeyFile = Annotated[
    Path | None, typer.Option(help="Where the ledger's key is: 32 bytes, or 64 hexadecimal digits.")
]


def replay(
    model: Model,
    decision: Annotated[Path | None, typer.Argument(help="A decision or decision report, as JSON.")] = None,
    ledger: Annotated[str | None, typer.Option(help="Or the ledger that the decision is in,")] = None,
    decision_id: Annotated[str | None, typer.Option("--id", help="with the id of the decision,")] = None,
    key_file: KeyFile = None,
    standings_key: StandingsKey = None,
    as_json: Json = False,
) -> None:
    """Take a decision again from its stored rows and the model; say "identical", or what differs first."""
    import creditscore as cs

    record = _record(decision, ledger, decision_id, key_file)
    privacy = None if standings_key is None else cs.StandingPrivacy.from_file(standings_key)
    difference = cs.replay_decision(record, cs.load(model).model, privacy=privacy)
    text = "identical" if difference is None else str(difference)
    say(
        text,
        {"identical": difference is None, "difference": None if difference is None else text},
        as_json=as_json,
    )
    if difference is not None:
        raise typer.Exit(FINDING)


def verify(
    path: Annotated[
        Path,
        typer.Argument(help="A model folder, a decision, a report (JSON, page, PDF), a policy, or a ledger."),
    ],
    model: Annotated[Path | None, typer.Option(help="To recompute a decision from it.")] = None,
    anchor: Annotated[str | None, typer.Option(help="An entry of the ledger, kept elsewhere.")] = None,
    key_file: KeyFile = None,
    trust: MaybeTrust = None,
    head: Annotated[
        list[Path] | None, typer.Option(help="A signed head of the ledger, kept elsewhere.")
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(help="That the decision is in the ledger; a report may carry its own.")
    ] = None,
    proof: Annotated[
        list[Path] | None, typer.Option(help="That the ledger only grew from one head to the other.")
    ] = None,
    beside: Annotated[
        list[Path] | None, typer.Option(help="The decision on somebody who applies for the same loan.")
    ] = None,
    queried: Annotated[
        Path | None, typer.Option(help="What a query in a warehouse answered: JSON, a row an application.")
    ] = None,
    tiles: Annotated[
        Path | None, typer.Option(help="Published tiles of the ledger, to count what was done with it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check what was written down by a second, independent path; name every check that fails."""
    from creditscore.cli.pages import verify_any

    _check_options(path, anchor is not None or key_file is not None, head, receipt, proof)
    if (head or receipt or tiles) and trust is None:
        raise typer.BadParameter(
            "--head, --receipt and --tiles are believed by --trust: name the trust file too"
        )
    heads = head or []
    findings = verify_any(
        path, model=model, anchor=anchor, trust=trust, heads=heads, receipt=receipt, proofs=proof or [],
        beside=beside or [], queried=queried, tiles=tiles,
    )  # fmt: skip
    for folder in (path, model):
        if findings.passed and folder is not None and folder.is_dir():
            findings.note("the library reads the model too", _unreadable(folder))
    said: dict[str, Any] = {"passed": findings.passed, "findings": str(findings).splitlines()}
    if not findings.passed or key_file is None:
        say(str(findings), said, as_json=as_json)
    if not findings.passed:
        raise typer.Exit(FINDING)
    if key_file is not None:
        with opened(str(path), key_file) as ledger:
            found = ledger.verify(anchor=anchor, head=heads, trust=trust_of(trust))
        said |= {
            "decisions": found.decisions,
            "erased": found.unreadable,
            "models": found.models,
            "policies": found.policies,
            "unregistered": found.unregistered,
            "before_the_tree": found.uncommitted,
            "reviews": found.reviews,
            "objections": found.objections,
            "reports": found.reports,
        }
        text = f"with the key: {found.decisions} decisions, {found.unreadable} erased"
        text += f", {found.unregistered} before anything was registered" if found.unregistered else ""
        say(f"{findings}\n{text}", said, as_json=as_json)


def _check_options(
    path: Path,
    for_ledger: bool,
    head: list[Path] | None,
    receipt: Path | None,
    proof: list[Path] | None,
) -> None:
    """Refuse options that belong to something else than what stands at a path."""
    if str(path).startswith(("postgresql:", "postgres:")):
        raise typer.BadParameter("to verify a ledger in a database, `creditscore ledger backup` it to a file")
    if for_ledger and (path.is_dir() or path.suffix in (".json", ".html", ".pdf")):
        raise typer.BadParameter(
            "--anchor and --key-file belong to a ledger, and this is a model or a decision"
        )
    if path.is_dir() and (head or receipt or proof):
        raise typer.BadParameter("--head, --receipt and --proof belong to a ledger or a decision")
    if proof and not head:
        raise typer.BadParameter("--proof joins the receipt to a --head: name it too")


def _unreadable(folder: Path) -> str:
    """What the library says of a model that it refuses: what cannot be loaded is not verified."""
    from creditscore.errors import CreditScoreError
    from creditscore.pipeline.artefact import load_pipeline

    try:
        load_pipeline(folder)
    except CreditScoreError as error:
        return str(error)
    return ""


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (replay, verify):
        app.command()(command)


def _record(
    decision: Path | None, ledger: str | None, decision_id: str | None, key_file: Path | None
) -> DecisionRecord:
    from creditscore.cli._report_options import record_in

    if (decision is None) == (ledger is None):
        raise typer.BadParameter("name a DECISION file, or a --ledger with --id and --key-file")
    if ledger is not None:
        if decision_id is None or key_file is None:
            raise typer.BadParameter("--ledger needs --id and --key-file")
        with opened(ledger, key_file) as found:
            return found.read(decision_id)
    return record_in(Path(str(decision)))
