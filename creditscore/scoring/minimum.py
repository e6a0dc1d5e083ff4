"""The minimum data of a score: without it there is a code and a referral, and never a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, Self

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore.errors import ArtefactError, ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.fitted import FittedModel

# Codes of a result without a score: nothing at all was known, or less than a lender asks for.
NO_DATA: Final = "no_data"
TOO_LITTLE: Final = "too_little_data"
_ALWAYS: Final = "application"


@dataclass(frozen=True, slots=True)
class MinimumData:
    """What has to be known of an applicant besides the application, so that there is a score.

    Parameters
    ----------
    known_share : float
        Of the features that the trees read, those of the application itself left out, the share that must
        have a value; above 0 and at most 1. A model that reads the application alone asks for nothing more.

    Examples
    --------
    >>> minimum = MinimumData(known_share=0.5)
    >>> minimum.reached(np.array([[1.0, np.nan, 3.0], [1.0, np.nan, np.nan]]), np.array([1, 2])).tolist()
    [True, False]
    """

    known_share: float

    def __post_init__(self) -> None:
        share = self.known_share
        if isinstance(share, bool) or not (isinstance(share, int | float) and 0.0 < share <= 1.0):
            raise ParameterError.must_be("known_share", "a number above 0 and at most 1", share)
        object.__setattr__(self, "known_share", float(share))

    def reached(self, values: Float64, columns: Int64) -> Flags:
        """Tell of whom enough is known, shape (n_rows,).

        Parameters
        ----------
        values : ndarray of float64, shape (n_rows, n_features)
            NaN is not known.
        columns : ndarray of int64, shape (n_read,)
            From `read_columns`.
        """
        missing = np.count_nonzero(np.isnan(values[:, columns]), axis=1)
        reached: Flags = columns.size - missing >= self.known_share * columns.size
        return reached

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, exact in JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        if set(stored) != {"known_share"}:
            raise ArtefactError(f"The minimum data have the part 'known_share'. Got {sorted(stored)}.")
        return cls(**stored)


def read_columns(features: FeatureSet, fitted: FittedModel) -> Int64:
    """Return the features that the trees read, without those of the application itself, shape (n_read,)."""
    sources = [feature.source for feature in features]
    read = np.unique(fitted.trees.nodes[:, 0]).tolist()
    return np.array([column for column in read if sources[column] != _ALWAYS], np.int64)


class NeedsData(Protocol):
    """A model that asks for some data."""

    @property
    def minimum(self) -> MinimumData | None:
        """What has to be known besides the application; None for anything at all."""

    @property
    def application_columns(self) -> Int64:
        """Columns of the attributes of the application, shape (n_attributes,)."""

    @property
    def read_columns(self) -> Int64:
        """Columns of the other features that the trees read, shape (n_read,)."""


def scorable_in(model: NeedsData, matrix: FeatureMatrix) -> Flags:
    """Tell who has the minimum data: as much as the model asks for, and a known row or attribute.

    Returns
    -------
    ndarray of bool, shape (n_applications,)
    """
    enough = _anything(model, matrix)
    return (
        enough if model.minimum is None else enough & model.minimum.reached(matrix.values, model.read_columns)
    )


def lack_of(model: NeedsData, matrix: FeatureMatrix) -> str:
    """Return why one applicant has no score for want of data: a code, empty where enough is known."""
    if not _anything(model, matrix)[0]:
        return NO_DATA
    return "" if scorable_in(model, matrix)[0] else TOO_LITTLE


def _anything(model: NeedsData, matrix: FeatureMatrix) -> Flags:
    attributes = matrix.values[:, model.application_columns]
    known: Flags = matrix.any_rows | ~np.isnan(attributes).all(axis=1)
    return known
