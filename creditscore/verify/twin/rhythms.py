"""Payments that may recur, and the rhythm in which they do, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

from creditscore.verify.twin.clock import MEAN_MONTH

Row = dict[str, Any]


class Rhythm(NamedTuple):
    """A name, its days, by how many a gap may be off, how many hits it takes, and whether months count."""

    name: str
    period: float
    slack: float
    fewest: int
    by_calendar: bool


RHYTHMS: Final = (
    Rhythm("quarterly", 3 * MEAN_MONTH, 9.0, 3, True),
    Rhythm("bi_monthly", 2 * MEAN_MONTH, 7.0, 3, True),
    Rhythm("monthly", MEAN_MONTH, 5.0, 3, True),
    Rhythm("semi_monthly", MEAN_MONTH / 2, 3.5, 4, True),
    Rhythm("four_weekly", 28.0, 3.0, 3, False),
    Rhythm("fortnightly", 14.0, 2.5, 3, False),
    Rhythm("weekly", 7.0, 1.5, 4, False),
)
_FAST: Final = frozenset({"weekly", "fortnightly", "semi_monthly"})


@dataclass(frozen=True, eq=False)
class Hit:
    """One payment that may recur: its number among all of them, and until when its account was seen."""

    at: int
    row: Row
    day: date
    size: float
    paid: bool
    exact: bool
    seen: date | None


class Day(NamedTuple):
    """What came on one day."""

    day: date
    size: float
    paid: bool


def located(day: date, by_calendar: bool) -> float:
    """Where a day lies: by days, or by months of one length."""
    return (day.year * 12 + day.month) * MEAN_MONTH + day.day if by_calendar else float(day.toordinal())


def days_of(hits: Sequence[Hit]) -> list[Day]:
    """Hits of a day together; what bounced counts only where nothing was paid."""
    mine: dict[date, list[Hit]] = {}
    for hit in hits:
        mine.setdefault(hit.day, []).append(hit)
    out = []
    for day in sorted(mine):
        paid = [hit for hit in mine[day] if hit.paid]
        out.append(Day(day, math.fsum(hit.size for hit in paid or mine[day]), bool(paid)))
    return out


def steps(gap: float, period: float) -> float:
    """To how many periods a gap is nearest."""
    return max(1.0, math.floor(gap / period + 0.5))


def gaps_of(days: Sequence[Day], rhythm: Rhythm) -> list[tuple[float, float]]:
    """For each gap, how many periods it is nearest to and how far off it is."""
    at = [located(day.day, rhythm.by_calendar) for day in days]
    gaps = [(b - a, steps(b - a, rhythm.period)) for a, b in pairwise(at)]
    return [(count, abs(gap - count * rhythm.period)) for gap, count in gaps]


def rhythm_of(days: Sequence[Day], *, slow: bool) -> Rhythm | None:
    """The rhythm whose gaps are off least."""
    best, least = None, math.inf
    for rhythm in RHYTHMS:
        if len(days) < rhythm.fewest or (slow and rhythm.name in _FAST):
            continue
        gaps = gaps_of(days, rhythm)
        good = [count for count, off in gaps if off <= rhythm.slack]
        if len(good) < 0.75 * len(gaps) or good.count(1.0) < 0.6 * len(gaps) or len(good) < 0.6 * sum(good):
            continue
        off = sum(min(off, 2 * rhythm.slack) for _, off in gaps) / len(gaps)
        if off < least:
            best, least = rhythm, off
    return best


def spread(days: Sequence[Day]) -> float:
    """1.4826 times the median deviation over the median."""
    middle = median(day.size for day in days)
    return 1.4826 * median(abs(day.size - middle) for day in days) / middle


def recurs(hits: Sequence[Hit], *, slow: bool = False) -> Rhythm | None:
    """The rhythm of hits, if they recur."""
    paid = sum(hit.paid for hit in hits)
    if 2 * paid < len(hits) or paid < 2:
        return None
    days, exact = days_of(hits), any(hit.exact for hit in hits)
    rhythm = rhythm_of(days, slow=slow or exact)
    if rhythm is None or spread(days) > 0.35:
        return None
    middle = median(day.size for day in days)
    near = sum(abs(day.size - middle) <= 0.05 * middle for day in days)
    return None if exact and near < 0.8 * len(days) else rhythm


def cut(
    hits: Sequence[Hit], key: Callable[[Hit], float], apart: Callable[[float, float], bool]
) -> list[list[Hit]]:
    """Cut hits where neighbours by a key lie apart; each part oldest first."""
    ordered = sorted(hits, key=key)
    parts = [ordered[:1]]
    for before, hit in pairwise(ordered):
        if apart(key(before), key(hit)):
            parts.append([])
        parts[-1].append(hit)
    return [sorted(part, key=lambda hit: hit.at) for part in parts]


def _by_day(hits: Sequence[Hit]) -> list[list[Hit]]:
    return cut(hits, lambda hit: hit.day.day, lambda a, b: b - a >= 4)


def _is_part(part: Sequence[Hit], whole: int) -> bool:
    """Whether some hits of a party recur by themselves."""
    if 10 * len(part) < whole or recurs(part) is None:
        return False
    sizes = [hit.size for hit in part]
    if len(part) == whole:
        return True
    if len(part) < 4:
        return max(sizes) <= 1.01 * min(sizes)
    return 2 * len(part) >= whole or spread(days_of(part)) <= 0.1


def _by_amount(
    part: Sequence[Hit], whole: int, *, splits: bool, ratios: tuple[float, ...] = (1.6, 1.15, 1.05, 1.01)
) -> list[list[Hit]]:
    """Streams of like amounts, wide cuts first."""
    found: list[list[Hit]] = []
    for piece in cut(part, lambda hit: hit.size, lambda a, b: b > ratios[0] * a):
        if _is_part(piece, whole):
            small = cut(piece, lambda hit: hit.size, lambda a, b: b > 1.02 * a)
            apart = splits and recurs(piece, slow=True) is None and len(small) > 1
            found += small if apart and all(recurs(one, slow=True) for one in small) else [piece]
        elif len(ratios) > 1 and len(piece) > 2:
            found += _by_amount(piece, whole, splits=splits, ratios=ratios[1:])
    return found


def streams(hits: list[Hit], *, splits: bool) -> list[list[Hit]]:
    """The streams of one party, of hits that were not made good."""
    if len(hits) < 3:
        return []
    if recurs(hits, slow=True):
        return [hits]
    parts = _by_day(hits)
    if splits and len(parts) > 1 and all(len(part) > 2 and recurs(part, slow=True) for part in parts):
        return parts
    found = _by_amount(hits, len(hits), splits=splits)
    taken = {hit.at for part in found for hit in part}
    for number, part in enumerate(found):
        found[number] = _absorb(part, hits, taken)
        taken |= {hit.at for hit in found[number]}
    left = [hit for hit in hits if hit.at not in taken]
    more = _by_day(left) if len(left) >= 6 else []
    return found + [part for part in more if len(part) > 3 and recurs(part, slow=True)]


def _absorb(stream: list[Hit], party: list[Hit], taken: set[int]) -> list[Hit]:
    """A stream with what came on its days in other amounts and belongs to no stream."""
    rhythm = recurs(stream)
    if rhythm is None:
        return stream
    slack = min(3.0, rhythm.slack)
    more = [hit for hit in party if hit.at not in taken and _on_its_day(hit, stream, rhythm, slack)]
    return sorted([*stream, *more], key=lambda hit: hit.at)


def _on_its_day(hit: Hit, stream: list[Hit], rhythm: Rhythm, slack: float) -> bool:
    before = [one for one in stream if one.at <= hit.at]
    after = [one for one in stream if one.at > hit.at]
    near = before[-1] if before else stream[0]
    at = located(hit.day, rhythm.by_calendar)
    gap = abs(at - located(near.day, rhythm.by_calendar))
    count = steps(gap, rhythm.period)
    if gap < rhythm.period - slack or count > 2 or abs(gap - count * rhythm.period) > slack:
        return False
    if before and after and located(after[0].day, rhythm.by_calendar) - at < rhythm.period - slack:
        return False
    return max(hit.size, near.size) <= 2 * min(hit.size, near.size)
