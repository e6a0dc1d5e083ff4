"""Decisions: taken once under each idempotency key, and answered only when their record is safe."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.jointly import decide as decide_on
from creditscore.deciding.ledger.ledger import Ledger
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import DecisionUnknownError
from creditscore.service.messages import AskedToObject, Decision
from creditscore.service.models import ServedModel
from creditscore.service.problems import Fault, RefusedError
from creditscore.signing.keys import SigningKey

if TYPE_CHECKING:
    from creditscore.report.decision import DecisionReport

MOST_OF_A_KEY: Final = 255
_MOST_OF_AN_ID: Final = 100


def decide(
    served: ServedModel,
    one: Applications,
    portfolio: Portfolio,
    *,
    ledger: Ledger,
    key: str,
    sign_with: SigningKey | None = None,
) -> tuple[Decision, bool]:
    """Decide on one application; who asks again with the same key gets the decision that was taken.

    Parameters
    ----------
    served : ServedModel
        With a policy.
    one : Applications
        A single one.
    portfolio : Portfolio
    ledger : Ledger
    key : str
        What the caller calls the request.
    sign_with : SigningKey, optional

    Returns
    -------
    decision : Decision
        On return its record is on disk.
    is_new : bool
        False for one that had been taken before.

    Raises
    ------
    KeyReusedError
        If the key was used for another application.
    """
    if not key.strip() or len(key) > MOST_OF_A_KEY:
        detail = f"Give an Idempotency-Key of 1 to {MOST_OF_A_KEY} characters that is not blank."
        raise RefusedError.of(400, "malformed", detail)
    if served.policy is None:
        raise RefusedError.of(503, "not-configured", "This service was started without a policy.")
    when = datetime.now(UTC)
    records = decide_on(
        served.model, one, portfolio, files=served.files, policy=served.policy, ledger=ledger,
        idempotency_key=key, sign_with=sign_with, decided_at=when,
    )  # fmt: skip
    first, *others = records
    answer = answer_of(first, [one.decision_id for one in others])
    return answer, first.content["decided_at"] == when.isoformat()


def answer_of(record: DecisionRecord, together_with: list[str]) -> Decision:
    """Say what a record says of its decision.

    Parameters
    ----------
    record : DecisionRecord
    together_with : list of str
        Ids of the decisions on those who apply together with the applicant.
    """
    content = record.content
    outcome, policy = content["outcome"], content["policy"]
    names = ("decision", "status", "code", "score", "probability_of_default", "grade", "cutoff")
    return Decision(
        decision_id=record.decision_id,
        application_id=content["application_id"],
        subject=record.subject,
        as_of=content["as_of"],
        decided_at=content["decided_at"],
        referred_because=outcome.get("referred_because"),
        reasons=content["reasons"],
        model_id=content["model"]["model_id"],
        policy_id=None if policy is None else policy["policy_id"],
        record_sha256=record.sha256,
        together_with=together_with,
        **{name: outcome[name] for name in names},
    )


def record_of(ledger: Ledger, decision_id: str) -> DecisionRecord:
    """Read a decision from the ledger.

    Raises
    ------
    DecisionUnknownError
        If there is none, or it was erased.
    """
    if len(decision_id) > _MOST_OF_AN_ID:
        raise DecisionUnknownError("The ledger holds no decision of such an id.")
    return ledger.read(decision_id)


def proof_of(ledger: Ledger, decision_id: str, key: SigningKey) -> dict[str, Any]:
    """Prove that a decision is in the ledger, under a head that is signed now."""
    record_of(ledger, decision_id)
    return ledger.tree.receipt(decision_id, key).to_plain()


def report_of(ledger: Ledger, decision_id: str, asked: dict[str, str]) -> DecisionReport:
    """Report a decision.

    Parameters
    ----------
    ledger : Ledger
    decision_id : str
    asked : dict of str to str
        audience, language, calendar and issued_at, as for `creditscore.decision_report`.
    """
    from creditscore.report.decision import decision_report

    record = record_of(ledger, decision_id)
    given: dict[str, Any] = {name: value for name, value in asked.items() if name != "issued_at"}
    return decision_report(record, issued_at=_moment(asked.get("issued_at")), **given)


def objection_to(ledger: Ledger, decision_id: str, asked: AskedToObject) -> dict[str, Any]:
    """Open an objection to a report and start its clocks; it is handed out and kept by nobody.

    Parameters
    ----------
    ledger : Ledger
    decision_id : str
    asked : AskedToObject
    """
    from creditscore.report.objections import open_objection

    which: dict[str, str] = {"audience": asked.audience, "language": asked.language}
    which |= {} if asked.issued_at is None else {"issued_at": asked.issued_at}
    report = report_of(ledger, decision_id, which)
    return open_objection(report, item=asked.item, because=asked.because, rule=asked.rule).to_dict()


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else _no_moment(text)
    except (ValueError, OverflowError):
        return _no_moment(text)


def _no_moment(text: str) -> datetime:
    detail = f"'issued_at' is a moment with a zone, such as 2026-11-29T10:00:00+00:00. Got {text!r:.60}."
    raise RefusedError.of(422, "parameter", detail, Fault("/issued_at", detail))
