"""What every data set of the library gives, shipped or made up: tables, and what a pipeline is fitted on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from creditscore._ground.arrays import Float64
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio

if TYPE_CHECKING:
    import pandas as pd


class Dataset(ABC):
    """Applications, the tables of a lender, and what came of each application.

    ``pipeline.fit(data.to_applications(), data.to_portfolio(), data.to_outcomes())`` fits on any of them.
    """

    __slots__ = ()

    @abstractmethod
    def to_tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the tables of `Portfolio` by name, as pandas frames; none where there is none."""

    @abstractmethod
    def to_applications(self) -> Applications:
        """Return the applications, checked."""

    @abstractmethod
    def to_portfolio(self) -> Portfolio:
        """Return the tables, checked and indexed."""

    @abstractmethod
    def to_outcomes(self) -> Float64:
        """Return what came of each application: 1 bad, 0 good, NaN not known; shape (n_applications,)."""
