"""Gradient boosting of oriented features with LightGBM, from matrix to canonical model text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.model._lightgbm_text import CATEGORICAL
from creditscore.model._model_text import END, joined
from creditscore.model._unknown_labels import with_unknown_labels
from creditscore.model.growing import Growing
from creditscore.model.missing import never_better_when_missing, route_missing
from creditscore.model.recipes import TreeRecipe
from creditscore.model.teaching import Teaching
from creditscore.model.trees import Trees
from creditscore.model.walking import DECISION

_ALONE: Final = {"verbosity": -1, "num_threads": 1}
# With outcomes of 0 and 1 both are the same log loss of the same log-odds; only the first takes shares.
_SOFT: Final = "cross_entropy"
_BINARY: Final = "binary sigmoid:1"


@dataclass(frozen=True, slots=True)
class BoostingSettings:
    """What all recipes share; see `CreditScorer` for meanings and units."""

    min_child_samples: int
    max_bin: int
    seed: int

    def to_lightgbm(
        self,
        signed: NDArray[np.bool_],
        recipe: TreeRecipe | None = None,
        columns: NDArray[np.bool_] | None = None,
    ) -> dict[str, Any]:
        """Return LightGBM's parameters; every signed feature is oriented, so constraints are +1.

        Parameters
        ----------
        signed : ndarray of bool, shape (n_features,)
            Which features have a sign.
        recipe : TreeRecipe, optional
            How trees are grown; without one, only what binning asks for.
        columns : ndarray of bool, shape (n_features,), optional
            Which features the trees may read; by default all.
        """
        parameters: dict[str, Any] = {
            "objective": "binary",
            "boosting": "gbdt",
            "metric": "None",
            "min_data_in_leaf": self.min_child_samples,
            "min_data_per_group": self.min_child_samples,
            "max_bin": self.max_bin,
            "seed": self.seed,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "feature_pre_filter": False,
            "verbosity": -1,
        }
        n_read = len(signed) if columns is None else int(columns.sum())
        if recipe is not None:
            parameters |= {
                "learning_rate": recipe.learning_rate,
                "max_depth": recipe.max_depth,
                "num_leaves": recipe.num_leaves,
                "feature_fraction": recipe.fraction_of(n_read),
                "lambda_l2": recipe.reg_lambda,
            }
            if recipe.is_taught:
                parameters["objective"] = _SOFT
        if columns is not None and not columns.all():
            parameters["feature_contri"] = columns.astype(float).tolist()  # a gain of nothing is no split
        if signed.any():
            parameters["monotone_constraints"] = [int(each) for each in signed]
        return parameters


class BoostingData:
    """Encoded rows, binned once and shared by all fits on parts of them.

    Parameters
    ----------
    encoded : ndarray of float64, shape (n_rows + n_unlabelled, n_features)
        Oriented features and category codes, see `FittedModel.encode`; rows without outcome come last.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.
    unknown : mapping of int to int
        Column of each categorical feature, and the code of a label that is missing or new.
    settings : BoostingSettings
    teaching : Teaching, optional
        Labels of the recipes that are taught.
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
        teaching: Teaching | None = None,
    ) -> None:
        import lightgbm

        self._lightgbm = lightgbm
        self._bad, self._weight, self._teaching = bad, weight, teaching
        self.encoded: NDArray[np.float64] = encoded
        self.signed: NDArray[np.bool_] = signed
        self.settings: BoostingSettings = settings
        self.unknown: dict[int, int] = dict(unknown)
        self._parameters = settings.to_lightgbm(signed)
        beside = np.zeros(len(encoded) - len(bad))  # rows without outcome come last
        self._dataset = lightgbm.Dataset(
            encoded,
            label=np.concatenate([bad, beside]),
            weight=None if np.all(weight == 1.0) else np.concatenate([weight, beside + 1.0]),
            categorical_feature=sorted(unknown),
            params=self._parameters,
            free_raw_data=False,
        ).construct()

    def start(
        self,
        recipe: TreeRecipe,
        rows: NDArray[np.int64],
        held_out: NDArray[np.int64],
        columns: NDArray[np.bool_] | None = None,
    ) -> Growing:
        """Begin to grow trees on some rows, and to watch others.

        Parameters
        ----------
        recipe : TreeRecipe
        rows : ndarray of int64, shape (n_grown,)
            Rows to grow on, rising.
        held_out : ndarray of int64, shape (n_held_out,)
            Rows to watch, rising.
        columns : ndarray of bool, shape (n_features,), optional
            Which features the trees may read; by default all.
        """
        parameters = self.settings.to_lightgbm(self.signed, recipe, columns)
        grown, part = self._grown_on(recipe, rows)
        booster = self._lightgbm.Booster(parameters, part)
        booster.add_valid(self._part(held_out), "held out")
        return Growing(booster, grown, held_out)

    def grow(
        self,
        recipe: TreeRecipe,
        rows: NDArray[np.int64],
        n_trees: int,
        *,
        threads: int,
        columns: NDArray[np.bool_] | None = None,
        unlabelled: bool = True,
    ) -> str:
        """Grow trees on some rows.

        Parameters
        ----------
        recipe : TreeRecipe
        rows : ndarray of int64, shape (n_grown,)
            Rows to grow on, rising.
        n_trees : int
            Trees to grow.
        threads : int
            Threads of LightGBM; the result does not depend on it.
        columns : ndarray of bool, shape (n_features,), optional
            Which features the trees may read; by default all.
        unlabelled : bool, default True
            Whether taught trees also grow on the rows without outcome, whenever they were.

        Returns
        -------
        str
            Canonical model text, in which missing values are routed and proven never to be better than the
            best observed value, and what too few rows tell of, missing values as well as labels, takes the
            riskier side of each split.
        """
        parameters = self.settings.to_lightgbm(self.signed, recipe, columns) | {"num_threads": threads}
        grown, part = self._grown_on(recipe, rows, unlabelled=unlabelled)
        booster = self._lightgbm.train(parameters, part, n_trees)
        return self.seal(booster.model_to_string(num_iteration=-1), grown)

    def gains_beside_copies(
        self, recipe: TreeRecipe, rows: NDArray[np.int64], n_trees: int, *, seed: int
    ) -> NDArray[np.float64]:
        """Grow trees on the features and on a copy of each, dealt to the rows by chance.

        Parameters
        ----------
        recipe : TreeRecipe
        rows : ndarray of int64, shape (n_grown,)
            Rows to grow on, rising.
        n_trees : int
            Trees to grow.
        seed : int
            Of the copies.

        Returns
        -------
        ndarray of float64, shape (2 * n_features,)
            What the splits on each feature gained, then those on each copy.
        """
        own = self.encoded[rows]
        both = np.hstack([own, np.random.default_rng(seed).permuted(own, axis=0)])
        n_features, parameters = own.shape[1], self.settings.to_lightgbm(np.tile(self.signed, 2), recipe)
        labels = [column + beside for beside in (0, n_features) for column in sorted(self.unknown)]
        data = self._lightgbm.Dataset(
            both, self._bad[rows], weight=self._weight[rows], categorical_feature=labels, params=parameters
        )
        booster = self._lightgbm.train(parameters, data, n_trees)
        gains: NDArray[np.float64] = booster.feature_importance("gain")
        return gains

    def seal(self, text: str, rows: NDArray[np.int64]) -> str:
        """Make the text of a booster canonical, and its missing values and unknown labels safe.

        Parameters
        ----------
        text : str
            As LightGBM writes it.
        rows : ndarray of int64, shape (n_grown,)
            The rows that it was grown on.
        """
        least = self.settings.min_child_samples
        text = sealed(canonical(text), self.encoded[rows], self.signed, least=least)
        untold = {
            column: code
            for column, code in self.unknown.items()
            if (self.encoded[rows, column] == code).sum() < least
        }
        return with_unknown_labels(text, untold) if untold else text

    def _grown_on(
        self, recipe: TreeRecipe, rows: NDArray[np.int64], *, unlabelled: bool = True
    ) -> tuple[NDArray[np.int64], Any]:
        """Rows that trees grow on, with the labels that the recipe asks for.

        Taught trees also grow on the rows without outcome, which together weigh no more than the others.
        """
        if not recipe.is_taught:
            return rows, self._part(rows)
        if self._teaching is None:
            raise ParameterError.must_be("recipe", "one of outcomes, for there is no teacher", recipe.name)
        others = self._teaching.unlabelled if unlabelled else rows[:0]
        grown = np.concatenate([rows, others])
        data = self._dataset.subset(grown.tolist(), params=self._parameters).construct()
        data.set_label(self._teaching.labels(rows)[: len(grown)])
        weight = self._weight[rows]
        if others.size:
            each = min(1.0, float(weight.sum()) / others.size)
            data.set_weight(np.concatenate([weight, np.full(others.size, each)]))
        return grown, data

    def _part(self, rows: NDArray[np.int64]) -> Any:
        if len(rows) == len(self.encoded):
            return self._dataset
        return self._dataset.subset(rows.tolist(), params=self._parameters)


