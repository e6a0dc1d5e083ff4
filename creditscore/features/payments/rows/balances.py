"""The balance at the end of each day: what a person could have paid with."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY
from creditscore.data.payments.layout import BALANCE
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.reading import account_balances, read_payments
from creditscore.features.payments.rows.standing import BORNE_OUT, OVERDRAWN, OWED, SAVED, TOGETHER
from creditscore.features.payments.rows.typical import typical_income
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# rows of the block of days
TOTAL, BELOW_ZERO, LOW, DEPTH, MEAN, SAVINGS, CARD_DEBT, CURRENT, SPELL, STANDS = range(10)
DAY_COLUMNS = 10

LONGEST_BALANCE = 210
MEAN_DAYS = 30
# what anyone could stage for the moment: the newest day ends say nothing of how much is usually there
STAGED_DAYS = 31
# a balance is low below this share of a typical month's income
LOW_SHARE = 0.1


@nested
def known_days(lo: int, n: int, as_of: int, times: I8, sums: F8) -> int:
    """Return at how many day ends before the moment, at most 210, a balance was known.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``sums`` shape (5, n), money.
    """
    for p in range(n):
        if not (math.isnan(sums[TOGETHER, p]) and math.isnan(sums[OWED, p])):
            return int(min(LONGEST_BALANCE, (as_of - 1 - times[0, lo + p]) // DAY + 1))
    return 0


@nested
def fill_days(lo: int, n: int, as_of: int, times: I8, sums: F8, low: float, days: F8) -> None:
    """Write what stood on the accounts at each day end, oldest first; it holds until the next known one.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``sums`` shape (5, n), money; ``days`` shape
    (10, n_days).
    """
    count = days.shape[1]
    p = 0
    for k in range(count):
        end = as_of - (count - 1 - k) * DAY
        while p < n and times[0, lo + p] < end:
            p += 1
        stands, below = sums[TOGETHER, p - 1], sums[OVERDRAWN, p - 1]
        days[STANDS, k] = stands
        days[BELOW_ZERO, k] = math.nan if math.isnan(stands) else (1.0 if below > 0.0 else 0.0)
        left = sums[BORNE_OUT, p - 1]
        lacks = max(0.0, below, -left) if left < stands else max(0.0, below)
        days[DEPTH, k] = math.nan if math.isnan(stands) else lacks
        before = days[BELOW_ZERO, k - 1] if k > 0 else 0.0
        days[SPELL, k] = math.nan if math.isnan(stands) else (1.0 if below > 0.0 and before != 1.0 else 0.0)
        days[SAVINGS, k] = sums[SAVED, p - 1]
        days[CARD_DEBT, k] = sums[OWED, p - 1]
        balance = left if count - k > STAGED_DAYS else math.nan
        days[TOTAL, k] = balance
        days[LOW, k] = math.nan if math.isnan(low) or math.isnan(balance) else (1.0 if balance < low else 0.0)
        days[CURRENT, k] = balance - (sums[SAVED, p - 1] if sums[SAVED, p - 1] == sums[SAVED, p - 1] else 0.0)
        days[MEAN, k] = math.nan
        if k >= MEAN_DAYS - 1:
            total = 0.0
            for earlier in range(k - MEAN_DAYS + 1, k + 1):
                total += days[TOTAL, earlier]
            days[MEAN, k] = total / MEAN_DAYS


@compiled
def fill_balances(
    firsts: I8, begins: I8, times: I8, as_of: I8, balances: F8, incomes: F8
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write the day ends of every application.

    Arrays: those of the payments as in `reading.Read` and `EventTable`; ``as_of`` shape (n_applications,) in
    microseconds; ``balances`` shape (5, n_payments) and ``incomes`` shape (n_applications,), money. Returns
    shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size * LONGEST_BALANCE, np.int64)
    days = np.empty((DAY_COLUMNS, as_of.size * LONGEST_BALANCE))
    for r in range(as_of.size):
        row = starts[r]
        lo, sums = firsts[r], balances[:, begins[r] : begins[r + 1]]
        n = sums.shape[1]
        count = known_days(lo, n, as_of[r], times, sums)
        if count > 0:
            fill_days(lo, n, as_of[r], times, sums, LOW_SHARE * incomes[r], days[:, row : row + count])
        for k in range(count):
            when[row + k] = as_of[r] - (count - k) * DAY
        starts[r + 1] = row + count
    total = starts[-1]
    return starts, when[:total], days[:, :total].copy()


def balance_days(chunk: Chunk) -> Rows:
    """Build the view `balance_days`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, DAY_COLUMNS, 0)
    read = chunk.once(read_payments)
    if read.at[BALANCE] < 0:
        return no_rows(chunk.owners.size, DAY_COLUMNS, 0)
    starts, when, values = fill_balances(
        read.firsts,
        read.begins,
        table.times,
        chunk.as_of,
        chunk.once(account_balances),
        chunk.once(typical_income),
    )
    no_codes = np.empty((0, when.size), np.int32)
    return Rows(starts[:-1], starts[1:], when, values, no_codes, np.empty(0, np.int64))


_NEEDS: Final = ("payments.balance",)

VIEWS: Final = (
    View(
        name="balance_days",
        meaning=(
            "The newest 210 days of 24 hours before the moment, from the first known balance on: what stood "
            "on the accounts at the end of each, by their last known balances; cards stand apart. The time "
            "of a day is its start. Unproven money came in the newest 92 days, where payments are known for "
            "122 or more, beyond 1.25 times the most that its payer (else its class, kind and category) "
            "brought in one of the twelve times 30 days before, and did not go back; what persons sent of "
            "it, and what came and went back while it was there, comes off whole."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn(
                "balance",
                "balance of current and savings accounts, added up, less unproven money (but for what "
                "persons sent, by that alone never below 0, nor below the lowest since the 92 days began); "
                "missing where none was known, and in the newest 31 days",
                "money",
                _NEEDS,
            ),
            ViewColumn(
                "below_zero",
                "1 if any current account is below 0, or they would be without what persons sent, else 0",
                "0/1",
                _NEEDS,
            ),
            ViewColumn(
                "low",
                "1 if that balance is below 10 % of the median income of the newest 6 whole calendar months, "
                "else 0; missing with fewer than 2 months",
                "0/1",
                _NEEDS,
            ),
            ViewColumn(
                "overdraft_depth",
                "how far current accounts are below 0, added up, or would be without what persons sent, or "
                "the balance without unproven money is, whichever is furthest; 0 if none is",
                "money",
                _NEEDS,
            ),
            ViewColumn("mean_30d", "mean of the newest 30 day ends; missing with fewer", "money", _NEEDS),
            ViewColumn(
                "savings", "balance of accounts known to be savings; missing without one", "money", _NEEDS
            ),
            ViewColumn("card_debt", "what is owed on cards; missing without a card", "money", _NEEDS),
            ViewColumn("current", "that balance without savings", "money", _NEEDS),
            ViewColumn(
                "spell_begins",
                "1 if below_zero is 1 and was not the day before, else 0",
                "0/1",
                _NEEDS,
            ),
            ViewColumn(
                "stands",
                "balance of current and savings accounts, added up, as it stood; missing where none was "
                "known",
                "money",
                _NEEDS,
            ),
        ),
        codes=(),
        build=balance_days,
        version=5,
    ),
)
