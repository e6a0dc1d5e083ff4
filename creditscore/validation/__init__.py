"""How well a score ranks and how well its probabilities hold, with intervals."""

from __future__ import annotations

from creditscore.validation.bootstrap import performance, performance_difference
from creditscore.validation.curves import (
    CalibrationTable,
    KsCurve,
    RocCurve,
    calibration_table,
    ks_curve,
    roc_curve,
)
from creditscore.validation.metrics import (
    CalibrationLine,
    auc,
    brier,
    calibration_slope_intercept,
    gini,
    ks,
    log_loss,
)
from creditscore.validation.results import Metric, Performance, PerformanceDifference

__all__ = [
    "CalibrationLine",
    "CalibrationTable",
    "KsCurve",
    "Metric",
    "Performance",
    "PerformanceDifference",
    "RocCurve",
    "auc",
    "brier",
    "calibration_slope_intercept",
    "calibration_table",
    "gini",
    "ks",
    "ks_curve",
    "log_loss",
    "performance",
    "performance_difference",
    "roc_curve",
]
