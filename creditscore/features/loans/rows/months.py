"""Loans month by month: calendar months, counted back from the moment."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.zones import Clock, local_day, month_of, months_before
from creditscore.data.loans.allocation import KNOWN_UNTIL, LoanTables, Path, owner_span
from creditscore.data.loans.delinquency import days_past_due_at, ended_at, is_known, worst_between
from creditscore.features.loans.rows.loan_rows import Block, flag, takes_part, write_row
from creditscore.features.view import ViewColumn

# rows of the block of months; those of 60 and 90 days follow those of 30
WORST, PAST_DUE, PAST_DUE_30 = range(3)
SINCE_30: Final = 5
# rows of the block of moves; the pairs of 30 and 60 days follow
DPD, NEXT_DPD, BELOW_30, ROLLED_TO_30 = range(4)

MONTH_COLUMNS: Final = (
    ViewColumn("worst_dpd", "largest days past due of any loan in the month", "days"),
    ViewColumn("past_due", "some loan was past due in the month", "0/1"),
    ViewColumn("past_due_30", "some loan was 30 or more days past due in the month", "0/1"),
    ViewColumn("past_due_60", "some loan was 60 or more days past due in the month", "0/1"),
    ViewColumn("past_due_90", "some loan was 90 or more days past due in the month", "0/1"),
    ViewColumn(
        "months_since_30", "months since 30 or more days past due; never: months since the start", "months"
    ),
    ViewColumn(
        "months_since_60", "months since 60 or more days past due; never: months since the start", "months"
    ),
    ViewColumn(
        "months_since_90", "months since 90 or more days past due; never: months since the start", "months"
    ),
)

MOVE_COLUMNS: Final = (
    ViewColumn("dpd", "days past due of the loan at the start of the month", "days"),
    ViewColumn("next_dpd", "days past due of the loan at the end of the month", "days"),
    ViewColumn("below_30", "less than 30 days past due at the start", "0/1"),
    ViewColumn("rolled_to_30", "below 30 at the start, 30 or more at the end", "0/1"),
    ViewColumn("at_30", "30 to 59 days past due at the start", "0/1"),
    ViewColumn("rolled_to_60", "30 to 59 at the start, 60 or more at the end", "0/1"),
    ViewColumn("at_60", "60 to 89 days past due at the start", "0/1"),
    ViewColumn("rolled_to_90", "60 to 89 at the start, 90 or more at the end", "0/1"),
)


@inner
def months_begun(opened: int, moment: int, clock: Clock) -> int:
    """How many months, counted back from a moment, had begun since an earlier instant; 1 or more."""
    count = max(1, month_of(local_day(moment, clock)) - month_of(local_day(opened, clock)) - 1)
    while months_before(moment, count, clock) > opened:
        count += 1
    return count


@inner
def _whole_months(opened: int, moment: int, clock: Clock) -> int:
    """How many of them lie wholly after that instant."""
    count = months_begun(opened, moment, clock)
    return count if months_before(moment, count, clock) == opened else count - 1


@inner
def _months_of(tables: LoanTables, owner: int, moment: int) -> int:
    """Months, the last one begun included, since the oldest own loan was opened."""
    first, last = owner_span(tables.loans.offsets, owner)
    for row in range(first, last):
        if takes_part(tables.loans, row, moment, False):
            return months_begun(tables.loans.times[0, row], moment, tables.clock)
    return 0


@inner
def month_count(tables: LoanTables, owners: NDArray[np.int64], as_of: NDArray[np.int64]) -> int:
    """How many months there are.

    Arrays: ``owners`` shape (n_applications,), -1 for nobody; ``as_of`` shape (n_applications,) in
    microseconds.
    """
    n = 0
    for r in range(owners.size):
        n += _months_of(tables, owners[r], as_of[r])
    return n


@inner
def begin_months(tables: LoanTables, owner: int, r: int, moment: int, block: Block) -> None:
    """Make room for the months of an application: nothing is known of them yet."""
    start = block.starts[r]
    n = _months_of(tables, owner, moment)
    block.stops[r] = start + n
    for k in range(n):
        block.values[WORST, start + k] = np.nan
        block.times[start + k] = months_before(moment, n - k, tables.clock)


@inner
def add_to_months(path: Path, r: int, moment: int, block: Block) -> None:
    """Raise the largest DPD in each month to that of one loan, newest month last."""
    if not is_known(path):
        return
    worst = block.values[WORST, block.starts[r] : block.stops[r]]
    begun = block.times[block.starts[r] : block.stops[r]]
    for k in range(worst.size):
        if begun[k] >= path.facts[KNOWN_UNTIL]:
            break
        stop = begun[k + 1] if k + 1 < worst.size else moment
        dpd = worst_between(path, begun[k], stop)
        worst[k] = dpd if np.isnan(worst[k]) else max(worst[k], dpd)


@inner
def finish_months(r: int, block: Block) -> None:
    """Write what follows from the largest DPD in each month."""
    start = block.starts[r]
    _month_columns(block.values[WORST, start : block.stops[r]], block.values, start)


@inner
def _month_columns(worst: NDArray[np.float64], values: NDArray[np.float64], at: int) -> None:
    """Flags of every month, and how long each degree of delay has been over."""
    for k in range(worst.size):
        values[PAST_DUE, at + k] = np.nan if np.isnan(worst[k]) else flag(worst[k] > 0.0)
    for degree in range(3):
        since = 0.0
        for k in range(worst.size):
            reached = worst[k] >= 30.0 * (degree + 1)
            since = 0.0 if reached else since + 1.0
            values[PAST_DUE_30 + degree, at + k] = np.nan if np.isnan(worst[k]) else flag(reached)
            values[SINCE_30 + degree, at + k] = np.nan if np.isnan(worst[k]) else since


@inner
def move_count(tables: LoanTables, owners: NDArray[np.int64], as_of: NDArray[np.int64]) -> int:
    """How many months of loans there are at most.

    Arrays: ``owners`` shape (n_applications,), -1 for nobody; ``as_of`` shape (n_applications,) in
    microseconds.
    """
    n = 0
    for r in range(owners.size):
        first, last = owner_span(tables.loans.offsets, owners[r])
        for row in range(first, last):
            if takes_part(tables.loans, row, as_of[r], False):
                n += _whole_months(tables.loans.times[0, row], as_of[r], tables.clock)
    return n


@inner
def _move(dpd: float, following: float, out: NDArray[np.float64]) -> None:
    out[DPD] = dpd
    out[NEXT_DPD] = following
    for degree in range(3):
        lower, upper = 30.0 * degree, 30.0 * (degree + 1)
        inside = lower <= dpd < upper
        out[BELOW_30 + 2 * degree] = flag(inside)
        out[ROLLED_TO_30 + 2 * degree] = flag(inside and following >= upper)


@inner
def add_moves(
    path: Path, r: int, moment: int, opened: int, amount: float, state: NDArray[np.float64], block: Block
) -> None:
    """Write the months of one loan.

    Arrays: ``state`` shape (8,), scratch.
    """
    end = ended_at(path, amount)
    at = block.stops[r]
    for k in range(_whole_months(opened, moment, path.clock) if is_known(path) else 0, 0, -1):
        start = months_before(moment, k, path.clock)
        stop = months_before(moment, k - 1, path.clock) if k > 1 else moment
        if start > end or stop > path.facts[KNOWN_UNTIL]:
            break
        _move(days_past_due_at(path, start), days_past_due_at(path, stop), state)
        write_row(block, at, state)
        block.times[at] = start
        at += 1
    block.stops[r] = at
