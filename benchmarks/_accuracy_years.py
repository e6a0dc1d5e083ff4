"""Calibration slopes year by year: what moves between years cannot be seen in the rows of any one of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]


def slope(log_odds: Floats, bad: Floats, weight: Floats | None = None) -> float:
    """Slope of the logistic regression of outcomes on log-odds, by Newton's method."""
    weight = np.ones(len(bad)) if weight is None else weight
    centre = float(np.average(log_odds, weights=weight))
    design = np.column_stack([log_odds - centre, np.ones_like(log_odds)])
    share = float(np.average(bad, weights=weight))
    line = np.array([0.5, np.log(share / (1.0 - share))])
    for _ in range(25):
        probability = expit(design @ line)
        gradient = design.T @ (weight * (probability - bad))
        hessian = (design * (weight * probability * (1.0 - probability))[:, None]).T @ design
        step = np.clip(np.linalg.solve(hessian, gradient), -1.0, 1.0)
        line = line - step
        if np.abs(step).max() < 1e-9:
            break
    return float(line[0])


def by_year(log_odds: Floats, bad: Floats, time: NDArray[np.int64], resamples: int = 100) -> dict[str, Any]:
    """Slopes of each year, and of all, with an interval that resamples rows and one that resamples quarters.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n_judged,)
        Calibrated log-odds of rows later than those that were fitted on.
    bad : ndarray of float64, shape (n_judged,)
    time : ndarray of int64, shape (n_judged,)
        Microseconds since 1970-01-01 UTC.
    resamples : int
    """
    moments = time.astype("datetime64[us]")
    year = moments.astype("datetime64[Y]").astype(int) + 1970
    quarter = moments.astype("datetime64[M]").astype(int) // 3
    names, cluster = np.unique(quarter, return_inverse=True)
    random = np.random.default_rng(0)
    rows, quarters = [], []
    for _ in range(resamples):
        counts = np.bincount(random.integers(0, len(bad), len(bad)), minlength=len(bad)).astype(float)
        rows.append(slope(log_odds, bad, counts))
        drawn = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names)).astype(float)
        quarters.append(slope(log_odds, bad, drawn[cluster]))
    years = {
        int(one): {
            "slope": slope(log_odds[year == one], bad[year == one]),
            "bad_rate": float(bad[year == one].mean()),
            "mean_pd": float(expit(log_odds[year == one]).mean()),
            "rows": int((year == one).sum()),
        }
        for one in np.unique(year)
    }
    return {
        "slope": slope(log_odds, bad),
        "rows": np.quantile(rows, [0.025, 0.975]).tolist(),
        "quarters": np.quantile(quarters, [0.025, 0.975]).tolist(),
        "years": years,
    }
