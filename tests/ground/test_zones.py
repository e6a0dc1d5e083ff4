"""Local days and hours agree with the standard library, over both changes of the clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY, HOUR
from creditscore._ground.zones import (
    Calendar,
    calendar_of,
    day_start,
    local_day,
    local_hour,
    local_time,
    month_first,
    month_of,
    months_before,
    weekday_of,
)
from creditscore.data.door.clock import localise
from creditscore.errors import ParameterError

ZONES = (
    "UTC",
    "Asia/Tehran",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WALL_EPOCH = EPOCH.replace(tzinfo=None)


@compiled
def read(instants, clock, out):
    for i in range(instants.size):
        out[0, i] = local_time(instants[i], clock)
        out[1, i] = local_day(instants[i], clock)
        out[2, i] = local_hour(instants[i], clock)
        out[3, i] = weekday_of(local_day(instants[i], clock))


@compiled
def begin(days, clock, out):
    for i in range(days.size):
        out[i] = day_start(days[i], clock)


def readings(moments, calendar):
    instants = np.array([(moment - EPOCH) // timedelta(microseconds=1) for moment in moments], np.int64)
    out = np.empty((4, instants.size), np.int64)
    read(instants, calendar.clock, out)
    return out


def expected(moment, zone):
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return [
        (wall - WALL_EPOCH) // timedelta(microseconds=1),
        (wall.date() - WALL_EPOCH.date()).days,
        wall.hour,
        wall.weekday(),
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_local_time_is_that_of_the_standard_library(zone):
    random = np.random.default_rng(5)
    seconds = random.integers(0, int((datetime(2099, 12, 30, tzinfo=UTC) - EPOCH).total_seconds()), 2_000)
    moments = [EPOCH + timedelta(seconds=int(second), microseconds=7) for second in seconds]
    found = readings(moments, Calendar(zone))
    assert found.T.tolist() == [expected(moment, zone) for moment in moments]


@pytest.mark.parametrize(
    "change",
    [
        datetime(2024, 3, 10, 7, tzinfo=UTC),  # New York goes forward
        datetime(2024, 11, 3, 6, tzinfo=UTC),  # and back
    ],
)
def test_both_changes_of_the_clock_hold_from_their_very_second(change):
    moments = [change + timedelta(microseconds=shift) for shift in (-1_000_000, -1, 0, 1, 3_600_000_000)]
    found = readings(moments, Calendar("America/New_York"))
    assert found.T.tolist() == [expected(moment, "America/New_York") for moment in moments]
    assert abs(int(found[0, 2] - found[0, 1]) - 1) == 3_600_000_000


def test_a_calendar_comes_back_from_plain_data_also_where_only_its_own_years_are_kept():
    whole = Calendar("America/New_York", ("fri", "sat"))
    assert Calendar.from_dict(whole.to_dict()) == whole
    first, last = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 12))
    bounds = [(moment - EPOCH) // timedelta(microseconds=1) for moment in (first, last)]
    short = whole.between(*bounds)
    assert len(short.offsets) == 3
    moments = [first + timedelta(hours=7 * step) for step in range(1_100)]
    assert (readings(moments, short) == readings(moments, whole)).all()


def test_a_change_of_the_rules_leaves_a_stored_calendar_as_it_is():
    stored = {
        "timezone": "Asia/Tehran", "weekend": ["fri"], "offsets": [{"from": None, "seconds": 7_200}]
    }  # fmt: skip
    read_back = Calendar.from_dict(stored)
    assert readings([EPOCH], read_back)[0, 0] == 7_200_000_000
    assert Calendar("Asia/Tehran", ("fri",)) != read_back


ODD = ("America/St_Johns", "America/Havana", "America/Asuncion", "Pacific/Apia")
# go back over midnight, show midnight twice, skip it, leave a day out


@pytest.mark.parametrize("zone", [*ZONES, *ODD])
def test_a_local_day_begins_where_it_is_that_day_or_a_later_one_for_good(zone):
    days = np.arange(4_000, 25_000)  # 1980 to 2038
    calendar = Calendar(zone)
    found = np.empty(days.size, np.int64)
    begin(days, calendar.clock, found)
    for hours in range(30):
        assert (calendar.local_days(found + hours * HOUR) >= days).all()
    assert (calendar.local_days(found - 1) < days).all()
    left_out = calendar.local_days(found) != days
    assert left_out.sum() == (zone == "Pacific/Apia")
    # the door reads a date as its later midnight, where there are two: on that day, and not before it begins
    read = localise(days * DAY, zone)
    assert (read >= found).all()
    assert (read - found).max() <= HOUR


def test_dates_read_by_the_door_lie_on_the_days_that_the_calendar_names():
    for zone in ZONES:
        days = np.arange(-5_000, 30_000, 7)
        assert (Calendar(zone).local_days(localise(days * DAY, zone)) == days).all()


def test_a_calendar_is_made_once():
    assert calendar_of("Asia/Tehran", ("fri",)) is calendar_of("Asia/Tehran", ("fri",))
    assert calendar_of(None).is_usual


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"timezone": "UTC", "weekend": ["sun"], "offsets": [{"from": 3}]},
        {"timezone": "UTC", "weekend": ["sun"], "offsets": [{"from": None, "seconds": 10**30}]},
    ],
)
def test_what_to_dict_did_not_write_is_refused(data):
    with pytest.raises(ParameterError, match="calendar"):
        Calendar.from_dict(data)


def test_names_of_utc_are_one_calendar():
    assert Calendar("Etc/UTC") == Calendar("Z") == Calendar()
    assert Calendar().is_usual
    assert not Calendar("UTC", ("fri",)).is_usual
    assert Calendar("UTC", ("sun", "sat")).weekend == ("sat", "sun")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Mars/Olympus",), "timezone.*Africa/Lagos.*Mars/Olympus"),
        (("localtime",), "timezone.*Africa/Lagos.*localtime"),
        (("right/UTC",), "timezone.*Africa/Lagos.*right"),
        (("UTC", ("saturday",)), "weekend.*mon, tue.*saturday"),
        (("UTC", None), "weekend.*mon, tue.*None"),
        (("UTC", ("sat",), ((0, 0),)), "offsets.*beginning"),
    ],
)
def test_what_is_no_calendar_is_refused(arguments, message):
    with pytest.raises(ParameterError, match=message):
        Calendar(*arguments)


@compiled
def step_back(instants, months, clock, out):
    for i in range(instants.size):
        out[0, i] = months_before(instants[i], months[i], clock)
        day = local_day(instants[i], clock)
        out[1, i] = month_of(day)
        out[2, i] = month_first(out[1, i])


def months_back(moment, months, zone):
    """The same wall clock so many months earlier, or on the last day of a shorter month."""
    wall = moment.astimezone(ZoneInfo(zone))
    number = wall.year * 12 + wall.month - 1 - months
    year, month = divmod(number, 12)
    last = monthrange(year, month + 1)[1]
    return wall.replace(year=year, month=month + 1, day=min(wall.day, last), fold=0).astimezone(UTC)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/New_York", "Europe/Prague"])
def test_months_are_those_of_the_calendar(zone):
    random = np.random.default_rng(8)
    seconds = random.integers(365 * 86_400, 129 * 365 * 86_400, 3_000)
    moments = [EPOCH + timedelta(seconds=int(second)) for second in seconds]
    instants = np.array([(moment - EPOCH) // timedelta(microseconds=1) for moment in moments], np.int64)
    months, out = random.integers(0, 60, instants.size), np.empty((3, instants.size), np.int64)
    step_back(instants, months, Calendar(zone).clock, out)
    wrong = 0
    for i, moment in enumerate(moments):
        wall = moment.astimezone(ZoneInfo(zone))
        assert out[1, i] == (wall.year - 1970) * 12 + wall.month - 1
        assert out[2, i] == (wall.date().replace(day=1) - EPOCH.date()).days
        found = EPOCH + timedelta(microseconds=int(out[0, i]))
        # an hour that the clock skips or shows twice has no one reading
        wrong += found != months_back(moment, int(months[i]), zone)
        assert abs(found - months_back(moment, int(months[i]), zone)) <= timedelta(hours=1)
    assert wrong <= 3


def test_the_last_day_of_a_month_goes_back_to_the_last_of_a_shorter_one():
    moment = datetime(2024, 3, 31, 12, tzinfo=UTC)
    instant, out = (moment - EPOCH) // timedelta(microseconds=1), np.empty((3, 4), np.int64)
    step_back(np.full(4, instant), np.array([0, 1, 13, 12]), Calendar().clock, out)
    days = [(EPOCH + timedelta(microseconds=int(back))).date().isoformat() for back in out[0]]
    assert days == ["2024-03-31", "2024-02-29", "2023-02-28", "2023-03-31"]
