"""The statistics that a term may name: the built-in ones, and those that a user registers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numba
import numpy as np
from numba.core.errors import NumbaError
from numpy.typing import NDArray

from creditscore.errors import FeatureError, NameUnknownError, ParameterError, StatisticNotRegisteredError
from creditscore.features.kernels import codes

_LONGEST: Final = 200
Reducer: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.float64]], float]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A named reduction of the chosen rows of one applicant.

    Attributes
    ----------
    name, meaning : str
        What a data dictionary prints.
    code : int
        How kernels know it; -1 for a statistic that a user registered.
    version : int
        Raised whenever the result changes.
    keyed : bool
        Whether the term must say ``by=``.
    least_rows : int
        With fewer rows there is no value; 0 where one or none is enough.
    reducer : callable, optional
        The compiled function of a registered statistic.
    """

    name: str
    meaning: str
    code: int
    version: int = 1
    keyed: bool = False
    least_rows: int = 0
    reducer: Any = None


BUILT_IN: Final = MappingProxyType(
    {
        built_in.name: built_in
        for built_in in (
            Statistic("count", "number of rows; 0 without rows", codes.COUNT),
            Statistic("sum", "sum; 0 without rows", codes.SUM),
            Statistic("exists", "1 if there is a row, else 0", codes.EXISTS),
            Statistic("mean", "arithmetic mean", codes.MEAN),
            Statistic("std", "standard deviation with n - 1; needs 2 rows", codes.STD, least_rows=2),
            Statistic("min", "smallest value", codes.MIN),
            Statistic("max", "largest value", codes.MAX),
            Statistic("cv", "standard deviation over the absolute mean", codes.CV, least_rows=2),
            Statistic("newest", "value of the newest row", codes.NEWEST),
            Statistic("oldest", "value of the oldest row", codes.OLDEST),
            Statistic("share", "share of rows whose value is not 0", codes.SHARE),
            Statistic("median", "median", codes.MEDIAN),
            Statistic(
                "quantile", "quantile with linear interpolation; the argument is its level", codes.QUANTILE
            ),
            Statistic("distinct", "number of distinct values; 0 without rows", codes.DISTINCT),
            Statistic(
                "rmad", "1.4826 times the median absolute deviation, over the absolute median", codes.RMAD
            ),
            Statistic(
                "trend",
                "Theil-Sen slope per row over the newest 60 rows, over the absolute median; needs 3",
                codes.TREND,
                least_rows=3,
            ),
            Statistic(
                "slope",
                "Theil-Sen slope per row over the newest 60 rows; needs 3 rows",
                codes.SLOPE,
                least_rows=3,
            ),
            Statistic("recency", "days from the newest row to the moment", codes.RECENCY),
            Statistic("age", "days from the oldest row to the moment", codes.AGE),
            Statistic(
                "gap_mean", "mean days between neighbouring rows; needs 2 rows", codes.GAP_MEAN, least_rows=2
            ),
            Statistic(
                "gap_median",
                "median days between neighbouring rows; needs 2 rows",
                codes.GAP_MEDIAN,
                least_rows=2,
            ),
            Statistic(
                "gap_max",
                "largest number of days between neighbouring rows; needs 2 rows",
                codes.GAP_MAX,
                least_rows=2,
            ),
            Statistic(
                "gap_std",
                "standard deviation of the gaps with n - 1; needs 3 rows",
                codes.GAP_STD,
                least_rows=3,
            ),
            Statistic(
                "gap_cv",
                "standard deviation of the gaps over their mean; needs 3 rows",
                codes.GAP_CV,
                least_rows=3,
            ),
            Statistic(
                "burstiness",
                "(sd - mean) / (sd + mean) of the gaps, corrected for few events (Kim and Jo 2016)",
                codes.BURSTINESS,
                least_rows=3,
            ),
            Statistic("active_days", "number of distinct local days; 0 without rows", codes.ACTIVE_DAYS),
            Statistic(
                "clusters",
                "number of clusters, each from its first row in the window on for as many days as the "
                "argument says; 0 without rows",
                codes.CLUSTERS,
            ),
            Statistic(
                "distinct_keys", "number of distinct keys; 0 without rows", codes.DISTINCT_KEYS, keyed=True
            ),
            Statistic("hhi", "sum of squared shares of the value by key (Herfindahl)", codes.HHI, keyed=True),
            Statistic(
                "key_entropy",
                "entropy of the shares by key over the logarithm of the number of classes",
                codes.KEY_ENTROPY,
                keyed=True,
            ),
            Statistic(
                "top_share", "largest share of the value that one key has", codes.TOP_SHARE, keyed=True
            ),
            Statistic(
                "new_key_share",
                "share of the keys that were never seen in older rows",
                codes.NEW_KEY_SHARE,
                keyed=True,
            ),
            Statistic("streak", "newest rows in a row whose value is not 0", codes.STREAK),
            Statistic("longest_run", "longest run of rows whose value is not 0", codes.LONGEST_RUN),
        )
    }
)

