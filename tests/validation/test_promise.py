"""A promise about the approved holds as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

import creditscore as cs
from creditscore.errors import FittingError, ParameterError


def test_the_promise_holds_in_nineteen_of_twenty_portfolios() -> None:
    """The true bad rate above a cut-off is known in closed form: a threshold on a bivariate normal."""
    rng = np.random.default_rng(0)
    grid = np.linspace(-4, 4, 4001)
    risk = norm.cdf(-1.3 - 0.8 * grid)  # bad when -1.3 - 0.8 * score + noise > 0
    above = np.cumsum((risk * norm.pdf(grid))[::-1])[::-1] / np.cumsum(norm.pdf(grid)[::-1])[::-1]
    kept, shares = 0, []
    for _ in range(1000):
        score = rng.normal(size=6000)
        bad = (-1.3 - 0.8 * score + rng.normal(size=6000) > 0).astype(float)
        promise = cs.cutoff_for(score, bad, bad_rate=0.04, confidence=0.95)
        shares.append(promise.approved)
        kept += np.interp(promise.cutoff, grid, above) <= 0.04
    assert kept >= 950
    # And it does not keep its word by approving nobody: the true share that could be approved is known.
    possible = norm.sf(grid[np.argmax(above <= 0.04)])
    assert np.median(shares) > 0.6 * possible


def test_the_figures_are_those_of_the_rows() -> None:
    rng = np.random.default_rng(1)
    score = rng.normal(600, 40, 4000).round()
    bad = (rng.random(4000) < 1 / (1 + np.exp((score - 500) / 25))).astype(float)
    promise = cs.cutoff_for(score, bad, bad_rate=0.05)
    reached = score >= promise.cutoff
    assert promise.approved == reached.mean()
    assert promise.found == pytest.approx(bad[reached].mean())
    assert promise.rows == 4000
    assert str(promise).startswith(f"Approve from {promise.cutoff:g}: at most 5.0% of the approved are bad")
    unknown = np.r_[bad, np.nan, 1.0]
    assert cs.cutoff_for(np.r_[score, 900.0, np.nan], unknown, bad_rate=0.05) == promise
    looser = cs.cutoff_for(score, bad, bad_rate=0.05, confidence=0.5)
    assert looser.cutoff <= promise.cutoff


def test_what_cannot_be_promised_is_refused() -> None:
    rng = np.random.default_rng(2)
    with pytest.raises(FittingError, match="No cut-off can promise a bad rate of 4.00%.* Give more rows"):
        cs.cutoff_for(rng.normal(size=40), np.zeros(40), bad_rate=0.04)
    with pytest.raises(FittingError, match="No row has both"):
        cs.cutoff_for([np.nan], [1.0], bad_rate=0.04)
    for wrong in ({"bad_rate": 0.0}, {"bad_rate": 0.1, "confidence": 1.0}):
        with pytest.raises(ParameterError, match="above 0 and below 1"):
            cs.cutoff_for([1.0], [1.0], **wrong)
    with pytest.raises(ParameterError, match="shape of 'scores'"):
        cs.cutoff_for([1.0, 2.0], [1.0], bad_rate=0.04)
    with pytest.raises(ParameterError, match="1 for bad, 0 for good"):
        cs.cutoff_for([1.0, 2.0], [1.0, 3.0], bad_rate=0.04)
