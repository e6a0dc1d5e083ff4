"""A request from end to end: everybody who applies is scored, and what is decided holds for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creditscore._ground.asked import check_made
from creditscore._ground.instants import moment_or_now
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.ability import ability_portfolio
from creditscore.deciding.decide import standing_of, written
from creditscore.deciding.evidence import Evidence
from creditscore.deciding.joint import joint_evidence
from creditscore.deciding.means import means_of
from creditscore.deciding.once import Once
from creditscore.deciding.record import DecisionRecord
from creditscore.deciding.requesting import Request, prepared
from creditscore.deciding.together import (
    APPLICANT,
    CO_APPLICANT,
    GUARANTOR,
    Other,
    Party,
    Together,
    parties_of,
)
from creditscore.errors import ExplanationError, LedgerError, ParameterError
from creditscore.explain.references import ReferenceName
from creditscore.policy.rules import Policy
from creditscore.policy.strategy.strategy import COUNTED
from creditscore.scoring.asking import one_application
from creditscore.scoring.model import ScoringModel

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.signing.keys import SigningKey


def decide(
    model: ScoringModel,
    application: Applications | Mapping[str, Any],
    portfolio: Portfolio,
    *,
    policy: Policy | None = None,
    reference: ReferenceName | None = None,
    files: Mapping[str, str] | None = None,
    ledger: Ledger | None = None,
    decided_at: datetime | None = None,
    idempotency_key: str | None = None,
    sign_with: SigningKey | None = None,
) -> tuple[DecisionRecord, ...]:
    """Take one decision and write the record of everybody who applies; see `CreditPipeline.decide`.

    Parameters
    ----------
    model, application, portfolio
        As for `ScoringModel.score`.
    policy : Policy, optional
        Decides on the score; without it the decision is ``"none"``.
    reference : {"training_mean", "approved", "near_cutoff"}, optional
        What points and reasons are measured against; the cut-off is the policy's. By default those whom that
        cut-off approves (see `creditscore.scoring.references`); without a policy, the training mean.
    files : mapping of str to str, optional
        Hashes of the files that the model is saved in.
    ledger : Ledger, optional
        Where the records are appended, all or none. It gives each applicant their pseudonym; without it, a
        record has one that no other record has.
    decided_at : datetime, optional
        With a zone; now by default.
    idempotency_key : str, optional
        What the caller calls this request. If the ledger holds a decision under it, that one is returned and
        none is taken.
    sign_with : SigningKey, optional
        Who vouches for the records.

    Returns
    -------
    tuple of DecisionRecord
        That of the applicant first, then those of co-applicants.
    """
    when = moment_or_now(decided_at, "decided_at")
    one = one_application(application)
    check_given(portfolio=portfolio)
    check_made("policy", policy, (Policy, type(None)), "a Policy, or None")
    once = None if idempotency_key is None else Once.of(ledger, idempotency_key, one)
    if once is not None and once.is_decided:
        return _taken(once)
    request = Request(policy, reference, files, ledger, when, sign_with)
    strategy = None if policy is None else policy.strategy
    parties = () if policy is None else parties_of(portfolio, one, strategy)
    if parties and strategy is None:
        raise ParameterError(
            f"Application {one.application_ids[0]!r} names {len(parties)} more people. Who applies together "
            "is judged together: give the policy a strategy."
        )
    evidence = prepared(model, one, portfolio, request, application)
    first = str(uuid.uuid4()) if once is None else once.decision_id
    if parties:
        records = _together(model, portfolio, request, (one, evidence, first), parties)
    else:
        subject = request.pseudonym(one)
        records = (written(model, evidence, request, decision_id=first, subject=subject),)
    return _appended(records, ledger, once)


def _together(
    model: ScoringModel,
    portfolio: Portfolio,
    request: Request,
    first: tuple[Applications, Evidence, str],
    parties: Sequence[Party],
) -> tuple[DecisionRecord, ...]:
    """Write a record for everybody who applies: each of their own rows, with what is decided for all."""
    one, evidence, decision_id = first
    beside = [party.application for party in parties if party.role == CO_APPLICANT]
    sureties = [party.application for party in parties if party.role == GUARANTOR]
    people = [one, *beside]
    gathered = [evidence, *(prepared(model, each, portfolio, request, None) for each in beside)]
    subjects = [request.pseudonym(each) for each in people]
    ids = [decision_id, *(str(uuid.uuid5(uuid.UUID(decision_id), str(k))) for k in range(1, len(people)))]
    others = [
        Other(
            APPLICANT if k == 0 else CO_APPLICANT, ids[k], subjects[k],
            *standing_of(model, gathered[k], request, subjects[0]), _means_known(gathered[k]),
        )
        for k in range(len(people))
    ]  # fmt: skip
    portfolio = ability_portfolio(model, request.policy, one, portfolio)
    pooled = [*people, *(sureties if _are_counted(request) else ())]
    joint = joint_evidence(portfolio, pooled) if len(pooled) > 1 else None
    checked = tuple(joint_evidence(portfolio, [each]) for each in sureties)
    whole = Together(APPLICANT, subjects[0], (), joint, checked)
    records = tuple(
        written(
            model, gathered[k], request, decision_id=ids[k], subject=subjects[k],
            together=replace(whole, role=others[k].role, others=(*others[:k], *others[k + 1 :])),
        )
        for k in range(len(people))
    )  # fmt: skip
    if len({record.decision for record in records}) > 1:
        raise ExplanationError(
            f"The decisions on those who apply together in application {one.application_ids[0]!r} differ. "
            "Nothing was written; please report it."
        )
    return records


def _are_counted(request: Request) -> bool:
    policy = request.policy
    return policy is not None and policy.strategy is not None and policy.strategy.guarantors == COUNTED


def _means_known(evidence: Evidence) -> bool:
    means = means_of(evidence, 1)
    return means.commitments is not None and means.essentials is not None


def _appended(
    records: tuple[DecisionRecord, ...], ledger: Ledger | None, once: Once | None
) -> tuple[DecisionRecord, ...]:
    """Append all records or none, or return those that were taken under the key meanwhile."""
    if ledger is None:
        return records
    try:
        if len(records) == 1:
            ledger.append(records[0])
        else:
            ledger.append_many(records)
    except LedgerError:
        if once is None or not once.is_decided:
            raise
        return _taken(once)
    return records


def _taken(once: Once) -> tuple[DecisionRecord, ...]:
    """The records that were written for a request, those of co-applicants too where they are readable."""
    record = once.decided()
    others = record.content.get("parties", {}).get("others", ())
    return (record, *(once.ledger.read(one["decision_id"]) for one in others))
