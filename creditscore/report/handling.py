"""What people did with a decision: reviews, corrections, for how long it holds, and when a notice is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from creditscore._ground.asked import check_made
from creditscore.deciding.disclosed import disclosed_of_whole
from creditscore.deciding.record import DecisionRecord
from creditscore.deciding.reviews import Review, in_order, shown_reviews
from creditscore.deciding.shown import shown_of
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.contents import deadline, months_after
from creditscore.report.document import Report
from creditscore.transparency.receipts import Receipt

Audience: TypeAlias = Literal["subject", "auditor", "authority"]
AUDIENCES: Final[tuple[Audience, ...]] = ("subject", "auditor", "authority")
# Who may see how a model works, and who reviewed.
INSIDERS: Final = ("auditor", "authority")
# What is decided without a person; of a line that is looked at again, also what becomes of it.
_OF_A_LINE: Final = ("raise", "offer", "keep", "lower", "close")
_BY_ITSELF: Final = ("approve", "decline", "counter_offer", *_OF_A_LINE)
_DAY: Final = timedelta(days=1)


class Notice(NamedTuple):
    """What a notice of adverse action says beside the decision."""

    creditor: str | None
    agency: str | None
    action: str | None
    counter_offer: str | None
    statements: Sequence[str]

    def to_dict(self) -> dict[str, Any]:
        """Write what a notice alone holds as plain data."""
        return {
            "agency": self.agency,
            "action": self.action,
            "counter_offer": self.counter_offer,
            "statements": list(self.statements),
        }

    @property
    def is_form(self) -> bool:
        """Whether creditor, agency and rights are all left for a letterhead, or for a hand, to fill in."""
        return self.creditor is None and self.agency is None and not self.statements

    def check(self, record: Mapping[str, Any], final: str, *, ruled: bool) -> None:
        """Refuse a notice of what is not adverse, or one that lacks a part of what a notice must say.

        Where a person ``ruled``, theirs is a reason; else the record must hold one.

        Raises
        ------
        ParameterError
        """
        _check_adverse(final, self.action, self.counter_offer)
        given = {"creditor": self.creditor, "agency": self.agency, "statements": [*self.statements]}
        for name, value in () if self.is_form else given.items():
            said = value if isinstance(value, list) else [value]
            if not said or not all(isinstance(one, str) and one.strip() for one in said):
                raise ParameterError.must_be(
                    name, "given, as a notice names creditor, agency and rights", value
                )
        scored = record["outcome"]["status"] == "scored"
        if scored and not record["reasons"] and not (ruled and final == "decline"):
            raise ParameterError.must_be("record", "a decision with reasons, as a notice states them", "none")


def _check_adverse(final: str, action: str | None, counter_offer: str | None) -> None:
    if final == "refer":
        raise ParameterError.must_be("record", "decided: give the review by which a person decided", final)
    if final in ("approve", "raise", "offer") and not counter_offer:
        raise ParameterError.must_be("kind", "'decision' for what was approved as it was asked for", final)
    if final == "none" and not action:
        raise ParameterError.must_be("action", "given where no policy decided: what the creditor did", action)


def final_decision(record: DecisionRecord, reviews: Sequence[Review]) -> str:
    """Return what holds after all reviews, which must be of this record and in order."""
    in_order(record, reviews)
    return reviews[-1].decision if reviews else record.decision


def flags_of(record: Mapping[str, Any], *, reviewed: bool) -> dict[str, Any]:
    """Say whether a machine alone decided or priced, and whether a person must look, or did."""
    decision = record["outcome"]["decision"]
    return {
        "automated": decision in _BY_ITSELF and not reviewed,
        "human_review": "done" if reviewed else "required" if decision == "refer" else "none",
        "personalised_price": (record.get("strategy") or {}).get("offer") is not None,
    }


def reviews_for(reviews: Sequence[Review], audience: Audience) -> list[dict[str, Any]]:
    """Write reviews down; the name of a reviewer is for auditors and authorities."""
    return [
        review.to_dict() | {"overrides": review.overrides}
        if audience in INSIDERS
        else review.shown
        for review in reviews
    ]


def replaced(earlier: Report, why: str | None, record: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Name the report that this one corrects.

    Raises
    ------
    ParameterError
        If it does not say why, or the other report is newer or of another application.
    """
    check_made("replaces", earlier, Report, "the report that this one corrects")
    data = earlier.data
    if data["record"]["application_id"] != record["application_id"]:
        other = data["record"]["application_id"]
        raise ParameterError.must_be("replaces", f"a report on {record['application_id']!r}", other)
    if datetime.fromisoformat(data["issued_at"]) >= at:
        raise ParameterError.must_be("replaces", f"issued before {at.isoformat()}", data["issued_at"])
    if not (why or "").strip():
        raise ParameterError.must_be("correction", "given: what was corrected", why)
    named = {name: data[name] for name in ("report_id", "sha256", "issued_at")}
    return named | {"decision_id": data["record"]["decision_id"], "correction": why}


