"""Which standings were known before a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from creditscore._compiled import compiled
from creditscore.data import vocabularies
from creditscore.data._allocation import is_visible
from creditscore.data.raw import Flags, Float64, Int32, Int64

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

_DEFAULTED = vocabularies.STANDINGS.index("defaulted")


class Labels(NamedTuple):
    """Standings of persons as known at a moment, all arrays of shape (n,).

    Attributes
    ----------
    known : bool array
        Whether anything is known: neither is not good.
    defaulted : bool array
        Whether the latest standing is a default.
    decay : float64 array
        1 for a standing that just became known, half of it a half-life later; 0 where nothing is known.
    """

    known: Flags
    defaulted: Flags
    decay: Float64

    @property
    def bad(self) -> Float64:
        """Decayed seeds of those who defaulted, 0 for all others."""
        return np.where(self.defaulted, self.decay, 0.0)

    @property
    def good(self) -> Float64:
        """Decayed seeds of those who are known to pay, 0 for all others."""
        return np.where(self.known & ~self.defaulted, self.decay, 0.0)

    def of(self, people: Int32) -> Labels:
        """The labels of some persons."""
        return Labels(self.known[people], self.defaulted[people], self.decay[people])


def labels_at(portfolio: Portfolio, moment: int, half_life: float = np.inf) -> Labels:
    """The latest standing of every person of a portfolio that was known before a moment.

    Of standings of one instant, a default counts.

    Parameters
    ----------
    portfolio : Portfolio
        Without `standings`, nothing is known of anyone.
    moment : int
        Microseconds since 1970-01-01 UTC.
    half_life : float
        Microseconds.

    Returns
    -------
    Labels
    """
    n_people = len(portfolio.people)
    known, defaulted = np.zeros(n_people, np.bool_), np.zeros(n_people, np.bool_)
    decay = np.zeros(n_people)
    if "standings" in portfolio.tables:
        table = portfolio.tables["standings"]
        codes = table.column("standing")
        _latest(table.offsets, table.times, codes, moment, half_life, known, defaulted, decay)
    return Labels(known, defaulted, decay)


@compiled
def _latest(
    offsets: Int64,
    times: Int64,
    standing: Int32,
    moment: int,
    half_life: float,
    known: Flags,
    defaulted: Flags,
    decay: Float64,
) -> None:
    for person in range(offsets.size - 1):
        newest = 0
        for row in range(offsets[person], offsets[person + 1]):
            if not times[0, row] < moment or not is_visible(times, row, moment):
                continue
            bad = standing[row] == _DEFAULTED
            if known[person] and times[0, row] == newest and defaulted[person] and not bad:
                continue
            newest, known[person], defaulted[person] = times[0, row], True, bad
            decay[person] = 2.0 ** ((times[1, row] - moment) / half_life)
