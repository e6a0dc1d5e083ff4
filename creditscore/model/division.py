"""How rows are set apart for a fit, and what a fit has to give, whatever is grown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from creditscore.model.affine import AffineCalibration
from creditscore.model.choosing import Candidate
from creditscore.model.crossfit import HeldOut
from creditscore.model.folds import Folds
from creditscore.model.level import Level
from creditscore.model.origins import Origins


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Rows in parts of applicants, and in blocks of time where that can be.

    Attributes
    ----------
    who : ndarray, shape (n_rows,)
        Who each row is about.
    when : ndarray of int64, shape (n_rows,), or None
        Moments in microseconds since 1970-01-01 UTC.
    folds : Folds
        Parts of the applicants.
    origins : Origins or str
        Blocks of time that judge; a text says why there are none.
    """

    who: NDArray[Any]
    when: NDArray[np.int64] | None
    folds: Folds
    origins: Origins | str

    @property
    def in_time(self) -> Origins | None:
        """Blocks of time that judge, if there are any."""
        return None if isinstance(self.origins, str) else self.origins


class Grown(Protocol):
    """What is deployed, and what judges it."""

    @property
    def text(self) -> str:
        """Canonical text of the trees to deploy."""

    @property
    def calibration(self) -> AffineCalibration:
        """From their raw log-odds to calibrated ones."""

    @property
    def raw(self) -> NDArray[np.float64]:
        """Their raw log-odds of all rows, each by what was made of others, shape (n_rows,)."""

    @property
    def report(self) -> HeldOut:
        """Calibrated log-odds of rows by models that were made, and calibrated, on others."""

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """How each way of growing did."""

    @property
    def level(self) -> Level | None:
        """How far the newest rows moved the level of risk."""

    @property
    def refit(self) -> bool:
        """Whether what is deployed was grown on all rows, and is not the mean of what parts leave out."""

    @property
    def dropped(self) -> Sequence[int]:
        """Columns that are left out, for they tell too little."""

    @property
    def parts(self) -> Sequence[Sequence[str]]:
        """Of each recipe the models of all parts of applicants, each grown on the others; none for a card."""

    def sentence(self, origins: Origins | str) -> str:
        """Say in a sentence what was judged and what is deployed."""
