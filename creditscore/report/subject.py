"""Everything that is kept of one person, as JSON and as a page that they can read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from creditscore._ground.asked import check_known
from creditscore._ground.instants import moment_or_now
from creditscore.data.about import TableAbout, about, asked_by, contract_of, ids_of
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.deciding.reviews import Review
from creditscore.errors import ParameterError
from creditscore.report.contents import for_subject
from creditscore.report.document import Report, environment, hashed
from creditscore.report.pages.subject import subject_page
from creditscore.words.calendars import CALENDARS, Calendar
from creditscore.words.languages import LANGUAGES, Language

if TYPE_CHECKING:
    from creditscore.data.applications import Applications
    from creditscore.deciding.ledger.handled import Handled
    from creditscore.deciding.ledger.ledger import Ledger

SCHEMA: Final = "creditscore.subject-export/1"
_NAMES: Final = uuid.UUID("2a7d3cf2-6f0e-5c39-9c60-3a1f53f7a4f1")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SubjectExport(Report):
    """What tables and ledger hold of one person, as JSON, HTML and PDF; made by `subject_export`."""

    SCHEMA_FILE: ClassVar[str] = "subject-export.schema.json"

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is kept."""
        return not (self.data["tables"] or self.data["decisions"] or self.data["erased_decisions"])

    def _page(self) -> str:
        return subject_page(self.data)


def subject_export(
    portfolio: Portfolio,
    applicant_id: int | str,
    *,
    applications: Applications | None = None,
    ledger: Ledger | None = None,
    language: Language = "en",
    calendar: Calendar = "gregorian",
    issued_at: datetime | None = None,
) -> SubjectExport:
    """Collect everything that tables and ledger hold of one person, to hand it to them.

    An application stands in the decision that was taken on it; give `applications` for those that were never
    decided on. Other people stand in it as numbers. Decisions are given as the version for the person
    concerned has them, and with them what people did: reviews, objections, reports that were issued.

    Parameters
    ----------
    portfolio : Portfolio
    applicant_id : int or str
        Any of their ids, as the portfolio has it (its pseudonym, where it was made with `Pseudonyms`).
    applications : Applications, optional
        Everybody's; what is handed out is this person's, with every column.
    ledger : Ledger, optional
    language : {"en", "fa", "zh"}
        Of the page.
    calendar : {"gregorian", "jalali"}
    issued_at : datetime, optional
        With a zone; now by default.

    Returns
    -------
    SubjectExport
        Also of somebody of whom nothing is kept: ``is_empty`` is True then.

    Raises
    ------
    NameUnknownError
        If language or calendar is not known.
    ParameterError
        If `issued_at` has no zone, or `applications` are none.

    References
    ----------
    Regulation (EU) 2016/679, Art. 15 (access) and 15(4) (rights of others).

    Examples
    --------
    >>> asked = [{"applicant_id": one, "event_time": "2024-05-31T12:00:00Z"} for one in ("a", "b")]
    >>> export = subject_export(Portfolio.from_records({"inquiries": asked}), "a")
    >>> len(export.data["tables"][0]["rows"]), export.is_empty
    (1, False)
    """
    for name, value, known in (("language", language, LANGUAGES), ("calendar", calendar, CALENDARS)):
        check_known(name, value, known)
    at = moment_or_now(issued_at, "issued_at")
    if applications is not None and not hasattr(applications, "applicant_ids"):
        raise ParameterError.must_be("applications", "Applications", type(applications).__name__)
    if ledger is not None and not hasattr(ledger, "erase"):
        raise ParameterError.must_be("ledger", "a Ledger, or left out", type(ledger).__name__)
    ids = ids_of(portfolio, applicant_id)
    asked = None if applications is None else asked_by(applications, ids)
    found = dict(about(portfolio, ids)) | ({} if asked is None else {APPLICATIONS.name: asked})
    decisions, erased = _decisions(ledger, ids)
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "language": language,
        "calendar": calendar,
        "timezone": portfolio.timezone,
        "currency": portfolio.currency,
        "report_id": str(uuid.uuid5(_NAMES, "/".join([*map(repr, ids), language, at.isoformat()]))),
        "issued_at": at.isoformat(),
        "environment": environment(),
        "names": {"groups": {}},
        "ids": list(ids),
        "tables": _tables(found),
        "decisions": decisions,
        **({"handled": done} if (done := _handled(ledger, decisions)) else {}),
        "erased_decisions": erased,
    }
    return SubjectExport(hashed(body))


def _tables(found: Mapping[str, TableAbout]) -> list[dict[str, Any]]:
    """List tables in the order of their contracts, applications first."""
    return [_table(name, found[name]) for name in (APPLICATIONS.name, *CONTRACTS) if name in found]


def _table(name: str, found: TableAbout) -> dict[str, Any]:
    contract = contract_of(name)
    shown = {column for row in found.rows for column in row}
    return {
        "table": name,
        "meaning": contract.meaning,
        "time": contract.row_time,
        "columns": [
            {"name": column.name, "meaning": column.meaning, "unit": column.unit}
            for column in contract.declared.values()
            if column.name in shown
        ],
        "rows": [dict(row) for row in found.rows],
        "mentions": found.mentions,
    }


def _decisions(ledger: Ledger | None, ids: tuple[int | str, ...]) -> tuple[list[Mapping[str, Any]], int]:
    if ledger is None:
        return [], 0
    listed = sorted(
        (one for known in ids for one in ledger.find(subject=known)), key=lambda one: one.appended_at
    )
    found = dict.fromkeys(one.decision_id for one in listed if one.readable)
    erased = {one.decision_id for one in listed} - set(found)
    return [for_subject(ledger.read(one).to_dict()) for one in found], len(erased)


def _handled(ledger: Ledger | None, decisions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List what people did with decisions, oldest first; who reviewed is for auditors and authorities."""
    if ledger is None:
        return []
    found = [one for record in decisions for one in ledger.handling.of(record["decision_id"])]
    found.sort(key=lambda one: one.at)
    return [
        {"decision_id": one.decision_id, "what": one.what, "at": one.at.isoformat(), "content": _shown(one)}
        for one in found
    ]


def _shown(one: Handled) -> dict[str, Any]:
    return Review.from_dict(one.content).shown if one.what == "review" else dict(one.content)
