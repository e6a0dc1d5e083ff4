"""What a record may hold of an applicant: no row of a source that must not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.data.applications import Applications
from creditscore.data.consented import lacks_consent
from creditscore.data.portfolio import Portfolio
from creditscore.data.retention.kinds import Retention
from creditscore.data.retention.reading import retained
from creditscore.data.sources import SOURCE_TABLES, SOURCES, source_of, tells_of_others
from creditscore.data.stored.rows import RowNumbers
from creditscore.data.terms import SCORE
from creditscore.policy.rules import Policy
from creditscore.scoring.model import ScoringModel


def allowed_rows(portfolio: Portfolio, one: Applications, rows: RowNumbers) -> RowNumbers:
    """Leave out rows of the applicant that no feature may read, so that no record holds them.

    Rows of loans stay: features of payments tell what a loan brought by the lender's own books.

    Parameters
    ----------
    portfolio : Portfolio
    one : Applications
        A single application.
    rows : mapping of str to ndarray of int64, shape (n_rows,)
        Numbers of rows by table.
    """
    return {
        name: numbers[:0] if _is_shut(portfolio, one, name) else numbers for name, numbers in rows.items()
    }


def under_rules(
    model: ScoringModel,
    policy: Policy | None,
    one: Applications,
    portfolio: Portfolio,
    purpose: str = SCORE,
) -> tuple[Applications, Portfolio, Retention]:
    """Return what law and policy let a decision read for a purpose, and how long adverse facts are read."""
    if purpose == SCORE:
        one, portfolio = model.lawful(one, portfolio)
    else:
        portfolio = portfolio.read_for(purpose)
        if model.law is not None:
            one, portfolio = model.law.readable(one, portfolio, purpose)
    by_law = Retention() if model.law is None else model.law.retention
    by_policy = Retention() if policy is None else policy.retention
    return one, retained(portfolio, by_policy), by_law.and_also(by_policy)


def _is_shut(portfolio: Portfolio, one: Applications, table: str) -> bool:
    if table in SOURCES["loans"].tables or table not in SOURCE_TABLES or tells_of_others(table):
        return False
    source = source_of(table).name
    shut = portfolio.terms.bars(source)
    return shut or lacks_consent(portfolio, source, one.applicant_ids[0], one.as_of)


def under_terms(portfolio: Portfolio, inputs: Mapping[str, Any]) -> Portfolio:
    """Put a portfolio under the terms that stored inputs name, if they do."""
    return portfolio.with_sources(**inputs["terms"]) if "terms" in inputs else portfolio