def alone() -> None:
    """Let LightGBM work quietly and by itself in this thread: it keeps both settings thread by thread."""
    import lightgbm

    lightgbm.Dataset(np.zeros((2, 1)), label=[0.0, 1.0], params=_ALONE).construct()


def averaged(texts: Sequence[str]) -> str:
    """Put the trees of several models into one, whose raw log-odds are the mean of theirs.

    Signs and the rule for missing values hold in each tree, and so they hold in the sum.

    Parameters
    ----------
    texts : sequence of str
        Canonical model texts over the same features.
    """
    if len(texts) == 1:
        return texts[0]
    blocks: list[str] = []
    for text in texts:
        _, *trees = text.removesuffix(END).split("\nTree=")
        for tree in trees:
            lines = tree.split("\n")
            lines[0] = str(len(blocks))
            blocks.append("Tree=" + "\n".join(_divided(line, len(texts)) for line in lines))
    return joined(texts[0].partition("\nTree=")[0], blocks)


def _divided(line: str, by: int) -> str:
    name, equals, values = line.partition("=")
    if name not in ("leaf_value", "internal_value", "shrinkage"):
        return line
    return name + equals + " ".join(repr(float(value) / by) for value in values.split())


def canonical(text: str) -> str:
    """Return the header and the trees of a model text.

    What follows them (importances, parameters, among which the number of threads) does not bear on scores.
    """
    head, end, _ = text.partition(END)
    return head.replace(f"\nobjective={_SOFT}\n", f"\nobjective={_BINARY}\n", 1) + end


def sealed(text: str, encoded: NDArray[np.float64], signed: NDArray[np.bool_], *, least: int = 1) -> str:
    """Return the text with missing values routed, and the rule for them proven (see `missing`).

    Parameters
    ----------
    text : str
        Canonical model text over oriented features.
    encoded : ndarray of float64, shape (n_rows, n_features)
        The rows that it was fitted on.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.
    least : int, default 1
        With fewer rows in which a feature is missing, missing values take the riskier side of its splits.
    """
    routed = route_missing(Trees.from_lightgbm_text(text), encoded, least=least)
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
