"""Which counts of overlapping groups must not be shown, so that none tells of fewer than k people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from creditscore._ground.arrays import Flags

# Below this a count is not shown: as many people as stand behind a social feature.
FEWEST_PEOPLE = 5


def withheld(groups: Sequence[Flags], fewest: int) -> Flags:
    """Say of which groups the count is withheld.

    Withheld is a group of 1 to ``fewest - 1`` people; the smaller of two groups of which one holds the other
    and their difference is as small, for a subtraction would tell of it; and, where groups that are shown do
    not overlap, the smallest of them if all people less theirs are as few. This is repeated until nothing
    changes. An empty group is shown: it tells of nobody.

    Parameters
    ----------
    groups : sequence of ndarray of bool, each of shape (n,)
        Who is in each group, of all n people, whose number is known.
    fewest : int
        1 withholds nothing.

    Returns
    -------
    ndarray of bool, shape (n_groups,)

    References
    ----------
    Samarati (2001), "Protecting respondents' identities in microdata release", IEEE Transactions on Knowledge
    and Data Engineering 13(6). Cox (1980), "Suppression methodology and statistical disclosure control",
    J. of the American Statistical Association 75, 377-385.

    Examples
    --------
    >>> people = np.arange(20)
    >>> withheld([people < 3, people < 10, people < 12, people >= 10], 5).tolist()
    [True, True, False, False]
    """
    sizes = np.array([int(group.sum()) for group in groups], np.int64)
    gone = (sizes > 0) & (sizes < fewest)
    gone |= _differing_in_few(groups, sizes, fewest)
    while (more := _left_by_parts(groups, sizes, gone, fewest)) is not None:
        gone[more] = True
    return gone


def _differing_in_few(groups: Sequence[Flags], sizes: np.ndarray, fewest: int) -> Flags:
    """Mark groups that another one holds with few people more, and those that all people hold so."""
    found = np.zeros(len(groups), np.bool_)
    for inner, one in enumerate(groups):
        if not sizes[inner]:
            continue
        found[inner] = 0 < one.size - sizes[inner] < fewest
        for outer, other in enumerate(groups):
            few = 0 < sizes[outer] - sizes[inner] < fewest
            if few and not (one & ~other).any():
                found[inner] = True
    return found


def _left_by_parts(groups: Sequence[Flags], sizes: np.ndarray, gone: Flags, fewest: int) -> int | None:
    """Find the smallest group that is shown, where those shown do not overlap and leave few people."""
    shown = [position for position in np.flatnonzero(~gone).tolist() if sizes[position]]
    if not shown:
        return None
    covered = np.sum([groups[position].astype(np.int64) for position in shown], axis=0)
    left = int((covered == 0).sum())
    if covered.max() > 1 or not 0 < left < fewest:
        return None
    return min(shown, key=lambda position: (sizes[position], position))
