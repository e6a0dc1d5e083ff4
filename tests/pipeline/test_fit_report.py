"""A report of a fit can be written whatever its figures are."""

from __future__ import annotations

import math

import numpy as np
import pytest

import creditscore as cs
from creditscore.pipeline.fit_report import FitReport
from creditscore.validation.results import Metric, Performance

SMALL = {"n_estimators": 20, "learning_rate": 0.3, "min_child_samples": 5}


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1.25])
def test_figures_without_a_finite_number_come_back(value):
    metrics = (Metric("calibration_slope", value, -math.inf, 2.0),)
    performance = Performance(metrics, 10, 5, 0.95, 100, 0, stratified=False)
    report = FitReport(10, 10, {}, "hash", 1, (), 20, performance, None)
    (back,) = FitReport.from_dict(report.to_dict()).performance.metrics
    assert np.array_equal([back.value, back.low, back.high], [value, -math.inf, 2.0], equal_nan=True)


def test_a_model_of_outcomes_that_a_column_tells_apart_is_saved_and_decides(tmp_path):
    """Such a fold has a slope of calibration without end."""
    rows = [
        {"application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00+00:00", "amount": float(k)}
        for k in range(200)
    ]
    applications = cs.Applications.from_records(rows)
    bad = (np.arange(200) >= 100).astype(float)
    pipeline = cs.CreditPipeline([cs.application_features(("amount",))], scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(applications, cs.Portfolio(), bad)
    pipeline.save(tmp_path / "model")
    loaded = cs.load(tmp_path / "model")
    assert str(loaded.report) == str(pipeline.report)
    record = pipeline.decide(rows[3], cs.Portfolio())
    assert cs.replay_decision(record, loaded.model) is None
