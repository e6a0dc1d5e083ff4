"""Loans month by month (30-day blocks counted back from the moment)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import Book, Path, owner_span, reconstruct, scratch_path
from creditscore.data.loans.delinquency import days_past_due_at, ended_at, is_known, loan_book, worst_between
from creditscore.features.chunk import Chunk
from creditscore.features.loans.rows.loan_rows import (
    Kernel,
    flag,
    no_rows,
    order_by_time,
    takes_part,
    value_or_nan,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

_MONTH: Final = 30 * DAY
_MONTHS: Final = 8
_MOVES: Final = 8

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
def _months_of(book: Book, code: int, moment: int) -> int:
    """Months, the last one begun included, since the oldest own loan was opened."""
    first, last = owner_span(book.loans.offsets, code)
    for row in range(first, last):
        if takes_part(book.loans, row, moment, False):
            return int((moment - book.loans.times[0, row] - 1) // _MONTH + 1)
    return 0


@inner
def _worst_by_month(book: Book, path: Path, code: int, moment: int, worst: NDArray[np.float64]) -> None:
    """Largest DPD over loans in each month, newest month last; NaN while nothing is known of any."""
    worst[:] = np.nan
    first, last = owner_span(book.loans.offsets, code)
    for row in range(first, last):
        if not takes_part(book.loans, row, moment, False):
            continue
        reconstruct(book, path, code, row, moment)
        if not is_known(path):
            continue
        for k in range(worst.size):
            stop = moment - (worst.size - 1 - k) * _MONTH
            dpd = worst_between(path, stop - _MONTH, stop)
            worst[k] = dpd if np.isnan(worst[k]) else max(worst[k], dpd)


@inner
def _month_columns(worst: NDArray[np.float64], values: NDArray[np.float64], at: int) -> None:
    """Flags of every month, and how long each degree of delay has been over."""
    for k in range(worst.size):
        values[WORST, at + k] = worst[k]
        values[PAST_DUE, at + k] = np.nan if np.isnan(worst[k]) else flag(worst[k] > 0.0)
    for degree in range(3):
        since = 0.0
        for k in range(worst.size):
            reached = worst[k] >= 30.0 * (degree + 1)
            since = 0.0 if reached else since + 1.0
            values[PAST_DUE_30 + degree, at + k] = np.nan if np.isnan(worst[k]) else flag(reached)
            values[SINCE_30 + degree, at + k] = np.nan if np.isnan(worst[k]) else since


@compiled
def _fill_months(book: Book, codes: NDArray[np.int64], as_of: NDArray[np.int64]) -> Kernel:
    starts, stops = np.zeros(codes.size, np.int64), np.zeros(codes.size, np.int64)
    n = 0
    for r in range(codes.size):
        starts[r] = n
        n += _months_of(book, codes[r], as_of[r])
        stops[r] = n
    times = np.empty(n, np.int64)
    values = np.empty((_MONTHS, n), np.float64)
    path, worst = scratch_path(book, codes), np.empty(n, np.float64)
    for r in range(codes.size):
        mine = worst[starts[r] : stops[r]]
        _worst_by_month(book, path, codes[r], as_of[r], mine)
        _month_columns(mine, values, starts[r])
        for k in range(mine.size):
            times[starts[r] + k] = as_of[r] - (mine.size - k) * _MONTH
    return starts, stops, times, values, np.empty((0, n), np.int32), np.empty(0, np.int64)


@inner
def _moves_of(book: Book, codes: NDArray[np.int64], as_of: NDArray[np.int64]) -> int:
    """How many months of loans there are at most."""
    n = 0
    for r in range(codes.size):
        first, last = owner_span(book.loans.offsets, codes[r])
        for row in range(first, last):
            if takes_part(book.loans, row, as_of[r], False):
                n += (as_of[r] - book.loans.times[0, row]) // _MONTH
    return int(n)


@inner
def _move(dpd: float, following: float, out: NDArray[np.float64]) -> None:
    out[DPD] = dpd
    out[NEXT_DPD] = following
    for degree in range(3):
        lower, upper = 30.0 * degree, 30.0 * (degree + 1)
        inside = lower <= dpd < upper
        out[BELOW_30 + 2 * degree] = flag(inside)
        out[ROLLED_TO_30 + 2 * degree] = flag(inside and following >= upper)


@compiled
def _fill_moves(book: Book, codes: NDArray[np.int64], as_of: NDArray[np.int64]) -> Kernel:
    n = _moves_of(book, codes, as_of)
    starts, stops = np.zeros(codes.size, np.int64), np.zeros(codes.size, np.int64)
    times = np.empty(n, np.int64)
    values = np.empty((_MOVES, n), np.float64)
    path, state, no_origin = scratch_path(book, codes), np.empty(_MOVES), np.empty(0, np.int64)
    at = int(np.int64(0))
    for r in range(codes.size):
        starts[r] = at
        first, last = owner_span(book.loans.offsets, codes[r])
        for row in range(first, last):
            if not takes_part(book.loans, row, as_of[r], False):
                continue
            reconstruct(book, path, codes[r], row, as_of[r])
            end = ended_at(path, value_or_nan(book.loans.values, book.loans.amount, row))
            months = (as_of[r] - book.loans.times[0, row]) // _MONTH if is_known(path) else 0
            for k in range(months, 0, -1):
                moment = as_of[r] - k * _MONTH
                if moment > end:
                    break
                _move(days_past_due_at(path, moment), days_past_due_at(path, moment + _MONTH), state)
                values[:, at] = state
                times[at] = moment
                at += 1
        stops[r] = at
        order_by_time(times, values, no_origin, starts[r], at)
    return starts, stops, times, values, np.empty((0, n), np.int32), no_origin


def _build_months(chunk: Chunk) -> Rows:
    if "loans" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, _MONTHS)
    return Rows(*_fill_months(loan_book(chunk.portfolio), chunk.owners, chunk.as_of))


def _build_moves(chunk: Chunk) -> Rows:
    if "loans" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, _MOVES)
    return Rows(*_fill_moves(loan_book(chunk.portfolio), chunk.owners, chunk.as_of))


VIEWS: Final = (
    View(
        "loan_months",
        "A month (30 days, counted back from the moment) since the oldest own loan; time: its start.",
        "loans",
        ("loans",),
        MONTH_COLUMNS,
        (),
        _build_months,
    ),
    View(
        "loan_month_states",
        "A month of an own loan, begun before the loan ended; time: the start of the month.",
        "loans",
        ("loans",),
        MOVE_COLUMNS,
        (),
        _build_moves,
    ),
)
