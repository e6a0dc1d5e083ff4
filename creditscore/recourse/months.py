"""Months from now, by the local calendar."""

from __future__ import annotations

from datetime import timedelta, timezone

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.zones import OFFSETS, STARTS, Calendar
from creditscore.data.door.clock import EPOCH


def months_later(instants: Int64, months: int | Int64, calendar: Calendar) -> Int64:
    """Return the same local day and time so many calendar months later, or the last day of that month.

    Parameters
    ----------
    instants : ndarray of int64, shape (n,)
        Microseconds since 1970-01-01 UTC.
    months : int or ndarray of int64, shape (n,)
    calendar : Calendar

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> from creditscore._ground.zones import USUAL
    >>> end_of_january = np.array(["2024-01-31T10:00"], "M8[us]").astype(np.int64)
    >>> months_later(end_of_january, 1, USUAL).astype("M8[us]")
    array(['2024-02-29T10:00:00.000000'], dtype='datetime64[us]')
    """
    local = (instants + _shift(instants, calendar)).astype("M8[us]")
    month, day = local.astype("M8[M]"), local.astype("M8[D]")
    last = (month + months + 1).astype("M8[D]") - 1
    then = np.minimum((month + months).astype("M8[D]") + (day - month.astype("M8[D]")), last)
    shown = (then.astype("M8[us]") + (local - day)).astype(np.int64)
    guess = shown - _shift(shown, calendar)
    return np.asarray(shown - _shift(guess, calendar), np.int64)


def local_text(moment: int, calendar: Calendar) -> str:
    """Write an instant, in microseconds, as ISO 8601 text of the local clock, with its offset.

    Examples
    --------
    >>> local_text(1_711_918_800_000_000, Calendar("Asia/Tehran"))
    '2024-04-01T00:30:00+03:30'
    """
    shift = int(_shift(np.array([moment]), calendar)[0])
    zone = timezone(timedelta(microseconds=shift))
    return (EPOCH + timedelta(microseconds=moment)).astimezone(zone).isoformat()


def _shift(instants: Int64, calendar: Calendar) -> Int64:
    clock = calendar.clock
    shifts: Int64 = clock[OFFSETS, np.searchsorted(clock[STARTS], instants, side="right") - 1]
    return shifts
