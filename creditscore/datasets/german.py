"""German credit: a thousand applications and nothing else, small enough for examples in docstrings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.applications import Applications
from creditscore.datasets._files import read_shipped

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
class GermanCredit:
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
