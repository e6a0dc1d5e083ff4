"""What the parameters of a credit scorer may be."""

from __future__ import annotations

from typing import Final

from creditscore.model._inputs import number, one_of, whole
from creditscore.model.recipes import RECIPES

REAL_PARAMETERS: Final = frozenset({"learning_rate", "feature_fraction", "reg_lambda"})
OF_A_RECIPE: Final = ("learning_rate", "max_depth", "num_leaves", "feature_fraction", "reg_lambda")
CONSTRAINTS: Final = {
    "n_estimators": whole(1),
    "recipe": one_of("auto", *RECIPES),
    "learning_rate": number(0, 1, above=True, optional=True),
    "max_depth": whole(1, optional=True),
    "num_leaves": whole(2, optional=True),
    "min_child_samples": whole(1, optional=True),
    "feature_fraction": number(0, 1, above=True, optional=True),
    "reg_lambda": number(0, optional=True),
    "max_bin": whole(2),
    "early_stopping_rounds": whole(1),
    "n_folds": whole(2),
    "folds": one_of("auto", "time", "hash"),
    "bag": one_of(True, False),
    "screen": one_of(True, False),
    "calibrate": one_of(True, False),
    "on_no_signal": one_of("flatten", "raise"),
    "seed": whole(0),
    "threads": whole(1, optional=True),
}
