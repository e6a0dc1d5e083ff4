"""The kernels of the view of all neighbours together: votes, and shares made of noisy bits."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore.features.social.rows.tie_rows import AGE, IS_KNOWN, IS_MARKED, RANK, SEEN_DAYS, STRENGTH

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

PRIOR: Final = 0.1
PRIOR_WEIGHT: Final = 5.0
# A tie of so many days has a whole vote; a standing seen for less is recent.
OLD_DAYS: Final = 365.0
RECENT_DAYS: Final = 180.0
STRONGEST: Final = 5.0

# rows of the block of values
VOTES, SHARE, VOTES_RECENT, SHARE_RECENT, VOTES_OLD, SHARE_OLD = range(6)
KNOWN, COUNT, SHARE_STRONGEST, STRENGTH_SHARE, GOOD_STRENGTH_SHARE = range(6, 11)
SHARE_BOUNDED = 11
COLUMNS = 12


@inner
def denoised(mean: float, flip: float) -> float:
    """Take the chance of a wrong bit off a mean of bits, and keep it within 0 and 1; NaN stays."""
    share = (mean - flip) / (1.0 - 2.0 * flip)
    if share < 0.0:
        return 0.0
    return min(share, 1.0)


@inner
def default_share(votes: float, marked: float, flip: float) -> float:
    """Return the share of defaults among votes of which some are marked, drawn towards the prior.

    The prior counts as five people would without noise, so more than five where each tells less.
    """
    weight = PRIOR_WEIGHT / ((1.0 - 2.0 * flip) * (1.0 - 2.0 * flip))
    marked_prior = flip + (1.0 - 2.0 * flip) * PRIOR
    return denoised((marked + weight * marked_prior) / (votes + weight), flip)


@nested
def young_vote(lo: int, hi: int, near: F8) -> float:
    """Return the vote of a tie that is not yet old: all of them share half as many as the old ones have.

    Arrays: ``near`` shape (n_columns, n_rows), the rows of neighbours.
    """
    old = 0
    young = 0
    for k in range(lo, hi):
        if near[IS_KNOWN, k] == 1.0:
            old += near[AGE, k] >= OLD_DAYS
            young += near[AGE, k] < OLD_DAYS
    return min(1.0, 0.5 * old / young) if young else 0.0


@nested
def write_votes(lo: int, hi: int, near: F8, flip: float, out: F8, r: int) -> None:
    """Write votes and shares of defaults: of all, of those seen of late, of the others.

    Arrays: ``near`` shape (n_columns, n_rows), the rows of neighbours; ``out`` shape (12, n_applications).
    """
    young = young_vote(lo, hi, near)
    votes = 0.0
    marked = 0.0
    recent = 0.0
    recent_marked = 0.0
    for k in range(lo, hi):
        if near[IS_KNOWN, k] == 1.0:
            vote = 1.0 if near[AGE, k] >= OLD_DAYS else young
            votes += vote
            marked += vote * near[IS_MARKED, k]
            if near[SEEN_DAYS, k] < RECENT_DAYS:
                recent += vote
                recent_marked += vote * near[IS_MARKED, k]
    out[VOTES, r] = votes
    out[SHARE, r] = default_share(votes, marked, flip)
    out[SHARE_BOUNDED, r] = min(out[SHARE, r], PRIOR)
    out[VOTES_RECENT, r] = recent
    out[SHARE_RECENT, r] = default_share(recent, recent_marked, flip)
    out[VOTES_OLD, r] = votes - recent
    out[SHARE_OLD, r] = default_share(votes - recent, marked - recent_marked, flip)


@nested
def write_counts(lo: int, hi: int, near: F8, flip: float, out: F8, r: int) -> None:
    """Write what is for the eye alone: numbers, and shares of the strongest ties.

    Arrays: ``near`` shape (n_columns, n_rows), the rows of neighbours; ``out`` shape (12, n_applications).
    """
    known = 0.0
    marked = 0.0
    strongest = 0.0
    strongest_marked = 0.0
    strength = 0.0
    strength_marked = 0.0
    for k in range(lo, hi):
        if near[IS_KNOWN, k] == 1.0:
            known += 1.0
            marked += near[IS_MARKED, k]
            strength += near[STRENGTH, k]
            strength_marked += near[STRENGTH, k] * near[IS_MARKED, k]
            if near[RANK, k] <= STRONGEST:
                strongest += 1.0
                strongest_marked += near[IS_MARKED, k]
    out[KNOWN, r] = known
    out[COUNT, r] = known * denoised(marked / known, flip) if known > 0.0 else math.nan
    out[SHARE_STRONGEST, r] = denoised(strongest_marked / strongest, flip) if strongest > 0.0 else math.nan
    out[STRENGTH_SHARE, r] = denoised(strength_marked / strength, flip) if strength > 0.0 else math.nan
    out[GOOD_STRENGTH_SHARE, r] = 1.0 - out[STRENGTH_SHARE, r]


@compiled
def fill_circle(starts: I8, stops: I8, times: I8, near: F8, flip: float) -> tuple[I8, I8, I8, F8]:
    """Write one row for every application that has a row of neighbours.

    Arrays: ``starts``, ``stops`` shape (n_applications,), ``times`` shape (n_rows,) in microseconds and
    ``near`` shape (n_columns, n_rows), the rows of neighbours. Returns starts and stops, shape
    (n_applications,), then times, shape (n_applications,), and values, shape (12, n_applications).
    """
    n = starts.size
    first = np.arange(n)
    stop = first.copy()
    when = np.zeros(n, np.int64)
    out = np.full((COLUMNS, n), math.nan)
    for r in range(n):
        if starts[r] < stops[r]:
            stop[r] = r + 1
            when[r] = times[starts[r]]
            write_votes(starts[r], stops[r], near, flip, out, r)
            write_counts(starts[r], stops[r], near, flip, out, r)
    return first, stop, when, out
