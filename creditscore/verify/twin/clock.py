"""The clock of a zone, its months, and how long an account was seen, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

Row = dict[str, Any]
DAY: Final = 86_400_000_000
MEAN_MONTH: Final = 365.25 / 12
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
WEEKDAY: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def micros(when: datetime) -> int:
    """An instant in microseconds since 1970, UTC."""
    return (when - EPOCH) // timedelta(microseconds=1)


class Local(NamedTuple):
    """A zone, and the days of its weekend, Monday being 0."""

    zone: str = "UTC"
    weekend: tuple[int, ...] = (5, 6)

    def clock(self, time: float) -> datetime:
        """What the clock shows at a time in microseconds."""
        return (EPOCH + timedelta(microseconds=time)).astimezone(ZoneInfo(self.zone))

    def day(self, time: float) -> date:
        """The date that the clock shows at a time in microseconds."""
        return self.clock(time).date()

    def month(self, time: float) -> int:
        """The month that the clock shows, counted since the year 0."""
        shown = self.clock(time)
        return shown.year * 12 + shown.month - 1

    def midnight(self, month: int) -> int:
        """The instant, in microseconds, at which a month begins."""
        return micros(datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(self.zone)))


def seen_until(times: Sequence[int], as_of: int) -> int | None:
    """The moment; the end of the feed where that came before; None where it says nothing of the present."""
    silences = [b - a for a, b in pairwise(times) if as_of - a <= 365 * DAY]
    silence = as_of - times[-1]
    if silence <= max(14 * DAY, 1.25 * max(silences, default=0)):
        return as_of
    return times[-1] + 1 if silence <= 92 * DAY else None


def whole_months(rows: Sequence[Row], as_of: int, local: Local, most: int) -> list[int]:
    """Whole calendar months of a feed, oldest first; none where it ended months ago."""
    if not rows:
        return []
    times = [row["time"] for row in rows]
    seen = seen_until(times, as_of)
    if seen is None:
        return []
    first = local.month(times[0]) + (local.clock(times[0]).day > 1)
    last = local.month(seen) - 1
    if local.month(as_of) - last > 4 or last < first:
        return []
    return list(range(first, last + 1))[-most:]
