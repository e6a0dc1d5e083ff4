"""Dates in the Gregorian and in the Solar Hijri calendar."""

from __future__ import annotations

from datetime import date
from typing import Final

# Leap years of the Solar Hijri calendar in the 33-year cycle, which holds from 1244 to 1501 (1865 to 2122).
_LEAP_REMAINDERS: Final = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_FIRST_YEAR: Final = 1244
_LAST_YEAR: Final = 1501
_FIRST_DAY: Final = date(1865, 3, 21).toordinal()


def jalali(day: date) -> tuple[int, int, int]:
    """Return year, month and day in the Solar Hijri calendar.

    Valid from 1865-03-21 to 2123-03-20, by the 33-year cycle that agrees with the Iranian calendar there.

    References
    ----------
    Heydari-Malayeri (2004), A concise review of the Iranian calendar, arXiv:astro-ph/0409620.

    Examples
    --------
    >>> jalali(date(2024, 3, 20)), jalali(date(2025, 3, 20)), jalali(date(2025, 3, 21))
    ((1403, 1, 1), (1403, 12, 30), (1404, 1, 1))
    """
    left = day.toordinal() - _FIRST_DAY
    year = _FIRST_YEAR
    if left < 0:
        raise ValueError(f"{day} lies before the range of the conversion, which begins at 1865-03-21.")
    while left >= (length := 366 if year % 33 in _LEAP_REMAINDERS else 365):
        left -= length
        year += 1
    if year > _LAST_YEAR:
        raise ValueError(f"{day} lies after the range of the conversion, which ends at 2123-03-20.")
    month, within = divmod(left, 31) if left < 186 else divmod(left - 186, 30)
    return year, month + (1 if left < 186 else 7), within + 1
