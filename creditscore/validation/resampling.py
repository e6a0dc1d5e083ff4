"""Bootstrap by applicant: whoever applied several times comes, or stays away, with all applications."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.groups import checked_groups
from creditscore.errors import ParameterError
from creditscore.validation import _checks
from creditscore.validation.results import Metric

Floats = NDArray[np.float64]
_TRIES: Final = 1_000
# Keeps its draws apart from those of other figures with the same seed.
_PURPOSE: Final = 17


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """How intervals are made: applicants are drawn again, with replacement, and the figure is taken anew.

    Parameters
    ----------
    applicants : array-like of str or int, shape (n_applications,), optional
        Who each row is about; default: everyone differs, as do those whose id is missing.
    resamples : int, default=200
        How many, at least 2.
    level : float, default=0.95
        Confidence, between 0 and 1.
    seed : int, default=0
        0 or more. Resample ``k`` depends on the seed and on ``k`` alone, whatever the threads.
    threads : int, optional
        At most so many; by default one for each processor.

    References
    ----------
    Field and Welsh (2007), Bootstrapping clustered data, JRSS B 69 (clusters drawn whole).

    Examples
    --------
    >>> Resampling(applicants=["a", "a", "b"], resamples=50).resamples
    50
    """

    applicants: ArrayLike | None = None
    resamples: int = 200
    level: float = 0.95
    seed: int = 0
    threads: int | None = None

    def __post_init__(self) -> None:
        _checks.at_least("resamples", self.resamples, 2)
        _checks.level(self.level)
        _checks.at_least("seed", self.seed, 0)
        if self.threads is not None:
            _checks.at_least("threads", self.threads, 1)

    def drawn(
        self,
        statistic: Callable[[Floats], Sequence[float] | Floats],
        n_rows: int,
        usable: Callable[[Floats], bool],
    ) -> Floats:
        """Take figures under the counts of every resample.

        Parameters
        ----------
        statistic : callable
            From how often each row was drawn, shape (n_rows,), to figures, shape (n_figures,).
        n_rows : int
            Rows.
        usable : callable
            From counts to whether the figures exist; other draws are repeated.

        Returns
        -------
        ndarray of float64, shape (resamples, n_figures)

        Raises
        ------
        ParameterError
            If `applicants` has another number of rows, or no draw is usable.
        """
        codes, n = _codes(self.applicants, n_rows)

        def one(number: int) -> Floats:
            random = np.random.default_rng([self.seed, _PURPOSE, number])
            for counts in _counts(random, codes, n):
                if usable(counts):
                    return np.asarray(statistic(counts), np.float64)
            raise ParameterError(
                "No resample of the applicants has both goods and bads. Give more applicants."
            )

        with ThreadPoolExecutor(self.threads or os.cpu_count() or 1) as pool:
            return np.stack(list(pool.map(one, range(self.resamples))))

    def ends(self, drawn: Floats) -> tuple[Floats, Floats]:
        """Ends of percentile intervals, each of shape (n_figures,), of figures, shape (resamples, n_figures).

        A figure that does not exist in a resample is left out; one that never does has NaN for both ends.
        """
        tail = (1.0 - self.level) / 2.0
        low, high = np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
        for column, values in enumerate(drawn.T):
            known = values[~np.isnan(values)]
            if known.size:
                low[column] = np.quantile(known, tail, method="lower")
                high[column] = np.quantile(known, 1.0 - tail, method="higher")
        return low, high

    def metrics(
        self,
        names: Sequence[str],
        statistic: Callable[[Floats], Sequence[float] | Floats],
        n_rows: int,
        usable: Callable[[Floats], bool],
    ) -> tuple[Metric, ...]:
        """Name figures of all rows, each with its interval.

        Arrays: `statistic` and `usable` take counts of shape (n_rows,), as `drawn` says.
        """
        values = np.asarray(statistic(np.ones(n_rows)), np.float64)
        low, high = self.ends(self.drawn(statistic, n_rows, usable))
        ends = zip(names, values.tolist(), low.tolist(), high.tolist(), strict=True)
        return tuple(Metric(*one) for one in ends)


def _codes(applicants: ArrayLike | None, n_rows: int) -> tuple[NDArray[np.intp] | None, int]:
    if applicants is None:
        return None, n_rows
    who = checked_groups(applicants, n_rows, name="applicants")
    if who.dtype.kind == "O":
        who = who.astype(str)
    names, codes = np.unique(who, return_inverse=True)
    return codes, len(names)


def _counts(random: np.random.Generator, codes: NDArray[np.intp] | None, n: int) -> Iterator[Floats]:
    for _ in range(_TRIES):
        counts = np.bincount(random.integers(0, n, n), minlength=n).astype(np.float64)
        yield counts if codes is None else counts[codes]
