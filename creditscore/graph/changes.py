"""What changed from one date of a grid to the next: the table of measures holds nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore._ground.instants import NEVER
from creditscore.data.visible import HAPPENED, SUPERSEDED, visible
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


class Changes:
    """The newest value of every measure of every person, and what a further date changes in it.

    Parameters
    ----------
    portfolio : Portfolio
        If it has measures, those that were known before the first date are where the changes begin.
    names : iterable of str
        The measures.
    first : int
        The first date, in microseconds.
    written_always : collection of str
        Measures of which every value is written anew at every date, whether it changed or not.
    """

    def __init__(
        self, portfolio: Portfolio, names: Iterable[str], first: int, *, written_always: Collection[str] = ()
    ) -> None:
        self._always = written_always
        self._n_people = len(portfolio.people)
        self._newest = {name: np.full(self._n_people, np.nan) for name in names}
        if "measures" in portfolio.tables:
            self._read(portfolio, first)

    def of(self, name: str, people: Int32, values: Float64) -> tuple[Int32, Float64]:
        """Take the values of one measure at the next date, and return those that differ from the newest.

        Parameters
        ----------
        name : str
        people : int32 array of shape (n,)
            Codes of those for whom it is defined.
        values : float64 array of shape (n,)

        Returns
        -------
        people : int32 array of shape (n_changed,)
        values : float64 array of shape (n_changed,)
            NaN for those for whom it is no longer defined.
        """
        now = np.full(self._n_people, np.nan)
        now[people] = values
        before = self._newest[name]
        differs = (now != before) & ~(np.isnan(now) & np.isnan(before))
        if name in self._always:
            differs |= ~np.isnan(now)
        changed = np.flatnonzero(differs).astype(np.int32)
        self._newest[name] = now
        return changed, now[changed]

    def _read(self, portfolio: Portfolio, first: int) -> None:
        table = portfolio.tables["measures"]
        code, value = table.column("measure").astype(np.int32), table.column("value").astype(np.float64)
        known = visible(table.times, first) & (table.times[HAPPENED] < first)
        lasting = table.times[SUPERSEDED] == NEVER
        for position, label in enumerate(table.vocabularies["measure"]):
            if label not in self._newest:
                continue
            chosen = known & (code == position)
            if label not in self._always:
                # A value that ends by itself is written anew.
                chosen &= lasting
            elif (chosen & lasting & ~np.isnan(value)).any():
                raise ParameterError(
                    f"The portfolio has values of {label!r} that never end and would be read again after new "
                    "ones do. Leave the table out and compute all dates with 'retention_days'."
                )
            _keep_newest(table.offsets, chosen, value, self._newest[label])


@compiled
def _keep_newest(offsets: Int64, chosen: Flags, value: Float64, newest: Float64) -> None:
    """Write the last chosen value of each person.

    Arrays: ``offsets`` shape (n_people + 1,); ``chosen``, ``value`` shape (n_rows,); ``newest`` shape
    (n_people,).
    """
    for person in range(newest.size):
        for row in range(offsets[person], offsets[person + 1]):
            if chosen[row]:
                newest[person] = value[row]
