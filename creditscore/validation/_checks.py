"""What every statistic of validation asks of its input."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import ParameterError


def outcomes(bad: ArrayLike) -> NDArray[np.float64]:
    """Outcomes as 0.0 (good) and 1.0 (bad), both of which must occur."""
    values = np.asarray(bad)
    if values.ndim != 1 or values.dtype.kind not in "biuf":
        raise ParameterError.must_be(
            "bad", "a 1-D array of 0 (good) and 1 (bad)", f"shape {values.shape} of {values.dtype}"
        )
    numbers = values.astype(np.float64)
    wrong = np.flatnonzero((numbers != 0) & (numbers != 1))
    if wrong.size:
        raise ParameterError.must_be("bad", "0 (good) or 1 (bad) in every row", _first(numbers, wrong))
    if numbers.size == 0 or numbers.min() == numbers.max():
        raise ParameterError.must_be("bad", "made of both goods and bads", _one_class(numbers))
    return numbers


def finite(name: str, values: ArrayLike, n_rows: int) -> NDArray[np.float64]:
    """Values as float64, one finite number for each row."""
    numbers = numbers_of(name, values)
    if numbers.shape != (n_rows,):
        raise ParameterError.must_be(name, f"1-D with the {n_rows} rows of 'bad'", f"shape {numbers.shape}")
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        raise ParameterError.must_be(name, "finite in every row", _first(numbers, wrong))
    return numbers


def probabilities(values: ArrayLike, n_rows: int) -> NDArray[np.float64]:
    """Probabilities of default, one within [0, 1] for each row."""
    name = "probability_of_default"
    numbers = finite(name, values, n_rows)
    wrong = np.flatnonzero((numbers < 0) | (numbers > 1))
    if wrong.size:
        raise ParameterError.must_be(name, "within 0 and 1 in every row", _first(numbers, wrong))
    return numbers


def weights(sample_weight: ArrayLike | None, bad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of the rows, 0 or more, with weight on goods and on bads; ones when not given."""
    if sample_weight is None:
        return np.ones(bad.size)
    numbers = finite("sample_weight", sample_weight, bad.size)
    wrong = np.flatnonzero(numbers < 0)
    if wrong.size:
        raise ParameterError.must_be("sample_weight", "0 or more in every row", _first(numbers, wrong))
    if not ((numbers[bad == 1] > 0).any() and (numbers[bad == 0] > 0).any()):
        raise ParameterError.must_be(
            "sample_weight", "above 0 for some good and some bad", "0 for one of them"
        )
    return numbers


def level(value: float) -> float:
    """A level of confidence, strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ParameterError.must_be("level", "strictly between 0 and 1", value)
    return value


def at_least(name: str, value: int, lowest: int) -> int:
    """A whole number that is not below the lowest allowed."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < lowest:
        raise ParameterError.must_be(name, f"an integer of at least {lowest}", value)
    return int(value)


def _first(numbers: NDArray[np.float64], wrong: NDArray[np.intp]) -> str:
    return f"{numbers[wrong[0]]} in row {wrong[0]} ({wrong.size} such rows)"


def _one_class(numbers: NDArray[np.float64]) -> str:
    if numbers.size == 0:
        return "no rows"
    return f"{numbers.size} {'bads' if numbers[0] else 'goods'} only"
