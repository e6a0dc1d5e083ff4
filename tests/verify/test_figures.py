"""Figures of a model report in plain Python, against the library and against SciPy's quantiles."""

from __future__ import annotations

import numpy as np
import pytest

from creditscore.assess.performance import jeffreys
from creditscore.validation.curves import calibration_table
from creditscore.validation.h_measure import h_measure
from creditscore.validation.metrics import calibration_slope_intercept
from creditscore.verify.figures import figures_of
from creditscore.verify.reliability import beta_below, calibration_faults


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_figures_in_plain_python_are_those_of_the_library(seed, weighted) -> None:
    """Ties, few bads, and outcomes that the score parts wholly."""
    random = np.random.default_rng(seed)
    n = int(random.integers(30, 600))
    log_odds = np.round(random.normal(-2.0, 1.5, n), int(random.integers(0, 4)))
    bad = (random.random(n) < 1.0 / (1.0 + np.exp(-log_odds))).astype(float)
    bad[:2] = (0.0, 1.0)
    if seed == 0:
        bad = (log_odds > np.median(log_odds)).astype(float)
    weight = random.integers(0, 4, n) / 2.0 if weighted else np.ones(n)
    weight[:2] = 1.0
    rows = sorted(zip(log_odds.tolist(), bad.tolist(), weight.tolist(), strict=True))
    found = figures_of(rows)
    assert found["h_measure"] == pytest.approx(h_measure(bad, log_odds, sample_weight=weight), abs=1e-10)
    line = calibration_slope_intercept(bad, log_odds, sample_weight=weight)
    if found["calibration_slope"] is None:
        assert not np.isfinite(line.slope)
    else:
        assert (found["calibration_slope"], found["calibration_intercept"]) == pytest.approx(line, abs=1e-6)
    table = calibration_table(bad, 1.0 / (1.0 + np.exp(-log_odds)), sample_weight=weight)
    names = ("applications", "bads", "predicted", "observed", "low", "high")
    columns = [getattr(table, name).tolist() for name in names]
    deciles = [
        {"group": group, **dict(zip(names, row, strict=True))}
        for group, row in enumerate(zip(*columns, strict=True), 1)
    ]
    stated = {"level": 0.95, "groups": len(deciles), "deciles": deciles, "grades": []}
    assert [*calibration_faults(stated, rows)] == [f"grades: {n}, not 0"]


@pytest.mark.parametrize(("bads", "goods"), [(0, 5), (5, 0), (1, 400), (37, 12), (600, 900)])
def test_a_quantile_of_jeffreys_interval_stands_for_its_probability(bads, goods) -> None:
    low, high = jeffreys(bads, bads + goods)
    assert low == 0.0 if bads == 0 else beta_below(low, bads + 0.5, goods + 0.5) == pytest.approx(0.025)
    assert high == 1.0 if goods == 0 else beta_below(high, bads + 0.5, goods + 0.5) == pytest.approx(0.975)
