"""Streams found another way: by laying every rhythm at every phase over the days and counting what it hits.

Shares nothing with the library. Slow: for each party, each set of like amounts, each rhythm and each phase.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

YEAR = timedelta(days=365)
MONTH = 365.25 / 12


@dataclass(frozen=True)
class Rhythm:
    """How often, how far off a due date may be hit, and how many hits are needed."""

    name: str
    days: float
    slack: int
    least: int
    by_calendar: bool = True

    def dates(self, phase: int, first: date, last: date) -> list[date]:
        """Every due date between two days."""
        if not self.by_calendar:
            start = first + timedelta(days=phase)
            return [start + timedelta(days=k) for k in range(0, (last - start).days + 1, int(self.days))]
        step = max(1, round(self.days / MONTH))
        offsets = [phase % 31, phase % 31 + 15] if self.name == "semi_monthly" else [phase % 31]
        out = []
        for month in range(first.year * 12 + first.month - 2, last.year * 12 + last.month + 1):
            if (month - phase // 31) % step:
                continue
            begin = date(month // 12, month % 12 + 1, 1)
            end = date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
            out += [
                min(begin + timedelta(days=k), end) if k < 31 else begin + timedelta(days=k) for k in offsets
            ]
        return sorted(due for due in out if first <= due <= last)

    def phases(self) -> range:
        """Every phase that differs."""
        if self.name == "semi_monthly":
            return range(16)
        if not self.by_calendar:
            return range(int(self.days))
        return range(31 * max(1, round(self.days / MONTH)))


RHYTHMS = (
    Rhythm("monthly", MONTH, 4, 3),
    Rhythm("thirty_days", 30, 3, 3, by_calendar=False),
    Rhythm("four_weekly", 28, 2, 3, by_calendar=False),
    Rhythm("fortnightly", 14, 1, 4, by_calendar=False),
    Rhythm("semi_monthly", MONTH / 2, 2, 5),
    Rhythm("weekly", 7, 1, 5, by_calendar=False),
    Rhythm("bi_monthly", 2 * MONTH, 6, 3),
    Rhythm("quarterly", 3 * MONTH, 7, 3),
)


@dataclass(frozen=True)
class Found:
    """One stream."""

    rhythm: Rhythm
    amount: float
    hits: tuple[int, ...]
    off: float
    last: date
    skipped: int = 0
    spread: float = 0.0

    @property
    def monthly(self) -> float:
        """What it comes to in a month."""
        return self.amount * MONTH / self.rhythm.days


def sets_of_like_amounts(amounts: np.ndarray[Any, Any]) -> Iterator[tuple[float, np.ndarray[Any, Any]]]:
    """Everything; then what lies near each amount, near and nearer, and by which ratio."""
    yield 0.0, np.arange(amounts.size)
    for ratio in (1.55, 1.1, 1.005):
        seen = set()
        for amount in sorted(set(amounts)):
            near = np.flatnonzero((amounts <= ratio * amount) & (amounts >= amount / ratio))
            if tuple(near) not in seen:
                seen.add(tuple(near))
                yield ratio, near


def try_phase(
    rhythm: Rhythm, dues: list[date], days: list[date], amounts: np.ndarray[Any, Any]
) -> Found | None:
    """What a rhythm at a phase explains of some payments; None if it is not theirs."""
    numbers = np.array([day.toordinal() for day in days])
    hits, offs, matched = [], [], []
    for position, due in enumerate(dues):
        away = np.abs(numbers - due.toordinal())
        nearest = int(away.argmin())
        if away[nearest] <= rhythm.slack:
            same_day = [int(k) for k in np.flatnonzero(numbers == numbers[nearest])]
            hits += [k for k in same_day if k not in hits]
            offs.append(float(away[nearest]))
            matched.append(position)
    if len(matched) < rhythm.least:
        return None
    span = matched[-1] - matched[0] + 1
    explained = len(hits) / len(days)
    sizes = np.array(
        [sum(amounts[k] for k in hits if days[k] == day) for day in sorted({days[k] for k in hits})]
    )
    middle = float(np.median(sizes))
    spread = 1.4826 * float(np.median(np.abs(sizes - middle))) / middle
    if len(matched) < 0.7 * span or explained < 0.7 or spread > 0.35:
        return None
    recent = sizes[-6:] if rhythm.days > 25 else sizes[-13:]
    last = max(days[k] for k in hits)
    return Found(
        rhythm, float(np.median(recent)), tuple(hits), float(np.mean(offs)), last, span - len(matched), spread
    )


def by_chance(rhythm: Rhythm, ratio: float, count: int) -> bool:
    """Whether a few payments, chosen for their amounts from many, may fit a rhythm by chance."""
    return ratio > 1.01 and (count < 5 or rhythm.days > 1.5 * MONTH)


def worth(found: Found) -> tuple[int, float]:
    """What makes one explanation better than another."""
    return len(found.hits) - found.skipped, -found.off


def best_of(days: list[date], amounts: np.ndarray[Any, Any], first: date, last: date) -> Found | None:
    """The stream that explains most payments, and of those the one that is off least."""
    best: Found | None = None
    for ratio, near in sets_of_like_amounts(amounts):
        if near.size < 3:
            continue
        for rhythm in RHYTHMS:
            if by_chance(rhythm, ratio, near.size):
                continue
            for phase in rhythm.phases():
                dues = rhythm.dates(phase, first, last)
                found = try_phase(rhythm, dues, [days[k] for k in near], amounts[near])
                if found is None or (2 * len(found.hits) < len(days) and found.spread > 0.1):
                    continue
                found = replace(found, hits=tuple(int(near[k]) for k in found.hits))
                if best is None or worth(found) > worth(best):
                    best = found
    return best


def streams(days: list[date], amounts: Iterable[float], moment: date) -> list[Found]:
    """Every stream among the payments of one party in the year before a moment, alive or not."""
    left = [(day, amount) for day, amount in zip(days, amounts, strict=True) if moment - YEAR <= day < moment]
    out = []
    while len(left) >= 3:
        found = best_of([d for d, _ in left], np.array([a for _, a in left]), moment - YEAR, moment)
        if found is None:
            break
        out.append(found)
        left = [row for k, row in enumerate(left) if k not in set(found.hits)]
    return out


def alive(found: Found, moment: date) -> bool:
    """Whether no more than one and a half periods went by since the last payment."""
    return (moment - found.last).days <= 1.5 * found.rhythm.days


def of_everyone(
    rows: Iterable[dict[str, Any]], moment: date, party: Callable[[dict[str, Any]], Any]
) -> list[Found]:
    """The streams of one person that go on, party by party."""
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[party(row)].append(row)
    found = [
        stream
        for group in groups.values()
        for stream in streams([r["day"] for r in group], [abs(r["amount"]) for r in group], moment)
    ]
    return [stream for stream in found if alive(stream, moment)]
