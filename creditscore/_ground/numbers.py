"""Numbers that somebody gave as a parameter."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError

# What no double tells apart from its neighbours.
_BEYOND: Final = 2**53


def is_finite_number(value: object) -> bool:
    """Whether a value is a number, no truth value, that a double holds.

    >>> [is_finite_number(one) for one in (1, 10**400, float("nan"), True, "1")]
    [True, False, False, False, False]
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def finite_number(name: str, value: object) -> float:
    """Return a finite number as one float, so that 600 and 600.0 make one of whatever is made of it.

    Raises
    ------
    ParameterError
        If it is none: a text, a truth value, NaN, or too large.
    """
    if isinstance(value, Real) and is_finite_number(value):
        return float(value)
    raise ParameterError.must_be(name, "a finite number", value)


def whole_number(name: str, value: object, least: int) -> int:
    """Return a whole number of at least so much, and below 2**53, so that a double holds it.

    Raises
    ------
    ParameterError
        If it is none: a text, a truth value, 3.0, or too small or large.

    Examples
    --------
    >>> whole_number("months", 12, 1)
    12
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise ParameterError.must_be(name, f"a whole number of at least {least}", value)
    if int(value) >= _BEYOND:
        raise ParameterError.must_be(name, "below 2**53", "a larger number")
    return int(value)


def numbers_of(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Read numbers of any shape; NaN stays.

    Raises
    ------
    ParameterError
        If something among them is no number.
    """
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError.must_be(name, "made of numbers", values) from error
