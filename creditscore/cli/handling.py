"""Commands for what people do with a decision: report it, rule on it, object to it, seal it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from creditscore._ground.files import write_whole
from creditscore.cli import _report_options as options
from creditscore.cli._folder import Json
from creditscore.cli.ending import say
from creditscore.cli.reports import give

if TYPE_CHECKING:
    from creditscore.deciding.working_days import WorkingWeek

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Written = Annotated[Path, typer.Option("--out", help="File that is written.")]


def report_decision(
    decision: Annotated[Path, typer.Argument(help="A decision, or a report that holds one, as JSON.")],
    model: Annotated[Path | None, typer.Option(help="The model that decided, to check and trace it.")] = None,
    out: options.Out = None,
    audience: options.For = options.Audience.SUBJECT,
    kind: options.AsKind = options.Kind.DECISION,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    creditor: options.Creditor = None,
    agency: options.Agency = None,
    action: options.Action = None,
    counter_offer: options.CounterOffer = None,
    statements: options.Statements = None,
    debt_advice: options.DebtAdvice = None,
    databases: options.Databases = None,
    objection: options.Objection = None,
    objection_days: options.ObjectionDays = None,
    answer_days: options.AnswerDays = None,
    review: options.ByPerson = None,
    rulings: options.Rulings = None,
    replaces: options.Replaces = None,
    correction: options.Correction = None,
    valid_days: options.ValidDays = None,
    keep_months: options.KeepMonths = None,
    receipt: options.WithReceipt = None,
    review_receipt: options.WithReviewReceipt = None,
    sign_with: options.SignWith = None,
    as_json: Json = False,
) -> None:
    """Report a decision that was taken, with what people ruled on it, or to correct another report."""
    from creditscore.pipeline.facade import load
    from creditscore.report.decision import decision_report

    made = decision_report(
        options.record_in(decision),
        model=None if model is None else load(model),
        audience=audience.value,
        kind=kind.value,
        language=language,
        calendar=calendar.value,
        creditor=creditor,
        agency=agency,
        action=action,
        counter_offer=counter_offer,
        statements=statements or (),
        debt_advice=debt_advice,
        databases=databases or (),
        objection=objection,
        objection_days=objection_days,
        answer_days=answer_days,
        review=review,
        reviews=options.reviews_in(rulings),
        valid_days=valid_days,
        keep_months=keep_months,
        receipt=options.receipt_in(receipt),
        review_receipt=options.receipt_in(review_receipt),
        **options.replaced(replaces, correction),
    )
    give(options.signed(made, sign_with), out, as_json=as_json)


def review(
    decision: Annotated[Path, typer.Argument(help="A decision, or a report that holds one, as JSON.")],
    out: Written,
    reviewer: Annotated[str, typer.Option(help="Who decides now.")],
    ruling: Annotated[str, typer.Option(help="approve or decline.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    role: Annotated[str, typer.Option(help="As what the reviewer decides.")] = "",
    heard: Annotated[str, typer.Option(help="What the applicant said.")] = "",
    earlier: Annotated[
        list[Path] | None, typer.Option(help="Reviews of it so far; all, oldest first.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write down what a person decided after looking at a decision."""
    from creditscore.deciding.reviews import RULINGS, review_decision

    if ruling not in RULINGS:
        raise typer.BadParameter(f"--ruling is one of {', '.join(RULINGS)}")
    made = review_decision(
        options.record_in(decision),
        reviewer=reviewer,
        decision="approve" if ruling == "approve" else "decline",
        reason=reason,
        role=role,
        heard=heard,
        earlier=options.reviews_in(earlier),
    )
    write_whole(out, made.to_json().encode())
    say(f"{made.before} -> {made.decision}: {out}", made.to_dict(), as_json=as_json)


