"""Who each row is about."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError

# How a missing id is written: None, NaN, NaT, NA.
_NOBODY: Final = frozenset({"none", "nan", "nat", "<na>"})


def checked_groups(groups: ArrayLike | None, n_rows: int, *, name: str = "groups") -> NDArray[np.generic]:
    """Return who each row is about; without groups, or without an id, a row is an applicant of its own.

    Parameters
    ----------
    groups : array-like, shape (n_rows,), optional
        One id a row.
    n_rows : int
        Rows there must be.
    name : str, default "groups"
        What the parameter is called that they came in.

    Returns
    -------
    ndarray, shape (n_rows,)
        The ids as given, or the row numbers; a missing or blank id is a label that no other row has.

    Raises
    ------
    ParameterError
        If there is not one id a row.
    """
    if groups is None:
        return np.arange(n_rows)
    ids = np.asarray(groups)
    if ids.shape != (n_rows,):
        raise ParameterError.must_be(name, f"of shape ({n_rows},), one id a row", ids.shape)
    if ids.dtype.kind in "iub":
        return ids
    named = [str(each) for each in ids.tolist()]
    nobody = [not name.strip() or name.casefold() in _NOBODY for name in named]
    if not any(nobody):
        return ids
    rows = enumerate(zip(named, nobody, strict=True))
    return np.array([f"\0{row}" if gap else name for row, (name, gap) in rows])
