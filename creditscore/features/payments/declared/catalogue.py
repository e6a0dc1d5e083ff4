"""Payments, purchases and bills: every feature of the cash flow."""

from __future__ import annotations

from creditscore.features.bills.declared import bill_features
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Covered, Formula, Term
from creditscore.features.payments.declared.balances import balance_features
from creditscore.features.payments.declared.borrowing import borrowing_features
from creditscore.features.payments.declared.budget import budget_features, pressure_features
from creditscore.features.payments.declared.clock import clock_features
from creditscore.features.payments.declared.commitments import commitment_features
from creditscore.features.payments.declared.debts import debt_features
from creditscore.features.payments.declared.income import income_features
from creditscore.features.payments.declared.long_record import given_to_models
from creditscore.features.payments.declared.purchases import spending_features
from creditscore.features.payments.declared.salary import salary_features
from creditscore.features.payments.declared.terms import cash_flow
from creditscore.features.payments.declared.windows import change_features, window_features
from creditscore.words.labels import Label


def payment_features(*, every: bool = False) -> FeatureSet:
    """Declare features of payments, purchases and bills.

    Each payment is of one class, by all that is known of it (`Portfolio.classified`). Income means wages,
    pensions, benefits, business, cash paid in and other or unexplained credits: never interest, loans, money
    from persons, savings or own accounts, winnings, or what was booked back. Spending means debits that leave
    the person, less what refunds took back. Months are whole calendar months of the portfolio's
    zone.

    Parameters
    ----------
    every : bool, default False
        Also the plain statistics in windows (means, deviations, extremes, medians, gaps), which have no
        direction and added nothing on the sets at hand (``benchmarks/results_worth.md``).

    Returns
    -------
    FeatureSet
        Names start with ``payments_`` or ``bills_``. A feature whose columns are absent is NaN.

    Examples
    --------
    >>> catalogue = payment_features()
    >>> catalogue["payments_income_median_6m"].sign
    -1
    >>> len(catalogue.where(lambda feature: feature.reason_group == "gambling"))
    3
    """
    declared = (
        *_coverage(),
        *window_features(every=every),
        *change_features(),
        *income_features(),
        *salary_features(),
        *commitment_features(),
        *borrowing_features(),
        *debt_features(),
        *budget_features(),
        *balance_features(),
        *pressure_features(),
        *spending_features(),
        *clock_features(),
        *bill_features(),
    )
    return FeatureSet(tuple(map(given_to_models, declared)))


def _coverage() -> tuple[Feature, ...]:
    rows: tuple[tuple[str, Formula, str, str], ...] = (
        ("covered", Covered("payments"), "1 if payments were there at the moment, else 0", "0/1"),
        ("history_days", Term("flows", "age"), "days since the oldest known payment", "days"),
        ("stale_days", Term("flows", "recency"), "days since the newest known payment", "days"),
    )
    return tuple(
        cash_flow(
            name=f"payments_{name}", formula=formula, label=Label(f"payments_{name}"), definition=words,
            unit=unit, legal_tags=("payment_data",), reference="coverage", in_model=name != "stale_days",
            # who shows less of an account is never the better for it
            sign=-1 if name == "history_days" else 0,
        )
        for name, formula, words, unit in rows
    )  # fmt: skip
