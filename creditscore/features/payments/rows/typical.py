"""Typical income: what balances and commitments are set against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.payments.layout import ledger_of
from creditscore.data.payments.marks import IN, Ledger, Marks, Span
from creditscore.features.chunk import Chunk
from creditscore.features.payments.rows.blocks import median_of, monthly_sums
from creditscore.features.payments.rows.feed import read_feed
from creditscore.features.payments.rows.reading import read_payments

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

INCOME_MONTHS = 6
LEAST_MONTHS = 2


@compiled
def find_typical(
    firsts: I8, begins: I8, marks: Marks, ledger: Ledger, months: I8, month_begins: I8
) -> F8:  # fmt: skip
    """Return the median income of the newest 6 whole calendar months, shape (n_applications,).

    Arrays: those of the payments as in `reading.Read`; ``months`` and ``month_begins`` those of `feed.Feed`,
    shape (n_applications,) and (n_applications, 37).
    """
    typical = np.full(months.size, np.nan)
    for r in range(months.size):
        if months[r] >= LEAST_MONTHS:
            span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
            bounds = month_begins[r, max(0, months[r] - INCOME_MONTHS) : months[r] + 1]
            typical[r] = median_of(monthly_sums(IN, span, ledger, marks, bounds))
    return typical


def typical_income(chunk: Chunk) -> F8:
    """Return the median income of the newest 6 whole calendar months, NaN with fewer than 2.

    Ask for it by ``chunk.once(typical_income)``. Returns shape (n_applications,), money.
    """
    read, feed = chunk.once(read_payments), chunk.once(read_feed)
    table = chunk.portfolio.tables["payments"]
    ledger = ledger_of(table, read.at)
    return find_typical(read.firsts, read.begins, read.usual, ledger, feed.months, feed.begins)
