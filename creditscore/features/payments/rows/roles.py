"""Which payments were known, and what each is to the cash flow: names that every view of payments shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.data.payments.keys import number_keys
from creditscore.data.payments.layout import (
    ACCOUNT,
    AMOUNT,
    BALANCE,
    BENEFITS,
    BILL,
    CASH,
    CATEGORY,
    CHANNEL,
    COUNTERPARTY,
    COUNTERPARTY_KIND,
    EDUCATION,
    FEE,
    FEES,
    GROCERIES,
    HEALTH,
    HIGH_COST_CREDIT,
    HOUSEHOLD,
    KIND,
    LENDER,
    LOAN_OUT,
    METHOD,
    PENALTY,
    PENSION,
    PURCHASE,
    SALARY,
    STATUS,
    TAX,
    TRANSPORT,
    code_at,
)
from creditscore.data.payments.marks import HIDDEN, IN, NEITHER, OUT
from creditscore.data.visible import has_happened, is_visible

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

__all__ = [
    "ACCOUNT", "AMOUNT", "BALANCE", "BENEFITS", "BILL", "CASH", "CATEGORY", "CHANNEL", "COUNTERPARTY",
    "COUNTERPARTY_KIND", "EDUCATION", "FEE", "FEES", "GROCERIES", "HEALTH", "HIDDEN", "HIGH_COST_CREDIT",
    "HOUSEHOLD", "IN", "KIND", "LENDER", "LOAN_OUT", "METHOD", "NEITHER", "OUT", "PENALTY", "PENSION",
    "PURCHASE", "SALARY", "STATUS", "TAX", "TRANSPORT", "code_at", "count_rows", "first_known", "number_keys",
]  # fmt: skip


@compiled
def count_rows(offsets: I8, owners: I8, as_of: I8, times: I8) -> I8:
    """Return running counts of the rows that were known, shape (n_applications + 1,)."""
    starts = np.zeros(owners.size + 1, np.int64)
    for r in range(owners.size):
        visible = 0
        if owners[r] >= 0:
            for i in range(offsets[owners[r]], offsets[owners[r] + 1]):
                if not has_happened(times, i, as_of[r]):
                    break
                if is_visible(times, i, as_of[r]):
                    visible += 1
        starts[r + 1] = starts[r] + visible
    return starts


@nested
def first_known(n: int, roles: I1) -> int:
    """Return the position of the oldest known row, -1 if there is none.

    Arrays: ``roles`` shape (n,), what each payment is to the cash flow.
    """
    for p in range(n):
        if roles[p] != HIDDEN:
            return p
    return -1
