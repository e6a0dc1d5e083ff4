"""The rows that the ability to pay is judged by, where law or consent tell its purpose from the score's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONSENTS, source_of
from creditscore.data.terms import ABILITY, SCORE
from creditscore.deciding.allowed import under_rules
from creditscore.deciding.evidence import Evidence, gather
from creditscore.deciding.joint import TABLES_OF_MEANS
from creditscore.deciding.means import means_computer
from creditscore.features.compute import FeatureComputer
from creditscore.law.leaving import tables_of_tags
from creditscore.policy.rules import Policy
from creditscore.scoring.model import ScoringModel


def ability_portfolio(
    model: ScoringModel, policy: Policy | None, one: Applications, portfolio: Portfolio
) -> Portfolio:
    """Return what may be read for the ability to pay: of the score, where nothing tells them apart."""
    purpose = ABILITY if _is_apart(model, portfolio) else SCORE
    return under_rules(model, policy, one, portfolio, purpose)[1]


def ability_evidence(
    model: ScoringModel, policy: Policy | None, one: Applications, portfolio: Portfolio
) -> Evidence | None:
    """Gather the rows that the ability to pay is judged by; None where they are those of the score.

    So a law that bars what goes over accounts from a score, and asks for income and expenses all the same, is
    kept by both: no row of the one reaches the other.

    Parameters
    ----------
    model, policy
    one : Applications
        A single application.
    portfolio : Portfolio
        As it was given.
    """
    if policy is None or policy.strategy is None or not _is_apart(model, portfolio):
        return None
    one, portfolio, retention = under_rules(model, policy, one, portfolio, ABILITY)
    return gather(means_computer(), one, portfolio).keeping(retention)


def _is_apart(model: ScoringModel, portfolio: Portfolio) -> bool:
    """Tell whether a law, the terms of the lender or a consent name one of the two purposes alone."""
    there = {name for name in TABLES_OF_MEANS if name in portfolio.tables}
    if model.law is not None:
        score, ability = (tables_of_tags(model.law.used.forbidden(one)) for one in (SCORE, ABILITY))
        if there & (score ^ ability):
            return True
    terms, consents = portfolio.terms, portfolio.tables.get(CONSENTS)
    sources = {source_of(name) for name in TABLES_OF_MEANS}
    if any(terms.forbids(one, SCORE) != terms.forbids(one, ABILITY) for one in sources):
        return True
    return consents is not None and consents.row("purpose") >= 0


def reopened(computer: FeatureComputer, inputs: Mapping[str, Any]) -> Evidence:
    """Open stored inputs, with the rows of the ability to pay where they have some of their own."""
    found = Evidence.of(computer, inputs)
    apart = inputs.get("ability")
    return found if apart is None else found.beside(Evidence.of(means_computer(), apart))