def open_objection(
    report: Annotated[Path, typer.Argument(help="The report: JSON, page or PDF file.")],
    out: Written,
    item: Annotated[str, typer.Option(help="What is wrong in its JSON, such as record/features/0/value.")],
    because: Annotated[str, typer.Option(help="Why.")],
    rule: Annotated[str, typer.Option(help="Whose clocks run: IR, CN or US.")],
    weekend: Annotated[
        list[str] | None,
        typer.Option(
            help="Free days from a date on, such as 2026-03-21=friday,saturday; as often as needed."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Open an objection to a report, with the last day of each step in working days."""
    from creditscore.report.objections import open_objection as opened

    weeks = None if weekend is None else [_week(text) for text in weekend]
    made = opened(options.read_report(report), item=item, because=because, rule=rule, weeks=weeks)
    write_whole(out, made.to_json().encode())
    due = ", ".join(f"{clock['step']} by {clock['due']}" for clock in made.clocks)
    late = "" if made.in_time else " (opened too late)"
    say(f"{made.objection_id}{late}: {due}", made.to_dict(), as_json=as_json)


def seal(
    report: Annotated[Path, typer.Argument(help="The report: JSON, page or PDF file.")],
    key: Annotated[Path, typer.Option("--for", help="Public key of the authority: 64 hexadecimal digits.")],
    out: Written,
    as_json: Json = False,
) -> None:
    """Encrypt a report, so that only the authority can open it."""
    from creditscore.report.sealing import sealed

    made = options.read_report(report)
    write_whole(out, sealed(made, _key(key)).encode())
    found = {"file": str(out), "report_sha256": made.data["sha256"]}
    say(f"{found['report_sha256']}: {out}", found, as_json=as_json)


def unseal(
    file: Annotated[Path, typer.Argument(help="What `creditscore seal` wrote.")],
    key: Annotated[Path, typer.Option(help="Private key: 64 hexadecimal digits.")],
    out: options.Out = None,
    as_json: Json = False,
) -> None:
    """Open a sealed report."""
    from creditscore._ground.canonical import MOST_BYTES
    from creditscore._ground.files import read_bounded
    from creditscore.report.sealing import unsealed

    give(unsealed(read_bounded(file, MOST_BYTES), _key(key)), out, as_json=as_json)


def sealing_key(
    private: Annotated[Path, typer.Argument(help="Where the private key goes; nobody else may read it.")],
    public: Annotated[Path, typer.Argument(help="Where the public key goes.")],
    as_json: Json = False,
) -> None:
    """Make the two keys of an authority: for what is sealed, and to open it."""
    from creditscore.report.sealing import new_keys

    for path in (private, public):
        if path.exists():
            raise typer.BadParameter(f"{path} is there already")
    if private.suffix == ".pub":
        raise typer.BadParameter(f"the private key comes first, and {private} is named as a public one")
    own, shared = new_keys()
    private.touch(mode=0o600)
    private.write_text(own.hex() + "\n", encoding="ascii")
    write_whole(public, (shared.hex() + "\n").encode())
    made = {"private": str(private), "public": str(public)}
    say(f"private: {private}, public: {public}", made, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command("report-decision")(report_decision)
    app.command("object")(open_objection)
    app.command("sealing-key")(sealing_key)
    for command in (review, seal, unseal):
        app.command()(command)


def _key(path: Path) -> bytes:
    from creditscore._ground.files import read_bounded

    try:
        return bytes.fromhex(read_bounded(path, 1_000).decode("ascii").strip())
    except ValueError as error:
        raise typer.BadParameter(f"{path} holds no key of 64 hexadecimal digits") from error


def _week(text: str) -> WorkingWeek:
    from creditscore.deciding.working_days import WorkingWeek

    since, _, days = text.partition("=")
    try:
        off = tuple(_DAYS.index(day.strip().lower()) for day in days.split(","))
        return WorkingWeek(date.fromisoformat(since), off)
    except ValueError as error:
        raise typer.BadParameter(f"--weekend {text!r}: write 2026-03-21=friday,saturday") from error
