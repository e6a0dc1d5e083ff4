"""What a datum goes along with, so that it is not called significant for what another one says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64

# So many data that go along with one are held beside it, if their rank correlation is at least so high.
MOST: Final = 5
LEAST: Final = 0.15
# Of each there are two columns, and so many of the rarer outcome are asked for each of these.
_OUTCOMES_A_COLUMN: Final = 10


class Beside(NamedTuple):
    """All data that a score reads, as they stand beside one of them.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_rows, n_data)
        Normal scores of their values.
    parts : ndarray of float64, shape (n_rows, n_data)
        What each contributed.
    most : int
        How many may stand beside one.
    columns : tuple of frozenset of str
        Which columns of the application each is made of. What is made of one and the same does not stand
        beside it: an amount by day of its term would leave the term nothing to say.
    """

    scores: Float64
    parts: Float64
    most: int
    columns: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(
        cls, values: Float64, parts: Float64, bad: Float64, columns: Sequence[frozenset[str]] = ()
    ) -> Beside:
        """Take values and contributions, shape (n_rows, n_data), outcomes, shape (n_rows,), and columns."""
        rarer = int(min((bad == 1.0).sum(), (bad == 0.0).sum()))
        most = min(MOST, rarer // (2 * _OUTCOMES_A_COLUMN))
        ranked = [normal_scores(column) for column in values.T]
        scores = np.column_stack(ranked) if ranked else np.empty((bad.size, 0))
        return cls(scores, parts, most, tuple(columns))

    def chosen(self, part: Float64, own: NDArray[np.int64]) -> Float64:
        """Return what stands beside a datum: value and contribution of those that it goes along with most.

        Outcomes take no part in the choice, so that it favours no finding.

        Parameters
        ----------
        part : ndarray of float64, shape (n_rows,)
            What the datum, or a group of data, contributed.
        own : ndarray of int64, shape (n_own,)
            Where it stands itself.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_columns)
        """
        along = _correlations(normal_scores(part), self.scores)
        along[own] = 0.0
        read = frozenset().union(*(self.columns[k] for k in own.tolist() if self.columns))
        along[[k for k, others in enumerate(self.columns) if others & read]] = 0.0
        picked = [k for k in np.argsort(-along, kind="stable")[: self.most] if along[k] >= LEAST]
        return np.hstack([self.scores[:, picked], self.parts[:, picked]])


def normal_scores(values: Float64) -> Float64:
    """Return normal quantiles of ranks, ties at their mean; 0 where a value is missing; shape (n_rows,).

    Examples
    --------
    >>> normal_scores(np.array([3.0, 1.0, np.nan, 90.0])).round(3).tolist()
    [0.0, -0.967, 0.0, 0.967]
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    scores, there = np.zeros(values.size), ~np.isnan(values)
    if there.any():
        scores[there] = ndtri((rankdata(values[there]) - 0.5) / there.sum())
    return scores


def _correlations(one: Float64, others: Float64) -> Float64:
    """Return absolute correlations, 0 with what never varies; shapes (n_rows,), (n_rows, n_data)."""
    one, others = one - one.mean(), others - others.mean(axis=0)
    size = np.sqrt((one**2).sum() * (others**2).sum(axis=0))
    found = np.abs(one @ others)
    return np.asarray(np.divide(found, size, out=np.zeros_like(found), where=size > 0.0), np.float64)
