"""Clock readings become instants: years that can be, midnights that mean days, zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Int8, Int64
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import OFFSETS, STARTS, UTC_NAME, calendar_of
from creditscore.data.door.clock import AFTER_LAST, EPOCH, FIRST_INSTANT, YEARS, localise
from creditscore.data.door.draft import Draft, Timed
from creditscore.data.door.raw import AWARE, DATE, NAIVE
from creditscore.data.door.reading import Reading

Form = int | Int8
_NAME_ZONE = "Give times with a zone, or name the zone of the local clock, such as timezone='Africa/Lagos'."
# Where dates of the Solar Hijri and the Islamic calendar come to lie that are taken for Gregorian ones.
_OTHER_ERA: Final = tuple(
    (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1) for year in (1200, 1600)
)
_MOMENTS_ON_A_GRID: Final = "measures"


def resolve(draft: Draft, name: str, wall: Int64, form: Form, reading: Reading) -> Timed | None:
    """Make instants of clock readings; readings without a zone are refused unless one is named.

    Parameters
    ----------
    draft : Draft
    name : str
        The column.
    wall : ndarray of int64, shape (n_rows,)
        Microseconds; ``NEVER`` = missing.
    form : int, or ndarray of int8, shape (n_rows,)
        ``AWARE``, ``NAIVE`` or ``DATE``.
    reading : Reading
    """
    timezone = reading.timezone
    if not reading.stored:
        wall = _within_years(draft, name, wall)
        if name != draft.contract.row_time or not draft.contract.date_known_at_start:
            wall, form = _midnights(draft, name, wall, form, reading)
    if isinstance(form, int) and form == AWARE:
        return Timed(wall, wall)
    local = (wall != NEVER) & (form != AWARE)
    if not local.any():
        return Timed(wall, wall)
    if timezone is None and reading.midnight != "date":
        what = "dates and times without a zone" if np.any(form == DATE) else "times without a zone"
        rows = np.flatnonzero(local)
        draft.problem(name, f"{what} are refused ({len(rows)} of them)", _NAME_ZONE)
        return None
    zone = timezone or UTC_NAME
    every = bool(local.all())
    at = localise(wall, zone) if every else _localise_some(wall, local, zone)
    days = local & (form == DATE)
    if not days.any():
        return Timed(at, at)
    known = at.copy()
    known[days] = localise(wall[days] + DAY, zone) - 1
    return Timed(at, known, days)


def _within_years(draft: Draft, name: str, wall: Int64) -> Int64:
    """Note readings of years that cannot be, and take them out; the first day of all is a filler."""
    if not wall.size or (wall.min() >= FIRST_INSTANT + DAY and wall.max() < AFTER_LAST):
        return wall
    outside = (wall < FIRST_INSTANT + DAY) | ((wall >= AFTER_LAST) & (wall != NEVER))
    if not outside.any():
        return wall
    remedy = "Leave it missing (None) where there was no such time."
    if ((wall >= _OTHER_ERA[0]) & (wall < _OTHER_ERA[1])).any():
        remedy += " Dates of the Solar Hijri calendar: give them as text, and say calendar='jalali'."
    draft.fault(name, f"must be of {YEARS}, and after 1900-01-01", outside, remedy)
    return np.where(outside, NEVER, wall)


def _midnights(draft: Draft, name: str, wall: Int64, form: Form, reading: Reading) -> tuple[Int64, Form]:
    """Take a column whose every time is midnight for dates, where that is what its times mean."""
    if reading.midnight == "instant" or not wall.size or _is_clearly_a_moment(int(wall[0]), form, reading):
        return wall, form
    there = wall != NEVER
    forms = np.broadcast_to(form, wall.shape)[there]
    if not forms.size or (forms == DATE).all():
        return wall, form
    if (forms == AWARE).all():
        return _aware_midnights(draft, name, wall, there, reading)
    local = forms != AWARE
    if (wall[there][local] % DAY != 0).any():
        return wall, form
    dates = np.where(np.broadcast_to(form, wall.shape) == NAIVE, DATE, form).astype(np.int8)
    return wall, dates


def _is_clearly_a_moment(first: int, form: Form, reading: Reading) -> bool:
    """Whether the first time of a column is no midnight, so that it need not be looked at any further."""
    if first == NEVER or not isinstance(form, int):
        return False
    if form != AWARE:
        return first % DAY != 0
    return first % DAY != 0 and int(_local(np.array([first]), reading)[0]) % DAY != 0


def _local(at: Int64, reading: Reading) -> Int64:
    """What the local clock shows at instants."""
    if reading.timezone is None:
        return at
    clock = calendar_of(reading.timezone).clock
    return np.asarray(at + clock[OFFSETS, np.searchsorted(clock[STARTS], at, side="right") - 1])


def _aware_midnights(
    draft: Draft, name: str, wall: Int64, there: Any, reading: Reading
) -> tuple[Int64, Form]:
    """Take times with a zone for instants, with a hint, unless the caller says that midnights are dates."""
    at = wall[there]
    if at[0] % DAY == 0 and (at % DAY == 0).all():
        shown = wall
    else:
        local = _local(at, reading)
        if (local % DAY != 0).any():
            return wall, AWARE
        shown = np.full(wall.shape, NEVER, dtype=np.int64)
        shown[there] = local
    if reading.midnight == "date":
        return shown, DATE
    if at.min() != at.max() and draft.name != _MOMENTS_ON_A_GRID:
        meant = "if these are dates, give them as dates or say midnight='date'"
        draft.hints.append(
            f"{draft.name}.{name}: every time is midnight; {meant}: known at the end of their day"
        )
    return wall, AWARE


def _localise_some(wall: Int64, local: Any, timezone: str) -> Int64:
    at = wall.copy()
    at[local] = localise(wall[local], timezone)
    return at
