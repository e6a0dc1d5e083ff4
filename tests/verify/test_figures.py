"""Figures of a model report in plain Python, against the library and against SciPy's quantiles."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.figures import overall_of
from creditscore.assess.kept import KeptRows, kept_rows
from creditscore.assess.performance import jeffreys
from creditscore.report.few import withhold_few
from creditscore.validation.curves import calibration_table
from creditscore.validation.h_measure import h_measure
from creditscore.validation.metrics import calibration_slope_intercept
from creditscore.verify.figures import figure_faults, figures_of
from creditscore.verify.reliability import beta_below, calibration_faults
from creditscore.verify.resampled import ends_of


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
    withhold_few({"calibration": stated})
    assert [*calibration_faults(stated, rows)] == [f"grades: {n}, not 0"]


@pytest.mark.parametrize(("bads", "goods"), [(0, 5), (5, 0), (1, 400), (37, 12), (600, 900)])
def test_a_quantile_of_jeffreys_interval_stands_for_its_probability(bads, goods) -> None:
    low, high = jeffreys(bads, bads + goods)
    assert low == 0.0 if bads == 0 else beta_below(low, bads + 0.5, goods + 0.5) == pytest.approx(0.025)
    assert high == 1.0 if goods == 0 else beta_below(high, bads + 0.5, goods + 0.5) == pytest.approx(0.975)


@pytest.mark.parametrize("seed", range(8))
def test_ends_of_intervals_are_drawn_again_whatever_the_order_of_the_rows(seed) -> None:
    """Ties, weights, few rows, and outcomes that some resamples part wholly."""
    random = np.random.default_rng(seed)
    n = int(random.integers(12, 300))
    log_odds = np.round(random.normal(-1.0, 1.5, n), int(random.integers(0, 4)))
    bad = (random.random(n) < 1.0 / (1.0 + np.exp(-log_odds))).astype(float)
    bad[:2] = (0.0, 1.0)
    weight = np.ones(n) if seed % 2 else random.integers(0, 4, n) / 2.0
    weight[:2] = 1.0
    given = KeptRows(None, bad, log_odds, weight, np.zeros(n, np.int64), seed, 1)  # type: ignore[arg-type]
    mixed = random.permutation(n)
    other = KeptRows(None, *(each[mixed] for each in (bad, log_odds, weight, np.zeros(n, np.int64))), seed, 1)  # type: ignore[arg-type]
    stated = overall_of(given, 60).to_dict()
    assert stated["figures"] == {
        name: pytest.approx(one, abs=1e-12)
        for name, one in overall_of(other, 60).to_dict()["figures"].items()
    }
    ends = ends_of(sorted(zip(log_odds.tolist(), bad.tolist(), weight.tolist(), strict=True)), stated)
    assert ends.keys() == stated["figures"].keys()
    for name, (low, high) in ends.items():
        said = stated["figures"][name]
        near = 1e-6 if name.startswith("calibration") else 1e-10
        for found, end in ((low, said["low"]), (high, said["high"])):
            assert found is None if end is None else found == pytest.approx(end, abs=near, rel=near), name


@pytest.mark.as_given
def test_an_end_that_is_changed_and_another_seed_are_found() -> None:
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        [cs.application_features(german.columns)], scorer=cs.CreditScorer(n_estimators=20)
    )
    pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    rows = kept_rows(pipeline, seed=3, threads=1)
    assert rows is not None
    kept = {"log_odds": rows.judged.tolist(), "bad": rows.bad.tolist(), "weight": rows.weight.tolist()}
    stated = overall_of(rows, 50).to_dict()
    assert [*figure_faults({"kept": stated}, kept)] == []
    for name in stated["figures"]:
        for end in ("low", "high"):
            other = stated["figures"][name] | {end: stated["figures"][name][end] + 1e-4}
            changed = stated | {"figures": stated["figures"] | {name: other}}
            assert [one.partition(":")[0] for one in figure_faults({"kept": changed}, kept)] == [
                f"kept.{name}.{end}"
            ]
    for name in ("seed", "resamples", "level"):
        changed = stated | {name: stated[name] + 1 if name != "level" else 0.9}
        assert len([*figure_faults({"kept": changed}, kept)]) > 2, name
