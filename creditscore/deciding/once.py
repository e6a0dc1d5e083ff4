"""One request, one decision: who asks again, because no answer came, gets the decision that was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from creditscore.data.applications import Applications
from creditscore.data.door.clock import moment
from creditscore.errors import KeyReusedError, ParameterError

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.deciding.record import DecisionRecord

_KEYS: Final = frozenset({"application_id", "applicant_id", "as_of"})


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
        KeyReusedError
            If it was taken on another application, or on other attributes of it.
        """
        record, one = self.ledger.read(self.decision_id), self.application
        asked = (
            one.application_ids[0],
            self.ledger.pseudonym(one.applicant_ids[0]),
            moment(int(one.as_of[0])).isoformat(),
        )
        stored = record.content["inputs"]["application"]
        other = asked != (record.content["application_id"], record.subject, record.content["as_of"])
        if other or _differ(one, stored):
            raise KeyReusedError(
                "The idempotency key was used for another application or moment, or other attributes, for "
                f"the decision {self.decision_id}. Give each request a key of its own."
            )
        return record


def _differ(one: Applications, stored: Mapping[str, Any]) -> bool:
    """Whether an attribute that was decided on is another one now; ids and moments are compared elsewhere."""
    for name, value in stored.items():
        if name in one.numeric and isinstance(value, int | float):
            if one.numeric[name][0] != value:
                return True
        elif name in one.text and isinstance(value, str):
            if one.text[name][0] != value:
                return True
        elif name not in {*_KEYS, *one.numeric, *one.text, *one.moments} and value is not None:
            return True
    return False
