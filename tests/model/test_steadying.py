"""Lines for the mean of models, learned from single ones, where truth and chance in each were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from creditscore.model.calibration import fit_affine
from creditscore.model.steadying import LEAST_KEPT, disagreement, kept_by_mean, steadied

ROWS, MODELS = 40_000, 5


def spoken(seed: int, chance: float, shared: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-odds by five models: what is true, what all are wrong in alike, and what each is wrong in alone."""
    rng = np.random.default_rng(seed)
    true = rng.normal(-2.0, 1.0, ROWS)
    wrong = shared * rng.normal(size=ROWS) + chance * rng.normal(size=(MODELS, ROWS))
    return true + wrong, (rng.random(ROWS) < expit(true)).astype(float), true


@pytest.mark.parametrize(("chance", "shared"), [(0.0, 0.0), (0.4, 0.0), (0.8, 0.0), (0.6, 0.5)])
def test_the_line_fits_the_mean_of_models_on_rows_that_none_has_seen(chance: float, shared: float) -> None:
    """Learned from one model a row, judged by the line that outcomes of other rows give their mean."""
    raw, bad, _ = spoken(1, chance, shared)
    part = np.arange(ROWS) % MODELS
    single, weight = raw[part, np.arange(ROWS)], np.ones(ROWS)
    line = fit_affine(single, bad, flatten=True)
    kept = kept_by_mean(single, weight, disagreement(raw, part), MODELS)
    slope, intercept = steadied((line.slope, line.intercept), single, weight, kept)
    others, outcome, _ = spoken(2, chance, shared)
    mean = others.mean(axis=0)
    judged = fit_affine(intercept + slope * mean, outcome, flatten=True)
    assert judged.slope == pytest.approx(1.0, abs=0.08)
    assert expit(intercept + slope * mean).mean() == pytest.approx(outcome.mean(), rel=0.03)
    before = fit_affine(line.intercept + line.slope * mean, outcome, flatten=True).slope
    assert (before > 1.08) == (chance > 0.3)
    assert kept == pytest.approx(mean.var() / others[0].var(), abs=0.02)


def test_only_models_that_were_grown_on_a_row_are_compared_on_it() -> None:
    rng = np.random.default_rng(3)
    raw, part = rng.normal(size=(4, 50)), rng.integers(0, 4, 50)
    by_hand = [np.var(np.delete(raw[:, row], part[row]), ddof=1) for row in range(50)]
    np.testing.assert_allclose(disagreement(raw, part), by_hand)
    assert disagreement(raw[:2], part % 2).tolist() == [0.0] * 50


def test_models_that_differ_in_everything_stretch_a_line_fourfold_at_most() -> None:
    z, weight = np.linspace(-3.0, 0.0, 100), np.linspace(0.5, 2.0, 100)
    assert kept_by_mean(z, weight, np.full(100, 50.0), 5) == LEAST_KEPT
    assert kept_by_mean(np.full(100, -2.0), weight, np.ones(100), 5) == 1.0
    slope, intercept = steadied((1.0, 0.2), z, weight, 1.0)
    assert (slope, intercept) == pytest.approx((1.0, 0.2), abs=1e-9)
