"""Clock readings against Python's own arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from creditscore._ground.instants import DAY, NEVER
from creditscore.data.door.clock import instants_of, localise, parse_iso, reading_of, readings_of

NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ZONES = ["UTC", "Africa/Lagos", "Europe/Berlin", "America/Santiago", "Asia/Tehran", "Australia/Lord_Howe"]
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001


@given(st.lists(MOMENTS, max_size=20), st.sampled_from(ZONES))
@example([datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30)], "Europe/Berlin")  # noqa: DTZ001
@example([datetime(2024, 9, 8), datetime(2024, 4, 6, 23, 30)], "America/Santiago")  # noqa: DTZ001
@example([datetime(2024, 4, 7, 1, 45), datetime(2024, 10, 6, 2, 15)], "Australia/Lord_Howe")  # noqa: DTZ001
@example([datetime(2010, 11, 6, 23, 30), datetime(2010, 11, 7)], "America/St_Johns")  # noqa: DTZ001
@example([datetime(2010, 3, 4, 23, 30), datetime(2010, 3, 5, 1, 30)], "Antarctica/Casey")  # noqa: DTZ001
def test_local_readings_become_the_later_of_their_instants(moments, zone):
    wall = np.array([(moment - NAIVE_EPOCH) // TICK for moment in moments] + [NEVER], dtype=np.int64)
    expected = [
        max((moment.replace(tzinfo=ZoneInfo(zone), fold=fold) - EPOCH) // TICK for fold in (0, 1))
        for moment in moments
    ]
    assert localise(wall, zone).tolist() == [*expected, NEVER]


def test_many_rows_take_the_same_path(micros):
    hours = np.arange(0, 366 * 24) * 3_600_000_000 + micros(datetime(2024, 1, 1, tzinfo=UTC))
    whole = localise(np.repeat(hours, 3), "Europe/Berlin")
    assert whole[::3].tolist() == [
        localise(hours[row : row + 1], "Europe/Berlin")[0] for row in range(len(hours))
    ]


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1)])
def test_the_ends_of_the_calendar(day):
    wall = np.array([reading_of(day)[0]], dtype=np.int64)
    assert abs(int(localise(wall, "Africa/Lagos")[0]) - int(wall[0])) <= DAY


@given(st.lists(st.datetimes(timezones=st.sampled_from([UTC, ZoneInfo("Asia/Tehran")])), max_size=8))
def test_aware_datetimes(moments):
    assert instants_of(moments).tolist() == [(moment - EPOCH) // TICK for moment in moments]


@given(st.lists(st.datetimes(), max_size=8))
def test_naive_datetimes(moments):
    assert readings_of(moments).tolist() == [(moment - NAIVE_EPOCH) // TICK for moment in moments]


@given(st.lists(MOMENTS, min_size=1, max_size=8))
def test_iso_texts_say_what_their_datetimes_say(moments):
    for moment in moments:
        assert parse_iso(moment.isoformat()) == reading_of(moment)
        assert parse_iso(moment.date().isoformat()) == reading_of(moment.date())
        assert parse_iso(moment.replace(tzinfo=UTC).isoformat()) == reading_of(moment.replace(tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "yesterday", "31.05.2024", "2024-13-01", "2024-05-31T25:00:00Z"])
def test_what_is_no_time(text):
    assert parse_iso(text) is None
