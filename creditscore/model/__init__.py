"""Boosted trees with signs and proven missing-value rules, calibration, points and grades, the baseline."""