def _receipt_part(receipt: Receipt | None, record: DecisionRecord, audience: Audience) -> dict[str, Any]:
    """Return the receipt as a report holds it, if it leads from the record to the root of its head.

    Raises
    ------
    ArtefactError
        If it is for something else, or says nothing of the version that its audience sees.
    """
    if receipt is None:
        return {}
    if not isinstance(receipt, Receipt):
        raise ParameterError.must_be("receipt", "a Receipt, such as ledger.tree.receipt(...)", receipt)
    shown, disclosed = shown_of(record.content), disclosed_of_whole(record.content)
    fault = receipt.of_fault("decision", record.decision_id) or receipt.fault(record.sha256)
    fault = fault or receipt.shown_fault(shown, disclosed)
    if fault:
        raise ArtefactError(f"The receipt does not prove that the decision is in the ledger: {fault}.")
    if audience == "subject" and not receipt.shown:
        raise ArtefactError(
            "The receipt is of an entry from before ledgers committed to what everybody is shown, so that it "
            "proves nothing of this version. Give it to the version for an authority."
        )
    return {"receipt": receipt.to_plain()}


def receipt_parts(
    receipt: Receipt | None,
    review_receipt: Receipt | None,
    record: DecisionRecord,
    reviews: Sequence[Review],
    audience: Audience,
    at: datetime,
) -> dict[str, Any]:
    """Return the receipts of a decision and of its reviews as a report of a moment holds them."""
    parts = _receipt_part(receipt, record, audience) | _reviewed_part(review_receipt, reviews, receipt)
    check_issue(at, record.content, reviews, receipt)
    return parts


def _reviewed_part(
    review_receipt: Receipt | None, reviews: Sequence[Review], receipt: Receipt | None
) -> dict[str, Any]:
    """Return the receipt of the last review as a report holds it: it proves all of them, and how many.

    Raises
    ------
    ParameterError
        If it is none, or comes without reviews or without the receipt of the decision.
    ArtefactError
        If it is not that of the last review, or its head is another than that of the decision's receipt.
    """
    if review_receipt is None:
        return {}
    if not isinstance(review_receipt, Receipt) or not reviews or receipt is None:
        raise ParameterError.must_be(
            "review_receipt", "the Receipt of the last review, beside `reviews` and `receipt`", review_receipt
        )
    last = reviews[-1]
    fault = review_receipt.of_fault("review", f"{last.decision_id}/review/{len(reviews)}")
    fault = fault or review_receipt.fault(last.sha256)
    fault = fault or review_receipt.shown_fault(shown_reviews(reviews), "", alone=True)
    if fault:
        raise ArtefactError(f"The receipt does not prove that the reviews are in the ledger: {fault}.")
    if review_receipt.head_fault(receipt.head.text):
        raise ArtefactError(
            "The receipts of decision and review are under two heads. Take both under one: "
            "ledger.tree.receipt(id, head), or creditscore ledger receipt --head."
        )
    return {"reviewed": {"sha256": last.sha256, "receipt": review_receipt.to_plain()}}


def check_issue(
    at: datetime, record: Mapping[str, Any], reviews: Sequence[Review], receipt: Receipt | None
) -> None:
    """Refuse to issue a report before what it tells of: it would seem to be from before a person ruled.

    Without reviews and without a receipt nothing says what had been done by then. The clock that dates heads
    may differ by a day.

    Raises
    ------
    ParameterError
    """
    if receipt is None and not reviews:
        return
    dated = [one for one in (record.get("decided_at"), *(one.reviewed_at for one in reviews)) if one]
    for moment in (datetime.fromisoformat(one) for one in dated):
        if at < (moment if moment.tzinfo else moment.replace(tzinfo=UTC)):
            raise ParameterError.must_be("issued_at", f"not before {moment.isoformat()}", at)
    if receipt is not None and at < receipt.head.head.at - _DAY:
        since = receipt.head.head.at.isoformat()
        raise ParameterError.must_be("issued_at", f"not before the head of its receipt, of {since}", at)


def holds(at: datetime, valid_days: int | None, keep_months: int | None, zone: str) -> dict[str, Any]:
    """Say until when the decision holds and until when the report is kept, by the days of a zone."""
    return {
        "expires_on": deadline(at, valid_days, zone),
        "keep_until": None if keep_months is None else months_after(at, keep_months, zone),
    }


def sealed_record(record: DecisionRecord | Mapping[str, Any]) -> DecisionRecord:
    """Read a record again, from its own text: what was changed since it was written is refused.

    Raises
    ------
    ArtefactError
        If its hash is another, or it carries none.
    """
    if isinstance(record, DecisionRecord):
        return DecisionRecord.from_json(record.to_json())
    if not isinstance(record, Mapping):
        raise ParameterError.must_be(
            "record", "a DecisionRecord, or one as plain data", type(record).__name__
        )
    if not record.get("sha256"):
        raise ArtefactError("The record carries no hash, so nobody can tell whether it is as it was written.")
    return DecisionRecord.from_dict(record)
