"""The H-measure against the printed result of another implementation, and against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from creditscore.errors import ParameterError
from creditscore.validation.h_measure import h_measure, h_measure_interval


def test_it_is_what_a_translation_of_the_r_package_prints() -> None:
    """README of https://github.com/ldanov/pypkg_hmeasure, a translation of the R package hmeasure."""
    bad = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0]
    random = np.random.default_rng(66)
    assert random.integers(low=0, high=2, size=10).tolist() == bad
    assert h_measure(bad, random.random(10)) == pytest.approx(0.18889596344769588, abs=1e-14)


def by_definition(bad: np.ndarray, risk: np.ndarray, weight: np.ndarray, ratio: float | None) -> float:
    """At each cost the least loss over every cut-off, integrated numerically."""
    share = float((weight * bad).sum() / weight.sum())
    chosen = share / (1 - share) if ratio is None else ratio
    costs = beta(2.0, 1.0 + 1.0 / chosen)
    cuts = [*np.unique(risk), np.inf]
    goods = [float((weight * (1 - bad))[risk >= cut].sum() / weight.sum()) for cut in cuts]
    bads = [float((weight * bad)[risk < cut].sum() / weight.sum()) for cut in cuts]

    def least(cost: float) -> float:
        return min(cost * good + (1 - cost) * ill for good, ill in zip(goods, bads, strict=True))

    def worst(cost: float) -> float:
        return min(cost * (1 - share), (1 - cost) * share)

    steps = {"limit": 2_000, "epsabs": 1e-10}
    loss, most = (quad(lambda c, f=f: f(c) * costs.pdf(c), 0, 1, **steps)[0] for f in (least, worst))
    return 1.0 - loss / most


@pytest.mark.parametrize("ratio", [None, 0.1, 1.0, 4.0])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_loss_saved_over_all_costs(ratio, seed) -> None:
    random = np.random.default_rng(seed)
    bad = (random.random(60) < 0.3).astype(float)
    bad[:2] = 0.0, 1.0
    risk = np.round(random.normal(size=60) + bad, 1)
    weight = random.integers(0, 4, 60).astype(float)
    weight[:2] = 1.0
    expected = by_definition(bad, risk, weight, ratio)
    found = h_measure(bad, risk, sample_weight=weight, severity_ratio=ratio)
    assert found == pytest.approx(expected, abs=2e-6)
    assert h_measure(bad, np.exp(risk), sample_weight=weight, severity_ratio=ratio) == pytest.approx(found)


def test_a_weight_counts_as_so_many_rows() -> None:
    random = np.random.default_rng(5)
    bad, risk = (random.random(80) < 0.4).astype(float), random.normal(size=80)
    weight = random.integers(1, 4, 80)
    repeated = np.repeat(np.arange(80), weight)
    assert h_measure(bad, risk, sample_weight=weight) == pytest.approx(
        h_measure(bad[repeated], risk[repeated])
    )


def test_perfect_saves_all_and_chance_nothing() -> None:
    bad = np.array([0, 0, 0, 1, 1])
    assert h_measure(bad, bad) == 1.0
    assert h_measure(bad, np.zeros(5)) == 0.0
    assert h_measure(bad, -bad) == 0.0  # no cut-off helps where all are ranked backwards
    random = np.random.default_rng(2)
    labels = (random.random(20_000) < 0.2).astype(float)
    assert h_measure(labels, random.normal(size=20_000)) < 0.01


def test_the_interval_holds_the_value_and_repeats() -> None:
    random = np.random.default_rng(3)
    bad = (random.random(500) < 0.3).astype(float)
    risk = random.normal(size=500) + bad
    value, low, high = h_measure_interval(bad, risk, resamples=100, seed=4)
    assert low < value < high
    assert high - low < 0.25
    assert (value, low, high) == h_measure_interval(bad, risk, resamples=100, seed=4)


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan"), float("inf")])
def test_a_ratio_is_above_nothing(ratio) -> None:
    with pytest.raises(ParameterError, match="'severity_ratio'"):
        h_measure([0, 1], [0.0, 1.0], severity_ratio=ratio)


def test_one_class_is_refused() -> None:
    with pytest.raises(ParameterError):
        h_measure([1, 1], [0.0, 1.0])
