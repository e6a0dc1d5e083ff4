"""A scorecard as trees: one for each feature, whose leaves are its bins, for all that reads trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import FittingError
from creditscore.model._lightgbm_text import CATEGORICAL, NAN_MISSING, TreeText
from creditscore.model._lightgbm_writing import written
from creditscore.model.boosting import canonical, sealed
from creditscore.model.card_bins import BinSettings, CardBins

Floats = NDArray[np.float64]

_WORD: Final = 32
_BEYOND: Final = 1.7976931348623157e308


@dataclass(frozen=True, slots=True)
class CardSettings:
    """What a scorecard may be; see `Scorecard`.

    Attributes
    ----------
    bins : BinSettings
    least_information : float
        Features that tell less are left out.
    most_features : int
        Features at most.
    most_correlation : float
        Of the evidence of two features; of two that go together more, the one that tells less is left out.
    reg_lambda : float
        L2 penalty on the coefficients.
    """

    bins: BinSettings
    least_information: float
    most_features: int
    most_correlation: float
    reg_lambda: float


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """Bins and their coefficients.

    Attributes
    ----------
    bins : tuple of CardBins
        Of the features that are kept, in column order.
    coefficients : ndarray of float64, shape (n_kept,)
        By which the evidence counts, above 0: learned half from what bins of other applicants say of each.
    intercept : float
        Log-odds of bad where nothing tells.
    weak : tuple of int
        Features whose information value was too low, or of which every training row says the same.
    """

    bins: tuple[CardBins, ...]
    coefficients: Floats
    intercept: float
    weak: tuple[int, ...] = ()

    def text(self, n_features: int, unknown: dict[int, int]) -> str:
        """Write the card as a LightGBM text over ``n_features`` encoded features."""
        trees = [_alone(self.intercept)]
        for bins, coefficient in zip(self.bins, self.coefficients, strict=True):
            values = coefficient * bins.evidence
            if bins.column in unknown:
                trees.append(_of_labels(bins, values, unknown[bins.column]))
            else:
                trees.append(_of_quantity(bins, values))
        return canonical(written(n_features, trees))


class CardData:
    """Encoded rows from which cards are made, in the manner in which `BoostingData` grows trees.

    Parameters
    ----------
    encoded : ndarray of float64, shape (n_rows, n_features)
        Oriented features and codes of labels.
    bad, weight : ndarray of float64, shape (n_rows,)
        1 for bad and 0 for good; above 0.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.
    unknown : mapping of int to int
        Column of each categorical feature, and the code of an unknown label.
    part : ndarray of int64, shape (n_rows,)
        Parts of the applicants: what a feature is worth is learned of each by bins of the others too.
    settings : CardSettings
    """

    def __init__(
        self, encoded: Floats, bad: Floats, weight: Floats, *, signed: NDArray[np.bool_],
        unknown: dict[int, int], part: NDArray[np.int64], settings: CardSettings,
    ) -> None:  # fmt: skip
        self.encoded: Floats = encoded
        self.bad: Floats = bad
        self.weight: Floats = weight
        self.signed: NDArray[np.bool_] = signed
        self.unknown: dict[int, int] = unknown
        self.part: NDArray[np.int64] = part
        self.settings: CardSettings = settings

    def card(self, rows: NDArray[np.int64]) -> Card:
        """Cut, choose and weigh features by some rows, shape (n_chosen,)."""
        bad, weight = self.bad[rows], self.weight[rows]
        if len(np.unique(bad)) < 2:
            raise FittingError("A scorecard needs rows that turned out bad and rows that turned out good.")
        found = [self._bins(column, rows) for column in range(self.encoded.shape[1])]
        ranked = sorted(found, key=lambda one: (-one.information_value, one.column))
        telling = [one for one in ranked if np.ptp(one.evidence[one.rows > 0]) > 0.0]
        telling = [one for one in telling if one.information_value >= self.settings.least_information]
        kept = self._apart(telling, rows)
        evidence = self._evidence(kept, rows)
        bad, weight = np.tile(bad, 2), np.tile(weight / 2.0, 2)
        coefficients, intercept = _weighed(evidence, bad, weight, self.settings.reg_lambda)
        most = self.settings.most_features
        if len(kept) > most:
            moves = coefficients * _spread(evidence, weight)
            first = np.argsort(-moves, kind="stable")[:most]
            kept = [kept[number] for number in first.tolist()]
            coefficients, intercept = _weighed(evidence[:, first], bad, weight, self.settings.reg_lambda)
        used = np.flatnonzero(coefficients > 1e-6)
        order = sorted(used.tolist(), key=lambda number: kept[number].column)
        weak = tuple(one.column for one in found if one not in telling)
        return Card(tuple(kept[number] for number in order), coefficients[order], intercept, weak)

    def grow(self, rows: NDArray[np.int64]) -> str:
        """Make a card of some rows, shape (n_chosen,), as canonical text that keeps the rule for missing."""
        text = self.card(rows).text(self.encoded.shape[1], self.unknown)
        return sealed(text, self.encoded[rows], self.signed, least=self.settings.bins.least_rows)

    def _bins(self, column: int, rows: NDArray[np.int64]) -> CardBins:
        return CardBins.learned(
            column, self.encoded[rows, column], self.bad[rows], self.weight[rows],
            signed=bool(self.signed[column]), unknown=self.unknown.get(column), settings=self.settings.bins,
        )  # fmt: skip

    def _apart(self, ranked: Sequence[CardBins], rows: NDArray[np.int64]) -> list[CardBins]:
        """Keep those that tell most and do not go together."""
        most = self.settings.most_correlation
        if most >= 1.0:
            return list(ranked)
        kept: list[CardBins] = []
        scaled = np.empty((len(ranked), len(rows)))
        weight = self.weight[rows] / self.weight[rows].sum()
        for bins in ranked:
            evidence = self._evidence_of(bins, rows)
            centred = np.sqrt(weight) * (evidence - weight @ evidence)
            unit = centred / float(np.sqrt(centred @ centred))
            if (np.abs(scaled[: len(kept)] @ unit) <= most + 1e-9).all():
                scaled[len(kept)] = unit
                kept.append(bins)
        return kept

    def _evidence_of(self, bins: CardBins, rows: NDArray[np.int64]) -> Floats:
        return bins.transform(self.encoded[rows, bins.column], self.unknown.get(bins.column))

    def _evidence(self, kept: Sequence[CardBins], rows: NDArray[np.int64]) -> Floats:
        """The evidence of each row by bins of all, then by bins of the other parts: (2 * n_chosen, n_kept).

        Bins fit the rows they were learned from too well, the more so the less the feature tells: a weight
        learned on the same rows alone would take that for risk. Those of others are of fewer rows.
        """
        evidence = np.zeros((2 * len(rows), len(kept)))
        by_own, by_others = np.split(evidence, 2)
        for number, bins in enumerate(kept):
            by_own[:, number] = self._evidence_of(bins, rows)
        for part in np.unique(self.part[rows]).tolist():
            of = self.part[rows] == part
            others = rows[~of]
            if len(np.unique(self.bad[others])) < 2:
                continue
            for number, bins in enumerate(kept):
                by_others[of, number] = self._evidence_of(self._bins(bins.column, others), rows[of])
        return evidence


def _spread(evidence: Floats, weight: Floats) -> Floats:
    """Standard deviation of each column, a row counting by its weight."""
    share = weight / weight.sum()
    squares = np.einsum("i,ij,ij->j", share, evidence, evidence)
    found: Floats = np.sqrt(np.maximum(squares - (share @ evidence) ** 2, 0.0))
    return found


def _weighed(evidence: Floats, bad: Floats, weight: Floats, reg_lambda: float) -> tuple[Floats, float]:
    """Coefficients of 0 or more, and intercept, of the penalised logistic regression: no bin turns round."""
    from scipy.optimize import minimize

    n = evidence.shape[1]
    rate = float(weight @ bad / weight.sum())
    start = np.append(np.ones(n) / max(n, 1) ** 0.5, np.log(rate / (1.0 - rate)))

    def loss(at: Floats) -> tuple[float, Floats]:
        logit = evidence @ at[:-1] + at[-1]
        error = weight * (1.0 / (1.0 + np.exp(-logit)) - bad)
        value = float(weight @ (np.logaddexp(0.0, logit) - bad * logit))
        value += 0.5 * reg_lambda * float(at[:-1] @ at[:-1])
        return value, np.append(evidence.T @ error + reg_lambda * at[:-1], error.sum())

    bounds = [(0.0, None)] * n + [(None, None)]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-8},
    )  # fmt: skip
    return found.x[:-1], float(found.x[-1])


def _alone(value: float) -> TreeText:
    none, whole = np.empty(0, np.int32), np.empty(0)
    return TreeText(
        none, none, whole, none, none, np.array([value]), np.ones(1, np.int64), np.zeros(1, np.int32),
        np.empty(0, np.uint32),
    )  # fmt: skip


def _of_quantity(bins: CardBins, values: Floats) -> TreeText:
    """Send what is missing right at the root, and halve the rest: leaf k is bin k, the last one missing."""
    n = bins.n_bins
    left, right, thresholds = [0], [~n], [_BEYOND]

    def below(low: int, high: int) -> int:
        """Node, or leaf, of bins ``low`` to ``high``; numbered before its children."""
        if low == high:
            return ~low
        node, middle = len(left), (low + high) // 2
        thresholds.append(float(bins.cuts[middle]))
        left.append(0)
        right.append(0)
        left[node], right[node] = below(low, middle), below(middle + 1, high)
        return node

    left[0] = below(0, n - 1)
    nodes = len(left)
    return TreeText(
        np.full(nodes, bins.column, np.int32), np.full(nodes, NAN_MISSING, np.int32), np.array(thresholds),
        np.array(left, np.int32), np.array(right, np.int32), values, np.maximum(bins.rows, 0),
        np.zeros(1, np.int32), np.empty(0, np.uint32),
    )  # fmt: skip


def _of_labels(bins: CardBins, values: Floats, unknown: int) -> TreeText:
    """Ask for one bin after the other, unknown labels first; leaf k is bin k, the last one unknown."""
    n = bins.n_bins
    sets = [(unknown,), *bins.labels[:-1]]
    leaves = [n, *range(n - 1)]
    size = unknown // _WORD + 1
    words = np.zeros((len(sets), size), np.uint32)
    for number, codes in enumerate(sets):
        for code in codes:
            words[number, code // _WORD] |= np.uint32(1 << (code % _WORD))
    nodes = len(sets)
    right = [*range(1, nodes), ~(n - 1)]
    return TreeText(
        np.full(nodes, bins.column, np.int32), np.full(nodes, CATEGORICAL, np.int32),
        np.arange(nodes, dtype=np.float64), np.array([~leaf for leaf in leaves], np.int32),
        np.array(right, np.int32), values, bins.rows,
        np.arange(nodes + 1, dtype=np.int32) * size, words.ravel(),
    )  # fmt: skip
