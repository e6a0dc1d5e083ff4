"""Gradient boosting of oriented features with LightGBM, from matrix to canonical model text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditscore.model._lightgbm_text import CATEGORICAL
from creditscore.model._model_text import END, joined
from creditscore.model._unknown_labels import with_unknown_labels
from creditscore.model.missing import never_better_when_missing, route_missing
from creditscore.model.trees import DECISION, Trees


@dataclass(frozen=True, slots=True)
class BoostingSettings:
    """How trees are grown; see `CreditScorer` for meanings and units."""

    learning_rate: float
    max_depth: int
    num_leaves: int
    min_child_samples: int
    feature_fraction: float
    reg_lambda: float
    max_bin: int
    early_stopping_rounds: int
    seed: int

    def to_lightgbm(self, signed: NDArray[np.bool_]) -> dict[str, Any]:
        """Return LightGBM's parameters; every signed feature is oriented, so constraints are +1.

        Parameters
        ----------
        signed : ndarray of bool, shape (n_features,)
            Which features have a sign.
        """
        parameters: dict[str, Any] = {
            "objective": "binary",
            "boosting": "gbdt",
            "learning_rate": self.learning_rate,
            "max_depth": self.max_depth,
            "num_leaves": self.num_leaves,
            "min_data_in_leaf": self.min_child_samples,
            "min_data_per_group": self.min_child_samples,
            "feature_fraction": self.feature_fraction,
            "lambda_l2": self.reg_lambda,
            "max_bin": self.max_bin,
            "seed": self.seed,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "feature_pre_filter": False,
            "verbosity": -1,
        }
        if signed.any():
            parameters["monotone_constraints"] = [int(each) for each in signed]
        return parameters


class BoostingData:
    """Encoded rows, binned once and shared by all fits on parts of them.

    Parameters
    ----------
    encoded : ndarray of float64, shape (n_rows, n_features)
        Oriented features and category codes, see `FittedModel.encode`.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.
    unknown : mapping of int to int
        Column of each categorical feature, and the code of a label that is missing or new.
    settings : BoostingSettings
    """

    def __init__(
        self,
        encoded: NDArray[np.float64],
        bad: NDArray[np.float64],
        weight: NDArray[np.float64],
        *,
        signed: NDArray[np.bool_],
        unknown: Mapping[int, int],
        settings: BoostingSettings,
    ) -> None:
        import lightgbm

        self._lightgbm = lightgbm
        self.encoded, self.signed, self.settings, self.unknown = encoded, signed, settings, dict(unknown)
        self._parameters = settings.to_lightgbm(signed)
        self._dataset = lightgbm.Dataset(
            encoded,
            label=bad,
            weight=None if np.all(weight == 1.0) else weight,
            categorical_feature=sorted(unknown),
            params=self._parameters,
            free_raw_data=False,
        ).construct()

    def best_number(
        self, rows: NDArray[np.int64], stop_rows: NDArray[np.int64], most: int, *, threads: int
    ) -> int:
        """Grow trees on some rows until the log loss of others no longer falls, and say how many served best.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_grown,)
            Rows to grow on, rising.
        stop_rows : ndarray of int64, shape (n_stop,)
            Rows to stop on, rising.
        most : int
            Trees at most.
        threads : int
            Threads of LightGBM; the result does not depend on it.

        Returns
        -------
        int
            At least 1.
        """
        stop = self._lightgbm.early_stopping(self.settings.early_stopping_rounds, verbose=False)
        booster = self._lightgbm.train(
            self._parameters | {"num_threads": threads},
            self._part(rows),
            most,
            valid_sets=[self._part(stop_rows)],
            callbacks=[stop],
        )
        return max(int(booster.best_iteration), 1)

    def fit(self, rows: NDArray[np.int64], n_trees: int, *, threads: int) -> str:
        """Grow trees on some rows.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_grown,)
            Rows to grow on, rising.
        n_trees : int
            Trees to grow.
        threads : int
            Threads of LightGBM; the result does not depend on it.

        Returns
        -------
        str
            Canonical model text, in which missing values are routed and proven never to be better than the
            best observed value, and labels of which too few rows tell take the riskier side of each split.
        """
        parameters = self._parameters | {"num_threads": threads}
        booster = self._lightgbm.train(parameters, self._part(rows), n_trees)
        text = canonical(booster.model_to_string(num_iteration=-1))
        text = sealed(text, self.encoded[rows], self.signed)
        untold = {
            column: code
            for column, code in self.unknown.items()
            if (self.encoded[rows, column] == code).sum() < self.settings.min_child_samples
        }
        return with_unknown_labels(text, untold) if untold else text

    def _part(self, rows: NDArray[np.int64]) -> Any:
        if len(rows) == len(self.encoded):
            return self._dataset
        return self._dataset.subset(rows.tolist(), params=self._parameters)


def canonical(text: str) -> str:
    """Return the header and the trees of a model text.

    What follows them (importances, parameters, among which the number of threads) does not bear on scores.
    """
    head, end, _ = text.partition(END)
    return head + end


def sealed(text: str, encoded: NDArray[np.float64], signed: NDArray[np.bool_]) -> str:
    """Return the text with missing values routed, and the rule for them proven (see `missing`).

    Parameters
    ----------
    text : str
        Canonical model text over oriented features.
    encoded : ndarray of float64, shape (n_rows, n_features)
        The rows that it was fitted on.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.
    """
    routed = route_missing(Trees.from_lightgbm_text(text), encoded)
    return with_decisions(text, never_better_when_missing(routed, signed))


def with_decisions(text: str, trees: Trees) -> str:
    """Write where missing values go in the numeric splits of ``trees`` into the text they were read from."""
    head, *blocks = text.removesuffix(END).split("\nTree=")
    first, written = 0, []
    for block in blocks:
        lines = block.split("\n")
        position = next(number for number, line in enumerate(lines) if line.startswith("decision_type="))
        old = [int(item) for item in lines[position].partition("=")[2].split()]
        new = trees.nodes[first : first + len(old), DECISION].tolist()
        kept = (before if before & CATEGORICAL else after for before, after in zip(old, new, strict=True))
        lines[position] = "decision_type=" + " ".join(map(str, kept))
        written.append("Tree=" + "\n".join(lines))
        first += len(old)
    return joined(head, written)
