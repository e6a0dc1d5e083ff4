"""The decision report: one application, for the person concerned or for an auditor."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Literal, TypeAlias

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.errors import ParameterError
from creditscore.report.contents import (
    checks,
    deadline,
    for_subject,
    influence,
    little,
    not_included,
    timezone_of,
    waterfall,
)
from creditscore.report.document import Report
from creditscore.report.naming import names_in, said_reasons
from creditscore.report.pages.decision import decision_page
from creditscore.report.pages.notice import notice_page
from creditscore.report.pages.parts import made_with
from creditscore.report.payments import payments_in
from creditscore.report.writing import Calendar, Writer
from creditscore.words.languages import Language

Audience: TypeAlias = Literal["subject", "auditor"]
Kind: TypeAlias = Literal["decision", "adverse_action"]
SCHEMA: Final = "creditscore.decision-report/1"
MOST_REASONS: Final = 4
_NAMES: Final = uuid.UUID("6f0d0c4e-5a0e-5d1e-9a53-6c1e0f9b7d10")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DecisionReport(Report):
    """A decision as JSON, HTML and PDF; made by `decision_report`.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> record = pipeline.decide(german.applications.take([0]), cs.Portfolio())
    >>> report = cs.decision_report(record, language="fa")
    >>> report.data["audience"], 'dir="rtl"' in report.to_html()
    ('subject', True)
    """

    SCHEMA_FILE: ClassVar[str] = "decision-report.schema.json"

    def _page(self) -> str:
        return (notice_page if self.data["kind"] == "adverse_action" else decision_page)(self.data)


def decision_report(
    record: Any,
    *,
    audience: Audience = "subject",
    language: Language = "en",
    calendar: Calendar = "gregorian",
    kind: Kind = "decision",
    creditor: str | None = None,
    action: str | None = None,
    counter_offer: str | None = None,
    objection: str | None = None,
    objection_days: int | None = None,
    answer_days: int | None = None,
    review: str | None = None,
    statements: Sequence[str] = (),
    issued_at: datetime | None = None,
) -> DecisionReport:
    """Report one decision.

    Parameters
    ----------
    record : DecisionRecord or mapping
        From ``pipeline.decide`` or from the ledger.
    audience : {"subject", "auditor"}
        The subject's version has no raw model internals and nothing about other people.
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
        Of the dates on the page, which are those of the portfolio's zone; in the JSON they stay ISO 8601.
    kind : {"decision", "adverse_action"}
        A full report, or a notice of action taken with its principal reasons.
    creditor : str, optional
        Who decided, with an address.
    action : str, optional
        What was done, in a notice; default: the decision of the record.
    counter_offer : str, optional
        What is offered instead, in a notice.
    objection, review : str, optional
        How to object, and how to ask for a person.
    objection_days, answer_days : int, optional
        Days from the issue within which one may object, and within which an answer is due.
    statements : sequence of str
        Paragraphs that the law of the place asks for; they are the creditor's.
    issued_at : datetime, optional
        With a zone; default: now.

    Returns
    -------
    DecisionReport

    Raises
    ------
    ParameterError
        If a parameter has a value that it cannot take.
    NameUnknownError
        If the language or the calendar is not known.

    References
    ----------
    12 CFR 1002.9 and its official interpretation: a notice states up to four specific principal reasons.
    """
    _check(audience, kind, objection_days, answer_days, issued_at)
    plain = dict(record.to_dict() if hasattr(record, "to_dict") else record)
    zone = timezone_of(plain)
    writer = Writer(language, calendar, zone)
    shown = for_subject(plain) if audience == "subject" else plain
    at = issued_at or datetime.now(UTC)
    body = {
        "schema": SCHEMA,
        "kind": kind,
        "audience": audience,
        "language": language,
        "calendar": calendar,
        "timezone": zone,
        "currency": plain.get("inputs", {}).get("currency", ""),
        "report_id": _number(plain, audience, language, kind, at),
        "issued_at": at.isoformat(),
        "environment": {"creditscore": made_with()},
        "creditor": creditor,
        "rights": _rights(at, objection, objection_days, answer_days, review, zone),
        "record": shown,
        "names": names_in(shown, writer),
        "said": said_reasons(plain, writer),
        **_parts(plain, audience, writer),
        **_payments(plain, writer),
        "not_included": not_included(_missing(plain, audience, objection), writer),
    }
    if kind == "adverse_action":
        body["notice"] = {"action": action, "counter_offer": counter_offer, "statements": list(statements)}
    return DecisionReport(body | {"sha256": sha256(canonical_v1(body))})


def _check(
    audience: str, kind: str, objection_days: int | None, answer_days: int | None, issued_at: datetime | None
) -> None:
    for name, value, known in (
        ("audience", audience, ("subject", "auditor")),
        ("kind", kind, ("decision", "adverse_action")),
    ):
        if value not in known:
            raise ParameterError.must_be(name, f"one of {', '.join(map(repr, known))}", value)
    for name, days in (("objection_days", objection_days), ("answer_days", answer_days)):
        if days is not None and (isinstance(days, bool) or not isinstance(days, int) or days < 1):
            raise ParameterError.must_be(name, "a whole number of at least 1", days)
    if issued_at is not None and issued_at.tzinfo is None:
        raise ParameterError.must_be("issued_at", "a datetime with a time zone", issued_at)


def _number(record: Mapping[str, Any], audience: str, language: str, kind: str, at: datetime) -> str:
    """Number a report by what makes it: the same report has the same number."""
    name = "/".join([str(record["decision_id"]), audience, language, kind, at.isoformat()])
    return str(uuid.uuid5(_NAMES, name))


def _rights(
    at: datetime,
    objection: str | None,
    objection_days: int | None,
    answer_days: int | None,
    review: str | None,
    zone: str,
) -> dict[str, Any]:
    return {
        "objection": objection,
        "object_by": deadline(at, objection_days, zone),
        "answer_days": answer_days,
        "review": review,
    }


def _parts(record: Mapping[str, Any], audience: Audience, writer: Writer) -> dict[str, Any]:
    if record["outcome"]["status"] != "scored":
        return {}
    parts = {
        "waterfall": waterfall(record, writer),
        "little": little(record, writer),
        "influence": influence(record),
    }
    return parts | ({"checks": checks(record)} if audience == "auditor" else {})


def _payments(record: Mapping[str, Any], writer: Writer) -> dict[str, Any]:
    found = payments_in(record, writer)
    return {} if found is None else {"payments": found}


def _missing(record: Mapping[str, Any], audience: Audience, objection: str | None) -> list[tuple[str, str]]:
    scored = record["outcome"]["status"] == "scored"
    missing = []
    if not scored:
        missing += [(section, "not_scored") for section in ("points", "reasons")]
    if scored and not record.get("counterfactuals"):
        missing.append(("counterfactuals", _why_no_changes(record["outcome"])))
    if objection is None:
        missing.append(("objection", "not_given"))
    if audience == "subject":
        missing.append(("lineage", "not_for_subject"))
    missing += [(section, "not_supported") for section in ("interval", "price")]
    return [*missing, ("overrides", "not_recorded"), ("consent", "not_recorded")]


def _why_no_changes(outcome: Mapping[str, Any]) -> str:
    if outcome["cutoff"] is None:
        return "no_cutoff"
    return "reached" if outcome["score"] >= outcome["cutoff"] else "none_found"
