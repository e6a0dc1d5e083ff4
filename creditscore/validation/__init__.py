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
from creditscore.validation.grades import (
    BrierParts,
    GradeTests,
    Significance,
    brier_parts,
    expected_calibration_error,
    grade_tests,
    hosmer_lemeshow,
    spiegelhalter,
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
from creditscore.validation.profit import (
    LossShares,
    MaximumProfit,
    maximum_profit,
    maximum_profit_interval,
)
from creditscore.validation.ranks import (
    AucComparison,
    CutoffErrors,
    GainsTable,
    compare_auc,
    errors_at,
    gains_table,
    partial_auc,
)
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric, Performance, PerformanceDifference
from creditscore.validation.strategy import StrategyCurve, StrategyPoint, strategy_curve
from creditscore.validation.swaps import SwapSet, swap_set

__all__ = [
    "AucComparison",
    "BrierParts",
    "CalibrationLine",
    "CalibrationTable",
    "CutoffErrors",
    "GainsTable",
    "GradeTests",
    "KsCurve",
    "LossShares",
    "MaximumProfit",
    "Metric",
    "Performance",
    "PerformanceDifference",
    "Resampling",
    "RocCurve",
    "Significance",
    "StrategyCurve",
    "StrategyPoint",
    "SwapSet",
    "auc",
    "brier",
    "brier_parts",
    "calibration_slope_intercept",
    "calibration_table",
    "compare_auc",
    "errors_at",
    "expected_calibration_error",
    "gains_table",
    "gini",
    "grade_tests",
    "hosmer_lemeshow",
    "ks",
    "ks_curve",
    "log_loss",
    "maximum_profit",
    "maximum_profit_interval",
    "partial_auc",
    "performance",
    "performance_difference",
    "roc_curve",
    "spiegelhalter",
    "strategy_curve",
    "swap_set",
]
