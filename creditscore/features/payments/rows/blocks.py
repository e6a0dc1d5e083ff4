"""Calendar months, and weeks counted back from the end of what was seen: what one payment adds to them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock, local_day
from creditscore.data.payments.layout import (
    AMOUNT,
    BASIC,
    CATEGORY,
    GROCERIES,
    TAX,
    code_at,
)
from creditscore.data.payments.marks import HIDDEN, IN, OUT, Ledger, Marks, Span
from creditscore.data.payments.rules import (
    CHARGES,
    DEBTS,
    FROM_SAVINGS,
    PURCHASED,
    TO_SAVINGS,
    WAGE_LIKE,
)
from creditscore.features.kernels.order import middle, sort_in_place
from creditscore.features.payments.rows.rhythm import MONTH_DAYS
from creditscore.features.rows import Rows

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

WEEK = 7 * DAY
YEAR_MONTHS = 12
# income of a month counts as present from this share of the usual on
PRESENT_SHARE = 0.25

# rows of a block of months
INCOME, OUTFLOW, NET, NEGATIVE, PRESENT, PAY, PURCHASES, ESSENTIALS, BASICS, LOANS, FEES_PAID = range(11)
LOWEST, DAILY_INCOME, DAILY_OUTFLOW, DAYS, COUNT, PURCHASE_DAYS, SAVED, YEARLY = range(11, 19)
MONTH_COLUMNS = 19


@nested
def whole_weeks(first: int, seen: int, most: int) -> int:
    """Return how many weeks before the end of what was seen lie wholly after the first known payment."""
    return int(min(most, (seen - first) // WEEK)) if first >= 0 and seen >= 0 else 0


@inner
def week_of(time: int, seen: int) -> int:
    """Return how many weeks lie between a time and the end of what was seen."""
    return int((seen - 1 - time) // WEEK)


@inner
def money_of(m: int, span: Span, ledger: Ledger, marks: Marks) -> float:
    """Return the size of a payment, less what refunds took back of it."""
    return float(abs(ledger.values[ledger.at[AMOUNT], m + span.shift]) - marks.undone[m])


@inner
def add_spending(m: int, span: Span, ledger: Ledger, marks: Marks, months: F8, k: int) -> None:
    """Add one debit to its month.

    Arrays: ``months`` shape (19, n_months).
    """
    spent = money_of(m, span, ledger, marks)
    found = marks.classes[m]
    category = code_at(ledger.codes, ledger.at[CATEGORY], m + span.shift)
    months[OUTFLOW, k] += spent
    if category >= GROCERIES and category <= TAX:
        months[ESSENTIALS, k] += spent
    if found == PURCHASED:
        months[PURCHASES, k] += spent
        if category in BASIC:
            months[BASICS, k] += spent
    elif found in DEBTS:
        months[LOANS, k] += spent
    elif found in CHARGES:
        months[FEES_PAID, k] += spent


@inner
def add_payment(m: int, span: Span, ledger: Ledger, marks: Marks, months: F8, k: int) -> None:
    """Add one known payment to its month.

    Arrays: ``months`` shape (19, n_months).
    """
    months[COUNT, k] += 1.0
    found = marks.classes[m]
    if marks.roles[m] == IN:
        income = money_of(m, span, ledger, marks)
        months[INCOME, k] += income
        if found in WAGE_LIKE:
            months[PAY, k] += income
    elif marks.roles[m] == OUT:
        add_spending(m, span, ledger, marks, months, k)
    elif found in (TO_SAVINGS, FROM_SAVINGS):
        months[SAVED, k] -= ledger.values[ledger.at[AMOUNT], m + span.shift]


@nested
def median_of(values: F8) -> float:
    """Return the median; NaN of nothing.

    Arrays: ``values`` shape (n,).
    """
    if values.size == 0:
        return math.nan
    ordered = values.copy()
    sort_in_place(ordered)
    return middle(ordered)


@nested
def monthly_sums(role: int, span: Span, ledger: Ledger, marks: Marks, begins: I8) -> F8:
    """Return the money of the payments of a role in each whole calendar month, oldest first.

    Arrays: ``begins`` shape (n_months + 1,), instants. Returns shape (n_months,), money.
    """
    sums = np.zeros(begins.size - 1)
    k = -1
    for m in range(span.first, span.stop):
        while k < sums.size and ledger.times[0, m + span.shift] >= begins[k + 1]:
            k += 1
        if marks.roles[m] == role and k >= 0 and k < sums.size:
            sums[k] += money_of(m, span, ledger, marks)
    return sums


@nested
def fill_lowest(span: Span, ledger: Ledger, marks: Marks, totals: F8, begins: I8, lowest: F8) -> None:
    """Write the lowest balance of each month, its opening balance included; months are oldest first.

    Arrays: ``totals`` shape (n_payments,), money; ``begins`` shape (n_months + 1,), instants; ``lowest``
    shape (n_months,), money.
    """
    k = -1
    balance = math.nan
    for m in range(span.first, span.stop):
        while k < lowest.size and ledger.times[0, m + span.shift] >= begins[k + 1]:
            k += 1
            if k < lowest.size:
                lowest[k] = balance
        if marks.roles[m] == HIDDEN or math.isnan(totals[m]):
            continue
        balance = totals[m]
        if k >= 0 and k < lowest.size and not lowest[k] <= balance:
            lowest[k] = balance
    for later in range(k + 1, lowest.size):
        lowest[later] = balance


@nested
def finish_months(begins: I8, months: F8) -> None:
    """Derive the columns that follow from sums; months are oldest first.

    Arrays: ``begins`` shape (n_months + 1,), instants; ``months`` shape (19, n_months).
    """
    count = months.shape[1]
    usual = PRESENT_SHARE * median_of(months[INCOME, max(0, count - YEAR_MONTHS) :])
    for k in range(count):
        income = months[INCOME, k]
        months[NET, k] = income - months[OUTFLOW, k]
        months[NEGATIVE, k] = 1.0 if months[OUTFLOW, k] > income else 0.0
        months[PRESENT, k] = 1.0 if income > 0.0 and income >= usual else 0.0
        months[YEARLY, k] = YEAR_MONTHS * income
        months[DAILY_INCOME, k] = income / MONTH_DAYS
        months[DAILY_OUTFLOW, k] = months[OUTFLOW, k] / MONTH_DAYS
        months[DAYS, k] = math.floor((begins[k + 1] - begins[k]) / DAY + 0.5)


@nested
def fill_month(
    span: Span, ledger: Ledger, marks: Marks, totals: F8, begins: I8, clock: Clock, months: F8
) -> None:
    """Write every column of the whole months of one application, oldest first.

    Arrays: ``totals`` shape (n_payments,), money; ``begins`` shape (n_months + 1,), instants; ``months``
    shape (19, n_months).
    """
    count = months.shape[1]
    months[:, :] = 0.0
    months[LOWEST, :] = np.nan
    k = -1
    bought = int(np.int64(-1))
    for m in range(span.first, span.stop):
        time = ledger.times[0, m + span.shift]
        while k < count and time >= begins[k + 1]:
            k += 1
        if marks.roles[m] == HIDDEN or k < 0 or k >= count:
            continue
        add_payment(m, span, ledger, marks, months, k)
        if marks.roles[m] == OUT and marks.classes[m] == PURCHASED and local_day(time, clock) != bought:
            bought = local_day(time, clock)
            months[PURCHASE_DAYS, k] += 1.0
    fill_lowest(span, ledger, marks, totals, begins, months[LOWEST])
    finish_months(begins, months)


def uncoded(starts: I8, when: I8, values: F8) -> Rows:
    """Return rows without codes that stand for no row of a table.

    Arrays: ``starts`` shape (n_applications + 1,); ``when`` shape (n_rows,); ``values`` shape
    (n_columns, n_rows).
    """
    no_codes = np.empty((0, when.size), np.int32)
    return Rows(starts[:-1], starts[1:], when, values, no_codes, np.empty(0, np.int64))
