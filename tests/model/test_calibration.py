"""Calibration is the optimum that a general optimiser finds, and never turns the order round."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from creditscore.errors import ArtefactError, FittingError, ParameterError
from creditscore.model.affine import AffineCalibration
from creditscore.model.calibration import fit_affine


def sample(seed: int, n: int, slope: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    raw = rng.normal(-1.0, 1.5, n)
    bad = (rng.random(n) < 1 / (1 + np.exp(-(slope * raw + 0.3)))).astype(float)
    return raw, bad


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.floats(0.3, 3.0), st.booleans())
def test_it_is_what_a_direct_optimiser_finds(seed: int, slope: float, weighted: bool) -> None:
    raw, bad = sample(seed, 500, slope)
    weight = np.random.default_rng(seed).integers(1, 4, 500).astype(float) if weighted else np.ones(500)
    bads = weight @ bad
    goods = weight.sum() - bads
    target = np.where(bad == 1, (bads + 1) / (bads + 2), 1 / (goods + 2))

    def loss(line: NDArray[np.float64]) -> float:
        z = line[0] * raw + line[1]
        return float(weight @ (np.logaddexp(0, z) - target * z))

    found = minimize(loss, [1.0, 0.0], method="BFGS", options={"gtol": 1e-6})
    line = fit_affine(raw, bad, weight if weighted else None)
    assert (line.slope, line.intercept) == pytest.approx(tuple(found.x), abs=1e-4)
    assert loss(np.array([line.slope, line.intercept])) <= loss(found.x) + 1e-9


def test_weights_are_repetitions() -> None:
    raw, bad = sample(0, 300, 1.0)
    weight = np.random.default_rng(0).integers(0, 4, 300)
    repeated = fit_affine(np.repeat(raw, weight), np.repeat(bad, weight))
    weighted = fit_affine(raw, bad, weight.astype(float))
    assert weighted.slope == pytest.approx(repeated.slope, rel=1e-9)
    assert weighted.intercept == pytest.approx(repeated.intercept, abs=1e-9)


def test_classes_that_part_wholly_leave_it_finite() -> None:
    raw = np.concatenate([np.full(50, -1000.0), np.full(50, 1000.0)])
    line = fit_affine(raw, (raw > 0).astype(float))
    assert 1 / (1 + np.exp(-line.log_odds(np.array([1000.0]))))[0] == pytest.approx(51 / 52)


def test_a_constant_score_becomes_the_share_of_bads() -> None:
    bad = np.repeat([0.0, 1.0], [300, 100])
    probability = 1 / (1 + np.exp(-fit_affine(np.full(400, -2.0), bad).log_odds(np.array([-2.0]))))
    assert probability[0] == pytest.approx(0.25, abs=0.002)


def test_a_score_that_ranks_in_reverse_is_refused_or_flattened() -> None:
    raw, bad = sample(0, 1000, 1.0)
    with pytest.raises(FittingError, match=r"slope is -.*1000 rows.*Check the labels"):
        fit_affine(-raw, bad)
    flat = fit_affine(-raw, bad, flatten=True)
    assert flat.flattened
    assert flat.slope > 0
    probability = 1 / (1 + np.exp(-flat.log_odds(-raw)))
    assert probability.mean() == pytest.approx(bad.mean(), abs=0.01)
    assert np.ptp(probability) < 0.05


def test_nothing_to_calibrate_on_is_an_error() -> None:
    with pytest.raises(FittingError, match="no rows to calibrate on"):
        fit_affine(np.zeros(0), np.zeros(0))


def test_json_keeps_the_bits() -> None:
    line = AffineCalibration(0.1 + 0.2, -1 / 3, flattened=True)
    assert AffineCalibration.from_dict(json.loads(json.dumps(line.to_dict()))) == line


@pytest.mark.parametrize("slope", [0.0, -1.0, np.nan, np.inf])
def test_slope_must_be_above_zero(slope: float) -> None:
    with pytest.raises(ParameterError, match="'slope' parameter must be a finite number above 0"):
        AffineCalibration(slope=slope)


def test_stored_text_is_no_number() -> None:
    with pytest.raises(ArtefactError, match="numeric slope"):
        AffineCalibration.from_dict({"slope": "1", "intercept": 0.0})
