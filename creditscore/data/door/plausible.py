"""Values that have the right type and yet cannot be: fillers, ends before beginnings, undated payments."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Int64
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import Calendar, calendar_of
from creditscore.data.door.clock import localise
from creditscore.data.door.draft import Draft
from creditscore.data.door.reading import Reading

# What ends, eases or reports on a row comes after its beginning; a payment may come before its due day.
_NOT_BEFORE: Final = (
    "closed_time", "restructured_time", "written_off_time", "reported_time", "end_time", "disconnected_time",
    "withdrawn_time",
)  # fmt: skip
_PAID: Final = ("paid_amount", "paid_time")
# A century; some files write 365,243 days, a thousand years, where nothing is known.
_MOST_DAYS: Final = 36_525
# Ten years after 1970-01-01: from then on that day is what programs write for no time at all.
_LATER: Final = 3_653 * DAY


def check_rows(draft: Draft, reading: Reading) -> None:
    """Note rows of a typed table whose values cannot be together."""
    calendar = calendar_of(reading.timezone)
    _check_fillers(draft, reading)
    _check_days(draft)
    row_time = draft.times.get(draft.contract.row_time)
    for fact in _NOT_BEFORE:
        if row_time is not None and fact in draft.times and fact in draft.contract.declared:
            early = before_the_day(draft.times[fact].at, row_time.at, calendar)
            rule = f"must not be before {draft.contract.row_time}"
            draft.fault(fact, rule, early, "Leave it missing (None) where it has not happened.")
    amount, time = _PAID
    if amount in draft.numbers and amount in draft.contract.declared:
        never = np.full(draft.n_rows, NEVER) if time not in draft.times else draft.times[time].at
        undated = (draft.numbers[amount] > 0.0) & (never == NEVER)
        remedy = f"Say when in {time}, or leave the amount missing."
        draft.fault(amount, f"money was paid and no {time} says when", undated, remedy)


def before_the_day(times: Int64, beginnings: Int64, calendar: Calendar) -> Flags:
    """Tell which times lie on an earlier local day than the beginnings beside them; shape (n_rows,).

    Parameters
    ----------
    times, beginnings : ndarray of int64, shape (n_rows,)
        Microseconds; ``NEVER`` = missing, which is before nothing and has nothing before it.
    calendar : Calendar
    """
    early: Flags = (times < beginnings) & (beginnings != NEVER)
    rows = np.flatnonzero(early)
    if rows.size:
        early[rows] = calendar.local_days(times[rows]) < calendar.local_days(beginnings[rows])
    return early


def _check_days(draft: Draft) -> None:
    for name, column in draft.contract.declared.items():
        if column.unit == "days" and name in draft.numbers:
            rule = f"must be {_MOST_DAYS:,} days (100 years) or less"
            draft.fault(name, rule, draft.numbers[name] > _MOST_DAYS, "Leave it missing where it is unknown.")


def _check_fillers(draft: Draft, reading: Reading) -> None:
    """Note times that are the beginning of 1970 to the microsecond, among others that are of our days."""
    if not any(times.at.size and times.at.min() < DAY for times in draft.times.values()):
        return
    zeros = {0, int(localise(np.zeros(1, np.int64), reading.timezone or "UTC")[0])}
    there = [times.at[times.at != NEVER] for times in draft.times.values()]
    newest = max((int(at.max()) for at in there if at.size), default=0)
    if newest < _LATER:
        return
    for name, times in draft.times.items():
        filled = np.isin(times.at, list(zeros))
        remedy = "Leave it missing (None) where there was no such time."
        draft.fault(name, "1970-01-01 stands for no time at all", filled, remedy)
