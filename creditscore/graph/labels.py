"""Which standings were known before a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32
from creditscore._ground.compiled import compiled
from creditscore.data.network.standing_events import DEFAULTED, UNKNOWN, Steps, step_at

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


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
        """Decayed seeds of those who defaulted, 0 for all others.

        Returns shape (n_people,).
        """
        return np.where(self.defaulted, self.decay, 0.0)

    @property
    def good(self) -> Float64:
        """Decayed seeds of those who are known to pay, 0 for all others.

        Returns shape (n_people,).
        """
        return np.where(self.known & ~self.defaulted, self.decay, 0.0)

    def of(self, people: Int32) -> Labels:
        """The labels of some persons.

        Arrays: ``people`` shape (n_nodes,).
        """
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
    if portfolio.network is None:
        return Labels(np.zeros(n_people, np.bool_), np.zeros(n_people, np.bool_), np.zeros(n_people))
    return Labels(*_standing(portfolio.network.standings, moment, half_life))


@compiled
def _standing(steps: Steps, moment: int, half_life: float) -> tuple[Flags, Flags, Float64]:
    n = steps.offsets.size - 1
    known, defaulted, decay = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n)
    for person in range(n):
        step = step_at(steps, person, moment)
        if step >= 0 and steps.states[step] != UNKNOWN:
            known[person], defaulted[person] = True, steps.states[step] == DEFAULTED
            decay[person] = 2.0 ** ((steps.known[step] - moment) / half_life)
    return known, defaulted, decay
