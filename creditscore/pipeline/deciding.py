"""Decisions with a fitted pipeline: on one person, or on all who apply together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.jointly import decide
from creditscore.deciding.record import DecisionRecord
from creditscore.explain.references import ReferenceName
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.policy.rules import Policy
from creditscore.scoring.model import Scoring

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.signing.keys import SigningKey


class Deciding(Scoring):
    """What a fitted pipeline decides."""

    __slots__ = ()

    _hashed: Callable[[], Mapping[str, str]]
    under: Any

    def decide(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        *,
        policy: Policy | None = None,
        reference: ReferenceName | None = None,
        ledger: Ledger | None = None,
        decided_at: datetime | None = None,
        idempotency_key: str | None = None,
        sign_with: SigningKey | None = None,
        jurisdiction: Jurisdiction | None = None,
    ) -> DecisionRecord:
        """Decide on one application and write the record of it, from which it can be replayed.

        Parameters
        ----------
        application : mapping or Applications of one
            At least application_id, applicant_id and as_of.
        portfolio : Portfolio
            What is known. The record keeps the rows that the features read, without ids of people.
        policy : Policy, optional
            Rules and a cut-off. Without it nothing is decided and no smallest changes are searched.
        reference : {"training_mean", "approved", "near_cutoff"}, optional
            What points and reasons are measured against; all but the first need a policy, whose cut-off they
            are set at. By default those whom that cut-off approves; without a policy, the training mean.
        ledger : Ledger, optional
            Where the record is appended, under the applicant's pseudonym there. Threads share its syncs.
        decided_at : datetime, optional
            With a zone; now by default.
        idempotency_key : str, optional
            What you call this request: if the ledger holds a decision under it, that one is returned.
        sign_with : SigningKey, optional
            Who vouches for the record; its signature stands in it.
        jurisdiction : Jurisdiction, optional
            Decide under this law, as `under` says; by default that of the fit.

        Returns
        -------
        DecisionRecord
            Also for an applicant who cannot be scored. Where the table ``parties`` names people who apply
            together, that of the applicant; `decide_together` returns all.

        Raises
        ------
        ExplanationError
            If the features cannot be rebuilt from the rows that would be stored, or points do not add up.
        ParameterError
            If the parties of the application contradict it, or the policy has no strategy to judge them by.
        """
        return self.decide_together(
            application,
            portfolio,
            policy=policy,
            reference=reference,
            ledger=ledger,
            decided_at=decided_at,
            idempotency_key=idempotency_key,
            sign_with=sign_with,
            jurisdiction=jurisdiction,
        )[0]

    def decide_together(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        *,
        policy: Policy | None = None,
        reference: ReferenceName | None = None,
        ledger: Ledger | None = None,
        decided_at: datetime | None = None,
        idempotency_key: str | None = None,
        sign_with: SigningKey | None = None,
        jurisdiction: Jurisdiction | None = None,
    ) -> tuple[DecisionRecord, ...]:
        """Decide on all who apply together, and write a record of each.

        Everybody is scored by the same model on their own data, and has a record with their own reasons. The
        decision is one and stands in all of them: it is lent where everybody stands, at the price of the
        worst grade, out of the income of all together, with each of their loans counted once. Nobody is told
        what is known of another, but that somebody else's data decided.

        Parameters
        ----------
        application, portfolio, policy, reference, ledger, decided_at, idempotency_key, sign_with, \
jurisdiction
            As for `decide`. The portfolio's table ``parties`` names the others.

        Returns
        -------
        tuple of DecisionRecord
            That of the applicant first, then those of co-applicants in the order of their ids. In a ledger
            all of them are appended, or none.
        """
        files = self._hashed()
        return decide(
            self.model if jurisdiction is None else self.under(jurisdiction).model,
            application,
            portfolio,
            files=files,
            policy=policy,
            reference=reference,
            ledger=ledger,
            decided_at=decided_at,
            idempotency_key=idempotency_key,
            sign_with=sign_with,
        )
