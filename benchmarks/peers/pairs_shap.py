"""Pairs of features by shap."""

from __future__ import annotations

import shap
from _pairs import booster, ten_rows
from _peer import done

if __name__ == "__main__":
    ten_rows(shap.TreeExplainer(booster()).shap_interaction_values)
    done("shap", "shap", "lightgbm")
