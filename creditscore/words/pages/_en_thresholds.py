"""Page words in English: what figures rest on, population stability, thresholds."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "performance.given": "Measured on {rows} applications that were given, {bads} of them bad. They "
    "may be training rows: that is not known.",
    "performance.other": "Measured on {rows} applications that were given, {bads} of them bad. They "
    "are no training rows, as far as the model can tell.",
    "performance.training": "Measured on {rows} applications that were given, {bads} of them bad. "
    "They are training rows, or some of them are, so these figures flatter the model.",
    "performance.kept": "Of rows that were held out",
    "performance.kept_intro": "Measured on the {rows} applications that the fit held out and that "
    "are kept with the model, {bads} of them bad.",
    "sources.intro": "The final model, with all features of some sources taken as missing. It was "
    "not fitted anew, and these applications may have been training rows: look at the differences.",
    "metric.h_measure": "H-measure",
    "population.title": "Training rows against held-out rows",
    "population.intro": "Population stability index of {before} training rows against {after} "
    "held-out rows, over tenths of the training rows and a bin for what is missing. From {watch} on it "
    "is to be watched, from {shifted} on it is a shift.",
    "population.caption": "The score, and the features that moved most",
    "population.what": "Value",
    "population.index": "Index",
    "population.missing_before": "Missing in training",
    "population.missing_after": "Missing in held-out",
    "population.score": "Score",
    "thresholds.title": "Thresholds",
    "thresholds.intro": "What the model must hold, and whether it does.",
    "thresholds.caption": "Thresholds with pass or fail",
    "thresholds.what": "Measure",
    "thresholds.found": "Found",
    "thresholds.least": "At least",
    "thresholds.most": "At most",
    "thresholds.result": "Result",
    "thresholds.additivity": "Gap between contributions and log-odds",
    "thresholds.identical": "Same bits when explained again (1 yes, 0 no)",
    "thresholds.signs": "Violations of signs",
    "thresholds.leakage": "Leakage checks that failed",
    "thresholds.calibration_slope": "Calibration slope",
    "thresholds.of_three": "Of the first three reasons, the same across refits",
    "thresholds.score_shift": "Shift of the score (index)",
    "thresholds.feature_shift": "Largest shift of a feature (index)",
    "thresholds.gaming": "Largest gain by gaming (points, 95th percentile)",
    "absent.population": "Training rows against held-out rows",
    "absent.profit": "Profit",
    "why.in_turn": "All rows were held out in turn, so there are no training rows beside them.",
    "why.other_rows": "The applications are others than those of the fit.",
}
