"""One request, one decision: who asks again, because no answer came, gets the decision that was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditscore.data.applications import Applications
from creditscore.data.door.clock import moment
from creditscore.errors import LedgerError, ParameterError

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.deciding.record import DecisionRecord


@dataclass(frozen=True, slots=True, eq=False)
class Once:
    """A request that is decided once.

    Attributes
    ----------
    ledger : Ledger
    decision_id : str
        Follows from the key that the caller gave.
    application : Applications
        The single one that is asked for.
    """

    ledger: Ledger
    decision_id: str
    application: Applications

    @classmethod
    def of(cls, ledger: Ledger | None, key: str, application: Applications) -> Once:
        """Look up a request.

        Raises
        ------
        ParameterError
            If there is no ledger to look in.
        """
        if ledger is None:
            raise ParameterError("An 'idempotency_key' is looked up in a ledger. Give 'ledger' too.")
        return cls(ledger, ledger.decision_id(key), application)

    @property
    def is_decided(self) -> bool:
        """Whether the ledger holds a decision under the key."""
        return self.decision_id in self.ledger

    def decided(self) -> DecisionRecord:
        """Return the decision that was taken.

        Raises
        ------
        LedgerError
            If it was taken on another application.
        """
        record, one = self.ledger.read(self.decision_id), self.application
        asked = (
            one.application_ids[0],
            self.ledger.pseudonym(one.applicant_ids[0]),
            moment(int(one.as_of[0])).isoformat(),
        )
        if asked != (record.content["application_id"], record.subject, record.content["as_of"]):
            raise LedgerError(
                "The idempotency key was used for another application or moment, for the decision "
                f"{self.decision_id}. Give each request a key of its own."
            )
        return record
