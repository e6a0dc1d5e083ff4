"""What a household lives on, as far as payments tell: for the gate of the ability to pay, not for a model."""

from __future__ import annotations

from functools import cache
from typing import Final

from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Term
from creditscore.features.payments.declared.debts import debt_features
from creditscore.features.payments.declared.terms import EBA, cash_flow
from creditscore.words.labels import Label, within

INCOME_LOW: Final = "payments_income_low_12m"
ESSENTIALS: Final = "payments_essentials_monthly_12m"
DEBTS: Final = "payments_debt_service_monthly_amount"
_MONTHS: Final = 12
_LEAST: Final = 3
_FEW: Final = "payments were not seen in the newest 92 days, or fewer than 3 whole calendar months"


@cache
def ability_features() -> FeatureSet:
    """Return what an ability to pay is assessed from: a low income, essential spending, and debts.

    Returns
    -------
    FeatureSet
        The lower quartile of monthly income, mean monthly essential spending, and what debts take a month,
        each once. No model needs them; `Strategy` computes them as of the moment of a decision.

    Examples
    --------
    >>> ability_features().names
    ('payments_income_low_12m', 'payments_essentials_monthly_12m', 'payments_debt_service_monthly_amount')
    """
    (debts,) = (one for one in debt_features() if one.name == DEBTS)
    return FeatureSet((_income(), _essentials(), debts))


def _income() -> Feature:
    return cash_flow(
        name=INCOME_LOW,
        formula=Term(
            "payment_months", "quantile", column="income", last=_MONTHS, minimum_rows=_LEAST, argument=0.25
        ),
        label=Label("payments_income_low", span=within("12m")),
        definition="25 % quantile, with linear interpolation, of the income of the newest 12 whole calendar "
        "months; at least 3",
        unit="money",
        sign=-1,
        reason_group="income_level",
        missing=_FEW,
        reference=EBA,
        in_model=False,
    )


def _essentials() -> Feature:
    return cash_flow(
        name=ESSENTIALS,
        formula=Term("payment_months", "mean", column="essentials", last=_MONTHS, minimum_rows=_LEAST),
        label=Label("payments_essentials_monthly", span=within("12m")),
        definition="mean spending a month on the categories groceries to tax in the newest 12 whole calendar "
        "months; at least 3",
        unit="money",
        sign=0,
        reason_group="spending_level",
        missing=f"{_FEW}, or payments have no category",
        reference=EBA,
        in_model=False,
    )
