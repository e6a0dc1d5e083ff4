"""Rows that repeat, are lacking, are stale, or stand in an order of times that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Int64, distinct
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.quality.figures import Check
from creditscore.data.quality.sheets import Sheet, people_by_month

_YEARS: Final = 730 * DAY
_USUAL_PEOPLE: Final = 30
_AROUND: Final = 2
_FEWEST_MONTHS: Final = 5
_MOST_QUIET_DAYS: Final = 14
_FEWEST_DAYS: Final = 20
_FAR_AHEAD: Final = 90 * DAY
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_TURN: Final = np.uint64(29)


def repeated(sheet: Sheet) -> Flags:
    """Tell which rows say what an earlier row of the same owner says, however known, as shape (n_rows,)."""
    parts = [sheet.owner, sheet.at, *sheet.codes.values(), *(times[0] for times in sheet.facts.values())]
    parts += [np.where(v == v, v, np.nan).view(np.int64) for v in sheet.numbers.values()]
    key = np.zeros(sheet.n_rows, np.uint64)
    for part in parts:
        key = (key ^ part.astype(np.int64).view(np.uint64)) * _MIX
        key ^= key >> _TURN
    order = np.lexsort((sheet.known, key))
    same = np.zeros(sheet.n_rows, np.bool_)
    same[order[1:]] = key[order[1:]] == key[order[:-1]]
    return same


def thin_months(sheet: Sheet) -> list[tuple[int, int, float]]:
    """Return month, rows, and rows as a share of the median of the two months before.

    Or of those after, if that is less. The first and the last month are left out, and months around which
    fewer than 30 people have rows.
    """
    if not sheet.n_rows:
        return []
    first = int(sheet.month.min())
    counts = np.bincount(sheet.month - first)
    people = people_by_month(sheet.month - first, sheet.owner, counts.size)
    found = []
    for at in range(1, counts.size - 1) if counts.size >= _FEWEST_MONTHS else ():
        usual, active = _around(counts, at), _around(people, at)
        if active >= _USUAL_PEOPLE:
            found.append((first + at, int(counts[at]), float(counts[at] / usual)))
    return found


def _around(counts: Int64, at: int) -> float:
    before, after = counts[max(0, at - _AROUND) : at], counts[at + 1 : at + 1 + _AROUND]
    return float(min(np.median(before), np.median(after)))


def silence(sheet: Sheet, moment: int) -> tuple[float, float]:
    """Return the days since the last row that was known, and the longest silence before it.

    The latter is NaN where rows stand on fewer than 20 days; it counts as 14 days at least.
    """
    known = np.maximum(sheet.known, sheet.at if not sheet.is_scheduled else sheet.known)
    days = distinct(known[known < moment] // DAY)
    if not days.size:
        return float("nan"), float("nan")
    age = moment / DAY - float(days[-1] + 1)
    longest = float(np.diff(days).max()) if days.size >= _FEWEST_DAYS else float("nan")
    return max(0.0, age), longest if longest != longest else max(longest, float(_MOST_QUIET_DAYS))


def end_of(sheets: list[Sheet]) -> int:
    """Return just after the last moment at which something became known; rows far ahead of all do not count.

    Far ahead is 90 days after 999 of 1,000 rows.
    """
    known = [np.maximum(sheet.known, sheet.at) for sheet in sheets if not sheet.is_scheduled]
    known += [times[1] for sheet in sheets for times in sheet.facts.values()]
    every = np.concatenate([part[part != NEVER] for part in known] or [np.zeros(0, np.int64)])
    if not every.size:
        return 0
    most = int(np.quantile(every, 0.999, method="lower")) + _FAR_AHEAD
    return int(every[every <= most].max()) + 1


def impossible(sheet: Sheet, moment: int, opened: Int64 | None) -> Iterator[tuple[Check, str, Flags]]:
    """Yield check, column and rows (shape (n_rows,)) of each impossible order of times.

    Parameters
    ----------
    sheet : Sheet
    moment : int
        Of the check, in microseconds.
    opened : ndarray of int64, shape (n_rows,), optional
        When the loan of each row was opened; ``NEVER`` where that is not known.
    """
    time = sheet.contract.row_time
    if not sheet.is_scheduled:
        yield "future", time, sheet.at >= moment
        yield "known_early", "known_time", sheet.known < sheet.at - DAY
    for fact, (at, known) in sheet.facts.items():
        there = at != NEVER
        yield "fact_known_early", fact, there & (known < at - DAY)
        if sheet.is_scheduled:
            yield "paid_long_before_due", fact, there & (at < sheet.at - _YEARS)
        yield "future", fact, there & (at >= moment) & (known >= moment)
    if opened is not None:
        yield "before_opening", time, (opened != NEVER) & (sheet.at < opened - DAY)