_registered: dict[tuple[str, int], Statistic] = {}
_lock: Final = threading.Lock()


def statistic(name: str, *, version: int = 1) -> Callable[[Reducer], Reducer]:
    """Register a statistic of your own, so that a feature can name it.

    Parameters
    ----------
    name : str
        An identifier that no built-in statistic has.
    version : int
        1 or more; a saved model names it, and loads only where the same one is registered.

    Returns
    -------
    callable
        A decorator. The function takes ``values`` and ``age_days``, both float64 of shape (n_rows,),
        oldest row first, n_rows at least 1, and returns a float; it must compile with numba in nopython
        mode.

    Raises
    ------
    ParameterError
        If the name is taken by a built-in statistic or by other code, the version is below 1, or the function
        cannot be compiled or returns no number.

    Examples
    --------
    >>> import creditscore as cs
    >>> @cs.statistic("half_range")
    ... def half_range(values, age_days):
    ...     return (values.max() - values.min()) / 2.0
    """
    if not name.isidentifier() or name in BUILT_IN:
        raise ParameterError.must_be("name", "an identifier that no built-in statistic has", name)
    if version < 1:
        raise ParameterError.must_be("version", "1 or more", version)

    def register(function: Reducer) -> Reducer:
        entry = Statistic(name, function.__doc__ or "", -1, version, reducer=_compiled(name, function))
        with _lock:
            earlier = _registered.get((name, version))
            if earlier is not None and not _same_code(earlier.reducer.py_func, function):
                raise ParameterError(
                    f"The statistic {name!r}, version {version}, is registered with other code. "
                    "Raise its version."
                )
            _registered[(name, version)] = entry
        return function

    return register


def _compiled(name: str, function: Reducer) -> Any:
    """Compile a function for what it will be given, so that what cannot be compiled is said at once."""
    values = numba.float64[::1]
    reducer: Any = numba.njit(nogil=True)(function)
    try:
        reducer.compile((values, values))
        found = reducer.overloads[values, values].signature.return_type
    except (NumbaError, TypeError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        why = next((line for line in lines if not line.startswith("Failed in")), type(error).__name__)
        raise ParameterError(
            f"The statistic {name!r} cannot be compiled: {why[:_LONGEST]}. It takes values and age_days, "
            "both float64 arrays, and must keep to what numba compiles in nopython mode."
        ) from None
    if not isinstance(found, numba.types.Number | numba.types.Boolean) or found in numba.types.complex_domain:
        raise ParameterError(f"The statistic {name!r} must return one number. It returns {found}.")
    return reducer


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """Say which statistic of one's own failed on somebody's rows.

    Raises
    ------
    FeatureError
    """
    try:
        yield
    except (ArithmeticError, ValueError, LookupError) as error:
        what = f"{type(error).__name__}: {error}"[:_LONGEST]
        raise FeatureError(
            f"The statistic {name!r} failed on the rows of an applicant ({what}). Let it return NaN instead."
        ) from error


def find_statistic(name: str, version: int = 1) -> Statistic:
    """Return the statistic of that name and version.

    Raises
    ------
    StatisticNotRegisteredError
        If no code in this process has registered it.
    NameUnknownError
        If a built-in statistic is asked for in a version that does not exist.
    """
    built_in = BUILT_IN.get(name)
    if built_in is not None:
        if version != built_in.version:
            raise NameUnknownError.among(f"version of statistic {name!r}", version, [built_in.version])
        return built_in
    found = _registered.get((name, version))
    if found is None:
        raise StatisticNotRegisteredError.named(name, version)
    return found


def _same_code(one: Any, other: Any) -> bool:
    mine, theirs = one.__code__, other.__code__
    return bool(mine.co_code == theirs.co_code and mine.co_consts == theirs.co_consts)
