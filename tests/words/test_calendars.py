"""The Solar Hijri calendar against the sun: the year begins with the vernal equinox at Tehran."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import cos, radians

import pytest

from creditscore.errors import ParameterError
from creditscore.words.calendars import to_jalali

# Periodic terms of the equinox (J. Meeus, Astronomical Algorithms, 2nd edition, table 27.C).
TERMS = (
    (485, 324.96, 1934.136), (203, 337.23, 32964.467), (199, 342.08, 20.186), (182, 27.85, 445267.112),
    (156, 73.14, 45036.886), (136, 171.52, 22518.443), (77, 222.54, 65928.934), (74, 296.72, 3034.906),
    (70, 243.58, 9037.513), (58, 119.81, 33718.147), (52, 297.17, 150.678), (50, 21.02, 2281.226),
    (45, 247.54, 29929.562), (44, 325.15, 31555.956), (29, 60.93, 4443.417), (18, 155.12, 67555.328),
    (17, 288.79, 4562.452), (16, 198.04, 62894.029), (14, 199.76, 31436.921), (12, 95.39, 14577.848),
    (12, 287.11, 31931.756), (12, 320.81, 34777.259), (9, 227.73, 1222.114), (8, 15.45, 16859.074),
)  # fmt: skip


def equinox_at_tehran(year: int) -> datetime:
    """Vernal equinox in Iran's standard time (3.5 hours east), by chapter 27 of the same book."""
    y = (year - 2000) / 1000
    day = 2451623.80984 + 365242.37404 * y + 0.05169 * y**2 - 0.00411 * y**3 - 0.00057 * y**4
    t = (day - 2451545.0) / 36525
    w = radians(35999.373 * t - 2.47)
    swing = 1 + 0.0334 * cos(w) + 0.0007 * cos(2 * w)
    day += 0.00001 * sum(a * cos(radians(b + c * t)) for a, b, c in TERMS) / swing
    seconds_ahead = 63.0 + 0.3 * (year - 2000)
    return datetime(2000, 1, 1, 12) + timedelta(  # noqa: DTZ001
        days=day - 2451545.0, seconds=-seconds_ahead, hours=3.5
    )


def test_the_year_begins_on_the_day_of_an_equinox_before_noon_and_else_on_the_next() -> None:
    checked = 0
    for year in range(1930, 2089):
        moment = equinox_at_tehran(year)
        if abs(moment.hour * 60 + moment.minute - 720) < 5:
            continue
        first = moment.date() + timedelta(days=moment.hour >= 12)
        assert to_jalali(first) == (year - 621, 1, 1), year
        checked += 1
    assert checked > 150


def test_days_follow_one_another() -> None:
    day, before = date(1900, 1, 1), to_jalali(date(1899, 12, 31))
    while day < date(2150, 1, 1):
        now = to_jalali(day)
        year, month, number = before
        assert now in {(year, month, number + 1), (year, month + 1, 1), (year + 1, 1, 1)}
        assert now[2] <= (31 if now[1] <= 6 else 30)
        day, before = day + timedelta(days=1), now


@pytest.mark.parametrize(
    ("gregorian", "jalali"),
    [
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2000, 3, 20), (1379, 1, 1)),
        (date(2021, 3, 20), (1399, 12, 30)),
        (date(2026, 11, 22), (1405, 9, 1)),
    ],
)
def test_known_dates(gregorian: date, jalali: tuple[int, int, int]) -> None:
    assert to_jalali(gregorian) == jalali


def test_a_day_before_the_calendar_is_refused() -> None:
    with pytest.raises(ParameterError, match="Solar Hijri"):
        to_jalali(date(600, 1, 1))
