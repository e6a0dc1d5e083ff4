"""A named population that contributions may be stated against."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.features.matrix import FeatureMatrix


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Background:
    """A named and hashed population of feature rows, for interventional Shapley values.

    Every row counts: nothing is sampled. The hash tells whether two explanations speak of the same
    population; store it with whatever was explained.

    Parameters
    ----------
    name : str
        What the population is: ``"approved 2025"``.
    rows : FeatureMatrix, dataframe or array-like of float64, shape (n_rows, n_features)
        Features as computed; NaN is missing. Kept as a read-only copy. Columns that have names are found by
        them, whatever else stands beside: what ``CreditPipeline.compute_features`` returns has also those
        that no model is given. Columns without names must be those of the model, in its order.
    weights : array-like of float64, shape (n_rows,), optional
        At least 0 and not all 0; by default all rows weigh the same.

    Attributes
    ----------
    names : tuple of str
        Of the columns; empty where they have none.
    sha256 : str
        64 hexadecimal digits of the shape, the rows and the weights: little-endian float64 in row order,
        every NaN written alike. The name is no part of it.

    Raises
    ------
    ParameterError
        If the name is empty, there are no rows, or the weights do not fit.

    Examples
    --------
    >>> approved = Background("approved", [[1.0, 900.0], [0.0, np.nan]])
    >>> approved
    Background('approved', 2 rows x 2 features, sha256 abbd70774abb)
    """

    name: str
    rows: NDArray[np.float64]
    weights: NDArray[np.float64]
    names: tuple[str, ...]
    sha256: str = field(repr=False)

    def __init__(self, name: str, rows: FeatureMatrix | ArrayLike, weights: ArrayLike | None = None) -> None:
        given = rows.values if isinstance(rows, FeatureMatrix) else rows
        names = rows.names if isinstance(rows, FeatureMatrix) else getattr(rows, "columns", ())
        table = np.array(given, dtype=np.float64, order="C")
        if not name:
            raise ParameterError.must_be("name", "a word or two for the population", repr(name))
        if table.ndim != 2 or not len(table):
            raise ParameterError.must_be("rows", "a matrix with at least one row", table.shape)
        weighed = np.ones(len(table)) if weights is None else np.array(weights, dtype=np.float64)
        if weighed.shape != (len(table),):
            raise ParameterError.must_be(
                "weights", f"one number for each of {len(table)} rows", weighed.shape
            )
        if not (np.isfinite(weighed).all() and (weighed >= 0).all() and weighed.any()):
            raise ParameterError("The 'weights' must be finite, at least 0, and not all 0.")
        for array in (table, weighed):
            array.setflags(write=False)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "rows", table)
        object.__setattr__(self, "weights", weighed)
        named = all(isinstance(one, str) for one in names)
        object.__setattr__(self, "names", tuple(names) if named else ())
        object.__setattr__(self, "sha256", _digest(table, weighed))

    def rows_of(self, features: Sequence[str]) -> NDArray[np.float64]:
        """Return the columns of some features, by their names; as they are where the columns have none.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_features)

        Raises
        ------
        ParameterError
            If a feature is not there, or columns without names are not as many.
        """
        if not self.names:
            if self.rows.shape[1] != len(features):
                raise ParameterError.must_be(
                    "background",
                    f"of the model's {len(features)} columns in its order, or of columns with names",
                    f"{self.rows.shape[1]} columns",
                )
            return self.rows
        missing = [name for name in features if name not in self.names]
        if missing:
            raise ParameterError(
                f"The background {self.name!r} lacks {len(missing)} features of the model, first "
                f"{missing[0]!r}. Compute it with the features of the model."
            )
        position = {name: column for column, name in enumerate(self.names)}
        return self.rows[:, [position[name] for name in features]]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        rows, columns = self.rows.shape
        return f"Background({self.name!r}, {rows} rows x {columns} features, sha256 {self.sha256[:12]})"


def _digest(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> str:
    """Hash canonical bytes: the sign bit of a zero and the payload of a NaN mean nothing."""
    digest = hashlib.sha256(f"{rows.shape[0]} x {rows.shape[1]}\n".encode())
    for array in (rows, weights):
        plain = np.where(np.isnan(array), np.nan, array + 0.0)
        digest.update(plain.astype("<f8").tobytes())
    return digest.hexdigest()
