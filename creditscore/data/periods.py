"""Months, quarters and years of the local calendar, by name."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.compiled import compiled
from creditscore._ground.zones import Clock, local_day, month_of
from creditscore.errors import NameUnknownError

Period: TypeAlias = Literal["month", "quarter", "year"]
PERIODS: Final[tuple[Period, ...]] = ("month", "quarter", "year")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_EPOCH_YEAR: Final = 1970
_YEAR: Final = 12


@compiled
def _months_of(instants: Int64, clock: Clock) -> Int64:
    out = np.empty(instants.size, np.int64)
    for i in range(instants.size):
        out[i] = month_of(local_day(instants[i], clock))
    return out


def local_months(instants: Int64, clock: Clock) -> Int64:
    """Number the local calendar months of instants; month 0 is January 1970.

    Parameters
    ----------
    instants : ndarray of int64, shape (n,)
        Microseconds since 1970-01-01 UTC.
    clock : ndarray of int64, shape (3, n_offsets)
        Of the portfolio's calendar.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> from creditscore._ground.zones import Calendar
    >>> last = np.array(["2024-03-31T22:30"], "M8[us]").astype(np.int64)
    >>> local_months(last, Calendar("Europe/Berlin").clock) - local_months(last, Calendar().clock)
    array([1])
    """
    return np.asarray(_months_of(np.ascontiguousarray(instants, np.int64), clock), np.int64)


def check_period(period: str, parameter: str = "period") -> Period:
    """Return a period that is known.

    Raises
    ------
    NameUnknownError
        If it is none of ``PERIODS``.
    """
    for known in PERIODS:
        if isinstance(period, str) and period == known:
            return known
    raise NameUnknownError.among(parameter, period, PERIODS)


def numbers_of(months: Int64, period: Period) -> Int64:
    """Number the periods of months, both counted from January 1970 on, shape (n,).

    Examples
    --------
    >>> numbers_of(np.array([0, 2, 3, 12]), "quarter").tolist()
    [0, 0, 1, 4]
    """
    return np.asarray(months // _MONTHS[period], np.int64)


def name_of(number: int, period: Period) -> str:
    """Name a numbered period: ``"2024-03"``, ``"2024-Q1"`` or ``"2024"``; names sort as periods do.

    Examples
    --------
    >>> name_of(650, "month"), name_of(216, "quarter"), name_of(54, "year")
    ('2024-03', '2024-Q1', '2024')
    """
    year, part = divmod(number * _MONTHS[period], _YEAR)
    ends = {"month": f"-{part + 1:02d}", "quarter": f"-Q{part // 3 + 1}", "year": ""}
    return f"{_EPOCH_YEAR + year}{ends[period]}"
