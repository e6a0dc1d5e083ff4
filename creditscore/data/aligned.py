"""Values that come beside applications: outcomes, weights and segments, each for the application it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.numbers import numbers_of
from creditscore.errors import NameUnknownError, ParameterError

_SHOWN: Final = 3
_MISSING_TYPES: Final = frozenset({"NAType", "NaTType"})


def by_application(values: Any, ids: Sequence[Any], what: str) -> Any:
    """Return values in the order of the applications.

    Parameters
    ----------
    values : mapping of application id to value, data frame column, or sequence of length n_applications
        A mapping, and a column whose index holds the very ids, are read by id; all else by position, never by
        a label that happens to be a number.
    ids : sequence of length n_applications
        Ids of the applications.
    what : str
        What they are called in an error.

    Returns
    -------
    sequence or ndarray of shape (n_applications,)

    Raises
    ------
    ParameterError
        If there is not one value for each application.

    Examples
    --------
    >>> by_application({7: "north", 3: "south"}, (3, 7), "segments")
    ['south', 'north']
    """
    if isinstance(values, Mapping):
        lacking = [one for one in ids if one not in values]
        if lacking or len(values) != len(ids):
            shown = f"{len(values)} values, and none for {lacking[:_SHOWN]}"
            raise ParameterError.must_be(what, f"one value for each of {len(ids)} application ids", shown)
        return [values[one] for one in ids]
    shape = getattr(values, "shape", None)
    if isinstance(values, str | bytes) or not (hasattr(values, "__len__") or hasattr(values, "__array__")):
        raise ParameterError.must_be(what, f"one value for each of {len(ids)} applications", type(values))
    if (shape is not None and tuple(shape) != (len(ids),)) or (shape is None and len(values) != len(ids)):
        found = tuple(shape) if shape is not None else len(values)
        raise ParameterError.must_be(what, f"one value for each of {len(ids)} applications", found)
    index = getattr(values, "index", None)
    if index is None or callable(index) or not hasattr(values, "to_numpy"):
        return values
    return _by_index(values.to_numpy(), list(index), ids)


def _by_index(values: NDArray[Any], labels: list[Any], ids: Sequence[Any]) -> NDArray[Any]:
    if labels == list(ids) or labels == list(range(len(ids))) or set(labels) != set(ids):
        return values
    positions = {label: position for position, label in enumerate(labels)}
    return values[[positions[one] for one in ids]]


def outcomes_of(bad: Any, ids: Sequence[Any], positive_label: Any = None) -> Float64:
    """Read outcomes: 1 bad, 0 good, NaN not known.

    Parameters
    ----------
    bad : mapping, data frame column or array-like of shape (n_applications,)
        0 and 1, 1 and 2 (2 is bad), or true and false; other labels with `positive_label`. None, NaN and
        their like are not known.
    ids : sequence of length n_applications
    positive_label : str or number, optional
        The label of the bads.

    Returns
    -------
    ndarray of float64, shape (n_applications,)

    Raises
    ------
    ParameterError
        If it cannot be told which label is bad.

    Examples
    --------
    >>> outcomes_of([True, False, None], "abc")
    array([ 1.,  0., nan])
    >>> outcomes_of(["paid", "default"], "ab", positive_label="default")
    array([0., 1.])
    """
    if np.ndim(positive_label):
        raise ParameterError.must_be("positive_label", "one text or number", type(positive_label).__name__)
    given = by_application(bad, ids, "bad")
    array = np.asarray(given)
    plain = array.dtype.kind in "fiub" and not np.ma.isMaskedArray(given)
    values = array.astype(np.float64).tolist() if plain else [_number_or_text(one) for one in given]
    known = {value for value in values if value == value}
    worst = _bad_one(known, positive_label)
    return np.array([value if value != value else float(value == worst) for value in values], np.float64)


def weights_of(sample_weight: Any, ids: Sequence[Any]) -> Float64 | None:
    """Read weights of the applications, shape (n_applications,); None where none are given."""
    if sample_weight is None:
        return None
    weight = numbers_of("sample_weight", by_application(sample_weight, ids, "sample_weight"))
    wrong = int(np.count_nonzero(~(np.isfinite(weight) & (weight >= 0))))
    if wrong:
        raise ParameterError(
            f"{wrong} values of 'sample_weight' are below 0 or not finite. Give weights of 0 or more."
        )
    return weight


def is_missing(value: Any) -> bool:
    """Tell whether a value stands for none: None, NaN, NaT or NA."""
    return value is None or type(value).__name__ in _MISSING_TYPES or bool(value != value)


def _number_or_text(value: Any) -> Any:
    if is_missing(value):
        return np.nan
    if isinstance(value, bool | int | float | Decimal | np.number | np.bool_):
        return float(value)
    return str(value)


def _bad_one(known: set[Any], positive_label: Any) -> Any:
    """Return the label of the bads."""
    wanted = _number_or_text(positive_label)
    if positive_label is not None:
        if wanted not in known:
            raise NameUnknownError.among("outcome", positive_label, sorted(known, key=str))
        if len(known) > 2:
            raise _unclear(known)
        return wanted
    texts = {value for value in known if isinstance(value, str)}
    if known <= {0.0, 1.0}:
        return 1.0
    if known == {1.0, 2.0}:
        return 2.0
    if not texts:
        raise ParameterError.must_be("bad", "1 for bad, 0 for good, NaN for not known", _odd(known))
    raise _unclear(known)


def _odd(known: set[Any]) -> Any:
    return next(iter(sorted(known - {0.0, 1.0})), None)


def _unclear(known: set[Any]) -> ParameterError:
    labels = sorted(known, key=str)
    shown = ", ".join(map(repr, labels[:_SHOWN])) + (" and more" if len(labels) > _SHOWN else "")
    return ParameterError(
        f"The outcomes are the labels {shown}: it does not follow which is bad. Give two labels and name the "
        "bad one, positive_label=..., or give 1 for bad, 0 for good and NaN for not known."
    )
