"""Probabilities of default spread over months on book, by the course that earlier loans took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of, whole_number
from creditscore.errors import ParameterError

Float64: TypeAlias = NDArray[np.float64]

MONTHS: Final = 12
LARGEST: Final = 0.999


@dataclass(frozen=True, slots=True)
class DefaultCourse:
    """Which share of the defaults of a window has happened by the end of each month on book.

    Attributes
    ----------
    shares : tuple of float
        By month on book from 1 on, never falling; the last one is 1.
    defaults : int
        How many it was learned from.

    Examples
    --------
    >>> DefaultCourse.learned([1, 3, 3, 4, np.nan], months=4).shares
    (0.25, 0.25, 0.75, 1.0)
    """

    shares: tuple[float, ...]
    defaults: int

    def __post_init__(self) -> None:
        shares = np.array(self.shares)
        if not shares.size or np.any(np.diff(shares) < 0.0) or shares[0] < 0.0 or shares[-1] != 1.0:
            raise ParameterError.must_be("shares", "numbers that never fall and end at 1", self.shares)

    @classmethod
    def learned(cls, month: ArrayLike, *, months: int = MONTHS) -> DefaultCourse:
        """Learn the course from loans that are mature.

        Parameters
        ----------
        month : array-like of shape (n,)
            Month on book, from 1 on, in which each loan defaulted; NaN for those that did not within the
            window.
        months : int, default 12
            Length of the window.

        Raises
        ------
        ParameterError
            If no loan defaulted, or a month is none of the window.
        """
        months = whole_number("months", months, 1)
        known = numbers_of("month", month)
        known = known[~np.isnan(known)]
        if not known.size:
            raise ParameterError.must_be("month", "at least one default", "none")
        if known.min() < 1.0 or known.max() > months or (known != np.rint(known)).any():
            raise ParameterError.must_be("month", f"whole numbers from 1 to {months}, or NaN", known)
        counts = np.bincount(known.astype(np.int64), minlength=months + 1)[1:]
        shares = np.cumsum(counts) / counts.sum()
        shares[-1] = 1.0
        return cls(tuple(shares.tolist()), int(known.size))

    def hazards(self, probability: ArrayLike) -> Float64:
        """Spread probabilities over the months.

        Parameters
        ----------
        probability : array-like of shape (n,)
            Of default within the window.

        Returns
        -------
        ndarray of float64, shape (n, n_months)
            Chance to default in each month for whoever has not before.
        """
        chance = probabilities(probability)[:, None]
        shares = np.array(self.shares)[None, :]
        before = np.concatenate([[0.0], self.shares[:-1]])[None, :]
        found: Float64 = chance * (shares - before) / (1.0 - chance * before)
        return np.clip(found, 0.0, LARGEST)


@dataclass(frozen=True, slots=True)
class Loans:
    """Loans that began before now, with their hazards; arrays of shape (n,), hazards (n, n_months)."""

    probability: Float64
    entered: NDArray[np.int64]
    defaulted: Float64
    hazards: Float64
    now: int

    @classmethod
    def of(cls, course: DefaultCourse, probability: Any, entered: Any, defaulted: Any, now: int) -> Loans:
        """Check arrays of shape (n,), and leave out loans that began later than now."""
        chance = probabilities(probability)
        began, ended = np.asarray(entered), numbers_of("defaulted", defaulted)
        if began.dtype.kind not in "iu" or not chance.shape == began.shape == ended.shape or not chance.size:
            raise ParameterError("probability, entered (whole months) and defaulted must be of one length.")
        known = ended[~np.isnan(ended)]
        if (known != np.rint(known)).any():
            raise ParameterError.must_be("defaulted", "whole months, or NaN where there was none", "parts")
        if np.any(known <= began[~np.isnan(ended)]):
            raise ParameterError.must_be(
                "defaulted", "later than the month in which the loan began", "earlier"
            )
        if isinstance(now, bool) or not isinstance(now, int | np.integer) or now <= began.min():
            raise ParameterError.must_be("now", "a month after the first loan began", now)
        began = began.astype(np.int64)
        inside = began < now
        return cls(chance[inside], began[inside], ended[inside], course.hazards(chance[inside]), int(now))

    @property
    def is_bad(self) -> NDArray[np.bool_]:
        """Who defaulted within the window, by now; bool, shape (n,)."""
        within = self.defaulted - self.entered <= self.hazards.shape[1]
        found: NDArray[np.bool_] = ~np.isnan(self.defaulted) & (self.defaulted <= self.now) & within
        return found

    def began_in(self, cohort: Sequence[int] | None) -> NDArray[np.bool_]:
        """Which began in one of these months, one a month at least; all where none are named; shape (n,)."""
        if cohort is None:
            return np.ones(self.entered.size, np.bool_)
        if not (len(cohort) and np.isin(cohort, self.entered).all()):
            raise ParameterError.must_be("cohort", "months before now, in each of which loans began", cohort)
        return np.isin(self.entered, cohort)

    def in_month(self, month: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], Float64]:
        """Who was at risk in a month, who of them defaulted in it, with which hazard; shape (n_at_risk,)."""
        age = month - self.entered
        before = ~np.isnan(self.defaulted) & (self.defaulted < month)
        at_risk = np.flatnonzero((age >= 1) & (age <= self.hazards.shape[1]) & ~before)
        return at_risk, self.defaulted[at_risk] == month, self.hazards[at_risk, age[at_risk] - 1]


def probabilities(values: ArrayLike) -> Float64:
    """Refuse anything but probabilities, shape (n,)."""
    chance = numbers_of("probability", values)
    if chance.ndim != 1 or not ((chance > 0.0) & (chance < 1.0)).all():
        raise ParameterError.must_be("probability", "within 0 and 1, and neither, in every row", "others")
    return chance
