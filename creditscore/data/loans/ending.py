"""What still falls due once a loan has ended: nothing, and settling it early is one payment."""

from __future__ import annotations

from typing import Final

from creditscore._ground.compiled import inner
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import local_day
from creditscore.data.loans.allocation import (
    CLOSED_AT,
    DUE_UNTIL,
    INSTALMENTS,
    PAYMENTS,
    RECORDED,
    Path,
)
from creditscore.data.loans.delinquency import days_between, first_not_before

QUICK_DAYS: Final = 7


@inner
def fallen_due(path: Path, end: int) -> int:
    """How many instalments had their due day no later than the day on which a loan ended, or was written off.

    Parameters
    ----------
    path : Path
    end : int
        When it was closed or wholly paid, in microseconds; ``NEVER`` if neither.
    """
    count, ended = path.facts[INSTALMENTS], min(end, path.facts[DUE_UNTIL])
    if ended == NEVER:
        return int(count)
    last = local_day(ended, path.clock)
    while count > 0 and local_day(path.due[count - 1], path.clock) > last:
        count -= 1
    return int(count)


@inner
def _was_late_at(path: Path, end: int, fallen: int) -> bool:
    """Whether an instalment was past due until a loan ended."""
    for k in range(fallen):
        settled = path.settled_at[k]
        if settled >= end and local_day(settled, path.clock) > local_day(path.due[k], path.clock):
            return True
    return False


@inner
def is_given_back(path: Path, opened: int, end: int, fallen: int) -> bool:
    """Whether a loan was ended so early that it shows nothing: anyone can give a small one back, and often.

    That is before anything fell due, and within seven days or before half of the days to its first due day.

    Parameters
    ----------
    path : Path
    opened : int
        Microseconds.
    end : int
        When it was closed or wholly paid, in microseconds; ``NEVER`` if neither.
    fallen : int
        From `fallen_due`.
    """
    if end == NEVER or fallen > 0:
        return False
    days = days_between(path, opened, end)
    if path.facts[INSTALMENTS] > 0 and 2 * days < days_between(path, opened, path.due[0]):
        return True
    return bool(days <= QUICK_DAYS)


@inner
def is_settlement(path: Path, opened: int, end: int, fallen: int) -> bool:
    """Whether a loan was ended before its time, with nothing past due: its next instalment stands for that.

    One that was given back at once (`is_given_back`) has no such payment.

    Parameters
    ----------
    path : Path
    opened : int
        Microseconds.
    end : int
        When it was closed or wholly paid, in microseconds; ``NEVER`` if neither.
    fallen : int
        From `fallen_due`.
    """
    if fallen == path.facts[INSTALMENTS] or end > path.facts[DUE_UNTIL]:
        return False
    return not is_given_back(path, opened, end, fallen) and not _was_late_at(path, end, fallen)


@inner
def is_unpaid_at_close(path: Path, fallen: int) -> bool:
    """Whether payments are recorded, and a loan was closed though they left something due unpaid."""
    if path.facts[RECORDED] == 0:
        return False
    paid = first_not_before(path.paid_at, path.facts[PAYMENTS], path.facts[CLOSED_AT] + 1)
    return bool(path.oldest[paid] < fallen)
