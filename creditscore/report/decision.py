"""The decision report: one application, for the person concerned, for an auditor or for an authority."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple, TypeAlias

from creditscore._ground.asked import check_choice
from creditscore._ground.instants import moment_or_now
from creditscore.deciding.disclosed import timezone_of
from creditscore.deciding.lineage import lineage_of
from creditscore.deciding.record import DecisionRecord
from creditscore.deciding.replay import replay_decision
from creditscore.deciding.reviews import Review
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.contents import (
    checks,
    deadline,
    for_subject,
    influence,
    little,
    not_included,
    waterfall,
)
from creditscore.report.document import Report, environment, hashed
from creditscore.report.few import check_population, figures_of_few
from creditscore.report.handling import (
    AUDIENCES,
    INSIDERS,
    Audience,
    Notice,
    final_decision,
    flags_of,
    holds,
    receipt_parts,
    replaced,
    reviews_for,
    sealed_record,
)
from creditscore.report.law import MEANING, Refusal, law_part, meaning_part
from creditscore.report.naming import knowing_record, names_in, said_reasons
from creditscore.report.pages.decision import decision_page
from creditscore.report.pages.notice import notice_page
from creditscore.report.payments import payments_in
from creditscore.report.writing import Calendar, Writer
from creditscore.transparency.receipts import Receipt
from creditscore.words.languages import Language

if TYPE_CHECKING:
    from creditscore.pipeline.facade import CreditPipeline

Kind: TypeAlias = Literal["decision", "adverse_action"]
SCHEMA: Final = "creditscore.decision-report/1"
_NAMES: Final = uuid.UUID("6f0d0c4e-5a0e-5d1e-9a53-6c1e0f9b7d10")
_MOST_DAYS: Final = 36_525
_DAYS: Final = ("objection_days", "answer_days", "valid_days", "keep_months")


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
    record: DecisionRecord | Mapping[str, Any],
    *,
    audience: Audience = "subject",
    language: Language = "en",
    calendar: Calendar = "gregorian",
    kind: Kind = "decision",
    creditor: str | None = None,
    agency: str | None = None,
    action: str | None = None,
    counter_offer: str | None = None,
    objection: str | None = None,
    objection_days: int | None = None,
    answer_days: int | None = None,
    review: str | None = None,
    statements: Sequence[str] = (),
    reviews: Sequence[Review] = (),
    replaces: Report | None = None,
    correction: str | None = None,
    valid_days: int | None = None,
    keep_months: int | None = None,
    receipt: Receipt | None = None,
    review_receipt: Receipt | None = None,
    debt_advice: str | None = None,
    databases: Sequence[str] = (),
    model: CreditPipeline | None = None,
    issued_at: datetime | None = None,
) -> DecisionReport:
    """Report one decision.

    Parameters
    ----------
    record : DecisionRecord or mapping
        From ``pipeline.decide`` or from the ledger; as plain data with the hash that it was written with.
    audience : {"subject", "auditor", "authority"}
        The subject's version has no raw model internals and nothing about other people; it names the hash of
        the record, under which an authority gets the full version. Names of reviewers are for the other two.
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
        Of the dates on the page, which are those of the portfolio's zone; in the JSON they stay ISO 8601.
    kind : {"decision", "adverse_action"}
        A full report, or a notice of action taken with its principal reasons: of what was declined, or
        approved on other terms than were asked for. It needs creditor, agency and statements; without any
        of the three it is a form with room for them, and says so.
    creditor : str, optional
        Who decided, with an address.
    agency : str, optional
        Who supervises the creditor, with an address, in a notice.
    action : str, optional
        What was done, in a notice; default: the decision of the record. Needed where no policy decided.
    counter_offer : str, optional
        What is offered instead, in a notice.
    objection, review : str, optional
        How to object, and how to ask for a person.
    objection_days, answer_days : int, optional
        Days from the issue within which one may object, and within which an answer is due.
    statements : sequence of str
        Paragraphs on rights that the law of the place asks for; they are the creditor's.
    reviews : sequence of Review, optional
        All reviews of this decision by a person, oldest first; the last one says what holds.
    replaces : DecisionReport, optional
        The report that this one corrects, on the same application.
    correction : str, optional
        What was corrected; needed with `replaces`.
    valid_days, keep_months : int, optional
        Days for which the decision holds, and calendar months for which the report is kept, from the issue.
    receipt : Receipt, optional
        From ``ledger.tree.receipt``: that the decision is in the ledger. The report carries it, and whoever
        has a head of that ledger can check it.
    review_receipt : Receipt, optional
        The same of the entry of the last review, under the same head as `receipt`: it proves all reviews.
    debt_advice : str, optional
        Where advice on debt is given; on a refusal, where the law of the decision asks for it.
    databases : sequence of str
        Names of the databases that a refusal rests on; where the law of the decision asks for them.
    model : CreditPipeline, optional
        The one that decided. The decision is then taken again, and the report refused if anything differs;
        the versions for auditors and authorities say which rows each feature looked at.
    issued_at : datetime, optional
        With a zone; default: now.

    Returns
    -------
    DecisionReport

    Raises
    ------
    ParameterError
        If a parameter has a value that it cannot take, or a notice lacks what a notice must say.
    NameUnknownError
        If the language or the calendar is not known.
    ArtefactError
        If the record is not as it was written, contradicts itself, or is not what the model decides; or the
        receipt is for another one.

    References
    ----------
    12 CFR 1002.9 and its official interpretation: a notice states up to four specific principal reasons.
    """
    _check(audience, kind, objection_days, answer_days, valid_days, keep_months)
    sealed = sealed_record(record)
    plain, at = sealed.to_dict(), moment_or_now(issued_at, "issued_at")
    zone = timezone_of(plain)
    writer = knowing_record(Writer(language, calendar, zone), plain)
    final = final_decision(sealed, reviews)
    refusal = Refusal.of(debt_advice, databases)
    notice = Notice(creditor, agency, action, counter_offer, statements)
    meaning = meaning_part(plain, model)
    missing = refusal.missing(plain, final)
    given = Given(audience, objection, reviews, model is not None, missing, bool(meaning))
    if kind == "adverse_action":
        _check_notice(notice, refusal, plain, final, ruled=bool(reviews))
    body = {
        "schema": SCHEMA,
        "kind": kind,
        "audience": audience,
        "language": language,
        "calendar": calendar,
        "timezone": zone,
        "currency": plain["inputs"].get("currency", ""),
        "report_id": number_of(plain, audience, language, kind, at),
        "issued_at": at.isoformat(),
        "environment": environment(),
        "creditor": creditor,
        "rights": _rights(at, objection, objection_days, answer_days, review, zone),
        "decided": final,
        "flags": flags_of(plain, reviewed=bool(reviews)),
        "reviews": reviews_for(reviews, audience),
        "validity": holds(at, valid_days, keep_months, zone),
        "full_version": {"record_sha256": sealed.sha256},
        **({} if replaces is None else {"replaces": replaced(replaces, correction, plain, at)}),
        **receipt_parts(receipt, review_receipt, sealed, reviews, audience, at),
        **(refusal.to_dict() | meaning),
        **parts_of(sealed, plain, audience, writer, model),
        "not_included": left_out_of(plain, kind, given, writer),
        **({"notice": notice.to_dict()} if kind == "adverse_action" else {}),
    }
    return DecisionReport(hashed(body))


class Given(NamedTuple):
    """What the sections that are left out depend on."""

    audience: Audience
    objection: str | None
    reviews: Sequence[Review]
    is_traced: bool
    refusal: Sequence[str] = ()
    has_meaning: bool = False


def _check(audience: str, kind: str, *days: int | None) -> None:
    for name, value, known in (
        ("audience", audience, AUDIENCES),
        ("kind", kind, ("decision", "adverse_action")),
    ):
        check_choice(name, value, known)
    if kind == "adverse_action" and audience != "subject":
        raise ParameterError.must_be("audience", "'subject' for a notice", audience)
    for name, number in zip(_DAYS, days, strict=True):
        whole = isinstance(number, int) and not isinstance(number, bool)
        if number is not None and not (whole and number in range(1, _MOST_DAYS + 1)):
            raise ParameterError.must_be(
                name, f"a whole number of at least 1, at most {_MOST_DAYS:,}", number
            )


def _check_notice(
    notice: Notice, refusal: Refusal, record: Mapping[str, Any], final: str, *, ruled: bool
) -> None:
    """Refuse a notice that lacks what one must say; what the law asks besides may be filled in by hand."""
    notice.check(record, final, ruled=ruled)
    if not notice.is_form:
        refusal.check(record, final)


def number_of(record: Mapping[str, Any], audience: str, language: str, kind: str, at: datetime) -> str:
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
        "object_days": objection_days,
        "object_by": deadline(at, objection_days, zone),
        "answer_days": answer_days,
        "review": review,
    }


def parts_of(
    sealed: DecisionRecord,
    plain: dict[str, Any],
    audience: Audience,
    writer: Writer,
    model: CreditPipeline | None,
) -> dict[str, Any]:
    """Say what follows from the record and nothing else; refuse one that contradicts itself."""
    check_population(plain)
    checked = checks(plain)
    failed = [check["check"] for check in checked if not check["passed"]]
    if failed:
        raise ArtefactError(f"The record contradicts itself ({', '.join(failed)}), so it is not reported.")
    decider: Any = getattr(model, "model", model)
    if model is not None and (difference := replay_decision(sealed, decider)) is not None:
        raise ArtefactError(f"The record is not what the model decides: {difference}.")
    shown = for_subject(plain) if audience == "subject" else plain
    scored = plain["outcome"]["status"] == "scored"
    parts: dict[str, Any] = {
        "record": shown,
        "names": names_in(shown, writer),
        "said": said_reasons(plain, writer),
        **_payments(plain, writer),
        **law_part(plain, writer),
    }
    if scored:
        parts |= {
            "waterfall": waterfall(plain, writer),
            "little": little(plain, writer),
            "influence": influence(plain),
        }
    if audience in INSIDERS:
        parts |= {"checks": checked}
        parts |= {"withheld": figures_of_few(plain)} if audience == "auditor" else {}
        parts |= {} if model is None else {"lineage": lineage_of(model.model, plain)}
    return parts


def _payments(record: Mapping[str, Any], writer: Writer) -> dict[str, Any]:
    found = payments_in(record, writer)
    return {} if found is None else {"payments": found}


def left_out_of(record: Mapping[str, Any], kind: Kind, given: Given, writer: Writer) -> list[dict[str, str]]:
    """Say what a report leaves out and why; a notice is whole, or is not made."""
    return [] if kind == "adverse_action" else not_included(_missing(record, given), writer)


def _missing(record: Mapping[str, Any], given: Given) -> list[tuple[str, str]]:
    scored = record["outcome"]["status"] == "scored"
    missing = []
    if not scored:
        missing += [(section, "not_scored") for section in ("points", "reasons")]
    if scored and not record.get("counterfactuals"):
        missing.append(("counterfactuals", _why_no_changes(record["outcome"])))
    if given.objection is None:
        missing.append(("objection", "not_given"))
    if given.audience == "subject":
        missing.append(("lineage", "not_for_subject"))
    elif not given.is_traced:
        missing.append(("lineage", "no_model"))
    missing += [(section, "not_computed") for section in _not_computed(record)]
    missing += [(section, "not_given") for section in given.refusal]
    if scored and MEANING in record.get("law", {}).get("asks", ()) and not given.has_meaning:
        missing.append(("meaning", "no_kept_rows"))
    return [*missing, *([] if given.reviews else [("overrides", "no_review")]), ("consent", "not_recorded")]


def _not_computed(record: Mapping[str, Any]) -> tuple[str, ...]:
    found = {"interval": "interval", "price": "strategy"}
    return tuple(section for section, part in found.items() if part not in record)


def _why_no_changes(outcome: Mapping[str, Any]) -> str:
    if outcome["cutoff"] is None:
        return "no_cutoff"
    return "reached" if outcome["score"] >= outcome["cutoff"] else "none_found"
