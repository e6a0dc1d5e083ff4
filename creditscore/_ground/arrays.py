"""What arrays hold, under one name each, and how an array is made read-only.

The names say what one entry is; the shape stands in the docstring of whoever takes or gives the array. The
last four have a shape of their own that every file means by them.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

# Numbers: money, shares, log-odds; NaN is missing. Any shape.
Float64: TypeAlias = NDArray[np.float64]
# Whole numbers: instants in microseconds, numbers of rows, codes of persons (-1 is nobody). Any shape.
Int64: TypeAlias = NDArray[np.int64]
# Codes of labels, groups and loans; -1 is missing. Any shape.
Int32: TypeAlias = NDArray[np.int32]
# Small codes. Any shape.
Int8: TypeAlias = NDArray[np.int8]
# True or false. Any shape.
Flags: TypeAlias = NDArray[np.bool_]

# Shape (n_owners + 1,), from 0 up to n_rows and never falling: the rows of owner i are offsets[i] to
# offsets[i + 1], the last one left out.
Offsets: TypeAlias = NDArray[np.int64]
# Shape (n_times, n_rows): one row of the array for each time, in microseconds; NEVER where there is none.
Times: TypeAlias = NDArray[np.int64]
# Shape (n_values, n_rows): one row of the array for each number, NaN where there is none.
Values: TypeAlias = NDArray[np.float64]
# Shape (n_labels, n_rows): one row of the array for each label, -1 where there is none.
Codes: TypeAlias = NDArray[np.int32]

Entry = TypeVar("Entry", bound=np.generic)


def distinct(values: NDArray[Entry]) -> NDArray[Entry]:
    """Return the distinct entries of an array in rising order, by sorting.

    NumPy's own ``unique`` puts whole numbers into a hash table first, which takes some hundred times as long
    for some hundred thousand of them.

    Parameters
    ----------
    values : ndarray of whole numbers, shape (n,)

    Returns
    -------
    ndarray of the same type, shape (n_distinct,)

    Examples
    --------
    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    rising = np.sort(values)
    begins = np.ones(rising.size, np.bool_)
    begins[1:] = rising[1:] != rising[:-1]
    found: NDArray[Entry] = rising[begins]
    return found


def read_only(array: NDArray[Entry]) -> NDArray[Entry]:
    """Make an array read-only, in place.

    Parameters
    ----------
    array : ndarray of any type, shape (...)
        The array itself is changed, not its base: whoever holds the base can still write.

    Returns
    -------
    ndarray of the same type, shape (...)
        The same array.

    Examples
    --------
    >>> amounts = read_only(np.array([1.0, 2.0]))
    >>> amounts[0] = 3.0
    Traceback (most recent call last):
        ...
    ValueError: assignment destination is read-only
    """
    array.setflags(write=False)
    return array
