"""Every view of payments and bills."""

from __future__ import annotations

from typing import Final

from creditscore.features.bills import rows as bills
from creditscore.features.payments.rows import (
    balances,
    card_bills,
    commitments,
    debts,
    flows,
    income,
    periods,
    season,
)
from creditscore.features.view import View

PAYMENT_VIEWS: Final[tuple[View, ...]] = (
    *flows.VIEWS,
    *periods.VIEWS,
    *balances.VIEWS,
    *season.VIEWS,
    *income.VIEWS,
    *commitments.VIEWS,
    *debts.VIEWS,
    *card_bills.VIEWS,
    *bills.VIEWS,
)
