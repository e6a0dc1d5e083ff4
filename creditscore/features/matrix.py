"""The features of many applications, one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import NameUnknownError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMatrix:
    """Features as of each application's moment.

    Attributes
    ----------
    values : ndarray of float64, shape (n_applications, n_features)
        NaN where the source was absent or the history too short.
    names : tuple of str
        Feature names.
    application_ids : tuple
        One id a row.
    digest : str
        The digest of the feature set that made it.
    covered : mapping of str to ndarray of bool, shape (n_applications,)
        By source: was it there at the moment?
    any_rows : ndarray of bool, shape (n_applications,)
        Was anything at all known about the applicant, apart from the application?
    unavailable : tuple of str
        Features that are NaN for everyone because the portfolio lacks a table or a column, or the
        applications lack one.
    counted : mapping of str to (int, int)
        By feature that is a share: where its part, -1 where it is the mean of rows, and its whole stand in
        `working`.
    working : ndarray of float64, shape (n_slots,)
        Of a single application: the values that its features were made of. Empty for several.
    mismatches : tuple of str
        Where tables and columns part from those that a fitted pipeline saw, one sentence each.
    """

    values: NDArray[np.float64]
    names: tuple[str, ...]
    application_ids: Sequence[str | int]
    digest: str
    covered: Mapping[str, NDArray[np.bool_]]
    any_rows: NDArray[np.bool_]
    unavailable: tuple[str, ...]
    counted: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    working: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    mismatches: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if name not in self.names:
            raise NameUnknownError.among("feature", name, self.names)
        return self.values[:, self.names.index(name)]

    def part_and_whole(self, name: str) -> tuple[float | None, float] | None:
        """Return what a feature that is a share was made of, for a single application; None for any other.

        No part is given where the share is the mean of rows; the whole is how many rows then.
        """
        stands = self.counted.get(name)
        if stands is None or not self.working.size:
            return None
        part, whole = stands
        return None if part < 0 else float(self.working[part]), float(self.working[whole])

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame, one row an application, indexed by application id."""
        import pandas as pd

        index = pd.Index(list(self.application_ids), name="application_id")
        return pd.DataFrame(self.values, columns=list(self.names), index=index)

    def __repr__(self) -> str:
        missing = float(np.isnan(self.values).mean()) if self.values.size else 0.0
        rows, columns = self.values.shape
        size = f"{rows} applications x {columns} features"
        return f"FeatureMatrix({size}, {missing:.1%} missing, {self.digest[:12]})"
