"""The exponential function with the same bits on every processor.

The exponentials of NumPy and of the C library choose their instructions by the processor that they run on,
and their last bit with them. This one only adds, multiplies and rounds doubles, each of which IEEE 754
defines to the bit, and carries a second double along, so that the result is the double nearest to the true
value but for cases closer to a tie than 2**-10 of its last place.

References
----------
Tang (1989), "Table-driven implementation of the exponential function in IEEE floating-point arithmetic",
ACM Transactions on Mathematical Software 15, 144-157 (the reduction by a table).
Dekker (1971), "A floating-point technique for extending the available precision", Numerische Mathematik 18,
224-242 (exact sums and products).
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", float, NDArray[np.float64])

# How a record says that its probabilities were made here, with bits that no processor changes.
PORTABLE: Final = "portable"

# 2 ** (position / ENTRIES) for each position, as the sum of two doubles.
ENTRIES: Final = 64
_LARGEST: Final = 709.782712893384
_SMALLEST: Final = -745.1332191019412
_SPLITTER: Final = 134217729.0
# Adding and taking it away again rounds a double below 2**51 to a whole number.
_ROUNDER: Final = 6755399441055744.0
# Bits of the leading part of ln 2 / ENTRIES: few enough for its product with any multiple to be exact.
_LEADING_BITS: Final = 32
# So many exponents at a time keep what lies between in the processor's nearest memory.
_BLOCK: Final = 4_096


def _constants() -> tuple[float, float, float, tuple[float, ...], tuple[float, ...]]:
    """Compute ENTRIES / ln 2, both parts of ln 2 / ENTRIES, and the table, in decimals of 60 digits."""
    with localcontext() as context:
        context.prec = 60
        step = Decimal(2).ln() / ENTRIES
        fraction, exponent = math.frexp(float(step))
        leading = math.ldexp(math.floor(math.ldexp(fraction, _LEADING_BITS)), exponent - _LEADING_BITS)
        powers = [(step * position).exp() for position in range(ENTRIES)]
        tops = tuple(map(float, powers))
        tails = tuple(float(power - Decimal(top)) for power, top in zip(powers, tops, strict=True))
        return float(1 / step), leading, float(step - Decimal(leading)), tops, tails


_PER_STEP, _STEP_HIGH, _STEP_LOW, _TOPS, _TAILS = _constants()
_TABLE: Final = np.array([_TOPS, _TAILS])


def exponential(x: Value) -> Value:
    """Return e to the power of x, the same bits for a float and for an array.

    Parameters
    ----------
    x : float or ndarray of float64, shape (...)
        Exponents; NaN gives NaN.

    Returns
    -------
    float or ndarray of float64, shape (...) as ``x``
        At least 0; infinite above 709.78, and 0 below -745.13.

    Examples
    --------
    >>> exponential(1.0), exponential(-0.0)
    (2.718281828459045, 1.0)
    >>> exponential(np.array([-np.inf, -745.2, 710.0, np.nan]))
    array([ 0.,  0., inf, nan])
    """
    if not isinstance(x, np.ndarray):
        return _of_one(float(x))
    flat, found = x.ravel(), np.empty(x.size, np.float64)
    for start in range(0, flat.size, _BLOCK):
        found[start : start + _BLOCK] = _of_many(flat[start : start + _BLOCK])
    return found.reshape(x.shape)


def _of_many(x: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(np.where(np.isnan(x), 0.0, x), _SMALLEST, _LARGEST)
    steps = (inside * _PER_STEP + _ROUNDER) - _ROUNDER
    whole = steps.astype(np.int64)
    tops, tails = _TABLE[:, whole % ENTRIES]
    scaled = np.ldexp(_reduced(inside, steps, tops, tails), (whole // ENTRIES).astype(np.int32))
    scaled = np.where(x > _LARGEST, np.inf, np.where(x < _SMALLEST, 0.0, scaled))
    return np.where(np.isnan(x), np.nan, scaled)


def _of_one(x: float) -> float:
    if x > _LARGEST:
        return math.inf
    if x < _SMALLEST:
        return 0.0
    if math.isnan(x):
        return math.nan
    steps = (x * _PER_STEP + _ROUNDER) - _ROUNDER
    whole = int(steps)
    position = whole % ENTRIES
    return math.ldexp(_reduced(x, steps, _TOPS[position], _TAILS[position]), whole // ENTRIES)


def _reduced(x: Value, steps: Value, top: Value, tail: Value) -> Value:
    """Return ``(top + tail) * exp(x - steps * ln 2 / ENTRIES)``; the exponent is below 0.0055 in size."""
    # What is left of x, as the sum of two doubles; the first product and difference are exact.
    first = x - steps * _STEP_HIGH
    second = -steps * _STEP_LOW
    high = first + second
    low = (first - high) + second
    # Its square, halved, as the sum of two doubles.
    spread = high * _SPLITTER
    front = spread - (spread - high)
    back = high - front
    square = high * high
    rest = ((front * front - square) + 2.0 * front * back) + back * back
    # exp - 1 as the sum of two doubles: high + square / 2, and all that is smaller.
    cube = square * high
    terms = 1 / 720 + high * (1 / 5040 + high / 40320)
    series = cube * (1 / 6 + high * (1 / 24 + high * (1 / 120 + high * terms)))
    half = 0.5 * square
    grown = high + half
    grown_rest = (half - (grown - high)) + ((0.5 * rest + high * low) + (low + series))
    # Times the entry of the table, which is exact in two doubles.
    product = top * grown
    spread, spread_top = grown * _SPLITTER, top * _SPLITTER
    front, front_top = spread - (spread - grown), spread_top - (spread_top - top)
    back, back_top = grown - front, top - front_top
    product_rest = ((front * front_top - product) + front * back_top + back * front_top) + back * back_top
    total = top + product
    return total + ((product - (total - top)) + (product_rest + (tail + tail * grown) + top * grown_rest))
