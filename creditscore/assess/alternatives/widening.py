"""What widens the gap between groups: differences of exact Shapley values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.assess.alternatives.fits import Fit, Fits
from creditscore.assess.alternatives.judging import Applied
from creditscore.assess.alternatives.space import Widened, Widening
from creditscore.explain.explainer import Explainer

_MOST_ROWS: Final = 5_000


def widening_of(fits: Fits, fit: Fit, rows: Int64, applied: Applied, share: float, seed: int) -> Widening:
    """Rank features, and reason groups, by what they add to the gap between groups.

    Of each attribute the group of lowest approval is compared with that of highest: the mean Shapley value of
    each feature in the one less that in the other, in log-odds of bad. Attributes add up.

    Parameters
    ----------
    fits : Fits
    fit : Fit
        The pipeline as given.
    rows : ndarray of int64, shape (n_choosing,)
        Applications that choose; at most 5,000 of them are explained.
    applied : Applied
        Their groups.
    share : float
        That is approved.
    seed : int
        Of the draw among them.
    """
    scored = np.flatnonzero(~np.isnan(fit.choosing))
    if scored.size > _MOST_ROWS:
        scored = np.sort(np.random.default_rng([seed, 29]).choice(scored, _MOST_ROWS, replace=False))
    values = contributions_of(fits, fit, rows[scored])
    approved = applied.approved(fit.choosing, share, applied.weight)
    approvals = applied.approvals(approved, applied.weight)
    gap = np.zeros(values.shape[1])
    position = np.full(len(rows), -1, np.int64)
    position[scored] = np.arange(scored.size)
    for one, shown, shares in zip(applied.memberships, applied.shown, approvals, strict=True):
        if len(shown) < 2 or np.isnan(shares).all():
            continue
        low, high = (int(shown[pick(shares)]) for pick in (np.nanargmin, np.nanargmax))
        means = []
        for group in (low, high):
            inside, weight = one.of_group(group)
            kept = position[inside] >= 0
            w = weight[kept] * applied.weight[inside[kept]]
            if not w.sum() > 0:
                break
            means.append(w @ values[position[inside[kept]]] / w.sum())
        else:
            gap += means[0] - means[1]
    return _ranked(fit, gap)


def contributions_of(fits: Fits, fit: Fit, rows: Int64) -> Float64:
    """Shapley values of some rows in calibrated log-odds of bad, shape (n_rows, n_features)."""
    X = fits.values(fit, rows)
    ids = rows.tolist()
    return Explainer(fit.model).contributions(X, fit.features, ids, threads=fits.threads).values


def _ranked(fit: Fit, gap: Float64) -> Widening:
    groups: dict[str, float] = {}
    for feature, value in zip(fit.features, gap.tolist(), strict=True):
        groups[feature.reason_group] = groups.get(feature.reason_group, 0.0) + value
    features = dict(zip(fit.features.names, gap.tolist(), strict=True))
    return Widening(_widened(features), _widened({name: groups[name] for name in groups if name}))


def _widened(gaps: Mapping[str, float]) -> Widened:
    names = sorted((name for name in gaps if gaps[name] > 0), key=lambda name: (-gaps[name], name))
    return Widened(tuple(names), tuple(gaps[name] for name in names))
