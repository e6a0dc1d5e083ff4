"""Pictures of a score: each display holds its numbers and draws them on axes that you may give.

Nothing here shows a window or writes a file; that is for the caller, who has ``display.figure_``.
"""

from __future__ import annotations

from creditscore.plots.cutoffs import FairnessDisplay, StrategyDisplay
from creditscore.plots.risk import CalibrationDisplay, GainsDisplay, KsDisplay, RocDisplay
from creditscore.plots.time import DriftDisplay, VintageDisplay

__all__ = [
    "CalibrationDisplay",
    "DriftDisplay",
    "FairnessDisplay",
    "GainsDisplay",
    "KsDisplay",
    "RocDisplay",
    "StrategyDisplay",
    "VintageDisplay",
]
