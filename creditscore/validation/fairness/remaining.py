"""What a search by drawing could still gain: a bound that holds whenever one stops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import ParameterError
from creditscore.validation import _checks
from creditscore.words.fairness import FAIRNESS

_SUMMED: Final = 100_000
_HALVINGS: Final = 80
_EXPONENT: Final = 2.0


@dataclass(frozen=True, slots=True)
class SearchBound:
    """What further draws from the same distribution could still gain.

    Attributes
    ----------
    draws : int
        Candidates that were drawn so far.
    best : float
        The best value so far, that of candidates which were not drawn included.
    ceiling : float
        No value lies above it.
    confidence : float
        With so much probability, over all draws, the bounds hold after every draw at once.
    better : float
        Upper bound on the probability that the next draw is better than the best so far.
    """

    draws: int
    best: float
    ceiling: float
    confidence: float
    better: float

    @property
    def gain(self) -> float:
        """Upper bound on the expected gain of one more draw."""
        return self.gain_of(1)

    def gain_of(self, draws: int) -> float:
        """Upper bound on the expected gain of the best of so many more draws, at least 1."""
        _checks.at_least("draws", draws, 1)
        return max(self.ceiling - self.best, 0.0) * (1.0 - (1.0 - self.better) ** draws)

    def __str__(self) -> str:
        return FAIRNESS["bound"].format(
            draws=self.draws, best=self.best, confidence=self.confidence, better=self.better,
            gain=self.gain, ten=self.gain_of(10),
        )  # fmt: skip

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{escape(str(self))}</p>"


def search_bound(
    values: ArrayLike, *, start: float | None = None, ceiling: float = 1.0, confidence: float = 0.95
) -> SearchBound:
    """Bound what more draws could still gain, from the draws so far.

    The draws must be independent and of one distribution that was fixed before the first of them: seeds,
    settings and feature sets by chance. Nothing else is assumed of it. Whoever watches the bound and stops
    when it is low enough may still rely on it, for it holds after every number of draws at once.

    Of t draws the best is so rare that ``-log(1 - p)``, with p the probability of a better one, is at most an
    exponential variable of mean 1/t. So p stays below ``1 - exp(-b(t)/t)`` for all t at once, with
    ``b(t) = a + 2 log(1 + log t)``: as p never rises, it can pass that line at t only between the lines of
    t - 1 and of t, and `a` is such that the sum over all t of these probabilities is 1 - confidence.

    Parameters
    ----------
    values : array-like of float, shape (n_draws,)
        The value of each draw, such as its impact ratio, where it is good enough otherwise, and 0 where not.
    start : float, optional
        The best value of candidates that were not drawn.
    ceiling : float, default=1.0
        No value can lie above it.
    confidence : float, default=0.95

    Returns
    -------
    SearchBound
        Without draws nothing is known: ``better`` is 1.

    Raises
    ------
    ParameterError
        If a value is not finite or lies above the ceiling.

    References
    ----------
    The question is that of Hays, Laufer, Barocas and Raghavan (2026), Statistical guarantees in the search
    for less discriminatory algorithms, ICLR, arXiv 2512.23943; the bound here is derived anew.

    Examples
    --------
    >>> bound = search_bound(np.linspace(0.5, 0.9, 200))
    >>> bound.best, round(bound.better, 3), round(bound.gain, 4)
    (0.9, 0.04, 0.004)
    """
    given = numbers_of("values", values)
    if given.ndim != 1 or not np.isfinite(given).all() or (given > ceiling).any():
        raise ParameterError.must_be("values", f"1-D, finite and at most {ceiling:g}", given.shape)
    if start is not None and not start <= ceiling:
        raise ParameterError.must_be("start", f"at most {ceiling:g}", start)
    _checks.level(confidence)
    best = max([*given.tolist(), -math.inf if start is None else float(start)])
    draws = int(given.size)
    if not draws:
        return SearchBound(0, best, ceiling, confidence, 1.0)
    height = float(_heights(_level(1.0 - confidence), np.array([draws]))[0])
    return SearchBound(draws, best, ceiling, confidence, -math.expm1(-height / draws))


def _heights(level: float, draws: NDArray[np.int64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = level + _EXPONENT * np.log1p(np.log(draws))
    return found


@lru_cache(maxsize=64)
def _level(error: float) -> float:
    """Find the lowest level whose probability of ever being passed is at most the error."""
    low, high = 0.0, 1.0
    while _ever_passed(high) > error:
        low, high = high, 2.0 * high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _ever_passed(middle) > error else (low, middle)
    return high


def _ever_passed(level: float) -> float:
    """Bound the probability that the best of t draws is ever rarer than its line, summed over all t.

    At t it is passed for the first time only if an exponential variable of mean 1/t lies between the line of
    t and that of t - 1. Beyond the terms that are summed, each is at most ``exp(-b) b / t`` at t - 1, whose
    integral is known.
    """
    t = np.arange(1, _SUMMED + 1)
    b = _heights(level, t)
    first = math.exp(-float(b[0]))
    terms = np.exp(-b[1:]) - np.exp(-b[:-1] * t[1:] / t[:-1])
    reach = 1.0 + math.log(_SUMMED - 1)
    tail = math.exp(-level) * (level + _EXPONENT * math.log(reach) + _EXPONENT) / reach
    return first + float(np.maximum(terms, 0.0).sum()) + tail
