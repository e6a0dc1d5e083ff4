"""Which payments come again and again: one test for salaries, rents, loans and subscriptions."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY
from creditscore.features.kernels.order import middle, sort_in_place
from creditscore.features.kernels.windows import rmad
from creditscore.features.payments.rows.roles import (
    AMOUNT,
    BENEFITS,
    CASH,
    CATEGORY,
    COUNTERPARTY,
    IN,
    KIND,
    OUT,
    PENSION,
    PURCHASE,
    SALARY,
    code_at,
    number_keys,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

YEAR = 365 * DAY
MINIMUM_HITS = 3
GAP_TOLERANCE = 0.15
AMOUNT_TOLERANCE = 0.35
ABSENT_GAPS = 1.5
LOST_GAPS = 3.0

# what is found out about a stream
GAP, SPREAD, SIZE, MONTHLY, SINCE = range(5)
FACTS = 5

# more than there are categories: makes one key of a kind and a category
CATEGORIES = 32
# keeps the keys of other credits clear of those of wages, pensions and benefits
AFTER_WAGES = 2


@nested
def usual_gap(gap: float) -> bool:
    """Tell whether days between hits look like a week, half a month or a month."""
    return 6.0 <= gap <= 8.0 or 13.0 <= gap <= 16.0 or 26.0 <= gap <= 35.0


@nested
def describe_stream(hits: I8, times: I8, amounts: F8, as_of: int) -> tuple[bool, F8]:
    """Test the hits of one stream for recurrence.

    Returns whether they recur and: median gap in days; median absolute deviation of the gaps over it;
    median size; size a month of 30 days; gaps since the last hit.

    Arrays: ``hits`` shape (n_hits,), rows of one stream; ``times`` shape (n_rows,) in microseconds;
    ``amounts`` shape (n_rows,), money. Returns shape (5,).
    """
    facts = np.full(FACTS, np.nan)
    n = hits.size
    if n < MINIMUM_HITS:
        return False, facts
    gaps = np.empty(n - 1)
    sizes = np.empty(n)
    for h in range(n):
        sizes[h] = abs(amounts[hits[h]])
        if h > 0:
            gaps[h - 1] = (times[hits[h]] - times[hits[h - 1]]) / DAY
    sort_in_place(gaps)
    gap = middle(gaps)
    if not usual_gap(gap):
        return False, facts
    deviations = np.abs(gaps - gap)
    sort_in_place(deviations)
    sort_in_place(sizes)
    facts[GAP] = gap
    facts[SPREAD] = middle(deviations) / gap
    facts[SIZE] = middle(sizes)
    facts[MONTHLY] = facts[SIZE] * 30.0 / gap
    facts[SINCE] = (as_of - times[hits[n - 1]]) / DAY / gap
    return facts[SPREAD] <= GAP_TOLERANCE and rmad(sizes, np.empty(sizes.size)) <= AMOUNT_TOLERANCE, facts


@compiled
def by_group(groups: I8, count: int) -> tuple[I8, I8]:
    """Return the positions of each group together, in order, and where each group begins.

    Arrays: ``groups`` shape (n,), -1 for none. Returns shape (n_members,) and (n_groups + 1,).
    """
    begins = np.zeros(count + 1, np.int64)
    for group in groups:
        if group >= 0:
            begins[group + 1] += 1
    for g in range(count):
        begins[g + 1] += begins[g]
    filled = begins[:-1].copy()
    members = np.empty(begins[count], np.int64)
    for p in range(groups.size):
        if groups[p] >= 0:
            members[filled[groups[p]]] = p
            filled[groups[p]] += 1
    return members, begins


@nested
def take_role(lo: int, n: int, as_of: int, times: I8, roles: I1, role: int) -> I8:
    """Return the rows of a role in the newest 365 days, oldest first.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``roles`` shape (n,), what each payment is to
    the cash flow. Returns shape (n_chosen,).
    """
    rows = np.empty(n, np.int64)
    taken = 0
    for p in range(n):
        if roles[p] == role and times[0, lo + p] >= as_of - YEAR:
            rows[taken] = lo + p
            taken += 1
    return rows[:taken]


@nested
def payer_keys(rows: I8, codes: I4, at: I8) -> I8:
    """Key credits by who paid; -1 where nobody is named.

    Arrays: ``rows`` shape (n_chosen,), rows of the table; ``codes`` shape (n_codes, n_rows), -1 missing;
    ``at`` shape (10,), -1 for an absent column. Returns shape (n_chosen,).
    """
    keys = np.empty(rows.size, np.int64)
    for q in range(rows.size):
        keys[q] = code_at(codes, at[COUNTERPARTY], rows[q])
    return keys


@nested
def label_keys(rows: I8, codes: I4, at: I8) -> I8:
    """Key credits by what they are: wages, pensions and benefits from whomever, others if nobody is named.

    Arrays: ``rows`` shape (n_chosen,), rows of the table; ``codes`` shape (n_codes, n_rows), -1 missing;
    ``at`` shape (10,), -1 for an absent column. Returns shape (n_chosen,).
    """
    keys = np.empty(rows.size, np.int64)
    for q in range(rows.size):
        kind = code_at(codes, at[KIND], rows[q])
        category = code_at(codes, at[CATEGORY], rows[q])
        if kind == SALARY:
            keys[q] = 0
        elif category in (PENSION, BENEFITS):
            keys[q] = category
        elif code_at(codes, at[COUNTERPARTY], rows[q]) < 0:
            keys[q] = CATEGORIES * (kind + AFTER_WAGES) + category + 1
        else:
            keys[q] = -1
    return keys


@nested
def payee_keys(rows: I8, codes: I4, at: I8) -> I8:
    """Key debits by who was paid, else by kind and category.

    Cash, purchases from nobody named and debits of which nothing is known get -1.

    Arrays: ``rows`` shape (n_chosen,), rows of the table; ``codes`` shape (n_codes, n_rows), -1 missing;
    ``at`` shape (10,), -1 for an absent column. Returns shape (n_chosen,).
    """
    keys = np.empty(rows.size, np.int64)
    for q in range(rows.size):
        kind = code_at(codes, at[KIND], rows[q])
        category = code_at(codes, at[CATEGORY], rows[q])
        counterparty = code_at(codes, at[COUNTERPARTY], rows[q])
        if kind == CASH:
            keys[q] = -1
        elif counterparty >= 0:
            keys[q] = counterparty + 1_024
        elif kind == PURCHASE or (kind < 0 and category < 0):
            keys[q] = -1
        else:
            keys[q] = CATEGORIES * (kind + 1) + category + 1
    return keys


@nested
def main_income(
    lo: int, n: int, as_of: int, times: I8, values: F8, codes: I4, at: I8, roles: I1
) -> tuple[I8, F8]:  # fmt: skip
    """Return the rows of the recurring credits that bring most a month, and what is known of them.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column; ``roles`` shape (n,),
    what each payment is to the cash flow. Returns shape (n_hits,) and (5,).
    """
    rows = take_role(lo, n, as_of, times, roles, IN)
    groups = np.empty(rows.size, np.int64)
    best = rows[:0]
    found = np.full(FACTS, np.nan)
    for attempt in range(2):
        keys = payer_keys(rows, codes, at) if attempt == 0 else label_keys(rows, codes, at)
        members, begins = by_group(groups, number_keys(keys, groups))
        for g in range(begins.size - 1):
            hits = rows[members[begins[g] : begins[g + 1]]]
            recurs, facts = describe_stream(hits, times[0], values[at[AMOUNT]], as_of)
            if recurs and facts[SINCE] <= ABSENT_GAPS and not facts[MONTHLY] <= found[MONTHLY]:
                best = hits
                found = facts
    return best, found


@nested
def days_to_half(
    hits: I8, lo: int, n: int, times: I8, values: F8, at: I8, roles: I1
) -> float:  # fmt: skip
    """Return the median over pays of the days until half of one was spent.

    Spending that is not reached before the next pay counts as the days to that pay; of the newest pay only
    a half that was reached counts.

    Arrays: ``hits`` shape (n_hits,), rows of one stream; ``times`` shape (n_times, n_rows) in microseconds;
    ``values`` shape (n_values, n_rows); ``at`` shape (10,), -1 for an absent column; ``roles`` shape (n,),
    what each payment is to the cash flow.
    """
    spans = np.empty(hits.size)
    counted = 0
    for h in range(hits.size):
        stop = hits[h + 1] if h + 1 < hits.size else lo + n
        left = values[at[AMOUNT], hits[h]] / 2.0
        i = hits[h]
        while i < stop and left > 0.0:
            i += 1
            if i < stop and roles[i - lo] == OUT:
                left += values[at[AMOUNT], i]
        if left <= 0.0 or h + 1 < hits.size:
            spans[counted] = (times[0, i] - times[0, hits[h]]) / DAY
            counted += 1
    if counted == 0:
        return math.nan
    sort_in_place(spans[:counted])
    return middle(spans[:counted])
