"""Pairs of features by fasttreeshap-fixed."""

from __future__ import annotations

from _pairs import booster, ten_rows
from _peer import done
from fasttreeshap_fixed import TreeExplainer

if __name__ == "__main__":
    ten_rows(TreeExplainer(booster(), algorithm="v1", n_jobs=1).shap_interaction_values)
    done("fasttreeshap-fixed", "fasttreeshap-fixed", "lightgbm")
