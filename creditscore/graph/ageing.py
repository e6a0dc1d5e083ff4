"""How far ahead a date of the grid looks, so that no value is read of facts that grew too old since."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.retention.kinds import Retention
from creditscore.errors import ParameterError

_OF_ONE_DATE: Final = 31


def longest_gap(moments: Sequence[int]) -> int:
    """Return the longest time between two dates of a grid, in microseconds: whole days, rounded up.

    Examples
    --------
    >>> longest_gap([0, 7 * DAY, 9 * DAY + 1]) // DAY, longest_gap([0]) // DAY
    (7, 31)
    """
    ordered = sorted(moments)
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    return -(-max(gaps) // DAY) * DAY if gaps else _OF_ONE_DATE * DAY


def shortened(retention: Retention, days: int) -> Retention:
    """Return for how long facts may be read at a date that speaks for the days after it too.

    Raises
    ------
    ParameterError
        If no day of some kind is left.

    Examples
    --------
    >>> shortened(Retention.of({"arrears": 100}), 31).to_dict()
    {'arrears': 69}
    """
    left = {kind: number - days for kind, number in retention.days}
    for kind, number in left.items():
        if number < 1:
            raise ParameterError(
                f"{kind} may be read for {number + days} days, and a date of the grid speaks for {days}: "
                "nothing could be counted. Choose a finer grid, or leave these measures out."
            )
    return Retention.of(left)
