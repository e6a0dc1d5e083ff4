"""What is seen of the members of groups, counted once for each month that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import read_only
from creditscore.data.network.bonds import Bonds
from creditscore.data.network.group_counts import FoldCounts, count_folds
from creditscore.data.network.identities import Identities
from creditscore.data.network.pairs import Pairs
from creditscore.data.network.seen import SeenStandings, month_of
from creditscore.data.network.seen_steps import seen_by

_MOST_MONTHS: Final = 64


@dataclass(slots=True, eq=False)
class SeenGroups:
    """Counts of the members of every group, by keyed folds and by month.

    Parameters
    ----------
    n_groups : int
    pairs : Pairs
        Of persons and groups.
    stays : Bonds
        When each person was a member.
    who : Identities
        Which ids are one person.
    seen : SeenStandings
    """

    n_groups: int
    pairs: Pairs
    stays: Bonds
    who: Identities
    seen: SeenStandings
    _months: dict[tuple[int, int], FoldCounts] = field(default_factory=dict, repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)

    def in_month(self, moment: int) -> FoldCounts:
        """Return the counts of the month of a moment, in microseconds, of persons as known at the moment."""
        key = month_of(moment), int(np.searchsorted(self.who.changes, moment))
        with self._lock:
            if key not in self._months:
                if len(self._months) >= _MOST_MONTHS:
                    self._months.clear()
                self._months[key] = self._count(key[0], moment)
            return self._months[key]

    def _count(self, month: int, moment: int) -> FoldCounts:
        states, _ = seen_by(self.seen.between(month, month), month)
        folds = self.seen.folds_of_known()
        found = FoldCounts(
            *count_folds(self.n_groups, self.pairs, self.stays, self.who.lives, states, folds, month, moment)
        )
        for array in found:
            read_only(array)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.n_groups, self.pairs, self.stays, self.who, self.seen)
