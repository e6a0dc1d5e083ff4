"""Which payments come again and again: several streams of one payee are told apart by amount and by day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore.features.kernels.order import middle, sort_in_place
from creditscore.features.kernels.windows import rmad
from creditscore.features.payments.rows.rhythm import (
    AMOUNT_OF_DAY,
    DAY,
    PAID,
    POSITION,
    TRACK_ROWS,
    calendar_position,
    rhythm_of,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# 1.4826 MAD of the amounts over their median, at most
STEADY = 0.35
# what must be the same each time is within 5 % of its median, four times of five
EXACT = 0.05
EXACT_SHARE = 0.8
LEAST_PAID = 2


class Hits(NamedTuple):
    """Payments that may recur, oldest first.

    Attributes
    ----------
    rows, days, seen : ndarray of int64, shape (n_hits,)
        Row of the table; local day; local day up to which the account was seen, -1 if too long ago.
    sizes : ndarray of float64, shape (n_hits,)
        Money, above 0.
    paid, exact : ndarray of int8, shape (n_hits,)
        0 for what bounced; 1 for what recurs only if the amount is the same and four weeks lie between.
    keys : ndarray of int64, shape (n_hits,)
        Who it was with, -1 for nobody known.
    """

    rows: I8
    days: I8
    seen: I8
    sizes: F8
    paid: I1
    exact: I1
    keys: I8


@compiled
def by_group(groups: I8, count: int) -> tuple[I8, I8]:
    """Return the positions of each group together, in order, and where each group begins.

    Arrays: ``groups`` shape (n,), -1 for none. Returns shape (n_members,) and (n_groups + 1,).
    """
    begins = np.zeros(count + 1, np.int64)
    for group in groups:
        if group >= 0:
            begins[group + 1] += 1
    for g in range(count):
        begins[g + 1] += begins[g]
    filled = begins[:-1].copy()
    members = np.empty(begins[count], np.int64)
    for p in range(groups.size):
        if groups[p] >= 0:
            members[filled[groups[p]]] = p
            filled[groups[p]] += 1
    return members, begins


@nested
def track_of(hits: Hits, chosen: I8) -> F8:
    """Return the days on which chosen hits came, what came on each, and whether any of it was paid.

    Arrays: ``chosen`` shape (n_chosen,), positions in ``hits``, oldest first. Returns shape (4, n_days).
    """
    track = np.empty((TRACK_ROWS, chosen.size))
    last = -1
    for k in chosen:
        if last >= 0 and track[DAY, last] == hits.days[k]:
            if hits.paid[k] == 0 and track[PAID, last] > 0.0:
                continue
            if hits.paid[k] > 0 and track[PAID, last] == 0.0:
                track[AMOUNT_OF_DAY, last] = 0.0
            track[AMOUNT_OF_DAY, last] += hits.sizes[k]
            track[PAID, last] = hits.paid[k]
            continue
        last += 1
        track[DAY, last] = hits.days[k]
        track[POSITION, last] = calendar_position(hits.days[k])
        track[AMOUNT_OF_DAY, last] = hits.sizes[k]
        track[PAID, last] = hits.paid[k]
    return track[:, : last + 1]


@nested
def spread_of(track: F8) -> float:
    """Return 1.4826 MAD of the amounts over their median.

    Arrays: ``track`` shape (4, n_days).
    """
    sizes = track[AMOUNT_OF_DAY].copy()
    sort_in_place(sizes)
    return float(rmad(sizes, np.empty(sizes.size)))


@nested
def is_exact(track: F8) -> bool:
    """Tell whether four fifths of the amounts are within 5 % of their median.

    Arrays: ``track`` shape (4, n_days).
    """
    sizes = track[AMOUNT_OF_DAY].copy()
    sort_in_place(sizes)
    centre = middle(sizes)
    near = 0
    for size in sizes:
        near += abs(size - centre) <= EXACT * centre
    return bool(near >= EXACT_SHARE * sizes.size)


@nested
def stream_rhythm(hits: Hits, chosen: I8, slow: bool) -> int:
    """Return the rhythm of chosen hits, -1 if they do not recur.

    Arrays: ``chosen`` shape (n_chosen,), positions in ``hits``, oldest first.
    """
    exact = False
    paid = 0
    for k in chosen:
        exact = exact or hits.exact[k] > 0
        paid += hits.paid[k]
    if 2 * paid < chosen.size or paid < LEAST_PAID:
        return -1
    track = track_of(hits, chosen)
    rhythm = rhythm_of(track, slow or exact)
    if rhythm < 0 or (exact and not is_exact(track)) or not spread_of(track) <= STEADY:
        return -1
    return int(rhythm)


@inner
def is_same(hits: Hits, chosen: I8, ratio: float) -> bool:
    """Whether the smallest and the largest amount are the same up to a ratio.

    Arrays: ``chosen`` shape (n_chosen,), positions in ``hits``.
    """
    low = high = hits.sizes[chosen[0]]
    for k in chosen:
        low = min(low, hits.sizes[k])
        high = max(high, hits.sizes[k])
    return bool(high <= ratio * low)
