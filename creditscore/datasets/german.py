"""German credit: a thousand applications and nothing else, small enough for examples in docstrings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.data.applications import Applications
from creditscore.data.dataset import Dataset
from creditscore.data.portfolio import Portfolio
from creditscore.datasets._files import read_shipped

if TYPE_CHECKING:
    import pandas as pd

_AS_OF: Final = np.datetime64("1975-12-31", "us")
_NUMBERS: Final = ("installment_rate", "residence_since", "existing_credits")
_LABELS: Final = (
    "status",
    "credit_history",
    "purpose",
    "savings",
    "employment",
    "other_debtors",
    "property",
    "other_installment",
    "housing",
    "job",
    "telephone",
)


@dataclass(frozen=True, slots=True, eq=False)
class GermanCredit(Dataset):
    """The applications and what came of them.

    Attributes
    ----------
    applications : Applications
        All as of 1975-12-31 UTC: the file has no dates, and was collected from 1973 to 1975.
    columns : tuple of str
        Attributes that are numbers.
    categories : tuple of str
        Attributes that are labels, in the codes of the source (``A11`` ...).
    bad : ndarray of int64, shape (1000,)
        1 bad, 0 good.
    """

    applications: Applications
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    bad: NDArray[np.int64]

    def to_tables(self) -> Mapping[str, pd.DataFrame]:
        """Return none: the file holds applications alone."""
        return {}

    def to_applications(self) -> Applications:
        """Return the applications, checked."""
        return self.applications

    def to_portfolio(self) -> Portfolio:
        """Return a portfolio without tables."""
        return Portfolio()

    def to_outcomes(self) -> Float64:
        """Return 1 for bad and 0 for good, shape (1000,)."""
        return self.bad.astype(np.float64)


def load_german() -> GermanCredit:
    """Load the German credit data, without sex, age, foreign worker and number of dependants.

    Returns
    -------
    GermanCredit

    References
    ----------
    Hofmann (1994), Statlog (German Credit Data), UCI Machine Learning Repository, doi:10.24432/C5NC77,
    CC BY 4.0. Groemping (2019), South German Credit Data: Correcting a Widely Used Data Set (for the years).

    Examples
    --------
    >>> german = load_german()
    >>> len(german.applications), german.columns[:2], int(german.bad.sum())
    (1000, ('amount', 'term_days'), 300)
    """
    import pyarrow as pa

    raw = read_shipped("german", ("amount", "duration", "bad", *_NUMBERS, *_LABELS))
    ids = np.arange(1, raw.num_rows + 1)
    frame = {
        "application_id": ids,
        "applicant_id": ids,
        "as_of": pa.array(np.full(raw.num_rows, _AS_OF), type=pa.timestamp("us", tz="UTC")),
        "amount": raw["amount"].to_numpy().astype(np.float64),
        "term_days": 30.0 * raw["duration"].to_numpy(),
        **{name: raw[name].to_numpy().astype(np.float64) for name in _NUMBERS},
        **{name: raw[name].cast(pa.string()) for name in _LABELS},
    }
    return GermanCredit(
        applications=Applications(pa.table(frame)),
        columns=("amount", "term_days", *_NUMBERS),
        categories=_LABELS,
        bad=raw["bad"].to_numpy().astype(np.int64),
    )
