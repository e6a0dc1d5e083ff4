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
from creditscore.validation.profit import (
    LossShares,
    MaximumProfit,
    maximum_profit,
    maximum_profit_interval,
)
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric, Performance, PerformanceDifference
from creditscore.validation.strategy import StrategyCurve, StrategyPoint, strategy_curve
from creditscore.validation.swaps import SwapSet, swap_set

__all__ = [
    "CalibrationLine",
    "CalibrationTable",
    "KsCurve",
    "LossShares",
    "MaximumProfit",
    "Metric",
    "Performance",
    "PerformanceDifference",
    "Resampling",
    "RocCurve",
    "StrategyCurve",
    "StrategyPoint",
    "SwapSet",
    "auc",
    "brier",
    "calibration_slope_intercept",
    "calibration_table",
    "gini",
    "ks",
    "ks_curve",
    "log_loss",
    "maximum_profit",
    "maximum_profit_interval",
    "performance",
    "performance_difference",
    "roc_curve",
    "strategy_curve",
    "swap_set",
]
