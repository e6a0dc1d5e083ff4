"""Blocks of 30 and of 7 days, counted back from the moment, and what one payment adds to them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import nested
from creditscore._ground.instants import DAY
from creditscore.features.kernels.order import middle, sort_in_place
from creditscore.features.payments.rows.roles import (
    AMOUNT,
    BENEFITS,
    BILL,
    CATEGORY,
    COUNTERPARTY_KIND,
    EDUCATION,
    FEE,
    FEES,
    GROCERIES,
    HEALTH,
    HIDDEN,
    HIGH_COST_CREDIT,
    HOUSEHOLD,
    IN,
    KIND,
    LENDER,
    LOAN_OUT,
    OUT,
    PENALTY,
    PENSION,
    PURCHASE,
    SALARY,
    TAX,
    TRANSPORT,
    code_at,
    first_known,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

MONTH = 30 * DAY
WEEK = 7 * DAY

# rows of a block of months
INCOME, OUTFLOW, NET, NEGATIVE, PRESENT, WAGES, PURCHASES, ESSENTIALS, BASICS, LOANS, FEES_PAID = range(11)
LOWEST, DAILY_INCOME, DAILY_OUTFLOW, DAYS, COUNT = range(11, 16)
MONTH_COLUMNS = 16


@nested
def whole_blocks(lo: int, n: int, as_of: int, times: I8, roles: I1, length: int, most: int) -> int:
    """Return how many blocks before the moment lie wholly after the first known payment.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``roles`` shape (n,), what each payment is to
    the cash flow.
    """
    first = first_known(n, roles)
    if first < 0:
        return 0
    return int(min(most, (as_of - times[0, lo + first]) // length))


@nested
def block_of(time: int, as_of: int, length: int) -> int:
    """Return how many blocks lie between a time before the moment and the moment."""
    return int((as_of - 1 - time) // length)


@nested
def is_loan_payment(i: int, codes: I4, at: I8) -> bool:
    """Tell whether a debit repays credit.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column.
    """
    return (
        code_at(codes, at[KIND], i) == LOAN_OUT
        or code_at(codes, at[COUNTERPARTY_KIND], i) == LENDER
        or code_at(codes, at[CATEGORY], i) == HIGH_COST_CREDIT
    )


@nested
def is_bill(i: int, codes: I4, at: I8) -> bool:
    """Tell whether a debit pays a bill: rent, household, utilities, telecom, insurance, tax or so named.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column.
    """
    category = code_at(codes, at[CATEGORY], i)
    return code_at(codes, at[KIND], i) == BILL or (
        category >= HOUSEHOLD and category <= TAX and category not in (TRANSPORT, HEALTH, EDUCATION)
    )


@nested
def add_income(i: int, amount: float, codes: I4, at: I8, months: F8, row: int) -> None:
    """Add one credit to its month.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column;
    ``months`` shape (16, n_months).
    """
    months[INCOME, row] += amount
    category = code_at(codes, at[CATEGORY], i)
    if code_at(codes, at[KIND], i) == SALARY or category in (PENSION, BENEFITS):
        months[WAGES, row] += amount


@nested
def add_spending(i: int, amount: float, codes: I4, at: I8, months: F8, row: int) -> None:
    """Add one debit to its month.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column;
    ``months`` shape (16, n_months).
    """
    months[OUTFLOW, row] += amount
    kind = code_at(codes, at[KIND], i)
    category = code_at(codes, at[CATEGORY], i)
    if kind == PURCHASE:
        months[PURCHASES, row] += amount
    if category >= GROCERIES and category <= TAX:
        months[ESSENTIALS, row] += amount
    if category in (GROCERIES, TRANSPORT, HEALTH):
        months[BASICS, row] += amount
    if is_loan_payment(i, codes, at):
        months[LOANS, row] += amount
    if kind in (FEE, PENALTY) or category == FEES:
        months[FEES_PAID, row] += amount


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
def monthly_income(
    lo: int, n: int, as_of: int, times: I8, values: F8, at: I8, roles: I1, most: int
) -> F8:  # fmt: skip
    """Return the income of each whole month, newest first.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``at``
    shape (10,), -1 for an absent column; ``roles`` shape (n,), what each payment is to the cash flow. Returns
    shape (n_months,), money, newest first.
    """
    income = np.zeros(whole_blocks(lo, n, as_of, times, roles, MONTH, most))
    for p in range(n):
        if roles[p] == IN:
            k = block_of(times[0, lo + p], as_of, MONTH)
            if k < income.size:
                income[k] += values[at[AMOUNT], lo + p]
    return income


@nested
def fill_lowest(lo: int, n: int, as_of: int, times: I8, roles: I1, totals: F8, lowest: F8) -> None:
    """Write the lowest balance of each month, its opening balance included; months are oldest first.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``roles`` shape (n,), what each payment is to
    the cash flow; ``totals`` shape (n,), money; ``lowest`` shape (n_months,), money.
    """
    blocks = lowest.size
    closing = np.full(blocks, np.nan)
    opening = math.nan
    for p in range(n):
        if roles[p] == HIDDEN or math.isnan(totals[p]):
            continue
        k = blocks - 1 - block_of(times[0, lo + p], as_of, MONTH)
        if k < 0:
            opening = totals[p]
            continue
        closing[k] = totals[p]
        if not lowest[k] <= totals[p]:
            lowest[k] = totals[p]
    for k in range(blocks):
        if not math.isnan(opening) and not lowest[k] <= opening:
            lowest[k] = opening
        if not math.isnan(closing[k]):
            opening = closing[k]


@nested
def finish_months(months: F8) -> None:
    """Derive the columns that follow from sums; months are oldest first.

    Arrays: ``months`` shape (16, n_months).
    """
    blocks = months.shape[1]
    usual = 0.25 * median_of(months[INCOME, max(0, blocks - 12) :])
    for k in range(blocks):
        income = months[INCOME, k]
        months[NET, k] = income - months[OUTFLOW, k]
        months[NEGATIVE, k] = 1.0 if months[OUTFLOW, k] > income else 0.0
        months[PRESENT, k] = 1.0 if income > 0.0 and income >= usual else 0.0
        months[DAILY_INCOME, k] = income / 30.0
        months[DAILY_OUTFLOW, k] = months[OUTFLOW, k] / 30.0
        months[DAYS, k] = 30.0


@nested
def fill_month(
    lo: int, n: int, as_of: int, times: I8, values: F8, codes: I4, at: I8, roles: I1, totals: F8, months: F8
) -> None:
    """Write every column of the whole months of one application, oldest first.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column; ``roles`` shape (n,),
    what each payment is to the cash flow; ``totals`` shape (n,), money; ``months`` shape (16, n_months).
    """
    blocks = months.shape[1]
    months[:, :] = 0.0
    months[LOWEST, :] = np.nan
    for p in range(n):
        if roles[p] == HIDDEN:
            continue
        row = blocks - 1 - block_of(times[0, lo + p], as_of, MONTH)
        if row < 0:
            continue
        months[COUNT, row] += 1.0
        amount = values[at[AMOUNT], lo + p]
        if roles[p] == IN:
            add_income(lo + p, amount, codes, at, months, row)
        elif roles[p] == OUT:
            add_spending(lo + p, -amount, codes, at, months, row)
    fill_lowest(lo, n, as_of, times, roles, totals, months[LOWEST])
    finish_months(months)
