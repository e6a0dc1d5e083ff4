"""A request, and what is gathered for it: rows and application of each person that it decides on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.ability import ability_evidence
from creditscore.deciding.allowed import under_rules
from creditscore.deciding.cell import gone_sources
from creditscore.deciding.evidence import Evidence, gather
from creditscore.deciding.history import history_alone
from creditscore.deciding.means import means_computer
from creditscore.deciding.strategy import PURPOSE
from creditscore.deciding.subjects import bind
from creditscore.errors import ParameterError
from creditscore.explain.references import ReferenceName
from creditscore.features.compute import FeatureComputer
from creditscore.policy.rules import Policy
from creditscore.scoring.model import ScoringModel

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.signing.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Request:
    """What holds for all records of one request.

    Attributes
    ----------
    policy : Policy or None
    reference : str or None
    files : mapping of str to str, or None
        Hashes of the files that the model is saved in.
    ledger : Ledger or None
    decided_at : datetime
        With a zone.
    sign_with : SigningKey or None
    """

    policy: Policy | None
    reference: ReferenceName | None
    files: Mapping[str, str] | None
    ledger: Ledger | None
    decided_at: datetime
    sign_with: SigningKey | None

    def pseudonym(self, one: Applications) -> str:
        """What the applicant is called: by the ledger, or else as in no other record."""
        if self.ledger is None:
            return f"subject-{secrets.token_hex(16)}"
        return self.ledger.pseudonym(one.applicant_ids[0])


def prepared(
    model: ScoringModel,
    one: Applications,
    portfolio: Portfolio,
    request: Request,
    asked: Applications | Mapping[str, Any] | None,
) -> Evidence:
    """Gather what a decision on one person rests on.

    Parameters
    ----------
    model, one, portfolio, request
    asked : mapping or Applications, optional
        The application as it was given, to hold the policy against.
    """
    policy = request.policy
    ability = ability_evidence(model, policy, one, portfolio)
    one, portfolio, retention = under_rules(model, policy, one, portfolio)
    one, found = model.admitted(one, portfolio)
    if policy is not None and asked is not None:
        bind(policy, model, one, asked)
    also = _also(policy, request.ledger)
    evidence = gather(
        model.computer, one, portfolio, compared=_compared(policy),
        also=None if ability is not None else also,
    ).beside(ability)
    found += (*model.values_found(one, evidence.matrix), *history_alone(model, evidence))
    evidence = evidence.noting(found).keeping(retention)
    return evidence.without(gone_sources(model, one, portfolio))


def _also(policy: Policy | None, ledger: Ledger | None) -> FeatureComputer | None:
    """Return what a strategy computes besides the features of the model."""
    if policy is None or policy.strategy is None:
        return None
    if policy.strategy.draws and ledger is None:
        raise ParameterError("Arms and exploration draw by the pseudonym of a ledger. Give 'ledger' too.")
    return means_computer()


def _compared(policy: Policy | None) -> tuple[str, ...]:
    """Attributes of the application that rules and the strategy read."""
    if policy is None:
        return ()
    plan = policy.strategy
    read = () if plan is None else (*plan.attributes, PURPOSE)
    return (*(rule.subject for rule in policy.rules), *read)
