"""How long payments must reach back before a model reads them: as long as training shows accounts to do.

An account that is younger than nearly all accounts of training may be new, or the successor of one that is
not shown. How such people fare nobody has seen, so their payments count as missing rather than as good ones.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import AtLeast, Covered, Term
from creditscore.features.payments.declared.catalogue import payment_features

# the share of the training rows with payments that may fall short
SHARE: Final = 0.005
_HISTORY: Final = "payments_history_days"
_SHORT: Final = "payments reach back over less than {days:g} days, as in training for 1 in 200 at most"


def with_shortest_history(
    features: FeatureSet, applications: Applications, portfolio: Portfolio, *, threads: int | None = None
) -> FeatureSet:
    """Let features of payments that a model is given be missing where payments reach back too few days.

    Parameters
    ----------
    features : FeatureSet
    applications : Applications
        Of training.
    portfolio : Portfolio
    threads : int, optional
        At most; by default one a processor. The result does not depend on it.

    Returns
    -------
    FeatureSet
        The same features. Those of the source ``payments`` that a model is given, but for whether payments
        are there and how far they reach back, ask for the whole days that all but 1 in 200 of the
        applications with payments have.

    Examples
    --------
    >>> import creditscore as cs
    >>> paid = [{"applicant_id": w, "event_time": f"2024-0{w}-01T00:00:00Z", "amount": 9.0} for w in (1, 4)]
    >>> portfolio = cs.Portfolio.from_records({"payments": paid})
    >>> asked = [{"application_id": w, "applicant_id": w, "as_of": "2024-06-01T00:00:00Z"} for w in (1, 4)]
    >>> applications = cs.Applications.from_records(asked)
    >>> chosen = cs.payment_features().select(["payments_inflow_sum_30d", "payments_covered"])
    >>> asking = with_shortest_history(chosen, applications, portfolio)
    >>> chosen["payments_inflow_sum_30d"].formula.minimum, asking["payments_inflow_sum_30d"].formula.minimum
    (27.0, 61.0)
    >>> asking["payments_covered"] == chosen["payments_covered"]
    True
    """
    if not any(map(_asks, features)):
        return features
    return asking_for(features, history_of(applications, portfolio, threads=threads))


def history_of(
    applications: Applications, portfolio: Portfolio, *, threads: int | None = None
) -> NDArray[np.float64]:
    """Days over which payments reach back, NaN where there are none; shape (n_applications,)."""
    computer = FeatureComputer(payment_features().select([_HISTORY]))
    days: NDArray[np.float64] = computer.compute(applications, portfolio, threads=threads).values[:, 0]
    return days


def asking_for(features: FeatureSet, history: NDArray[np.float64]) -> FeatureSet:
    """Let features ask for the days that all but 1 in 200 have; ``history`` has shape (n_applications,)."""
    known = np.sort(history[~np.isnan(history)])
    if not known.size:
        return features
    days = float(math.floor(known[max(0, math.ceil(SHARE * known.size) - 1)]))
    return FeatureSet(tuple(_asking(feature, days) if _asks(feature) else feature for feature in features))


def blanked(
    X: NDArray[np.float64], features: FeatureSet, asking: FeatureSet, history: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values of features that ask for more days than those that were computed.

    Parameters
    ----------
    X : ndarray of float64, shape (n_applications, n_features)
        Values of `features`.
    features, asking : FeatureSet
        As declared, and as `asking_for` made them.
    history : ndarray of float64, shape (n_applications,)

    Returns
    -------
    ndarray of float64, shape (n_applications, n_features)
        To the bit what `asking` would compute.
    """
    pairs = zip(features, asking, strict=True)
    changed = [column for column, (before, after) in enumerate(pairs) if before != after]
    if not changed:
        return X
    values = X.copy()
    for column in changed:
        formula = asking.features[column].formula
        if isinstance(formula, AtLeast):
            values[~(history >= formula.minimum), column] = np.nan
    return values


def _asks(feature: Feature) -> bool:
    is_history = isinstance(feature.formula, Covered) or feature.formula == _age()
    return feature.source == "payments" and feature.in_model and not is_history


def _asking(feature: Feature, days: float) -> Feature:
    formula = feature.formula
    value, asked = formula, 0.0
    if isinstance(formula, AtLeast) and formula.count == _age():
        value, asked = formula.value, formula.minimum
    if days <= asked:
        return feature
    return replace(
        feature,
        formula=AtLeast(value, _age(), days),
        missing=f"{feature.missing}; or {_SHORT.format(days=days)}",
    )


def _age() -> Term:
    return Term("flows", "age")
