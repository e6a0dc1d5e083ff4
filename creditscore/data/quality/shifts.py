"""Shifts from month to month: amounts of another size, and values that are spread otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.data.quality.sheets import Sheet, people_by_month

_BINS: Final = 10
_AROUND: Final = 3
FEWEST_FOR_DRIFT: Final = 500
_FEWEST_FOR_SIZE: Final = 30
_FEWEST_OF_AN_OWNER: Final = 10
# Sizes of people's amounts lie apart by themselves: so much more than that of a month is another unit.
_APART: Final = 5.0


class Shifted(NamedTuple):
    """One column in a month (or -1): how many it is about, how far it is off, and how far by chance."""

    month: int
    number: int
    value: float
    by_chance: float = 0.0


def drift_of(sheet: Sheet) -> Iterator[tuple[str, list[Shifted]]]:
    """Yield for each column the stability index of every month that has rows enough, against those around it.

    Around it are the three months before and the three after: what changes slowly is no fault. Half a row is
    added to every bin of both sides, so that an empty bin is no infinity. What chance alone gives is reckoned
    as if all rows of a person said the same: bins less 1, over the people of the month and over those of the
    busiest month around it.
    """
    months, month = np.unique(sheet.month, return_inverse=True)
    people = people_by_month(month, sheet.owner, months.size)
    enough = np.flatnonzero(np.bincount(month) >= FEWEST_FOR_DRIFT)
    for name, binned in _binned(sheet):
        counts = np.zeros((months.size, int(binned.max(initial=0)) + 1))
        np.add.at(counts, (month, binned), 1.0)
        counts = counts[:, counts.sum(axis=0) > 0]
        found = []
        for row in enough.tolist():
            near = (np.abs(months - months[row]) <= _AROUND) & (months != months[row])
            others = counts[near].sum(axis=0)
            if others.sum() >= FEWEST_FOR_DRIFT:
                chance = (counts.shape[1] - 1) * (1.0 / people[row] + 1.0 / people[near].max())
                index = _index(counts[row], others)
                found.append(Shifted(int(months[row]), int(counts[row].sum()), index, float(chance)))
        yield name, found


def _binned(sheet: Sheet) -> Iterator[tuple[str, Int64]]:
    """Yield each column that can drift as bins from 1 on, 0 for what is missing."""
    for name in sheet.labels:
        yield name, sheet.codes[name] + 1
    for name, values in sheet.numbers.items():
        known = values[values == values]
        if not known.size:
            continue
        levels = np.arange(1, _BINS) / _BINS
        edges = np.unique(np.quantile(known, levels, method="lower"))
        yield name, np.where(values == values, np.searchsorted(edges, values, side="left") + 1, 0)


def _index(month: Float64, others: Float64) -> float:
    one, other = month + 0.5, others + 0.5
    one, other = one / one.sum(), other / other.sum()
    return float(((one - other) * np.log(one / other)).sum())


def sizes_by_month(sheet: Sheet, column: str) -> list[Shifted]:
    """Return the factor between the median size of each month and the median of the other months' medians.

    Each is 1 or more, whichever side is larger.
    """
    sizes, rows = _sizes(sheet, column)
    months, month = np.unique(sheet.month[rows], return_inverse=True)
    medians, counts = _medians(sizes, month, months.size)
    enough = counts >= _FEWEST_FOR_SIZE
    found = []
    for row in np.flatnonzero(enough).tolist():
        others = enough.copy()
        others[row] = False
        if others.any():
            apart = abs(medians[row] - float(np.median(medians[others])))
            found.append(Shifted(int(months[row]), int(counts[row]), 10.0**apart))
    return found


def sizes_by_owner(sheet: Sheet, column: str, most: float) -> Shifted | None:
    """Count the owners whose median size is further from everyone's than a factor, five times as large.

    It also has to lie six spreads (1.4826 median absolute deviations) away: where people differ much, more
    is needed.
    """
    sizes, rows = _sizes(sheet, column)
    owners, owner = np.unique(sheet.owner[rows], return_inverse=True)
    medians, counts = _medians(sizes, owner, owners.size)
    medians = medians[counts >= _FEWEST_OF_AN_OWNER]
    if medians.size < _FEWEST_FOR_SIZE:
        return None
    middle = float(np.median(medians))
    spread = 1.4826 * float(np.median(np.abs(medians - middle)))
    apart = np.abs(medians - middle)
    off = apart > max(np.log10(_APART * most), 6.0 * spread)
    return Shifted(-1, int(off.sum()), float(10.0 ** apart[off].max())) if off.any() else None


def _sizes(sheet: Sheet, column: str) -> tuple[Float64, Int64]:
    values = np.abs(sheet.numbers[column])
    rows = np.flatnonzero(values > 0.0)
    return np.log10(values[rows]), rows


def _medians(values: Float64, group: Int64, n_groups: int) -> tuple[Float64, Int64]:
    """Median of the values of each group, and how many it has."""
    order = np.lexsort((values, group))
    counts = np.bincount(group, minlength=n_groups).astype(np.int64)
    starts = np.cumsum(counts) - counts
    ordered = values[order]
    low, high = starts + (counts - 1) // 2, starts + counts // 2
    return 0.5 * (ordered[low] + ordered[high]) if values.size else np.empty(0), counts
