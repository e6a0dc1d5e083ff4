"""Every view of payments and bills."""

from __future__ import annotations

from typing import Final

from creditscore.features.view import View
from creditscore.features.views import balances, bills, flows, income, payment_blocks, season

PAYMENT_VIEWS: Final[tuple[View, ...]] = (
    *flows.VIEWS,
    *payment_blocks.VIEWS,
    *balances.VIEWS,
    *income.VIEWS,
    *season.VIEWS,
    *bills.VIEWS,
)
