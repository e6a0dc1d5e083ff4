"""Capital that a bank needs for retail loans under the internal ratings of the Basel framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.asked import check_known
from creditscore.errors import ParameterError

Floats = NDArray[np.float64]
RetailKind: TypeAlias = Literal["mortgage", "revolving", "other"]

_CONFIDENCE: Final = 0.999
LEAST_PD: Final = 0.0005


def _falling(pd: Floats) -> Floats:
    """Correlation of other retail loans: from 16 % for the safest to 3 % for the riskiest."""
    share: Floats = np.expm1(-35.0 * pd) / np.expm1(-35.0)
    return 0.03 * share + 0.16 * (1.0 - share)


CORRELATION: Final[Mapping[str, Callable[[Floats], Floats]]] = MappingProxyType(
    {
        "mortgage": lambda pd: np.full_like(pd, 0.15),
        "revolving": lambda pd: np.full_like(pd, 0.04),
        "other": _falling,
    }
)


def retail_capital(
    probability_of_default: ArrayLike,
    loss_given_default: ArrayLike,
    *,
    exposure: ArrayLike = 1.0,
    kind: RetailKind = "other",
) -> Floats:
    """Capital requirement of retail loans: what is lost in one year of a thousand, beyond what is expected.

    Parameters
    ----------
    probability_of_default : array-like, shape (n_loans,), or float
        Over one year, within 0 and 1; below 0.05 % it counts as 0.05 %. A loan in default (1) needs
        none by this formula.
    loss_given_default : array-like, shape (n_loans,), or float
        Share of the exposure that is lost, within 0 and 1.
    exposure : array-like, shape (n_loans,), or float
        Exposure at default, in money, 0 or more.
    kind : {"mortgage", "revolving", "other"}
        Residential mortgages, qualifying revolving retail, or other retail.

    Returns
    -------
    ndarray of float64, shape (n_loans,), or of shape () for numbers
        Money. Times 12.5 it is the risk-weighted amount.

    Raises
    ------
    ParameterError
        If a value is not within its range.
    NameUnknownError
        If there is no such kind.

    References
    ----------
    Basel Committee on Banking Supervision, Basel framework, CRE31.13 to 31.15 (risk weights of retail) and
    CRE32.58 (floor of the probability). Checked against Basel II (June 2006), annex 5.

    Examples
    --------
    >>> f"{12.5 * retail_capital(0.01, 0.45):.2%}"
    '45.77%'
    """
    from scipy.special import ndtr, ndtri

    check_known("kind of retail loan", kind, CORRELATION)
    pd = _within("probability_of_default", probability_of_default, 1.0)
    lgd = _within("loss_given_default", loss_given_default, 1.0)
    money = _within("exposure", exposure, np.inf)
    pd = np.maximum(pd, LEAST_PD)
    correlation = CORRELATION[kind](pd)
    stressed = ndtri(pd) + np.sqrt(correlation) * ndtri(_CONFIDENCE)
    lost = ndtr(stressed / np.sqrt(1.0 - correlation))
    needed: Floats = np.maximum(lgd * (lost - pd), 0.0) * money
    return needed


def _within(name: str, values: ArrayLike, most: float) -> Floats:
    numbers = np.asarray(values, np.float64)
    if not (np.isfinite(numbers) & (numbers >= 0) & (numbers <= most)).all():
        raise ParameterError.must_be(name, f"finite and within 0 and {most:g}", "another value")
    return numbers
