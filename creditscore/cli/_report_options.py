"""Options of the commands that report one decision, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore.words.languages import LANGUAGES, Language

if TYPE_CHECKING:
    from creditscore.deciding.record import DecisionRecord
    from creditscore.deciding.reviews import Review
    from creditscore.report.document import Report
    from creditscore.transparency.receipts import Receipt


class Calendar(StrEnum):
    """Calendar of the dates on a page."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"


class Audience(StrEnum):
    """Who reads a decision report."""

    SUBJECT = "subject"
    AUDITOR = "auditor"
    AUTHORITY = "authority"


class Kind(StrEnum):
    """A report, or a notice of what is adverse."""

    DECISION = "decision"
    ADVERSE_ACTION = "adverse_action"


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise typer.BadParameter(f"one of {', '.join(LANGUAGES)}")


Out = Annotated[Path | None, typer.Option(help="File.html, .pdf or .json; default: JSON on standard output.")]
InLanguage = Annotated[
    Language, typer.Option(parser=_language, metavar=f"[{'|'.join(LANGUAGES)}]", help="Language of the page.")
]
InCalendar = Annotated[Calendar, typer.Option(help="Calendar of the dates on the page.")]
For = Annotated[Audience, typer.Option(help="Who reads it.")]
AsKind = Annotated[Kind, typer.Option(help="A report, or a notice of what is adverse.")]
Creditor = Annotated[str | None, typer.Option(help="Who decides, with an address.")]
Agency = Annotated[str | None, typer.Option(help="Who supervises the creditor, in a notice.")]
Action = Annotated[str | None, typer.Option(help="What was done, in a notice.")]
CounterOffer = Annotated[str | None, typer.Option(help="What is offered instead, in a notice.")]
Statements = Annotated[
    list[str] | None, typer.Option("--statement", help="A paragraph on rights; give it as often as needed.")
]
DebtAdvice = Annotated[str | None, typer.Option(help="Where advice on debt is given, on a refusal.")]
Databases = Annotated[
    list[str] | None,
    typer.Option("--database", help="A database that a refusal rests on; give it as often as needed."),
]
Objection = Annotated[str | None, typer.Option(help="How to object.")]
ObjectionDays = Annotated[int | None, typer.Option(min=1, help="Days to object in.")]
AnswerDays = Annotated[int | None, typer.Option(min=1, help="Days within which an answer is due.")]
ByPerson = Annotated[str | None, typer.Option("--review", help="How to ask for a person.")]
ValidDays = Annotated[int | None, typer.Option(min=1, help="Days for which the decision holds.")]
KeepMonths = Annotated[int | None, typer.Option(min=1, help="Months for which the report is kept.")]
Rulings = Annotated[
    list[Path] | None,
    typer.Option("--ruling", help="A review, from `creditscore review`; all, oldest first."),
]
WithReceipt = Annotated[
    Path | None,
    typer.Option("--receipt", help="From `creditscore ledger receipt`: the report carries it."),
]
WithReviewReceipt = Annotated[
    Path | None,
    typer.Option("--review-receipt", help="The same of the last review, under the same head."),
]
Replaces = Annotated[Path | None, typer.Option(help="The report that this one corrects.")]
SignWith = Annotated[
    Path | None, typer.Option("--sign-with", help="A signing key, from `creditscore keys new`.")
]
Correction = Annotated[str | None, typer.Option(help="What was corrected.")]


def record_in(path: Path) -> DecisionRecord:
    """Read a decision from its own JSON, or from a report for an auditor or an authority."""
    from creditscore._ground.canonical import MOST_BYTES, canonical_v1, read_json
    from creditscore._ground.files import read_bounded
    from creditscore.deciding.record import DecisionRecord
    from creditscore.errors import ArtefactError

    try:
        text = read_bounded(path, MOST_BYTES).decode()
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read: {error}") from error
    content = read_json(text, str(path))
    inside = content.get("record") if isinstance(content, dict) else None
    return DecisionRecord.from_json(text if inside is None else canonical_v1(inside))


def reviews_in(paths: Sequence[Path] | None) -> list[Review]:
    """Read reviews from their files, in the order given."""
    from creditscore._ground.canonical import MOST_BYTES
    from creditscore._ground.files import read_bounded
    from creditscore.deciding.reviews import Review

    return [Review.from_json(read_bounded(path, MOST_BYTES)) for path in paths or ()]


def receipt_in(path: Path | None) -> Receipt | None:
    """Read the receipt of a decision, if one is named."""
    from creditscore._ground.canonical import MOST_BYTES
    from creditscore._ground.files import read_bounded
    from creditscore.transparency.receipts import Receipt

    return None if path is None else Receipt.from_json(read_bounded(path, MOST_BYTES))


def signed(made: Report, key: Path | None) -> Report:
    """Sign a report, if a key is named."""
    from creditscore.signing.keys import SigningKey

    return made if key is None else made.signed(SigningKey.from_file(key))


def replaced(path: Path | None, correction: str | None) -> dict[str, Any]:
    """Read the report that is corrected; give both options or none."""
    if (path is None) != (correction is None):
        raise typer.BadParameter("--replaces and --correction belong together")
    return {} if path is None else {"replaces": read_report(path), "correction": correction}


def read_report(path: Path) -> Report:
    """Read a report from its JSON, page or PDF file."""
    from creditscore.report.proving import read_report as read

    return read(path)
